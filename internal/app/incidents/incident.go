package incidents

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"slices"

	"tocsin/internal/app/act"
	appwords "tocsin/internal/app/act/words"
	appfiling "tocsin/internal/app/filing"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// Incident answers one incident as of now, as far as the actor may see it. Absent and denied look the same.
func (a *Room) Incident(ctx context.Context, by access.Actor, number string) (IncidentView, error) {
	return a.incident(ctx, by, number, math.MaxInt)
}

// shownAtOnce is how much IncidentPage looks up of the record's lines and of the delivery of messages: the newest.
const shownAtOnce = 12

// IncidentPage is Incident for a page that shows the newest lines of the record and of the delivery log only: all of them may
// be thousands.
func (a *Room) IncidentPage(ctx context.Context, by access.Actor, number string) (IncidentView, error) {
	return a.incident(ctx, by, number, shownAtOnce)
}

func (a *Room) incident(ctx context.Context, by access.Actor, number string, newest int) (IncidentView, error) {
	h, err := a.OpenHistory(ctx, by, number, "incident")
	if err != nil {
		return IncidentView{}, err
	}
	s, err := a.SettingFor(ctx, h.St.Entity)
	if err != nil {
		return IncidentView{}, err
	}
	texts, err := a.Record.Texts(ctx, textsShown(h.St))
	if err != nil {
		return IncidentView{}, err
	}
	st := h.St
	v := IncidentView{Answer: a.AnswerOf(st, s, by), PackID: s.Pack.ID, PackVersion: s.Pack.Version, OpenedAt: st.OpenedAt, Version: st.Version, Facts: len(h.Facts), May: may(by, st, s)}
	if e, ok := s.Dir.Entity(st.Entity); ok {
		v.EntityName = e.Name
	}
	for _, p := range s.Dir.Holders(directory.IRLead, st.Entity) {
		v.Leads = append(v.Leads, act.ActorName("person:"+p, s.Dir))
	}
	v.Sections = sectionsOf(by, st)
	v.Phases, v.Start = PhaseViewsOf(st, s, texts), StartViewOf(st, s.Now)
	v.MayRestrict = access.Allow(by, access.Restrict, act.ObjectOf(st))
	v.Marking = st.Marking()
	a.handOver(&v, by, st, s)
	v.Telephone, v.Questions, v.Readers = CallViews(st, texts), a.questionViews(st, texts, s), a.readerViews(st, s)
	if v.Filings, err = a.FilingViews(h.Facts, texts, s); err != nil {
		return IncidentView{}, err
	}
	if v.Restriction, err = a.restrictionView(ctx, h.Stream, st, texts, s); err != nil {
		return IncidentView{}, err
	}
	if v.Messages, err = a.messageViews(ctx, st, s); err != nil {
		return IncidentView{}, err
	}
	if v.Attempts, err = a.attemptViews(ctx, lastOf(st.Messages, newest)); err != nil {
		return IncidentView{}, err
	}
	if v.Ledger, err = a.ledgerViews(ctx, lastOf(h.Facts, newest), s); err != nil {
		return IncidentView{}, err
	}
	if c, found, err := a.Proofs.NewestCheckpoint(ctx); err != nil {
		return IncidentView{}, err
	} else if found {
		v.Checkpoint = &CheckpointView{Size: c.Size, Root: c.Root.String()}
	}
	return v, nil
}

func lastOf[T any](all []T, n int) []T { return all[max(0, len(all)-n):] }

// textsShown lists the digests of the texts that Incident shows: of filings, calls, questions and the restriction. What other
// pages show, such as the notes of tasks, is not read for it.
func textsShown(st incident.State) (out []string) {
	add := func(digest string) {
		if digest != "" {
			out = append(out, digest)
		}
	}
	for _, f := range st.Filings {
		out = slices.AppendSeq(out, maps.Values(f.Texts))
	}
	for _, c := range st.Calls {
		out = slices.AppendSeq(out, maps.Values(c.Texts))
	}
	for _, q := range st.Questions {
		add(q.Text)
		add(q.AnswerText)
	}
	add(st.Restriction.Reason)
	for _, b := range st.Restriction.Breakings {
		add(b.Reason)
		add(b.Finding)
	}
	return out
}

// FilingViews lists the filings of an incident with their texts.
func (a *Room) FilingViews(facts []incident.Recorded, texts map[string][]byte, s act.Setting) ([]act.FilingView, error) {
	var out []act.FilingView
	for _, r := range facts {
		f, ok := r.Fact.(*incident.Reported)
		if !ok {
			continue
		}
		v := act.FilingView{Number: int(f.Filing), Kind: f.Kind, ReceivedAt: r.At, By: act.ActorName(r.Actor, s.Dir), Digest: ledger.Digest(r.Digest).String(),
			Receipt: a.ReceiptURL(f.Number, int(f.Filing))}
		narrative, people := texts[r.Texts[incident.TextNarrative]], texts[r.Texts[incident.TextPeople]]
		if narrative != nil || people != nil {
			filed, err := incident.AsFiled(f, incident.Content{Narrative: narrative, People: people})
			if err != nil {
				return nil, err
			}
			v.Content = &filed
		}
		out = append(out, v)
	}
	return out, nil
}

// CallViews lists the telephone reports of an incident.
func CallViews(st incident.State, texts map[string][]byte) []act.TelephoneView {
	var out []act.TelephoneView
	for _, c := range st.Calls {
		var t appfiling.CallText
		_ = json.Unmarshal(texts[c.Texts[incident.TextCall]], &t) // a disposed text leaves the fields empty
		out = append(out, act.TelephoneView{At: c.At, CalledAt: c.CalledAt, AfterHours: c.AfterHours,
			Caller: t.Caller, Called: t.Called, Reference: t.Reference, Description: t.Description})
	}
	return out
}

func (a *Room) questionViews(st incident.State, texts map[string][]byte, s act.Setting) []act.QuestionView {
	var out []act.QuestionView
	for _, q := range st.Questions {
		v := act.QuestionView{ID: q.ID, Authority: q.Authority, AuthorityName: a.AuthorityName(q.Authority, s), Text: string(texts[q.Text]),
			AskedAt: q.AskedAt, AskedBy: act.ActorName(q.AskedBy, s.Dir)}
		if q.Answered {
			at := q.AnsweredAt
			v.Answer, v.AnsweredAt, v.AnsweredBy = string(texts[q.AnswerText]), &at, act.ActorName(q.AnsweredBy, s.Dir)
		}
		out = append(out, v)
	}
	return out
}

func (a *Room) messageViews(ctx context.Context, st incident.State, s act.Setting) ([]act.MessageView, error) {
	var open []string
	for _, m := range st.Messages {
		if m.Status == incident.MessageOwed {
			open = append(open, m.ID)
		}
	}
	attempts, err := a.Index.Attempts(ctx, open)
	if err != nil {
		return nil, err
	}
	var out []act.MessageView
	for _, m := range st.Messages {
		v := act.MessageView{ID: m.ID, Kind: m.Kind, To: a.MessageTo(m.OwedMessage, s), Why: m.Why, OwedAt: m.OwedAt, Status: m.Status}
		if !m.At.IsZero() {
			at := m.At
			v.At = &at
		}
		if q, ok := attempts[m.ID]; ok {
			v.Attempts, v.LastReply = q.Attempts, notify.CleanReply(q.Reply)
			if m.Status == incident.MessageOwed {
				next := q.Next
				v.NextAttempt = &next
			}
		}
		out = append(out, v)
	}
	return out, nil
}

func (a *Room) attemptViews(ctx context.Context, messages []incident.Message) (map[string][]AttemptView, error) {
	ids := make([]string, len(messages))
	for i, m := range messages {
		ids[i] = m.ID
	}
	log, err := a.Trails.DeliveryLog(ctx, ids)
	out := make(map[string][]AttemptView, len(log))
	for id, attempts := range log {
		for _, t := range attempts {
			out[id] = append(out[id], AttemptView{At: t.At, Outcome: t.Outcome, Reply: notify.CleanReply(t.Reply)})
		}
	}
	return out, err
}

func (a *Room) ledgerViews(ctx context.Context, facts []incident.Recorded, s act.Setting) ([]act.LedgerView, error) {
	ids := make([]string, len(facts))
	for i, r := range facts {
		ids[i] = r.EntryID
	}
	leaves, err := a.Proofs.Leaves(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]act.LedgerView, len(facts))
	for i, r := range facts {
		leaf, ok := leaves[r.EntryID]
		if !ok {
			leaf = -1
		}
		out[i] = act.LedgerView{Version: r.Version, Fact: r.Fact.FactName(), Words: appwords.FactWords(r.Fact, a.Kernel, s), At: r.At,
			Actor: act.ActorName(r.Actor, s.Dir), Digest: ledger.Digest(r.Digest).String(), Leaf: leaf}
	}
	return out, nil
}

// may says which acts the page offers this reader.
func may(by access.Actor, st incident.State, s act.Setting) act.Permissions {
	o := act.ObjectOf(st)
	p := act.Permissions{}
	filed := len(st.Filings) > 0
	canFile := access.Allow(by, access.File, o)
	p.Supplement, p.Written = canFile && filed, canFile && filed
	p.Rate = filed && access.Allow(by, access.Rate, o)
	p.PostReport = p.Rate && st.Rating.Level == policy.Low
	for _, d := range st.Duties {
		byHand := d.Discharge == policy.DischargeStatement || d.Discharge == policy.DischargeResponse
		if !d.Discharged && byHand && mayDischarge(by, st, d.ID, s) == nil {
			p.Discharge = append(p.Discharge, d.ID)
		}
	}
	for _, t := range st.Tracks {
		o.Authority = t.Authority
		if t.Status != incident.TrackClosedState && access.Allow(by, access.Respond, o) {
			p.Acknowledge = append(p.Acknowledge, t.Authority)
		}
	}
	for _, q := range st.Questions {
		if !q.Answered && access.Allow(by, access.Reply, act.ObjectOf(st)) {
			p.Answer = append(p.Answer, q.ID)
		}
	}
	return p
}

// Receipt answers the receipt of a filing, waiting briefly for the sequencer where the filing is not in the tree yet.
func (a *Room) Receipt(ctx context.Context, by access.Actor, number string, filing int) (ledger.Receipt, error) {
	h, err := a.OpenHistory(ctx, by, number, "receipt")
	if err != nil {
		return ledger.Receipt{}, err
	}
	for _, r := range h.Facts {
		f, ok := r.Fact.(*incident.Reported)
		if !ok || int(f.Filing) != filing {
			continue
		}
		e, err := a.Proofs.Entry(ctx, r.EntryID)
		if err != nil {
			return ledger.Receipt{}, err
		}
		return a.AwaitReceipt(ctx, e)
	}
	return ledger.Receipt{}, fault.NotFound("this incident has no such filing")
}
