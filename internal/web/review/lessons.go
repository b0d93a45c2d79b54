package review

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	webincidents "tocsin/internal/web/incidents"
	"tocsin/internal/web/page"
)

// lessonsBody is the page of corrective actions and proposals.
type lessonsBody struct {
	V app.LessonsView
	acting
	Me   string
	zone page.Clock
}

// Owner chooses who owns an action.
func (b lessonsBody) Owner(act, subject, now string) page.Control {
	c := b.Control(act, subject, "owner", "Who sees to it", "", now)
	options := []page.Option{{Value: "", Label: "Choose"}}
	for _, p := range b.V.People {
		label := p.Name
		if p.Title != "" {
			label += ", " + p.Title
		}
		options = append(options, page.Option{Value: p.ID, Label: label})
	}
	return chosen(c, options)
}

// Due is an action's day as its form writes it.
func (b lessonsBody) Due(a app.ActionView) string { return a.Due.In(b.zone.Zone).Format("2006-01-02") }

var proposalKinds = map[string]string{incident.ProposePlaybook: "Procedure", incident.ProposePlan: "Response plan", incident.ProposePolicy: "Policy", incident.ProposeControl: "Control"}

// KindName names what a proposal changes.
func (lessonsBody) KindName(kind string) string { return proposalKinds[kind] }

// What offers everything that a proposal can be about, as kind and id in one value.
func (b lessonsBody) What() page.Control {
	c := b.Control("propose", "", "about", "What would change", "", "plan:")
	options := []page.Option{{Value: "plan:", Label: "The response plan"}}
	for _, t := range b.V.Targets {
		options = append(options, page.Option{Value: t.Kind + ":" + t.ID, Label: proposalKinds[t.Kind] + ": " + t.Title})
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

func lessonsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showLessons(s, w, r, http.StatusOK, acting{})
}

func showLessons(s *page.Site, w http.ResponseWriter, r *page.Request, status int, a acting) error {
	v, err := s.Lessons.Lessons(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.Render(w, r, status, "lessons", page.Page{Title: "Lessons and actions of " + v.Incident, Problems: a.F.Problems, Done: learnedWords[r.URL.Query().Get("done")],
		Crumbs: crumbsOf(v.Incident), Body: lessonsBody{V: v, acting: a, Me: r.By().Person, zone: r.Clock}})
}

var learnedWords = map[string]string{"assigned": "Given, and owed by that day.", "changed": "Changed, and recorded with your reason.", "completed": "Recorded. The coordinator looks at the evidence.",
	"verified": "Verified.", "returned": "Open again, and owed by that day.", "dropped": "Dropped.", "proposed": "Proposed.", "decided": "Decided.", "finished": "Recorded as done."}

// learn runs one act on the page of lessons and comes back to it.
func learn(s *page.Site, w http.ResponseWriter, r *page.Request, act, subject, done string, do func(number string) error) error {
	number := r.PathValue("number")
	err := do(number)
	if a, status, ok := refusedAct(r, act, subject, err); ok {
		return showLessons(s, w, r, status, a)
	}
	if err != nil {
		return err
	}
	to := page.IncidentAddress(number) + "/lessons?done=" + done
	if subject != "" {
		to += "#" + subject
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

func assignAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return learn(s, w, r, "assign", "", "assigned", func(number string) error {
		what, err := webincidents.Required(r, "what", "What is to be done")
		if err != nil {
			return err
		}
		due, err := day(r, "due", "The day")
		if err != nil {
			return err
		}
		return s.Corrective.AssignAction(r.Context(), r.By(), number, what, r.Text("lesson"), r.Form.Get("owner"), due)
	})
}

func changeAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("action")
	return learn(s, w, r, "change", id, "changed", func(number string) error {
		reason, err := webincidents.Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		due, err := day(r, "due", "The day")
		if err != nil {
			return err
		}
		return s.Corrective.ChangeAction(r.Context(), r.By(), number, id, r.Form.Get("owner"), due, reason)
	})
}

func completeAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("action")
	return learn(s, w, r, "complete", id, "completed", func(number string) error {
		evidence, err := webincidents.Required(r, "evidence", "The evidence")
		if err != nil {
			return err
		}
		return s.Corrective.CompleteAction(r.Context(), r.By(), number, id, evidence, r.Text("link"))
	})
}

func verifyAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("action")
	return learn(s, w, r, "verify", id, "verified", func(number string) error {
		return s.Corrective.VerifyAction(r.Context(), r.By(), number, id, r.Text("note"))
	})
}

func returnAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("action")
	return learn(s, w, r, "return", id, "returned", func(number string) error {
		reason, err := webincidents.Required(r, "reason", "What is missing")
		if err != nil {
			return err
		}
		due, err := day(r, "due", "The day")
		if err != nil {
			return err
		}
		return s.Corrective.ReturnAction(r.Context(), r.By(), number, id, reason, due)
	})
}

func dropAction(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("action")
	return learn(s, w, r, "drop", id, "dropped", func(number string) error {
		reason, err := webincidents.Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		return s.Corrective.DropAction(r.Context(), r.By(), number, id, reason)
	})
}
