// Package team keeps the security incident response team of an organisation: who belongs to it in which role, whom to call first, who is
// away and who stands in, and the forensics provider on retainer. The directory's roles are what permits; this is the plan. MA 6.3
package team

import "tocsin/internal/domain/record"

// Fact, Draft and Recorded are those of every aggregate.
type (
	// Fact is a typed thing that happened.
	Fact = record.Fact
	// Draft is a fact about to be recorded.
	Draft = record.Draft
	// Recorded is a fact as the ledger holds it.
	Recorded = record.Recorded
)

// Names of texts.
const (
	TextReason   = "reason"   // why a member was removed, or somebody is away
	TextRetainer = "retainer" // provider, contract and telephone, as JSON
)

// Term is the time that a contract holds: days, the last one included. MA 6.3.2.1
type Term struct {
	From  string `json:"from"`  // YYYY-MM-DD
	Until string `json:"until"` // YYYY-MM-DD
}

// MemberAdded takes a person into the team. With a retainer, whose words are a text, they are an outside provider. MA 6.3.1, MA 6.3.2
type MemberAdded struct {
	Member   string `json:"member"` // id inside the team: m1, m2 …
	Entity   string `json:"entity"`
	Person   string `json:"person"`
	Role     string `json:"role"` // of the directory
	Deputy   string `json:"deputy,omitempty"`
	Order    int64  `json:"order"` // in which the members of a role are called
	Retainer *Term  `json:"retainer,omitempty"`
	// Messages are what the member and the deputy are told.
	Messages []Message `json:"messages,omitempty"`
}

// MemberChanged replaces what is planned for a member.
type MemberChanged struct {
	Member   string `json:"member"`
	Deputy   string `json:"deputy,omitempty"`
	Order    int64  `json:"order"`
	Retainer *Term  `json:"retainer,omitempty"`
	// Messages are what a new deputy is told.
	Messages []Message `json:"messages,omitempty"`
}

// MemberRemoved takes somebody out of the team; why is a text.
type MemberRemoved struct {
	Member string `json:"member"`
	Person string `json:"person"`
}

// Accepted says that a member has read what their role answers for, and accepts it. MA 6.3.1
type Accepted struct {
	Member string   `json:"member"`
	Rules  []string `json:"rules"` // ids of the responsibilities, as the pack had them
}

// AbsenceDeclared says from when until when somebody is away, and who stands in; why may be a text.
type AbsenceDeclared struct {
	Absence string `json:"absence"` // id inside the team: a1, a2 …
	Person  string `json:"person"`
	From    int64  `json:"from"`
	Until   int64  `json:"until,omitempty"` // the instant of the return; 0 while it is not known
	StandIn string `json:"stand_in,omitempty"`
	// Messages are what whoever stands in is told.
	Messages []Message `json:"messages,omitempty"`
}

// AbsenceEnded says that somebody is back, or does not go.
type AbsenceEnded struct {
	Absence string `json:"absence"`
	Person  string `json:"person"`
}

// FactName implements Fact.
func (MemberAdded) FactName() string { return "team.member_added.v1" }

// FactName implements Fact.
func (MemberChanged) FactName() string { return "team.member_changed.v1" }

// FactName implements Fact.
func (MemberRemoved) FactName() string { return "team.member_removed.v1" }

// FactName implements Fact.
func (Accepted) FactName() string { return "team.responsibilities_accepted.v1" }

// FactName implements Fact.
func (AbsenceDeclared) FactName() string { return "team.absence_declared.v1" }

// FactName implements Fact.
func (AbsenceEnded) FactName() string { return "team.absence_ended.v1" }

// Facts lists every kind of fact of this package, once: what reads the record, and what holds it to its examples, goes by this list.
var Facts = []record.Kind{
	record.Of[MemberAdded](), record.Of[MemberChanged](), record.Of[MemberRemoved](), record.Of[Accepted](),
	record.Of[AbsenceDeclared](), record.Of[AbsenceEnded](), record.Of[RoleUncovered](), record.Of[RetainerReminded](),
	record.Of[MessageEnded](),
}
