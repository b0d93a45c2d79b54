package web

import (
	"context"
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// Courses takes what brings work into an incident from outside, and what takes incidents apart.
type Courses interface {
	ImportPlaybook(ctx context.Context, by access.Actor, number, file string, data []byte) error
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
