package web

import (
	"context"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// Ports is what the pages need of the application, in pieces small enough to fake.
type Ports struct {
	Sessions   Sessions
	Filings    Filings
	Records    Records
	Tracks     Tracks
	Decisions  Decisions
	Links      Links
	Contacts   Contacts
	Responding Responding
	Tasks      Tasks
}

// PortsOf connects all pages to one application.
func PortsOf(a *app.App) Ports {
	return Ports{Sessions: a, Filings: a, Records: a, Tracks: a, Decisions: a, Links: a, Contacts: a, Responding: a, Tasks: a}
}

// Sessions answers who a reader is.
type Sessions interface {
	ActorForSession(ctx context.Context, token string) (app.Session, error)
	SignInWithKey(ctx context.Context, key string) (token string, err error)
	SignInAs(ctx context.Context, person string) (token string, err error)
	SignOut(ctx context.Context, token string) error
	DemoPeople() []app.PersonView
}

// Filings takes filings and says beforehand what they would lead to.
type Filings interface {
	Entities(ctx context.Context, by access.Actor) ([]app.EntityView, error)
	FormFor(ctx context.Context, by access.Actor, entity string) (app.Form, error)
	Preview(ctx context.Context, by access.Actor, f incident.Filing) (app.Preview, error)
	File(ctx context.Context, by access.Actor, f incident.Filing, o app.FileOptions) (app.Answer, error)
	Telephone(ctx context.Context, by access.Actor, t incident.Telephone, o app.FileOptions) (app.Answer, error)
}

// Records answers what is in the record, as far as the actor may see it.
type Records interface {
	Incidents(ctx context.Context, by access.Actor, q app.ListQuery) (app.IncidentList, error)
	Incident(ctx context.Context, by access.Actor, number string) (app.IncidentView, error)
	Duties(ctx context.Context, by access.Actor) ([]app.DutyView, error)
	Receipt(ctx context.Context, by access.Actor, number string, filing int) (ledger.Receipt, error)
}

// Tracks carries the acts between an authority and an entity.
type Tracks interface {
	Acknowledge(ctx context.Context, by access.Actor, number, authority string) error
	Ask(ctx context.Context, by access.Actor, number, authority, question string) error
	AnswerQuestion(ctx context.Context, by access.Actor, number, question, answer string) error
	Decline(ctx context.Context, by access.Actor, number, authority, reason string) error
	CloseTrack(ctx context.Context, by access.Actor, number, authority, reason string) error
}

// Decisions carries what a named person decides or states.
type Decisions interface {
	Rate(ctx context.Context, by access.Actor, number string, level policy.Level, reason string) error
	DecidePostIncidentReport(ctx context.Context, by access.Actor, number string, required bool, reason string) error
	Discharge(ctx context.Context, by access.Actor, number, duty, statement string) error
}

// Responding takes what begins and leads a response, and shows it.
type Responding interface {
	Response(ctx context.Context, by access.Actor, number string) (app.ResponseView, error)
	StartResponse(ctx context.Context, by access.Actor, number, lead, begun string, playbooks []string) error
	HandOver(ctx context.Context, by access.Actor, number, lead, play string) error
	FollowPlaybook(ctx context.Context, by access.Actor, number, playbook string) error
}

// Tasks takes what is done about the tasks of a response.
type Tasks interface {
	AddTask(ctx context.Context, by access.Actor, number, what, aim, role string) error
	TakeTask(ctx context.Context, by access.Actor, number, task, person string) error
	FinishTask(ctx context.Context, by access.Actor, number, task, note string) error
	SkipTask(ctx context.Context, by access.Actor, number, task, reason string) error
	ReopenTask(ctx context.Context, by access.Actor, number, task, reason string) error
}

// Links answers the acknowledgement links that authorities get by mail.
type Links interface {
	Link(ctx context.Context, token string) (app.LinkView, error)
	AcknowledgeByLink(ctx context.Context, token string) (app.LinkView, error)
}

// Contacts says whom to call at this hour. It must answer when nothing else does.
type Contacts interface {
	Emergency() []policy.Contact
}

// Mailbox is the built-in mail server of the demonstration: what it received, oldest first.
type Mailbox interface {
	Messages(ctx context.Context) ([]Mail, error)
}

// Mail is one message that the built-in mail server received. Text is its plain-text part.
type Mail struct {
	To         []string  `json:"to"`
	From       string    `json:"from"`
	Subject    string    `json:"subject"`
	MessageID  string    `json:"message_id"`
	ReceivedAt time.Time `json:"received_at"`
	Text       string    `json:"text"`
}
