package page

import (
	"net/http"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// ActForms are the forms of a page with several acts: only the one that was Refused stands open, with what was typed.
type ActForms struct {
	F       FormView
	Failed  string // the act that was Refused
	Subject string // and what it was about
}

// Opened says whether the form of an act on a subject stands open.
func (a ActForms) Opened(act, subject string) bool { return a.Failed == act && a.Subject == subject }

// Control is one field of an act's form, which may begin with a given value. Several forms of a page have the same field names, so
// the id names act and subject too, and only the form that was Refused shows what was typed.
func (a ActForms) Control(act, subject, name, label, hint string, given ...string) Control {
	return a.Field(act+"-"+subject, a.Opened(act, subject), name, label, hint, given...)
}

// Field is one field of a form: the ids of its fields begin with the form's name.
func (a ActForms) Field(form string, opened bool, name, label, hint string, given ...string) Control {
	c := Control{Name: name, Label: label, Hint: hint, Rows: 3, Type: "text", ID: FieldID(form + "-" + name)}
	if len(given) > 0 {
		c.Value = given[0]
	}
	if !opened {
		return c
	}
	if len(given) == 0 || a.F.Values.Has(name) {
		c.Value = a.F.Values.Get(name)
	}
	for _, p := range a.F.Problems {
		if p.ID == c.ID {
			c.Error = p.Text
		}
	}
	return c
}

// Line is a line of text that no browser fills in; given is what it begins with.
func (a ActForms) Line(act, subject, name, label, hint, given string) Control {
	c := a.Control(act, subject, name, label, hint, given)
	c.Auto = "off"
	return c
}

// Area is text of several lines.
func (a ActForms) Area(act, subject, name, label, hint, given string, rows int) Control {
	c := a.Control(act, subject, name, label, hint, given)
	c.Rows = rows
	return c
}

// Day is a date.
func (a ActForms) Day(act, subject, name, label, hint, given string) Control {
	c := a.Control(act, subject, name, label, hint, given)
	c.Type = "date"
	return c
}

// Select offers a choice of which one is taken; given is the one that is chosen first.
func (a ActForms) Select(act, subject, name, label, hint, given string, options []Option) Control {
	return a.Control(act, subject, name, label, hint, given).Offering(options)
}

// Checks offers a choice of which any may be taken; the options say what is chosen first.
func (a ActForms) Checks(act, subject, name, label, hint string, options []Option) Control {
	return a.Control(act, subject, name, label, hint).Checks(options, a.Opened(act, subject), a.F.Values[name])
}

// When is a date with time of day, and the zone it is meant in.
func (a ActForms) When(act, subject, name, label, hint string) Control {
	return a.Timed(a.Control(act, subject, name, label, hint), a.Opened(act, subject))
}

// Timed makes a control a time, with the zones that it may be meant in.
func (a ActForms) Timed(c Control, opened bool) Control {
	f := FormView{Zone: a.F.Zone}
	if opened {
		f = a.F
	}
	zones := f.Time(c.Name, "", "")
	c.ZoneName, c.Zones = zones.ZoneName, zones.Zones
	return c
}

// Offering gives a Control its options; the one that is its value is chosen.
func (c Control) Offering(options []Option) Control {
	for _, o := range options {
		o.Chosen = o.Value == c.Value
		c.Options = append(c.Options, o)
	}
	return c
}

// Checks gives a control its options, of which any may be chosen: those that were typed, or those that say so.
func (c Control) Checks(options []Option, opened bool, typed []string) Control {
	for _, o := range options {
		if opened {
			o.Chosen = slices.Contains(typed, o.Value)
		}
		c.Options = append(c.Options, o)
	}
	return c
}

// PeopleOptions offers people by name and title, behind the options that stand for none of them.
func PeopleOptions(people []app.PersonView, first ...Option) []Option {
	for _, p := range people {
		label := p.Name
		if p.Title != "" {
			label += ", " + p.Title
		}
		first = append(first, Option{Value: p.ID, Label: label})
	}
	return first
}

// RoleOptions offers the offices whose holders do something about an incident.
func RoleOptions(first ...Option) []Option {
	for _, role := range directory.Roles {
		if role != directory.AuthorityOfficer && role != directory.Administrator && role != directory.Auditor {
			first = append(first, Option{Value: string(role), Label: RoleName(role)})
		}
	}
	return first
}

// RoleName is an office in words.
func RoleName(role directory.Role) string { return app.RoleName(string(role)) }

// OptionsOf offers values in words.
func OptionsOf[T ~string](values []T, words func(T) string, first ...Option) []Option {
	for _, v := range values {
		first = append(first, Option{Value: string(v), Label: words(v)})
	}
	return first
}

// Act is one act of a page's forms: what it does, what the page says of it, and where the reader comes back to.
type Act struct {
	Name    string                             // as its form is named
	Subject string                             // what it is about; empty where the page is about nothing else
	Form    string                             // what the ids of its fields begin with; empty for its name and its subject
	Needs   []string                           // fields that must not be empty, each with what the page calls it
	Run     func(number string) error          // number is that of the incident in the address; empty where there is none
	Show    func(status int, f ActForms) error // shows the page again, with what was refused
	To      string                             // address of the page
	Done    string                             // what the page says was done, by its key
	Part    string                             // of the page, to come back to; empty for its head
}

// ReasonNeeded is what an act needs that somebody must explain.
var ReasonNeeded = []string{"reason", "The reason"}

// Perform runs one act and goes on to where the page says what was done. A refusal shows the page again with what was typed.
func Perform(w http.ResponseWriter, r *Request, a Act) error {
	err := r.need(a.Needs)
	if err == nil {
		err = a.Run(r.PathValue("number"))
	}
	if Refused(err) {
		return a.Show(StatusOf(err), a.refusal(r, err))
	}
	if err != nil {
		return err
	}
	to := a.To
	if a.Done != "" {
		to += "?done=" + a.Done
	}
	if a.Part != "" {
		to += "#" + a.Part
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// refusal is the form of a Refused act; what is wrong leads to its fields.
func (a Act) refusal(r *Request, err error) ActForms {
	form := a.Form
	if form == "" {
		form = a.Name + "-" + a.Subject
	}
	problems := ProblemsOf(err)
	for i, p := range problems {
		if name, ok := strings.CutPrefix(p.ID, "f-"); ok {
			problems[i].ID = FieldID(form) + "-" + name
		}
	}
	return ActForms{Failed: a.Name, Subject: a.Subject, F: FormView{Values: r.Form, Problems: problems, Extra: r.Choices}}
}

// Refused says whether an act was Refused in a way that the one who acts can mend.
func Refused(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.KindInvalid || kind == fault.KindConflict
}

// StatusOf is the status of a page that shows a refusal.
func StatusOf(err error) int {
	if fault.KindOf(err) == fault.KindConflict {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// Required refuses an empty reason before the application is asked.
func (r *Request) Required(name, what string) (string, error) {
	if v := r.Text(name); v != "" {
		return v, nil
	}
	return "", fault.Invalid(name, what+" is missing.", "Write it in a sentence or two.")
}

// need refuses a form that lacks one of its fields, given as names and what the page calls them.
func (r *Request) need(fields []string) error {
	for i := 0; i+1 < len(fields); i += 2 {
		if _, err := r.Required(fields[i], fields[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// IncidentCrumbs lead from the home page to an incident, and on.
func IncidentCrumbs(number string, more ...Crumb) []Crumb {
	return slices.Concat(Crumbs("Home", "/", "Incidents", "/incidents", number, IncidentAddress(number)), more)
}
