package review

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	webincidents "tocsin/internal/web/incidents"
	"tocsin/internal/web/page"
)

// acting is what a page with several forms knows of the one that was refused.
type acting struct {
	F       page.FormView
	Failed  string // the act that was refused
	Subject string // and what it was about
}

// Opened says whether the form of an act stands open.
func (a acting) Opened(act, subject string) bool { return a.Failed == act && a.Subject == subject }

// Control is one field of an act's form; only the form that was refused shows what was typed.
func (a acting) Control(act, subject, name, label, hint, value string) page.Control {
	c := page.Control{Name: name, Label: label, Hint: hint, Value: value, Rows: 3, Type: "text", ID: page.FieldID(act + "-" + subject + "-" + name)}
	if a.Opened(act, subject) {
		c.Value = a.F.Values.Get(name)
		for _, p := range a.F.Problems {
			if p.ID == c.ID {
				c.Error = p.Text
			}
		}
	}
	return c
}

// Day is a date of an act's form.
func (a acting) Day(act, subject, name, label, value string) page.Control {
	c := a.Control(act, subject, name, label, "For example 2026-11-30. The day counts whole.", value)
	c.Type = "date"
	return c
}

// chosen offers options, the one that is typed or given chosen.
func chosen(c page.Control, options []page.Option) page.Control {
	for _, o := range options {
		o.Chosen = o.Value == c.Value
		c.Options = append(c.Options, o)
	}
	return c
}

// refusedAct prepares what a refused act's page shows; ok is false where the error is none that a form can mend.
func refusedAct(r *page.Request, act, subject string, err error) (a acting, status int, ok bool) {
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		status = http.StatusUnprocessableEntity
	case fault.KindConflict:
		status = http.StatusConflict
	default:
		return a, 0, false
	}
	problems := page.ProblemsOf(err)
	for i := range problems {
		if problems[i].ID != "" {
			problems[i].ID = strings.Replace(problems[i].ID, "f-", page.FieldID(act+"-"+subject)+"-", 1)
		}
	}
	return acting{Failed: act, Subject: subject, F: page.FormView{Values: r.Form, Problems: problems}}, status, true
}

// day reads a date of a form as the last second of that day where the reader is.
func day(r *page.Request, name, what string) (time.Time, error) {
	v, err := webincidents.Required(r, name, what)
	if err != nil {
		return time.Time{}, fault.Invalid(name, what+" is missing.", "Give a date, such as 2026-11-30.")
	}
	t, err := time.ParseInLocation("2006-01-02", v, r.Zone)
	if err != nil {
		return t, fault.Invalid(name, "This is no date.", "Write it like 2026-11-30.")
	}
	return t.AddDate(0, 0, 1).Add(-time.Second), nil
}

func crumbsOf(number string) []page.Crumb {
	return page.Crumbs("Home", "/", "Incidents", "/incidents", number, page.IncidentAddress(number))
}

// analysisBody is the page of the post-incident analysis.
type analysisBody struct {
	V app.AnalysisView
	acting
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
	c := b.Control("section", v.ID, "text", b.Heading(v.ID), hint, value)
	c.Rows = 10
	return c
}

// CauseName names the kind of root cause.
func (b analysisBody) CauseName() string { return app.CauseName(b.V.Cause) }

// Cause offers the kinds of root cause.
func (b analysisBody) Cause() page.Control {
	c := b.Control("section", incident.SectionCauses, "cause", "Kind of root cause", "Incidents are counted by it.", b.V.Cause)
	options := []page.Option{{Value: "", Label: "Not stated"}}
	for _, id := range incident.Causes {
		options = append(options, page.Option{Value: id, Label: app.CauseName(id)})
	}
	return chosen(c, options)
}

func analysisPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showAnalysis(s, w, r, http.StatusOK, acting{})
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
	if err := s.Analyses.PrintAnalysis(r.Context(), r.By(), r.PathValue("number"), edition, &out); err != nil {
		return err
	}
	return page.Download(w, r, page.KindPDF, name, out.Bytes())
}

func showAnalysis(s *page.Site, w http.ResponseWriter, r *page.Request, status int, a acting) error {
	v, err := s.Analyses.Analysis(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.Render(w, r, status, "analysis", page.Page{Title: "Post-incident analysis of " + v.Incident, Problems: a.F.Problems, Done: analysedWords[r.URL.Query().Get("done")],
		Crumbs: crumbsOf(v.Incident), Body: analysisBody{V: v, acting: a}})
}

var analysedWords = map[string]string{"written": "Written, and recorded with your name.", "signed": "Signed. What was owed is fulfilled.", "reopened": "Taken up again. What was signed stays as it was."}

// analyse runs one act of the analysis and comes back to its page.
func analyse(s *page.Site, w http.ResponseWriter, r *page.Request, act, subject, done string, do func(number string) error) error {
	number := r.PathValue("number")
	err := do(number)
	if a, status, ok := refusedAct(r, act, subject, err); ok {
		return showAnalysis(s, w, r, status, a)
	}
	if err != nil {
		return err
	}
	to := page.IncidentAddress(number) + "/analysis?done=" + done
	if subject != "" {
		to += "#" + subject
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

func writeAnalysis(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	section := r.Form.Get("section")
	return analyse(s, w, r, "section", section, "written", func(number string) error {
		text, err := webincidents.Required(r, "text", "The text")
		if err != nil {
			return err
		}
		base, err := strconv.ParseInt(r.Form.Get("base"), 10, 64)
		if err != nil {
			return fault.Invalid("", "The form is damaged.", "Load the page again.")
		}
		return s.Analyses.WriteAnalysis(r.Context(), r.By(), number, section, text, r.Form.Get("cause"), base)
	})
}

func signAnalysis(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return analyse(s, w, r, "sign", "", "signed", func(number string) error { return s.Analyses.SignAnalysis(r.Context(), r.By(), number) })
}

func reopenAnalysis(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return analyse(s, w, r, "reopen", "", "reopened", func(number string) error {
		reason, err := webincidents.Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		return s.Analyses.ReopenAnalysis(r.Context(), r.By(), number, reason)
	})
}
