package communication

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"tocsin/internal/app"
	"tocsin/internal/web/page"
)

// managementBody is the report to management as it would be issued now, with the forms that fill it.
type managementBody struct {
	page.ActForms
	V app.ManagementView
}

// Next is the number of the version that would be issued.
func (b managementBody) Next() int { return len(b.V.Versions) + 1 }

// Last is the number of the version that was issued last.
func (b managementBody) Last() int { return len(b.V.Versions) }

// Assessed finds an item of the assessment.
func (b managementBody) Assessed(id string) *app.AssessedView {
	for i := range b.V.Assessment {
		if b.V.Assessment[i].ID == id {
			return &b.V.Assessment[i]
		}
	}
	return nil
}

// Other are the items of the assessment that the report does not ask for.
func (b managementBody) Other() (out []app.AssessedView) {
	asked := map[string]bool{}
	for _, it := range b.V.Items {
		asked[it.Assess] = true
	}
	for _, a := range b.V.Assessment {
		if !asked[a.ID] {
			out = append(out, a)
		}
	}
	return out
}

// Unknown counts the items that are asked for and not known.
func (b managementBody) Unknown() (n int) {
	for _, it := range b.V.Items {
		if it.Required && !it.Known {
			n++
		}
	}
	return n
}

// Person offers who can be asked for an item.
func (b managementBody) Person(item string) page.Control {
	return b.Select("await", item, "person", "Person", "", "", page.PeopleOptions(b.V.People, page.Option{Value: "", Label: "Nobody by name"}))
}

// Role offers whose holders can be asked.
func (b managementBody) Role(item string) page.Control {
	return b.Select("await", item, "role", "Or whoever is", "", "", page.RoleOptions(page.Option{Value: "", Label: "No role"}))
}

// Marks offers the categories of a report.
func (b managementBody) Marks() page.Control {
	now := map[bool]string{true: "confidential", false: "none"}[b.V.Marking == "confidential"]
	return b.Select("mark", "", "marking", "The incident's reports are", "", now,
		[]page.Option{{Value: "none", Label: "Not categorised"}, {Value: "confidential", Label: "Confidential"}})
}

func managementPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showManagement(s, w, r)(http.StatusOK, page.ActForms{})
}

func showManagement(s *page.Site, w http.ResponseWriter, r *page.Request) func(int, page.ActForms) error {
	return func(status int, f page.ActForms) error {
		v, err := s.App.Management(r.Context(), r.By(), r.PathValue("number"))
		if err != nil {
			return err
		}
		r.ReadIn(s, v.PackID)
		f.F.Zone = page.FormZone(s, r, v.PackID)
		return s.Render(w, r, status, "management", page.Page{Title: "Report to management on " + v.Incident, Problems: f.F.Problems,
			Done:   toldWords[r.URL.Query().Get("done")],
			Crumbs: page.IncidentCrumbs(v.Incident), Body: managementBody{ActForms: f, V: v}})
	}
}

func issueReport(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onCommunication(w, r, "management", showManagement(s, w, r), page.Act{Name: "issue", Done: "issued",
		Run: func(number string) error {
			seen, _ := strconv.ParseInt(r.Form.Get("seen"), 10, 64)
			return s.App.IssueManagementReport(r.Context(), r.By(), number, seen, r.Text("reason"))
		}})
}

func stateItem(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	item := r.Form.Get("item")
	return onCommunication(w, r, "management", showManagement(s, w, r), page.Act{Name: "state", Subject: item, Done: "stated",
		Run: func(number string) error {
			d := page.NewDecoder(r.Form, "item")
			x := app.ItemStatement{Item: item, Value: d.Text("value"), Contact: d.Text("contact"), At: d.When("at")}
			if err := d.Err(); err != nil {
				return err
			}
			return s.App.State(r.Context(), r.By(), number, x)
		}})
}

func awaitItem(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	item := r.Form.Get("item")
	return onCommunication(w, r, "management", showManagement(s, w, r), page.Act{Name: "await", Subject: item, Done: "awaited",
		Run: func(number string) error {
			d := page.NewDecoder(r.Form, "item")
			person, role, until := d.Text("person"), d.Text("role"), d.When("until")
			if err := d.Err(); err != nil {
				return err
			}
			return s.App.AwaitItem(r.Context(), r.By(), number, item, person, role, until)
		}})
}

// markIncident categorises the incident's reports. MA 6.5.4
func markIncident(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onCommunication(w, r, "management", showManagement(s, w, r), page.Act{Name: "mark", Done: "marked", Needs: page.ReasonNeeded,
		Run: func(number string) error {
			return s.App.Mark(r.Context(), r.By(), number, r.Form.Get("marking"), r.Text("reason"))
		}})
}

// issuedBody is one version of the report as it was issued.
type issuedBody struct{ V app.IssuedReport }

// Value is what is known of an item, moments in the zone of the policy's calendar.
func (b issuedBody) Value(it app.BriefItem) string { return it.Text(b.V.Zone) }

func issued(s *page.Site, r *page.Request) (app.IssuedReport, int, error) {
	n, err := strconv.Atoi(r.PathValue("report"))
	if err != nil {
		return app.IssuedReport{}, 0, page.ErrAbsent
	}
	v, err := s.App.IssuedReport(r.Context(), r.By(), r.PathValue("number"), n)
	return v, n, err
}

func issuedPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, n, err := issued(s, r)
	if err != nil {
		return err
	}
	r.ReadIn(s, v.PackID)
	return s.Render(w, r, http.StatusOK, "issued", page.Page{Title: fmt.Sprintf("Report to management %d on %s", n, v.Incident),
		Crumbs: page.IncidentCrumbs(v.Incident, page.Crumb{Title: "Report to management", Address: page.IncidentAddress(v.Incident) +
			"/management"}), Body: issuedBody{v}})
}

// issuedPDF sends a version as tagged PDF.
func issuedPDF(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	n, err := strconv.Atoi(r.PathValue("report"))
	if err != nil {
		return page.ErrAbsent
	}
	var out bytes.Buffer
	if err := s.App.PrintReport(r.Context(), r.By(), r.PathValue("number"), n, &out); err != nil {
		return err
	}
	return page.Download(w, r, page.KindPDF, fmt.Sprintf("report-to-management-%d.pdf", n), out.Bytes())
}

// issuedFile sends a version as JSON: as it was frozen, with the marking that holds now.
func issuedFile(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, n, err := issued(s, r)
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return page.Download(w, r, "application/json", fmt.Sprintf("report-to-management-%d.json", n), append(body, '\n'))
}
