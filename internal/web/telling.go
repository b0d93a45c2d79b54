package web

import (
	"net/http"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
)

// acts are the forms of a page with several of them: only the one that was refused shows what was typed.
type acts struct {
	F               formView
	Failed, Subject string // the act that was refused, and what it was about
}

// Opened says whether the form of an act stands open.
func (a acts) Opened(act, subject string) bool { return a.Failed == act && a.Subject == subject }

// Control is one field of an act's form.
func (a acts) Control(act, subject, name, label, hint string) control {
	return a.own(act, subject, control{Name: name, Label: label, Hint: hint, Rows: 3, Type: "text"})
}

// own gives a control its id, and, where its form was refused, what was typed and what is wrong with it.
func (a acts) own(act, subject string, c control) control {
	c.ID, c.Value, c.Error = fieldID(act+"-"+subject+"-"+c.Name), "", ""
	if a.Opened(act, subject) {
		c.Value = a.F.typed.Get(c.Name)
		for _, p := range a.F.problems {
			if p.ID == c.ID {
				c.Error = p.Text
			}
		}
	}
	return c
}

// When is a date and a time of day with its zone.
func (a acts) When(act, subject, name, label, hint string) control {
	f := a.F
	if !a.Opened(act, subject) {
		f = formView{zone: a.F.zone}
	}
	return a.own(act, subject, f.Time(name, label, hint))
}

// Chosen marks the option that was chosen, or the first one.
func (c control) chosen(options []option) control {
	for _, o := range options {
		o.Chosen = o.Value == c.Value
		c.Options = append(c.Options, o)
	}
	return c
}

// people offers who can be asked.
func peopleOptions(people []app.PersonView) []option {
	out := []option{{Value: "", Label: "Nobody by name"}}
	for _, p := range people {
		label := p.Name
		if p.Title != "" {
			label += ", " + p.Title
		}
		out = append(out, option{Value: p.ID, Label: label})
	}
	return out
}

func roleOptions() []option {
	out := []option{{Value: "", Label: "No role"}}
	for _, role := range directory.Roles {
		if role != directory.AuthorityOfficer && role != directory.Administrator && role != directory.Auditor {
			out = append(out, option{Value: string(role), Label: app.RoleName(string(role))})
		}
	}
	return out
}

func channelOptions(first string) []option {
	out := []option{{Value: "", Label: first}}
	for _, c := range incident.Channels {
		out = append(out, option{Value: c, Label: sentence(c)})
	}
	return out
}

// tell runs one act and comes back to its page. A refusal shows the page again with what was typed.
func (s *site) tell(w http.ResponseWriter, r *request, act, subject, part, done string, do func(number string) error, show func(status int, a acts) error) error {
	number := r.PathValue("number")
	err := do(number)
	if refused(err) {
		problems := problemsOf(err)
		for i := range problems {
			if problems[i].ID != "" {
				problems[i].ID = strings.Replace(problems[i].ID, "f-", fieldID(act+"-"+subject)+"-", 1)
			}
		}
		return show(statusOf(err), acts{Failed: act, Subject: subject, F: formView{typed: r.form, problems: problems}})
	}
	if err != nil {
		return err
	}
	to := incidentAddress(number) + "/" + part + "?done=" + done
	if subject != "" {
		to += "#" + fieldID(part+"-"+subject)
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// toldWords are what the pages say after an act.
var toldWords = map[string]string{
	"stated":   "Recorded with your name. What was stated before stays in its history.",
	"awaited":  "Asked. Until it is stated, the report says from whom it is awaited.",
	"issued":   "Issued. It is on its way to those whom the policy names.",
	"marked":   "Recorded. It holds for every page, document and mail from now on.",
	"drafted":  "Written. Those who must approve it are told.",
	"revised":  "Revised. Earlier approvals hold no more.",
	"approved": "Approved with your name.",
	"returned": "Sent back to its writer.",
	"sent":     "It has left, and stands in the log.",
	"dropped":  "Given up. It stays in the record.",
	"logged":   "Logged.",
}

func incidentCrumbs(number string, more ...crumb) []crumb {
	return slices.Concat([]crumb{{"Home", "/"}, {"Incidents", "/incidents"}, {number, incidentAddress(number)}}, more)
}
