package review

import (
	"slices"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// AssignAction gives a corrective action to somebody. MA 6.6.1.2
type AssignAction struct {
	Owner string
	Due   time.Time
	Texts map[string]string
}

// ChangeAction gives it to somebody else, or another time, with the reason as a text.
type ChangeAction struct {
	Action, Owner string
	Due           time.Time
	Texts         map[string]string
}

// CompleteAction says that it was carried out, with the evidence as a text.
type CompleteAction struct {
	Action string
	Texts  map[string]string
}

// VerifyAction is the coordinator's word that the evidence holds. MA 6.3.1.1.3
type VerifyAction struct {
	Action string
	Texts  map[string]string
}

// ReturnAction says that it does not, and until when it is to be done, with the reason as a text.
type ReturnAction struct {
	Action string
	Due    time.Time
	Texts  map[string]string
}

// DropAction says that it will not be carried out, with the reason as a text.
type DropAction struct {
	Action string
	Texts  map[string]string
}

// actionHorizon bounds how far off an action may be due.
const actionHorizon = 5 * 366 * 24 * time.Hour

// placed holds the owner and the time of an action to what they can be.
func placed(owner string, due time.Time, at part.Case) error {
	if !at.Belongs(owner) {
		return fault.Invalid("owner", "this person has no office at the entity or above it", "choose somebody of the list")
	}
	return ahead(due, at.Now)
}

func ahead(due, now time.Time) error {
	if !due.After(now) || due.After(now.Add(actionHorizon)) {
		return fault.Invalid("due", "an action is due at a time to come, within five years", "give a day ahead")
	}
	return nil
}

func (c AssignAction) decide(s State, at part.Case) ([]part.Outcome, error) {
	if err := placed(c.Owner, c.Due, at); err != nil {
		return nil, err
	}
	id := part.Ordinal("c", len(s.Actions)+1)
	o := part.Record(&ActionAssigned{ID: id, Owner: c.Owner, Due: c.Due.UnixMicro()}, c.Texts)
	o.Owe = toComplete(id, c.Owner, c.Due, "assigned", at)
	return part.One(o)
}

// toComplete makes an action a duty of its owner, so that the one clock reminds, chases and escalates whatever becomes of the
// incident. When is the pack's to say.
func toComplete(id, owner string, due time.Time, from string, at part.Case) []part.Owe {
	rules := at.How.Corrective()
	what := "Complete corrective action " + id
	due = time.UnixMicro(due.UnixMicro()).UTC() // as it is recorded
	return []part.Owe{{Tell: what, Duty: part.OwedDuty{Rule: "action:" + id, What: what, By: policy.Recipient{Person: owner},
		To: at.Pack.Coordinator(), From: from, Clock: "by the day that was agreed", Warn: rules.Remind(at.Now, due).UnixMicro(),
		Due: due.UnixMicro(), Escalate: rules.Escalate(due).UnixMicro(), EscalateTo: at.Pack.Coordinator(), Discharge: policy.DischargeAction,
		Clause: rules.Clause, Unverified: rules.Unverified}}}
}

// settled ends the open duties of an action by how.
func settled(id, how string) []part.Discharge {
	return []part.Discharge{{How: how, Rules: []string{"action:" + id, "verify:" + id}}}
}

// inState returns an action in one of some states.
func (s State) inState(id string, states ...string) (Action, error) {
	a, ok := s.Action(id)
	if !ok {
		return a, fault.NotFound("no such action")
	}
	if !slices.Contains(states, a.Status) {
		return a, fault.Conflict("this action is %s", a.Status)
	}
	return a, nil
}

func (c ChangeAction) decide(s State, at part.Case) ([]part.Outcome, error) {
	a, err := s.inState(c.Action, ActionIsOpen)
	if err != nil || a.Owner == c.Owner && a.Due.Equal(c.Due) {
		return nil, err
	}
	if err := placed(c.Owner, c.Due, at); err != nil {
		return nil, err
	}
	return part.One(change(a.ID, c.Owner, c.Due, c.Texts, at))
}

func change(id, owner string, due time.Time, texts map[string]string, at part.Case) part.Outcome {
	o := part.Record(&ActionChanged{Action: id, Owner: owner, Due: due.UnixMicro()}, texts)
	o.Discharge = settled(id, policy.DischargeReplaced)
	o.Owe = toComplete(id, owner, due, "changed", at)
	return o
}

// HandOn gives an open action of somebody who cannot see to it any more to somebody else, by the time that was agreed.
func HandOn(a Action, to string, at part.Case) part.Outcome { return change(a.ID, to, a.Due, nil, at) }

// decide discharges the owner; that somebody verifies it is owed by the coordinator from then on.
func (c CompleteAction) decide(s State, at part.Case) ([]part.Outcome, error) {
	a, err := s.inState(c.Action, ActionIsOpen)
	if err != nil {
		return nil, err
	}
	o := part.Record(&ActionCompleted{Action: a.ID}, c.Texts)
	o.Discharge = settled(a.ID, policy.DischargeAction)
	rules := at.How.Corrective()
	due := rules.Verify(at.Now)
	o.Owe = []part.Owe{{Duty: part.OwedDuty{Rule: "verify:" + a.ID, What: "Verify corrective action " + a.ID, By: at.Pack.Coordinator(),
		From: "completed", Clock: rules.Within, Warn: at.Now.Add(due.Sub(at.Now) / 2).UnixMicro(), Due: due.UnixMicro(),
		EscalateTo: at.Pack.Coordinator(), Discharge: policy.DischargeVerified, Clause: rules.Clause, Unverified: rules.Unverified}}}
	return part.One(o)
}

func (c VerifyAction) decide(s State, at part.Case) ([]part.Outcome, error) {
	a, err := s.inState(c.Action, ActionIsDone, ActionIsVerified)
	if err != nil || a.Status == ActionIsVerified {
		return nil, err
	}
	if at.Actor.Person != "" && (at.Actor.Person == a.Owner || at.Actor.ID == a.DoneBy) {
		return nil, fault.Conflict("whoever carried an action out does not verify it; let another coordinator or the CISO do it")
	}
	o := part.Record(&ActionVerified{Action: a.ID}, c.Texts)
	o.Discharge = settled(a.ID, policy.DischargeVerified)
	return part.One(o)
}

func (c ReturnAction) decide(s State, at part.Case) ([]part.Outcome, error) {
	a, err := s.inState(c.Action, ActionIsDone, ActionIsVerified)
	if err != nil {
		return nil, err
	}
	if err := ahead(c.Due, at.Now); err != nil {
		return nil, err
	}
	o := part.Record(&ActionReturned{Action: a.ID, Due: c.Due.UnixMicro()}, c.Texts)
	o.Discharge = settled(a.ID, policy.DischargeVerified) // the coordinator looked at it, which is what was owed
	o.Owe = toComplete(a.ID, a.Owner, c.Due, "returned", at)
	return part.One(o)
}

func (c DropAction) decide(s State, _ part.Case) ([]part.Outcome, error) {
	a, err := s.inState(c.Action, ActionIsOpen, ActionIsDone, ActionIsDropped)
	if err != nil || a.Status == ActionIsDropped {
		return nil, err
	}
	o := part.Record(&ActionDropped{Action: a.ID}, c.Texts)
	o.Discharge = settled(a.ID, policy.DischargeReplaced)
	return part.One(o)
}
