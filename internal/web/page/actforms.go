package page

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/fault"
)

// ActForms are the forms of a page with several acts: only the one that was refused stands open, with what was typed.
type ActForms struct {
	F       FormView
	Failed  string // the act that was refused
	Subject string // and what it was about
}

// Opened says whether the form of an act on a subject stands open.
func (a ActForms) Opened(act, subject string) bool { return a.Failed == act && a.Subject == subject }

// Control is one field of an act's form.
func (a ActForms) Control(act, subject, name, label, hint string) Control {
	c := Control{Name: name, Label: label, Hint: hint, Rows: 3, Type: "text", ID: FieldID(act + "-" + subject + "-" + name)}
	if a.Opened(act, subject) {
		c.Value = a.F.Values.Get(name)
		for _, p := range a.F.Problems {
			if p.ID == c.ID {
				c.Error = p.Text
			}
		}
	}
	return c
}

// Pick offers a choice of which one is taken.
func (a ActForms) Pick(act, subject, name, label, chosen string, options []Option) Control {
	c := a.Control(act, subject, name, label, "")
	if c.Value == "" {
		c.Value = chosen
	}
	for _, o := range options {
		o.Chosen = o.Value == c.Value
		c.Options = append(c.Options, o)
	}
	return c
}

// Moment is a date with time of day, and the zone it is meant in.
func (a ActForms) Moment(act, subject, name, label, hint, zone string) Control {
	f := FormView{Zone: zone, Extra: a.F.Extra}
	if a.Opened(act, subject) {
		f.Values = a.F.Values
	}
	c, plain := f.Time(name, label, hint), a.Control(act, subject, name, label, hint)
	c.ID, c.Error, c.Value = plain.ID, plain.Error, plain.Value
	return c
}

// Acted ends an act: on to where the page says what was done, or back to the page with what was refused.
func (s *Site) Acted(w http.ResponseWriter, r *Request, err error, act, subject, to string, again func(status int, forms ActForms) error) error {
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindConflict {
		problems := ProblemsOf(err)
		for i := range problems {
			if problems[i].ID != "" {
				problems[i].ID = strings.Replace(problems[i].ID, "f-", FieldID(act+"-"+subject)+"-", 1)
			}
		}
		return again(StatusOf(err), ActForms{F: FormView{Values: r.Form, Problems: problems}, Failed: act, Subject: subject})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// Refused says whether an act was refused in a way that the one who acts can mend.
func Refused(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.KindInvalid || kind == fault.KindConflict
}

func StatusOf(err error) int {
	if fault.KindOf(err) == fault.KindConflict {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// control is one field of an act's form that no browser fills in.
func (a ActForms) control(act, subject, name, label, hint string) Control {
	c := a.Control(act, subject, name, label, hint)
	c.Auto = "off"
	return c
}

// Line is a line of text of an act's form; given is what it starts with.
func (a ActForms) Line(act, subject, name, label, hint, given string) Control {
	c := a.control(act, subject, name, label, hint)
	if !a.Opened(act, subject) {
		c.Value = given
	}
	return c
}

// Area is text of several lines.
func (a ActForms) Area(act, subject, name, label, hint, given string, rows int) Control {
	c := a.Line(act, subject, name, label, hint, given)
	c.Rows = rows
	return c
}

// Choose offers values with their words, one after the other; given is the one that is chosen first.
func (a ActForms) Choose(act, subject, name, label, hint, given string, options []Option) Control {
	c := a.Line(act, subject, name, label, hint, given)
	for _, o := range options {
		o.Chosen = o.Value == c.Value
		c.Options = append(c.Options, o)
	}
	return c
}

// When is a date with time of day and its zone.
func (a ActForms) When(act, subject, name, label, hint string, given *time.Time, p Clock) Control {
	c := a.control(act, subject, name, label, strings.TrimSpace("Written like 2026-11-21 15:04, with seconds where they are known. "+hint))
	c.ZoneName = name + ".zone"
	chosen := p.Zone.String()
	switch {
	case a.Opened(act, subject):
		chosen = a.F.Values.Get(c.ZoneName)
	case given != nil:
		c.Value, chosen = given.Format("2006-01-02 15:04:05.999999"), "UTC"+given.Format("-07:00")
	}
	choices := append(slices.Clone(a.F.Extra[name]), ZoneChoices...)
	if chosen != "" && !slices.ContainsFunc(choices, func(z ZoneChoice) bool { return z.ID == chosen }) {
		choices = append([]ZoneChoice{{chosen, strings.ReplaceAll(chosen, "_", " ")}}, choices...)
	}
	for _, z := range choices {
		c.Zones = append(c.Zones, Option{Value: z.ID, Label: z.Label, Chosen: z.ID == chosen})
	}
	return c
}
