package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/intake"
	"tocsin/internal/domain/policy"
)

// Tips takes what people without an account saw, and lets the security team settle it.
type Tips interface {
	TipForm() string
	TipEntities(ctx context.Context) ([]app.EntityView, error)
	SendTip(ctx context.Context, token, network string, t intake.Tip) (reference string, err error)
	OpenTips(ctx context.Context, by access.Actor) ([]app.TipView, error)
	TakeTip(ctx context.Context, by access.Actor, id string) (draft string, err error)
	DismissTip(ctx context.Context, by access.Actor, id, reason string) error
}

// quickAtOnce bounds how many quick forms are worked on at the same time: a flood of them waits at the door, not where
// signed-in people file.
const quickAtOnce = 3

type quickBody struct {
	F         formView
	Entities  control
	Token     string
	Reference string // after it was taken
	Contacts  []policy.Contact
}

func quickPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showQuick(w, r, http.StatusOK, url.Values{"form": {s.Tips.TipForm()}}, nil)
}

func (s *site) showQuick(w http.ResponseWriter, r *request, status int, typed url.Values, problems []problem) error {
	if s.NoQuick {
		return errAbsent
	}
	all, err := s.Tips.TipEntities(r.Context())
	if err != nil {
		return err
	}
	f := formView{typed: typed, problems: problems}
	options := []option{{Value: "", Label: "Choose"}}
	at := map[string]string{} // the top of the tree above each entity; agencies of two states may have one name
	for _, e := range all {   // parents come before their children
		label := e.Name
		if at[e.ID] = e.Name; e.Parent != "" {
			at[e.ID] = at[e.Parent]
			label += ", " + at[e.ID]
		}
		options = append(options, option{Value: e.ID, Label: label})
	}
	b := quickBody{F: f, Token: typed.Get("form"), Entities: f.one("entity", "Which agency is it about?", "Where you work, if you are not sure.", options)}
	if status == http.StatusTooManyRequests {
		b.Contacts = s.Contacts.Emergency()
	}
	return s.render(w, r, status, "quick", page{Title: "I saw something", Problems: problems, Body: b})
}

// quick takes the form. The sender gets a reference and learns nothing else: not whether others told of the same, nor what
// becomes of it.
func quick(s *site, w http.ResponseWriter, r *request) error {
	if s.NoQuick {
		return errAbsent
	}
	select {
	case s.quick <- struct{}{}:
		defer func() { <-s.quick }()
	default:
		return s.tooMany(w, r)
	}
	if r.text("website") != "" {
		return s.showQuick(w, r, http.StatusUnprocessableEntity, r.form, []problem{{ID: "f-website", Text: "This field is there to tell programs from people. Leave it empty."}})
	}
	id, err := s.Tips.SendTip(r.Context(), r.form.Get("form"), s.network(r), intake.Tip{Entity: r.text("entity"), Words: r.text("words"), Contact: r.text("contact")})
	switch {
	case errors.Is(err, app.ErrTooManyTips):
		return s.tooMany(w, r)
	case fault.KindOf(err) == fault.KindInvalid:
		problems := problemsOf(err)
		if problems[0].ID == "f-form" { // a fresh token: what was typed is still there
			problems[0].ID = ""
			r.form.Set("form", s.Tips.TipForm())
		}
		return s.showQuick(w, r, http.StatusUnprocessableEntity, r.form, problems)
	case err != nil:
		return err
	}
	return s.render(w, r, http.StatusOK, "quick", page{Title: "Thank you", Body: quickBody{Reference: id}})
}

func (s *site) tooMany(w http.ResponseWriter, r *request) error {
	w.Header().Set("Retry-After", "600")
	return s.showQuick(w, r, http.StatusTooManyRequests, r.form, []problem{{Text: "Too many have written within the hour, here or from your network. Yours is not kept. Press the button again later, or call."}})
}

// network names where a request comes from, as coarsely as providers give addresses out: a /24, or a /56.
func (s *site) network(r *request) string {
	at := clientAddress(r.Request, s.Proxies).WithZone("")
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
	F    formView
	For  string // the tip whose form was refused
}

// triagePage lists what waits for whoever may triage it.
func triagePage(s *site, w http.ResponseWriter, r *request) error {
	return s.showTriage(w, r, http.StatusOK, triageBody{}, nil)
}

func (s *site) showTriage(w http.ResponseWriter, r *request, status int, b triageBody, problems []problem) error {
	if !mayTriage(r.by()) {
		return errAbsent
	}
	var err error
	if b.Tips, err = s.Tips.OpenTips(r.Context(), r.by()); err != nil {
		return err
	}
	b.F.problems = problems
	return s.render(w, r, status, "triage", page{Title: "Triage", Crumbs: homeCrumb, Problems: problems, Body: b})
}

// Reason is the reason's control for one tip.
func (b triageBody) Reason(id string) control {
	c := control{Name: "reason", ID: fieldID("reason-" + id), Label: "Why no report is made of " + id, Rows: 2}
	if b.For == id {
		c.Value = b.F.typed.Get("reason")
		for _, p := range b.F.problems {
			c.Error = p.Text
		}
	}
	return c
}

func mayTriage(by access.Actor) bool {
	return somewhere(by, access.Triage)
}

// takeTip makes a draft of a tip and opens it: one press from what somebody saw to the form with their words in it.
func takeTip(s *site, w http.ResponseWriter, r *request) error {
	key, err := s.Tips.TakeTip(r.Context(), r.by(), r.PathValue("tip"))
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, draftAddress(key), http.StatusSeeOther)
	return nil
}

func dismissTip(s *site, w http.ResponseWriter, r *request) error {
	id := r.PathValue("tip")
	err := s.Tips.DismissTip(r.Context(), r.by(), id, r.form.Get("reason"))
	if fault.KindOf(err) == fault.KindInvalid {
		problems := problemsOf(err)
		problems[0].ID = fieldID("reason-" + id)
		return s.showTriage(w, r, http.StatusUnprocessableEntity, triageBody{F: formView{typed: r.form}, For: id}, problems)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/triage", http.StatusSeeOther)
	return nil
}
