package api_test

import (
	"context"
	"strconv"
	"time"

	"tocsin/internal/api"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

func (f *fake) inquiry() api.Inquiry {
	return api.Inquiry{Reading: f, Timeline: f, Indicators: f, Conclude: f, Lookup: f}
}

var seenEvent = app.EventView{ID: "e1", At: at, Precision: "minute", RecordedAt: at, Kind: "other", Description: "d", Assets: []app.NamedView{{Name: "a"}}, Withdrawn: &app.EndedView{At: at}}

func (f *fake) Investigation(_ context.Context, _ access.Actor, number string) (app.InvestigationView, error) {
	return app.InvestigationView{Incident: number, First: &at, Findings: []app.FindingView{{ID: "f1", At: at, For: []app.ArgumentView{{At: at}}}}}, f.did("Investigation", number)
}

func (f *fake) Timeline(_ context.Context, _ access.Actor, number string, ask app.TimelineQuery) (app.TimelineView, error) {
	return app.TimelineView{Incident: number, Events: []app.EventView{seenEvent}, All: []app.EventView{seenEvent}}, f.did("Timeline", number, strconv.Itoa(ask.Limit))
}

func (f *fake) Event(_ context.Context, _ access.Actor, number, id string) (app.EventHistory, error) {
	return app.EventHistory{EventView: seenEvent, Incident: number, Earlier: []app.EventView{seenEvent}}, f.did("Event", number, id)
}

func (f *fake) Findings(_ context.Context, _ access.Actor, number string) (app.FindingsView, error) {
	return app.FindingsView{Incident: number, Decisions: []app.DecisionView{{ID: "d1", At: at, RecordedAt: at}}}, f.did("Findings", number)
}

func (f *fake) Notes(_ context.Context, _ access.Actor, number string) (app.NotesView, error) {
	return app.NotesView{Incident: number, Notes: []app.NoteView{{ID: "n1", WrittenAt: at}}}, f.did("Notes", number)
}

func (f *fake) Related(_ context.Context, _ access.Actor, number string) (app.RelatedList, error) {
	return app.RelatedList{Incident: number, Related: []app.RelatedView{{Incident: "x", Marking: "none"}}}, f.did("Related", number)
}

func (f *fake) RecordEvents(_ context.Context, _ access.Actor, number string, events []app.EventInput) error {
	_, offset := events[0].Discovered.Zone()
	return f.did("RecordEvents", number, strconv.Itoa(offset))
}

func (f *fake) PreviewEvents(_ context.Context, _ access.Actor, number string, in app.PasteInput) (app.PasteView, error) {
	return app.PasteView{Lines: []app.PasteLine{{Line: 1, Event: &app.EventInput{At: at}}}}, f.did("PreviewEvents", number, in.Text)
}

func (f *fake) PasteEvents(_ context.Context, _ access.Actor, number string, in app.PasteInput) error {
	return f.did("PasteEvents", number, in.Text)
}

func (f *fake) CorrectEvent(_ context.Context, _ access.Actor, number, id string, in app.EventInput, _ string) error {
	return f.did("CorrectEvent", number, id, in.Description)
}

func (f *fake) WithdrawEvent(_ context.Context, _ access.Actor, number, id, reason string) error {
	return f.did("WithdrawEvent", number, id, reason)
}

func (f *fake) Indicators(_ context.Context, _ access.Actor, number string, _ app.IndicatorQuery) (app.IndicatorList, error) {
	return app.IndicatorList{Incident: number, Indicators: []app.IndicatorView{{ID: "i1", RecordedAt: at, Sightings: []app.SightingView{{At: at}}, Shared: []app.SharedView{{Marking: "none", At: at}}}}}, f.did("Indicators", number)
}

func (f *fake) PreviewIndicators(_ context.Context, _ access.Actor, number string, _ app.IndicatorInput) (app.FoundView, error) {
	return app.FoundView{Found: []app.FoundIndicator{{Line: 1}}}, f.did("PreviewIndicators", number)
}

func (f *fake) RecordIndicators(_ context.Context, _ access.Actor, number string, in app.IndicatorInput) error {
	return f.did("RecordIndicators", number, in.TLP)
}

func (f *fake) MarkIndicator(_ context.Context, _ access.Actor, number, id, tlp string) error {
	return f.did("MarkIndicator", number, id, tlp)
}

func (f *fake) SightIndicator(_ context.Context, _ access.Actor, number, id string, _ time.Time, where string, _ []string) error {
	return f.did("SightIndicator", number, id, where)
}

func (f *fake) WithdrawIndicator(_ context.Context, _ access.Actor, number, id, reason string) error {
	return f.did("WithdrawIndicator", number, id, reason)
}

func (f *fake) RecordFinding(_ context.Context, _ access.Actor, number, statement, confidence string) error {
	return f.did("RecordFinding", number, statement, confidence)
}

func (f *fake) JudgeFinding(_ context.Context, _ access.Actor, number, finding, confidence, status, _ string) error {
	return f.did("JudgeFinding", number, finding, confidence, status)
}

func (f *fake) Argue(_ context.Context, _ access.Actor, number, finding string, in app.ArgumentInput) error {
	return f.did("Argue", number, finding, in.Text)
}

func (f *fake) RecordDecision(_ context.Context, _ access.Actor, number string, in app.DecisionInput) error {
	return f.did("RecordDecision", number, in.What)
}

func (f *fake) WriteNote(_ context.Context, _ access.Actor, number, id, _ string) error {
	return f.did("WriteNote", number, id)
}

func (f *fake) WithdrawNote(_ context.Context, _ access.Actor, number, id, reason string) error {
	return f.did("WithdrawNote", number, id, reason)
}

func (f *fake) LookUp(_ context.Context, _ access.Actor, written string) (app.LookupView, error) {
	return app.LookupView{Value: written, Incidents: []app.SharedView{{Marking: "none", At: at}}}, f.did("LookUp", written)
}
