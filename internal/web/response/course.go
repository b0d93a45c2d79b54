package response

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/filing"
	"tocsin/internal/web/page"
)

// importPlaybook takes the file of a procedure. What is wrong with it stands at the field of the file, each with its place in the file.
func importPlaybook(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onResponse(s, w, r, page.Act{Name: "import", Done: "imported", Run: func(number string) error {
		var file page.Upload
		if len(r.Uploads) > 0 {
			file = r.Uploads[0]
		}
		err := s.App.ImportPlaybook(r.Context(), r.By(), number, file.Name, file.Data)
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
	}})
}

// LinkKey names a link in its form.
func (b lifecycleBody) LinkKey(l app.LinkedView) string { return l.Relation + "-" + l.Incident }

func unlinkIncident(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	u := app.UnlinkRequest{Relation: r.Form.Get("relation"), Other: r.Text("other"), Reason: r.Text("reason")}
	return onLifecycle(s, w, r, page.Act{Name: "unlink", Subject: u.Relation + "-" + u.Other, Part: "links", Run: func(number string) error {
		return s.App.UnlinkIncident(r.Context(), r.By(), number, u)
	}})
}

// SplitCategories offers what kind of incident a part is, as the form of a report does.
func (b lifecycleBody) SplitCategories() page.Control {
	return b.Checks("split", "", "categories", "What kind of incident the part is (optional)",
		"The new incident is rated by it, and told to whom the policy names. It can be added later.", filing.TermOptions(b.V.Categories))
}

// splitIncident goes on to the course of the new incident: its number is what one needs next.
func splitIncident(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	split := app.SplitRequest{What: r.Text("what"), Categories: r.Form["categories"], Reason: r.Text("reason")}
	made, err := s.App.SplitIncident(r.Context(), r.By(), r.PathValue("number"), split)
	return onLifecycle(s, w, r, page.Act{Name: "split", To: page.IncidentAddress(made) + "/lifecycle", Run: func(string) error { return err }})
}
