package api

import (
	"context"
	"fmt"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// Inquiry is what investigations need of the application.
type Inquiry struct {
	Reading    InquiryReading
	Timeline   TimelineActs
	Indicators IndicatorActs
	Conclude   ConclusionActs
	Lookup     Lookup
}

// InquiryOf connects them to one application.
func InquiryOf(a *app.App) Inquiry {
	return Inquiry{Reading: a, Timeline: a, Indicators: a, Conclude: a, Lookup: a}
}

// InquiryReading answers what is found out about an incident.
type InquiryReading interface {
	Investigation(ctx context.Context, by access.Actor, number string) (app.InvestigationView, error)
	Timeline(ctx context.Context, by access.Actor, number string, ask app.TimelineQuery) (app.TimelineView, error)
	Event(ctx context.Context, by access.Actor, number, id string) (app.EventHistory, error)
	Findings(ctx context.Context, by access.Actor, number string) (app.FindingsView, error)
	Notes(ctx context.Context, by access.Actor, number string) (app.NotesView, error)
	Related(ctx context.Context, by access.Actor, number string) (app.RelatedList, error)
}

// TimelineActs changes a timeline.
type TimelineActs interface {
	RecordEvents(ctx context.Context, by access.Actor, number string, events []app.EventInput) error
	PreviewEvents(ctx context.Context, by access.Actor, number string, in app.PasteInput) (app.PasteView, error)
	PasteEvents(ctx context.Context, by access.Actor, number string, in app.PasteInput) error
	CorrectEvent(ctx context.Context, by access.Actor, number, id string, in app.EventInput, reason string) error
	WithdrawEvent(ctx context.Context, by access.Actor, number, id, reason string) error
}

// IndicatorActs shows and changes indicators.
type IndicatorActs interface {
	Indicators(ctx context.Context, by access.Actor, number string, ask app.IndicatorQuery) (app.IndicatorList, error)
	PreviewIndicators(ctx context.Context, by access.Actor, number string, in app.IndicatorInput) (app.FoundView, error)
	RecordIndicators(ctx context.Context, by access.Actor, number string, in app.IndicatorInput) error
	MarkIndicator(ctx context.Context, by access.Actor, number, id, tlp string) error
	SightIndicator(ctx context.Context, by access.Actor, number, id string, at time.Time, where string, assets []string) error
	WithdrawIndicator(ctx context.Context, by access.Actor, number, id, reason string) error
}

// ConclusionActs records what follows from an investigation.
type ConclusionActs interface {
	RecordFinding(ctx context.Context, by access.Actor, number, statement, confidence string) error
	JudgeFinding(ctx context.Context, by access.Actor, number, finding, confidence, status, reason string) error
	Argue(ctx context.Context, by access.Actor, number, finding string, in app.ArgumentInput) error
	RecordDecision(ctx context.Context, by access.Actor, number string, in app.DecisionInput) error
	WriteNote(ctx context.Context, by access.Actor, number, id, text string) error
	WithdrawNote(ctx context.Context, by access.Actor, number, id, reason string) error
}

// Lookup finds the incidents that have an indicator.
type Lookup interface {
	LookUp(ctx context.Context, by access.Actor, written string) (app.LookupView, error)
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
	timelineIn struct {
		IncidentPath
		Sort      string    `query:"sort" enum:"time,discovered,recorded,source,kind,tactic,asset,person"`
		Down      bool      `query:"descending"`
		Kind      string    `query:"kind" enum:"adversary,defender,other"`
		Source    string    `query:"source" maxLength:"300"`
		Tactic    string    `query:"tactic" maxLength:"64"`
		Technique string    `query:"technique" maxLength:"16"`
		Asset     string    `query:"asset" maxLength:"300" doc:"Id or name."`
		Person    string    `query:"person" maxLength:"300" doc:"Id or name."`
		Indicator string    `query:"indicator" maxLength:"16" doc:"Id of this investigation."`
		Words     string    `query:"search" maxLength:"200" doc:"Words; all must occur."`
		From      time.Time `query:"from"`
		Until     time.Time `query:"until"`
		Withdrawn bool      `query:"withdrawn" doc:"Those too that were withdrawn."`
		Skip      int       `query:"skip" minimum:"0" maximum:"20000"`
		Limit     int       `query:"limit" minimum:"1" maximum:"2000" default:"200"`
	}
	indicatorsIn struct {
		IncidentPath
		Type      string `query:"type" maxLength:"32"`
		TLP       string `query:"tlp" enum:"red,amber+strict,amber,green,clear"`
		Words     string `query:"search" maxLength:"200"`
		Withdrawn bool   `query:"withdrawn"`
		Skip      int    `query:"skip" minimum:"0" maximum:"5000"`
		Limit     int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	}
	lookupIn struct {
		Value string `query:"value" maxLength:"2100" doc:"One indicator, defanged or not; with its type before a colon where that cannot be seen: 'mutex: name'."`
	}
	eventsIn struct {
		IncidentPath
		Body body[newEvents]
	}
	pasteIn struct {
		IncidentPath
		Body body[app.PasteInput]
	}
	correctionIn struct {
		NumberedPath
		Body body[correction]
	}
	reasonedIn struct {
		NumberedPath
		Body body[reason]
	}
	foundIn struct {
		IncidentPath
		Body body[app.IndicatorInput]
	}
	markingIn struct {
		NumberedPath
		Body body[marking]
	}
	sightingIn struct {
		NumberedPath
		Body body[sighting]
	}
	findingIn struct {
		IncidentPath
		Body body[newFinding]
	}
	judgementIn struct {
		NumberedPath
		Body body[judgement]
	}
	argumentIn struct {
		NumberedPath
		Body body[app.ArgumentInput]
	}
	decisionIn struct {
		IncidentPath
		Body body[decided]
	}
	newNoteIn struct {
		IncidentPath
		Body body[noteText]
	}
	changeNoteIn struct {
		NumberedPath
		Body body[noteText]
	}
)

// inquiryRoutes are the routes of investigations. MA 6.6.4
func inquiryRoutes() []route {
	seen := func(path, id, summary string, r route) route {
		r.Route, r.id, r.summary, r.status = Route{get, path, access.Read, "incident", "log"}, id, summary, 200
		return r
	}
	done := func(path, id, summary string, sample func() any, r route) route {
		r.Route, r.id, r.summary, r.status, r.body, r.sample = Route{post, path, access.Work, "incident", "fact"}, id, summary, 204, needsBody, sample
		return r
	}
	tried := func(path, id, summary string, sample func() any, r route) route {
		r = done(path, id, summary, sample, r)
		r.Audit, r.status = "log", 200
		return r
	}
	lookup := seen("/api/v1/indicators", "look-up", "Incidents that have an indicator", route{register: with((*server).lookUp)})
	lookup.Object = "list"
	return []route{
		lookup,
		seen(one+"/investigation", "investigation", "What is found out about the incident", route{register: with((*server).investigation)}),
		seen(one+"/timeline", "timeline", "Events of the timeline", route{register: with((*server).timeline)}),
		done(one+"/timeline", "record-events", "Put events onto the timeline", of[newEvents], route{register: with((*server).recordEvents)}),
		tried(one+"/timeline/lines/preview", "preview-events", "Say what pasted lines would become, recording nothing", of[app.PasteInput], route{register: with((*server).previewEvents)}),
		done(one+"/timeline/lines/record", "paste-events", "Record pasted lines as events", of[app.PasteInput], route{register: with((*server).pasteEvents)}),
		seen(one+"/timeline/{id}", "event", "One event with its history", route{register: with((*server).event)}),
		done(one+"/timeline/{id}/correct", "correct-event", "Replace an event by a better account of it", of[correction], route{register: with((*server).correctEvent)}),
		done(one+"/timeline/{id}/withdraw", "withdraw-event", "Take an event off the timeline", of[reason], route{register: with((*server).withdrawEvent)}),
		seen(one+"/indicators", "indicators", "Indicators, and the other incidents that share them", route{register: with((*server).indicators)}),
		done(one+"/indicators", "record-indicators", "Add the indicators that a text holds", of[app.IndicatorInput], route{register: with((*server).recordIndicators)}),
		tried(one+"/indicators/preview", "preview-indicators", "Say which indicators a text holds, recording nothing", of[app.IndicatorInput], route{register: with((*server).previewIndicators)}),
		done(one+"/indicators/{id}/tlp", "mark-indicator", "Change how far an indicator may be shared", of[marking], route{register: with((*server).markIndicator)}),
		done(one+"/indicators/{id}/sightings", "sight-indicator", "Record where an indicator was seen", of[sighting], route{register: with((*server).sightIndicator)}),
		done(one+"/indicators/{id}/withdraw", "withdraw-indicator", "Withdraw an indicator", of[reason], route{register: with((*server).withdrawIndicator)}),
		seen(one+"/findings", "findings", "Findings and the decision log", route{register: with((*server).findings)}),
		done(one+"/findings", "record-finding", "State a finding", of[newFinding], route{register: with((*server).recordFinding)}),
		done(one+"/findings/{id}/arguments", "argue", "Add what speaks for or against a finding", of[app.ArgumentInput], route{register: with((*server).argue)}),
		done(one+"/findings/{id}/judgements", "judge-finding", "Say how a finding stands", of[judgement], route{register: with((*server).judgeFinding)}),
		done(one+"/decisions", "record-decision", "Write a line of the decision log", of[decided], route{register: with((*server).recordDecision)}),
		seen(one+"/notes", "notes", "Notes, the newest first", route{register: with((*server).notes)}),
		done(one+"/notes", "write-note", "Write a note", of[noteText], route{register: with((*server).writeNote)}),
		done(one+"/notes/{id}/change", "change-note", "Change a note; its earlier wording is kept", of[noteText], route{register: with((*server).changeNote)}),
		done(one+"/notes/{id}/withdraw", "withdraw-note", "Withdraw a note", of[reason], route{register: with((*server).withdrawNote)}),
		seen(one+"/related", "related", "Incidents that may belong together with this one", route{register: with((*server).related)}),
	}
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

// input is the event as the application takes it; at names its place in the body.
func (h happening) input(at string) (app.EventInput, error) {
	when, err := instant(at+"at", h.At)
	if err == nil && when == nil {
		err = fault.Invalid(at+"at", "the time is missing", "write it like 2026-11-21T15:04:05-08:00")
	}
	if err != nil {
		return app.EventInput{}, err
	}
	found, err := instant(at+"discovered_at", h.Discovered)
	return app.EventInput{At: *when, Zone: h.Zone, Precision: h.Precision, About: h.About, Discovered: found, Kind: h.Kind, Source: h.Source, Description: h.Description,
		Assets: h.Assets, People: h.People, Indicators: h.Indicators, Tactic: h.Tactic, Techniques: h.Techniques}, err
}

func (s *server) lookUp(ctx context.Context, in *lookupIn) (*reply[app.LookupView], error) {
	v, err := s.Inquiry.Lookup.LookUp(ctx, actorOf(ctx), in.Value)
	return &reply[app.LookupView]{v}, err
}

func (s *server) investigation(ctx context.Context, in *IncidentPath) (*reply[app.InvestigationView], error) {
	v, err := s.Inquiry.Reading.Investigation(ctx, actorOf(ctx), in.Number)
	return &reply[app.InvestigationView]{v}, err
}

func (s *server) timeline(ctx context.Context, in *timelineIn) (*reply[app.TimelineView], error) {
	v, err := s.Inquiry.Reading.Timeline(ctx, actorOf(ctx), in.Number, app.TimelineQuery{Sort: in.Sort, Descending: in.Down, Kind: in.Kind, Source: in.Source, Tactic: in.Tactic,
		Technique: in.Technique, Asset: in.Asset, Person: in.Person, Indicator: in.Indicator, Words: in.Words, From: in.From, Until: in.Until, Withdrawn: in.Withdrawn, Skip: in.Skip, Limit: in.Limit})
	v.All, v.Facets = nil, nil
	return &reply[app.TimelineView]{v}, err
}

func (s *server) event(ctx context.Context, in *NumberedPath) (*reply[app.EventHistory], error) {
	v, err := s.Inquiry.Reading.Event(ctx, actorOf(ctx), in.Number, in.ID)
	return &reply[app.EventHistory]{v}, err
}

func (s *server) recordEvents(ctx context.Context, in *eventsIn) (*nothing, error) {
	var events []app.EventInput
	for i, h := range in.Body.Value.Events {
		e, err := h.input(fmt.Sprintf("events[%d].", i))
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return done, s.Inquiry.Timeline.RecordEvents(ctx, actorOf(ctx), in.Number, events)
}

func (s *server) previewEvents(ctx context.Context, in *pasteIn) (*reply[app.PasteView], error) {
	v, err := s.Inquiry.Timeline.PreviewEvents(ctx, actorOf(ctx), in.Number, in.Body.Value)
	return &reply[app.PasteView]{v}, err
}

func (s *server) pasteEvents(ctx context.Context, in *pasteIn) (*nothing, error) {
	return done, s.Inquiry.Timeline.PasteEvents(ctx, actorOf(ctx), in.Number, in.Body.Value)
}

func (s *server) correctEvent(ctx context.Context, in *correctionIn) (*nothing, error) {
	e, err := in.Body.Value.Event.input("event.")
	if err != nil {
		return nil, err
	}
	return done, s.Inquiry.Timeline.CorrectEvent(ctx, actorOf(ctx), in.Number, in.ID, e, in.Body.Value.Reason)
}

func (s *server) withdrawEvent(ctx context.Context, in *reasonedIn) (*nothing, error) {
	return done, s.Inquiry.Timeline.WithdrawEvent(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Reason)
}

func (s *server) indicators(ctx context.Context, in *indicatorsIn) (*reply[app.IndicatorList], error) {
	v, err := s.Inquiry.Indicators.Indicators(ctx, actorOf(ctx), in.Number, app.IndicatorQuery{Type: in.Type, TLP: in.TLP, Words: in.Words, Withdrawn: in.Withdrawn, Skip: in.Skip, Limit: in.Limit})
	return &reply[app.IndicatorList]{v}, err
}

func (s *server) recordIndicators(ctx context.Context, in *foundIn) (*nothing, error) {
	return done, s.Inquiry.Indicators.RecordIndicators(ctx, actorOf(ctx), in.Number, in.Body.Value)
}

func (s *server) previewIndicators(ctx context.Context, in *foundIn) (*reply[app.FoundView], error) {
	v, err := s.Inquiry.Indicators.PreviewIndicators(ctx, actorOf(ctx), in.Number, in.Body.Value)
	return &reply[app.FoundView]{v}, err
}

func (s *server) markIndicator(ctx context.Context, in *markingIn) (*nothing, error) {
	return done, s.Inquiry.Indicators.MarkIndicator(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.TLP)
}

func (s *server) sightIndicator(ctx context.Context, in *sightingIn) (*nothing, error) {
	v := in.Body.Value
	at, err := instant("at", v.At)
	if err == nil && at == nil {
		err = fault.Invalid("at", "the time is missing", "write it like 2026-11-21T15:04:05-08:00")
	}
	if err != nil {
		return nil, err
	}
	return done, s.Inquiry.Indicators.SightIndicator(ctx, actorOf(ctx), in.Number, in.ID, *at, v.Where, v.Assets)
}

func (s *server) withdrawIndicator(ctx context.Context, in *reasonedIn) (*nothing, error) {
	return done, s.Inquiry.Indicators.WithdrawIndicator(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Reason)
}

func (s *server) findings(ctx context.Context, in *IncidentPath) (*reply[app.FindingsView], error) {
	v, err := s.Inquiry.Reading.Findings(ctx, actorOf(ctx), in.Number)
	return &reply[app.FindingsView]{v}, err
}

func (s *server) recordFinding(ctx context.Context, in *findingIn) (*nothing, error) {
	return done, s.Inquiry.Conclude.RecordFinding(ctx, actorOf(ctx), in.Number, in.Body.Value.Statement, in.Body.Value.Confidence)
}

func (s *server) judgeFinding(ctx context.Context, in *judgementIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Inquiry.Conclude.JudgeFinding(ctx, actorOf(ctx), in.Number, in.ID, v.Confidence, v.Status, v.Reason)
}

func (s *server) argue(ctx context.Context, in *argumentIn) (*nothing, error) {
	return done, s.Inquiry.Conclude.Argue(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value)
}

func (s *server) recordDecision(ctx context.Context, in *decisionIn) (*nothing, error) {
	v := in.Body.Value
	at, err := instant("decided_at", v.At)
	if err != nil {
		return nil, err
	}
	return done, s.Inquiry.Conclude.RecordDecision(ctx, actorOf(ctx), in.Number, app.DecisionInput{What: v.What, Why: v.Why, By: v.By, At: at, Replaces: v.Replaces,
		Findings: v.Findings, Events: v.Events, Indicators: v.Indicators})
}

func (s *server) notes(ctx context.Context, in *IncidentPath) (*reply[app.NotesView], error) {
	v, err := s.Inquiry.Reading.Notes(ctx, actorOf(ctx), in.Number)
	return &reply[app.NotesView]{v}, err
}

func (s *server) writeNote(ctx context.Context, in *newNoteIn) (*nothing, error) {
	return done, s.Inquiry.Conclude.WriteNote(ctx, actorOf(ctx), in.Number, "", in.Body.Value.Text)
}

func (s *server) changeNote(ctx context.Context, in *changeNoteIn) (*nothing, error) {
	return done, s.Inquiry.Conclude.WriteNote(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Text)
}

func (s *server) withdrawNote(ctx context.Context, in *reasonedIn) (*nothing, error) {
	return done, s.Inquiry.Conclude.WithdrawNote(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Reason)
}

func (s *server) related(ctx context.Context, in *IncidentPath) (*reply[app.RelatedList], error) {
	v, err := s.Inquiry.Reading.Related(ctx, actorOf(ctx), in.Number)
	return &reply[app.RelatedList]{v}, err
}
