package filing

import (
	"errors"
	"net/http"
	"net/url"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/intake"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

type quickBody struct {
	F         page.FormView
	Entities  page.Control
	Token     string
	Reference string // after it was taken
	Contacts  []policy.Contact
}

func quickPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showQuick(s, w, r, http.StatusOK, url.Values{"form": {s.App.TipForm()}}, nil)
}

func showQuick(s *page.Site, w http.ResponseWriter, r *page.Request, status int, typed url.Values, problems []page.Problem) error {
	if s.NoQuick {
		return page.ErrAbsent
	}
	all, err := s.App.TipEntities(r.Context())
	if err != nil {
		return err
	}
	f := page.FormView{Values: typed, Problems: problems}
	options := []page.Option{{Value: "", Label: "Choose"}}
	at := map[string]string{} // the top of the tree above each entity; agencies of two states may have one name
	for _, e := range all {   // parents come before their children
		label := e.Name
		if at[e.ID] = e.Name; e.Parent != "" {
			at[e.ID] = at[e.Parent]
			label += ", " + at[e.ID]
		}
		options = append(options, page.Option{Value: e.ID, Label: label})
	}
	b := quickBody{F: f, Token: typed.Get("form"), Entities: f.One("entity", "Which agency is it about?",
		"Where you work, if you are not sure.", options)}
	if status == http.StatusTooManyRequests {
		b.Contacts = s.App.Emergency()
	}
	return s.Render(w, r, status, "quick", page.Page{Title: "I saw something", Problems: problems, Body: b})
}

// quick takes the form. The sender gets a reference and learns nothing else: not whether others told of the same, nor what
// becomes of it.
func quick(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if s.NoQuick {
		return page.ErrAbsent
	}
	select {
	case s.Quick <- struct{}{}:
		defer func() { <-s.Quick }()
	default:
		return tooMany(s, w, r)
	}
	if r.Text("website") != "" {
		return showQuick(s, w, r, http.StatusUnprocessableEntity, r.Form, []page.Problem{{ID: "f-website",
			Text: "This field is there to tell programs from people. Leave it empty."}})
	}
	id, err := s.App.SendTip(r.Context(), r.Form.Get("form"), network(s, r),
		intake.Tip{Entity: r.Text("entity"), Words: r.Text("words"), Contact: r.Text("contact")})
	switch {
	case errors.Is(err, app.ErrTooManyTips):
		return tooMany(s, w, r)
	case fault.KindOf(err) == fault.KindInvalid:
		problems := page.ProblemsOf(err)
		if problems[0].ID == "f-form" { // a fresh token: what was typed is still there
			problems[0].ID = ""
			r.Form.Set("form", s.App.TipForm())
		}
		return showQuick(s, w, r, http.StatusUnprocessableEntity, r.Form, problems)
	case err != nil:
		return err
	}
	return s.Render(w, r, http.StatusOK, "quick", page.Page{Title: "Thank you", Body: quickBody{Reference: id}})
}

func tooMany(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	w.Header().Set("Retry-After", "600")
	return showQuick(s, w, r, http.StatusTooManyRequests, r.Form,
		[]page.Problem{{Text: "Too many have written within the hour, here or from your network. Yours is not kept. Press the button again " +
			"later, or call."}})
}

// network names where a request comes from, as coarsely as providers give addresses out: a /24, or a /56.
func network(s *page.Site, r *page.Request) string {
	at := page.ClientAddress(r.Request, s.Proxies).WithZone("")
	bits := 56
	if at.Is4() {
		bits = 24
	}
	whole, err := at.Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return whole.String()
}

type triageBody struct {
	Tips []app.TipView
	F    page.FormView
	For  string // the tip whose form was refused
}

// triagePage lists what waits for whoever may triage it.
func triagePage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showTriage(s, w, r, http.StatusOK, triageBody{}, nil)
}

func showTriage(s *page.Site, w http.ResponseWriter, r *page.Request, status int, b triageBody, problems []page.Problem) error {
	if !page.MayTriage(r.By()) {
		return page.ErrAbsent
	}
	var err error
	if b.Tips, err = s.App.OpenTips(r.Context(), r.By()); err != nil {
		return err
	}
	b.F.Problems = problems
	return s.Render(w, r, status, "triage", page.Page{Title: "Triage", Crumbs: homeCrumb, Problems: problems, Body: b})
}

// Reason is the reason's control for one tip.
func (b triageBody) Reason(id string) page.Control {
	c := page.Control{Name: "reason", ID: page.FieldID("reason-" + id), Label: "Why no report is made of " + id, Rows: 2}
	if b.For == id {
		c.Value = b.F.Values.Get("reason")
		for _, p := range b.F.Problems {
			c.Error = p.Text
		}
	}
	return c
}

// takeTip makes a draft of a tip and opens it: one press from what somebody saw to the form with their words in it.
func takeTip(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	key, err := s.App.TakeTip(r.Context(), r.By(), r.PathValue("tip"))
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, draftAddress(key), http.StatusSeeOther)
	return nil
}

func dismissTip(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.PathValue("tip")
	err := s.App.DismissTip(r.Context(), r.By(), id, r.Form.Get("reason"))
	if fault.KindOf(err) == fault.KindInvalid {
		problems := page.ProblemsOf(err)
		problems[0].ID = page.FieldID("reason-" + id)
		return showTriage(s, w, r, http.StatusUnprocessableEntity, triageBody{F: page.FormView{Values: r.Form}, For: id}, problems)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/triage", http.StatusSeeOther)
	return nil
}
