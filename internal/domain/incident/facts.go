package incident

import (
	"slices"

	"tocsin/internal/domain/incident/communication"
	"tocsin/internal/domain/incident/containment"
	"tocsin/internal/domain/incident/response"
	"tocsin/internal/domain/incident/review"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
)

// Fact, Draft, Recorded and Moment are those of every aggregate.
type (
	// Fact is a typed thing that happened.
	Fact = record.Fact
	// Draft is a fact about to be recorded.
	Draft = record.Draft
	// Recorded is a fact as the ledger holds it.
	Recorded = record.Recorded
	// Moment is an instant with the offset in which a person gave it.
	Moment = record.Moment
)

// Names of the texts that facts bind.
const (
	TextNarrative = "narrative" // prose and devices of a filing
	TextPeople    = "people"    // contacts of a filing
	TextCall      = "call"      // who called whom, reference and description of a telephone report
	TextQuestion  = "question"
)

// Reported is one filing, frozen. Everything in it is structured and names nobody; the texts hold the rest.
type Reported struct {
	Number             string           `json:"number"`
	Filing             int64            `json:"filing"`
	Kind               string           `json:"kind"`
	Entity             string           `json:"entity"`
	ReceivedAt         int64            `json:"received_at"`
	Request            string           `json:"request,omitempty"` // digest of filer and idempotency key
	Body               string           `json:"body,omitempty"`    // digest of the request as received
	Occurred           *Moment          `json:"occurred,omitempty"`
	Discovered         *Moment          `json:"discovered,omitempty"`
	Categories         []string         `json:"categories,omitempty"`
	CrimeSuspected     *bool            `json:"crime_suspected,omitempty"`
	TerrorismSuspected *bool            `json:"terrorism_suspected,omitempty"`
	MediaCoverage      *bool            `json:"media_coverage,omitempty"`
	OutageMinutes      *int64           `json:"outage_minutes,omitempty"`
	HumanSafety        *bool            `json:"human_safety,omitempty"`
	AssetRating        string           `json:"asset_rating,omitempty"`
	LiabilityUSD       *int64           `json:"liability_usd,omitempty"`
	InformationClass   string           `json:"information_class,omitempty"`
	FunctionalImpact   string           `json:"functional_impact,omitempty"`
	InformationImpact  []string         `json:"information_impact,omitempty"`
	Recoverability     string           `json:"recoverability,omitempty"`
	PIInvolved         string           `json:"pi_involved,omitempty"`
	PITypes            []string         `json:"pi_types,omitempty"`
	Residents          map[string]int64 `json:"residents,omitempty"`
	Devices            int64            `json:"devices,omitempty"`
	DevicesEncrypted   *bool            `json:"devices_encrypted,omitempty"`
	Stated             []string         `json:"stated"` // paths of the filing's fields that carry a value
}

// FactName implements Fact.
func (Reported) FactName() string { return "incident.reported.v1" }

// Telephoned is a report made by telephone. CA step 4.
type Telephoned struct {
	Number     string  `json:"number"`
	Call       string  `json:"call"`
	Entity     string  `json:"entity"`
	CalledAt   Moment  `json:"called_at"`
	AfterHours bool    `json:"after_hours"`
	Discovered *Moment `json:"discovered,omitempty"`
	Request    string  `json:"request,omitempty"`
	Body       string  `json:"body,omitempty"`
}

// FactName implements Fact.
func (Telephoned) FactName() string { return "incident.telephoned.v1" }

// Rated is the rating in force and what the matrix alone gives. By is "pack", or the person who decided. MA 6.5.1.
type Rated struct {
	Level         policy.Level         `json:"level"`
	Computed      policy.Level         `json:"computed"`
	Provisional   bool                 `json:"provisional"`
	Reasons       []policy.Reason      `json:"reasons"`
	Open          []string             `json:"open,omitempty"`
	Reportability policy.Reportability `json:"reportability"`
	By            string               `json:"by"`
}

// FactName implements Fact.
func (Rated) FactName() string { return "incident.rated.v1" }

// LoweringProposed says that the latest facts would give a lower level. It takes effect only by the coordinator's decision.
type LoweringProposed struct {
	Level   policy.Level    `json:"level"`
	Reasons []policy.Reason `json:"reasons"`
}

// FactName implements Fact.
func (LoweringProposed) FactName() string { return "incident.lowering_proposed.v1" }

// PostReportDecided is the coordinator's decision on a post-incident report at Low. MA 6.5.1.
type PostReportDecided struct {
	Required bool `json:"required"`
}

// FactName implements Fact.
func (PostReportDecided) FactName() string { return "incident.post_report_decided.v1" }

// DutiesOwed says what is owed from now on.
type DutiesOwed struct {
	Duties []OwedDuty `json:"duties"`
}

// FactName implements Fact.
func (DutiesOwed) FactName() string { return "incident.duties_owed.v1" }

// OpenedTrack is an authority that is told and has a track of its own from now on.
type OpenedTrack struct {
	Authority string `json:"authority"`
	Rule      string `json:"rule"`
	Clause    string `json:"clause"`
	Confirms  bool   `json:"confirms,omitempty"`
}

// MessagesOwed says who is told from now on, and which tracks that opens.
type MessagesOwed struct {
	Tracks   []OpenedTrack `json:"tracks,omitempty"`
	Told     []string      `json:"told,omitempty"` // rule ids
	Messages []OwedMessage `json:"messages"`
}

// FactName implements Fact.
func (MessagesOwed) FactName() string { return "incident.messages_owed.v1" }

// DutyDischarged says that a duty is fulfilled, by what, and how late.
type DutyDischarged struct {
	Duty   string `json:"duty"`
	How    string `json:"how"`
	At     int64  `json:"at"`
	LateBy int64  `json:"late_by,omitempty"` // microseconds after the due instant
}

// FactName implements Fact.
func (DutyDischarged) FactName() string { return "incident.duty_discharged.v1" }

// Stages of a duty's clock.
const (
	StageWarned    = "warned"
	StageOverdue   = "overdue"
	StageEscalated = "escalated"
)

// DutyStageReached says that a duty's clock passed a stored instant undischarged, and how late that was noticed.
type DutyStageReached struct {
	Duty   string `json:"duty"`
	Stage  string `json:"stage"`
	At     int64  `json:"at"`                // the stored instant
	LateBy int64  `json:"late_by,omitempty"` // microseconds between the instant and its firing
}

// FactName implements Fact.
func (DutyStageReached) FactName() string { return "incident.duty_stage_reached.v1" }

// MessageSent says that a first attempt was made and its outcome is not final.
type MessageSent struct {
	Message string `json:"message"`
}

// FactName implements Fact.
func (MessageSent) FactName() string { return "incident.message_sent.v1" }

// MessageDelivered says that the recipient's mail server, or webhook, accepted the message.
type MessageDelivered struct {
	Message string `json:"message"`
	Digest  string `json:"digest"` // of the text that was sent
}

// FactName implements Fact.
func (MessageDelivered) FactName() string { return "incident.message_delivered.v1" }

// MessageRefused says that this recipient cannot be reached this way: permanently refused, or still not accepted after days.
type MessageRefused struct {
	Message string `json:"message"`
	GaveUp  bool   `json:"gave_up,omitempty"` // deferred for too long, not refused; attempts go on
}

// FactName implements Fact.
func (MessageRefused) FactName() string { return "incident.message_refused.v1" }

// Acknowledged says that an authority has the report.
type Acknowledged struct {
	Authority string `json:"authority"`
	Via       string `json:"via"` // link, application, api
}

// FactName implements Fact.
func (Acknowledged) FactName() string { return "incident.acknowledged.v1" }

// Asked is an authority's question. CA step 5.
type Asked struct {
	Question  string `json:"question"`
	Authority string `json:"authority"`
}

// FactName implements Fact.
func (Asked) FactName() string { return "incident.asked.v1" }

// Answered is the entity's answer.
type Answered struct {
	Question string `json:"question"`
}

// FactName implements Fact.
func (Answered) FactName() string { return "incident.answered.v1" }

// Declined says that an authority will not act. What the entity owes stays owed.
type Declined struct {
	Authority string `json:"authority"`
}

// FactName implements Fact.
func (Declined) FactName() string { return "incident.declined.v1" }

// TrackClosed says that an authority is done.
type TrackClosed struct {
	Authority string `json:"authority"`
}

// FactName implements Fact.
func (TrackClosed) FactName() string { return "incident.track_closed.v1" }

// Disposed says that texts of this incident were lawfully deleted; every proof still stands.
type Disposed struct {
	Digests []string `json:"digests"`
	Basis   string   `json:"basis"` // the schedule or order it rests on
}

// FactName implements Fact.
func (Disposed) FactName() string { return "text.disposed.v1" }

// Facts lists every kind of fact of an incident, once: what reads the record, and what holds it to its examples, goes by this list.
var Facts = slices.Concat(containment.Facts, response.Facts, review.Facts, communication.Facts, []record.Kind{
	of[Reported](), of[Telephoned](), of[Rated](), of[LoweringProposed](), of[PostReportDecided](), of[DutiesOwed](),
	of[MessagesOwed](), of[DutyDischarged](), of[DutyStageReached](),
	of[MessageSent](), of[MessageDelivered](), of[MessageRefused](), of[MessagesWithdrawn](), of[Acknowledged](), of[Asked](),
	of[Answered](), of[Declined](), of[TrackClosed](), of[TrackAssigned](), of[Disposed](),
	of[Restricted](), of[MemberAdded](), of[MemberRemoved](), of[Released](), of[GlassBroken](), of[GlassReviewed](), of[Marked](),
	of[PhaseEntered](), of[MilestoneReached](), of[Classified](), of[Closed](), of[KeptClosed](), of[ResultsValidated](),
	of[Reopened](), of[Linked](), of[Unlinked](), of[Mentioned](),
	of[Assessed](), of[Awaited](),
})

// of is the kind of a fact that says what it changes in a state: one that does not is no fact of an incident.
func of[T any, P interface {
	*T
	fact
}]() record.Kind {
	return record.Of[T, P]()
}
