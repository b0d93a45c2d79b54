package response

import (
	"net/http"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/web/page"
)

// lifecycleBody is the page of an incident's course.
type lifecycleBody struct {
	page.ActForms
	V app.LifecycleView
}

// PhaseOptions offers the other phases; those that wait for tasks say so.
func (b lifecycleBody) PhaseOptions() page.Control {
	var options []page.Option
	next := ""
	for _, p := range b.V.Phases {
		if p.State == "before" || p.State == "current" {
			continue
		}
		label := p.Title
		if p.State == "done" {
			label += " (back)"
		} else if next == "" {
			next = p.ID
		}
		options = append(options, page.Option{Value: p.ID, Label: label})
	}
	return b.Select("phase", "", "phase", "Phase", "", next, options)
}

// Reached asks when a milestone was reached.
func (b lifecycleBody) Reached() page.Control {
	return b.When("milestone", "", "at", "When it was reached", "")
}

// MilestoneOptions offers the milestones.
func (b lifecycleBody) MilestoneOptions() page.Control {
	return b.Select("milestone", "", "milestone", "What was reached", "", incident.Contained,
		page.OptionsOf(incident.Milestones, page.Sentence))
}

// ClassOptions offers what was reported; declined, it is no incident.
func (b lifecycleBody) ClassOptions(act string) page.Control {
	var options []page.Option
	for _, class := range incident.Classes {
		if act == "classify" || class != incident.ClassIncident {
			options = append(options, page.Option{Value: class, Label: app.ClassName(class)})
		}
	}
	chosen := b.V.Class
	if act != "classify" {
		chosen = incident.ClassEvent
	}
	return b.Select(act, "", "as", "What it was", "", chosen, options)
}

// RelationOptions offers how incidents relate.
func (b lifecycleBody) RelationOptions() page.Control {
	var options []page.Option
	for _, relation := range incident.Relations {
		hint := ""
		if relation == incident.DuplicateOf || relation == incident.MergedInto {
			hint = ", which closes this one"
		}
		options = append(options, page.Option{Value: relation, Label: app.RelationName(relation) + hint})
	}
	return b.Select("link", "", "relation", "How it relates", "", incident.Related, options)
}

// Late is how late something is, in words.
func (b lifecycleBody) Late() string {
	return page.Span(time.Duration(b.V.Start.LateBy) * time.Second)
}

// Bar is the phases as a picture.
func (b lifecycleBody) Bar() page.PhaseBar { return page.PhaseBarOf(b.V.Phases) }

func lifecyclePage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showLifecycle(s, w, r, http.StatusOK, page.ActForms{})
}

func showLifecycle(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms) error {
	v, err := s.App.Lifecycle(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	f.F.Zone = r.Zone.String()
	return s.Render(w, r, status, "lifecycle", page.Page{Title: "Course of " + v.Incident, Wide: true, Problems: f.F.Problems,
		Done:   courseWords[r.URL.Query().Get("done")],
		Crumbs: page.IncidentCrumbs(v.Incident), Body: lifecycleBody{ActForms: f, V: v}})
}

// courseWords are what the page says after an act.
var courseWords = map[string]string{"phase": "The phase is recorded.", "milestone": "Recorded with its time.",
	"classify": "Recorded with your name and reason.",
	"link":     "Linked. Both incidents keep their own record.", "close": "Closed. What is still owed stays owed.",
	"decline":  "Declined and closed. The reporter is told.",
	"unlink":   "Undone. That there was a link stays in the record.",
	"split":    "This is the new incident. It is linked with the one it was split from.",
	"validate": "The results are validated.", "reopen": "Reopened.", "keep": "It stays closed; your reason is recorded."}

// onLifecycle performs an act of the course and comes back to its page.
func onLifecycle(s *page.Site, w http.ResponseWriter, r *page.Request, a page.Act) error {
	if a.To == "" {
		a.To = page.IncidentAddress(r.PathValue("number")) + "/lifecycle"
	}
	a.Done = a.Name
	a.Show = func(status int, f page.ActForms) error { return showLifecycle(s, w, r, status, f) }
	return page.Perform(w, r, a)
}

func enterPhase(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onLifecycle(s, w, r, page.Act{Name: "phase", Run: func(number string) error {
		return s.App.EnterPhase(r.Context(), r.By(), number, r.Form.Get("phase"), r.Text("reason"))
	}})
}

func stateMilestone(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onLifecycle(s, w, r, page.Act{Name: "milestone", Run: func(number string) error {
		written, _, bad := page.LocalTime("at", r.Text("at"), r.Form.Get("at.zone"))
		if bad != nil {
			return bad
		}
		at, err := time.Parse(time.RFC3339, written)
		if err != nil {
			return fault.Invalid("at", "This is not a date with a time of day.", "Write it like 2026-11-21 15:04.")
		}
		return s.App.StateMilestone(r.Context(), r.By(), number, r.Form.Get("milestone"), at)
	}})
}

func classify(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onLifecycle(s, w, r, page.Act{Name: "classify", Run: func(number string) error {
		return s.App.Classify(r.Context(), r.By(), number, r.Form.Get("as"), r.Text("reason"))
	}})
}

func linkIncident(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onLifecycle(s, w, r, page.Act{Name: "link", Run: func(number string) error {
		return s.App.LinkIncident(r.Context(), r.By(), number, app.LinkRequest{Relation: r.Form.Get("relation"), Other: r.Text("other"),
			Reason: r.Text("reason"), Seen: r.Form["open"]})
	}})
}

func closeIncident(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	name, outcome := "close", incident.OutcomeResolved
	if r.Form.Get("outcome") == incident.OutcomeDeclined {
		name, outcome = "decline", incident.OutcomeDeclined
	}
	return onLifecycle(s, w, r, page.Act{Name: name, Run: func(number string) error {
		return s.App.CloseIncident(r.Context(), r.By(), number, app.Closing{Outcome: outcome, As: r.Form.Get("as"), Reason: r.Text("reason"),
			Seen: r.Form["open"]})
	}})
}

func reopenIncident(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if r.Form.Get("keep") != "" {
		return onLifecycle(s, w, r, page.Act{Name: "keep", Run: func(number string) error {
			return s.App.KeepClosed(r.Context(), r.By(), number, r.Text("reason"))
		}})
	}
	return onLifecycle(s, w, r, page.Act{Name: "reopen", Run: func(number string) error {
		return s.App.ReopenIncident(r.Context(), r.By(), number, r.Text("reason"))
	}})
}

func validateResults(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onLifecycle(s, w, r, page.Act{Name: "validate", Run: func(number string) error {
		return s.App.ValidateResults(r.Context(), r.By(), number, r.Text("reason"))
	}})
}
