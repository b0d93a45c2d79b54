package web

import (
	"context"
	"net/http"
	"slices"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// Courses takes what brings work into an incident from outside, and what takes incidents apart.
type Courses interface {
	ImportPlaybook(ctx context.Context, by access.Actor, number, file string, data []byte) error
	UnlinkIncident(ctx context.Context, by access.Actor, number string, u app.UnlinkRequest) error
	SplitIncident(ctx context.Context, by access.Actor, number string, r app.SplitRequest) (string, error)
}

var _ Courses = (*app.App)(nil)

// importPlaybook takes the file of a procedure. What is wrong with it stands at the field of the file, each with its place in the file.
func importPlaybook(s *site, w http.ResponseWriter, r *request) error {
	return s.respond(w, r, "import", "", "imported", func(number string) error {
		var file upload
		if len(r.uploads) > 0 {
			file = r.uploads[0]
		}
		err := s.Courses.ImportPlaybook(r.Context(), r.by(), number, file.name, file.data)
		switch {
		case fault.KindOf(err) != fault.KindInvalid:
			return err
		case len(file.data) == 0:
			return fault.Invalid("file", "No file is chosen.", "Choose a CACAO 2.0 playbook (JSON).")
		}
		var at fault.List
		for _, f := range fault.All(err) {
			at = append(at, fault.Invalid("file", "In the file, "+f.Field+": "+f.Detail, f.Remedy))
		}
		return at.Err()
	})
}

// LinkKey names a link in its form.
func (b lifecycleBody) LinkKey(l app.LinkedView) string { return l.Relation + "-" + l.Incident }

func unlinkIncident(s *site, w http.ResponseWriter, r *request) error {
	number, u := r.PathValue("number"), app.UnlinkRequest{Relation: r.form.Get("relation"), Other: r.text("other"), Reason: r.text("reason")}
	err := s.Courses.UnlinkIncident(r.Context(), r.by(), number, u)
	return s.acted(w, r, err, "unlink", u.Relation+"-"+u.Other, incidentAddress(number)+"/lifecycle?done=unlink#links", func(status int, forms actForms) error {
		return s.showLifecycle(w, r, status, forms)
	})
}

// SplitCategories offers what kind of incident a part is, as the form of a report does.
func (b lifecycleBody) SplitCategories() control {
	c := b.Control("split", "", "categories", "What kind of incident the part is (optional)", "The new incident is rated by it, and told to whom the policy names. It can be added later.")
	for _, o := range termOptions(b.V.Categories) {
		o.Chosen = b.Opened("split", "") && slices.Contains(b.F.typed["categories"], o.Value)
		c.Options = append(c.Options, o)
	}
	return c
}

// splitIncident goes on to the course of the new incident: its number is what one needs next.
func splitIncident(s *site, w http.ResponseWriter, r *request) error {
	number := r.PathValue("number")
	made, err := s.Courses.SplitIncident(r.Context(), r.by(), number, app.SplitRequest{What: r.text("what"), Categories: r.form["categories"], Reason: r.text("reason")})
	to := incidentAddress(number) + "/lifecycle"
	if err == nil {
		to = incidentAddress(made) + "/lifecycle?done=split"
	}
	return s.acted(w, r, err, "split", "", to, func(status int, forms actForms) error {
		return s.showLifecycle(w, r, status, forms)
	})
}
