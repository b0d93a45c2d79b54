package incident

import (
	"slices"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
)

// Kinds of message about who works on an incident.
const (
	KindHandoverOffered  = "handover_offered"
	KindHandoverAnswered = "handover_answered"
	KindEngaged          = "engaged"
)

// ExtendedRoles are the functions that support the response team where they are needed. MA 6.3.2
var ExtendedRoles = []directory.Role{directory.Forensics, directory.Legal, directory.HumanResources, directory.Communications}

// decide offers the lead. Until it is accepted, whoever leads goes on leading; a second offer takes the place of the first.
func (c HandOver) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	switch offer := d.s.Response.Offer; {
	case d.s.Response.StartedAt.IsZero():
		return fault.Conflict("nobody leads yet; start the response first")
	case d.s.Response.Lead == c.Lead || offer != nil && offer.To == c.Lead && offer.Play == c.Texts[TextPlay]:
		return nil
	}
	if err := d.leads(c.Lead); err != nil {
		return err
	}
	if c.Lead == d.env.Actor.Person {
		d.emit(&LeadChanged{Lead: c.Lead}, c.Texts)
		return nil
	}
	d.emit(&HandoverOffered{To: c.Lead}, c.Texts)
	d.send(d.toPeople([]string{c.Lead}, OwedMessage{Kind: KindHandoverOffered, Lane: LaneStatutory, Why: "You are asked to take over the lead of this incident."}))
	return nil
}

// decide ends an offer. Only its receiver accepts or declines it.
func (c AnswerHandover) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	offer := d.s.Response.Offer
	switch {
	case offer == nil:
		return fault.Conflict("no handover is offered now")
	case c.Withdraw:
		d.emit(&HandoverDeclined{Withdrawn: true}, c.Texts)
		return nil
	case offer.To != d.env.Actor.Person:
		return fault.Forbidden("only the person to whom the lead is offered answers")
	case c.Accept:
		if err := d.leads(offer.To); err != nil {
			return err
		}
		d.emit(&LeadChanged{Lead: offer.To}, map[string]string{TextPlay: offer.Play})
	default:
		d.emit(&HandoverDeclined{}, c.Texts)
	}
	d.tellOfferer(*offer, c.Accept)
	return nil
}

func (d *decision) tellOfferer(o Offer, accepted bool) {
	person, ok := part.PersonOf(o.By)
	if !ok {
		return
	}
	why := "Your offer of the lead was declined; who led goes on leading."
	if accepted {
		why = "Your offer of the lead was accepted."
	}
	d.send(d.toPeople([]string{person}, OwedMessage{Kind: KindHandoverAnswered, Lane: LaneStatutory, Why: why}))
}

// decide brings somebody of the extended team in and tells them. Of a restricted incident they must be a member first.
func (c Engage) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	if slices.ContainsFunc(d.s.Response.Engaged, func(e Engagement) bool { return e.Person == c.Person }) {
		return nil
	}
	p, ok := d.env.Dir.Person(c.Person)
	if !ok || p.Gone {
		return fault.Invalid("person", "this person is not of the extended team", "choose somebody of the list")
	}
	if d.s.Restriction.On && !slices.Contains(d.s.Members(), p.ID) {
		return fault.Invalid("person", "the incident is restricted and this person is no member", "name them as a member first")
	}
	for _, role := range ExtendedRoles {
		if slices.ContainsFunc(p.Roles, func(r directory.Assignment) bool {
			return r.Role == role && slices.Contains(d.env.Dir.Below(r.Entity), d.s.Entity)
		}) {
			d.emit(&Engaged{Person: p.ID, Role: string(role)}, c.Texts)
			d.send(d.toPeople([]string{p.ID}, OwedMessage{Kind: KindEngaged, Lane: LaneStatutory, Why: "You are called in to support the response to this incident.", Clause: "MA 6.3.2"}))
			return nil
		}
	}
	return fault.Invalid("person", "this person is not of the extended team", "choose somebody of the list")
}

// decide takes any order of all tasks in which none comes before one that it waits for.
func (c OrderTasks) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	now := taskIDs(d.s.Response.Tasks)
	if slices.Equal(now, c.Tasks) {
		return nil
	}
	if !slices.Equal(slices.Sorted(slices.Values(now)), slices.Sorted(slices.Values(c.Tasks))) {
		return fault.Conflict("the list has changed meanwhile; look at it again")
	}
	for i, id := range c.Tasks {
		t, _ := d.s.Task(id)
		for _, before := range t.After {
			if slices.Index(c.Tasks, before) > i {
				return fault.Conflict("%s comes after %s", id, before)
			}
		}
	}
	d.emit(&TasksOrdered{Tasks: c.Tasks}, nil)
	return nil
}

// decide records a decision that differs from the one in force. MA 6.6.2.6
func (c DecideContinuity) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	if all := d.s.Response.Continuity; len(all) > 0 && all[len(all)-1].Activated == c.Activate {
		return nil
	}
	d.emit(&ContinuityDecided{Activated: c.Activate, Criteria: part.Listed(c.Criteria)}, c.Texts)
	return nil
}
