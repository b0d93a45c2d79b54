package review

import (
	"context"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// AnalysisView is the post-incident analysis of an incident: what is written, what the record says to it, and what was signed. MA 6.8, MA 6.6.1.3, MA 6.3.1.3.5
type AnalysisView struct {
	Incident   string         `json:"incident"`
	Entity     string         `json:"entity"`
	EntityName string         `json:"entity_name"`
	Status     string         `json:"status"`
	Level      policy.Level   `json:"level"`
	Restricted bool           `json:"restricted"`
	Marking    string         `json:"marking" enum:"none,confidential,restricted"`
	Owed       *act.DutyView  `json:"owed,omitempty" doc:"The duty to make it; absent where nobody owes it."`
	Sections   []AnalysisPart `json:"sections"`
	Systems    []SystemView   `json:"systems" doc:"The affected assets with their states: what the inventory is drawn from."`
	Unwritten  []string       `json:"unwritten" doc:"Sections that nobody has written yet; all must be, before it can be signed."`
	Cause      string         `json:"cause" doc:"Kind of root cause, in the VERIS vocabulary; empty until stated."`
	Signed     bool           `json:"signed" doc:"Whether the last edition stands."`
	Reopened   string         `json:"reopened,omitempty" doc:"Why the last edition was taken up again."`
	Editions   []EditionView  `json:"editions" doc:"What was signed, the oldest first."`
	Timeline   []MomentView   `json:"timeline" doc:"What the record says happened, in order."`
	KeepUntil  *time.Time     `json:"keep_until" doc:"Until when information on the incident is kept at least; null while it is open, or where the policy sets no time."`
	Keep       string         `json:"keep" doc:"The rule of retention in words; empty where the policy has none."`
	KeepClause string         `json:"keep_clause,omitempty"`
	Owner      *act.OwnerView `json:"document_owner,omitempty" doc:"Whose this document is; absent where the policy names nobody."`
	Zone       *time.Location `json:"-"` // of the policy's calendar
	MayWrite   bool           `json:"-"`
	MaySign    bool           `json:"-"`
}

// AnalysisPart is one section of the analysis.
type AnalysisPart struct {
	ID      string        `json:"id"`
	Clause  string        `json:"clause,omitempty" doc:"That asks for it; empty where the policy rests on another text."`
	Text    string        `json:"text" doc:"As it was last written; empty where nobody has."`
	Draft   string        `json:"draft" doc:"What the record says to it, to begin from."`
	Base    int64         `json:"base" doc:"To be sent with a change, so that nobody's words are overwritten unread."`
	History []WritingView `json:"history" doc:"Every writing, the oldest first."`
}

// WritingView is one writing of a section.
type WritingView struct {
	Text string    `json:"text"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// EditionView is the analysis as it was signed.
type EditionView struct {
	Number   int64        `json:"edition"`
	By       string       `json:"by"`
	At       time.Time    `json:"at"`
	Sections []WordedView `json:"sections"`
}

// WordedView is one section of an edition with its words.
type WordedView struct {
	ID     string `json:"id"`
	Clause string `json:"clause,omitempty"`
	Text   string `json:"text"`
}

// MomentView is one line of what happened.
type MomentView struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
	Late bool      `json:"late,omitempty"`
}

const onlySigns = "only the incident response coordinator or the CISO may do this"

// Analysis answers the post-incident analysis of an incident.
func (a *Room) Analysis(ctx context.Context, by access.Actor, number string) (AnalysisView, error) {
	h, err := a.OpenHistory(ctx, by, number, "analysis")
	if err != nil {
		return AnalysisView{}, err
	}
	s, err := a.SettingFor(ctx, h.St.Entity)
	if err != nil {
		return AnalysisView{}, err
	}
	texts, err := a.Record.Texts(ctx, act.TextDigests(h.Facts))
	if err != nil {
		return AnalysisView{}, err
	}
	filings, err := a.Incidents.FilingViews(h.Facts, texts, s)
	if err != nil {
		return AnalysisView{}, err
	}
	st, o := h.St, act.ObjectOf(h.St)
	v := AnalysisView{Incident: st.Number, Entity: st.Entity, EntityName: act.EntityNamer(s.Dir)(st.Entity), Status: st.Status, Level: st.Rating.Level, Restricted: st.Restriction.On, Marking: st.Marking(), Zone: s.Pack.Calendar().Zone(),
		Owner: a.DocumentOwner(st.Entity, s), Unwritten: act.NonNil(st.Review.Unwritten()), Cause: st.Review.Cause, Signed: st.Review.Signed, Reopened: string(texts[st.Review.Reopened]), Editions: []EditionView{},
		MayWrite: access.Allow(by, access.Work, o), MaySign: access.Allow(by, access.Rate, o)}
	for i, d := range a.DutyViews(st, s) {
		if st.Duties[i].Discharge == policy.DischargeAnalysis {
			v.Owed = &d
		}
	}
	draft := drafting{a: a, st: st, s: s, texts: texts, filings: filings}
	for _, id := range incident.AnalysisSections {
		v.Sections = append(v.Sections, sectionView(id, st.Review, draft, texts))
	}
	for _, e := range st.Review.Editions {
		v.Editions = append(v.Editions, editionView(e, texts, s))
	}
	v.Timeline, v.Systems = draft.timeline(), draft.systems()
	r := s.Pack.Retention()
	v.Keep, v.KeepClause = r.Title, r.Clause
	if at, ok := r.KeepUntil(st.Lifecycle.ClosedAt); ok {
		v.KeepUntil = &at
	}
	return v, nil
}

func sectionView(id string, r incident.Review, d drafting, texts map[string][]byte) AnalysisPart {
	v := AnalysisPart{ID: id, Clause: d.s.Pack.Cited(sectionWords[id].Clause), Draft: d.section(id), History: []WritingView{}}
	for _, t := range r.Sections[id] {
		v.History = append(v.History, WritingView{Text: string(texts[t.Digest]), By: act.ActorName(t.By, d.s.Dir), At: t.At})
		v.Text, v.Base = string(texts[t.Digest]), t.Version
	}
	return v
}

func editionView(e incident.Edition, texts map[string][]byte, s act.Setting) EditionView {
	v := EditionView{Number: e.Number, By: act.ActorName(e.By, s.Dir), At: e.At, Sections: []WordedView{}}
	for _, one := range e.Sections {
		v.Sections = append(v.Sections, WordedView{ID: one.Section, Clause: s.Pack.Cited(sectionWords[one.Section].Clause), Text: string(texts[one.Digest])})
	}
	return v
}

// WriteAnalysis writes one section of the analysis; base is that of the section as the writer saw it. MA 6.8
func (a *Room) WriteAnalysis(ctx context.Context, by access.Actor, number, section, text, cause string, base int64) error {
	if err := incident.CheckProse("text", text, "a section needs words; where it does not apply, say why"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), map[string]string{incident.TextAnalysis: text}, func(refs map[string]string) incident.Command {
		return incident.WriteAnalysis{Section: section, Cause: cause, Base: base, Texts: refs}
	})
}

// SignAnalysis signs the analysis off, which discharges what was owed. MA 6.8, MA 6.3.1.1
func (a *Room) SignAnalysis(ctx context.Context, by access.Actor, number string) error {
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, onlySigns), nil, func(map[string]string) incident.Command { return incident.SignAnalysis{} })
}

// ReopenAnalysis takes a signed analysis up again; what was signed stays.
func (a *Room) ReopenAnalysis(ctx context.Context, by access.Actor, number, reason string) error {
	if err := incident.CheckProse("reason", reason, "say why the analysis is taken up again"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, onlySigns), map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.ReopenAnalysis{Texts: refs}
	})
}

// timeline is what happened and when, as far as the record knows it.
func (d drafting) timeline() []MomentView {
	out := []MomentView{}
	add := func(at time.Time, what string, late bool) {
		if !at.IsZero() {
			out = append(out, MomentView{At: at.UTC(), What: what, Late: late})
		}
	}
	st := d.st
	add(st.Known.Events["occurred"], "It occurred", false)
	add(st.Known.Events["discovered"], "It was discovered", false)
	add(st.Known.Events["telephoned"], "It was reported by telephone", false)
	for _, f := range st.Filings {
		add(f.ReceivedAt, map[string]string{incident.Initial: "The first filing was received", incident.Written: "The written report was received"}[f.Kind]+
			map[bool]string{true: "A supplement was received"}[f.Kind == incident.Supplement], false)
	}
	for level, at := range st.Rating.Reached {
		add(at, "It was rated "+string(level), false)
	}
	for _, t := range st.Tracks {
		add(t.AnsweredAt, d.a.AuthorityName(t.Authority, d.s)+" answered for the first time", false)
	}
	add(st.Response.StartedAt, "The response started", false)
	for _, p := range st.Lifecycle.Phases {
		add(p.At, "Phase: "+phaseName(p.Phase, d.s.Pack), false)
	}
	for m, at := range st.Lifecycle.Milestones {
		add(at, "It was "+m, false)
	}
	for _, duty := range st.Duties {
		if duty.Discharged && duty.How != policy.DischargeReplaced {
			add(duty.DischargedAt, "Fulfilled: "+duty.What, duty.LateBy > 0)
		}
	}
	add(st.Lifecycle.ClosedAt, "It was closed", false)
	slices.SortStableFunc(out, func(a, b MomentView) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.What, b.What)
	})
	return out
}

func phaseName(id string, p *policy.Pack) string {
	for _, phase := range p.Phases() {
		if phase.ID == id {
			return phase.Title
		}
	}
	return id
}
