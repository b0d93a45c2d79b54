package incidents

import (
	"net/http"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

// incidentBody is the incident page: the application's view of it and the forms for what this reader may do.
type incidentBody struct {
	V          app.IncidentView
	Open, Done []app.DutyView
	F          page.FormView
	Failed     string // the act that was refused: its form stands open with what was typed
	Subject    string // and the track, question or duty it was about
	NextDuty   *app.DutyView
	Reader     string // person id of the reader
}

// shownFilings, shownMessages and shownFacts bound what the page shows of each; the rest stands on a page of its own.
const (
	shownFilings  = 3
	shownMessages = 10
	shownFacts    = 12
)

// NewestFilings are the filings that the page shows, newest first.
func (b incidentBody) NewestFilings() []app.FilingView {
	return page.Newest(b.V.Filings, shownFilings)
}

// NewestMessages are the messages that the page shows, newest first.
func (b incidentBody) NewestMessages() []app.MessageView {
	return page.Newest(b.V.Messages, shownMessages)
}

// NewestFacts are the facts that the page shows, newest first.
func (b incidentBody) NewestFacts() []app.LedgerView { return page.Newest(b.V.Ledger, shownFacts) }

// AllMessages are all messages, newest first.
func (b incidentBody) AllMessages() []app.MessageView {
	return page.Newest(b.V.Messages, len(b.V.Messages))
}

// Waiting counts messages that are still on their way.
func (b incidentBody) Waiting() (n int) {
	for _, m := range b.V.Messages {
		if m.Status == "owed" {
			n++
		}
	}
	return n
}

// ByKind are the readers who see the incident for one kind of reason: member, authority or tree.
func (b incidentBody) ByKind(kind string) (out []app.ReaderView) {
	for _, p := range b.V.Readers {
		if p.Kind == kind {
			out = append(out, p)
		}
	}
	return out
}

// Track answers one authority's track.
func (b incidentBody) Track(authority string) app.TrackView {
	for _, t := range b.V.Tracks {
		if t.Authority == authority {
			return t
		}
	}
	return app.TrackView{}
}

// MayDischarge says whether the reader may state that a duty was fulfilled.
func (b incidentBody) MayDischarge(duty string) bool { return slices.Contains(b.V.May.Discharge, duty) }

// MayAct says whether the reader answers for an authority.
func (b incidentBody) MayAct(authority string) bool {
	return slices.Contains(b.V.May.Acknowledge, authority)
}

// MayAnswer says whether the reader may answer a question.
func (b incidentBody) MayAnswer(question string) bool {
	return slices.Contains(b.V.May.Answer, question)
}

// Opened says whether the form of an act on a subject stands open.
func (b incidentBody) Opened(act, subject string) bool {
	return b.Failed == act && b.Subject == subject
}

// Control is a text area of one act's form. Several forms of a page have the same field names, so the id names the
// subject too, and only the form that was refused shows what was typed.
func (b incidentBody) Control(act, subject, name, label, hint string) page.Control {
	c := page.Control{Name: name, Label: label, Hint: hint, Rows: 3, ID: page.FieldID(act + "-" + subject + "-" + name)}
	if b.Opened(act, subject) {
		c.Value = b.F.Values.Get(name)
		for _, p := range b.F.Problems {
			if p.ID == c.ID {
				c.Error = p.Text
			}
		}
	}
	return c
}

// Levels offers the ratings a coordinator may decide on.
func (b incidentBody) Levels() page.Control {
	c := b.Control("rate", "", "level", "Rating", "")
	chosen := c.Value
	if chosen == "" {
		chosen = string(b.V.Rating.Proposed)
	}
	for _, l := range []policy.Level{policy.High, policy.Medium, policy.Low} {
		c.Options = append(c.Options, page.Option{Value: string(l), Label: page.LevelWords(l), Chosen: string(l) == chosen})
	}
	return c
}

// offers says whether the page has the form of an act on a subject for this reader.
func (b incidentBody) offers(act, subject string) bool {
	switch act {
	case "answer":
		open := func(q app.QuestionView) bool { return q.ID == subject && q.AnsweredAt == nil }
		return b.MayAnswer(subject) && slices.ContainsFunc(b.V.Questions, open)
	case "discharge":
		return b.MayDischarge(subject)
	case "rate":
		return b.V.May.Rate
	case "post-incident-report":
		return b.V.May.PostReport
	case "restrict":
		return b.V.MayRestrict && b.V.Restriction == nil
	case "release", "members":
		return b.V.MayRestrict && b.V.Restriction != nil
	}
	i := slices.IndexFunc(b.V.Tracks, func(t app.TrackView) bool { return t.Authority == subject })
	return i >= 0 && b.MayAct(subject) && (act != "decline" || b.CanAcknowledge(b.V.Tracks[i])) && (act != "close" || b.V.Tracks[i].Status != "closed")
}

// CanAcknowledge says whether an authority has yet to answer, or may still change its mind from having asked.
func (b incidentBody) CanAcknowledge(t app.TrackView) bool {
	return t.Status == "owed" || t.Status == "sent" || t.Status == "delivered" || t.Status == "asked"
}

func IncidentPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.Records.IncidentPage(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return showIncident(s, w, r, http.StatusOK, incidentBody{V: v})
}

func showIncident(s *page.Site, w http.ResponseWriter, r *page.Request, status int, b incidentBody) error {
	r.ReadIn(s, b.V.PackID)
	b.Reader = r.By().Person
	b.Open, b.Done = page.OpenDuties(b.V.Duties)
	for i := range b.Open {
		if b.Open[i].Due != nil && (b.NextDuty == nil || b.Open[i].Due.Before(*b.NextDuty.Due)) {
			b.NextDuty = &b.Open[i]
		}
	}
	return s.Render(w, r, status, "incident", page.Page{Title: "Incident " + b.V.Incident, Wide: true, Problems: b.F.Problems,
		Done: page.DoneWords[r.URL.Query().Get("done")], Crumbs: page.Crumbs("Home", "/", "Incidents", "/incidents"), Body: b})
}

// perform runs one act on an incident and comes back to where the reader was. A refusal shows the page again with what
// was typed, and the refused form open.
func perform(s *page.Site, w http.ResponseWriter, r *page.Request, act, subject, done string, do func(number string) error) error {
	number := r.PathValue("number")
	err := do(number)
	if page.Refused(err) {
		v, lost := s.Records.IncidentPage(r.Context(), r.By(), number)
		if lost != nil {
			return lost
		}
		status := page.StatusOf(err)
		problems := page.ProblemsOf(err)
		for i := range problems {
			if !(incidentBody{V: v}).offers(act, subject) {
				problems[i].ID = ""
			}
			if problems[i].ID != "" {
				problems[i].ID = strings.Replace(problems[i].ID, "f-", page.FieldID(act+"-"+subject)+"-", 1)
			}
		}
		return showIncident(s, w, r, status, incidentBody{V: v, Failed: act, Subject: subject, F: page.FormView{Values: r.Form, Problems: problems}})
	}
	if err != nil {
		return err
	}
	to := page.IncidentAddress(number) + "?done=" + done
	switch r.Form.Get("from") {
	case "inbox":
		to = "/inbox?done=" + done
	case "home":
		to = "/?done=" + done
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// Required refuses an empty reason before the application is asked.
func Required(r *page.Request, name, what string) (string, error) {
	if v := r.Text(name); v != "" {
		return v, nil
	}
	return "", fault.Invalid(name, what+" is missing.", "Write it in a sentence or two.")
}

func Acknowledge(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	authority := r.Form.Get("authority")
	return perform(s, w, r, "acknowledge", authority, "acknowledged", func(number string) error {
		return s.Tracks.Acknowledge(r.Context(), r.By(), number, authority)
	})
}

func Ask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	authority := r.Form.Get("authority")
	return perform(s, w, r, "ask", authority, "asked", func(number string) error {
		question, err := Required(r, "question", "The question")
		if err != nil {
			return err
		}
		return s.Tracks.Ask(r.Context(), r.By(), number, authority, question)
	})
}

func Decline(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	authority := r.Form.Get("authority")
	return perform(s, w, r, "decline", authority, "declined", func(number string) error {
		reason, err := Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		return s.Tracks.Decline(r.Context(), r.By(), number, authority, reason)
	})
}

func CloseTrack(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	authority := r.Form.Get("authority")
	return perform(s, w, r, "close", authority, "closed", func(number string) error {
		reason, err := Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		return s.Tracks.CloseTrack(r.Context(), r.By(), number, authority, reason)
	})
}

func Answer(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	question := r.Form.Get("question")
	return perform(s, w, r, "answer", question, "answered", func(number string) error {
		text, err := Required(r, "answer", "The answer")
		if err != nil {
			return err
		}
		return s.Tracks.AnswerQuestion(r.Context(), r.By(), number, question, text)
	})
}

func Rate(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return perform(s, w, r, "rate", "", "rated", func(number string) error {
		reason, err := Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		level := policy.Level(r.Form.Get("level"))
		if level.Rank() == 0 {
			return fault.Invalid("level", "The rating is missing.", "Choose one.")
		}
		return s.Decisions.Rate(r.Context(), r.By(), number, level, reason)
	})
}

// Lowering says whether a decision takes a rating down, which takes duties and urgency away.
func Lowering(s *page.Site, r *page.Request) (bool, error) {
	v, err := s.Records.IncidentPage(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return false, err
	}
	to := policy.Level(r.Form.Get("level")).Rank()
	return to > 0 && to < v.Rating.Level.Rank(), nil
}

// ReopenAct shows an incident with the form of one act standing open, as it was filled in.
func ReopenAct(act string) func(*page.Site, http.ResponseWriter, *page.Request) error {
	return func(s *page.Site, w http.ResponseWriter, r *page.Request) error {
		v, err := s.Records.IncidentPage(r.Context(), r.By(), r.PathValue("number"))
		if err != nil {
			return err
		}
		return showIncident(s, w, r, http.StatusOK, incidentBody{V: v, Failed: act, F: page.FormView{Values: r.Form}})
	}
}

// PostReport records the coordinator's decision whether a report is required after an incident of low impact. MA 6.5.1
func PostReport(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return perform(s, w, r, "post-incident-report", "", "decided", func(number string) error {
		reason, err := Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		choice := r.Form.Get("required")
		if choice != "yes" && choice != "no" {
			return fault.Invalid("required", "The decision is missing.", "Choose yes or no.")
		}
		return s.Decisions.DecidePostIncidentReport(r.Context(), r.By(), number, choice == "yes", reason)
	})
}

func Discharge(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	duty := r.Form.Get("duty")
	return perform(s, w, r, "discharge", duty, "discharged", func(number string) error {
		statement, err := Required(r, "statement", "The statement")
		if err != nil {
			return err
		}
		return s.Decisions.Discharge(r.Context(), r.By(), number, duty, statement)
	})
}
