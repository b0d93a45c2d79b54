package web

import (
	"net/http"
	"slices"

	"tocsin/internal/app"
	"tocsin/internal/domain/investigation"
)

type findingsBody struct {
	actForms
	V app.FindingsView
	inquiryNav
	Me string
	P  clock
}

// Confidence asks how sure one is.
func (b findingsBody) Confidence(act, finding, given string) control {
	return b.Choose(act, finding, "confidence", "Confidence", "", given, options(investigation.Confidences...))
}

// Status asks how a finding stands.
func (b findingsBody) Status(finding, given string) control {
	return b.Choose("judge", finding, "status", "How it stands", "", given, options(investigation.Statuses...))
}

// Side asks whether something speaks for or against a finding.
func (b findingsBody) Side(finding string) control {
	return b.Choose("argue", finding, "side", "It speaks", "", "for", []option{{Value: "for", Label: "for it"}, {Value: "against", Label: "against it"}})
}

// Decider asks who decided.
func (b findingsBody) Decider() control {
	var list []option
	for _, p := range b.V.People {
		label := p.Name
		if p.Title != "" {
			label += ", " + p.Title
		}
		list = append(list, option{Value: p.ID, Label: label})
	}
	return b.Choose("decide", "", "by", "Who decided", "", b.Me, list)
}

// DecidedAt asks when.
func (b findingsBody) DecidedAt() control {
	return b.When("decide", "", "at", "When", "Left empty, it was now.", nil, b.P)
}

// Replaces asks which decision this one replaces.
func (b findingsBody) Replaces() control {
	list := []option{{Value: "", Label: "None"}}
	for _, d := range b.V.Decisions {
		if d.ReplacedBy == "" {
			list = append(list, option{Value: d.ID, Label: d.ID + ": " + shortened(d.What)})
		}
	}
	return b.Choose("decide", "", "replaces", "It replaces", "", "", list)
}

func shortened(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// Newest lists the decisions, the last first.
func (b findingsBody) Newest() []app.DecisionView {
	list := slices.Clone(b.V.Decisions)
	slices.Reverse(list)
	return list
}

func findingsPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showFindings(w, r, http.StatusOK, actForms{})
}

func (s *site) showFindings(w http.ResponseWriter, r *request, status int, f actForms) error {
	v, err := s.Inquiry.Reading.Findings(r.Context(), r.by(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.inquiryPage(w, r, status, "findings", "Findings and decisions", v.Incident, f, findingsBody{f, v, navOf(v.Incident, "/findings", v.Closed), r.by().Person, r.clock})
}

// conclude runs an act of the page of findings.
func (s *site) conclude(w http.ResponseWriter, r *request, act, subject, done string, do func(number string) error) error {
	return s.inquire(w, r, act, subject, "/findings", done, do, func(status int, f actForms) error { return s.showFindings(w, r, status, f) })
}

func recordFinding(s *site, w http.ResponseWriter, r *request) error {
	return s.conclude(w, r, "find", "", "finding", func(number string) error {
		statement, err := r.required("statement", "The hypothesis")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.RecordFinding(r.Context(), r.by(), number, statement, r.form.Get("confidence"))
	})
}

func argue(s *site, w http.ResponseWriter, r *request) error {
	finding := r.form.Get("finding")
	return s.conclude(w, r, "argue", finding, "argued", func(number string) error {
		words, err := r.required("text", "What speaks for or against it")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.Argue(r.Context(), r.by(), number, finding, app.ArgumentInput{Against: r.form.Get("side") == "against", Text: words,
			Events: investigation.Words(r.form.Get("events")), Indicators: investigation.Words(r.form.Get("indicators"))})
	})
}

func judgeFinding(s *site, w http.ResponseWriter, r *request) error {
	finding := r.form.Get("finding")
	return s.conclude(w, r, "judge", finding, "judged", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.JudgeFinding(r.Context(), r.by(), number, finding, r.form.Get("confidence"), r.form.Get("status"), reason)
	})
}

func recordDecision(s *site, w http.ResponseWriter, r *request) error {
	return s.conclude(w, r, "decide", "", "decision", func(number string) error {
		what, err := r.required("what", "What was decided")
		if err != nil {
			return err
		}
		why, err := r.required("why", "The grounds")
		if err != nil {
			return err
		}
		at, err := r.when("at")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.RecordDecision(r.Context(), r.by(), number, app.DecisionInput{What: what, Why: why, By: r.form.Get("by"), At: at, Replaces: r.form.Get("replaces"),
			Findings: investigation.Words(r.form.Get("findings")), Events: investigation.Words(r.form.Get("events")), Indicators: investigation.Words(r.form.Get("indicators"))})
	})
}

type notesBody struct {
	actForms
	V app.NotesView
	inquiryNav
}

func notesPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showNotes(w, r, http.StatusOK, actForms{})
}

func (s *site) showNotes(w http.ResponseWriter, r *request, status int, f actForms) error {
	v, err := s.Inquiry.Reading.Notes(r.Context(), r.by(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.inquiryPage(w, r, status, "notes", "Notes", v.Incident, f, notesBody{f, v, navOf(v.Incident, "/notes", v.Closed)})
}

func writeNote(s *site, w http.ResponseWriter, r *request) error {
	note := r.form.Get("note")
	return s.inquire(w, r, "note", note, "/notes", "note", func(number string) error {
		words, err := r.required("text", "The note")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.WriteNote(r.Context(), r.by(), number, note, words)
	}, func(status int, f actForms) error { return s.showNotes(w, r, status, f) })
}

func withdrawNote(s *site, w http.ResponseWriter, r *request) error {
	note := r.form.Get("note")
	return s.inquire(w, r, "withdraw", note, "/notes", "withdrawn", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.WithdrawNote(r.Context(), r.by(), number, note, reason)
	}, func(status int, f actForms) error { return s.showNotes(w, r, status, f) })
}
