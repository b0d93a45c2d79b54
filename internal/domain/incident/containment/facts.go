package containment

import "tocsin/internal/domain/record"

// Fact is a thing that happened to assets and the tools that contain them; it says itself what it changes in a state that nobody else
// holds.
type Fact interface {
	record.Fact
	apply(s *State, r record.Recorded)
}

// Apply changes s by one more fact.
func Apply(s *State, f Fact, r record.Recorded) { f.apply(s, r) }

// Facts lists every kind of fact of containment, once.
var Facts = []record.Kind{
	of[AssetAffected](), of[AssetDescribed](), of[IsolationAsked](), of[IsolationInfeasible](), of[AssetTakenOff](), of[AssetMoved](),
	of[ReturnStated](), of[ContainmentCalled](), of[ContainmentAnswered](), of[ContainmentCallEnded](),
}

func of[T any, P interface {
	*T
	Fact
}]() record.Kind {
	return record.Of[T, P]()
}

// AssetAffected puts an asset on the list of those that may be affected. Name, kind and networks are a text, because they
// may name people.
type AssetAffected struct {
	ID        string `json:"asset"`               // "a1", "a2" …, in the order of the list
	Directory string `json:"directory,omitempty"` // id of the directory's asset
	Entity    string `json:"entity"`
	Rating    string `json:"rating,omitempty"`   // critical, high, medium, low; empty where nobody knows it
	Owner     string `json:"owner,omitempty"`    // person id of the information owner
	Networks  int64  `json:"networks,omitempty"` // how many the text names, in order; 0 where none is named
}

// FactName implements Fact.
func (AssetAffected) FactName() string { return "incident.asset_affected.v1" }

// AssetDescribed corrects what is known of an asset; its text takes the place of the earlier one.
type AssetDescribed struct {
	Asset    string `json:"asset"`
	Rating   string `json:"rating,omitempty"`
	Owner    string `json:"owner,omitempty"`
	Networks int64  `json:"networks,omitempty"`
}

// FactName implements Fact.
func (AssetDescribed) FactName() string { return "incident.asset_described.v1" }

// IsolationAsked says that somebody asked for an asset to be taken off the networks, and when. MA 6.6.3.2
type IsolationAsked struct {
	Asset  string `json:"asset"`
	At     int64  `json:"at"` // microseconds UTC
	Person string `json:"person,omitempty"`
}

// FactName implements Fact.
func (IsolationAsked) FactName() string { return "incident.isolation_asked.v1" }

// IsolationInfeasible says that an asset cannot be taken off the networks, why (a text), and who accepted that. MA 6.6.3.2
type IsolationInfeasible struct {
	Asset      string `json:"asset"`
	AcceptedBy string `json:"accepted_by"` // person id
}

// FactName implements Fact.
func (IsolationInfeasible) FactName() string { return "incident.isolation_infeasible.v1" }

// AssetTakenOff says that an asset came off networks: how, which, when, and who or which command to a tool did it. Off the last
// of them it is isolated. MA 6.6.3.2
type AssetTakenOff struct {
	Asset    string  `json:"asset"`
	How      string  `json:"how"`
	Networks []int64 `json:"networks"` // counted from 1; none for an asset without named ones
	At       int64   `json:"at"`       // microseconds UTC
	Person   string  `json:"person,omitempty"`
	Command  string  `json:"command,omitempty"`
}

// FactName implements Fact.
func (AssetTakenOff) FactName() string { return "incident.asset_taken_off.v1" }

// AssetMoved is any other step of an asset. What was done, and why it left the usual order, are texts.
type AssetMoved struct {
	Asset  string `json:"asset"`
	To     string `json:"to"`
	At     int64  `json:"at"` // microseconds UTC
	Person string `json:"person,omitempty"`
}

// FactName implements Fact.
func (AssetMoved) FactName() string { return "incident.asset_moved.v1" }

// ReturnStated states one of the things that a return to service needs; the statement is a text. MA 6.8.2
type ReturnStated struct {
	Asset  string `json:"asset"`
	What   string `json:"what"` // source, changes, access, validated
	Person string `json:"person,omitempty"`
}

// FactName implements Fact.
func (ReturnStated) FactName() string { return "incident.return_stated.v1" }

// ContainmentCalled says that a tool of the operator was told to act on an asset. What exactly it acts on is a text.
type ContainmentCalled struct {
	Command  string `json:"command"` // "k1", "k2" …
	Asset    string `json:"asset"`
	Tool     string `json:"tool"`      // id in the operator's configuration
	Action   string `json:"action"`    // of OpenC2: contain, deny, allow
	Target   string `json:"target"`    // kind of the target, of OpenC2: device, ipv4_net …
	AnswerBy int64  `json:"answer_by"` // microseconds UTC; after it a person is told
}

// FactName implements Fact.
func (ContainmentCalled) FactName() string { return "incident.containment_called.v1" }

// ContainmentAnswered is the answer of a tool, or of a person who looked what became of the command. Its words are a text.
type ContainmentAnswered struct {
	Command string `json:"command"`
	Status  int64  `json:"status"` // of OpenC2: 102, 200 to 299, 400 to 599
	ByHand  bool   `json:"by_hand,omitempty"`
}

// FactName implements Fact.
func (ContainmentAnswered) FactName() string { return "incident.containment_answered.v1" }

// Why a command to a tool ended without a final answer.
const (
	CallUnanswered = "unanswered"
	CallOvertaken  = "overtaken" // nothing of its asset remains to be done
)

// ContainmentCallEnded says that no answer is awaited any more. One that comes all the same is still recorded.
type ContainmentCallEnded struct {
	Command string `json:"command"`
	Why     string `json:"why"`
}

// FactName implements Fact.
func (ContainmentCallEnded) FactName() string { return "incident.containment_call_ended.v1" }
