// Package review has the routes of analysis, corrective actions and statistics.
package review

import (
	"fmt"
	"io"
	"time"

	"tocsin/internal/api/serve"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// Routes are what comes after an incident: its analysis, what is corrected and changed, and numbers over many. MA 6.8
func Routes() []serve.Route {
	const (
		analysis  = serve.OneIncident + "/analysis"
		actions   = serve.OneIncident + "/actions"
		proposals = serve.OneIncident + "/proposals"
	)
	return []serve.Route{
		serve.Ask("/api/v1/statistics", "statistics", access.Read, "Numbers over many incidents, with their definitions", // MA 6.5.2.1
			func(c serve.Call, q statisticsQuery) (app.StatisticsView, error) {
				return c.App.Statistics(c, c.By, app.StatisticsQuery(q), time.UTC)
			}),
		serve.Ask("/api/v1/statistics/reports", "statistics-reports", access.Read, "Who gets the statistics by mail, and when",
			func(c serve.Call, _ serve.Nothing) (app.PlansView, error) { return c.App.ReportPlans(c, c.By) }),
		serve.Ask("/api/v1/actions", "actions", access.Read, "Corrective actions of all incidents", // MA 6.6.1.2
			func(c serve.Call, q actionsQuery) (app.ActionsView, error) {
				return c.App.Actions(c, c.By, app.ActionsQuery(q))
			}),
		serve.View(analysis, "analysis", "The post-incident analysis", (*app.App).Analysis),
		serve.Download(analysis+"/analysis.pdf", "analysis-pdf", "The post-incident analysis as tagged PDF", printAnalysis),
		serve.Do(analysis, "write-analysis", access.Work, "Write a section of the analysis",
			func(c serve.Call, at serve.IncidentPath, v writing) error {
				return c.App.WriteAnalysis(c, c.By, at.Number, v.Section, v.Text, v.Cause, v.Base)
			}),
		serve.Do(analysis+"/sign", "sign-analysis", access.Rate, "Sign the analysis off",
			func(c serve.Call, at serve.IncidentPath, _ serve.Nothing) error {
				return c.App.SignAnalysis(c, c.By, at.Number)
			}),
		serve.Do(analysis+"/revise", "reopen-analysis", access.Rate, "Take a signed analysis up again",
			func(c serve.Call, at serve.IncidentPath, v serve.ReasonInput) error {
				return c.App.ReopenAnalysis(c, c.By, at.Number, v.Reason)
			}),
		serve.View(serve.OneIncident+"/lessons", "lessons", "Corrective actions and proposed changes", (*app.App).Lessons),
		serve.Do(actions, "assign-action", access.Discharge, "Give a corrective action to a person", assignAction),
		serve.Do(actions+"/{id}/change", "change-action", access.Discharge, "Give an action to another, or another time", changeAction),
		serve.Do(actions+"/{id}/complete", "complete-action", access.Discharge, "Say that an action was carried out",
			func(c serve.Call, at serve.NumberedPath, v evidence) error {
				return c.App.CompleteAction(c, c.By, at.Number, at.ID, v.Evidence, v.Link)
			}),
		serve.Do(actions+"/{id}/verify", "verify-action", access.Rate, "Say that the evidence holds",
			func(c serve.Call, at serve.NumberedPath, v serve.NoteInput) error {
				return c.App.VerifyAction(c, c.By, at.Number, at.ID, v.Note)
			}),
		serve.Do(actions+"/{id}/return", "return-action", access.Rate, "Say that the evidence does not hold", returnAction),
		serve.Do(actions+"/{id}/drop", "drop-action", access.Rate, "Say that an action will not be carried out",
			func(c serve.Call, at serve.NumberedPath, v serve.ReasonInput) error {
				return c.App.DropAction(c, c.By, at.Number, at.ID, v.Reason)
			}),
		serve.Do(proposals, "propose-change", access.Work, "Propose to change a procedure, the plan, a policy or a control", // MA 6.8.4
			func(c serve.Call, at serve.IncidentPath, v newProposal) error {
				return c.App.ProposeChange(c, c.By, at.Number, v.Kind, v.Target, v.What)
			}),
		serve.Do(proposals+"/{id}/decide", "decide-proposal", access.Rate, "Accept or reject a proposal",
			func(c serve.Call, at serve.NumberedPath, v decidedProposal) error {
				return c.App.DecideProposal(c, c.By, at.Number, at.ID, v.Accepted, v.Reason)
			}),
		serve.Do(proposals+"/{id}/finish", "finish-proposal", access.Rate, "Say that what was proposed was changed",
			func(c serve.Call, at serve.NumberedPath, v madeProposal) error {
				return c.App.FinishProposal(c, c.By, at.Number, at.ID, v.Version, v.Link)
			}),
	}
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
	statisticsQuery struct {
		From     string `query:"from" maxLength:"10" doc:"First day of receipt, UTC: 2026-01-31."`
		To       string `query:"to" maxLength:"10" doc:"Last day of receipt, counted whole."`
		Entity   string `query:"entity" maxLength:"128" doc:"Id of an entity; with everything below it."`
		Level    string `query:"level" maxLength:"16" doc:"high, medium, low or unrated."`
		Category string `query:"category" maxLength:"64" doc:"Id of a category."`
	}
	actionsQuery struct {
		State  string `query:"state" enum:"open,overdue,completed,ended,all" doc:"Left out: open."`
		Owner  string `query:"owner" maxLength:"200" doc:"Id of a person, or a part of a name."`
		Mine   bool   `query:"mine" doc:"Only the caller's own."`
		Under  string `query:"entity" maxLength:"128" doc:"Id of an entity; with everything below it."`
		Cursor string `query:"cursor" maxLength:"512" doc:"next of another page."`
		Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}
	editionPath struct {
		serve.IncidentPath
		Edition int `query:"edition" minimum:"0" maximum:"1000000" doc:"Number of a signed edition; left out or 0: as it stands now."`
	}
)

// printAnalysis is the same bytes as on the analysis' page.
func printAnalysis(c serve.Call, at editionPath) (string, func(io.Writer) error) {
	name := "post-incident-analysis.pdf"
	if at.Edition > 0 {
		name = fmt.Sprintf("post-incident-analysis-edition-%d.pdf", at.Edition)
	}
	return name, func(w io.Writer) error { return c.App.PrintAnalysis(c, c.By, at.Number, at.Edition, w) }
}

// dueAt reads the time of an action.
func dueAt(v string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		err = fault.Invalid("due", "this is no time in the form of RFC 3339",
			"write it with its offset, for example 2026-11-26T22:15:00-08:00")
	}
	return t, err
}

func assignAction(c serve.Call, at serve.IncidentPath, v newAction) error {
	due, err := dueAt(v.Due)
	if err != nil {
		return err
	}
	return c.App.AssignAction(c, c.By, at.Number, v.What, v.Lesson, v.Owner, due)
}

func changeAction(c serve.Call, at serve.NumberedPath, v changedAction) error {
	due, err := dueAt(v.Due)
	if err != nil {
		return err
	}
	return c.App.ChangeAction(c, c.By, at.Number, at.ID, v.Owner, due, v.Reason)
}

func returnAction(c serve.Call, at serve.NumberedPath, v returned) error {
	due, err := dueAt(v.Due)
	if err != nil {
		return err
	}
	return c.App.ReturnAction(c, c.By, at.Number, at.ID, v.Reason, due)
}
