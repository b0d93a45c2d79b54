package web

import (
	"net/http"
	"strings"

	"tocsin/internal/domain/fault"
)

// actForms are the forms of a page with several acts: only the one that was refused stands open, with what was typed.
type actForms struct {
	F       formView
	Failed  string // the act that was refused
	Subject string // and what it was about
}

// Opened says whether the form of an act on a subject stands open.
func (a actForms) Opened(act, subject string) bool { return a.Failed == act && a.Subject == subject }

// Control is one field of an act's form.
func (a actForms) Control(act, subject, name, label, hint string) control {
	c := control{Name: name, Label: label, Hint: hint, Rows: 3, Type: "text", ID: fieldID(act + "-" + subject + "-" + name)}
	if a.Opened(act, subject) {
		c.Value = a.F.typed.Get(name)
		for _, p := range a.F.problems {
			if p.ID == c.ID {
				c.Error = p.Text
			}
		}
	}
	return c
}

// Pick offers a choice of which one is taken.
func (a actForms) Pick(act, subject, name, label, chosen string, options []option) control {
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
func (a actForms) Moment(act, subject, name, label, hint, zone string) control {
	f := formView{zone: zone, extra: a.F.extra}
	if a.Opened(act, subject) {
		f.typed = a.F.typed
	}
	c, plain := f.Time(name, label, hint), a.Control(act, subject, name, label, hint)
	c.ID, c.Error, c.Value = plain.ID, plain.Error, plain.Value
	return c
}

// acted ends an act: on to where the page says what was done, or back to the page with what was refused.
func (s *site) acted(w http.ResponseWriter, r *request, err error, act, subject, to string, again func(status int, forms actForms) error) error {
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindConflict {
		problems := problemsOf(err)
		for i := range problems {
			if problems[i].ID != "" {
				problems[i].ID = strings.Replace(problems[i].ID, "f-", fieldID(act+"-"+subject)+"-", 1)
			}
		}
		return again(statusOf(err), actForms{F: formView{typed: r.form, problems: problems}, Failed: act, Subject: subject})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}
