package incident

import (
	"slices"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/incident/review"
)

// KindWorkReturned tells somebody that another's work is theirs now.
const KindWorkReturned = "work_returned"

// ReturnWork gives the work of somebody who is away or has left to the first of To who may have it.
type ReturnWork struct {
	Person, Cause string
	To            []string // person ids, best first
}

// decide moves everything that sits with a person by name: the lead, an offer of it, tasks, corrective actions, items that they were asked
// for. What a role owes
// stays with the role. Where nobody may have it, tasks lie there for anyone of their roles, who led stays named, and the operator, or of
// a restricted incident its members, are told once. MA 6.3.1.1.1
func (c ReturnWork) decide(d *decision) error {
	x, actions := d.s.Response, d.actionsOf(c.Person)
	f := &WorkReturned{From: c.Person, Cause: c.Cause, To: d.firstOf(c.To)}
	if d.s.Status != StatusClosed {
		f.Lead = x.Lead == c.Person && (x.Stranded != c.Person || f.To != "")
		f.Handover = x.Offer != nil && x.Offer.To == c.Person
		for _, t := range x.Tasks {
			if t.Status == TaskOpen && t.Person == c.Person {
				f.Tasks = append(f.Tasks, t.ID)
			}
		}
	}
	for _, a := range actions {
		if f.To != "" {
			f.Actions = append(f.Actions, a.ID)
		}
	}
	awaited := d.awaitedOf(c.Person)
	for _, w := range awaited {
		if f.To != "" {
			f.Items = append(f.Items, w.Item)
		}
	}
	if !f.Lead && !f.Handover && len(f.Tasks)+len(f.Actions)+len(f.Items) == 0 {
		return nil
	}
	d.emit(f, nil)
	d.tellReturned(c, f, x.Offer)
	d.askAgain(f, awaited)
	for _, a := range actions {
		if f.To == "" {
			break
		}
		d.carryOut(review.HandOn(a, f.To, d.view()))
	}
	return nil
}

// awaitedOf is what a person was asked for and has not stated.
func (d *decision) awaitedOf(person string) []Awaiting {
	return slices.DeleteFunc(slices.Clone(d.s.Assessment.Awaiting), func(w Awaiting) bool { return w.Person != person })
}

// askAgain asks whoever has the work now, by the time that was agreed, if that has not passed.
func (d *decision) askAgain(f *WorkReturned, awaited []Awaiting) {
	for _, w := range awaited {
		if f.To == "" {
			return
		}
		item, _ := ItemByID(w.Item)
		again := Awaited{Item: w.Item, Person: f.To}
		if w.Until.After(d.env.Now) {
			again.Until = w.Until.UnixMicro()
		}
		d.emit(&again, nil)
		d.askFor(item, again)
	}
}

func (d *decision) actionsOf(person string) []Action {
	return slices.DeleteFunc(slices.Clone(d.s.Review.Actions), func(a Action) bool { return a.Owner != person || a.Status != ActionIsOpen })
}

// firstOf is the first who may be given work on the incident.
func (d *decision) firstOf(people []string) string {
	for _, id := range people {
		by, here := access.NewActor(d.env.Dir, id)
		if here && d.belongs(id) && access.Allow(by, access.Work, access.Object{Entity: d.s.Entity}) {
			return id
		}
	}
	return ""
}

// tellReturned tells whoever has the work now, and whoever offered the lead to somebody who cannot answer.
func (d *decision) tellReturned(c ReturnWork, f *WorkReturned, offer *Offer) {
	name := c.Person
	if p, ok := d.env.Dir.Person(c.Person); ok {
		name = p.Name
	}
	why := name + " is away. Their work on this incident is yours until you hand it on."
	if c.Cause == CauseLeft {
		why = name + " has left. Their work on this incident is yours until you hand it on."
	}
	if f.To != "" {
		d.send(d.toPeople([]string{f.To}, OwedMessage{Kind: KindWorkReturned, Lane: LaneStatutory, Why: why, Clause: "MA 6.3.1.1.1"}))
	} else if f.Lead || len(f.Tasks) > 0 {
		d.send(d.toOperator(OwedMessage{Kind: KindWorkReturned, Lane: LaneStatutory, Clause: "MA 6.3.1.1.1",
			Why: name + " is away or has left, and nobody of the response team can take their work on this incident. Please name a coordinator."}))
	}
	if !f.Handover {
		return
	}
	if by, ok := part.PersonOf(offer.By); ok && by != f.To && by != c.Person {
		d.send(d.toPeople([]string{by}, OwedMessage{Kind: KindHandoverAnswered, Lane: LaneStatutory,
			Why: "Your offer of the lead ended: " + name + " is away or has left. Who led goes on leading."}))
	}
}
