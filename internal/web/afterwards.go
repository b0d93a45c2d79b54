package web

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
)

// acting is what a page with several forms knows of the one that was refused.
type acting struct {
	F       formView
	Failed  string // the act that was refused
	Subject string // and what it was about
}

// Opened says whether the form of an act stands open.
func (a acting) Opened(act, subject string) bool { return a.Failed == act && a.Subject == subject }

// Control is one field of an act's form; only the form that was refused shows what was typed.
func (a acting) Control(act, subject, name, label, hint, value string) control {
	c := control{Name: name, Label: label, Hint: hint, Value: value, Rows: 3, Type: "text", ID: fieldID(act + "-" + subject + "-" + name)}
	if a.Opened(act, subject) {
		c.Value = a.F.typed.Get(name)
		for _, p := range a.F.problems {
			if p.ID == c.ID {
				c.Error = p.Text
			}
		}
	}
	return c
}

// Day is a date of an act's form.
func (a acting) Day(act, subject, name, label, value string) control {
	c := a.Control(act, subject, name, label, "For example 2026-11-30. The day counts whole.", value)
	c.Type = "date"
	return c
}

// chosen offers options, the one that is typed or given chosen.
func chosen(c control, options []option) control {
	for _, o := range options {
		o.Chosen = o.Value == c.Value
		c.Options = append(c.Options, o)
	}
	return c
}

// refusedAct prepares what a refused act's page shows; ok is false where the error is none that a form can mend.
func refusedAct(r *request, act, subject string, err error) (a acting, status int, ok bool) {
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		status = http.StatusUnprocessableEntity
	case fault.KindConflict:
		status = http.StatusConflict
	default:
		return a, 0, false
	}
	problems := problemsOf(err)
	for i := range problems {
		if problems[i].ID != "" {
			problems[i].ID = strings.Replace(problems[i].ID, "f-", fieldID(act+"-"+subject)+"-", 1)
		}
	}
	return acting{Failed: act, Subject: subject, F: formView{typed: r.form, problems: problems}}, status, true
}

// day reads a date of a form as the last second of that day where the reader is.
func (r *request) day(name, what string) (time.Time, error) {
	v, err := r.required(name, what)
	if err != nil {
		return time.Time{}, fault.Invalid(name, what+" is missing.", "Give a date, such as 2026-11-30.")
	}
	t, err := time.ParseInLocation("2006-01-02", v, r.zone)
	if err != nil {
		return t, fault.Invalid(name, "This is no date.", "Write it like 2026-11-30.")
	}
	return t.AddDate(0, 0, 1).Add(-time.Second), nil
}

func crumbsOf(number string) []crumb {
	return []crumb{{"Home", "/"}, {"Incidents", "/incidents"}, {number, incidentAddress(number)}}
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
func (b analysisBody) Area(v app.AnalysisPart) control {
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
func (b analysisBody) Cause() control {
	c := b.Control("section", incident.SectionCauses, "cause", "Kind of root cause", "Incidents are counted by it.", b.V.Cause)
	options := []option{{Value: "", Label: "Not stated"}}
	for _, id := range incident.Causes {
		options = append(options, option{Value: id, Label: app.CauseName(id)})
	}
	return chosen(c, options)
}

func analysisPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showAnalysis(w, r, http.StatusOK, acting{})
}

// analysisPDF sends the analysis as tagged PDF: as it stands, or an edition as it was signed.
func analysisPDF(s *site, w http.ResponseWriter, r *request) error {
	edition, name := 0, "post-incident-analysis.pdf"
	if v := r.URL.Query().Get("edition"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return errAbsent
		}
		edition, name = n, fmt.Sprintf("post-incident-analysis-edition-%d.pdf", n)
	}
	var out bytes.Buffer
	if err := s.Analyses.PrintAnalysis(r.Context(), r.by(), r.PathValue("number"), edition, &out); err != nil {
		return err
	}
	return download(w, r, kindPDF, name, out.Bytes())
}

func (s *site) showAnalysis(w http.ResponseWriter, r *request, status int, a acting) error {
	v, err := s.Analyses.Analysis(r.Context(), r.by(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.render(w, r, status, "analysis", page{Title: "Post-incident analysis of " + v.Incident, Problems: a.F.problems, Done: analysedWords[r.URL.Query().Get("done")],
		Crumbs: crumbsOf(v.Incident), Body: analysisBody{V: v, acting: a}})
}

var analysedWords = map[string]string{"written": "Written, and recorded with your name.", "signed": "Signed. What was owed is fulfilled.", "reopened": "Taken up again. What was signed stays as it was."}

// analyse runs one act of the analysis and comes back to its page.
func (s *site) analyse(w http.ResponseWriter, r *request, act, subject, done string, do func(number string) error) error {
	number := r.PathValue("number")
	err := do(number)
	if a, status, ok := refusedAct(r, act, subject, err); ok {
		return s.showAnalysis(w, r, status, a)
	}
	if err != nil {
		return err
	}
	to := incidentAddress(number) + "/analysis?done=" + done
	if subject != "" {
		to += "#" + subject
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

func writeAnalysis(s *site, w http.ResponseWriter, r *request) error {
	section := r.form.Get("section")
	return s.analyse(w, r, "section", section, "written", func(number string) error {
		text, err := r.required("text", "The text")
		if err != nil {
			return err
		}
		base, err := strconv.ParseInt(r.form.Get("base"), 10, 64)
		if err != nil {
			return fault.Invalid("", "The form is damaged.", "Load the page again.")
		}
		return s.Analyses.WriteAnalysis(r.Context(), r.by(), number, section, text, r.form.Get("cause"), base)
	})
}

func signAnalysis(s *site, w http.ResponseWriter, r *request) error {
	return s.analyse(w, r, "sign", "", "signed", func(number string) error { return s.Analyses.SignAnalysis(r.Context(), r.by(), number) })
}

func reopenAnalysis(s *site, w http.ResponseWriter, r *request) error {
	return s.analyse(w, r, "reopen", "", "reopened", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Analyses.ReopenAnalysis(r.Context(), r.by(), number, reason)
	})
}
