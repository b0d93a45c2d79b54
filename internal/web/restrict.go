package web

import (
	"net/http"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// restrict limits an incident to the people who were ticked and those whose addresses were written.
func restrict(s *site, w http.ResponseWriter, r *request) error {
	return s.perform(w, r, "restrict", "", "restricted", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		members := append(r.form["known"], strings.Fields(strings.NewReplacer(",", " ", ";", " ").Replace(r.form.Get("members")))...)
		return s.Compartments.Restrict(r.Context(), r.by(), number, members, reason)
	})
}

func release(s *site, w http.ResponseWriter, r *request) error {
	return s.perform(w, r, "release", "", "released", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Compartments.Release(r.Context(), r.by(), number, reason)
	})
}

func addMember(s *site, w http.ResponseWriter, r *request) error {
	return s.perform(w, r, "members", "", "member", func(number string) error {
		member, err := r.required("member", "The e-mail address")
		if err != nil {
			return err
		}
		return s.Compartments.AddMember(r.Context(), r.by(), number, member)
	})
}

func removeMember(s *site, w http.ResponseWriter, r *request) error {
	person := r.form.Get("person")
	return s.perform(w, r, "remove", person, "removed", func(number string) error {
		return s.Compartments.RemoveMember(r.Context(), r.by(), number, person)
	})
}

func assign(s *site, w http.ResponseWriter, r *request) error {
	authority := r.form.Get("authority")
	return s.perform(w, r, "assign", authority, "assigned", func(number string) error {
		return s.Handovers.Assign(r.Context(), r.by(), number, authority, r.form.Get("person"), r.text("note"))
	})
}

// Suggested offers the people who see the incident now, to be named as members.
func (b incidentBody) Suggested() control {
	c := b.Control("restrict", "", "known", "Who sees it now: name those who stay", "You are a member without being named.")
	for _, p := range b.V.Readers {
		if p.Kind == "tree" && p.Person != b.Reader {
			chosen := false
			for _, id := range b.F.typed["known"] {
				chosen = chosen || id == p.Person
			}
			c.Options = append(c.Options, option{Value: p.Person, Label: p.Name, Hint: p.Why, Chosen: chosen && b.Opened("restrict", "")})
		}
	}
	return c
}

// Input is a one-line field of one act's form.
func (b incidentBody) Input(act, subject, name, label, hint string) control {
	c := b.Control(act, subject, name, label, hint)
	c.Type, c.Auto = "text", "off"
	return c
}

// HandTo offers the colleagues to whom an authority's work can be handed.
func (b incidentBody) HandTo(authority string) control {
	c := b.Control("assign", authority, "person", "Who has it", "")
	c.Options = []option{{Value: "", Label: "Nobody in particular"}}
	for _, t := range b.V.Tracks {
		if t.Authority != authority {
			continue
		}
		for _, p := range t.Colleagues {
			label := p.Name
			if p.ID == b.Reader {
				label += " (you)"
			}
			c.Options = append(c.Options, option{Value: p.ID, Label: label, Chosen: p.ID == t.Assignee})
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
	Form control
}

// reviews lists who opened restricted incidents by breaking the glass. It exists only for those who review it.
func reviews(s *site, w http.ResponseWriter, r *request) error {
	return s.showReviews(w, r, http.StatusOK, "", nil)
}

func (s *site) showReviews(w http.ResponseWriter, r *request, status int, failed string, problems []problem) error {
	if len(access.EntitiesFor(r.by(), access.Review)) == 0 {
		return errAbsent
	}
	list, err := s.Glass.Breakings(r.Context(), r.by())
	if err != nil {
		return err
	}
	b := reviewsBody{MayBreak: mayBreak(r.by())}
	for _, v := range list {
		row := breakingRow{BreakingView: v}
		f := formView{}
		key := v.Incident + "-" + v.ID
		if key == failed {
			f.typed = r.form
		}
		row.Form = f.control("finding", "What you found", "It stands in the record with your name.")
		row.Form.ID, row.Form.Rows = fieldID("finding-"+key), 3
		if key == failed && len(problems) > 0 {
			problems[0].ID, row.Form.Error = row.Form.ID, problems[0].Text
		}
		b.List = append(b.List, row)
	}
	return s.render(w, r, status, "reviews", page{Title: "Restricted incidents opened by others", Problems: problems, Wide: true,
		Done: doneWords[r.URL.Query().Get("done")], Body: b})
}

func review(s *site, w http.ResponseWriter, r *request) error {
	number, id := r.form.Get("incident"), r.form.Get("breaking")
	finding, err := r.required("finding", "The finding")
	if err == nil {
		err = s.Glass.ReviewGlass(r.Context(), r.by(), number, id, finding)
	}
	if refused(err) {
		return s.showReviews(w, r, statusOf(err), number+"-"+id, problemsOf(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/reviews?done=reviewed", http.StatusSeeOther)
	return nil
}

type glassBody struct{ Number, Reason control }

func mayBreak(by access.Actor) bool { return len(access.EntitiesFor(by, access.Break)) > 0 }

// glassPage asks for the number and the reason. It knows nothing: an incident that is absent, open or elsewhere is answered alike.
func glassPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showGlass(w, r, http.StatusOK, formView{typed: r.URL.Query()})
}

func (s *site) showGlass(w http.ResponseWriter, r *request, status int, f formView) error {
	if !mayBreak(r.by()) {
		return errAbsent
	}
	b := glassBody{Number: f.control("incident", "Number of the incident", "As it was told to you."),
		Reason: f.control("reason", "Why it cannot wait for a member", "It is read by the reviewer and stands in the record with your name.")}
	b.Number.Type, b.Number.Auto, b.Reason.Rows = "text", "off", 3
	return s.render(w, r, status, "glass", page{Title: "Open a restricted incident", Problems: f.problems, Done: confirmed(r),
		Crumbs: []crumb{{"Home", "/"}, {"Reviews", "/reviews"}}, Body: b})
}

// reopenGlass shows the form as it was filled in, after the proof.
func reopenGlass(s *site, w http.ResponseWriter, r *request) error {
	return s.showGlass(w, r, http.StatusOK, formView{typed: r.form})
}

func breakGlass(s *site, w http.ResponseWriter, r *request) error {
	number := r.text("incident")
	reason, err := r.required("reason", "The reason")
	if err == nil {
		err = s.Glass.BreakGlass(r.Context(), r.by(), number, reason)
	}
	if refused(err) {
		return s.showGlass(w, r, statusOf(err), formView{typed: r.form, problems: problemsOf(err)})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, incidentAddress(number)+"?done=opened", http.StatusSeeOther)
	return nil
}
