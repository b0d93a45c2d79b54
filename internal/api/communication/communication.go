// Package communication has the routes of the report to management, status updates, the log of communications and sections.
package communication

import (
	"fmt"
	"io"

	"tocsin/internal/api/serve"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Routes are how management and others are told, and what stays with one office. MA 6.5.3, MA 6.5.4
func Routes() []serve.Route {
	const (
		management = serve.OneIncident + "/management"
		updates    = serve.OneIncident + "/updates"
		sections   = serve.OneIncident + "/sections/{section}"
	)
	return []serve.Route{
		serve.View(management, "management", "The report to management as it would be issued now", (*app.App).Management),
		serve.Do(management, "issue-management-report", access.Discharge, "Issue a version of the report to management",
			func(c serve.Call, at serve.IncidentPath, v issue) error {
				return c.App.IssueManagementReport(c, c.By, at.Number, v.Seen, v.Reason)
			}),
		serve.Ask(management+"/{report}", "management-report", access.Read, "One version as it was issued",
			func(c serve.Call, at ReportPath) (app.IssuedReport, error) {
				return c.App.IssuedReport(c, c.By, at.Number, at.Report)
			}),
		serve.Download(management+"/{report}/report.pdf", "management-report-pdf", "One version as tagged PDF", printReport),
		serve.Do(serve.OneIncident+"/assessment", "state-item", access.Work, "State what is known of an item",
			func(c serve.Call, at serve.IncidentPath, v stated) error {
				return c.App.State(c, c.By, at.Number, app.ItemStatement(v))
			}),
		serve.Do(serve.OneIncident+"/assessment/await", "await-item", access.Work, "Ask somebody for an item",
			func(c serve.Call, at serve.IncidentPath, v awaited) error {
				return c.App.AwaitItem(c, c.By, at.Number, v.Item, v.Person, v.Role, v.Until)
			}),
		serve.Do(serve.OneIncident+"/marking", "mark", access.Restrict, "Categorise the incident's reports",
			func(c serve.Call, at serve.IncidentPath, v marked) error {
				return c.App.Mark(c, c.By, at.Number, v.Marking, v.Reason)
			}),
		serve.View(updates, "updates", "Status updates, newest first", (*app.App).Updates),
		serve.Do(updates, "draft-update", access.Work, "Write a status update",
			func(c serve.Call, at serve.IncidentPath, v newUpdate) error {
				return c.App.DraftUpdate(c, c.By, at.Number, v.Audience, v.Text)
			}),
		serve.Do(updates+"/{id}/revise", "revise-update", access.Work, "Give an update another text",
			func(c serve.Call, at serve.NumberedPath, v revised) error {
				return c.App.ReviseUpdate(c, c.By, at.Number, at.ID, v.Text)
			}),
		serve.Do(updates+"/{id}/approve", "approve-update", access.Work, "Approve an update",
			func(c serve.Call, at serve.NumberedPath, _ serve.Nothing) error {
				return onUpdate(c, at, app.UpdateAct{Act: "approve"})
			}),
		serve.Do(updates+"/{id}/return", "return-update", access.Work, "Send an update back to its writer",
			func(c serve.Call, at serve.NumberedPath, v serve.ReasonInput) error {
				return onUpdate(c, at, app.UpdateAct{Act: "return", Reason: v.Reason})
			}),
		serve.Do(updates+"/{id}/send", "send-update", access.Work, "Send an update, or say how it was passed on",
			func(c serve.Call, at serve.NumberedPath, v sent) error {
				return onUpdate(c, at, app.UpdateAct{Act: "send", Via: v.Via})
			}),
		serve.Do(updates+"/{id}/drop", "drop-update", access.Work, "Give an update up",
			func(c serve.Call, at serve.NumberedPath, _ serve.Nothing) error {
				return onUpdate(c, at, app.UpdateAct{Act: "drop"})
			}),
		serve.View(serve.OneIncident+"/communications", "communications", "Every communication, newest first", (*app.App).Communications),
		serve.Do(serve.OneIncident+"/communications", "log-communication", access.Work, "Log a communication",
			func(c serve.Call, at serve.IncidentPath, v communication) error {
				return c.App.LogCommunication(c, c.By, at.Number, app.CommunicationLog(v))
			}),
		serve.Ask(sections, "section", access.Read, "The notes of a section",
			func(c serve.Call, at SectionPath) (app.SectionView, error) {
				return c.App.Section(c, c.By, at.Number, at.Section)
			}),
		serve.Do(sections, "note-in-section", access.Work, "Write a note into a section",
			func(c serve.Call, at SectionPath, v sectionNote) error {
				return c.App.NoteInSection(c, c.By, at.Number, at.Section, v.Note)
			}),
	}
}

// ReportPath names a version of the report to management in a path.
type ReportPath struct {
	serve.IncidentPath
	Report int `path:"report" minimum:"1" maximum:"1000000" doc:"Number of the version."`
}

// SectionPath names a section of an incident: what Legal and Human Resources keep about it for themselves.
type SectionPath struct {
	serve.IncidentPath
	Section string `path:"section" maxLength:"64" doc:"The role whose section it is."`
}

type (
	stated struct {
		Item    string `json:"item" required:"true" maxLength:"64" doc:"Id of the item; the answer to GET management lists them."`
		Value   string `json:"value,omitempty" maxLength:"20000" doc:"What is known; left out where the item is a moment."`
		Contact string `json:"contact,omitempty" maxLength:"1000" doc:"How the person is reached, where the item is a person: an e-mail address or a telephone number."`
		At      string `json:"at,omitempty" format:"date-time" doc:"The moment, where the item is one."`
	}
	awaited struct {
		Item   string `json:"item" required:"true" maxLength:"64"`
		Person string `json:"person,omitempty" maxLength:"320" doc:"Id or e-mail address of who is asked; or else role."`
		Role   string `json:"role,omitempty" maxLength:"64" doc:"Whoever holds it is asked."`
		Until  string `json:"until,omitempty" format:"date-time" doc:"By when."`
	}
	issue struct {
		Seen   int64  `json:"seen,omitempty" minimum:"0" doc:"What GET management answered as seen; where something was stated since, nothing is issued. Left out: what is known now."`
		Reason string `json:"reason,omitempty" maxLength:"20000" doc:"Where the incident's restriction keeps somebody from the report whom the policy names: why, and how they hear of it."`
	}
	marked struct {
		Marking string `json:"marking" required:"true" enum:"none,confidential" doc:"How the incident's reports are categorised."`
		Reason  string `json:"reason" required:"true" maxLength:"20000" doc:"Why."`
	}
	newUpdate struct {
		Audience string `json:"audience" required:"true" maxLength:"64" doc:"Id of the audience."`
		Text     string `json:"text" required:"true" maxLength:"20000" doc:"What it says."`
	}
	revised struct {
		Text string `json:"text" required:"true" maxLength:"20000" doc:"What it says now."`
	}
	sent struct {
		Via string `json:"via,omitempty" enum:"telephone,meeting,mail,chat,letter,press,website,other" doc:"How it was passed on, where nobody of the audience gets mail from here."`
	}
	communication struct {
		Channel  string `json:"channel" required:"true" enum:"telephone,meeting,mail,chat,letter,press,website,other"`
		Incoming bool   `json:"incoming,omitempty" doc:"Whether they told us."`
		At       string `json:"at" required:"true" format:"date-time" doc:"When it took place."`
		Who      string `json:"who" required:"true" maxLength:"1000" doc:"Who of us."`
		Whom     string `json:"whom" required:"true" maxLength:"1000" doc:"With whom."`
		Summary  string `json:"summary" required:"true" maxLength:"20000" doc:"What was said."`
	}
	sectionNote struct {
		Note string `json:"note" required:"true" maxLength:"20000" doc:"What is noted."`
	}
)

// printReport is the same bytes as on the report's page.
func printReport(c serve.Call, at ReportPath) (string, func(io.Writer) error) {
	return fmt.Sprintf("report-to-management-%d.pdf", at.Report), func(w io.Writer) error {
		return c.App.PrintReport(c, c.By, at.Number, at.Report, w)
	}
}

func onUpdate(c serve.Call, at serve.NumberedPath, x app.UpdateAct) error {
	x.Update = at.ID
	return c.App.ActOnUpdate(c, c.By, at.Number, x)
}
