package page

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/investigation"
)

// FormView shows a form with what was typed into it and what is wrong with it.
type FormView struct {
	Values   url.Values
	Problems []Problem
	Extra    map[string][]ZoneChoice // further time zones offered for a field
	Zone     string                  // the zone that time fields start with
}

// Control is one field of a form as its template needs it.
type Control struct {
	Name, ID, Label, Hint, Value, Error string
	Options                             []Option
	Rows                                int
	Type, Mode, Auto                    string // type, inputmode and autocomplete of an input
	Zones                               []Option
	ZoneName                            string
}

// Option is one choice of a control.
type Option struct {
	Value, Label, Hint string
	Chosen             bool
}

// FieldID is the id of a field's control: "devices[3].serial" stands under "f-devices-3-serial".
func FieldID(name string) string {
	return "f-" + strings.NewReplacer("[", "-", "]", "", ".", "-", "_", "-").Replace(name)
}

// ProblemsOf turns refusals into what the page shows, each leading to its field.
func ProblemsOf(err error) []Problem {
	var list []Problem
	for _, e := range fault.All(err) {
		p := Problem{Text: strings.TrimSpace(e.Detail + " " + e.Remedy)}
		if e.Field != "" {
			p.ID, p.Label = FieldID(e.Field), LabelOf(e.Field)
		}
		list = append(list, p)
	}
	return list
}

// ProblemsNamed is problemsOf with the names that the page gives its fields.
func ProblemsNamed(err error, names map[string]string) []Problem {
	list := ProblemsOf(err)
	for i := range list {
		list[i].Label = names[list[i].ID]
	}
	return list
}

// Control returns one field of the form, with what was typed and what is wrong with it.
func (f FormView) Control(name, label, hint string) Control {
	c := Control{Name: name, ID: FieldID(name), Label: label, Hint: hint, Value: f.Values.Get(name), Type: "text"}
	for _, p := range f.Problems {
		if p.ID == c.ID {
			c.Error = p.Text
			break
		}
	}
	return c
}

// Text is a line of text.
func (f FormView) Text(name, label, hint string) Control { return f.Control(name, label, hint) }

// Contact is a line of text that the browser may know: kind is its autocomplete name.
func (f FormView) Contact(name, label, hint, kind string) Control {
	c := f.Control(name, label, hint)
	if kind == "email" {
		c.Type = "email"
	}
	return c
}

// Secret is a line that is not shown while it is typed, and never shown again.
func (f FormView) Secret(name, label, hint, kind string) Control {
	c := f.Control(name, label, hint)
	c.Type, c.Auto, c.Value = "password", kind, ""
	return c
}

// Number is a whole number, typed as text so that commas and a dollar sign do no harm.
func (f FormView) Number(name, label, hint string) Control {
	c := f.Control(name, label, hint)
	c.Mode = "numeric"
	return c
}

// Area is text of several lines.
func (f FormView) Area(name, label, hint string, rows int) Control {
	c := f.Control(name, label, hint)
	c.Rows = rows
	return c
}

// YesNo asks for yes, no or not known; nothing is chosen until someone chooses.
func (f FormView) YesNo(name, label, hint string) Control {
	return f.One(name, label, hint, []Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}, {Value: "", Label: "Not known yet"}})
}

// One offers a choice of which one may be taken.
func (f FormView) One(name, label, hint string, options []Option) Control {
	c := f.Control(name, label, hint)
	typed := f.Values.Get(name)
	for _, o := range options {
		o.Chosen = o.Value == typed
		c.Options = append(c.Options, o)
	}
	return c
}

// Many offers a choice of which any may be taken.
func (f FormView) Many(name, label, hint string, options []Option) Control {
	c := f.Control(name, label, hint)
	for _, o := range options {
		o.Chosen = slices.Contains(f.Values[name], o.Value)
		c.Options = append(c.Options, o)
	}
	return c
}

// Choice offers the given values, written in words, and "not known yet".
func (f FormView) Choice(name, label, hint string, values ...string) Control {
	options := []Option{{Value: "", Label: "Not known yet"}}
	for _, v := range values {
		options = append(options, Option{Value: v, Label: Sentence(v)})
	}
	return f.One(name, label, hint, options)
}

// Time is a date with time of day, and the zone it is meant in.
func (f FormView) Time(name, label, hint string) Control {
	c := f.Control(name, label, hint)
	c.ZoneName = name + ".zone"
	chosen := f.Values.Get(c.ZoneName)
	if chosen == "" {
		chosen = f.Zone
	}
	choices := append(slices.Clone(f.Extra[name]), ZoneChoices...)
	if !slices.ContainsFunc(choices, func(z ZoneChoice) bool { return z.ID == chosen }) && chosen != "" {
		choices = append([]ZoneChoice{{chosen, strings.ReplaceAll(chosen, "_", " ")}}, choices...)
	}
	for _, z := range choices {
		c.Zones = append(c.Zones, Option{Value: z.ID, Label: z.Label, Chosen: z.ID == chosen})
	}
	return c
}

// YesNo2 asks for yes, no or unknown where the contract has a word for each.
func (f FormView) YesNo2(name, label, hint string) Control {
	return f.One(name, label, hint, []Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"},
		{Value: "unknown", Label: "Not known yet"}})
}

// Several offers the given values, written in words; any may be taken.
func (f FormView) Several(name, label string, values ...string) Control {
	var options []Option
	for _, v := range values {
		options = append(options, Option{Value: v, Label: Sentence(v)})
	}
	return f.Many(name, label, "Choose all that apply.", options)
}

// Person is one line of a contact. Only for the reporter may the browser fill in its user's own data.
func (f FormView) Person(at, field, label string) Control {
	c := f.Control(at+"."+field, label, "")
	if field == "email" {
		c.Type = "email"
	}
	if at == "reporter" {
		c.Auto = map[string]string{"name": "name", "email": "email", "phones": "tel", "address": "street-address"}[field]
	}
	return c
}

// Described lists the ids that describe a control, for aria-describedby.
func (c Control) Described() string {
	var ids []string
	if c.Hint != "" {
		ids = append(ids, c.ID+"-hint")
	}
	if c.Error != "" {
		ids = append(ids, c.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// Typed says whether a field was given anything.
func (f FormView) Typed(name string) bool { return f.Values.Get(name) != "" }

// Stamp shows when something happened. A day or a month is that of the source, whatever the reader's zone.
func (c Clock) Stamp(e app.EventView) stamp {
	layout := precise[e.Precision]
	if e.Precision == investigation.Second && e.At.Nanosecond() > 0 {
		layout = "2006-01-02 15:04:05.000"
	}
	there := OffsetWords(e.At)
	if e.Zone != "" && e.Zone != there {
		there += " (" + e.Zone + ")"
	}
	if e.Precision == investigation.Day || e.Precision == investigation.Month {
		return stamp{Machine: e.At.Format("2006-01-02"), Text: e.At.Format(layout), Offset: there}
	}
	here := e.At.In(c.Zone)
	s := stamp{Machine: e.At.Format(time.RFC3339Nano), Text: here.Format(layout), Offset: OffsetWords(here)}
	_, a := e.At.Zone()
	if _, b := here.Zone(); a != b {
		s.Original = e.At.Format(layout) + " " + there
	}
	return s
}
