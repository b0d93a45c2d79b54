package filing

import (
	"crypto/rand"
	"net/http"
	"net/url"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

var telephoneFields = []string{"entity", "incident", "once", "caller", "called", "called_at", "called_at.zone", "after_hours", "reference",
	"description", "discovered_at", "discovered_at.zone"}

type telephoneBody struct {
	Entities page.Control
	F        page.FormView
	Once     string
	Contacts []policy.Contact
}

// telephonePage records a call that was made because the system could not be reached. CA step 4.
func telephonePage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	typed := url.Values{}
	typed.Set("caller", r.By().Name)
	typed.Set("entity", r.URL.Query().Get("entity"))
	typed.Set("incident", r.URL.Query().Get("incident"))
	return showTelephone(s, w, r, http.StatusOK, page.FormView{Values: typed}, rand.Text(), nil)
}

func showTelephone(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.FormView, once string,
	problems []page.Problem) error {
	all, err := s.App.Entities(r.Context(), r.By())
	if err != nil {
		return err
	}
	f.Problems, f.Zone = problems, r.Zone.String()
	options := []page.Option{{Value: "", Label: "Choose"}}
	pack := ""
	for _, e := range all {
		if e.MayFile {
			options = append(options, page.Option{Value: e.ID, Label: e.Name})
			if pack == "" || e.ID == f.Values.Get("entity") {
				pack = e.Pack
			}
		}
	}
	if len(options) == 2 && f.Values.Get("entity") == "" {
		f.Values.Set("entity", options[1].Value)
	}
	f.Zone = page.FormZone(s, r, pack)
	body := telephoneBody{F: f, Once: once, Contacts: s.App.Emergency(),
		Entities: f.One("entity", "Agency", "The agency whose incident was reported.", options)}
	return s.Render(w, r, status, "telephone", page.Page{Title: "Record a telephone report", Crumbs: homeCrumb, Problems: problems,
		Body: body})
}

func telephone(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	d := page.NewDecoder(r.Form, "once")
	t := incident.Telephone{Entity: d.Text("entity"), Incident: d.Text("incident"), Caller: d.Text("caller"), Called: d.Text("called"),
		CalledAt: d.When("called_at"), AfterHours: d.YesNo("after_hours"), Reference: d.Text("reference"),
		Description: d.Text("description"), DiscoveredAt: d.When("discovered_at")}
	once := r.Form.Get("once")
	f := page.FormView{Values: r.Form, Extra: d.Extra}
	err := d.Err()
	var answer app.Answer
	if err == nil {
		answer, err = s.App.Telephone(r.Context(), r.By(), t, submission(once, t))
	}
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return showTelephone(s, w, r, http.StatusUnprocessableEntity, f, once, page.ProblemsOf(err))
	case fault.KindConflict:
		return showTelephone(s, w, r, http.StatusConflict, f, once, page.ProblemsOf(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, filedAddress(answer), http.StatusSeeOther)
	return nil
}
