package investigation

import (
	"net/http"
	"slices"

	"tocsin/internal/app"
	"tocsin/internal/domain/investigation"
	webincidents "tocsin/internal/web/incidents"
	"tocsin/internal/web/page"
)

type findingsBody struct {
	page.ActForms
	V app.FindingsView
	inquiryNav
	Me string
	P  page.Clock
}

// Confidence asks how sure one is.
func (b findingsBody) Confidence(act, finding, given string) page.Control {
	return b.Choose(act, finding, "confidence", "Confidence", "", given, options(investigation.Confidences...))
}

// Status asks how a finding stands.
func (b findingsBody) Status(finding, given string) page.Control {
	return b.Choose("judge", finding, "status", "How it stands", "", given, options(investigation.Statuses...))
}

// Side asks whether something speaks for or against a finding.
func (b findingsBody) Side(finding string) page.Control {
	return b.Choose("argue", finding, "side", "It speaks", "", "for", []page.Option{{Value: "for", Label: "for it"}, {Value: "against", Label: "against it"}})
}

// Decider asks who decided.
func (b findingsBody) Decider() page.Control {
	var list []page.Option
	for _, p := range b.V.People {
		label := p.Name
		if p.Title != "" {
			label += ", " + p.Title
		}
		list = append(list, page.Option{Value: p.ID, Label: label})
	}
	return b.Choose("decide", "", "by", "Who decided", "", b.Me, list)
}

// DecidedAt asks when.
func (b findingsBody) DecidedAt() page.Control {
	return b.When("decide", "", "at", "When", "Left empty, it was now.", nil, b.P)
}

// Replaces asks which decision this one replaces.
func (b findingsBody) Replaces() page.Control {
	list := []page.Option{{Value: "", Label: "None"}}
	for _, d := range b.V.Decisions {
		if d.ReplacedBy == "" {
			list = append(list, page.Option{Value: d.ID, Label: d.ID + ": " + shortened(d.What)})
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

func findingsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showFindings(s, w, r, http.StatusOK, page.ActForms{})
}

func showFindings(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms) error {
	v, err := s.Inquiry.Reading.Findings(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return inquiryPage(s, w, r, status, "findings", "Findings and decisions", v.Incident, f, findingsBody{f, v, navOf(v.Incident, "/findings", v.Closed), r.By().Person, r.Clock})
}

// conclude runs an act of the page of findings.
func conclude(s *page.Site, w http.ResponseWriter, r *page.Request, act, subject, done string, do func(number string) error) error {
	return inquire(s, w, r, act, subject, "/findings", done, do, func(status int, f page.ActForms) error { return showFindings(s, w, r, status, f) })
}

func recordFinding(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return conclude(s, w, r, "find", "", "finding", func(number string) error {
		statement, err := webincidents.Required(r, "statement", "The hypothesis")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.RecordFinding(r.Context(), r.By(), number, statement, r.Form.Get("confidence"))
	})
}

func argue(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	finding := r.Form.Get("finding")
	return conclude(s, w, r, "argue", finding, "argued", func(number string) error {
		words, err := webincidents.Required(r, "text", "What speaks for or against it")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.Argue(r.Context(), r.By(), number, finding, app.ArgumentInput{Against: r.Form.Get("side") == "against", Text: words,
			Events: investigation.Words(r.Form.Get("events")), Indicators: investigation.Words(r.Form.Get("indicators"))})
	})
}

func judgeFinding(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	finding := r.Form.Get("finding")
	return conclude(s, w, r, "judge", finding, "judged", func(number string) error {
		reason, err := webincidents.Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.JudgeFinding(r.Context(), r.By(), number, finding, r.Form.Get("confidence"), r.Form.Get("status"), reason)
	})
}

func recordDecision(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return conclude(s, w, r, "decide", "", "decision", func(number string) error {
		what, err := webincidents.Required(r, "what", "What was decided")
		if err != nil {
			return err
		}
		why, err := webincidents.Required(r, "why", "The grounds")
		if err != nil {
			return err
		}
		at, err := when(r, "at")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.RecordDecision(r.Context(), r.By(), number, app.DecisionInput{What: what, Why: why, By: r.Form.Get("by"), At: at, Replaces: r.Form.Get("replaces"),
			Findings: investigation.Words(r.Form.Get("findings")), Events: investigation.Words(r.Form.Get("events")), Indicators: investigation.Words(r.Form.Get("indicators"))})
	})
}

type notesBody struct {
	page.ActForms
	V app.NotesView
	inquiryNav
}

func notesPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showNotes(s, w, r, http.StatusOK, page.ActForms{})
}

func showNotes(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms) error {
	v, err := s.Inquiry.Reading.Notes(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return inquiryPage(s, w, r, status, "notes", "Notes", v.Incident, f, notesBody{f, v, navOf(v.Incident, "/notes", v.Closed)})
}

func writeNote(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	note := r.Form.Get("note")
	return inquire(s, w, r, "note", note, "/notes", "note", func(number string) error {
		words, err := webincidents.Required(r, "text", "The note")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.WriteNote(r.Context(), r.By(), number, note, words)
	}, func(status int, f page.ActForms) error { return showNotes(s, w, r, status, f) })
}

func withdrawNote(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	note := r.Form.Get("note")
	return inquire(s, w, r, "withdraw", note, "/notes", "withdrawn", func(number string) error {
		reason, err := webincidents.Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		return s.Inquiry.Conclude.WithdrawNote(r.Context(), r.By(), number, note, reason)
	}, func(status int, f page.ActForms) error { return showNotes(s, w, r, status, f) })
}
