package api

import (
	"context"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Briefing takes what is stated of an incident, and shows and issues the report to management.
type Briefing interface {
	Management(ctx context.Context, by access.Actor, number string) (app.ManagementView, error)
	State(ctx context.Context, by access.Actor, number string, x app.ItemStatement) error
	AwaitItem(ctx context.Context, by access.Actor, number, item, person, role, until string) error
	IssueManagementReport(ctx context.Context, by access.Actor, number string, seen int64, keptWhy string) error
	IssuedReport(ctx context.Context, by access.Actor, number string, report int) (app.IssuedReport, error)
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

// Marking categorises reports.
type Marking interface {
	Mark(ctx context.Context, by access.Actor, number, marking, reason string) error
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
)

// ReportPath names a version of the report to management in a path.
type ReportPath struct {
	IncidentPath
	Report int `path:"report" minimum:"1" maximum:"1000000" doc:"Number of the version."`
}

type (
	statedIn struct {
		IncidentPath
		Body body[stated]
	}
	awaitedIn struct {
		IncidentPath
		Body body[awaited]
	}
	issueIn struct {
		IncidentPath
		Body body[issue]
	}
	markedIn struct {
		IncidentPath
		Body body[marked]
	}
	newUpdateIn struct {
		IncidentPath
		Body body[newUpdate]
	}
	revisedIn struct {
		NumberedPath
		Body body[revised]
	}
	returnedIn struct {
		NumberedPath
		Body body[reason]
	}
	sentIn struct {
		NumberedPath
		Body body[sent]
	}
	communicationIn struct {
		IncidentPath
		Body body[communication]
	}
)

// tellingRoutes are the addresses of telling management and others. MA 6.5.3, MA 6.5.4
func tellingRoutes() []route {
	return []route{
		{Route{get, one + "/management", access.Read, "incident", "log"}, "management", "The report to management as it would be issued now", 200, noBody, nil, with((*server).management)},
		{Route{post, one + "/management", access.Discharge, "incident", "fact"}, "issue-management-report", "Issue a version of the report to management", 204, needsBody, of[issue], with((*server).issueReport)},
		{Route{get, one + "/management/{report}", access.Read, "incident", "log"}, "management-report", "One version as it was issued", 200, noBody, nil, with((*server).issuedReport)},
		{Route{get, one + "/management/{report}/report.pdf", access.Read, "incident", "log"}, "management-report-pdf", "One version as tagged PDF", 200, noBody, nil, filing(kindPDF, (*server).printReport)},
		{Route{post, one + "/assessment", access.Work, "incident", "fact"}, "state-item", "State what is known of an item", 204, needsBody, of[stated], with((*server).state)},
		{Route{post, one + "/assessment/await", access.Work, "incident", "fact"}, "await-item", "Ask somebody for an item", 204, needsBody, of[awaited], with((*server).awaitItem)},
		{Route{post, one + "/marking", access.Restrict, "incident", "fact"}, "mark", "Categorise the incident's reports", 204, needsBody, of[marked], with((*server).mark)},
		{Route{get, one + "/updates", access.Read, "incident", "log"}, "updates", "Status updates, newest first", 200, noBody, nil, with((*server).updates)},
		{Route{post, one + "/updates", access.Work, "incident", "fact"}, "draft-update", "Write a status update", 204, needsBody, of[newUpdate], with((*server).draftUpdate)},
		{Route{post, one + "/updates/{id}/revise", access.Work, "incident", "fact"}, "revise-update", "Give an update another text", 204, needsBody, of[revised], with((*server).reviseUpdate)},
		{Route{post, one + "/updates/{id}/approve", access.Work, "incident", "fact"}, "approve-update", "Approve an update", 204, emptyBody, nil, with((*server).approveUpdate)},
		{Route{post, one + "/updates/{id}/return", access.Work, "incident", "fact"}, "return-update", "Send an update back to its writer", 204, needsBody, of[reason], with((*server).returnUpdate)},
		{Route{post, one + "/updates/{id}/send", access.Work, "incident", "fact"}, "send-update", "Send an update, or say how it was passed on", 204, needsBody, of[sent], with((*server).sendUpdate)},
		{Route{post, one + "/updates/{id}/drop", access.Work, "incident", "fact"}, "drop-update", "Give an update up", 204, emptyBody, nil, with((*server).dropUpdate)},
		{Route{get, one + "/communications", access.Read, "incident", "log"}, "communications", "Every communication, newest first", 200, noBody, nil, with((*server).communications)},
		{Route{post, one + "/communications", access.Work, "incident", "fact"}, "log-communication", "Log a communication", 204, needsBody, of[communication], with((*server).logCommunication)},
	}
}

func (s *server) management(ctx context.Context, in *IncidentPath) (*reply[app.ManagementView], error) {
	v, err := s.Briefing.Management(ctx, actorOf(ctx), in.Number)
	return &reply[app.ManagementView]{v}, err
}

func (s *server) issueReport(ctx context.Context, in *issueIn) (*nothing, error) {
	return done, s.Briefing.IssueManagementReport(ctx, actorOf(ctx), in.Number, in.Body.Value.Seen, in.Body.Value.Reason)
}

func (s *server) issuedReport(ctx context.Context, in *ReportPath) (*reply[app.IssuedReport], error) {
	v, err := s.Briefing.IssuedReport(ctx, actorOf(ctx), in.Number, in.Report)
	return &reply[app.IssuedReport]{v}, err
}

func (s *server) state(ctx context.Context, in *statedIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Briefing.State(ctx, actorOf(ctx), in.Number, app.ItemStatement{Item: v.Item, Value: v.Value, Contact: v.Contact, At: v.At})
}

func (s *server) awaitItem(ctx context.Context, in *awaitedIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Briefing.AwaitItem(ctx, actorOf(ctx), in.Number, v.Item, v.Person, v.Role, v.Until)
}

func (s *server) mark(ctx context.Context, in *markedIn) (*nothing, error) {
	return done, s.Marking.Mark(ctx, actorOf(ctx), in.Number, in.Body.Value.Marking, in.Body.Value.Reason)
}

func (s *server) updates(ctx context.Context, in *IncidentPath) (*reply[app.UpdatesView], error) {
	v, err := s.Updating.Updates(ctx, actorOf(ctx), in.Number)
	return &reply[app.UpdatesView]{v}, err
}

func (s *server) draftUpdate(ctx context.Context, in *newUpdateIn) (*nothing, error) {
	return done, s.Updating.DraftUpdate(ctx, actorOf(ctx), in.Number, in.Body.Value.Audience, in.Body.Value.Text)
}

func (s *server) reviseUpdate(ctx context.Context, in *revisedIn) (*nothing, error) {
	return done, s.Updating.ReviseUpdate(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.Text)
}

func (s *server) actOnUpdate(ctx context.Context, number string, x app.UpdateAct) (*nothing, error) {
	return done, s.Updating.ActOnUpdate(ctx, actorOf(ctx), number, x)
}

func (s *server) approveUpdate(ctx context.Context, in *NumberedPath) (*nothing, error) {
	return s.actOnUpdate(ctx, in.Number, app.UpdateAct{Update: in.ID, Act: "approve"})
}

func (s *server) returnUpdate(ctx context.Context, in *returnedIn) (*nothing, error) {
	return s.actOnUpdate(ctx, in.Number, app.UpdateAct{Update: in.ID, Act: "return", Reason: in.Body.Value.Reason})
}

func (s *server) sendUpdate(ctx context.Context, in *sentIn) (*nothing, error) {
	return s.actOnUpdate(ctx, in.Number, app.UpdateAct{Update: in.ID, Act: "send", Via: in.Body.Value.Via})
}

func (s *server) dropUpdate(ctx context.Context, in *NumberedPath) (*nothing, error) {
	return s.actOnUpdate(ctx, in.Number, app.UpdateAct{Update: in.ID, Act: "drop"})
}

func (s *server) communications(ctx context.Context, in *IncidentPath) (*reply[app.CommunicationsView], error) {
	v, err := s.Updating.Communications(ctx, actorOf(ctx), in.Number)
	return &reply[app.CommunicationsView]{v}, err
}

func (s *server) logCommunication(ctx context.Context, in *communicationIn) (*nothing, error) {
	v := in.Body.Value
	return done, s.Updating.LogCommunication(ctx, actorOf(ctx), in.Number, app.CommunicationLog{Channel: v.Channel, Incoming: v.Incoming, At: v.At, Who: v.Who, Whom: v.Whom, Summary: v.Summary})
}
