package delivery

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	appwords "tocsin/internal/app/act/words"
	"tocsin/internal/app/communication"
	"tocsin/internal/app/incidents"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
)

// Compose writes messages of one incident that are owed, each from the facts as they were when it became owed: a resend says
// the same words. It answers one Outgoing for each message. What is owed together is read and worked out once.
func (a *Room) Compose(ctx context.Context, stream string, messages []string) ([]act.Outgoing, error) {
	if IsProbe(stream) {
		return a.composeProbe(ctx, stream)
	}
	if l, ok := a.LettersOf(stream); ok {
		return a.composeLetters(ctx, l, messages)
	}
	now, facts, err := a.Record.Folded(ctx, stream)
	if err != nil {
		return nil, err
	}
	causes := map[int64]*composer{}
	out := make([]act.Outgoing, len(messages))
	for i, id := range messages {
		m, ok := MessageIn(now, id)
		if !ok || m.Status != incident.MessageOwed {
			out[i].Err = fault.Gone("this message is owed no more")
			continue
		}
		c := causes[m.Cause]
		if c == nil {
			if c, err = a.composerAt(ctx, stream, facts[:m.Cause]); err != nil {
				return nil, err
			}
			causes[m.Cause] = c
		}
		c.marking = now.Marking()
		c.sealed = c.marking != incident.MarkNone && (m.Authority == "" || m.Person != "")
		if out[i], err = c.write(m); err != nil {
			out[i].Err = err
		}
	}
	return out, nil
}

// MessageIn finds a message among the facts that owed it.
func MessageIn(st incident.State, id string) (incident.Message, bool) {
	for _, m := range st.Messages {
		if m.ID == id {
			return m, true
		}
	}
	return incident.Message{}, false
}

// composer gathers what messages owed by the same facts may say to their recipients.
type composer struct {
	*Room
	s      act.Setting
	st     incident.State
	stream string
	facts  []incident.Recorded
	texts  map[string][]byte
	known  notify.Notice // what does not depend on the recipient

	m       incident.Message // the one being written
	marking string           // of the incident now
	sealed  bool             // its recipient reads of a restricted or confidential incident in the application, not in a mailbox
}

func (a *Room) composerAt(ctx context.Context, stream string, facts []incident.Recorded) (*composer, error) {
	c := &composer{Room: a, st: incident.Fold(facts), stream: stream, facts: facts}
	var err error
	if c.s, err = a.SettingFor(ctx, c.st.Entity); err != nil {
		return nil, err
	}
	if c.texts, err = a.Record.Texts(ctx, act.TextDigests(facts)); err != nil {
		return nil, err
	}
	c.stated(&c.known)
	return c, c.prose(&c.known)
}

func (c *composer) write(m incident.Message) (act.Outgoing, error) {
	c.m = m
	return c.address(c.notice())
}

func (c *composer) address(n notify.Notice) (act.Outgoing, error) {
	if c.m.Tool != "" {
		return c.toolCall()
	}
	if c.m.Channel == incident.ChannelWebhook {
		au, ok := c.s.Dir.Authority(c.m.Authority)
		if !ok || au.Webhook == "" {
			return act.Outgoing{}, fault.NotFound("the authority has no webhook any more")
		}
		body, err := n.Payload(c.m.OwedAt)
		return act.Outgoing{Hook: &notify.Hook{ID: notify.HookID(c.m.ID), URL: au.Webhook, Secret: au.WebhookSecret, Payload: body}}, err
	}
	to := c.mailbox()
	if to.Email == "" {
		return act.Outgoing{}, fault.NotFound("the recipient has no mail address")
	}
	subject, text, html := notify.Render(n)
	_, host, _ := strings.Cut(c.From, "@")
	return act.Outgoing{Mail: &notify.Mail{MessageID: notify.MessageID(c.m.ID, to.Email, host), From: notify.NewAddress("Tocsin", c.From), To: to,
		Subject: subject, Text: text, HTML: html, Headers: n.Headers(host), Date: c.m.OwedAt}}, nil
}

func (c *composer) mailbox() notify.Address {
	switch {
	case c.m.Operator:
		return notify.NewAddress("Operator", c.Operator)
	case c.m.Person != "":
		p, _ := c.s.Dir.Person(c.m.Person)
		return notify.NewAddress(p.Name, p.Email)
	}
	au, _ := c.s.Dir.Authority(c.m.Authority)
	return notify.NewAddress(au.Name, au.Email)
}

func (c *composer) notice() notify.Notice {
	n := c.known
	n.Marking = communication.MarkingLabel(c.marking)
	n.Kind, n.Delay, n.To = notify.Kind(c.m.Kind), max(0, c.Now().Sub(c.m.OwedAt)), c.mailbox().Name
	n.Why, n.Clause = c.m.Why, c.m.Clause
	if c.m.Authority != "" && c.m.Person == "" {
		n.Office = c.AuthorityName(c.m.Authority, c.s)
	}
	n.Links.Incident = fmt.Sprintf("%s/incidents/%s", c.BaseURL, c.st.Number)
	if c.m.About != "" {
		n.Authority = c.AuthorityName(c.m.About, c.s)
	}
	if c.sealed || c.m.Kind == incident.KindGlassBroken {
		n.Confidential = true
	}
	if c.m.Kind == incident.KindGlassBroken {
		n.Links.Incident = c.BaseURL + "/reviews" // the coordinator need not be a member
		return n
	}
	c.telling(&n)
	c.owed(&n)
	c.particular(&n)
	c.aboutAssets(&n)
	return n
}

// stated puts in what is known of the incident in structure.
func (c *composer) stated(n *notify.Notice) {
	e, _ := c.s.Dir.Entity(c.st.Entity)
	*n = notify.Notice{Demonstration: c.Demo, Confidential: c.s.Pack.ConfidentialMail(), Zone: c.s.Pack.Calendar().Zone(), Incident: c.st.Number,
		Entity: notify.Party{Name: e.Name, Address: e.Address, OrgCode: e.OrgCode}, Received: c.st.OpenedAt}
	k := c.st.Known
	n.Discovered, n.Occurred = k.Events["discovered"], k.Events["occurred"]
	r := c.st.Rating
	n.Rating = notify.Rating{Level: string(r.Level), Provisional: r.Provisional, Reasons: act.GroundsOf(r.Reasons), Open: appwords.OpenLabels(r.Open)}
	n.Reportable = notify.Reportable{Answer: string(r.Reportability.Answer), Reasons: act.GroundsOf(r.Reportability.Reasons)}
	n.Categories = act.LabelsOf(c.s.Pack.Categories(), k.Categories)
	n.Crime = yesNo(k.CrimeSuspected)
	n.Personal = notify.Personal{Involved: k.PersonalInformation, Types: act.LabelsOf(c.s.Pack.PITypes(), k.PITypes)}
	for _, state := range slices.Sorted(maps.Keys(k.Residents)) {
		n.Personal.Residents = append(n.Personal.Residents, notify.Residents{State: state, Count: k.Residents[state]})
	}
	if k.OutageMinutes != nil {
		n.Outage = (time.Duration(*k.OutageMinutes) * time.Minute).String()
		n.Outage = strings.TrimSuffix(n.Outage, "0s")
	}
	as := c.s.Pack.Assess(incident.InputsOf(c.st, incident.Env{Dir: c.s.Dir}, ""))
	for _, it := range as.Missing {
		n.Missing = append(n.Missing, notify.Item{Label: it.Label, Clause: it.Clause})
	}
	for _, k := range c.s.Pack.Contacts(c.Now()) {
		call := notify.Contact{Role: k.For, Name: k.Name, Email: k.Email, When: k.When}
		if k.Phone != "" {
			call.Phones = []string{k.Phone}
		}
		n.Call = append(n.Call, call)
	}
}

func yesNo(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "yes"
	}
	return "no"
}

// prose puts in the latest words and contacts: each filing adds, the latest non-empty one is shown.
func (c *composer) prose(n *notify.Notice) error {
	for _, r := range c.facts {
		switch f := r.Fact.(type) {
		case *incident.Reported:
			filed, err := incident.AsFiled(f, incident.Content{Narrative: c.texts[r.Texts[incident.TextNarrative]], People: c.texts[r.Texts[incident.TextPeople]]})
			if err != nil {
				return err
			}
			n.Filing = notify.Filing{Number: int(f.Filing), Kind: f.Kind}
			n.Received = time.UnixMicro(f.ReceivedAt).UTC()
			filedInto(n, filed)
		case *incident.Telephoned:
			for _, v := range incidents.CallViews(c.st, c.texts) {
				n.Telephone = notify.Call{Caller: v.Caller, Called: v.Called, Reference: v.Reference, At: v.CalledAt}
			}
		}
	}
	return nil
}

func filedInto(n *notify.Notice, f incident.Filing) {
	if f.Description != "" {
		n.Description = f.Description
	}
	if f.ActionsTaken != "" {
		n.Actions = f.ActionsTaken
	}
	var contacts []notify.Contact
	for _, p := range []struct {
		role string
		c    *incident.Contact
	}{{"Reporter", f.Reporter}, {"ISO", f.ISO}, {"Alternate contact", f.AlternateContact}} {
		if p.c != nil {
			contacts = append(contacts, notify.Contact{Role: p.role, Name: p.c.Name, Email: p.c.Email, Phones: p.c.Phones, Address: p.c.Address})
		}
	}
	if len(contacts) > 0 {
		n.Contacts = contacts
	}
	for _, d := range f.Devices {
		n.Devices = append(n.Devices, notify.Device{MakeModel: d.MakeModel, Serial: d.Serial, AssetID: d.AssetID, Hostname: d.Hostname,
			OS: d.OS, Location: d.Location, IP: d.IP, Encrypted: yesNo(d.Encrypted)})
	}
}

// telling says who was told, and puts in the links.
func (c *composer) telling(n *notify.Notice) {
	for _, t := range c.st.Tracks {
		n.Told = append(n.Told, notify.Told{Name: c.AuthorityName(t.Authority, c.s), Status: t.Status, At: t.Since})
		if t.Authority == c.m.Authority && c.m.Person == "" && !t.Acknowledged {
			n.Links.Acknowledge = c.BaseURL + "/a/" + c.Filing.LinkToken(c.stream, t.Authority, c.m.OwedAt)
		}
	}
	if c.m.Authority == "" && len(c.st.Filings) > 0 {
		n.Links.Receipt = c.ReceiptURL(c.st.Number, len(c.st.Filings))
	}
}

// owed lists what this recipient owes: an authority its own duties, a person those of the roles they hold. What the message is about
// comes first, and is what its subject names.
func (c *composer) owed(n *notify.Notice) {
	var about []notify.Duty
	for _, d := range c.st.Duties {
		if d.Discharged || !(d.ID == c.m.Duty || c.owes(d)) {
			continue
		}
		to := d.ToLabel
		if to == "" {
			to = c.RecipientName(d.To, c.st.Entity, c.s)
		}
		v := notify.Duty{What: d.What, To: to, Clock: d.Clock, Clause: d.Clause}
		if d.Due > 0 {
			v.Due = time.UnixMicro(d.Due).UTC()
			v.LateBy = max(0, c.m.OwedAt.Sub(v.Due))
		}
		if d.ID == c.m.Duty {
			about = append(about, v)
			continue
		}
		n.Duties = append(n.Duties, v)
	}
	slices.SortStableFunc(n.Duties, func(a, b notify.Duty) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
	n.Duties = append(about, n.Duties...)
}

func (c *composer) owes(d incident.Duty) bool {
	if c.m.Person == "" {
		return c.m.Authority != "" && d.By.Authority == c.m.Authority
	}
	return (d.By.Role != "" || d.By.Person != "") && slices.Contains(incident.Holders(c.s.Dir, d.By, c.st.Entity), c.m.Person)
}

// particular puts in what only some kinds say: a question, a reason, what could not be delivered.
func (c *composer) particular(n *notify.Notice) {
	if n.Reason = c.m.Why; c.m.Kind == incident.KindRoleNotice && c.m.Rule != "" {
		n.Reason = ""
	}
	for _, q := range c.st.Questions {
		if q.ID == c.m.Question {
			n.Question = notify.Asked{Text: string(c.texts[q.Text]), By: c.AuthorityName(q.Authority, c.s), At: q.AskedAt,
				Answer: string(c.texts[q.AnswerText]), AnsweredBy: act.ActorName(q.AnsweredBy, c.s.Dir), AnsweredAt: q.AnsweredAt}
		}
	}
	for _, r := range c.facts {
		switch f := r.Fact.(type) {
		case *incident.Declined:
			if f.Authority == c.m.About {
				n.Reason = string(c.texts[r.Texts[incident.TextReason]])
			}
		case *incident.HandoverOffered:
			if c.m.Kind == incident.KindHandoverOffered {
				n.Reason = string(c.texts[r.Texts[incident.TextPlay]])
			}
		case *incident.Closed, *incident.Engaged, *incident.HandoverDeclined:
			if slices.Contains(reasoned, c.m.Kind) && r.Texts[incident.TextReason] != "" {
				n.Reason = string(c.texts[r.Texts[incident.TextReason]])
			}
		case *incident.Rated:
			if c.m.Kind == incident.KindRatingRaised && r.Texts[incident.TextReason] != "" {
				n.Reason = string(c.texts[r.Texts[incident.TextReason]])
			}
		}
	}
	if c.m.Kind == incident.KindUndeliverable {
		c.trouble(n)
	}
	c.brought(n)
}

// reasoned are the kinds of message that carry the reason of the fact that they follow from.
var reasoned = []string{incident.KindIncidentDeclined, incident.KindIncidentClosed, incident.KindEngaged, incident.KindHandoverAnswered}

func (c *composer) trouble(n *notify.Notice) {
	n.Authority = ""
	failed, ok := MessageIn(c.st, c.m.About)
	if !ok {
		return
	}
	n.Trouble = notify.Trouble{Kind: notify.Kind(failed.Kind), To: c.MessageTo(failed.OwedMessage, c.s), Since: failed.OwedAt,
		Trying: failed.Status == incident.MessageOwed}
	switch {
	case failed.Person != "":
		p, _ := c.s.Dir.Person(failed.Person)
		n.Trouble.Email = p.Email
	case failed.Authority != "":
		au, _ := c.s.Dir.Authority(failed.Authority)
		n.Trouble.Email = au.Email
	}
	if queued, err := c.Index.Attempts(context.Background(), []string{failed.ID}); err == nil {
		n.Trouble.Attempts, n.Trouble.Reply = queued[failed.ID].Attempts, notify.CleanReply(queued[failed.ID].Reply)
	}
}
