package response

import (
	"net/http"

	"tocsin/internal/app"
	webincidents "tocsin/internal/web/incidents"
	"tocsin/internal/web/page"
)

// Extended offers members of the extended team who are not called in yet, in the order of calls.
func (b responseBody) Extended() page.Control {
	c := b.Control("engage", "", "person", "Whom to call in", "")
	for _, p := range b.V.CallOut {
		label := p.Name + ", " + p.RoleName
		if p.Away {
			label += " (away)"
		}
		c.Options = append(c.Options, page.Option{Value: p.Person, Label: label, Chosen: p.Person == c.Value})
	}
	return c
}

// Moved offers what can be moved on the list: one form for all tasks, because one for each would list every other in each.
func (b responseBody) Moved() page.Control {
	c := b.Control("order", b.Move, "task", "What", "")
	for _, t := range b.V.Tasks {
		if t.Status == "open" {
			c.Options = append(c.Options, page.Option{Value: t.ID, Label: t.ID + ", " + t.Title, Chosen: t.ID == b.Move})
		}
	}
	return c
}

// Before offers where on the list a task can stand.
func (b responseBody) Before() page.Control {
	c := b.Control("order", b.Move, "before", "Put it before", "")
	for _, t := range b.V.Tasks {
		c.Options = append(c.Options, page.Option{Value: t.ID, Label: t.ID + ", " + t.Title, Chosen: t.ID == c.Value})
	}
	c.Options = append(c.Options, page.Option{Value: "", Label: "The end of the list", Chosen: b.Opened("order", b.Move) && c.Value == ""})
	return c
}

// Continuity offers the decision on business continuity.
func (b responseBody) Continuity() page.Control {
	c := b.Control("continuity", "", "activate", "Decision", "")
	c.Options = []page.Option{{Value: "yes", Label: "Activate business continuity", Chosen: c.Value == "yes"}, {Value: "no", Label: "Do not activate it, or end it", Chosen: c.Value == "no"}}
	return c
}

// LateStart is how late the response started, or is, in words.
func (b responseBody) LateStart() string {
	return lifecycleBody{V: app.LifecycleView{Start: b.V.Start}}.Late()
}

func answerHandover(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return respond(s, w, r, "answer", "", "answered", func(number string) error {
		switch r.Form.Get("answer") {
		case "accept":
			return s.Teamwork.AnswerHandover(r.Context(), r.By(), number, true, "")
		case "withdraw":
			return s.Teamwork.WithdrawHandover(r.Context(), r.By(), number)
		}
		reason, err := webincidents.Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		return s.Teamwork.AnswerHandover(r.Context(), r.By(), number, false, reason)
	})
}

func engage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return respond(s, w, r, "engage", "", "engaged", func(number string) error {
		reason, err := webincidents.Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		return s.Teamwork.Engage(r.Context(), r.By(), number, r.Form.Get("person"), reason)
	})
}

func decideContinuity(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return respond(s, w, r, "continuity", "", "continuity", func(number string) error {
		reason, err := webincidents.Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		return s.Teamwork.DecideContinuity(r.Context(), r.By(), number, r.Form.Get("activate") == "yes", reason)
	})
}

func orderTasks(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	task := r.Form.Get("task")
	return respond(s, w, r, "order", task, "ordered", func(number string) error {
		return s.Teamwork.OrderTasks(r.Context(), r.By(), number, task, r.Form.Get("before"))
	})
}
