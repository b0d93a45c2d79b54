package incident

import (
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// Assess states an item: a text, or a moment. Contact says that a way to reach the person of the item is among the texts, and
// that it is a mail address.
type Assess struct {
	Item   string
	Moment *Moment
	Mail   bool // the contact is a mail address, else a telephone number
	Texts  map[string]string
}

// Await says from whom an item is awaited, a person or the holders of a role, and by when.
type Await struct {
	Item, Person, Role string
	Until              time.Time
}

// KindItemAwaited asks somebody for an item of the assessment.
const KindItemAwaited = "item_awaited"

// decide records a statement, and what is no longer owed because of it.
func (c Assess) decide(d *decision) error {
	item, ok := ItemByID(c.Item)
	switch {
	case !ok:
		return fault.Invalid("item", "there is no such item", "choose one that the page lists")
	case item.Instant && c.Moment == nil:
		return fault.Invalid("at", "this item is a moment", "give a date and a time of day, with the zone")
	case item.Instant && time.UnixMicro(c.Moment.At).After(d.env.Now.Add(part.Skew)):
		return fault.Invalid("at", "it lies in the future", "state it once it has happened")
	case !item.Instant && c.Texts[TextValue] == "":
		return fault.Invalid("value", "nothing is stated", "say what is known; where nothing is, say from whom it is awaited")
	}
	f := &Assessed{Item: c.Item, Stated: []string{}}
	switch {
	case item.Instant:
		if now, ok := d.s.Stated(c.Item); ok && now.Moment != nil && *now.Moment == *c.Moment {
			return nil
		}
		f.At, f.Stated = c.Moment, []string{item.Field}
	case item.Person:
		f.Stated = append(f.Stated, item.Field+".name")
		if c.Texts[TextContact] != "" {
			f.Stated = append(f.Stated, item.Field+map[bool]string{true: ".email", false: ".phones"}[c.Mail])
		}
	case item.Field != "":
		f.Stated = []string{item.Field}
	}
	d.emit(f, c.Texts)
	d.settleItem(c.Item, policy.DischargeItem)
	if len(d.s.Filings) > 0 {
		d.follow()
	}
	return nil
}

// decide records who is asked for an item, and asks them.
func (c Await) decide(d *decision) error {
	item, ok := ItemByID(c.Item)
	switch {
	case !ok:
		return fault.Invalid("item", "there is no such item", "choose one that the page lists")
	case (c.Person == "") == (c.Role == ""):
		return fault.Invalid("person", "an item is awaited from a person, or from whoever holds a role", "choose one of the two")
	case c.Role != "" && !slices.Contains(directory.Roles, directory.Role(c.Role)):
		return fault.Invalid("role", "there is no such role", "choose one of the list")
	case !c.Until.IsZero() && !c.Until.After(d.env.Now):
		return fault.Invalid("until", "that moment has passed", "say by when you hope to have it")
	}
	if c.Person != "" && !d.belongs(c.Person) {
		return fault.Invalid("person", "this person has no office at the entity or above it",
			"choose somebody of the entity's or the state's response team, or a role")
	}
	f := Awaited{Item: c.Item, Person: c.Person, Role: c.Role}
	if !c.Until.IsZero() {
		f.Until = c.Until.UnixMicro()
	}
	if now, ok := d.s.AwaitedFrom(c.Item); ok && now.Person == c.Person && now.Role == c.Role && now.Until.Equal(c.Until) {
		return nil
	}
	d.emit(&f, nil)
	d.askFor(item, f)
	return nil
}

// askFor tells whoever is asked for an item, and makes it their duty where the pack says so, in place of whoever was asked before. A time
// that was agreed replaces the pack's. MA 6.5.2.3
func (d *decision) askFor(item Item, f Awaited) {
	d.settleItem(f.Item, policy.DischargeReplaced)
	asked := policy.Recipient{Person: f.Person}
	people := []string{f.Person}
	if f.Role != "" {
		asked = policy.Recipient{Role: f.Role, At: "entity"}
		people = Holders(d.env.Dir, asked, d.s.Entity)
	}
	m := OwedMessage{Kind: KindItemAwaited, Lane: LaneConfirm, Brings: f.Item, Why: "The report to management needs from you: " +
		strings.TrimSuffix(item.Title, ".") + "."}
	if p, owed := d.env.Pack.OwedOn(policy.OnAsked, d.env.Now); owed {
		if f.Until > 0 {
			p = p.Agreed(d.env.Now, time.UnixMicro(f.Until).UTC())
		}
		p.Rule, p.What, p.By, p.To = d.nextRule(askedRule+f.Item), "State for the report: "+item.Title, asked, d.env.Pack.Coordinator()
		duty := d.oweOne(d.owed(p, 0))
		m.Duty, m.Clause = duty.ID, duty.Clause
	}
	d.send(d.toPeople(people, m))
}

// askedRule begins the rule of a duty to state an item: "asked:location:1".
const askedRule = "asked:"

// itemOf is the item that a duty asks for; empty where it asks for none.
func itemOf(rule string) string {
	rest, ok := strings.CutPrefix(rule, askedRule)
	if !ok {
		return ""
	}
	item, _, _ := strings.Cut(rest, ":")
	return item
}

// settleItem ends the open duty to state an item by how.
func (d *decision) settleItem(item, how string) {
	d.dischargeWhere(how, func(x Duty) bool { return itemOf(x.Rule) == item })
}
