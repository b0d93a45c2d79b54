package part

import (
	"strings"

	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
)

// Outcome is what a decision leads to: first its facts, then what follows from them for messages, duties and people, in the order of
// the fields. A decision that needs another order gives several outcomes.
type Outcome struct {
	Facts     []record.Draft
	Settle    []Settle
	Discharge []Discharge
	Owe       []Owe
	Tell      []Notice
}

// Record is the outcome of one fact.
func Record(f record.Fact, texts map[string]string) Outcome {
	return Outcome{Facts: []record.Draft{{Fact: f, Texts: texts}}}
}

// One is a decision with a single outcome.
func One(o Outcome) ([]Outcome, error) { return []Outcome{o}, nil }

// Discharge ends open duties.
type Discharge struct {
	How   string   // what is recorded of it
	Until string   // those that this kind of act discharges
	Rules []string // or those of numbered rules that begin so, each once or several times owed
}

// Ends says whether a duty is one of those.
func (x Discharge) Ends(d OwedDuty) bool {
	if x.Until != "" && d.Discharge == x.Until {
		return true
	}
	for _, rule := range x.Rules {
		if rest, ok := strings.CutPrefix(d.Rule, rule+":"); ok && rest != "" {
			return true
		}
	}
	return false
}

// Owe makes something a duty. The incident gives it an id, and its rule a number, because the same thing may be owed more than once.
type Owe struct {
	Duty OwedDuty
	Tell string // why whoever owes it is told; empty where they are not
}

// Settle ends a message that carries something, before the courier knows of it.
type Settle struct {
	Kind, About string
	Arrived     bool // its receiver has it; else it is taken back
}

// Notice is a message to some people, or to whom a recipient stands for. One to a tool names it and goes there alone.
type Notice struct {
	OwedMessage
	People []string
	To     policy.Recipient
}

// OwedDuty is one duty as it was owed: with the instants computed then, which a later pack never changes.
type OwedDuty struct {
	ID         string           `json:"id"`
	Rule       string           `json:"rule"`
	What       string           `json:"what"`
	By         policy.Recipient `json:"by"`
	To         policy.Recipient `json:"to"`
	ToLabel    string           `json:"to_label,omitempty"`
	From       string           `json:"from,omitempty"`
	Clock      string           `json:"clock,omitempty"`
	Calendar   string           `json:"calendar,omitempty"`
	Warn       int64            `json:"warn,omitempty"`
	Due        int64            `json:"due,omitempty"`
	Escalate   int64            `json:"escalate,omitempty"`
	EscalateTo policy.Recipient `json:"escalate_to"`
	Discharge  string           `json:"discharge"`
	Question   string           `json:"question,omitempty"` // for a duty to answer
	Clause     string           `json:"clause"`
	Unverified bool             `json:"unverified,omitempty"`
}

// OwedMessage is one message to one recipient. It names the recipient by directory id, never by address.
type OwedMessage struct {
	ID        string `json:"id"` // UUIDv7; also the left side of its Message-ID
	Kind      string `json:"kind"`
	Channel   string `json:"channel"` // mail or webhook
	Lane      int64  `json:"lane"`
	Person    string `json:"person,omitempty"`
	Authority string `json:"authority,omitempty"`
	Operator  bool   `json:"operator,omitempty"` // nobody holds the role: the operator is told
	Tool      string `json:"tool,omitempty"`     // id of a containment tool in the operator's configuration
	Rule      string `json:"rule,omitempty"`
	Why       string `json:"why,omitempty"`
	Clause    string `json:"clause,omitempty"`
	Duty      string `json:"duty,omitempty"`
	Question  string `json:"question,omitempty"`
	Filing    int64  `json:"filing,omitempty"`
	Brings    string `json:"brings,omitempty"` // the report, status update or item that it is about: "r1", "u2", "location"
	About     string `json:"about,omitempty"`  // the message or authority that this one reports on
}

// Lanes: the courier empties a lower one first. Statutory messages never wait behind anything.
const (
	LaneStatutory = 0
	LaneAlarm     = 1
	LaneConfirm   = 2
)

// Channels of delivery.
const (
	ChannelMail    = "mail"
	ChannelWebhook = "webhook"
)
