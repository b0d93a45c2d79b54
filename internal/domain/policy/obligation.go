package policy

import (
	"slices"
	"strings"

	"tocsin/internal/domain/calendar"
)

// Obligation is a rule that makes somebody owe something, for pages: without an incident, so without instants.
type Obligation struct {
	Rule       Rule
	By         Recipient
	To         string // plain words; empty where nobody is named
	Due        string // plain words: "10 business days"; empty where the rule sets no time
	Calendar   string // title of the calendar, where business days or whole days count
	From       string // event that the clock runs from
	Warn       string // how long before it is due there is a warning; empty for none
	Escalate   string // how long after it is due it goes to EscalateTo; empty for never
	EscalateTo Recipient
	Discharge  string
}

// Obligations lists what the pack can make somebody owe, in its order.
func (p *Pack) Obligations() []Obligation {
	var out []Obligation
	for i := range p.duties {
		d := &p.duties[i]
		o := Obligation{By: d.by, To: d.label, From: d.event, Discharge: d.ends, EscalateTo: d.clock.escalateTo}
		o.Rule, _ = p.RuleByID(d.id)
		o.Due, o.Warn, o.Escalate = d.clock.due.words(), d.clock.warn.words(), d.clock.escalate.words()
		if u := d.clock.due.Unit; u == businessDays || u == calendarDays {
			o.Calendar = d.clock.calendar.Title()
		}
		out = append(out, o)
	}
	return out
}

func (p period) words() string {
	if p.Unit == noPeriod {
		return ""
	}
	return p.String()
}

// Telling is a rule by which somebody is told, for pages.
type Telling struct {
	Rule Rule
	To   Recipient
	Name string // plain words for To
}

// Tellings lists whom the pack can have told, in its order.
func (p *Pack) Tellings() []Telling {
	var out []Telling
	for i := range p.tell {
		t := Telling{To: p.tell[i].tell.To}
		t.Rule, _ = p.RuleByID(p.tell[i].id)
		for _, a := range p.authorities {
			if a.ID == t.To.Authority {
				t.Name = a.Name
			}
		}
		if t.To.Role != "" {
			t.Name = strings.ReplaceAll(t.To.Role, "_", " ")
		}
		out = append(out, t)
	}
	return out
}

// Calendars lists the pack's calendars, by id.
func (p *Pack) Calendars() []*calendar.Calendar {
	var out []*calendar.Calendar
	for _, c := range p.calendars {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *calendar.Calendar) int { return strings.Compare(a.ID(), b.ID()) })
	return out
}
