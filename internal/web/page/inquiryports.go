package page

import (
	"context"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Inquiry is what the pages of an investigation need of the application.
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
