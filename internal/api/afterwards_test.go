package api_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

func (f *fake) Analysis(_ context.Context, _ access.Actor, number string) (app.AnalysisView, error) {
	return app.AnalysisView{Incident: number, Marking: "none", Sections: []app.AnalysisPart{{ID: "causes", Text: "t"}}}, f.did("Analysis", number)
}

func (f *fake) WriteAnalysis(_ context.Context, _ access.Actor, number, section, text, cause string, base int64) error {
	return f.did("WriteAnalysis", number, section, text, cause, strconv.FormatInt(base, 10))
}

func (f *fake) SignAnalysis(_ context.Context, _ access.Actor, number string) error {
	return f.did("SignAnalysis", number)
}

func (f *fake) ReopenAnalysis(_ context.Context, _ access.Actor, number, reason string) error {
	return f.did("ReopenAnalysis", number, reason)
}

func (f *fake) Statistics(_ context.Context, _ access.Actor, q app.StatisticsQuery, zone *time.Location) (app.StatisticsView, error) {
	return app.StatisticsView{At: at}, f.did("Statistics", q.Entity, zone.String())
}

func (f *fake) Actions(_ context.Context, _ access.Actor, q app.ActionsQuery) (app.ActionsView, error) {
	return app.ActionsView{Actions: []app.ListedAction{{Incident: "7K2-9QX-4D", Marking: "none", ID: "c1", Due: at}}}, f.did("Actions", q.State, q.Owner)
}

func (f *fake) ReportPlans(context.Context, access.Actor) (app.PlansView, error) {
	return app.PlansView{Plans: []app.PlanView{{ID: "p", Next: at}}}, f.did("ReportPlans")
}

func (f *fake) Lessons(_ context.Context, _ access.Actor, number string) (app.LessonsView, error) {
	return app.LessonsView{Incident: number, Actions: []app.ActionView{{ID: "c1", Due: at, AddedAt: at}}}, f.did("Lessons", number)
}

func (f *fake) AssignAction(_ context.Context, _ access.Actor, number, what, lesson, owner string, due time.Time) error {
	return f.did("AssignAction", number, what, lesson, owner, due.UTC().Format(time.RFC3339))
}

func (f *fake) ChangeAction(_ context.Context, _ access.Actor, number, action, owner string, due time.Time, reason string) error {
	return f.did("ChangeAction", number, action, owner, due.UTC().Format(time.RFC3339), reason)
}

func (f *fake) CompleteAction(_ context.Context, _ access.Actor, number, action, evidence, link string) error {
	return f.did("CompleteAction", number, action, evidence, link)
}

func (f *fake) VerifyAction(_ context.Context, _ access.Actor, number, action, note string) error {
	return f.did("VerifyAction", number, action, note)
}

func (f *fake) ReturnAction(_ context.Context, _ access.Actor, number, action, reason string, due time.Time) error {
	return f.did("ReturnAction", number, action, reason, due.UTC().Format(time.RFC3339))
}

func (f *fake) DropAction(_ context.Context, _ access.Actor, number, action, reason string) error {
	return f.did("DropAction", number, action, reason)
}

func (f *fake) ProposeChange(_ context.Context, _ access.Actor, number, kind, target, what string) error {
	return f.did("ProposeChange", number, kind, target, what)
}

func (f *fake) DecideProposal(_ context.Context, _ access.Actor, number, proposal string, accepted bool, reason string) error {
	return f.did("DecideProposal", number, proposal, strconv.FormatBool(accepted), reason)
}

func (f *fake) FinishProposal(_ context.Context, _ access.Actor, number, proposal, version, link string) error {
	return f.did("FinishProposal", number, proposal, version, link)
}

// What is said of an action reaches the application as it was sent, its time with its offset; without a time it is refused.
func TestActionThroughTheInterface(t *testing.T) {
	f := &fake{}
	srv := serve(t, f)
	const path = "/api/v1/incidents/7K2-9QX-4D/actions"
	if res, body := ask(t, srv, "POST", path, `{"what":"w","owner":"o","due":"2026-11-30T17:00:00-08:00"}`); res.StatusCode != 204 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if got := f.calls[len(f.calls)-1]; got != "AssignAction 7K2-9QX-4D w  o 2026-12-01T01:00:00Z" {
		t.Errorf("%q", got)
	}
	for _, bad := range []string{`{"what":"w","owner":"o"}`, `{"what":"w","owner":"o","due":"tomorrow"}`, `{"what":"w","owner":"o","due":""}`} {
		if res, body := ask(t, srv, "POST", path, bad); res.StatusCode != 422 && res.StatusCode != 400 {
			t.Errorf("%s: %d %s", bad, res.StatusCode, body)
		}
	}
}
