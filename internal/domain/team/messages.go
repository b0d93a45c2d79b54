package team

import (
	"slices"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/record"
)

// Message is one mail owed to one person, or to the operator where nobody coordinates.
type Message = record.Message

// Kinds of message.
const (
	KindMember        = "team_member"         // to who was taken in
	KindDeputy        = "team_deputy"         // to who was made a deputy
	KindStandIn       = "team_stand_in"       // to who stands in for somebody who is away
	KindUncovered     = "team_role_uncovered" // to the coordinator: a role is without anybody
	KindRetainerEnds  = "team_retainer_ends"  // to the coordinator
	KindRetainerEnded = "team_retainer_ended" // to the coordinator
	KindUndeliverable = record.KindUndeliverable
)

// RoleUncovered says that absences leave a role without anybody. MA 6.3.1
type RoleUncovered struct {
	Role     string    `json:"role"` // of the directory
	From     int64     `json:"from"`
	People   []string  `json:"people"`   // who is planned for the role: members, deputies, who stands in
	Absences []string  `json:"absences"` // that come together: entity and id, with a slash between
	Messages []Message `json:"messages"`
}

// RetainerReminded says that a forensics retainer ends within a month, or has ended. MA 6.3.2.1
type RetainerReminded struct {
	Member   string    `json:"member"`
	Person   string    `json:"person"`
	Stage    string    `json:"stage"` // GapEnds or GapEnded
	Until    string    `json:"until"` // last day of the contract, YYYY-MM-DD
	Messages []Message `json:"messages"`
}

// MessageEnded says how a message ended.
type MessageEnded struct{ record.MessageEnd }

// FactName implements Fact.
func (RoleUncovered) FactName() string { return "team.role_uncovered.v1" }

// FactName implements Fact.
func (RetainerReminded) FactName() string { return "team.retainer_reminded.v1" }

// FactName implements Fact.
func (MessageEnded) FactName() string { return "team.message_ended.v1" }

// Owed lists the messages that a fact makes owed.
func Owed(f Fact) []Message {
	switch f := f.(type) {
	case *MemberAdded:
		return f.Messages
	case *MemberChanged:
		return f.Messages
	case *AbsenceDeclared:
		return f.Messages
	case *RoleUncovered:
		return f.Messages
	case *RetainerReminded:
		return f.Messages
	case *MessageEnded:
		return f.Messages
	}
	return nil
}

// Lane orders a message of a kind among all others in the courier's queue, as notify does.
func Lane(kind string) int64 {
	switch kind {
	case KindMember, KindDeputy, KindRetainerEnds:
		return int64(notify.LaneConfirm)
	}
	return int64(notify.LaneAlarm)
}

// MessageOutcome says what became of a message.
type MessageOutcome record.MessageOutcome

func (c MessageOutcome) decide(s State, env Env) ([]Draft, error) {
	end := s.Messages.End(record.MessageOutcome(c), env.NewID)
	if end == nil {
		return nil, nil
	}
	return []Draft{{Fact: &MessageEnded{*end}}}, nil
}

// to makes a message of a kind for a person, or for the operator where there is none.
func (env Env) to(kind, person string) Message {
	return Message{ID: env.NewID(), Kind: kind, Person: person, Operator: person == ""}
}

// About answers which member a message is about, the zero Member for none, and which roles somebody who is away has in the team: as it
// was when the message became owed.
func About(facts []Recorded, m record.Owing) (who Member, roles []directory.Role) {
	then := Fold(slices.DeleteFunc(slices.Clone(facts), func(r Recorded) bool { return r.Version > m.CauseAt }))
	member := ""
	switch f := m.Cause.(type) {
	case *MemberAdded:
		member = f.Member
	case *MemberChanged:
		member = f.Member
	case *RetainerReminded:
		member = f.Member
	case *AbsenceDeclared:
		for _, x := range then.In() {
			if x.Person == f.Person || x.Deputy == f.Person {
				roles = append(roles, x.Role)
			}
		}
	}
	if x := then.Member(member); x != nil {
		who = *x
	}
	return who, roles
}
