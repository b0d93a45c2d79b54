package page

import (
	"context"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/intake"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// Lifecycles shows where an incident stands, and takes what is decided about it as a whole.
type Lifecycles interface {
	Lifecycle(ctx context.Context, by access.Actor, number string) (app.LifecycleView, error)
	EnterPhase(ctx context.Context, by access.Actor, number, phase, reason string) error
	StateMilestone(ctx context.Context, by access.Actor, number, milestone string, at time.Time) error
	Classify(ctx context.Context, by access.Actor, number, as, reason string) error
	LinkIncident(ctx context.Context, by access.Actor, number string, l app.LinkRequest) error
}

// Endings closes and reopens incidents.
type Endings interface {
	CloseIncident(ctx context.Context, by access.Actor, number string, c app.Closing) error
	ReopenIncident(ctx context.Context, by access.Actor, number, reason string) error
	KeepClosed(ctx context.Context, by access.Actor, number, reason string) error
	ValidateResults(ctx context.Context, by access.Actor, number, grounds string) error
}

// Containing is what the pages of affected assets need.
type Containing interface {
	Containment(ctx context.Context, by access.Actor, number string) (app.ContainmentView, error)
	AddAssets(ctx context.Context, by access.Actor, number string, entries []app.AssetEntry) error
	DescribeAsset(ctx context.Context, by access.Actor, number, asset string, e app.AssetEntry) error
	StepAsset(ctx context.Context, by access.Actor, number, asset string, x app.AssetStep) error
	StateForReturn(ctx context.Context, by access.Actor, number, asset, about, statement string) error
}

// Tooling tells containment tools to act, and takes what people found out about it.
type Tooling interface {
	OrderTool(ctx context.Context, by access.Actor, number, asset string, o app.ToolOrder) error
	RecordResult(ctx context.Context, by access.Actor, number, command string, status int, words string) error
}

// Courses takes what brings work into an incident from outside, and what takes incidents apart.
type Courses interface {
	ImportPlaybook(ctx context.Context, by access.Actor, number, file string, data []byte) error
	UnlinkIncident(ctx context.Context, by access.Actor, number string, u app.UnlinkRequest) error
	SplitIncident(ctx context.Context, by access.Actor, number string, r app.SplitRequest) (string, error)
}

// Tips takes what people without an account saw, and lets the security team settle it.
type Tips interface {
	TipForm() string
	TipEntities(ctx context.Context) ([]app.EntityView, error)
	SendTip(ctx context.Context, token, network string, t intake.Tip) (reference string, err error)
	OpenTips(ctx context.Context, by access.Actor) ([]app.TipView, error)
	TakeTip(ctx context.Context, by access.Actor, id string) (draft string, err error)
	DismissTip(ctx context.Context, by access.Actor, id, reason string) error
}

// Drafts keeps what someone typed and has not filed: for them alone, on every device of theirs.
type Drafts interface {
	SaveDraft(ctx context.Context, by access.Actor, d intake.Draft) (saved intake.Draft, kept *intake.Draft, err error)
	Drafts(ctx context.Context, by access.Actor) ([]intake.Draft, error)
	DropDraft(ctx context.Context, by access.Actor, key string) error
	FiledFrom(ctx context.Context, by access.Actor, key string) (number string, found bool, err error)
}

// Teamwork takes what is decided about who works on an incident, and in which order.
type Teamwork interface {
	AnswerHandover(ctx context.Context, by access.Actor, number string, accept bool, reason string) error
	WithdrawHandover(ctx context.Context, by access.Actor, number string) error
	Engage(ctx context.Context, by access.Actor, number, person, reason string) error
	DecideContinuity(ctx context.Context, by access.Actor, number string, activate bool, reason string) error
	OrderTasks(ctx context.Context, by access.Actor, number, task, before string) error
}

// Teams shows response teams. MA 6.3
type Teams interface {
	TeamList(ctx context.Context, by access.Actor) ([]app.TeamLine, error)
	Team(ctx context.Context, by access.Actor, entity string) (app.TeamView, error)
}

// Staffing takes who is of a team, and who is away.
type Staffing interface {
	AddTeamMember(ctx context.Context, by access.Actor, entity string, r app.PlaceRequest) error
	ChangeTeamMember(ctx context.Context, by access.Actor, entity, member string, r app.PlaceRequest) error
	RemoveTeamMember(ctx context.Context, by access.Actor, entity, member, reason string) error
	AcceptResponsibilities(ctx context.Context, by access.Actor, entity, member string) error
	DeclareAbsence(ctx context.Context, by access.Actor, entity string, r app.AbsenceRequest) error
	EndAbsence(ctx context.Context, by access.Actor, entity, absence string) error
}

// Workload shows what waits for a reader over all incidents, and where those stand.
type Workload interface {
	MyWork(ctx context.Context, by access.Actor, q app.WorkQuery) (app.WorkView, error)
	Board(ctx context.Context, by access.Actor, q app.BoardQuery) (app.BoardView, error)
}

// Staff is what the pages need of response teams and their work.
type Staff struct {
	Teams    Teams
	Staffing Staffing
	Workload Workload
}

// Ports is what the pages need of the application, in pieces small enough to fake.
type Ports struct {
	Sessions  Sessions
	Filings   Filings
	Drafts    Drafts
	Tips      Tips
	Records   Records
	Tracks    Tracks
	Decisions Decisions
	Links     Links
	Contacts  Contacts
	Desk      Desk
	Lists     Lists

	Compartments Compartments
	Glass        Glass
	Handovers    Handovers
	Live         Live

	Directory Directory
	Editing   Editing
	Tables    Tables
	Plant     Plant
	Policy    Policy
	Versions  Versions
	Proposals Proposals

	SignIns     SignIns
	Invitations Invitations
	Accounts    Accounts
	OwnSessions OwnSessions
	Keys        Keys
	Reporters   Reporters
	Providers   Providers // nil where nobody signs in with an identity provider
	Responding  Responding
	Tasks       Tasks
	Lifecycles  Lifecycles
	Endings     Endings
	Teamwork    Teamwork
	Courses     Courses
	Sections    Sections
	Resets      Resets
	Inquiry     Inquiry
	Briefing    Briefing
	Updating    Updating
	Marking     Marking
	Containing  Containing
	Tooling     Tooling
	Staff       Staff
	Afterwards
}

// PortsOf connects all pages to one application.
func PortsOf(a *app.App) Ports {
	return Ports{Sessions: a, Filings: a, Drafts: a, Tips: a, Records: a, Tracks: a, Decisions: a, Links: a, Contacts: a, Desk: a, Lists: a,
		Compartments: a, Glass: a, Handovers: a, Live: a, Directory: a, Editing: a, Tables: a, Plant: a, Policy: a, Versions: a, Proposals: a,
		SignIns: a, Invitations: a, Accounts: a, OwnSessions: a, Keys: a, Reporters: a, Providers: a, Responding: a, Tasks: a, Lifecycles: a,
		Endings: a, Teamwork: a, Courses: a, Sections: a, Containing: a, Tooling: a, Resets: a, Afterwards: Afterwards{a, a, a, a, a, a},
		Inquiry:  InquiryOf(a),
		Briefing: a, Updating: a, Marking: a, Staff: Staff{a, a, a}}
}

// Sessions answers who a reader is.
type Sessions interface {
	ActorForSession(ctx context.Context, token string) (app.Session, error)
	SignInWithKey(ctx context.Context, key string) (token string, err error)
	SignInAs(ctx context.Context, person string) (token string, err error)
	SignOut(ctx context.Context, token string) error
	DemoPeople() []app.PersonView
}

// Providers signs people in with the identity providers of their organisations.
type Providers interface {
	SignInProviders() []access.Provider
	BeginSignIn(ctx context.Context, provider, next string) (app.SignInStart, error)
	FinishSignIn(ctx context.Context, provider, kept string, back access.SignInAnswer) (token, next string, err error)
}

// Keys lists, makes and revokes API keys: one's own, and those of people whom the actor administers.
type Keys interface {
	Keys(ctx context.Context, by access.Actor, person string) (app.KeyList, error)
	MakeKey(ctx context.Context, by access.Actor, k app.KeyRequest) (secret string, err error)
	RevokeKey(ctx context.Context, by access.Actor, person, id string) error
}

// Reporters says who reports for an entity, and carries the acts about it.
type Reporters interface {
	Reporters(ctx context.Context, by access.Actor, entity string) (app.ReportersView, error)
	DesignateReporter(ctx context.Context, by access.Actor, entity string, r app.DesignationRequest) error
	AttestDesignation(ctx context.Context, by access.Actor, entity string) error
	WithdrawReporter(ctx context.Context, by access.Actor, entity, designee string) error
}

// SignIns checks who somebody is, at the door and again before acts that hurt.
type SignIns interface {
	PasskeyRequest(ctx context.Context) (string, error)
	SignInWithPasskey(ctx context.Context, answer string) (token string, err error)
	SignInWithPassword(ctx context.Context, address, password string) (half string, err error)
	SignInWithCode(ctx context.Context, half, code string) (token string, err error)
	StepUpWays(ctx context.Context, token string) (app.StepUpView, error)
	StepUp(ctx context.Context, token string, p app.Proof) (newToken string, err error)
}

// Invitations lets people set up how they sign in.
type Invitations interface {
	Invite(ctx context.Context, by access.Actor, person string) (app.Invited, error)
	Invitable(ctx context.Context, by access.Actor, search string) (list []app.InvitableView, more bool, err error)
	Invitation(ctx context.Context, token, carried string) (app.InvitationView, error)
	AcceptWithPasskey(ctx context.Context, token, name, answer string) (session string, err error)
	AcceptWithPassword(ctx context.Context, token string, s app.PasswordSetup) (session string, recovery []string, err error)
}

// Accounts is how the holder of a session signs in. Each change answers a new session.
type Accounts interface {
	OwnAccount(ctx context.Context, token string) (app.AccountView, error)
	AddPasskey(ctx context.Context, token, name, answer string) (string, error)
	RemovePasskey(ctx context.Context, token, id string) (string, error)
	NewCodes(ctx context.Context, token, carried string) (app.CodeSetup, error)
	SetPassword(ctx context.Context, token string, s app.PasswordSetup) (session string, recovery []string, err error)
	RemovePassword(ctx context.Context, token string) (string, error)
}

// OwnSessions is where the holder of a session is signed in, and what brings them back in.
type OwnSessions interface {
	NewRecoveryCodes(ctx context.Context, token string) (session string, recovery []string, err error)
	EndOneSession(ctx context.Context, token, id string) error
	EndOtherSessions(ctx context.Context, token string) error
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
	// IncidentPage is Incident with the newest lines of the record and the delivery log only.
	IncidentPage(ctx context.Context, by access.Actor, number string) (app.IncidentView, error)
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

// Compartments decides who may know of an incident.
type Compartments interface {
	Restrict(ctx context.Context, by access.Actor, number string, members []string, reason string) error
	Release(ctx context.Context, by access.Actor, number, reason string) error
	AddMember(ctx context.Context, by access.Actor, number, member string) error
	RemoveMember(ctx context.Context, by access.Actor, number, person string) error
}

// Glass opens a restricted incident to somebody who is no member, and shows how that was used.
type Glass interface {
	BreakGlass(ctx context.Context, by access.Actor, number, reason string) error
	Breakings(ctx context.Context, by access.Actor) ([]app.BreakingView, error)
	ReviewGlass(ctx context.Context, by access.Actor, number, breaking, finding string) error
}

// Handovers gives an authority's work to one of its officers.
type Handovers interface {
	Assign(ctx context.Context, by access.Actor, number, authority, person, note string) error
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
	// OfflineTable says it for the coming months, for browsers to keep.
	OfflineTable() app.OfflineTable
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

// Live says what changes in the record, for pages that stay open.
type Live interface {
	Head(ctx context.Context) (int64, error)
	ChangesAfter(ctx context.Context, after int64) ([]app.Changed, int64, error)
	Follow(ctx context.Context, by access.Actor, number string) (app.Changed, error)
	Counters(ctx context.Context, by access.Actor) (app.Counters, error)
	// SessionWatching is ActorForSession without counting it as a use of the session.
	SessionWatching(ctx context.Context, token string) (app.Session, error)
}

// Resets is the way back for somebody who lost what they sign in with.
type Resets interface {
	RequestReset(ctx context.Context, address string) error
	Reset(ctx context.Context, token string) (app.ResetView, error)
	ProveReset(ctx context.Context, token, code string) (invitation string, err error)
	AskForInvitation(ctx context.Context, token string) error
}

// Sections shows what Legal and Human Resources keep about an incident for themselves.
type Sections interface {
	Section(ctx context.Context, by access.Actor, number, name string) (app.SectionView, error)
	NoteInSection(ctx context.Context, by access.Actor, number, name, note string) error
}
