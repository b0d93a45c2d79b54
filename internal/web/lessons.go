package web

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
)

// lessonsBody is the page of corrective actions and proposals.
type lessonsBody struct {
	V app.LessonsView
	acting
	Me   string
	zone clock
}

// Owner chooses who owns an action.
func (b lessonsBody) Owner(act, subject, now string) control {
	c := b.Control(act, subject, "owner", "Who sees to it", "", now)
	options := []option{{Value: "", Label: "Choose"}}
	for _, p := range b.V.People {
		label := p.Name
		if p.Title != "" {
			label += ", " + p.Title
		}
		options = append(options, option{Value: p.ID, Label: label})
	}
	return chosen(c, options)
}

// Due is an action's day as its form writes it.
func (b lessonsBody) Due(a app.ActionView) string { return a.Due.In(b.zone.zone).Format("2006-01-02") }

var proposalKinds = map[string]string{incident.ProposePlaybook: "Procedure", incident.ProposePlan: "Response plan", incident.ProposePolicy: "Policy", incident.ProposeControl: "Control"}

// KindName names what a proposal changes.
func (lessonsBody) KindName(kind string) string { return proposalKinds[kind] }

// What offers everything that a proposal can be about, as kind and id in one value.
func (b lessonsBody) What() control {
	c := b.Control("propose", "", "about", "What would change", "", "plan:")
	options := []option{{Value: "plan:", Label: "The response plan"}}
	for _, t := range b.V.Targets {
		options = append(options, option{Value: t.Kind + ":" + t.ID, Label: proposalKinds[t.Kind] + ": " + t.Title})
	}
	return chosen(c, options)
}

var actionStates = map[string][2]string{incident.ActionIsOpen: {"Open", "owed"}, incident.ActionIsDone: {"Waits to be verified", "asked"}, incident.ActionIsVerified: {"Verified", "acknowledged"},
	incident.ActionIsDropped: {"Dropped", "declined"}, incident.ProposalOpen: {"Proposed", "owed"}, incident.ProposalAccepted: {"Accepted", "delivered"},
	incident.ProposalRejected: {"Rejected", "declined"}, incident.ProposalIsDone: {"Done", "acknowledged"}}

// State names a state; Tint is the state of a track that looks like it.
func (lessonsBody) State(s string) string { return actionStates[s][0] }

// Tint is how a state looks.
func (lessonsBody) Tint(s string) string { return actionStates[s][1] }

func lessonsPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showLessons(w, r, http.StatusOK, acting{})
}

func (s *site) showLessons(w http.ResponseWriter, r *request, status int, a acting) error {
	v, err := s.Lessons.Lessons(r.Context(), r.by(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.render(w, r, status, "lessons", page{Title: "Lessons and actions of " + v.Incident, Problems: a.F.problems, Done: learnedWords[r.URL.Query().Get("done")],
		Crumbs: crumbsOf(v.Incident), Body: lessonsBody{V: v, acting: a, Me: r.by().Person, zone: r.clock}})
}

var learnedWords = map[string]string{"assigned": "Given, and owed by that day.", "changed": "Changed, and recorded with your reason.", "completed": "Recorded. The coordinator looks at the evidence.",
	"verified": "Verified.", "returned": "Open again, and owed by that day.", "dropped": "Dropped.", "proposed": "Proposed.", "decided": "Decided.", "finished": "Recorded as done."}

// learn runs one act on the page of lessons and comes back to it.
func (s *site) learn(w http.ResponseWriter, r *request, act, subject, done string, do func(number string) error) error {
	number := r.PathValue("number")
	err := do(number)
	if a, status, ok := refusedAct(r, act, subject, err); ok {
		return s.showLessons(w, r, status, a)
	}
	if err != nil {
		return err
	}
	to := incidentAddress(number) + "/lessons?done=" + done
	if subject != "" {
		to += "#" + subject
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

func assignAction(s *site, w http.ResponseWriter, r *request) error {
	return s.learn(w, r, "assign", "", "assigned", func(number string) error {
		what, err := r.required("what", "What is to be done")
		if err != nil {
			return err
		}
		due, err := r.day("due", "The day")
		if err != nil {
			return err
		}
		return s.Corrective.AssignAction(r.Context(), r.by(), number, what, r.text("lesson"), r.form.Get("owner"), due)
	})
}

func changeAction(s *site, w http.ResponseWriter, r *request) error {
	id := r.form.Get("action")
	return s.learn(w, r, "change", id, "changed", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		due, err := r.day("due", "The day")
		if err != nil {
			return err
		}
		return s.Corrective.ChangeAction(r.Context(), r.by(), number, id, r.form.Get("owner"), due, reason)
	})
}

func completeAction(s *site, w http.ResponseWriter, r *request) error {
	id := r.form.Get("action")
	return s.learn(w, r, "complete", id, "completed", func(number string) error {
		evidence, err := r.required("evidence", "The evidence")
		if err != nil {
			return err
		}
		return s.Corrective.CompleteAction(r.Context(), r.by(), number, id, evidence, r.text("link"))
	})
}

func verifyAction(s *site, w http.ResponseWriter, r *request) error {
	id := r.form.Get("action")
	return s.learn(w, r, "verify", id, "verified", func(number string) error {
		return s.Corrective.VerifyAction(r.Context(), r.by(), number, id, r.text("note"))
	})
}

func returnAction(s *site, w http.ResponseWriter, r *request) error {
	id := r.form.Get("action")
	return s.learn(w, r, "return", id, "returned", func(number string) error {
		reason, err := r.required("reason", "What is missing")
		if err != nil {
			return err
		}
		due, err := r.day("due", "The day")
		if err != nil {
			return err
		}
		return s.Corrective.ReturnAction(r.Context(), r.by(), number, id, reason, due)
	})
}

func dropAction(s *site, w http.ResponseWriter, r *request) error {
	id := r.form.Get("action")
	return s.learn(w, r, "drop", id, "dropped", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Corrective.DropAction(r.Context(), r.by(), number, id, reason)
	})
}
