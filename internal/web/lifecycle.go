package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// Lifecycles shows where an incident stands, and takes what is decided about it as a whole.
type Lifecycles interface {
	Lifecycle(ctx context.Context, by access.Actor, number string) (app.LifecycleView, error)
	EnterPhase(ctx context.Context, by access.Actor, number, phase, reason string) error
	StateMilestone(ctx context.Context, by access.Actor, number, milestone string, at time.Time) error
	Classify(ctx context.Context, by access.Actor, number, as, reason string) error
	LinkIncident(ctx context.Context, by access.Actor, number string, l app.LinkRequest) error
}

// Endings closes and reopens incidents.
type Endings interface {
	CloseIncident(ctx context.Context, by access.Actor, number string, c app.Closing) error
	ReopenIncident(ctx context.Context, by access.Actor, number, reason string) error
	KeepClosed(ctx context.Context, by access.Actor, number, reason string) error
	ValidateResults(ctx context.Context, by access.Actor, number, grounds string) error
}

// lifecycleBody is the page of an incident's course.
type lifecycleBody struct {
	actForms
	V    app.LifecycleView
	zone string
}

// PhaseOptions offers the other phases; those that wait for tasks say so.
func (b lifecycleBody) PhaseOptions() control {
	var options []option
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
		options = append(options, option{Value: p.ID, Label: label})
	}
	return b.Pick("phase", "", "phase", "Phase", next, options)
}

// Reached asks when a milestone was reached.
func (b lifecycleBody) Reached() control {
	return b.Moment("milestone", "", "at", "When it was reached", "", b.zone)
}

// MilestoneOptions offers the milestones.
func (b lifecycleBody) MilestoneOptions() control {
	var options []option
	for _, m := range incident.Milestones {
		options = append(options, option{Value: m, Label: sentence(m)})
	}
	return b.Pick("milestone", "", "milestone", "What was reached", incident.Contained, options)
}

// ClassOptions offers what was reported; declined, it is no incident.
func (b lifecycleBody) ClassOptions(act string) control {
	var options []option
	for _, class := range incident.Classes {
		if act == "classify" || class != incident.ClassIncident {
			options = append(options, option{Value: class, Label: app.ClassName(class)})
		}
	}
	chosen := b.V.Class
	if act != "classify" {
		chosen = incident.ClassEvent
	}
	return b.Pick(act, "", "as", "What it was", chosen, options)
}

// RelationOptions offers how incidents relate.
func (b lifecycleBody) RelationOptions() control {
	var options []option
	for _, relation := range incident.Relations {
		hint := ""
		if relation == incident.DuplicateOf || relation == incident.MergedInto {
			hint = ", which closes this one"
		}
		options = append(options, option{Value: relation, Label: app.RelationName(relation) + hint})
	}
	return b.Pick("link", "", "relation", "How it relates", incident.Related, options)
}

// Late is how late something is, in words.
func (b lifecycleBody) Late() string { return span(time.Duration(b.V.Start.LateBy) * time.Second) }

// Bar is the phases as a picture.
func (b lifecycleBody) Bar() phaseBar { return phaseBarOf(b.V.Phases) }

// phaseBar is the phases as a picture, with the same in words.
type phaseBar struct {
	Phases []app.PhaseView
	Words  string
}

func phaseBarOf(phases []app.PhaseView) phaseBar {
	var words []string
	for _, p := range phases {
		words = append(words, p.Title+": "+phaseStates[p.State])
	}
	return phaseBar{phases, strings.Join(words, "; ")}
}

var phaseStates = map[string]string{"before": "before any incident", "done": "entered before", "current": "now", "ahead": "not entered"}

// X is where a phase's part of the picture begins.
func (phaseBar) X(i int) int { return i * 101 }

// Width is that of the picture.
func (p phaseBar) Width() int { return len(p.Phases)*101 - 1 }

// State says in words how far a phase is.
func (phaseBar) State(state string) string { return phaseStates[state] }

func lifecyclePage(s *site, w http.ResponseWriter, r *request) error {
	return s.showLifecycle(w, r, http.StatusOK, actForms{})
}

func (s *site) showLifecycle(w http.ResponseWriter, r *request, status int, forms actForms) error {
	v, err := s.Lifecycles.Lifecycle(r.Context(), r.by(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.render(w, r, status, "lifecycle", page{Title: "Course of " + v.Incident, Wide: true, Problems: forms.F.problems, Done: courseWords[r.URL.Query().Get("done")],
		Crumbs: []crumb{{"Home", "/"}, {"Incidents", "/incidents"}, {v.Incident, incidentAddress(v.Incident)}}, Body: lifecycleBody{actForms: forms, V: v, zone: r.zone.String()}})
}

// courseWords are what the page says after an act.
var courseWords = map[string]string{"phase": "The phase is recorded.", "milestone": "Recorded with its time.", "classify": "Recorded with your name and reason.",
	"link": "Linked. Both incidents keep their own record.", "close": "Closed. What is still owed stays owed.", "decline": "Declined and closed. The reporter is told.",
	"unlink": "Undone. That there was a link stays in the record.", "split": "This is the new incident. It is linked with the one it was split from.",
	"validate": "The results are validated.", "reopen": "Reopened.", "keep": "It stays closed; your reason is recorded."}

// course runs one act of the course and comes back to its page.
func (s *site) course(w http.ResponseWriter, r *request, act string, do func(number, reason string) error) error {
	number := r.PathValue("number")
	err := do(number, r.text("reason"))
	return s.acted(w, r, err, act, "", incidentAddress(number)+"/lifecycle?done="+act, func(status int, forms actForms) error {
		return s.showLifecycle(w, r, status, forms)
	})
}

func enterPhase(s *site, w http.ResponseWriter, r *request) error {
	return s.course(w, r, "phase", func(number, reason string) error {
		return s.Lifecycles.EnterPhase(r.Context(), r.by(), number, r.form.Get("phase"), reason)
	})
}

func stateMilestone(s *site, w http.ResponseWriter, r *request) error {
	return s.course(w, r, "milestone", func(number, _ string) error {
		written, _, bad := localTime("at", r.text("at"), r.form.Get("at.zone"))
		if bad != nil {
			return bad
		}
		at, err := time.Parse(time.RFC3339, written)
		if err != nil {
			return fault.Invalid("at", "This is not a date with a time of day.", "Write it like 2026-11-21 15:04.")
		}
		return s.Lifecycles.StateMilestone(r.Context(), r.by(), number, r.form.Get("milestone"), at)
	})
}

func classify(s *site, w http.ResponseWriter, r *request) error {
	return s.course(w, r, "classify", func(number, reason string) error {
		return s.Lifecycles.Classify(r.Context(), r.by(), number, r.form.Get("as"), reason)
	})
}

func linkIncident(s *site, w http.ResponseWriter, r *request) error {
	return s.course(w, r, "link", func(number, reason string) error {
		return s.Lifecycles.LinkIncident(r.Context(), r.by(), number, app.LinkRequest{Relation: r.form.Get("relation"), Other: r.text("other"), Reason: reason, Seen: r.form["open"]})
	})
}

func closeIncident(s *site, w http.ResponseWriter, r *request) error {
	act, outcome := "close", incident.OutcomeResolved
	if r.form.Get("outcome") == incident.OutcomeDeclined {
		act, outcome = "decline", incident.OutcomeDeclined
	}
	return s.course(w, r, act, func(number, reason string) error {
		return s.Endings.CloseIncident(r.Context(), r.by(), number, app.Closing{Outcome: outcome, As: r.form.Get("as"), Reason: reason, Seen: r.form["open"]})
	})
}

func reopenIncident(s *site, w http.ResponseWriter, r *request) error {
	if r.form.Get("keep") != "" {
		return s.course(w, r, "keep", func(number, reason string) error {
			return s.Endings.KeepClosed(r.Context(), r.by(), number, reason)
		})
	}
	return s.course(w, r, "reopen", func(number, reason string) error {
		return s.Endings.ReopenIncident(r.Context(), r.by(), number, reason)
	})
}

func validateResults(s *site, w http.ResponseWriter, r *request) error {
	return s.course(w, r, "validate", func(number, reason string) error {
		return s.Endings.ValidateResults(r.Context(), r.by(), number, reason)
	})
}
