package investigation

import (
	"net/http"
	"slices"

	"tocsin/internal/app"
	"tocsin/internal/domain/investigation"
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
	return b.Select(act, finding, "confidence", "Confidence", "", given, options(investigation.Confidences...))
}

// Status asks how a finding stands.
func (b findingsBody) Status(finding, given string) page.Control {
	return b.Select("judge", finding, "status", "How it stands", "", given, options(investigation.Statuses...))
}

// Side asks whether something speaks for or against a finding.
func (b findingsBody) Side(finding string) page.Control {
	return b.Select("argue", finding, "side", "It speaks", "", "for", []page.Option{{Value: "for", Label: "for it"},
		{Value: "against", Label: "against it"}})
}

// Decider asks who decided.
func (b findingsBody) Decider() page.Control {
	return b.Select("decide", "", "by", "Who decided", "", b.Me, page.PeopleOptions(b.V.People))
}

// DecidedAt asks when.
func (b findingsBody) DecidedAt() page.Control {
	return moment(b.ActForms, "decide", "", "at", "When", "Left empty, it was now.", nil, b.P)
}

// Replaces asks which decision this one replaces.
func (b findingsBody) Replaces() page.Control {
	list := []page.Option{{Value: "", Label: "None"}}
	for _, d := range b.V.Decisions {
		if d.ReplacedBy == "" {
			list = append(list, page.Option{Value: d.ID, Label: d.ID + ": " + shortened(d.What)})
		}
	}
	return b.Select("decide", "", "replaces", "It replaces", "", "", list)
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
	v, err := s.App.Findings(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return inquiryPage(s, w, r, status, "findings", "Findings and decisions", v.Incident, f,
		findingsBody{f, v, navOf(v.Incident, "/findings", v.Closed), r.By().Person, r.Clock})
}

func recordFinding(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onFindings(s, w, r, page.Act{Name: "find", Done: "finding", Needs: []string{"statement", "The hypothesis"},
		Run: func(number string) error {
			return s.App.RecordFinding(r.Context(), r.By(), number, r.Text("statement"), r.Form.Get("confidence"))
		}})
}

func argue(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	finding := r.Form.Get("finding")
	return onFindings(s, w, r, page.Act{Name: "argue", Subject: finding, Done: "argued",
		Needs: []string{"text", "What speaks for or against it"}, Run: func(number string) error {
			return s.App.Argue(r.Context(), r.By(), number, finding,
				app.ArgumentInput{Against: r.Form.Get("side") == "against", Text: r.Text("text"),
					Events: investigation.Words(r.Form.Get("events")), Indicators: investigation.Words(r.Form.Get("indicators"))})
		}})
}

func judgeFinding(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	finding := r.Form.Get("finding")
	return onFindings(s, w, r, page.Act{Name: "judge", Subject: finding, Done: "judged", Needs: page.ReasonNeeded,
		Run: func(number string) error {
			return s.App.JudgeFinding(r.Context(), r.By(), number, finding, r.Form.Get("confidence"), r.Form.Get("status"),
				r.Text("reason"))
		}})
}

func recordDecision(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onFindings(s, w, r, page.Act{Name: "decide", Done: "decision", Needs: []string{"what", "What was decided", "why", "The grounds"},
		Run: func(number string) error {
			at, err := when(r, "at")
			if err != nil {
				return err
			}
			return s.App.RecordDecision(r.Context(), r.By(), number,
				app.DecisionInput{What: r.Text("what"), Why: r.Text("why"), By: r.Form.Get("by"), At: at, Replaces: r.Form.Get("replaces"),
					Findings: investigation.Words(r.Form.Get("findings")), Events: investigation.Words(r.Form.Get("events")),
					Indicators: investigation.Words(r.Form.Get("indicators"))})
		}})
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
	v, err := s.App.Notes(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return inquiryPage(s, w, r, status, "notes", "Notes", v.Incident, f, notesBody{f, v, navOf(v.Incident, "/notes", v.Closed)})
}

func writeNote(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	note := r.Form.Get("note")
	return onNote(s, w, r, page.Act{Name: "note", Subject: note, Done: "note", Needs: []string{"text", "The note"},
		Run: func(number string) error {
			return s.App.WriteNote(r.Context(), r.By(), number, note, r.Text("text"))
		}})
}

func withdrawNote(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	note := r.Form.Get("note")
	return onNote(s, w, r, page.Act{Name: "withdraw", Subject: note, Done: "withdrawn", Needs: page.ReasonNeeded,
		Run: func(number string) error {
			return s.App.WithdrawNote(r.Context(), r.By(), number, note, r.Text("reason"))
		}})
}

// onFindings performs an act of the page of findings.
func onFindings(s *page.Site, w http.ResponseWriter, r *page.Request, a page.Act) error {
	a.Show = func(status int, f page.ActForms) error { return showFindings(s, w, r, status, f) }
	return onInquiry(w, r, "/findings", a)
}

// onNote performs an act on a note.
func onNote(s *page.Site, w http.ResponseWriter, r *page.Request, a page.Act) error {
	a.Show = func(status int, f page.ActForms) error { return showNotes(s, w, r, status, f) }
	return onInquiry(w, r, "/notes", a)
}
