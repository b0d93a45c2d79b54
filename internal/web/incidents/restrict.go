package incidents

import (
	"net/http"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/web/page"
)

// restrict limits an incident to the people who were ticked and those whose addresses were written.
func restrict(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onIncident(s, w, r, page.Act{Name: "restrict", Done: "restricted", Needs: page.ReasonNeeded, Run: func(number string) error {
		members := append(r.Form["known"], strings.Fields(strings.NewReplacer(",", " ", ";", " ").Replace(r.Form.Get("members")))...)
		return s.App.Restrict(r.Context(), r.By(), number, members, r.Text("reason"))
	}})
}

func release(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onIncident(s, w, r, page.Act{Name: "release", Done: "released", Needs: page.ReasonNeeded, Run: func(number string) error {
		return s.App.Release(r.Context(), r.By(), number, r.Text("reason"))
	}})
}

func addMember(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onIncident(s, w, r, page.Act{Name: "members", Done: "member", Needs: []string{"member", "The e-mail address"},
		Run: func(number string) error {
			return s.App.AddMember(r.Context(), r.By(), number, r.Text("member"))
		}})
}

func removeMember(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	person := r.Form.Get("person")
	return onIncident(s, w, r, page.Act{Name: "remove", Subject: person, Done: "removed", Run: func(number string) error {
		return s.App.RemoveMember(r.Context(), r.By(), number, person)
	}})
}

func assign(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	authority := r.Form.Get("authority")
	return onIncident(s, w, r, page.Act{Name: "assign", Subject: authority, Done: "assigned", Run: func(number string) error {
		return s.App.Assign(r.Context(), r.By(), number, authority, r.Form.Get("person"), r.Text("note"))
	}})
}

// Suggested offers the people who see the incident now, to be named as members.
func (b incidentBody) Suggested() page.Control {
	var options []page.Option
	for _, p := range b.V.Readers {
		if p.Kind == "tree" && p.Person != b.Reader {
			options = append(options, page.Option{Value: p.Person, Label: p.Name, Hint: p.Why})
		}
	}
	return b.Checks("restrict", "", "known", "Who sees it now: name those who stay", "You are a member without being named.", options)
}

// HandTo offers the colleagues to whom an authority's work can be handed.
func (b incidentBody) HandTo(authority string) page.Control {
	c := b.Control("assign", authority, "person", "Who has it", "")
	c.Options = []page.Option{{Value: "", Label: "Nobody in particular"}}
	for _, t := range b.V.Tracks {
		if t.Authority != authority {
			continue
		}
		for _, p := range t.Colleagues {
			label := p.Name
			if p.ID == b.Reader {
				label += " (you)"
			}
			c.Options = append(c.Options, page.Option{Value: p.ID, Label: label, Chosen: p.ID == t.Assignee})
		}
	}
	return c
}

type reviewsBody struct {
	List     []breakingRow
	MayBreak bool
}

// breakingRow is one use of the glass with the form of its review.
type breakingRow struct {
	app.BreakingView
	Form page.Control
}

// reviews lists who opened restricted incidents by breaking the glass. It exists only for those who review it.
func reviews(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showReviews(s, w, r, http.StatusOK, "", nil)
}

func showReviews(s *page.Site, w http.ResponseWriter, r *page.Request, status int, failed string, problems []page.Problem) error {
	if len(access.EntitiesFor(r.By(), access.Review)) == 0 {
		return page.ErrAbsent
	}
	list, err := s.App.Breakings(r.Context(), r.By())
	if err != nil {
		return err
	}
	b := reviewsBody{MayBreak: mayBreak(r.By())}
	for _, v := range list {
		row := breakingRow{BreakingView: v}
		f := page.FormView{}
		key := v.Incident + "-" + v.ID
		if key == failed {
			f.Values = r.Form
		}
		row.Form = f.Control("finding", "What you found", "It stands in the record with your name.")
		row.Form.ID, row.Form.Rows = page.FieldID("finding-"+key), 3
		if key == failed && len(problems) > 0 {
			problems[0].ID, row.Form.Error = row.Form.ID, problems[0].Text
		}
		b.List = append(b.List, row)
	}
	return s.Render(w, r, status, "reviews", page.Page{Title: "Restricted incidents opened by others", Problems: problems, Wide: true,
		Done: page.DoneWords[r.URL.Query().Get("done")], Body: b})
}

func review(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	number, id := r.Form.Get("incident"), r.Form.Get("breaking")
	finding, err := r.Required("finding", "The finding")
	if err == nil {
		err = s.App.ReviewGlass(r.Context(), r.By(), number, id, finding)
	}
	if page.Refused(err) {
		return showReviews(s, w, r, page.StatusOf(err), number+"-"+id, page.ProblemsOf(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/reviews?done=reviewed", http.StatusSeeOther)
	return nil
}

type glassBody struct{ Number, Reason page.Control }

func mayBreak(by access.Actor) bool { return len(access.EntitiesFor(by, access.Break)) > 0 }

// glassPage asks for the number and the reason. It knows nothing: an incident that is absent, open or elsewhere is answered alike.
func glassPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showGlass(s, w, r, http.StatusOK, page.FormView{Values: r.URL.Query()})
}

func showGlass(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.FormView) error {
	if !mayBreak(r.By()) {
		return page.ErrAbsent
	}
	b := glassBody{Number: f.Control("incident", "Number of the incident", "As it was told to you."),
		Reason: f.Control("reason", "Why it cannot wait for a member", "It is read by the reviewer and stands in the record with your name.")}
	b.Number.Type, b.Number.Auto, b.Reason.Rows = "text", "off", 3
	return s.Render(w, r, status, "glass", page.Page{Title: "Open a restricted incident", Problems: f.Problems, Done: page.Confirmed(r),
		Crumbs: page.Crumbs("Home", "/", "Reviews", "/reviews"), Body: b})
}

// reopenGlass shows the form as it was filled in, after the proof.
func reopenGlass(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showGlass(s, w, r, http.StatusOK, page.FormView{Values: r.Form})
}

func breakGlass(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	number := r.Text("incident")
	reason, err := r.Required("reason", "The reason")
	if err == nil {
		err = s.App.BreakGlass(r.Context(), r.By(), number, reason)
	}
	if page.Refused(err) {
		return showGlass(s, w, r, page.StatusOf(err), page.FormView{Values: r.Form, Problems: page.ProblemsOf(err)})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, page.IncidentAddress(number)+"?done=opened", http.StatusSeeOther)
	return nil
}
