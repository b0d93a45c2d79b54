package response

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
func (c HandOver) decide(s State, at part.Case) ([]part.Outcome, error) {
	switch offer := s.Offer; {
	case s.StartedAt.IsZero():
		return nil, fault.Conflict("nobody leads yet; start the response first")
	case s.Lead == c.Lead || offer != nil && offer.To == c.Lead && offer.Play == c.Texts[TextPlay]:
		return nil, nil
	}
	if err := leads(c.Lead, at); err != nil {
		return nil, err
	}
	if c.Lead == at.Actor.Person {
		return part.One(part.Record(&LeadChanged{Lead: c.Lead}, c.Texts))
	}
	o := part.Record(&HandoverOffered{To: c.Lead}, c.Texts)
	o.Tell = []part.Notice{{People: []string{c.Lead}, OwedMessage: part.OwedMessage{Kind: KindHandoverOffered, Lane: part.LaneStatutory,
		Why: "You are asked to take over the lead of this incident."}}}
	return part.One(o)
}

// decide ends an offer. Only its receiver accepts or declines it.
func (c AnswerHandover) decide(s State, at part.Case) ([]part.Outcome, error) {
	offer := s.Offer
	o := part.Record(&HandoverDeclined{}, c.Texts)
	switch {
	case offer == nil:
		return nil, fault.Conflict("no handover is offered now")
	case c.Withdraw:
		return part.One(part.Record(&HandoverDeclined{Withdrawn: true}, c.Texts))
	case offer.To != at.Actor.Person:
		return nil, fault.Forbidden("only the person to whom the lead is offered answers")
	case c.Accept:
		if err := leads(offer.To, at); err != nil {
			return nil, err
		}
		o = part.Record(&LeadChanged{Lead: offer.To}, map[string]string{TextPlay: offer.Play})
	}
	o.Tell = tellOfferer(*offer, c.Accept)
	return part.One(o)
}

func tellOfferer(o Offer, accepted bool) []part.Notice {
	person, ok := part.PersonOf(o.By)
	if !ok {
		return nil
	}
	why := "Your offer of the lead was declined; who led goes on leading."
	if accepted {
		why = "Your offer of the lead was accepted."
	}
	return []part.Notice{{People: []string{person}, OwedMessage: part.OwedMessage{Kind: KindHandoverAnswered, Lane: part.LaneStatutory,
		Why: why}}}
}

// decide brings somebody of the extended team in and tells them. Of a restricted incident they must be a member first.
func (c Engage) decide(s State, at part.Case) ([]part.Outcome, error) {
	if slices.ContainsFunc(s.Engaged, func(e Engagement) bool { return e.Person == c.Person }) {
		return nil, nil
	}
	p, ok := at.Dir.Person(c.Person)
	if !ok || p.Gone {
		return nil, fault.Invalid("person", "this person is not of the extended team", "choose somebody of the list")
	}
	if at.Restricted && !slices.Contains(at.Members, p.ID) {
		return nil, fault.Invalid("person", "the incident is restricted and this person is no member", "name them as a member first")
	}
	for _, role := range ExtendedRoles {
		if slices.ContainsFunc(p.Roles, func(r directory.Assignment) bool {
			return r.Role == role && slices.Contains(at.Dir.Below(r.Entity), at.Entity)
		}) {
			o := part.Record(&Engaged{Person: p.ID, Role: string(role)}, c.Texts)
			o.Tell = []part.Notice{{People: []string{p.ID}, OwedMessage: part.OwedMessage{Kind: KindEngaged, Lane: part.LaneStatutory,
				Why: "You are called in to support the response to this incident.", Clause: "MA 6.3.2"}}}
			return part.One(o)
		}
	}
	return nil, fault.Invalid("person", "this person is not of the extended team", "choose somebody of the list")
}

// decide takes any order of all tasks in which none comes before one that it waits for.
func (c OrderTasks) decide(s State, _ part.Case) ([]part.Outcome, error) {
	now := TaskIDs(s.Tasks)
	if slices.Equal(now, c.Tasks) {
		return nil, nil
	}
	if !slices.Equal(slices.Sorted(slices.Values(now)), slices.Sorted(slices.Values(c.Tasks))) {
		return nil, fault.Conflict("the list has changed meanwhile; look at it again")
	}
	for i, id := range c.Tasks {
		t, _ := s.Task(id)
		for _, before := range t.After {
			if slices.Index(c.Tasks, before) > i {
				return nil, fault.Conflict("%s comes after %s", id, before)
			}
		}
	}
	return part.One(part.Record(&TasksOrdered{Tasks: c.Tasks}, nil))
}

// decide records a decision that differs from the one in force. MA 6.6.2.6
func (c DecideContinuity) decide(s State, _ part.Case) ([]part.Outcome, error) {
	if all := s.Continuity; len(all) > 0 && all[len(all)-1].Activated == c.Activate {
		return nil, nil
	}
	return part.One(part.Record(&ContinuityDecided{Activated: c.Activate, Criteria: part.Listed(c.Criteria)}, c.Texts))
}
