// Package designation keeps who reports for an entity: designated by its head in writing, confirmed each year, replaced in time when
// somebody leaves. The directory's role is what permits; this is the record of why.
package designation

import "tocsin/internal/domain/record"

// Fact, Draft and Recorded are those of every aggregate.
type (
	// Fact is a typed thing that happened.
	Fact = record.Fact
	// Draft is a fact about to be recorded.
	Draft = record.Draft
	// Recorded is a fact as the ledger holds it.
	Recorded = record.Recorded
	// Message is one mail owed to one person, or to the operator where nobody holds the office.
	Message = record.Message
)

// TextReference is the text that a designation binds: the letter's file number, as typed.
const TextReference = "reference"

// Kinds of message.
const (
	KindDesignated    = "designated"     // to the designee
	KindAttestDue     = "attest_due"     // to the designee: confirm
	KindAttestOverdue = "attest_overdue" // to the designee and the head
	KindChangeOwed    = "change_owed"    // to the head: somebody is gone, designate another
	KindChangeOverdue = "change_overdue" // to the head
	KindHandedOver    = "handed_over"    // to whoever has the work now
	KindUndeliverable = record.KindUndeliverable
)

// Designated says that an entity's head named a reporter.
type Designated struct {
	Designee   string    `json:"designee"` // id inside the entity: d1, d2 …
	Entity     string    `json:"entity"`
	Person     string    `json:"person"`
	Alternate  bool      `json:"alternate,omitempty"`
	Letter     string    `json:"letter"` // date of the letter, YYYY-MM-DD
	AttestWarn int64     `json:"attest_warn"`
	AttestDue  int64     `json:"attest_due"`
	Clause     string    `json:"clause"`
	Messages   []Message `json:"messages,omitempty"`
}

// Attested says that a designee confirmed the designation for another year.
type Attested struct {
	Designee   string `json:"designee"`
	AttestWarn int64  `json:"attest_warn"`
	AttestDue  int64  `json:"attest_due"`
	Clause     string `json:"clause"`
}

// Reasons for which a designation ends.
const (
	Withdrawn   = "withdrawn"    // by the head
	Left        = "left"         // the person is no longer here
	RoleRemoved = "role_removed" // the directory no longer gives them the role
)

// Ended says that a designation holds no more, and by when the next one is owed.
type Ended struct {
	Designee  string    `json:"designee"`
	Person    string    `json:"person"`
	Reason    string    `json:"reason"`
	ChangeDue int64     `json:"change_due"`
	Clause    string    `json:"clause"`
	Messages  []Message `json:"messages,omitempty"`
}

// HandedDuty is one open duty that goes to somebody else.
type HandedDuty struct {
	Incident string `json:"incident"` // number
	Duty     string `json:"duty"`
}

// To whom work is handed.
const (
	ToDesignees   = "designees"      // the alternate, or whoever else is designated
	ToCoordinator = "ir_coordinator" // nobody is left
	ToOperator    = "operator"       // not even a coordinator
)

// HandedOver says who has the open duties of somebody who is gone.
type HandedOver struct {
	Designee string       `json:"designee"` // who is gone
	As       string       `json:"as"`
	To       []string     `json:"to,omitempty"`
	Duties   []HandedDuty `json:"duties"`
	Messages []Message    `json:"messages,omitempty"`
}

// Stages at which somebody is reminded.
const (
	StageDue     = "due"
	StageOverdue = "overdue"
	StageChange  = "change_overdue"
)

// Reminded says that a stage was reached and who is told.
type Reminded struct {
	Designee string    `json:"designee,omitempty"` // empty for the change that the entity owes
	Stage    string    `json:"stage"`
	Due      int64     `json:"due"`
	Messages []Message `json:"messages"`
}

// MessageEnded says how a message ended.
type MessageEnded struct{ record.MessageEnd }

// FactName implements Fact.
func (Designated) FactName() string { return "designation.designated.v1" }

// FactName implements Fact.
func (Attested) FactName() string { return "designation.attested.v1" }

// FactName implements Fact.
func (Ended) FactName() string { return "designation.ended.v1" }

// FactName implements Fact.
func (HandedOver) FactName() string { return "designation.handed_over.v1" }

// FactName implements Fact.
func (Reminded) FactName() string { return "designation.reminded.v1" }

// FactName implements Fact.
func (MessageEnded) FactName() string { return "designation.message_ended.v1" }

// Owed lists the messages that a fact makes owed.
func Owed(f Fact) []Message {
	switch f := f.(type) {
	case *Designated:
		return f.Messages
	case *Ended:
		return f.Messages
	case *HandedOver:
		return f.Messages
	case *Reminded:
		return f.Messages
	case *MessageEnded:
		return f.Messages
	}
	return nil
}

// Facts lists every kind of fact of this package, once: what reads the record, and what holds it to its examples, goes by this list.
var Facts = []record.Kind{
	record.Of[Designated](), record.Of[Attested](), record.Of[Ended](), record.Of[HandedOver](), record.Of[Reminded](),
	record.Of[MessageEnded](),
}
