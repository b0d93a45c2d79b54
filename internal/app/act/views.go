// Package act holds what every use case needs: it authorizes, resolves what a decision
// needs, lets the domain decide, and has the store write the outcome in one transaction.
package act

import (
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// Answer is what a filing is answered with, and what an incident looks like as of now.
type Answer struct {
	Incident      string               `json:"incident" doc:"Number of the incident, readable over the telephone."`
	Entity        string               `json:"entity"`
	Status        string               `json:"status" doc:"telephoned, open or closed."`
	Filing        int                  `json:"filing" doc:"Number of the filing inside the incident; 0 while there is only a telephone report."`
	ReceivedAt    time.Time            `json:"received_at"`
	Rating        RatingView           `json:"rating"`
	Reportability policy.Reportability `json:"reportability"`
	Duties        []DutyView           `json:"duties"`
	Tracks        []TrackView          `json:"tracks"`
	Missing       []policy.Item        `json:"missing"`
	Advice        []policy.Advice      `json:"advice"`
	Receipt       string               `json:"receipt" doc:"URL of the receipt; empty while there is only a telephone report."`
}

// RatingView is the rating with its reasons.
type RatingView struct {
	Level       policy.Level    `json:"level"`
	Provisional bool            `json:"provisional"`
	Reasons     []policy.Reason `json:"reasons"`
	Open        []string        `json:"open" doc:"What is unstated and could still raise the rating."`
	// Proposed is a lower level that the latest facts would give; it takes effect only by the coordinator's decision.
	Proposed  policy.Level `json:"proposed,omitempty"`
	DecidedBy string       `json:"decided_by,omitempty" doc:"Who decided, where a person did."`
}

// DutyView is one thing owed.
type DutyView struct {
	ID         string     `json:"id"`
	Rule       string     `json:"rule"`
	What       string     `json:"what"`
	By         string     `json:"by" doc:"Who owes it."`
	To         string     `json:"to" doc:"To whom."`
	Due        *time.Time `json:"due"`
	Clock      string     `json:"clock,omitempty" doc:"The clock in words."`
	Clause     string     `json:"clause"`
	Status     string     `json:"status" doc:"owed, overdue, discharged."`
	Since      time.Time  `json:"since"`
	Discharged *time.Time `json:"discharged,omitempty"`
	LateBy     int64      `json:"late_by_seconds,omitempty" doc:"How late it was discharged, in seconds."`
	Discharge  string     `json:"discharge" doc:"What discharges it."`
	Unverified bool       `json:"unverified,omitempty"`
	// Incident, Entity and Marking are set in lists over several incidents.
	Incident string `json:"incident,omitempty"`
	Entity   string `json:"entity,omitempty"`
	Marking  string `json:"marking,omitempty" enum:"none,confidential,restricted" doc:"How whatever is shown or passed on about the incident is marked."`
}

// TrackView is one authority's own status.
type TrackView struct {
	Authority string    `json:"authority"`
	Name      string    `json:"name"`
	Status    string    `json:"status" doc:"owed, sent, delivered, acknowledged, asked, declined, closed."`
	Since     time.Time `json:"since"`
	Clause    string    `json:"clause,omitempty"`
	// On the incident's page: the officer who has it, and to whom the reader may hand it.
	Assignee     string      `json:"-"`
	AssigneeName string      `json:"-"`
	Colleagues   []Colleague `json:"-"`
}

// Permissions says which acts the page offers this reader.
type Permissions struct {
	Supplement  bool
	Written     bool
	Rate        bool
	PostReport  bool
	Discharge   []string // duty ids
	Acknowledge []string // authority ids: acknowledge, ask, decline, close
	Answer      []string // question ids
}

// FilingView is one filing as filed. Content is nil once its text was lawfully disposed.
type FilingView struct {
	Number     int
	Kind       string
	ReceivedAt time.Time
	By         string
	Digest     string
	Content    *incident.Filing
	Receipt    string
}

// TelephoneView is one report made by telephone.
type TelephoneView struct {
	At, CalledAt              time.Time
	Caller, Called, Reference string
	AfterHours                bool
	Description               string
}

// QuestionView is one question of an authority and its answer.
type QuestionView struct {
	ID, Authority, AuthorityName string
	Text                         string
	AskedAt                      time.Time
	AskedBy                      string
	Answer                       string
	AnsweredAt                   *time.Time
	AnsweredBy                   string
}

// MessageView is one message owed, with what became of it.
type MessageView struct {
	ID, Kind, To string
	Why          string
	OwedAt       time.Time
	Status       string // owed, delivered, escalated
	At           *time.Time
	Attempts     int
	NextAttempt  *time.Time
	LastReply    string
}

// LedgerView is one entry of the incident's stream.
type LedgerView struct {
	Version int64
	Fact    string
	Words   string // plain words
	At      time.Time
	Actor   string
	Digest  string
	Leaf    int64 // -1 while not yet in the tree
}

// ListQuery asks for a page of incidents.
type ListQuery struct {
	Search     string // words; all must occur in the incident's texts, number or entity name
	Entity     string
	Under      string // an entity and everything below it
	Level      policy.Level
	Status     string
	Authority  string // only those with a track of it
	TrackState string // with Authority: only tracks in this state ("waiting" = sent or delivered, "owed", …)
	Assignee   string // with Authority: "mine", "unassigned", or empty for all
	Category   string
	Reportable string // yes, no or unknown
	// ReceivedFrom and ReceivedBefore bound the time of receipt; zero is no bound.
	ReceivedFrom, ReceivedBefore time.Time
	Provisional                  bool // only ratings that what is unstated could still raise
	Overdue                      bool // only where something is owed past its time
	Unanswered                   bool // only where an authority that was told has not answered
	Mine                         bool // only where the reader owes something
	Order                        incident.Order
	Cursor                       string // opaque, from IncidentList.Next or .Previous
	Limit                        int    // 1 to 200; default 50
}

// IncidentList is one page, in the order that was asked for.
type IncidentList struct {
	Incidents []IncidentRow `json:"incidents"`
	Next      string        `json:"next,omitempty" doc:"Cursor of the next page."`
	Previous  string        `json:"previous,omitempty"`
}

// IncidentRow is one line of the list.
type IncidentRow struct {
	Incident    string       `json:"incident"`
	Entity      string       `json:"entity"`
	EntityName  string       `json:"entity_name"`
	Status      string       `json:"status"`
	Level       policy.Level `json:"level"`
	Provisional bool         `json:"provisional"`
	Reportable  string       `json:"reportable" doc:"yes, no or unknown."`
	Categories  []string     `json:"categories"`
	ReceivedAt  time.Time    `json:"received_at"`
	UpdatedAt   time.Time    `json:"updated_at"`
	NextDue     *time.Time   `json:"next_due"`
	Overdue     bool         `json:"overdue"`
	Summary     string       `json:"summary"`
	TrackStatus string       `json:"track_status,omitempty" doc:"With the authority filter: that authority's status."`
	Assignee    string       `json:"-"` // with the authority filter: name of the officer who has it
	Marking     string       `json:"marking" enum:"none,confidential,restricted" doc:"How whatever is shown or passed on about it is marked."`
	Restricted  bool         `json:"-"`
}

// Preview is what a filing would lead to if it were filed now.
type Preview struct {
	Rating        RatingView           `json:"rating"`
	Reportability policy.Reportability `json:"reportability"`
	Duties        []DutyView           `json:"duties"`
	Tell          []TellView           `json:"tell"`
	Missing       []policy.Item        `json:"missing"`
	Advice        []policy.Advice      `json:"advice"`
}

// TellView is who would be told.
type TellView struct {
	To     string `json:"to"`
	Why    string `json:"why"`
	Clause string `json:"clause"`
}

// EntityView is an entity that the reader may see.
type EntityView struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Parent  string `json:"parent,omitempty"`
	Pack    string `json:"pack"`
	MayFile bool   `json:"may_file"`
}

// LinkView is what the page behind a mailed acknowledgement link shows before the button is pressed: nothing that the
// mail did not say.
type LinkView struct {
	Incident      string
	EntityName    string
	AuthorityID   string
	AuthorityName string
	Status        string // the track's status now
	ExpiresAt     time.Time
}

// Form is what a filing page or the command line needs to ask the right questions for an entity.
type Form struct {
	Entity     EntityView        `json:"entity"`
	Pack       string            `json:"pack"`
	Categories []policy.Term     `json:"categories"`
	PITypes    []policy.Term     `json:"pi_types"`
	Items      []policy.Item     `json:"items" doc:"All items that the initial report asks for."`
	Contacts   []policy.Contact  `json:"contacts" doc:"Whom to call at this hour."`
	ISO        *incident.Contact `json:"iso,omitempty" doc:"The entity's ISO as the directory knows them."`
	Reporter   *incident.Contact `json:"reporter,omitempty" doc:"The signed-in person as the directory knows them."`
}

// Session is a signed-in reader.
type Session struct {
	Actor     access.Actor
	ID        string // names it to its holder, and opens nothing
	Method    SignInMethod
	ExpiresAt time.Time
	Fresh     bool // proved who they are a moment ago: may do what hurts
}

// PersonView is a person that the demonstration offers to be.
type PersonView struct {
	ID, Name, Title, Email, EntityName string
	Roles                              []directory.Role
}

// Colleague is an officer to whom work can be handed.
type Colleague struct{ ID, Name string }
