package web

import (
	"crypto/rand"
	"net/http"
	"net/url"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

var telephoneFields = []string{"entity", "incident", "once", "caller", "called", "called_at", "called_at.zone", "after_hours", "reference",
	"description", "discovered_at", "discovered_at.zone"}

type telephoneBody struct {
	Entities control
	F        formView
	Once     string
	Contacts []policy.Contact
}

// telephonePage records a call that was made because the system could not be reached. CA step 4.
func telephonePage(s *site, w http.ResponseWriter, r *request) error {
	typed := url.Values{}
	typed.Set("caller", r.by().Name)
	typed.Set("entity", r.URL.Query().Get("entity"))
	typed.Set("incident", r.URL.Query().Get("incident"))
	return s.showTelephone(w, r, http.StatusOK, formView{typed: typed}, rand.Text(), nil)
}

func (s *site) showTelephone(w http.ResponseWriter, r *request, status int, f formView, once string, problems []problem) error {
	all, err := s.Filings.Entities(r.Context(), r.by())
	if err != nil {
		return err
	}
	f.problems, f.zone = problems, r.zone.String()
	options := []option{{Value: "", Label: "Choose"}}
	pack := ""
	for _, e := range all {
		if e.MayFile {
			options = append(options, option{Value: e.ID, Label: e.Name})
			if pack == "" || e.ID == f.typed.Get("entity") {
				pack = e.Pack
			}
		}
	}
	if len(options) == 2 && f.typed.Get("entity") == "" {
		f.typed.Set("entity", options[1].Value)
	}
	f.zone = s.formZone(r, pack)
	body := telephoneBody{F: f, Once: once, Contacts: s.Contacts.Emergency(),
		Entities: f.one("entity", "Agency", "The agency whose incident was reported.", options)}
	return s.render(w, r, status, "telephone", page{Title: "Record a telephone report", Crumbs: homeCrumb, Problems: problems, Body: body})
}

func telephone(s *site, w http.ResponseWriter, r *request) error {
	d := newDecoder(r.form, "once")
	t := incident.Telephone{Entity: d.text("entity"), Incident: d.text("incident"), Caller: d.text("caller"), Called: d.text("called"),
		CalledAt: d.when("called_at"), AfterHours: d.yesNo("after_hours"), Reference: d.text("reference"),
		Description: d.text("description"), DiscoveredAt: d.when("discovered_at")}
	once := r.form.Get("once")
	f := formView{typed: r.form, extra: d.extra}
	err := d.err()
	var answer app.Answer
	if err == nil {
		answer, err = s.Filings.Telephone(r.Context(), r.by(), t, submission(once, t))
	}
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return s.showTelephone(w, r, http.StatusUnprocessableEntity, f, once, problemsOf(err))
	case fault.KindConflict:
		return s.showTelephone(w, r, http.StatusConflict, f, once, problemsOf(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, filedAddress(answer), http.StatusSeeOther)
	return nil
}
