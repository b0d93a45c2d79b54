package api_test

import (
	"context"
	"fmt"
	"io"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/policy"
)

func (f *fake) Management(_ context.Context, _ access.Actor, number string) (app.ManagementView, error) {
	return app.ManagementView{Incident: number, Level: policy.High, Marking: "none", Items: []app.BriefItem{{ID: "location", Title: "Location", Clause: "MA 6.5.3.6", Known: true, Value: "Boston", StatedAt: &at}},
		Assessment: []app.AssessedView{{ID: "location", Title: "Location", Statements: []app.SaidView{{Value: "Boston", At: at, By: "A"}}}}, Readers: []app.ReportReader{{Who: "CISO"}}}, f.did("Management", number)
}

func (f *fake) State(_ context.Context, _ access.Actor, number string, x app.ItemStatement) error {
	return f.did("State", number, fmt.Sprint(x))
}

func (f *fake) AwaitItem(_ context.Context, _ access.Actor, number, item, person, role, until string) error {
	return f.did("AwaitItem", number, item, person, role, until)
}

func (f *fake) IssueManagementReport(_ context.Context, _ access.Actor, number string, seen int64, keptWhy string) error {
	return f.did("IssueManagementReport", number, fmt.Sprint(seen), keptWhy)
}

func (f *fake) IssuedReport(_ context.Context, _ access.Actor, number string, report int) (app.IssuedReport, error) {
	return app.IssuedReport{ManagementReport: app.ManagementReport{Incident: number, Report: report, Level: policy.High, Marking: "none", IssuedAt: at}, MarkingNow: "none"}, f.did("IssuedReport", number)
}

func (f *fake) PrintReport(_ context.Context, _ access.Actor, number string, report int, w io.Writer) error {
	_, _ = io.WriteString(w, "%PDF-1.7")
	return f.did("PrintReport", number, fmt.Sprint(report))
}

func (f *fake) PrintAnalysis(_ context.Context, _ access.Actor, number string, edition int, w io.Writer) error {
	_, _ = io.WriteString(w, "%PDF-1.7")
	return f.did("PrintAnalysis", number, fmt.Sprint(edition))
}

func (f *fake) Mark(_ context.Context, _ access.Actor, number, marking, reason string) error {
	return f.did("Mark", number, marking, reason)
}

func (f *fake) Updates(_ context.Context, _ access.Actor, number string) (app.UpdatesView, error) {
	return app.UpdatesView{Incident: number, Marking: "none", Updates: []app.UpdateView{{ID: "u1", Audience: "public", Status: "draft", WrittenAt: at, Approvals: []app.ApprovalView{{Role: "Legal"}}}},
		Audiences: []app.AudienceView{{ID: "public", Title: "The public"}}}, f.did("Updates", number)
}

func (f *fake) DraftUpdate(_ context.Context, _ access.Actor, number, audience, text string) error {
	return f.did("DraftUpdate", number, audience, text)
}

func (f *fake) ReviseUpdate(_ context.Context, _ access.Actor, number, update, text string) error {
	return f.did("ReviseUpdate", number, update, text)
}

func (f *fake) ActOnUpdate(_ context.Context, _ access.Actor, number string, x app.UpdateAct) error {
	return f.did("ActOnUpdate", number, fmt.Sprint(x))
}

func (f *fake) Communications(_ context.Context, _ access.Actor, number string) (app.CommunicationsView, error) {
	return app.CommunicationsView{Incident: number, Marking: "none", Entries: []app.CommunicationView{{At: at, Kind: "logged", Channel: "telephone"}}}, f.did("Communications", number)
}

func (f *fake) LogCommunication(_ context.Context, _ access.Actor, number string, l app.CommunicationLog) error {
	return f.did("LogCommunication", number, fmt.Sprint(l))
}
