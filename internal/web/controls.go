package web

import (
	"net/url"
	"slices"
	"strings"

	"tocsin/internal/domain/fault"
)

// formView shows a form with what was typed into it and what is wrong with it.
type formView struct {
	typed    url.Values
	problems []problem
	extra    map[string][]zoneChoice // further time zones offered for a field
	zone     string                  // the zone that time fields start with
}

// control is one field of a form as its template needs it.
type control struct {
	Name, ID, Label, Hint, Value, Error string
	Options                             []option
	Rows                                int
	Type, Mode, Auto                    string // type, inputmode and autocomplete of an input
	Zones                               []option
	ZoneName                            string
}

type option struct {
	Value, Label, Hint string
	Chosen             bool
}

// fieldID is the id of a field's control: "devices[3].serial" stands under "f-devices-3-serial".
func fieldID(name string) string {
	return "f-" + strings.NewReplacer("[", "-", "]", "", ".", "-", "_", "-").Replace(name)
}

// problemsOf turns refusals into what the page shows, each leading to its field.
func problemsOf(err error) []problem {
	var list []problem
	for _, e := range fault.All(err) {
		p := problem{Text: strings.TrimSpace(e.Detail + " " + e.Remedy)}
		if e.Field != "" {
			p.ID, p.Label = fieldID(e.Field), labelOf(e.Field)
		}
		list = append(list, p)
	}
	return list
}

// problemsNamed is problemsOf with the names that the page gives its fields.
func problemsNamed(err error, names map[string]string) []problem {
	list := problemsOf(err)
	for i := range list {
		list[i].Label = names[list[i].ID]
	}
	return list
}

func (f formView) control(name, label, hint string) control {
	c := control{Name: name, ID: fieldID(name), Label: label, Hint: hint, Value: f.typed.Get(name), Type: "text"}
	for _, p := range f.problems {
		if p.ID == c.ID {
			c.Error = p.Text
			break
		}
	}
	return c
}

// Text is a line of text.
func (f formView) Text(name, label, hint string) control { return f.control(name, label, hint) }

// Contact is a line of text that the browser may know: kind is its autocomplete name.
func (f formView) Contact(name, label, hint, kind string) control {
	c := f.control(name, label, hint)
	if kind == "email" {
		c.Type = "email"
	}
	return c
}

// Secret is a line that is not shown while it is typed, and never shown again.
func (f formView) Secret(name, label, hint, kind string) control {
	c := f.control(name, label, hint)
	c.Type, c.Auto, c.Value = "password", kind, ""
	return c
}

// Number is a whole number, typed as text so that commas and a dollar sign do no harm.
func (f formView) Number(name, label, hint string) control {
	c := f.control(name, label, hint)
	c.Mode = "numeric"
	return c
}

// Area is text of several lines.
func (f formView) Area(name, label, hint string, rows int) control {
	c := f.control(name, label, hint)
	c.Rows = rows
	return c
}

// YesNo asks for yes, no or not known; nothing is chosen until someone chooses.
func (f formView) YesNo(name, label, hint string) control {
	return f.one(name, label, hint, []option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}, {Value: "", Label: "Not known yet"}})
}

// one offers a choice of which one may be taken.
func (f formView) one(name, label, hint string, options []option) control {
	c := f.control(name, label, hint)
	typed := f.typed.Get(name)
	for _, o := range options {
		o.Chosen = o.Value == typed
		c.Options = append(c.Options, o)
	}
	return c
}

// many offers a choice of which any may be taken.
func (f formView) many(name, label, hint string, options []option) control {
	c := f.control(name, label, hint)
	for _, o := range options {
		o.Chosen = slices.Contains(f.typed[name], o.Value)
		c.Options = append(c.Options, o)
	}
	return c
}

// Choice offers the given values, written in words, and "not known yet".
func (f formView) Choice(name, label, hint string, values ...string) control {
	options := []option{{Value: "", Label: "Not known yet"}}
	for _, v := range values {
		options = append(options, option{Value: v, Label: sentence(v)})
	}
	return f.one(name, label, hint, options)
}

// Time is a date with time of day, and the zone it is meant in.
func (f formView) Time(name, label, hint string) control {
	c := f.control(name, label, hint)
	c.ZoneName = name + ".zone"
	chosen := f.typed.Get(c.ZoneName)
	if chosen == "" {
		chosen = f.zone
	}
	choices := append(slices.Clone(f.extra[name]), zoneChoices...)
	if !slices.ContainsFunc(choices, func(z zoneChoice) bool { return z.ID == chosen }) && chosen != "" {
		choices = append([]zoneChoice{{chosen, strings.ReplaceAll(chosen, "_", " ")}}, choices...)
	}
	for _, z := range choices {
		c.Zones = append(c.Zones, option{Value: z.ID, Label: z.Label, Chosen: z.ID == chosen})
	}
	return c
}
