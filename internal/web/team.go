package web

import (
	"context"
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Teamwork takes what is decided about who works on an incident, and in which order.
type Teamwork interface {
	AnswerHandover(ctx context.Context, by access.Actor, number string, accept bool, reason string) error
	WithdrawHandover(ctx context.Context, by access.Actor, number string) error
	Engage(ctx context.Context, by access.Actor, number, person, reason string) error
	DecideContinuity(ctx context.Context, by access.Actor, number string, activate bool, reason string) error
	OrderTasks(ctx context.Context, by access.Actor, number, task, before string) error
}

// Extended offers members of the extended team who are not called in yet, in the order of calls.
func (b responseBody) Extended() control {
	c := b.Control("engage", "", "person", "Whom to call in", "")
	for _, p := range b.V.CallOut {
		label := p.Name + ", " + p.RoleName
		if p.Away {
			label += " (away)"
		}
		c.Options = append(c.Options, option{Value: p.Person, Label: label, Chosen: p.Person == c.Value})
	}
	return c
}

// Moved offers what can be moved on the list: one form for all tasks, because one for each would list every other in each.
func (b responseBody) Moved() control {
	c := b.Control("order", b.Move, "task", "What", "")
	for _, t := range b.V.Tasks {
		if t.Status == "open" {
			c.Options = append(c.Options, option{Value: t.ID, Label: t.ID + ", " + t.Title, Chosen: t.ID == b.Move})
		}
	}
	return c
}

// Before offers where on the list a task can stand.
func (b responseBody) Before() control {
	c := b.Control("order", b.Move, "before", "Put it before", "")
	for _, t := range b.V.Tasks {
		c.Options = append(c.Options, option{Value: t.ID, Label: t.ID + ", " + t.Title, Chosen: t.ID == c.Value})
	}
	c.Options = append(c.Options, option{Value: "", Label: "The end of the list", Chosen: b.Opened("order", b.Move) && c.Value == ""})
	return c
}

// Continuity offers the decision on business continuity.
func (b responseBody) Continuity() control {
	c := b.Control("continuity", "", "activate", "Decision", "")
	c.Options = []option{{Value: "yes", Label: "Activate business continuity", Chosen: c.Value == "yes"}, {Value: "no", Label: "Do not activate it, or end it", Chosen: c.Value == "no"}}
	return c
}

// LateStart is how late the response started, or is, in words.
func (b responseBody) LateStart() string {
	return lifecycleBody{V: app.LifecycleView{Start: b.V.Start}}.Late()
}

func answerHandover(s *site, w http.ResponseWriter, r *request) error {
	return s.respond(w, r, "answer", "", "answered", func(number string) error {
		switch r.form.Get("answer") {
		case "accept":
			return s.Teamwork.AnswerHandover(r.Context(), r.by(), number, true, "")
		case "withdraw":
			return s.Teamwork.WithdrawHandover(r.Context(), r.by(), number)
		}
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Teamwork.AnswerHandover(r.Context(), r.by(), number, false, reason)
	})
}

func engage(s *site, w http.ResponseWriter, r *request) error {
	return s.respond(w, r, "engage", "", "engaged", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Teamwork.Engage(r.Context(), r.by(), number, r.form.Get("person"), reason)
	})
}

func decideContinuity(s *site, w http.ResponseWriter, r *request) error {
	return s.respond(w, r, "continuity", "", "continuity", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Teamwork.DecideContinuity(r.Context(), r.by(), number, r.form.Get("activate") == "yes", reason)
	})
}

func orderTasks(s *site, w http.ResponseWriter, r *request) error {
	task := r.form.Get("task")
	return s.respond(w, r, "order", task, "ordered", func(number string) error {
		return s.Teamwork.OrderTasks(r.Context(), r.by(), number, task, r.form.Get("before"))
	})
}
