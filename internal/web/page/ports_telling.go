package page

import (
	"context"
	"io"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Briefing takes what is stated of an incident, and shows, issues and prints the report to management.
type Briefing interface {
	Management(ctx context.Context, by access.Actor, number string) (app.ManagementView, error)
	State(ctx context.Context, by access.Actor, number string, x app.ItemStatement) error
	AwaitItem(ctx context.Context, by access.Actor, number, item, person, role, until string) error
	IssueManagementReport(ctx context.Context, by access.Actor, number string, seen int64, keptWhy string) error
	IssuedReport(ctx context.Context, by access.Actor, number string, report int) (app.IssuedReport, error)
	PrintReport(ctx context.Context, by access.Actor, number string, report int, w io.Writer) error
}

// Updating keeps people informed, and keeps what was said.
type Updating interface {
	Updates(ctx context.Context, by access.Actor, number string) (app.UpdatesView, error)
	DraftUpdate(ctx context.Context, by access.Actor, number, audience, text string) error
	ReviseUpdate(ctx context.Context, by access.Actor, number, update, text string) error
	ActOnUpdate(ctx context.Context, by access.Actor, number string, x app.UpdateAct) error
	Communications(ctx context.Context, by access.Actor, number string) (app.CommunicationsView, error)
	LogCommunication(ctx context.Context, by access.Actor, number string, l app.CommunicationLog) error
}

// Marking categorises an incident's reports, and says how it is marked.
type Marking interface {
	MarkingOf(ctx context.Context, by access.Actor, number string) (string, error)
	Mark(ctx context.Context, by access.Actor, number, marking, reason string) error
}
