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
	V    app.LifecycleView
	zone string
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
	return b.Pick("phase", "", "phase", "Phase", next, options)
}

// Reached asks when a milestone was reached.
func (b lifecycleBody) Reached() page.Control {
	return b.Moment("milestone", "", "at", "When it was reached", "", b.zone)
}

// MilestoneOptions offers the milestones.
func (b lifecycleBody) MilestoneOptions() page.Control {
	var options []page.Option
	for _, m := range incident.Milestones {
		options = append(options, page.Option{Value: m, Label: page.Sentence(m)})
	}
	return b.Pick("milestone", "", "milestone", "What was reached", incident.Contained, options)
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
	return b.Pick(act, "", "as", "What it was", chosen, options)
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
	return b.Pick("link", "", "relation", "How it relates", incident.Related, options)
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

func showLifecycle(s *page.Site, w http.ResponseWriter, r *page.Request, status int, forms page.ActForms) error {
	v, err := s.Lifecycles.Lifecycle(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.Render(w, r, status, "lifecycle", page.Page{Title: "Course of " + v.Incident, Wide: true, Problems: forms.F.Problems, Done: courseWords[r.URL.Query().Get("done")],
		Crumbs: page.Crumbs("Home", "/", "Incidents", "/incidents", v.Incident, page.IncidentAddress(v.Incident)), Body: lifecycleBody{ActForms: forms, V: v, zone: r.Zone.String()}})
}

// courseWords are what the page says after an act.
var courseWords = map[string]string{"phase": "The phase is recorded.", "milestone": "Recorded with its time.", "classify": "Recorded with your name and reason.",
	"link": "Linked. Both incidents keep their own record.", "close": "Closed. What is still owed stays owed.", "decline": "Declined and closed. The reporter is told.",
	"unlink": "Undone. That there was a link stays in the record.", "split": "This is the new incident. It is linked with the one it was split from.",
	"validate": "The results are validated.", "reopen": "Reopened.", "keep": "It stays closed; your reason is recorded."}

// course runs one act of the course and comes back to its page.
func course(s *page.Site, w http.ResponseWriter, r *page.Request, act string, do func(number, reason string) error) error {
	number := r.PathValue("number")
	err := do(number, r.Text("reason"))
	return s.Acted(w, r, err, act, "", page.IncidentAddress(number)+"/lifecycle?done="+act, func(status int, forms page.ActForms) error {
		return showLifecycle(s, w, r, status, forms)
	})
}

func enterPhase(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return course(s, w, r, "phase", func(number, reason string) error {
		return s.Lifecycles.EnterPhase(r.Context(), r.By(), number, r.Form.Get("phase"), reason)
	})
}

func stateMilestone(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return course(s, w, r, "milestone", func(number, _ string) error {
		written, _, bad := page.LocalTime("at", r.Text("at"), r.Form.Get("at.zone"))
		if bad != nil {
			return bad
		}
		at, err := time.Parse(time.RFC3339, written)
		if err != nil {
			return fault.Invalid("at", "This is not a date with a time of day.", "Write it like 2026-11-21 15:04.")
		}
		return s.Lifecycles.StateMilestone(r.Context(), r.By(), number, r.Form.Get("milestone"), at)
	})
}

func classify(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return course(s, w, r, "classify", func(number, reason string) error {
		return s.Lifecycles.Classify(r.Context(), r.By(), number, r.Form.Get("as"), reason)
	})
}

func linkIncident(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return course(s, w, r, "link", func(number, reason string) error {
		return s.Lifecycles.LinkIncident(r.Context(), r.By(), number, app.LinkRequest{Relation: r.Form.Get("relation"), Other: r.Text("other"), Reason: reason, Seen: r.Form["open"]})
	})
}

func closeIncident(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	act, outcome := "close", incident.OutcomeResolved
	if r.Form.Get("outcome") == incident.OutcomeDeclined {
		act, outcome = "decline", incident.OutcomeDeclined
	}
	return course(s, w, r, act, func(number, reason string) error {
		return s.Endings.CloseIncident(r.Context(), r.By(), number, app.Closing{Outcome: outcome, As: r.Form.Get("as"), Reason: reason, Seen: r.Form["open"]})
	})
}

func reopenIncident(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if r.Form.Get("keep") != "" {
		return course(s, w, r, "keep", func(number, reason string) error {
			return s.Endings.KeepClosed(r.Context(), r.By(), number, reason)
		})
	}
	return course(s, w, r, "reopen", func(number, reason string) error {
		return s.Endings.ReopenIncident(r.Context(), r.By(), number, reason)
	})
}

func validateResults(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return course(s, w, r, "validate", func(number, reason string) error {
		return s.Endings.ValidateResults(r.Context(), r.By(), number, reason)
	})
}
