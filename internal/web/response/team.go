package response

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/web/page"
)

// Extended offers members of the extended team who are not called in yet, in the order of calls.
func (b responseBody) Extended() page.Control {
	var options []page.Option
	for _, p := range b.V.CallOut {
		label := p.Name + ", " + p.RoleName
		if p.Away {
			label += " (away)"
		}
		options = append(options, page.Option{Value: p.Person, Label: label})
	}
	return b.Select("engage", "", "person", "Whom to call in", "", "", options)
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
	return b.Select("continuity", "", "activate", "Decision", "", "",
		[]page.Option{{Value: "yes", Label: "Activate business continuity"}, {Value: "no", Label: "Do not activate it, or end it"}})
}

// LateStart is how late the response started, or is, in words.
func (b responseBody) LateStart() string {
	return lifecycleBody{V: app.LifecycleView{Start: b.V.Start}}.Late()
}

func answerHandover(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onResponse(s, w, r, page.Act{Name: "answer", Done: "answered", Run: func(number string) error {
		switch r.Form.Get("answer") {
		case "accept":
			return s.App.AnswerHandover(r.Context(), r.By(), number, true, "")
		case "withdraw":
			return s.App.WithdrawHandover(r.Context(), r.By(), number)
		}
		reason, err := r.Required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.App.AnswerHandover(r.Context(), r.By(), number, false, reason)
	}})
}

func engage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onResponse(s, w, r, page.Act{Name: "engage", Done: "engaged", Needs: page.ReasonNeeded, Run: func(number string) error {
		return s.App.Engage(r.Context(), r.By(), number, r.Form.Get("person"), r.Text("reason"))
	}})
}

func decideContinuity(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onResponse(s, w, r, page.Act{Name: "continuity", Done: "continuity", Needs: page.ReasonNeeded, Run: func(number string) error {
		return s.App.DecideContinuity(r.Context(), r.By(), number, r.Form.Get("activate") == "yes", r.Text("reason"))
	}})
}

func orderTasks(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	task := r.Form.Get("task")
	return onResponse(s, w, r, page.Act{Name: "order", Subject: task, Done: "ordered", Run: func(number string) error {
		return s.App.OrderTasks(r.Context(), r.By(), number, task, r.Form.Get("before"))
	}})
}
