// Package investigation has the routes of timeline, indicators, findings, decisions and notes.
package investigation

import (
	"fmt"
	"time"

	"tocsin/internal/api/serve"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// Routes are what is found out about an incident. MA 6.6.4
func Routes() []serve.Route {
	const (
		timeline   = serve.OneIncident + "/timeline"
		indicators = serve.OneIncident + "/indicators"
		findings   = serve.OneIncident + "/findings"
		notes      = serve.OneIncident + "/notes"
	)
	return []serve.Route{
		serve.Ask("/api/v1/indicators", "look-up", access.Read, "Incidents that have an indicator",
			func(c serve.Call, q lookupQuery) (app.LookupView, error) { return c.App.LookUp(c, c.By, q.Value) }),
		serve.View(serve.OneIncident+"/investigation", "investigation", "What is found out about the incident", (*app.App).Investigation),
		serve.View(serve.OneIncident+"/related", "related", "Incidents that may belong together with this one", (*app.App).Related),
		serve.Ask(timeline, "timeline", access.Read, "Events of the timeline", readTimeline),
		serve.Do(timeline, "record-events", access.Work, "Put events onto the timeline", recordEvents),
		serve.Submit(200, "log", timeline+"/lines/preview", "preview-events", access.Work, "Say what pasted lines would become, recording nothing",
			func(c serve.Call, at serve.IncidentPath, v app.PasteInput) (app.PasteView, error) {
				return c.App.PreviewEvents(c, c.By, at.Number, v)
			}),
		serve.Do(timeline+"/lines/record", "paste-events", access.Work, "Record pasted lines as events",
			func(c serve.Call, at serve.IncidentPath, v app.PasteInput) error {
				return c.App.PasteEvents(c, c.By, at.Number, v)
			}),
		serve.Ask(timeline+"/{id}", "event", access.Read, "One event with its history",
			func(c serve.Call, at serve.NumberedPath) (app.EventHistory, error) {
				return c.App.Event(c, c.By, at.Number, at.ID)
			}),
		serve.Do(timeline+"/{id}/correct", "correct-event", access.Work, "Replace an event by a better account of it", correctEvent),
		serve.Do(timeline+"/{id}/withdraw", "withdraw-event", access.Work, "Take an event off the timeline",
			func(c serve.Call, at serve.NumberedPath, v serve.ReasonInput) error {
				return c.App.WithdrawEvent(c, c.By, at.Number, at.ID, v.Reason)
			}),
		serve.Ask(indicators, "indicators", access.Read, "Indicators, and the other incidents that share them", readIndicators),
		serve.Do(indicators, "record-indicators", access.Work, "Add the indicators that a text holds",
			func(c serve.Call, at serve.IncidentPath, v app.IndicatorInput) error {
				return c.App.RecordIndicators(c, c.By, at.Number, v)
			}),
		serve.Submit(200, "log", indicators+"/preview", "preview-indicators", access.Work, "Say which indicators a text holds, recording nothing",
			func(c serve.Call, at serve.IncidentPath, v app.IndicatorInput) (app.FoundView, error) {
				return c.App.PreviewIndicators(c, c.By, at.Number, v)
			}),
		serve.Do(indicators+"/{id}/tlp", "mark-indicator", access.Work, "Change how far an indicator may be shared",
			func(c serve.Call, at serve.NumberedPath, v marking) error {
				return c.App.MarkIndicator(c, c.By, at.Number, at.ID, v.TLP)
			}),
		serve.Do(indicators+"/{id}/sightings", "sight-indicator", access.Work, "Record where an indicator was seen", sightIndicator),
		serve.Do(indicators+"/{id}/withdraw", "withdraw-indicator", access.Work, "Withdraw an indicator",
			func(c serve.Call, at serve.NumberedPath, v serve.ReasonInput) error {
				return c.App.WithdrawIndicator(c, c.By, at.Number, at.ID, v.Reason)
			}),
		serve.View(findings, "findings", "Findings and the decision log", (*app.App).Findings),
		serve.Do(findings, "record-finding", access.Work, "State a finding",
			func(c serve.Call, at serve.IncidentPath, v newFinding) error {
				return c.App.RecordFinding(c, c.By, at.Number, v.Statement, v.Confidence)
			}),
		serve.Do(findings+"/{id}/arguments", "argue", access.Work, "Add what speaks for or against a finding",
			func(c serve.Call, at serve.NumberedPath, v app.ArgumentInput) error {
				return c.App.Argue(c, c.By, at.Number, at.ID, v)
			}),
		serve.Do(findings+"/{id}/judgements", "judge-finding", access.Work, "Say how a finding stands",
			func(c serve.Call, at serve.NumberedPath, v judgement) error {
				return c.App.JudgeFinding(c, c.By, at.Number, at.ID, v.Confidence, v.Status, v.Reason)
			}),
		serve.Do(serve.OneIncident+"/decisions", "record-decision", access.Work, "Write a line of the decision log", recordDecision),
		serve.View(notes, "notes", "Notes, the newest first", (*app.App).Notes),
		serve.Do(notes, "write-note", access.Work, "Write a note",
			func(c serve.Call, at serve.IncidentPath, v noteText) error {
				return c.App.WriteNote(c, c.By, at.Number, "", v.Text)
			}),
		serve.Do(notes+"/{id}/change", "change-note", access.Work, "Change a note; its earlier wording is kept",
			func(c serve.Call, at serve.NumberedPath, v noteText) error {
				return c.App.WriteNote(c, c.By, at.Number, at.ID, v.Text)
			}),
		serve.Do(notes+"/{id}/withdraw", "withdraw-note", access.Work, "Withdraw a note",
			func(c serve.Call, at serve.NumberedPath, v serve.ReasonInput) error {
				return c.App.WithdrawNote(c, c.By, at.Number, at.ID, v.Reason)
			}),
	}
}

type (
	happening struct {
		At          string   `json:"at" required:"true" maxLength:"40" doc:"RFC 3339, with the offset of the source."`
		Zone        string   `json:"zone,omitempty" maxLength:"64" doc:"As the source gave it."`
		Precision   string   `json:"precision,omitempty" enum:"second,minute,hour,day,month" doc:"second where it is left out."`
		About       bool     `json:"about,omitempty"`
		Discovered  string   `json:"discovered_at,omitempty" maxLength:"40"`
		Kind        string   `json:"kind,omitempty" enum:"adversary,defender,other" doc:"Who made it happen; other where it is left out."`
		Source      string   `json:"source,omitempty" maxLength:"300" doc:"Where it is known from."`
		Description string   `json:"description" required:"true" maxLength:"8000"`
		Assets      []string `json:"assets,omitempty" maxItems:"50" doc:"Ids or names."`
		People      []string `json:"people,omitempty" maxItems:"50" doc:"Ids, addresses or names."`
		Indicators  []string `json:"indicators,omitempty" maxItems:"50" doc:"Ids of this investigation."`
		Tactic      string   `json:"tactic,omitempty" maxLength:"64" doc:"Of ATT&CK."`
		Techniques  []string `json:"techniques,omitempty" maxItems:"50" doc:"Ids of ATT&CK."`
	}
	newEvents struct {
		Events []happening `json:"events" required:"true" maxItems:"2000"`
	}
	correction struct {
		Event  happening `json:"event" required:"true"`
		Reason string    `json:"reason,omitempty" maxLength:"20000"`
	}
	marking struct {
		TLP string `json:"tlp" required:"true" enum:"red,amber+strict,amber,green,clear"`
	}
	sighting struct {
		At     string   `json:"at" required:"true" maxLength:"40" doc:"RFC 3339."`
		Where  string   `json:"where" required:"true" maxLength:"20000"`
		Assets []string `json:"assets,omitempty" maxItems:"50" doc:"Names or ids of the directory."`
	}
	newFinding struct {
		Statement  string `json:"statement" required:"true" maxLength:"20000" doc:"One statement that can turn out true or false."`
		Confidence string `json:"confidence" required:"true" enum:"low,moderate,high"`
	}
	judgement struct {
		Confidence string `json:"confidence" required:"true" enum:"low,moderate,high"`
		Status     string `json:"status" required:"true" enum:"open,supported,refuted"`
		Reason     string `json:"reason" required:"true" maxLength:"20000"`
	}
	decided struct {
		What       string   `json:"what" required:"true" maxLength:"20000"`
		Why        string   `json:"why" required:"true" maxLength:"20000"`
		By         string   `json:"decided_by,omitempty" maxLength:"128" doc:"Id of the person who decided; whoever holds the key where it is left out."`
		At         string   `json:"decided_at,omitempty" maxLength:"40" doc:"RFC 3339; now where it is left out."`
		Replaces   string   `json:"replaces,omitempty" maxLength:"32" doc:"Id of the decision that this one replaces."`
		Findings   []string `json:"findings,omitempty" maxItems:"50"`
		Events     []string `json:"events,omitempty" maxItems:"50"`
		Indicators []string `json:"indicators,omitempty" maxItems:"50"`
	}
	noteText struct {
		Text string `json:"text" required:"true" maxLength:"50000" doc:"Markdown."`
	}
)

type (
	timelinePath struct {
		serve.IncidentPath
		TimelineQuery
	}
	indicatorsPath struct {
		serve.IncidentPath
		Type      string `query:"type" maxLength:"32"`
		TLP       string `query:"tlp" enum:"red,amber+strict,amber,green,clear"`
		Words     string `query:"search" maxLength:"200"`
		Withdrawn bool   `query:"withdrawn"`
		Skip      int    `query:"skip" minimum:"0" maximum:"5000"`
		Limit     int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	}
	lookupQuery struct {
		Value string `query:"value" maxLength:"2100" doc:"One indicator, defanged or not; with its type before a colon where that cannot be seen: 'mutex: name'."`
	}
)

// TimelineQuery is the application's query as parameters.
type TimelineQuery struct {
	Sort       string    `query:"sort" enum:"time,discovered,recorded,source,kind,tactic,asset,person"`
	Descending bool      `query:"descending"`
	Kind       string    `query:"kind" enum:"adversary,defender,other"`
	Source     string    `query:"source" maxLength:"300"`
	Tactic     string    `query:"tactic" maxLength:"64"`
	Technique  string    `query:"technique" maxLength:"16"`
	Asset      string    `query:"asset" maxLength:"300" doc:"Id or name."`
	Person     string    `query:"person" maxLength:"300" doc:"Id or name."`
	Indicator  string    `query:"indicator" maxLength:"16" doc:"Id of this investigation."`
	Words      string    `query:"search" maxLength:"200" doc:"Words; all must occur."`
	From       time.Time `query:"from"`
	Until      time.Time `query:"until"`
	Withdrawn  bool      `query:"withdrawn" doc:"Those too that were withdrawn."`
	Skip       int       `query:"skip" minimum:"0" maximum:"20000"`
	Limit      int       `query:"limit" minimum:"1" maximum:"2000" default:"200"`
}

// instant reads a time with its offset; nil where it was left out.
func instant(field, s string) (*time.Time, error) {
	if s == "" {
		return nil, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return nil, fault.Invalid(field, "this is not a time", "write it like 2026-11-21T15:04:05-08:00")
	}
	return &t, nil
}

// needed is instant where the time may not be left out.
func needed(field, s string) (time.Time, error) {
	t, err := instant(field, s)
	if err == nil && t == nil {
		err = fault.Invalid(field, "the time is missing", "write it like 2026-11-21T15:04:05-08:00")
	}
	if err != nil {
		return time.Time{}, err
	}
	return *t, nil
}

// input is the event as the application takes it; at names its place in the body.
func (h happening) input(at string) (app.EventInput, error) {
	when, err := needed(at+"at", h.At)
	if err != nil {
		return app.EventInput{}, err
	}
	found, err := instant(at+"discovered_at", h.Discovered)
	return app.EventInput{At: when, Zone: h.Zone, Precision: h.Precision, About: h.About, Discovered: found, Kind: h.Kind, Source: h.Source,
		Description: h.Description, Assets: h.Assets, People: h.People, Indicators: h.Indicators, Tactic: h.Tactic, Techniques: h.Techniques}, err
}

func readTimeline(c serve.Call, at timelinePath) (app.TimelineView, error) {
	v, err := c.App.Timeline(c, c.By, at.Number, app.TimelineQuery(at.TimelineQuery))
	v.All, v.Facets = nil, nil
	return v, err
}

func recordEvents(c serve.Call, at serve.IncidentPath, v newEvents) error {
	var events []app.EventInput
	for i, h := range v.Events {
		e, err := h.input(fmt.Sprintf("events[%d].", i))
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	return c.App.RecordEvents(c, c.By, at.Number, events)
}

func correctEvent(c serve.Call, at serve.NumberedPath, v correction) error {
	e, err := v.Event.input("event.")
	if err != nil {
		return err
	}
	return c.App.CorrectEvent(c, c.By, at.Number, at.ID, e, v.Reason)
}

func readIndicators(c serve.Call, at indicatorsPath) (app.IndicatorList, error) {
	return c.App.Indicators(c, c.By, at.Number, app.IndicatorQuery{
		Type: at.Type, TLP: at.TLP, Words: at.Words, Withdrawn: at.Withdrawn, Skip: at.Skip, Limit: at.Limit,
	})
}

func sightIndicator(c serve.Call, at serve.NumberedPath, v sighting) error {
	seen, err := needed("at", v.At)
	if err != nil {
		return err
	}
	return c.App.SightIndicator(c, c.By, at.Number, at.ID, seen, v.Where, v.Assets)
}

func recordDecision(c serve.Call, at serve.IncidentPath, v decided) error {
	made, err := instant("decided_at", v.At)
	if err != nil {
		return err
	}
	return c.App.RecordDecision(c, c.By, at.Number, app.DecisionInput{What: v.What, Why: v.Why, By: v.By, At: made, Replaces: v.Replaces,
		Findings: v.Findings, Events: v.Events, Indicators: v.Indicators})
}
