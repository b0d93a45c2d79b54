package communication

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/web/page"
)

type sectionBody struct {
	page.ActForms
	V app.SectionView
}

func sectionPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showSection(s, w, r, http.StatusOK, page.ActForms{})
}

func showSection(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms) error {
	v, err := s.App.Section(r.Context(), r.By(), r.PathValue("number"), r.PathValue("section"))
	if err != nil {
		return err
	}
	done := ""
	if r.URL.Query().Get("done") != "" {
		done = "The note is written."
	}
	return s.Render(w, r, status, "section", page.Page{Title: v.Name + ": " + v.Incident, Problems: f.F.Problems, Done: done,
		Crumbs: page.IncidentCrumbs(v.Incident), Body: sectionBody{f, v}})
}

func noteInSection(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	number, name := r.PathValue("number"), r.PathValue("section")
	if _, err := s.App.Section(r.Context(), r.By(), number, name); err != nil {
		return err // what is not the reader's says nothing of what was typed
	}
	return page.Perform(w, r, page.Act{Name: "note", To: page.IncidentAddress(number) + "/sections/" + name, Done: "note",
		Needs: []string{"note", "The note"},
		Run:   func(string) error { return s.App.NoteInSection(r.Context(), r.By(), number, name, r.Text("note")) },
		Show:  func(status int, f page.ActForms) error { return showSection(s, w, r, status, f) }})
}
