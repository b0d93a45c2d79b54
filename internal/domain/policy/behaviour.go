package policy

import (
	"fmt"
	"slices"
	"strings"

	"tocsin/internal/domain/calendar"
)

// rule is what every resolved rule carries.
type rule struct {
	id, title, clause string
	unverified        bool
	inForce           bool
	from, to          calendar.Date
}

// holds says whether the rule is in force on a date; a zero date asks for what is in force without an end.
func (r *rule) holds(on calendar.Date) bool {
	if !r.inForce {
		return false
	}
	if on.IsZero() {
		return r.to.IsZero()
	}
	return !on.Before(r.from) && (r.to.IsZero() || !r.to.Before(on))
}

func (r *rule) reason() Reason { return Reason{Rule: r.id, Text: r.title, Clause: r.clause} }

// conditional is a rule that is asked.
type conditional struct {
	rule
	when *condition
}

type row struct {
	conditional
	level Level
}

type telling struct {
	conditional
	tell Tell
}

type owing struct {
	conditional
	clock clock
	by    Recipient
	to    Recipient
	label string
	event string
	ends  string // what discharges it
}

type asking struct {
	conditional
	item   Item
	fields [][]string // per field the paths of which one suffices
}

type advising struct {
	conditional
	advice Advice
}

type calling struct {
	rule
	hours    string
	calendar *calendar.Calendar
	contact  Contact
}

// conditional resolves a rule and its condition. Rules with the same condition share one, so that it is evaluated once.
func (c *checker) conditional(kind string, d ruleDoc, when text, before stage) conditional {
	key := fmt.Sprint(before, when.S)
	shared, ok := c.compiled[key]
	if !ok {
		shared = c.compile(when, before)
		if shared != always {
			shared.index = len(c.pack.conditions)
			c.pack.conditions = append(c.pack.conditions, shared)
		}
		c.compiled[key] = shared
	}
	return conditional{c.rule(kind, d), shared}
}

// behaviour compiles everything that is asked of an incident.
func (c *checker) behaviour() {
	p := c.pack
	for _, d := range c.doc.Matrix {
		p.matrix = append(p.matrix, row{c.conditional("rating", d.ruleDoc, d.When, given), Level(d.Level.S)})
	}
	for _, d := range c.doc.Reportable {
		p.reportable = append(p.reportable, c.conditional("reportable", d.ruleDoc, d.When, rated))
	}
	for _, d := range c.doc.Items {
		p.items = append(p.items, c.asking(d))
	}
	for _, d := range c.doc.Tell {
		p.tell = append(p.tell, c.telling(d))
	}
	for _, d := range c.doc.Duties {
		p.duties = append(p.duties, c.owing(d))
	}
	for _, d := range c.doc.Advice {
		one := advising{conditional: c.conditional("advice", d.ruleDoc, d.When, afterwards)}
		one.advice = Advice{Rule: one.id, Text: one.title, Clause: one.clause, Phone: d.Phone.S, Unverified: one.unverified}
		p.advice = append(p.advice, one)
	}
	for _, d := range c.doc.Contacts {
		p.contacts = append(p.contacts, c.calling(d))
	}
	c.team()
}

func (c *checker) telling(d tellDoc) telling {
	one := telling{conditional: c.conditional("tell", d.ruleDoc, d.When, afterwards)}
	to := c.recipient(d.To, true)
	one.tell = Tell{Rule: one.id, To: to, Track: to.Authority != "", Confirms: c.pack.confirms[to.Authority], Report: d.Report.S,
		Why: one.title, Clause: one.clause, Unverified: one.unverified}
	return one
}

func (c *checker) owing(d dutyDoc) owing {
	one := owing{conditional: c.conditional("duty", d.ruleDoc, d.When, afterwards), clock: c.clock(d.clockDoc),
		by: c.recipient(d.By, true), to: c.recipient(d.To, false), label: d.ToLabel.S, event: d.Clock.S, ends: d.Discharge.S}
	if one.label == "" {
		one.label = c.label(one.to)
	}
	return one
}

// label names a recipient in plain words.
func (c *checker) label(r Recipient) string {
	for _, a := range c.doc.Authorities {
		if a.ID.S == r.Authority {
			return a.Title.S
		}
	}
	return strings.ReplaceAll(r.Role, "_", " ")
}

func (c *checker) asking(d itemDoc) asking {
	one := asking{conditional: c.conditional("item", d.ruleDoc, d.When, reported)}
	one.item = Item{ID: one.id, Label: one.title, Clause: one.clause, Report: d.Report.S, Material: d.Material != nil && *d.Material}
	for _, f := range d.Fields {
		alternatives := strings.Split(f.S, "|")
		for _, path := range alternatives {
			if !slices.Contains(fieldPaths, path) {
				c.add(f.Pos, oneOf(path, fieldPaths), "the filing has no field %q", path)
			}
		}
		one.fields = append(one.fields, alternatives)
		one.item.Fields = append(one.item.Fields, alternatives...)
	}
	return one
}

func (c *checker) calling(d contactDoc) calling {
	one := calling{rule: c.rule("contact", d.ruleDoc), hours: d.Hours.S, calendar: c.calendar(d.Calendar)}
	if d.Authority.S != "" {
		c.recipient(recipient{Pos: d.Pos, Authority: d.Authority}, true)
	}
	when := "at any hour"
	if one.calendar != nil && one.hours == "business" {
		when = one.calendar.Hours()
	} else if one.calendar != nil && one.hours == "after" {
		when = "outside " + one.calendar.Hours()
	}
	one.contact = Contact{Name: one.title, Authority: d.Authority.S, Phone: d.Phone.S, Email: d.Email.S, When: when, For: d.For.S, Clause: one.clause, Unverified: one.unverified}
	return one
}

// catalogue reads what pages show and nothing is worked out from.
func (c *checker) catalogue() {
	for _, d := range c.doc.Statements {
		c.rule("statement", d)
	}
	for _, d := range c.doc.Phases {
		r := c.rule("phase", d.ruleDoc)
		one := Phase{ID: r.id, Title: r.title, Clause: r.clause}
		for _, f := range d.CSF {
			one.CSF = append(one.CSF, f.S)
		}
		for _, aim := range d.Aims {
			if !slices.Contains(Aims, Aim(aim.S)) {
				c.add(aim.Pos, oneOf(aim.S, aimNames()), "there is no aim %q", aim.S)
			}
			one.Aims = append(one.Aims, Aim(aim.S))
		}
		c.pack.phases = append(c.pack.phases, one)
	}
	for _, d := range c.doc.Controls {
		r := c.rule("controls", d.ruleDoc)
		one := ControlSection{Title: r.title, Body: d.Body.S, Table: d.Table.S, Clause: r.clause}
		for _, m := range d.Rows {
			one.Rows = append(one.Rows, Control{NIST: m.NIST.S, CIS: m.CIS.S, CSF: m.CSF.S})
		}
		c.pack.controls = append(c.pack.controls, one)
	}
	for _, d := range c.doc.Audiences {
		c.pack.audiences = append(c.pack.audiences, c.audience(d))
	}
	for _, d := range c.doc.Playbooks {
		c.pack.playbooks = append(c.pack.playbooks, c.playbook(d))
	}
}
