package investigation

import (
	"net/http"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/web/page"
)

// eventForm is the fields of one event.
type eventForm struct {
	At, Precision, About, Description, Source, Kind, Discovered, Assets, People, Indicators, Techniques, Tactic page.Control

	More bool // something of the second part is filled in or refused
}

// event reads the fields of one event.
func event(r *page.Request) (in app.EventInput, err error) {
	at, err := when(r, "at")
	if err == nil && at == nil {
		err = fault.Invalid("at", "The time is missing.", "Write it like 2026-06-18 15:04; choose below how exactly it is known.")
	}
	if err != nil {
		return in, err
	}
	found, err := when(r, "discovered")
	if err != nil {
		return in, err
	}
	description, err := r.Required("description", "What happened")
	if err != nil {
		return in, err
	}
	zone := r.Form.Get("at.zone")
	if strings.HasPrefix(zone, "UTC") {
		zone = ""
	}
	return app.EventInput{At: *at, Zone: zone, Precision: r.Form.Get("precision"), About: r.Form.Get("about") == "yes", Discovered: found,
		Kind: r.Form.Get("kind"), Source: r.Text("source"),
		Description: description, Assets: investigation.Words(r.Form.Get("assets")), People: investigation.Words(r.Form.Get("people")),
		Indicators: investigation.Words(r.Form.Get("indicators")),
		Tactic:     r.Form.Get("tactic"), Techniques: investigation.Words(strings.ToUpper(r.Form.Get("techniques")))}, nil
}

// addEventBody is the page on which events are put onto the timeline.
type addEventBody struct {
	page.ActForms
	inquiryNav
	Form    eventForm
	Preview *app.PasteView
	P       page.Clock
}

// Zone asks for the zone of times that have none.
func (b addEventBody) Zone() page.Control {
	list := []page.Option{{Value: "", Label: "Ask me where one is missing"}}
	for _, z := range page.ZoneChoices {
		list = append(list, page.Option{Value: z.ID, Label: z.Label})
	}
	return b.Select("paste", "", "zone", "Zone of times without one", "", "", list)
}

// Dates asks how dates with slashes are read.
func (b addEventBody) Dates() page.Control {
	return b.Select("paste", "", "dates", "Dates such as 6/7/2026", "", "",
		[]page.Option{{Value: "", Label: "Ask me where both fit"}, {Value: investigation.MonthFirst, Label: "Month first: June 7"},
			{Value: investigation.DayFirst, Label: "Day first: July 6"}})
}

// Kind asks who made it happen.
func (b addEventBody) Kind() page.Control {
	return b.Select("paste", "", "kind", "Who made it happen", "Lines that say it themselves keep it.", "",
		[]page.Option{{Value: "", Label: "Others, or not known"}, {Value: investigation.Adversary, Label: "The adversary"},
			{Value: investigation.Defender, Label: "A defender"}})
}

func addEventPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showAddEvent(s, w, r, http.StatusOK, page.ActForms{}, nil)
}

func showAddEvent(s *page.Site, w http.ResponseWriter, r *page.Request, status int, f page.ActForms, preview *app.PasteView) error {
	v, err := s.App.Investigation(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	if !v.MayWork {
		return fault.Forbidden("only the response team adds to an investigation")
	}
	b := addEventBody{ActForms: f, inquiryNav: navOf(v.Incident, "/timeline", v.Closed), Form: newEventForm(f, "event", "", nil, r.Clock),
		Preview: preview, P: r.Clock}
	return inquiryPage(s, w, r, status, "addevent", "Events for the timeline", v.Incident, f, b)
}

func addEvent(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onInquiry(w, r, "/timeline", page.Act{Name: "event", Done: "events", Run: func(number string) error {
		in, err := event(r)
		if err != nil {
			return err
		}
		return s.App.RecordEvents(r.Context(), r.By(), number, []app.EventInput{in})
	}, Show: func(status int, f page.ActForms) error { return showAddEvent(s, w, r, status, f, nil) }})
}

// pasteEvents shows what pasted lines would become; sent again with that before one's eyes, it records them.
func pasteEvents(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	in := app.PasteInput{Text: r.Form.Get("text"), Zone: r.Form.Get("zone"), Dates: r.Form.Get("dates"), Source: r.Text("source"),
		Kind: r.Form.Get("kind"), Skip: r.Form.Get("skip") == "1"}
	preview := func(number string) (*app.PasteView, error) {
		v, err := s.App.PreviewEvents(r.Context(), r.By(), number, in)
		return &v, err
	}
	a := page.Act{Name: "paste", Done: "events", Run: func(number string) error {
		return s.App.PasteEvents(r.Context(), r.By(), number, in)
	}}
	a.Show = func(status int, f page.ActForms) error {
		v, err := preview(r.PathValue("number"))
		if err != nil {
			v = nil
		}
		return showAddEvent(s, w, r, status, f, v)
	}
	if r.Form.Get("step") != "record" {
		v, err := preview(r.PathValue("number"))
		if err == nil {
			return showAddEvent(s, w, r, http.StatusOK, page.ActForms{Failed: "paste", F: page.FormView{Values: r.Form}}, v)
		}
		a.Run = func(string) error { return err }
	}
	return onInquiry(w, r, "/timeline", a)
}

type eventBody struct {
	page.ActForms
	V app.EventHistory
	inquiryNav
	Form eventForm
}

func eventPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showEvent(s, w, r, http.StatusOK, r.PathValue("id"), page.ActForms{})
}

func showEvent(s *page.Site, w http.ResponseWriter, r *page.Request, status int, id string, f page.ActForms) error {
	v, err := s.App.Event(r.Context(), r.By(), r.PathValue("number"), id)
	if err != nil {
		return err
	}
	b := eventBody{f, v, navOf(v.Incident, "/timeline", v.Closed), newEventForm(f, "correct", v.ID, &v.EventView, r.Clock)}
	return inquiryPage(s, w, r, status, "event", "Event "+v.ID, v.Incident, f, b)
}

func correctEvent(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("event")
	return onEvent(s, w, r, "/events/"+segment(id), page.Act{Name: "correct", Subject: id, Done: "corrected", Run: func(number string) error {
		in, err := event(r)
		if err != nil {
			return err
		}
		return s.App.CorrectEvent(r.Context(), r.By(), number, id, in, r.Text("reason"))
	}})
}

func withdrawEvent(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("event")
	return onEvent(s, w, r, "/timeline", page.Act{Name: "withdraw", Subject: id, Done: "withdrawn", Needs: page.ReasonNeeded,
		Run: func(number string) error {
			return s.App.WithdrawEvent(r.Context(), r.By(), number, id, r.Text("reason"))
		}})
}

// newEventForm makes the fields of an event: empty, as it stands, or as it was typed.
func newEventForm(b page.ActForms, act, subject string, e *app.EventView, p page.Clock) eventForm {
	if e == nil {
		e = &app.EventView{Precision: investigation.Minute, Kind: investigation.Bystander}
	}
	at, about := &e.At, ""
	if e.At.IsZero() {
		at = nil
	}
	if e.About {
		about = "yes"
	}
	list := func(of []app.NamedView, ids bool) string {
		var out []string
		for _, n := range of {
			if ids {
				out = append(out, n.ID)
			} else {
				out = append(out, n.Name)
			}
		}
		return strings.Join(out, ", ")
	}
	f := eventForm{
		At:        moment(b, act, subject, "at", "When it happened", "", at, p),
		Precision: b.Select(act, subject, "precision", "Known to the", "", e.Precision, options(investigation.Precisions...)),
		About: b.Select(act, subject, "about", "How sure", "", about, []page.Option{{Value: "", Label: "As the source says"},
			{Value: "yes", Label: "About this time"}}),
		Description: b.Area(act, subject, "description", "What happened", "", e.Description, 3),
		Source:      b.Line(act, subject, "source", "Source", "Where it is known from: a log, a person, a tool.", e.Source),
		Kind: b.Select(act, subject, "kind", "Who made it happen", "", e.Kind,
			[]page.Option{{Value: investigation.Adversary, Label: "The adversary"}, {Value: investigation.Defender, Label: "A defender"},
				{Value: investigation.Bystander, Label: "Others, or not known"}}),
		Discovered: moment(b, act, subject, "discovered", "When it was discovered", "May be left empty.", e.Discovered, p),
		Assets:     b.Line(act, subject, "assets", "Assets", "Names or ids, between commas.", list(e.Assets, false)),
		People:     b.Line(act, subject, "people", "People", "Names or addresses, between commas.", list(e.People, false)),
		Indicators: b.Line(act, subject, "indicators", "Indicators", "Ids, for instance i1, i3.", list(e.Indicators, true)),
		Techniques: b.Line(act, subject, "techniques", "ATT&CK techniques", "Ids, for instance T1566.001.", list(e.Techniques, true)),
	}
	f.Tactic = b.Select(act, subject, "tactic", "ATT&CK tactic", "", e.Tactic,
		page.OptionsOf(investigation.Tactics, tacticWords, page.Option{Value: "", Label: "Not stated, or the technique says it"}))
	for _, c := range []page.Control{f.Discovered, f.Assets, f.People, f.Indicators, f.Techniques, f.Tactic} {
		f.More = f.More || c.Value != "" || c.Error != ""
	}
	return f
}

// onEvent performs an act on the event that the form names.
func onEvent(s *page.Site, w http.ResponseWriter, r *page.Request, to string, a page.Act) error {
	a.Show = func(status int, f page.ActForms) error { return showEvent(s, w, r, status, a.Subject, f) }
	return onInquiry(w, r, to, a)
}
