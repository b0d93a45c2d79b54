package response

import (
	"context"
	"slices"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/app/incidents"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

const (
	onlyDecides = "only the incident response coordinator or the CISO decides this"
	onlyCloses  = "only the response team's coordinator, its leads and the information security officer close an incident"
)

// EnterPhase moves an incident to a phase; back to an earlier one with a reason. MA 6.2.1
func (a *Room) EnterPhase(ctx context.Context, by access.Actor, number, phase, reason string) error {
	if err := act.CheckOptionalText("reason", reason); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Discharge, act.OnlyLeads), act.OptionalText(incident.TextReason, reason), func(refs map[string]string) incident.Command {
		return incident.EnterPhase{Phase: phase, Texts: refs}
	})
}

// StateMilestone states when an incident was contained, eradicated or recovered from.
func (a *Room) StateMilestone(ctx context.Context, by access.Actor, number, milestone string, at time.Time) error {
	return a.Act(ctx, by, number, act.RequireAction(by, access.Discharge, act.OnlyLeads), nil, func(map[string]string) incident.Command {
		return incident.StateMilestone{Milestone: milestone, At: at}
	})
}

// Classify says what it was that was reported, with a reason: an incident, a near miss or an event.
func (a *Room) Classify(ctx context.Context, by access.Actor, number, as, reason string) error {
	if err := incident.CheckProse("reason", reason, "say what this rests on"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, onlyDecides), map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.Classify{As: as, Texts: refs}
	})
}

// Closing is how an incident is to be closed.
type Closing struct {
	Outcome string   // resolved or declined
	As      string   // declined: event or near_miss
	Reason  string   // why
	Seen    []string // ids of what was shown as open, and is accepted by who closes
}

// CloseIncident ends the work on an incident. What is still open is accepted by the coordinator or the CISO, who has seen it; nothing of it
// is discharged by that. Declining that it is one is theirs too. MA 6.7.5
func (a *Room) CloseIncident(ctx context.Context, by access.Actor, number string, c Closing) error {
	if err := incident.CheckProse("reason", c.Reason, "say how it ended, and why what is open may stay so"); err != nil {
		return err
	}
	accepts := false
	allowed := func(st incident.State, _ act.Setting) error {
		accepts = access.Allow(by, access.Rate, act.ObjectOf(st))
		switch {
		case !access.Allow(by, access.Discharge, act.ObjectOf(st)):
			return fault.Forbidden(onlyCloses)
		case c.Outcome == incident.OutcomeDeclined && !accepts:
			return fault.Forbidden(onlyDecides)
		}
		return nil
	}
	return a.Act(ctx, by, number, allowed, map[string]string{incident.TextReason: c.Reason}, func(refs map[string]string) incident.Command {
		return incident.Close{Outcome: c.Outcome, As: c.As, Seen: c.Seen, Accepts: accepts, Texts: refs}
	})
}

// ReopenIncident takes a closed incident up again, with a reason.
func (a *Room) ReopenIncident(ctx context.Context, by access.Actor, number, reason string) error {
	if err := incident.CheckProse("reason", reason, "say what it is taken up again for"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Discharge, act.OnlyLeads), map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.Reopen{Texts: refs}
	})
}

// KeepClosed answers a filing that came in after closing: the incident stays closed, with a reason.
func (a *Room) KeepClosed(ctx context.Context, by access.Actor, number, reason string) error {
	if err := incident.CheckProse("reason", reason, "say why it changes nothing"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, onlyDecides), map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.KeepClosed{Texts: refs}
	})
}

// ValidateResults is the word of the coordinator, or of the CISO, on the results of a response that its lead ended, with what it rests on.
// MA 6.3.1.1.3
func (a *Room) ValidateResults(ctx context.Context, by access.Actor, number, grounds string) error {
	if err := incident.CheckProse("reason", grounds, "say what you looked at"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, onlyDecides), map[string]string{incident.TextReason: grounds}, func(refs map[string]string) incident.Command {
		return incident.ValidateResults{Texts: refs}
	})
}

// LifecycleView is where an incident stands, what it takes to go on, and what this reader can do about it.
type LifecycleView struct {
	Incident   string                `json:"incident"`
	Status     string                `json:"status"`
	Phase      string                `json:"phase"` // empty until the response starts
	Phases     []incidents.PhaseView `json:"phases"`
	Functions  []FunctionView        `json:"csf_functions" doc:"The same work under the functions of NIST CSF 2.0, as SP 800-61r3 treats it."`
	Milestones []MilestoneView       `json:"milestones"`
	Class      string                `json:"class,omitempty" doc:"incident, near_miss or event; empty until somebody said."`
	ClassWhy   string                `json:"class_reason,omitempty"`
	ClassBy    string                `json:"class_by,omitempty"`
	Start      incidents.StartView   `json:"start"`
	Closed     *ClosedView           `json:"closed,omitempty"`
	Remains    []RemainingView       `json:"remains" doc:"What is still open."`
	Links      []LinkedView          `json:"links"`
	Triage     bool                  `json:"filed_after_closing" doc:"A filing came in after closing and awaits a decision."`

	MayLead   bool `json:"-"` // phases, milestones, closing with nothing open, reopening
	MayDecide bool `json:"-"` // classify, decline, accept what remains, keep closed
	MayLink   bool `json:"-"`

	Categories []policy.Term `json:"-"` // of the policy: what a part that is split off can be
}

// ValidatedView is the coordinator's word on the results of a response.
type ValidatedView struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason" doc:"What it rests on."`
}

// FunctionView is one function of CSF 2.0 and the phases that it covers.
type FunctionView struct {
	Name   string   `json:"name"`
	Phases []string `json:"phases"`
	Now    bool     `json:"now"`
}

// MilestoneView is one milestone and when it was reached.
type MilestoneView struct {
	ID string     `json:"id"`
	At *time.Time `json:"at"`
}

// RemainingView is one thing that is still open.
type RemainingView struct {
	ID     string     `json:"id" doc:"What closing lists as accepted."`
	Kind   string     `json:"kind" doc:"duty, task, question, track, handover …"`
	What   string     `json:"what"`
	Due    *time.Time `json:"due"`
	Clause string     `json:"clause,omitempty"`
}

// ClosedView is how an incident was closed. Information is kept until at least Until. MA 6.7.5
type ClosedView struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Outcome string    `json:"outcome"`
	Reason  string    `json:"reason"`
	Remains []string  `json:"accepted" doc:"Ids of what was open then, accepted by who closed."`
	Awaited bool      `json:"validation_owed" doc:"The lead ended the response, and the coordinator has not validated its results yet."`
	// Validated is nil where nobody did.
	Validated *ValidatedView `json:"validated,omitempty"`

	Until *time.Time `json:"retained_until" doc:"Information is kept at least until then; null where the policy sets no time."`
	// UntilClause is the rule behind Until.
	UntilClause string `json:"retained_clause,omitempty"`
}

// Lifecycle answers where an incident stands.
func (a *Room) Lifecycle(ctx context.Context, by access.Actor, number string) (LifecycleView, error) {
	_, st, err := a.Open(ctx, by, number)
	if err != nil {
		return LifecycleView{}, err
	}
	s, err := a.SettingFor(ctx, st.Entity)
	if err != nil {
		return LifecycleView{}, err
	}
	x, o := st.Lifecycle, act.ObjectOf(st)
	texts, err := a.Record.Texts(ctx, lifecycleTexts(st))
	if err != nil {
		return LifecycleView{}, err
	}
	v := LifecycleView{Incident: st.Number, Status: st.Status, Phase: x.Phase, Class: x.Class, ClassWhy: string(texts[x.ClassWhy]), Start: incidents.StartViewOf(st, s.Now),
		MayLead: access.Allow(by, access.Discharge, o), MayDecide: access.Allow(by, access.Rate, o), MayLink: access.Allow(by, access.Work, o), Categories: s.Pack.Categories()}
	if x.Class != "" {
		v.ClassBy = act.ActorName(x.ClassBy, s.Dir)
	}
	v.Phases, v.Functions = incidents.PhaseViewsOf(st, s, texts), functionViews(st, s)
	for _, m := range incident.Milestones {
		v.Milestones = append(v.Milestones, MilestoneView{ID: m, At: act.TimeOrNil(x.Milestones[m])})
	}
	v.Remains = a.remaining(st, s, texts)
	v.Triage = slices.ContainsFunc(st.Duties, func(d incident.Duty) bool { return !d.Discharged && d.Discharge == incident.DischargeTriaged })
	if !x.ClosedAt.IsZero() {
		v.Closed = &ClosedView{At: x.ClosedAt, By: act.ActorName(x.ClosedBy, s.Dir), Outcome: x.Outcome, Reason: string(texts[x.Why]), Remains: act.NonNil(x.Remains), Awaited: st.Unvalidated()}
		if ok := x.Validated; ok != nil {
			v.Closed.Validated = &ValidatedView{At: ok.At, By: act.ActorName(ok.By, s.Dir), Reason: string(texts[ok.Why])}
		}
		if keep := s.Pack.Retention(); keep.Years > 0 {
			if until, ok := keep.KeepUntil(x.ClosedAt); ok {
				v.Closed.Until, v.Closed.UntilClause = &until, keep.Clause
			}
		}
	}
	v.Links, err = a.linkViews(ctx, by, st, texts, s)
	return v, err
}

func lifecycleTexts(st incident.State) []string {
	x := st.Lifecycle
	out := []string{x.Why, x.ClassWhy}
	if x.Validated != nil {
		out = append(out, x.Validated.Why)
	}
	for _, p := range x.Phases {
		out = append(out, p.Why)
	}
	for _, l := range x.Links {
		out = append(out, l.Why)
		if l.Undone != nil {
			out = append(out, l.Undone.Why)
		}
	}
	for _, r := range incident.Remains(st) {
		out = append(out, r.Text)
	}
	return slices.DeleteFunc(out, func(d string) bool { return d == "" })
}

// remaining lists what is open, in words.
func (a *Room) remaining(st incident.State, s act.Setting, texts map[string][]byte) []RemainingView {
	out := []RemainingView{}
	for _, r := range incident.Remains(st) {
		v := RemainingView{ID: r.ID, Kind: r.Kind, What: r.What, Clause: s.Pack.Cited(r.Clause)}
		switch {
		case r.Kind == "track":
			v.What = a.AuthorityName(r.What, s) + " has not acknowledged"
		case r.Text != "":
			v.What = string(texts[r.Text])
		}
		if r.Due > 0 {
			due := time.UnixMicro(r.Due).UTC()
			v.Due = &due
		}
		out = append(out, v)
	}
	return out
}

// functionViews turns the phases around: each function of CSF 2.0 with the phases that it covers. NIST SP 800-61r3
func functionViews(st incident.State, s act.Setting) (out []FunctionView) {
	for _, p := range s.Pack.Phases() {
		for _, name := range p.CSF {
			i := slices.IndexFunc(out, func(f FunctionView) bool { return f.Name == name })
			if i < 0 {
				i, out = len(out), append(out, FunctionView{Name: name})
			}
			out[i].Phases = append(out[i].Phases, p.Title)
			out[i].Now = out[i].Now || p.ID == st.Lifecycle.Phase && st.Status != incident.StatusClosed
		}
	}
	return act.NonNil(out)
}
