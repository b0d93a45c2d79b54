package communication

import (
	"net/http"

	"tocsin/internal/app"
	webincidents "tocsin/internal/web/incidents"
	"tocsin/internal/web/page"
)

type sectionBody struct {
	page.ActForms
	V app.SectionView
}

func SectionPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showSection(s, w, r, http.StatusOK, page.ActForms{})
}

func showSection(s *page.Site, w http.ResponseWriter, r *page.Request, status int, forms page.ActForms) error {
	v, err := s.Sections.Section(r.Context(), r.By(), r.PathValue("number"), r.PathValue("section"))
	if err != nil {
		return err
	}
	done := ""
	if r.URL.Query().Get("done") != "" {
		done = "The note is written."
	}
	return s.Render(w, r, status, "section", page.Page{Title: v.Name + ": " + v.Incident, Problems: forms.F.Problems, Done: done,
		Crumbs: page.Crumbs("Home", "/", "Incidents", "/incidents", v.Incident, page.IncidentAddress(v.Incident)), Body: sectionBody{forms, v}})
}

func NoteInSection(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	number, name := r.PathValue("number"), r.PathValue("section")
	if _, err := s.Sections.Section(r.Context(), r.By(), number, name); err != nil {
		return err // what is not the reader's says nothing of what was typed
	}
	note, err := webincidents.Required(r, "note", "The note")
	if err == nil {
		err = s.Sections.NoteInSection(r.Context(), r.By(), number, name, note)
	}
	return s.Acted(w, r, err, "note", "", page.IncidentAddress(number)+"/sections/"+name+"?done=note", func(status int, forms page.ActForms) error {
		return showSection(s, w, r, status, forms)
	})
}
