package webtest

import (
	"cmp"
	"context"
	"io"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// What comes after every incident of the fake is the same, as far as the incident may be seen.

// Analysis implements web.Analyses.
func (f *Fake) Analysis(ctx context.Context, by access.Actor, number string) (app.AnalysisView, error) {
	v, err := f.Incident(ctx, by, number)
	if err != nil {
		return app.AnalysisView{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	at := time.Date(2026, 6, 18, 17, 0, 0, 0, time.UTC)
	out := app.AnalysisView{Incident: v.Incident, EntityName: f.word("Motor Vehicles"), Status: "open", Level: "high", MayWrite: true, MaySign: true, Cause: "error",
		Timeline: []app.MomentView{{At: at, What: f.word("It occurred"), Late: true}}, Marking: v.Marking,
		Systems: []app.SystemView{{Asset: "a1", Name: f.word("Registry host 4"), Kind: f.word("server"), Rating: "high", OwnerName: f.word("Dana Reyes"), State: "isolated", StateWords: "Isolated",
			AddedAt: at, Later: true, Steps: []app.StepView{{To: "isolated", At: at, Why: f.word("Before it was asked")}}}}}
	for _, id := range incident.AnalysisSections {
		s := app.AnalysisPart{ID: id, Draft: f.word("From the record"), Text: f.said["analysis "+id]}
		if s.Text != "" {
			s.Base, s.History = 7, []app.WritingView{{Text: s.Text, By: f.word("Dana Reyes"), At: at}}
		} else {
			out.Unwritten = append(out.Unwritten, id)
		}
		out.Sections = append(out.Sections, s)
	}
	return out, nil
}

// WriteAnalysis implements web.Analyses.
func (f *Fake) WriteAnalysis(_ context.Context, _ access.Actor, _, section, text, _ string, base int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if base != 0 && base != 7 {
		return fault.Conflict("somebody has written this section since you opened it")
	}
	f.keep("analysis "+section, text)
	return nil
}

func (f *Fake) keep(key, text string) {
	if f.said == nil {
		f.said = map[string]string{}
	}
	f.said[key] = text
}

// SignAnalysis implements web.Analyses.
func (f *Fake) SignAnalysis(context.Context, access.Actor, string) error { return nil }

// ReopenAnalysis implements web.Analyses.
func (f *Fake) ReopenAnalysis(context.Context, access.Actor, string, string) error { return nil }

// PrintAnalysis implements web.Analyses.
func (f *Fake) PrintAnalysis(ctx context.Context, by access.Actor, number string, edition int, w io.Writer) error {
	v, err := f.Analysis(ctx, by, number)
	switch {
	case err != nil:
		return err
	case edition > len(v.Editions):
		return fault.NotFound("no such edition")
	}
	_, err = io.WriteString(w, "%PDF-1.7")
	return err
}

// Actions implements web.Remedies: those of the lessons of the first incident.
func (f *Fake) Actions(ctx context.Context, by access.Actor, q app.ActionsQuery) (app.ActionsView, error) {
	out := app.ActionsView{Actions: []app.ListedAction{}}
	if q.State == "nonsense" {
		return out, fault.Invalid("state", "this state is not known", "use open")
	}
	all, err := f.Incidents(ctx, by, app.ListQuery{Limit: 50})
	if err != nil {
		return out, err
	}
	for _, row := range all.Incidents {
		n := row.Incident
		v, err := f.Lessons(ctx, by, n)
		if err != nil {
			continue
		}
		for _, a := range v.Actions {
			out.Actions = append(out.Actions, app.ListedAction{Incident: n, Marking: cmp.Or(f.marking, incident.MarkNone), EntityName: v.EntityName, ID: a.ID, What: a.What, Owner: a.Owner, OwnerName: a.OwnerName,
				Due: a.Due, Status: a.Status, Overdue: a.Overdue, Evidence: a.Evidence, Link: a.Link})
		}
	}
	out.Open = app.Tallied{Count: int64(len(out.Actions)), More: true}
	return out, nil
}

// Lessons implements web.Lessons.
func (f *Fake) Lessons(ctx context.Context, by access.Actor, number string) (app.LessonsView, error) {
	v, err := f.Incident(ctx, by, number)
	if err != nil {
		return app.LessonsView{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	at := time.Date(2026, 7, 18, 17, 0, 0, 0, time.UTC)
	out := app.LessonsView{Incident: v.Incident, EntityName: f.word("Motor Vehicles"), Status: "closed", MayWork: true, MayAssign: true, MayVerify: true,
		People:  []app.PersonView{{ID: "ca-dmv-iso", Name: "Dana Reyes", Title: f.word("Information Security Officer")}},
		Targets: []app.TargetView{{Kind: "playbook", ID: "play", Title: f.word("Malware")}}}
	if what := f.said["action"]; what != "" {
		out.Actions = []app.ActionView{{ID: "c1", What: what, Lesson: f.word("Keys lay about"), Owner: "ca-dmv-iso", OwnerName: f.word("Dana Reyes"), Due: at, Status: "open", MayEnd: true},
			{ID: "c2", What: what, Owner: "ca-dmv-iso", OwnerName: "Dana Reyes", Due: at, Status: "completed", Evidence: f.word("The log"), Link: "https://vault.example", DoneAt: &at, DoneBy: "Dana Reyes"}}
	}
	if what := f.said["proposal"]; what != "" {
		out.Proposals = []app.ProposalView{{ID: "p1", Kind: "plan", What: what, Status: "proposed", By: f.word("Dana Reyes"), At: at}}
	}
	return out, nil
}

// Statistics implements web.Statistics.
func (f *Fake) Statistics(_ context.Context, _ access.Actor, q app.StatisticsQuery, _ *time.Location) (app.StatisticsView, error) {
	if q.From != "" {
		if _, err := time.Parse("2006-01-02", q.From); err != nil {
			return app.StatisticsView{}, fault.Invalid("from", "this is no date", "write it like 2026-11-30")
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return app.StatisticsView{At: time.Date(2026, 6, 18, 17, 0, 0, 0, time.UTC), Total: 7, Open: 4, ActionsOpen: 3, ActionsOverdue: 1,
		Measures: []app.MeasureView{{ID: "start", Title: "Time to start of response", Definition: "from the first filing", Count: 2, MedianSeconds: 3600, Median: time.Hour, P90: 2 * time.Hour, P90Seconds: 7200}},
		Duties:   []app.ShareView{{Rule: "r", What: f.word("Start the response"), OnTime: 3, Late: 1, Percent: 75}},
		Groups:   []app.GroupView{{ID: incident.ByEntity, Title: "By agency", Definition: "whose incident it is", Rows: []app.CountView{{ID: "ca-dmv", Name: f.word("=Motor Vehicles"), Count: 7}}}}}, nil
}

// ReportPlans implements web.Reporting.
func (f *Fake) ReportPlans(_ context.Context, by access.Actor) (app.PlansView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := app.PlansView{Places: []app.EntityView{{ID: "ca-dmv", Name: f.word("Motor Vehicles")}}}
	if every := f.said["plan"]; every != "" {
		v.Plans = []app.PlanView{{ID: "p", For: f.word(by.Name), Every: every, Day: 1, Hour: 8, Zone: "America/Los_Angeles", Next: time.Date(2026, 7, 1, 15, 0, 0, 0, time.UTC), From: "2026-06-01", To: "2026-06-30"}}
	}
	return v, nil
}

// AddReportPlan implements web.Reporting.
func (f *Fake) AddReportPlan(_ context.Context, _ access.Actor, r app.PlanRequest) error {
	if err := r.Cadence.Check(); err != nil {
		return fault.Invalid("day", err.Error(), "choose another")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keep("plan", r.Cadence.Every)
	return nil
}

// DropReportPlan implements web.Reporting.
func (f *Fake) DropReportPlan(context.Context, access.Actor, string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keep("plan", "")
	return nil
}

// AssignAction implements web.Corrective.
func (f *Fake) AssignAction(_ context.Context, _ access.Actor, _, what, _, owner string, _ time.Time) error {
	if strings.TrimSpace(owner) == "" {
		return fault.Invalid("owner", "this person has no office at the entity or above it", "choose somebody of the list")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keep("action", what)
	return nil
}

// ChangeAction implements web.Corrective.
func (f *Fake) ChangeAction(context.Context, access.Actor, string, string, string, time.Time, string) error {
	return nil
}

// CompleteAction implements web.Corrective.
func (f *Fake) CompleteAction(context.Context, access.Actor, string, string, string, string) error {
	return nil
}

// VerifyAction implements web.Corrective.
func (f *Fake) VerifyAction(context.Context, access.Actor, string, string, string) error { return nil }

// ReturnAction implements web.Corrective.
func (f *Fake) ReturnAction(context.Context, access.Actor, string, string, string, time.Time) error {
	return nil
}

// DropAction implements web.Corrective.
func (f *Fake) DropAction(context.Context, access.Actor, string, string, string) error { return nil }

// ProposeChange implements web.Lessons.
func (f *Fake) ProposeChange(_ context.Context, _ access.Actor, _, _, _, what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keep("proposal", what)
	return nil
}

// DecideProposal implements web.Lessons.
func (f *Fake) DecideProposal(context.Context, access.Actor, string, string, bool, string) error {
	return nil
}

// FinishProposal implements web.Lessons.
func (f *Fake) FinishProposal(context.Context, access.Actor, string, string, string, string) error {
	return nil
}
