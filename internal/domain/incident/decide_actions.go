package incident

import (
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
func (d *decision) placed(owner string, due time.Time) error {
	if !d.belongs(owner) {
		return fault.Invalid("owner", "this person has no office at the entity or above it", "choose somebody of the list")
	}
	return d.ahead(due)
}

func (d *decision) ahead(due time.Time) error {
	if !due.After(d.env.Now) || due.After(d.env.Now.Add(actionHorizon)) {
		return fault.Invalid("due", "an action is due at a time to come, within five years", "give a day ahead")
	}
	return nil
}

func (c AssignAction) decide(d *decision) error {
	if err := d.placed(c.Owner, c.Due); err != nil {
		return err
	}
	id := part.Ordinal("c", len(d.s.Review.Actions)+1)
	d.emit(&ActionAssigned{ID: id, Owner: c.Owner, Due: c.Due.UnixMicro()}, c.Texts)
	d.oweAction(id, "assigned")
	return nil
}

// oweAction makes an action a duty of its owner, so that the one clock reminds, chases and escalates whatever becomes of the
// incident. When is the pack's to say. Each duty of an action has a rule of its own.
func (d *decision) oweAction(id, from string) {
	a, _ := d.s.Action(id)
	rules := d.env.How.Corrective()
	what := "Complete corrective action " + id
	d.oweAndTell(OwedDuty{Rule: d.nextRule("action:" + id), What: what, By: policy.Recipient{Person: a.Owner},
		To: d.env.Pack.Coordinator(), From: from, Clock: "by the day that was agreed", Warn: rules.Remind(d.env.Now, a.Due).UnixMicro(), Due: a.Due.UnixMicro(),
		Escalate: rules.Escalate(a.Due).UnixMicro(), EscalateTo: d.env.Pack.Coordinator(), Discharge: policy.DischargeAction, Clause: rules.Clause, Unverified: rules.Unverified}, what)
}

// nextRule numbers the duties of one thing: an incident owes each rule once.
func (d *decision) nextRule(base string) string {
	n := 1
	for d.owes(part.Ordinal(base+":", n), nil) {
		n++
	}
	return part.Ordinal(base+":", n)
}

// settleAction ends the open duties of an action by how.
func (d *decision) settleAction(id, how string) {
	d.dischargeWhere(how, func(x Duty) bool { return ofAction(x.Rule, "action:", id) || ofAction(x.Rule, "verify:", id) })
}

func ofAction(rule, kind, id string) bool {
	prefix := kind + id + ":"
	return len(rule) > len(prefix) && rule[:len(prefix)] == prefix
}

// actionIn answers an action in one of some states.
func (d *decision) actionIn(id string, states ...string) (Action, error) {
	a, ok := d.s.Action(id)
	if !ok {
		return a, fault.NotFound("no such action")
	}
	for _, s := range states {
		if a.Status == s {
			return a, nil
		}
	}
	return a, fault.Conflict("this action is %s", a.Status)
}

func (c ChangeAction) decide(d *decision) error {
	a, err := d.actionIn(c.Action, ActionIsOpen)
	if err != nil || a.Owner == c.Owner && a.Due.Equal(c.Due) {
		return err
	}
	if err := d.placed(c.Owner, c.Due); err != nil {
		return err
	}
	d.emit(&ActionChanged{Action: a.ID, Owner: c.Owner, Due: c.Due.UnixMicro()}, c.Texts)
	d.settleAction(a.ID, policy.DischargeReplaced)
	d.oweAction(a.ID, "changed")
	return nil
}

// decide discharges the owner; that somebody verifies it is owed by the coordinator from then on.
func (c CompleteAction) decide(d *decision) error {
	a, err := d.actionIn(c.Action, ActionIsOpen)
	if err != nil {
		return err
	}
	d.emit(&ActionCompleted{Action: a.ID}, c.Texts)
	d.settleAction(a.ID, policy.DischargeAction)
	rules := d.env.How.Corrective()
	due := rules.Verify(d.env.Now)
	d.oweOne(OwedDuty{Rule: d.nextRule("verify:" + a.ID), What: "Verify corrective action " + a.ID, By: d.env.Pack.Coordinator(), From: "completed",
		Clock: rules.Within, Warn: d.env.Now.Add(due.Sub(d.env.Now) / 2).UnixMicro(), Due: due.UnixMicro(), EscalateTo: d.env.Pack.Coordinator(),
		Discharge: policy.DischargeVerified, Clause: rules.Clause, Unverified: rules.Unverified})
	return nil
}

func (c VerifyAction) decide(d *decision) error {
	a, err := d.actionIn(c.Action, ActionIsDone, ActionIsVerified)
	if err != nil || a.Status == ActionIsVerified {
		return err
	}
	if d.env.Actor.Person != "" && (d.env.Actor.Person == a.Owner || d.env.Actor.ID == a.DoneBy) {
		return fault.Conflict("whoever carried an action out does not verify it; let another coordinator or the CISO do it")
	}
	d.emit(&ActionVerified{Action: a.ID}, c.Texts)
	d.settleAction(a.ID, policy.DischargeVerified)
	return nil
}

func (c ReturnAction) decide(d *decision) error {
	a, err := d.actionIn(c.Action, ActionIsDone, ActionIsVerified)
	if err != nil {
		return err
	}
	if err := d.ahead(c.Due); err != nil {
		return err
	}
	d.emit(&ActionReturned{Action: a.ID, Due: c.Due.UnixMicro()}, c.Texts)
	d.settleAction(a.ID, policy.DischargeVerified) // the coordinator looked at it, which is what was owed
	d.oweAction(a.ID, "returned")
	return nil
}

func (c DropAction) decide(d *decision) error {
	a, err := d.actionIn(c.Action, ActionIsOpen, ActionIsDone, ActionIsDropped)
	if err != nil || a.Status == ActionIsDropped {
		return err
	}
	d.emit(&ActionDropped{Action: a.ID}, c.Texts)
	d.settleAction(a.ID, policy.DischargeReplaced)
	return nil
}
