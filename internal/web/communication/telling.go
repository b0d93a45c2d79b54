package communication

import (
	"net/http"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/web/page"
)

// acts are the forms of a page with several of them: only the one that was refused shows what was typed.
type acts struct {
	F               page.FormView
	Failed, Subject string // the act that was refused, and what it was about
}

// Opened says whether the form of an act stands open.
func (a acts) Opened(act, subject string) bool { return a.Failed == act && a.Subject == subject }

// Control is one field of an act's form.
func (a acts) Control(act, subject, name, label, hint string) page.Control {
	return a.own(act, subject, page.Control{Name: name, Label: label, Hint: hint, Rows: 3, Type: "text"})
}

// own gives a control its id, and, where its form was refused, what was typed and what is wrong with it.
func (a acts) own(act, subject string, c page.Control) page.Control {
	c.ID, c.Value, c.Error = page.FieldID(act+"-"+subject+"-"+c.Name), "", ""
	if a.Opened(act, subject) {
		c.Value = a.F.Values.Get(c.Name)
		for _, p := range a.F.Problems {
			if p.ID == c.ID {
				c.Error = p.Text
			}
		}
	}
	return c
}

// When is a date and a time of day with its zone.
func (a acts) When(act, subject, name, label, hint string) page.Control {
	f := a.F
	if !a.Opened(act, subject) {
		f = page.FormView{Zone: a.F.Zone}
	}
	return a.own(act, subject, f.Time(name, label, hint))
}

// people offers who can be asked.
func peopleOptions(people []app.PersonView) []page.Option {
	out := []page.Option{{Value: "", Label: "Nobody by name"}}
	for _, p := range people {
		label := p.Name
		if p.Title != "" {
			label += ", " + p.Title
		}
		out = append(out, page.Option{Value: p.ID, Label: label})
	}
	return out
}

func roleOptions() []page.Option {
	out := []page.Option{{Value: "", Label: "No role"}}
	for _, role := range directory.Roles {
		if role != directory.AuthorityOfficer && role != directory.Administrator && role != directory.Auditor {
			out = append(out, page.Option{Value: string(role), Label: app.RoleName(string(role))})
		}
	}
	return out
}

func channelOptions(first string) []page.Option {
	out := []page.Option{{Value: "", Label: first}}
	for _, c := range incident.Channels {
		out = append(out, page.Option{Value: c, Label: page.Sentence(c)})
	}
	return out
}

// tell runs one act and comes back to its page. A refusal shows the page again with what was typed.
func tell(s *page.Site, w http.ResponseWriter, r *page.Request, act, subject, part, done string, do func(number string) error, show func(status int, a acts) error) error {
	number := r.PathValue("number")
	err := do(number)
	if page.Refused(err) {
		problems := page.ProblemsOf(err)
		for i := range problems {
			if problems[i].ID != "" {
				problems[i].ID = strings.Replace(problems[i].ID, "f-", page.FieldID(act+"-"+subject)+"-", 1)
			}
		}
		return show(page.StatusOf(err), acts{Failed: act, Subject: subject, F: page.FormView{Values: r.Form, Problems: problems}})
	}
	if err != nil {
		return err
	}
	to := page.IncidentAddress(number) + "/" + part + "?done=" + done
	if subject != "" {
		to += "#" + page.FieldID(part+"-"+subject)
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

func incidentCrumbs(number string, more ...page.Crumb) []page.Crumb {
	return slices.Concat(page.Crumbs("Home", "/", "Incidents", "/incidents", number, page.IncidentAddress(number)), more)
}
