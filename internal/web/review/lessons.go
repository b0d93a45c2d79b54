package review

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/web/page"
)

// lessonsBody is the page of corrective actions and proposals.
type lessonsBody struct {
	V app.LessonsView
	page.ActForms
	Me   string
	zone page.Clock
}

// Owner chooses who owns an action.
func (b lessonsBody) Owner(act, subject, now string) page.Control {
	return b.Select(act, subject, "owner", "Who sees to it", "", now, page.PeopleOptions(b.V.People, page.Option{Value: "", Label: "Choose"}))
}

// Due is an action's day as its form writes it.
func (b lessonsBody) Due(a app.ActionView) string { return a.Due.In(b.zone.Zone).Format("2006-01-02") }

var proposalKinds = map[string]string{incident.ProposePlaybook: "Procedure", incident.ProposePlan: "Response plan",
	incident.ProposePolicy: "Policy", incident.ProposeControl: "Control"}

// KindName names what a proposal changes.
func (lessonsBody) KindName(kind string) string { return proposalKinds[kind] }

// What offers everything that a proposal can be about, as kind and id in one value.
func (b lessonsBody) What() page.Control {
	options := []page.Option{{Value: "plan:", Label: "The response plan"}}
	for _, t := range b.V.Targets {
		options = append(options, page.Option{Value: t.Kind + ":" + t.ID, Label: proposalKinds[t.Kind] + ": " + t.Title})
	}
	return b.Select("propose", "", "about", "What would change", "", "plan:", options)
}

var actionStates = map[string][2]string{incident.ActionIsOpen: {"Open", "owed"}, incident.ActionIsDone: {"Waits to be verified", "asked"},
	incident.ActionIsVerified: {"Verified", "acknowledged"},
	incident.ActionIsDropped:  {"Dropped", "declined"}, incident.ProposalOpen: {"Proposed", "owed"},
	incident.ProposalAccepted: {"Accepted", "delivered"},
	incident.ProposalRejected: {"Rejected", "declined"}, incident.ProposalIsDone: {"Done", "acknowledged"}}

// State names a state; Tint is the state of a track that looks like it.
func (lessonsBody) State(s string) string { return actionStates[s][0] }

// Tint is how a state looks.
func (lessonsBody) Tint(s string) string { return actionStates[s][1] }

func lessonsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showLessons(s, w, r, http.StatusOK, page.ActForms{})
}

func showLessons(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms) error {
	v, err := s.App.Lessons(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.Render(w, r, status, "lessons", page.Page{Title: "Lessons and actions of " + v.Incident, Problems: f.F.Problems,
		Done:   learnedWords[r.URL.Query().Get("done")],
		Crumbs: page.IncidentCrumbs(v.Incident), Body: lessonsBody{V: v, ActForms: f, Me: r.By().Person, zone: r.Clock}})
}

var learnedWords = map[string]string{"assigned": "Given, and owed by that day.", "changed": "Changed, and recorded with your reason.",
	"completed": "Recorded. The coordinator looks at the evidence.",
	"verified":  "Verified.", "returned": "Open again, and owed by that day.", "dropped": "Dropped.", "proposed": "Proposed.",
	"decided": "Decided.", "finished": "Recorded as done."}

// onLessons performs an act on the page of lessons and comes back to it.
func onLessons(s *page.Site, w http.ResponseWriter, r *page.Request, a page.Act) error {
	a.To, a.Part = page.IncidentAddress(r.PathValue("number"))+"/lessons", a.Subject
	a.Show = func(status int, f page.ActForms) error { return showLessons(s, w, r, status, f) }
	return page.Perform(w, r, a)
}

func assignAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onLessons(s, w, r, page.Act{Name: "assign", Done: "assigned", Needs: []string{"what", "What is to be done"},
		Run: func(number string) error {
			due, err := day(r, "due", "The day")
			if err != nil {
				return err
			}
			return s.App.AssignAction(r.Context(), r.By(), number, r.Text("what"), r.Text("lesson"), r.Form.Get("owner"), due)
		}})
}

func changeAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("action")
	return onLessons(s, w, r, page.Act{Name: "change", Subject: id, Done: "changed", Needs: page.ReasonNeeded, Run: func(number string) error {
		due, err := day(r, "due", "The day")
		if err != nil {
			return err
		}
		return s.App.ChangeAction(r.Context(), r.By(), number, id, r.Form.Get("owner"), due, r.Text("reason"))
	}})
}

func completeAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("action")
	return onLessons(s, w, r, page.Act{Name: "complete", Subject: id, Done: "completed", Needs: []string{"evidence", "The evidence"},
		Run: func(number string) error {
			return s.App.CompleteAction(r.Context(), r.By(), number, id, r.Text("evidence"), r.Text("link"))
		}})
}

func verifyAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("action")
	return onLessons(s, w, r, page.Act{Name: "verify", Subject: id, Done: "verified", Run: func(number string) error {
		return s.App.VerifyAction(r.Context(), r.By(), number, id, r.Text("note"))
	}})
}

func returnAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("action")
	return onLessons(s, w, r, page.Act{Name: "return", Subject: id, Done: "returned", Needs: []string{"reason", "What is missing"},
		Run: func(number string) error {
			due, err := day(r, "due", "The day")
			if err != nil {
				return err
			}
			return s.App.ReturnAction(r.Context(), r.By(), number, id, r.Text("reason"), due)
		}})
}

func dropAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("action")
	return onLessons(s, w, r, page.Act{Name: "drop", Subject: id, Done: "dropped", Needs: page.ReasonNeeded, Run: func(number string) error {
		return s.App.DropAction(r.Context(), r.By(), number, id, r.Text("reason"))
	}})
}

// Day is a date of an act's form.
func (b lessonsBody) Day(act, subject, name, label, value string) page.Control {
	return b.ActForms.Day(act, subject, name, label, "For example 2026-11-30. The day counts whole.", value)
}
