package review

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/web/page"
)

// day reads a date of a form as the last second of that day where the reader is.
func day(r *page.Request, name, what string) (time.Time, error) {
	v, err := r.Required(name, what)
	if err != nil {
		return time.Time{}, fault.Invalid(name, what+" is missing.", "Give a date, such as 2026-11-30.")
	}
	t, err := time.ParseInLocation("2006-01-02", v, r.Zone)
	if err != nil {
		return t, fault.Invalid(name, "This is no date.", "Write it like 2026-11-30.")
	}
	return t.AddDate(0, 0, 1).Add(-time.Second), nil
}

// analysisBody is the page of the post-incident analysis.
type analysisBody struct {
	V app.AnalysisView
	page.ActForms
}

// Heading is a section's title.
func (analysisBody) Heading(id string) string { return app.WordsOfSection(id).Title }

// Asks is what belongs into a section.
func (analysisBody) Asks(id string) string { return app.WordsOfSection(id).Asks }

// Area is where a section is written: what is there, or what the record says to it.
func (b analysisBody) Area(v app.AnalysisPart) page.Control {
	value, hint := v.Text, ""
	if value == "" {
		value = v.Draft
		if value != "" {
			hint = "What stands here comes from the record. Make it yours."
		}
	}
	return b.ActForms.Area("section", v.ID, "text", b.Heading(v.ID), hint, value, 10)
}

// CauseName names the kind of root cause.
func (b analysisBody) CauseName() string { return app.CauseName(b.V.Cause) }

// Cause offers the kinds of root cause.
func (b analysisBody) Cause() page.Control {
	return b.Select("section", incident.SectionCauses, "cause", "Kind of root cause", "Incidents are counted by it.", b.V.Cause,
		page.OptionsOf(incident.Causes, app.CauseName, page.Option{Value: "", Label: "Not stated"}))
}

func analysisPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showAnalysis(s, w, r, http.StatusOK, page.ActForms{})
}

// analysisPDF sends the analysis as tagged PDF: as it stands, or an edition as it was signed.
func analysisPDF(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	edition, name := 0, "post-incident-analysis.pdf"
	if v := r.URL.Query().Get("edition"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return page.ErrAbsent
		}
		edition, name = n, fmt.Sprintf("post-incident-analysis-edition-%d.pdf", n)
	}
	var out bytes.Buffer
	if err := s.App.PrintAnalysis(r.Context(), r.By(), r.PathValue("number"), edition, &out); err != nil {
		return err
	}
	return page.Download(w, r, page.KindPDF, name, out.Bytes())
}

func showAnalysis(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms) error {
	v, err := s.App.Analysis(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.Render(w, r, status, "analysis", page.Page{Title: "Post-incident analysis of " + v.Incident, Problems: f.F.Problems,
		Done:   analysedWords[r.URL.Query().Get("done")],
		Crumbs: page.IncidentCrumbs(v.Incident), Body: analysisBody{V: v, ActForms: f}})
}

var analysedWords = map[string]string{"written": "Written, and recorded with your name.", "signed": "Signed. What was owed is fulfilled.",
	"reopened": "Taken up again. What was signed stays as it was."}

func writeAnalysis(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	section := r.Form.Get("section")
	return onAnalysis(s, w, r, page.Act{Name: "section", Subject: section, Done: "written", Needs: []string{"text", "The text"},
		Run: func(number string) error {
			base, err := strconv.ParseInt(r.Form.Get("base"), 10, 64)
			if err != nil {
				return fault.Invalid("", "The form is damaged.", "Load the page again.")
			}
			return s.App.WriteAnalysis(r.Context(), r.By(), number, section, r.Text("text"), r.Form.Get("cause"), base)
		}})
}

func signAnalysis(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onAnalysis(s, w, r, page.Act{Name: "sign", Done: "signed", Run: func(number string) error {
		return s.App.SignAnalysis(r.Context(), r.By(), number)
	}})
}

func reopenAnalysis(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onAnalysis(s, w, r, page.Act{Name: "reopen", Done: "reopened", Needs: page.ReasonNeeded, Run: func(number string) error {
		return s.App.ReopenAnalysis(r.Context(), r.By(), number, r.Text("reason"))
	}})
}

// onAnalysis performs an act of the analysis and comes back to its page.
func onAnalysis(s *page.Site, w http.ResponseWriter, r *page.Request, a page.Act) error {
	a.To, a.Part = page.IncidentAddress(r.PathValue("number"))+"/analysis", a.Subject
	a.Show = func(status int, f page.ActForms) error { return showAnalysis(s, w, r, status, f) }
	return page.Perform(w, r, a)
}
