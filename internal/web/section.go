package web

import (
	"context"
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Sections shows what Legal and Human Resources keep about an incident for themselves.
type Sections interface {
	Section(ctx context.Context, by access.Actor, number, name string) (app.SectionView, error)
	NoteInSection(ctx context.Context, by access.Actor, number, name, note string) error
}

type sectionBody struct {
	actForms
	V app.SectionView
}

func sectionPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showSection(w, r, http.StatusOK, actForms{})
}

func (s *site) showSection(w http.ResponseWriter, r *request, status int, forms actForms) error {
	v, err := s.Sections.Section(r.Context(), r.by(), r.PathValue("number"), r.PathValue("section"))
	if err != nil {
		return err
	}
	done := ""
	if r.URL.Query().Get("done") != "" {
		done = "The note is written."
	}
	return s.render(w, r, status, "section", page{Title: v.Name + ": " + v.Incident, Problems: forms.F.problems, Done: done,
		Crumbs: []crumb{{"Home", "/"}, {"Incidents", "/incidents"}, {v.Incident, incidentAddress(v.Incident)}}, Body: sectionBody{forms, v}})
}

func noteInSection(s *site, w http.ResponseWriter, r *request) error {
	number, name := r.PathValue("number"), r.PathValue("section")
	if _, err := s.Sections.Section(r.Context(), r.by(), number, name); err != nil {
		return err // what is not the reader's says nothing of what was typed
	}
	note, err := r.required("note", "The note")
	if err == nil {
		err = s.Sections.NoteInSection(r.Context(), r.by(), number, name, note)
	}
	return s.acted(w, r, err, "note", "", incidentAddress(number)+"/sections/"+name+"?done=note", func(status int, forms actForms) error {
		return s.showSection(w, r, status, forms)
	})
}
