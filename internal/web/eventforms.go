package web

import (
	"net/http"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/investigation"
)

// eventForm is the fields of one event.
type eventForm struct {
	At, Precision, About, Description, Source, Kind, Discovered, Assets, People, Indicators, Techniques, Tactic control
	More                                                                                                        bool // something of the second part is filled in or refused
}

// eventForm makes the fields of an event: empty, as it stands, or as it was typed.
func (b actForms) eventForm(act, subject string, e *app.EventView, p clock) eventForm {
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
		At:          b.When(act, subject, "at", "When it happened", "", at, p),
		Precision:   b.Choose(act, subject, "precision", "Known to the", "", e.Precision, options(investigation.Precisions...)),
		About:       b.Choose(act, subject, "about", "How sure", "", about, []option{{Value: "", Label: "As the source says"}, {Value: "yes", Label: "About this time"}}),
		Description: b.Area(act, subject, "description", "What happened", "", e.Description, 3),
		Source:      b.Line(act, subject, "source", "Source", "Where it is known from: a log, a person, a tool.", e.Source),
		Kind:        b.Choose(act, subject, "kind", "Who made it happen", "", e.Kind, []option{{Value: investigation.Adversary, Label: "The adversary"}, {Value: investigation.Defender, Label: "A defender"}, {Value: investigation.Bystander, Label: "Others, or not known"}}),
		Discovered:  b.When(act, subject, "discovered", "When it was discovered", "May be left empty.", e.Discovered, p),
		Assets:      b.Line(act, subject, "assets", "Assets", "Names or ids, between commas.", list(e.Assets, false)),
		People:      b.Line(act, subject, "people", "People", "Names or addresses, between commas.", list(e.People, false)),
		Indicators:  b.Line(act, subject, "indicators", "Indicators", "Ids, for instance i1, i3.", list(e.Indicators, true)),
		Techniques:  b.Line(act, subject, "techniques", "ATT&CK techniques", "Ids, for instance T1566.001.", list(e.Techniques, true)),
	}
	tactics := []option{{Value: "", Label: "Not stated, or the technique says it"}}
	for _, t := range investigation.Tactics {
		tactics = append(tactics, option{Value: t, Label: tacticWords(t)})
	}
	f.Tactic = b.Choose(act, subject, "tactic", "ATT&CK tactic", "", e.Tactic, tactics)
	for _, c := range []control{f.Discovered, f.Assets, f.People, f.Indicators, f.Techniques, f.Tactic} {
		f.More = f.More || c.Value != "" || c.Error != ""
	}
	return f
}

// event reads the fields of one event.
func (r *request) event() (in app.EventInput, err error) {
	at, err := r.when("at")
	if err == nil && at == nil {
		err = fault.Invalid("at", "The time is missing.", "Write it like 2026-06-18 15:04; choose below how exactly it is known.")
	}
	if err != nil {
		return in, err
	}
	found, err := r.when("discovered")
	if err != nil {
		return in, err
	}
	description, err := r.required("description", "What happened")
	if err != nil {
		return in, err
	}
	zone := r.form.Get("at.zone")
	if strings.HasPrefix(zone, "UTC") {
		zone = ""
	}
	return app.EventInput{At: *at, Zone: zone, Precision: r.form.Get("precision"), About: r.form.Get("about") == "yes", Discovered: found, Kind: r.form.Get("kind"), Source: r.text("source"),
		Description: description, Assets: investigation.Words(r.form.Get("assets")), People: investigation.Words(r.form.Get("people")), Indicators: investigation.Words(r.form.Get("indicators")),
		Tactic: r.form.Get("tactic"), Techniques: investigation.Words(strings.ToUpper(r.form.Get("techniques")))}, nil
}

// addEventBody is the page on which events are put onto the timeline.
type addEventBody struct {
	actForms
	inquiryNav
	Form    eventForm
	Preview *app.PasteView
	P       clock
}

// Zone asks for the zone of times that have none.
func (b addEventBody) Zone() control {
	list := []option{{Value: "", Label: "Ask me where one is missing"}}
	for _, z := range zoneChoices {
		list = append(list, option{Value: z.ID, Label: z.Label})
	}
	return b.Choose("paste", "", "zone", "Zone of times without one", "", "", list)
}

// Dates asks how dates with slashes are read.
func (b addEventBody) Dates() control {
	return b.Choose("paste", "", "dates", "Dates such as 6/7/2026", "", "", []option{{Value: "", Label: "Ask me where both fit"}, {Value: investigation.MonthFirst, Label: "Month first: June 7"}, {Value: investigation.DayFirst, Label: "Day first: July 6"}})
}

// Kind asks who made it happen.
func (b addEventBody) Kind() control {
	return b.Choose("paste", "", "kind", "Who made it happen", "Lines that say it themselves keep it.", "", []option{{Value: "", Label: "Others, or not known"}, {Value: investigation.Adversary, Label: "The adversary"}, {Value: investigation.Defender, Label: "A defender"}})
}

func addEventPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showAddEvent(w, r, http.StatusOK, actForms{}, nil)
}

func (s *site) showAddEvent(w http.ResponseWriter, r *request, status int, f actForms, preview *app.PasteView) error {
	v, err := s.Inquiry.Reading.Investigation(r.Context(), r.by(), r.PathValue("number"))
	if err != nil {
		return err
	}
	if !v.MayWork {
		return fault.Forbidden("only the response team adds to an investigation")
	}
	b := addEventBody{actForms: f, inquiryNav: navOf(v.Incident, "/timeline", v.Closed), Form: f.eventForm("event", "", nil, r.clock), Preview: preview, P: r.clock}
	return s.inquiryPage(w, r, status, "addevent", "Events for the timeline", v.Incident, f, b)
}

func addEvent(s *site, w http.ResponseWriter, r *request) error {
	return s.inquire(w, r, "event", "", "/timeline", "events", func(number string) error {
		in, err := r.event()
		if err != nil {
			return err
		}
		return s.Inquiry.Timeline.RecordEvents(r.Context(), r.by(), number, []app.EventInput{in})
	}, func(status int, f actForms) error { return s.showAddEvent(w, r, status, f, nil) })
}

// pasteEvents shows what pasted lines would become; sent again with that before one's eyes, it records them.
func pasteEvents(s *site, w http.ResponseWriter, r *request) error {
	in := app.PasteInput{Text: r.form.Get("text"), Zone: r.form.Get("zone"), Dates: r.form.Get("dates"), Source: r.text("source"), Kind: r.form.Get("kind"), Skip: r.form.Get("skip") == "1"}
	preview := func(number string) (*app.PasteView, error) {
		v, err := s.Inquiry.Timeline.PreviewEvents(r.Context(), r.by(), number, in)
		return &v, err
	}
	if r.form.Get("step") != "record" {
		v, err := preview(r.PathValue("number"))
		if err == nil {
			return s.showAddEvent(w, r, http.StatusOK, actForms{Failed: "paste", F: formView{typed: r.form}}, v)
		}
		return s.inquire(w, r, "paste", "", "", "", func(string) error { return err }, func(status int, f actForms) error { return s.showAddEvent(w, r, status, f, nil) })
	}
	return s.inquire(w, r, "paste", "", "/timeline", "events", func(number string) error {
		return s.Inquiry.Timeline.PasteEvents(r.Context(), r.by(), number, in)
	}, func(status int, f actForms) error {
		v, err := preview(r.PathValue("number"))
		if err != nil {
			v = nil
		}
		return s.showAddEvent(w, r, status, f, v)
	})
}

type eventBody struct {
	actForms
	V app.EventHistory
	inquiryNav
	Form eventForm
}

func eventPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showEvent(w, r, http.StatusOK, r.PathValue("id"), actForms{})
}

func (s *site) showEvent(w http.ResponseWriter, r *request, status int, id string, f actForms) error {
	v, err := s.Inquiry.Reading.Event(r.Context(), r.by(), r.PathValue("number"), id)
	if err != nil {
		return err
	}
	b := eventBody{f, v, navOf(v.Incident, "/timeline", v.Closed), f.eventForm("correct", v.ID, &v.EventView, r.clock)}
	return s.inquiryPage(w, r, status, "event", "Event "+v.ID, v.Incident, f, b)
}

func correctEvent(s *site, w http.ResponseWriter, r *request) error {
	id := r.form.Get("event")
	return s.inquire(w, r, "correct", id, "/events/"+segment(id), "corrected", func(number string) error {
		in, err := r.event()
		if err != nil {
			return err
		}
		return s.Inquiry.Timeline.CorrectEvent(r.Context(), r.by(), number, id, in, r.text("reason"))
	}, func(status int, f actForms) error { return s.showEvent(w, r, status, id, f) })
}

func withdrawEvent(s *site, w http.ResponseWriter, r *request) error {
	id := r.form.Get("event")
	return s.inquire(w, r, "withdraw", id, "/timeline", "withdrawn", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Inquiry.Timeline.WithdrawEvent(r.Context(), r.by(), number, id, reason)
	}, func(status int, f actForms) error { return s.showEvent(w, r, status, id, f) })
}
