package incidents

import (
	"net/http"
	"slices"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

// incidentBody is the incident page: the application's view of it and the forms for what this reader may do.
type incidentBody struct {
	page.ActForms
	V          app.IncidentView
	Open, Done []app.DutyView
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

// Levels offers the ratings a coordinator may decide on.
func (b incidentBody) Levels() page.Control {
	return b.Select("rate", "", "level", "Rating", "", string(b.V.Rating.Proposed),
		page.OptionsOf([]policy.Level{policy.High, policy.Medium, policy.Low}, page.LevelWords))
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
	return i >= 0 && b.MayAct(subject) && (act != "decline" || b.CanAcknowledge(b.V.Tracks[i])) &&
		(act != "close" || b.V.Tracks[i].Status != "closed")
}

// CanAcknowledge says whether an authority has yet to answer, or may still change its mind from having asked.
func (b incidentBody) CanAcknowledge(t app.TrackView) bool {
	return t.Status == "owed" || t.Status == "sent" || t.Status == "delivered" || t.Status == "asked"
}

func incidentPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.IncidentPage(r.Context(), r.By(), r.PathValue("number"))
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

func acknowledge(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	authority := r.Form.Get("authority")
	return onIncident(s, w, r, page.Act{Name: "acknowledge", Subject: authority, Done: "acknowledged", Run: func(number string) error {
		return s.App.Acknowledge(r.Context(), r.By(), number, authority)
	}})
}

func ask(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	authority := r.Form.Get("authority")
	return onIncident(s, w, r, page.Act{Name: "ask", Subject: authority, Done: "asked", Needs: []string{"question", "The question"},
		Run: func(number string) error {
			return s.App.Ask(r.Context(), r.By(), number, authority, r.Text("question"))
		}})
}

func decline(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	authority := r.Form.Get("authority")
	return onIncident(s, w, r, page.Act{Name: "decline", Subject: authority, Done: "declined", Needs: page.ReasonNeeded,
		Run: func(number string) error {
			return s.App.Decline(r.Context(), r.By(), number, authority, r.Text("reason"))
		}})
}

func closeTrack(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	authority := r.Form.Get("authority")
	return onIncident(s, w, r, page.Act{Name: "close", Subject: authority, Done: "closed", Needs: page.ReasonNeeded,
		Run: func(number string) error {
			return s.App.CloseTrack(r.Context(), r.By(), number, authority, r.Text("reason"))
		}})
}

func answer(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	question := r.Form.Get("question")
	return onIncident(s, w, r, page.Act{Name: "answer", Subject: question, Done: "answered", Needs: []string{"answer", "The answer"},
		Run: func(number string) error {
			return s.App.AnswerQuestion(r.Context(), r.By(), number, question, r.Text("answer"))
		}})
}

func rate(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onIncident(s, w, r, page.Act{Name: "rate", Done: "rated", Needs: page.ReasonNeeded, Run: func(number string) error {
		level := policy.Level(r.Form.Get("level"))
		if level.Rank() == 0 {
			return fault.Invalid("level", "The rating is missing.", "Choose one.")
		}
		return s.App.Rate(r.Context(), r.By(), number, level, r.Text("reason"))
	}})
}

// lowering says whether a decision takes a rating down, which takes duties and urgency away.
func lowering(s *page.Site, r *page.Request) (bool, error) {
	v, err := s.App.IncidentPage(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return false, err
	}
	to := policy.Level(r.Form.Get("level")).Rank()
	return to > 0 && to < v.Rating.Level.Rank(), nil
}

// reopenAct shows an incident with the form of one act standing open, as it was filled in.
func reopenAct(act string) func(*page.Site, http.ResponseWriter, *page.Request) error {
	return func(s *page.Site, w http.ResponseWriter, r *page.Request) error {
		v, err := s.App.IncidentPage(r.Context(), r.By(), r.PathValue("number"))
		if err != nil {
			return err
		}
		return showIncident(s, w, r, http.StatusOK, incidentBody{V: v, ActForms: page.ActForms{Failed: act, F: page.FormView{Values: r.Form}}})
	}
}

// postReport records the coordinator's decision whether a report is required after an incident of low impact. MA 6.5.1
func postReport(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onIncident(s, w, r, page.Act{Name: "post-incident-report", Done: "decided", Needs: page.ReasonNeeded,
		Run: func(number string) error {
			choice := r.Form.Get("required")
			if choice != "yes" && choice != "no" {
				return fault.Invalid("required", "The decision is missing.", "Choose yes or no.")
			}
			return s.App.DecidePostIncidentReport(r.Context(), r.By(), number, choice == "yes", r.Text("reason"))
		}})
}

func discharge(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	duty := r.Form.Get("duty")
	return onIncident(s, w, r, page.Act{Name: "discharge", Subject: duty, Done: "discharged", Needs: []string{"statement", "The statement"},
		Run: func(number string) error {
			return s.App.Discharge(r.Context(), r.By(), number, duty, r.Text("statement"))
		}})
}

// onIncident performs an act on an incident and comes back to where the reader was.
func onIncident(s *page.Site, w http.ResponseWriter, r *page.Request, a page.Act) error {
	a.To = page.IncidentAddress(r.PathValue("number"))
	if to := map[string]string{"inbox": "/inbox", "home": "/"}[r.Form.Get("from")]; to != "" {
		a.To = to
	}
	a.Show = func(status int, f page.ActForms) error {
		v, err := s.App.IncidentPage(r.Context(), r.By(), r.PathValue("number"))
		if err != nil {
			return err
		}
		if !(incidentBody{V: v}).offers(a.Name, a.Subject) {
			for i := range f.F.Problems {
				f.F.Problems[i].ID = "" // there is no form that it could lead to
			}
		}
		return showIncident(s, w, r, status, incidentBody{V: v, ActForms: f})
	}
	return page.Perform(w, r, a)
}
