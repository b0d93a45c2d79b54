package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"tocsin/internal/app"
)

// managementBody is the report to management as it would be issued now, with the forms that fill it.
type managementBody struct {
	acts
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

// Person and Role offer who can be asked for an item.
func (b managementBody) Person(item string) control {
	return b.Control("await", item, "person", "Person", "").chosen(peopleOptions(b.V.People))
}

// Role offers whose holders can be asked.
func (b managementBody) Role(item string) control {
	return b.Control("await", item, "role", "Or whoever is", "").chosen(roleOptions())
}

// Marks offers the categories of a report.
func (b managementBody) Marks() control {
	c := b.Control("mark", "", "marking", "The incident's reports are", "")
	if c.Value == "" {
		c.Value = map[bool]string{true: "confidential", false: "none"}[b.V.Marking == "confidential"]
	}
	return c.chosen([]option{{Value: "none", Label: "Not categorised"}, {Value: "confidential", Label: "Confidential"}})
}

func managementPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showManagement(w, r)(http.StatusOK, acts{})
}

func (s *site) showManagement(w http.ResponseWriter, r *request) func(int, acts) error {
	return func(status int, a acts) error {
		v, err := s.Briefing.Management(r.Context(), r.by(), r.PathValue("number"))
		if err != nil {
			return err
		}
		r.readIn(s, v.PackID)
		a.F.zone = s.formZone(r, v.PackID)
		return s.render(w, r, status, "management", page{Title: "Report to management on " + v.Incident, Problems: a.F.problems, Done: toldWords[r.URL.Query().Get("done")],
			Crumbs: incidentCrumbs(v.Incident), Body: managementBody{acts: a, V: v}})
	}
}

func issueReport(s *site, w http.ResponseWriter, r *request) error {
	return s.tell(w, r, "issue", "", "management", "issued", func(number string) error {
		seen, _ := strconv.ParseInt(r.form.Get("seen"), 10, 64)
		return s.Briefing.IssueManagementReport(r.Context(), r.by(), number, seen, r.text("reason"))
	}, s.showManagement(w, r))
}

func stateItem(s *site, w http.ResponseWriter, r *request) error {
	item := r.form.Get("item")
	return s.tell(w, r, "state", item, "management", "stated", func(number string) error {
		d := newDecoder(r.form, "item")
		x := app.ItemStatement{Item: item, Value: d.text("value"), Contact: d.text("contact"), At: d.when("at")}
		if err := d.err(); err != nil {
			return err
		}
		return s.Briefing.State(r.Context(), r.by(), number, x)
	}, s.showManagement(w, r))
}

func awaitItem(s *site, w http.ResponseWriter, r *request) error {
	item := r.form.Get("item")
	return s.tell(w, r, "await", item, "management", "awaited", func(number string) error {
		d := newDecoder(r.form, "item")
		person, role, until := d.text("person"), d.text("role"), d.when("until")
		if err := d.err(); err != nil {
			return err
		}
		return s.Briefing.AwaitItem(r.Context(), r.by(), number, item, person, role, until)
	}, s.showManagement(w, r))
}

// markIncident categorises the incident's reports. MA 6.5.4
func markIncident(s *site, w http.ResponseWriter, r *request) error {
	return s.tell(w, r, "mark", "", "management", "marked", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Marking.Mark(r.Context(), r.by(), number, r.form.Get("marking"), reason)
	}, s.showManagement(w, r))
}

// issuedBody is one version of the report as it was issued.
type issuedBody struct{ V app.IssuedReport }

// Value is what is known of an item, moments in the zone of the policy's calendar.
func (b issuedBody) Value(it app.BriefItem) string { return it.Text(b.V.Zone) }

func (s *site) issued(r *request) (app.IssuedReport, int, error) {
	n, err := strconv.Atoi(r.PathValue("report"))
	if err != nil {
		return app.IssuedReport{}, 0, errAbsent
	}
	v, err := s.Briefing.IssuedReport(r.Context(), r.by(), r.PathValue("number"), n)
	return v, n, err
}

func issuedPage(s *site, w http.ResponseWriter, r *request) error {
	v, n, err := s.issued(r)
	if err != nil {
		return err
	}
	r.readIn(s, v.PackID)
	return s.render(w, r, http.StatusOK, "issued", page{Title: fmt.Sprintf("Report to management %d on %s", n, v.Incident),
		Crumbs: incidentCrumbs(v.Incident, crumb{"Report to management", incidentAddress(v.Incident) + "/management"}), Body: issuedBody{v}})
}

// issuedPDF sends a version as tagged PDF.
func issuedPDF(s *site, w http.ResponseWriter, r *request) error {
	n, err := strconv.Atoi(r.PathValue("report"))
	if err != nil {
		return errAbsent
	}
	var out bytes.Buffer
	if err := s.Briefing.PrintReport(r.Context(), r.by(), r.PathValue("number"), n, &out); err != nil {
		return err
	}
	return download(w, r, kindPDF, fmt.Sprintf("report-to-management-%d.pdf", n), out.Bytes())
}

// issuedFile sends a version as JSON: as it was frozen, with the marking that holds now.
func issuedFile(s *site, w http.ResponseWriter, r *request) error {
	v, n, err := s.issued(r)
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return download(w, r, "application/json", fmt.Sprintf("report-to-management-%d.json", n), append(body, '\n'))
}

const kindPDF = "application/pdf"

func download(w http.ResponseWriter, r *request, kind, name string, body []byte) error {
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	send(w, r, http.StatusOK, kind, body)
	return nil
}
