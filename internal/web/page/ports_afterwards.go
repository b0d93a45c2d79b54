package page

import (
	"context"
	"io"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Afterwards is what the pages need of what comes after an incident.
type Afterwards struct {
	Analyses   Analyses
	Corrective Corrective
	Lessons    Lessons
	Statistics Statistics
	Reporting  Reporting
	Remedies   Remedies
}

// Remedies lists the corrective actions of all incidents. MA 6.6.1.2
type Remedies interface {
	Actions(ctx context.Context, by access.Actor, q app.ActionsQuery) (app.ActionsView, error)
}

// Reporting says who gets the statistics by mail. MA 6.5.2.1
type Reporting interface {
	ReportPlans(ctx context.Context, by access.Actor) (app.PlansView, error)
	AddReportPlan(ctx context.Context, by access.Actor, r app.PlanRequest) error
	DropReportPlan(ctx context.Context, by access.Actor, id string) error
}

// Statistics answers the numbers over what a reader may see. MA 6.5.2.1
type Statistics interface {
	Statistics(ctx context.Context, by access.Actor, q app.StatisticsQuery, zone *time.Location) (app.StatisticsView, error)
}

// Analyses shows the post-incident analysis and takes what is written into it. MA 6.8
type Analyses interface {
	Analysis(ctx context.Context, by access.Actor, number string) (app.AnalysisView, error)
	WriteAnalysis(ctx context.Context, by access.Actor, number, section, text, cause string, base int64) error
	SignAnalysis(ctx context.Context, by access.Actor, number string) error
	ReopenAnalysis(ctx context.Context, by access.Actor, number, reason string) error
	PrintAnalysis(ctx context.Context, by access.Actor, number string, edition int, w io.Writer) error
}

// Corrective takes what is done about corrective actions. MA 6.6.1.2
type Corrective interface {
	AssignAction(ctx context.Context, by access.Actor, number, what, lesson, owner string, due time.Time) error
	ChangeAction(ctx context.Context, by access.Actor, number, action, owner string, due time.Time, reason string) error
	CompleteAction(ctx context.Context, by access.Actor, number, action, evidence, link string) error
	VerifyAction(ctx context.Context, by access.Actor, number, action, note string) error
	ReturnAction(ctx context.Context, by access.Actor, number, action, reason string, due time.Time) error
	DropAction(ctx context.Context, by access.Actor, number, action, reason string) error
}

// Lessons shows what follows from an incident, and takes proposals. MA 6.8.4
type Lessons interface {
	Lessons(ctx context.Context, by access.Actor, number string) (app.LessonsView, error)
	ProposeChange(ctx context.Context, by access.Actor, number, kind, target, what string) error
	DecideProposal(ctx context.Context, by access.Actor, number, proposal string, accepted bool, reason string) error
	FinishProposal(ctx context.Context, by access.Actor, number, proposal, version, link string) error
}
