package response

import (
	"net/http"
	"slices"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/filing"
	"tocsin/internal/web/page"
)

var _ page.Courses = (*app.App)(nil)

// importPlaybook takes the file of a procedure. What is wrong with it stands at the field of the file, each with its place in the file.
func importPlaybook(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return respond(s, w, r, "import", "", "imported", func(number string) error {
		var file page.Upload
		if len(r.Uploads) > 0 {
			file = r.Uploads[0]
		}
		err := s.Courses.ImportPlaybook(r.Context(), r.By(), number, file.Name, file.Data)
		switch {
		case fault.KindOf(err) != fault.KindInvalid:
			return err
		case len(file.Data) == 0:
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

func unlinkIncident(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	number, u := r.PathValue("number"), app.UnlinkRequest{Relation: r.Form.Get("relation"), Other: r.Text("other"), Reason: r.Text("reason")}
	err := s.Courses.UnlinkIncident(r.Context(), r.By(), number, u)
	return s.Acted(w, r, err, "unlink", u.Relation+"-"+u.Other, page.IncidentAddress(number)+"/lifecycle?done=unlink#links", func(status int, forms page.ActForms) error {
		return showLifecycle(s, w, r, status, forms)
	})
}

// SplitCategories offers what kind of incident a part is, as the form of a report does.
func (b lifecycleBody) SplitCategories() page.Control {
	c := b.Control("split", "", "categories", "What kind of incident the part is (optional)", "The new incident is rated by it, and told to whom the policy names. It can be added later.")
	for _, o := range filing.TermOptions(b.V.Categories) {
		o.Chosen = b.Opened("split", "") && slices.Contains(b.F.Values["categories"], o.Value)
		c.Options = append(c.Options, o)
	}
	return c
}

// splitIncident goes on to the course of the new incident: its number is what one needs next.
func splitIncident(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	number := r.PathValue("number")
	made, err := s.Courses.SplitIncident(r.Context(), r.By(), number, app.SplitRequest{What: r.Text("what"), Categories: r.Form["categories"], Reason: r.Text("reason")})
	to := page.IncidentAddress(number) + "/lifecycle"
	if err == nil {
		to = page.IncidentAddress(made) + "/lifecycle?done=split"
	}
	return s.Acted(w, r, err, "split", "", to, func(status int, forms page.ActForms) error {
		return showLifecycle(s, w, r, status, forms)
	})
}
