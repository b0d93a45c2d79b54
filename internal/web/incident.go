package web

import (
	"net/http"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

// incidentBody is the incident page: the application's view of it and the forms for what this reader may do.
type incidentBody struct {
	V          app.IncidentView
	Open, Done []app.DutyView
	F          formView
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
func (b incidentBody) NewestFilings() []app.FilingView { return newest(b.V.Filings, shownFilings) }

// NewestMessages are the messages that the page shows, newest first.
func (b incidentBody) NewestMessages() []app.MessageView { return newest(b.V.Messages, shownMessages) }

// NewestFacts are the facts that the page shows, newest first.
func (b incidentBody) NewestFacts() []app.LedgerView { return newest(b.V.Ledger, shownFacts) }

// AllMessages are all messages, newest first.
func (b incidentBody) AllMessages() []app.MessageView { return newest(b.V.Messages, len(b.V.Messages)) }

func newest[T any](all []T, n int) []T {
	some := slices.Clone(all[max(0, len(all)-n):])
	slices.Reverse(some)
	return some
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
func (b incidentBody) Control(act, subject, name, label, hint string) control {
	c := control{Name: name, Label: label, Hint: hint, Rows: 3, ID: fieldID(act + "-" + subject + "-" + name)}
	if b.Opened(act, subject) {
		c.Value = b.F.typed.Get(name)
		for _, p := range b.F.problems {
			if p.ID == c.ID {
				c.Error = p.Text
			}
		}
	}
	return c
}

// Levels offers the ratings a coordinator may decide on.
func (b incidentBody) Levels() control {
	c := b.Control("rate", "", "level", "Rating", "")
	chosen := c.Value
	if chosen == "" {
		chosen = string(b.V.Rating.Proposed)
	}
	for _, l := range []policy.Level{policy.High, policy.Medium, policy.Low} {
		c.Options = append(c.Options, option{Value: string(l), Label: levelWords(l), Chosen: string(l) == chosen})
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

func incidentPage(s *site, w http.ResponseWriter, r *request) error {
	v, err := s.Records.IncidentPage(r.Context(), r.by(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return s.showIncident(w, r, http.StatusOK, incidentBody{V: v})
}

func (s *site) showIncident(w http.ResponseWriter, r *request, status int, b incidentBody) error {
	r.readIn(s, b.V.PackID)
	b.Reader = r.by().Person
	b.Open, b.Done = openDuties(b.V.Duties)
	for i := range b.Open {
		if b.Open[i].Due != nil && (b.NextDuty == nil || b.Open[i].Due.Before(*b.NextDuty.Due)) {
			b.NextDuty = &b.Open[i]
		}
	}
	return s.render(w, r, status, "incident", page{Title: "Incident " + b.V.Incident, Wide: true, Problems: b.F.problems,
		Done: doneWords[r.URL.Query().Get("done")], Crumbs: []crumb{{"Home", "/"}, {"Incidents", "/incidents"}}, Body: b})
}

// doneWords are what a page says after an act; the address carries the key only, never words.
var doneWords = map[string]string{
	"acknowledged": "Acknowledged. The entity sees it, and the clock for your answer has stopped.",
	"asked":        "Your question is on its way to the entity, which now owes an answer.",
	"declined":     "Declined. The entity's own duties stay as they are.",
	"closed":       "Closed on your side.",
	"answered":     "Your answer is on its way.",
	"rated":        "The rating is recorded with your name and reason.",
	"decided":      "Your decision on the post-incident report is recorded.",
	"discharged":   "Recorded: this is done.",
	"seen":         "Marked as seen. What changes from now on stands here.",
	"view-saved":   "The view is saved.",
	"view-deleted": "The view is deleted.",
	"restricted":   "Restricted. Only the named members, and the authorities it was sent to, know of it now.",
	"released":     "Released: everybody whose office gives it sees the incident again.",
	"member":       "The member is added and told.",
	"removed":      "The member is removed.",
	"opened":       "Open to you for 24 hours. The alarm was rung; your reason will be reviewed.",
	"reviewed":     "Your finding is recorded.",
	"assigned":     "Handed over.",
	"confirmed":    "Confirmed. Nothing is recorded yet: look at it once more and send it.",
}

// perform runs one act on an incident and comes back to where the reader was. A refusal shows the page again with what
// was typed, and the refused form open.
func (s *site) perform(w http.ResponseWriter, r *request, act, subject, done string, do func(number string) error) error {
	number := r.PathValue("number")
	err := do(number)
	if refused(err) {
		v, lost := s.Records.IncidentPage(r.Context(), r.by(), number)
		if lost != nil {
			return lost
		}
		status := statusOf(err)
		problems := problemsOf(err)
		for i := range problems {
			if !(incidentBody{V: v}).offers(act, subject) {
				problems[i].ID = ""
			}
			if problems[i].ID != "" {
				problems[i].ID = strings.Replace(problems[i].ID, "f-", fieldID(act+"-"+subject)+"-", 1)
			}
		}
		return s.showIncident(w, r, status, incidentBody{V: v, Failed: act, Subject: subject, F: formView{typed: r.form, problems: problems}})
	}
	if err != nil {
		return err
	}
	to := incidentAddress(number) + "?done=" + done
	switch r.form.Get("from") {
	case "inbox":
		to = "/inbox?done=" + done
	case "home":
		to = "/?done=" + done
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

// refused says whether an act was refused in a way that the one who acts can mend.
func refused(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.KindInvalid || kind == fault.KindConflict
}

func statusOf(err error) int {
	if fault.KindOf(err) == fault.KindConflict {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// required refuses an empty reason before the application is asked.
func (r *request) required(name, what string) (string, error) {
	if v := r.text(name); v != "" {
		return v, nil
	}
	return "", fault.Invalid(name, what+" is missing.", "Write it in a sentence or two.")
}

func acknowledge(s *site, w http.ResponseWriter, r *request) error {
	authority := r.form.Get("authority")
	return s.perform(w, r, "acknowledge", authority, "acknowledged", func(number string) error {
		return s.Tracks.Acknowledge(r.Context(), r.by(), number, authority)
	})
}

func ask(s *site, w http.ResponseWriter, r *request) error {
	authority := r.form.Get("authority")
	return s.perform(w, r, "ask", authority, "asked", func(number string) error {
		question, err := r.required("question", "The question")
		if err != nil {
			return err
		}
		return s.Tracks.Ask(r.Context(), r.by(), number, authority, question)
	})
}

func decline(s *site, w http.ResponseWriter, r *request) error {
	authority := r.form.Get("authority")
	return s.perform(w, r, "decline", authority, "declined", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Tracks.Decline(r.Context(), r.by(), number, authority, reason)
	})
}

func closeTrack(s *site, w http.ResponseWriter, r *request) error {
	authority := r.form.Get("authority")
	return s.perform(w, r, "close", authority, "closed", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Tracks.CloseTrack(r.Context(), r.by(), number, authority, reason)
	})
}

func answer(s *site, w http.ResponseWriter, r *request) error {
	question := r.form.Get("question")
	return s.perform(w, r, "answer", question, "answered", func(number string) error {
		text, err := r.required("answer", "The answer")
		if err != nil {
			return err
		}
		return s.Tracks.AnswerQuestion(r.Context(), r.by(), number, question, text)
	})
}

func rate(s *site, w http.ResponseWriter, r *request) error {
	return s.perform(w, r, "rate", "", "rated", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		level := policy.Level(r.form.Get("level"))
		if level.Rank() == 0 {
			return fault.Invalid("level", "The rating is missing.", "Choose one.")
		}
		return s.Decisions.Rate(r.Context(), r.by(), number, level, reason)
	})
}

// lowering says whether a decision takes a rating down, which takes duties and urgency away.
func lowering(s *site, r *request) (bool, error) {
	v, err := s.Records.IncidentPage(r.Context(), r.by(), r.PathValue("number"))
	if err != nil {
		return false, err
	}
	to := policy.Level(r.form.Get("level")).Rank()
	return to > 0 && to < v.Rating.Level.Rank(), nil
}

// reopenAct shows an incident with the form of one act standing open, as it was filled in.
func reopenAct(act string) func(*site, http.ResponseWriter, *request) error {
	return func(s *site, w http.ResponseWriter, r *request) error {
		v, err := s.Records.IncidentPage(r.Context(), r.by(), r.PathValue("number"))
		if err != nil {
			return err
		}
		return s.showIncident(w, r, http.StatusOK, incidentBody{V: v, Failed: act, F: formView{typed: r.form}})
	}
}

// postReport records the coordinator's decision whether a report is required after an incident of low impact. MA 6.5.1
func postReport(s *site, w http.ResponseWriter, r *request) error {
	return s.perform(w, r, "post-incident-report", "", "decided", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		choice := r.form.Get("required")
		if choice != "yes" && choice != "no" {
			return fault.Invalid("required", "The decision is missing.", "Choose yes or no.")
		}
		return s.Decisions.DecidePostIncidentReport(r.Context(), r.by(), number, choice == "yes", reason)
	})
}

func discharge(s *site, w http.ResponseWriter, r *request) error {
	duty := r.form.Get("duty")
	return s.perform(w, r, "discharge", duty, "discharged", func(number string) error {
		statement, err := r.required("statement", "The statement")
		if err != nil {
			return err
		}
		return s.Decisions.Discharge(r.Context(), r.by(), number, duty, statement)
	})
}
