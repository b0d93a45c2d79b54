package api

import (
	"context"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// Analyses shows the post-incident analysis and takes what is written into it. MA 6.8
type Analyses interface {
	Analysis(ctx context.Context, by access.Actor, number string) (app.AnalysisView, error)
	WriteAnalysis(ctx context.Context, by access.Actor, number, section, text, cause string, base int64) error
	SignAnalysis(ctx context.Context, by access.Actor, number string) error
	ReopenAnalysis(ctx context.Context, by access.Actor, number, reason string) error
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

// Afterwards is what the interface needs of what comes after an incident.
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
}

// Statistics answers the numbers over what a reader may see. MA 6.5.2.1
type Statistics interface {
	Statistics(ctx context.Context, by access.Actor, q app.StatisticsQuery, zone *time.Location) (app.StatisticsView, error)
}

type (
	writing struct {
		Section string `json:"section" required:"true" enum:"impact,inventory,access,risk,causes,motives,mitigation,worked,failed,controls" doc:"The section."`
		Text    string `json:"text" required:"true" maxLength:"20000" doc:"Its words, whole."`
		Cause   string `json:"cause,omitempty" enum:"malware,hacking,social,misuse,physical,error,environmental,unknown" doc:"With the section on causes: the kind of root cause."`
		Base    int64  `json:"base" doc:"That of the section as it was read; 0 where nobody had written it."`
	}
	newAction struct {
		What   string `json:"what" required:"true" maxLength:"20000" doc:"What is to be done."`
		Lesson string `json:"lesson,omitempty" maxLength:"20000" doc:"What was learned."`
		Owner  string `json:"owner" required:"true" maxLength:"128" doc:"Id of the person who sees to it."`
		Due    string `json:"due" required:"true" format:"date-time" maxLength:"40" doc:"By when."`
	}
	changedAction struct {
		Owner  string `json:"owner" required:"true" maxLength:"128" doc:"Id of the person who sees to it from now on."`
		Due    string `json:"due" required:"true" format:"date-time" maxLength:"40" doc:"By when."`
		Reason string `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
	evidence struct {
		Evidence string `json:"evidence" required:"true" maxLength:"20000" doc:"How one sees that it was done."`
		Link     string `json:"link,omitempty" maxLength:"2000" doc:"Where one sees it."`
	}
	returned struct {
		Reason string `json:"reason" required:"true" maxLength:"20000" doc:"What is missing."`
		Due    string `json:"due" required:"true" format:"date-time" maxLength:"40" doc:"By when it is to be done."`
	}
	newProposal struct {
		Kind   string `json:"kind" required:"true" enum:"playbook,plan,policy,control" doc:"What would change."`
		Target string `json:"target,omitempty" maxLength:"200" doc:"Which one, as in targets; none for the plan."`
		What   string `json:"what" required:"true" maxLength:"20000" doc:"What would change in it, and why."`
	}
	decidedProposal struct {
		Accepted bool   `json:"accepted" required:"true" doc:"Whether it is to be made."`
		Reason   string `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
	madeProposal struct {
		Version string `json:"version,omitempty" maxLength:"64" doc:"Version of the pack that has the change."`
		Link    string `json:"link,omitempty" maxLength:"2000" doc:"Where the change is."`
	}
)

type (
	numberedIn[T any] struct {
		NumberedPath
		Body body[T]
	}
	incidentIn[T any] struct {
		IncidentPath
		Body body[T]
	}
)

func afterwardsRoutes() []route {
	const actions, proposals = one + "/actions", one + "/proposals"
	return []route{
		{Route{get, "/api/v1/statistics", access.Read, "list", "log"}, "statistics", "Numbers over many incidents, with their definitions", 200, noBody, nil, with((*server).statistics)},
		{Route{get, "/api/v1/statistics/reports", access.Read, "list", "log"}, "statistics-reports", "Who gets the statistics by mail, and when", 200, noBody, nil, with((*server).reportPlans)},
		{Route{get, "/api/v1/actions", access.Read, "list", "log"}, "actions", "Corrective actions of all incidents", 200, noBody, nil, with((*server).actions)},
		{Route{get, one + "/analysis", access.Read, "incident", "log"}, "analysis", "The post-incident analysis", 200, noBody, nil, with((*server).analysis)},
		{Route{get, one + "/analysis/analysis.pdf", access.Read, "incident", "log"}, "analysis-pdf", "The post-incident analysis as tagged PDF", 200, noBody, nil, filing(kindPDF, (*server).printAnalysis)},
		{Route{post, one + "/analysis", access.Work, "incident", "fact"}, "write-analysis", "Write a section of the analysis", 204, needsBody, of[writing], with((*server).writeAnalysis)},
		{Route{post, one + "/analysis/sign", access.Rate, "incident", "fact"}, "sign-analysis", "Sign the analysis off", 204, emptyBody, nil, with((*server).signAnalysis)},
		{Route{post, one + "/analysis/revise", access.Rate, "incident", "fact"}, "reopen-analysis", "Take a signed analysis up again", 204, needsBody, of[reason], with((*server).reopenAnalysis)},
		{Route{get, one + "/lessons", access.Read, "incident", "log"}, "lessons", "Corrective actions and proposed changes", 200, noBody, nil, with((*server).lessons)},
		{Route{post, actions, access.Discharge, "incident", "fact"}, "assign-action", "Give a corrective action to a person", 204, needsBody, of[newAction], with((*server).assignAction)},
		{Route{post, actions + "/{id}/change", access.Discharge, "incident", "fact"}, "change-action", "Give an action to another, or another time", 204, needsBody, of[changedAction], with((*server).changeAction)},
		{Route{post, actions + "/{id}/complete", access.Discharge, "incident", "fact"}, "complete-action", "Say that an action was carried out", 204, needsBody, of[evidence], with((*server).completeAction)},
		{Route{post, actions + "/{id}/verify", access.Rate, "incident", "fact"}, "verify-action", "Say that the evidence holds", 204, needsBody, of[note], with((*server).verifyAction)},
		{Route{post, actions + "/{id}/return", access.Rate, "incident", "fact"}, "return-action", "Say that the evidence does not hold", 204, needsBody, of[returned], with((*server).returnAction)},
		{Route{post, actions + "/{id}/drop", access.Rate, "incident", "fact"}, "drop-action", "Say that an action will not be carried out", 204, needsBody, of[reason], with((*server).dropAction)},
		{Route{post, proposals, access.Work, "incident", "fact"}, "propose-change", "Propose to change a procedure, the plan, a policy or a control", 204, needsBody, of[newProposal], with((*server).proposeChange)},
		{Route{post, proposals + "/{id}/decide", access.Rate, "incident", "fact"}, "decide-proposal", "Accept or reject a proposal", 204, needsBody, of[decidedProposal], with((*server).decideProposal)},
		{Route{post, proposals + "/{id}/finish", access.Rate, "incident", "fact"}, "finish-proposal", "Say that what was proposed was changed", 204, needsBody, of[madeProposal], with((*server).finishProposal)},
	}
}

type statisticsIn struct {
	From     string `query:"from" maxLength:"10" doc:"First day of receipt, UTC: 2026-01-31."`
	To       string `query:"to" maxLength:"10" doc:"Last day of receipt, counted whole."`
	Entity   string `query:"entity" maxLength:"128" doc:"Id of an entity; with everything below it."`
	Level    string `query:"level" maxLength:"16" doc:"high, medium, low or unrated."`
	Category string `query:"category" maxLength:"64" doc:"Id of a category."`
}

func (s *server) statistics(ctx context.Context, in *statisticsIn) (*reply[app.StatisticsView], error) {
	v, err := s.Statistics.Statistics(ctx, actorOf(ctx), app.StatisticsQuery{From: in.From, To: in.To, Entity: in.Entity, Level: in.Level, Category: in.Category}, time.UTC)
	return &reply[app.StatisticsView]{v}, err
}

type actionsIn struct {
	State  string `query:"state" enum:"open,overdue,completed,ended,all" doc:"Left out: open."`
	Owner  string `query:"owner" maxLength:"200" doc:"Id of a person, or a part of a name."`
	Mine   bool   `query:"mine" doc:"Only the caller's own."`
	Entity string `query:"entity" maxLength:"128" doc:"Id of an entity; with everything below it."`
	Cursor string `query:"cursor" maxLength:"512" doc:"next of another page."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (s *server) actions(ctx context.Context, in *actionsIn) (*reply[app.ActionsView], error) {
	v, err := s.Remedies.Actions(ctx, actorOf(ctx), app.ActionsQuery{State: in.State, Owner: in.Owner, Mine: in.Mine, Under: in.Entity, Cursor: in.Cursor, Limit: in.Limit})
	return &reply[app.ActionsView]{v}, err
}

func (s *server) reportPlans(ctx context.Context, _ *struct{}) (*reply[app.PlansView], error) {
	v, err := s.Reporting.ReportPlans(ctx, actorOf(ctx))
	return &reply[app.PlansView]{v}, err
}

func (s *server) analysis(ctx context.Context, in *IncidentPath) (*reply[app.AnalysisView], error) {
	v, err := s.Analyses.Analysis(ctx, actorOf(ctx), in.Number)
	return &reply[app.AnalysisView]{v}, err
}

func (s *server) writeAnalysis(ctx context.Context, in *incidentIn[writing]) (*nothing, error) {
	v := in.Body.Value
	return done, s.Analyses.WriteAnalysis(ctx, actorOf(ctx), in.Number, v.Section, v.Text, v.Cause, v.Base)
}

func (s *server) signAnalysis(ctx context.Context, in *IncidentPath) (*nothing, error) {
	return done, s.Analyses.SignAnalysis(ctx, actorOf(ctx), in.Number)
}

func (s *server) reopenAnalysis(ctx context.Context, in *incidentIn[reason]) (*nothing, error) {
	return done, s.Analyses.ReopenAnalysis(ctx, actorOf(ctx), in.Number, in.Body.Value.Reason)
}

func (s *server) lessons(ctx context.Context, in *IncidentPath) (*reply[app.LessonsView], error) {
	v, err := s.Lessons.Lessons(ctx, actorOf(ctx), in.Number)
	return &reply[app.LessonsView]{v}, err
}

// dueAt reads the time of an action.
func dueAt(v string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return t, fault.Invalid("due", "this is no time in the form of RFC 3339", "write it with its offset, for example 2026-11-26T22:15:00-08:00")
	}
	return t, nil
}

func (s *server) assignAction(ctx context.Context, in *incidentIn[newAction]) (*nothing, error) {
	v := in.Body.Value
	due, err := dueAt(v.Due)
	if err != nil {
		return nil, err
	}
	return done, s.Corrective.AssignAction(ctx, actorOf(ctx), in.Number, v.What, v.Lesson, v.Owner, due)
}

func (s *server) changeAction(ctx context.Context, in *numberedIn[changedAction]) (*nothing, error) {
	v := in.Body.Value
	due, err := dueAt(v.Due)
	if err != nil {
		return nil, err
	}
	return done, s.Corrective.ChangeAction(ctx, actorOf(ctx), in.Number, in.ID, v.Owner, due, v.Reason)
}

func (s *server) completeAction(ctx context.Context, in *numberedIn[evidence]) (*nothing, error) {
	return done, s.Corrective.CompleteAction(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Evidence, in.Body.Value.Link)
}

func (s *server) verifyAction(ctx context.Context, in *numberedIn[note]) (*nothing, error) {
	return done, s.Corrective.VerifyAction(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Note)
}

func (s *server) returnAction(ctx context.Context, in *numberedIn[returned]) (*nothing, error) {
	v := in.Body.Value
	due, err := dueAt(v.Due)
	if err != nil {
		return nil, err
	}
	return done, s.Corrective.ReturnAction(ctx, actorOf(ctx), in.Number, in.ID, v.Reason, due)
}

func (s *server) dropAction(ctx context.Context, in *numberedIn[reason]) (*nothing, error) {
	return done, s.Corrective.DropAction(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Reason)
}

func (s *server) proposeChange(ctx context.Context, in *incidentIn[newProposal]) (*nothing, error) {
	v := in.Body.Value
	return done, s.Lessons.ProposeChange(ctx, actorOf(ctx), in.Number, v.Kind, v.Target, v.What)
}

func (s *server) decideProposal(ctx context.Context, in *numberedIn[decidedProposal]) (*nothing, error) {
	return done, s.Lessons.DecideProposal(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Accepted, in.Body.Value.Reason)
}

func (s *server) finishProposal(ctx context.Context, in *numberedIn[madeProposal]) (*nothing, error) {
	return done, s.Lessons.FinishProposal(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Version, in.Body.Value.Link)
}
