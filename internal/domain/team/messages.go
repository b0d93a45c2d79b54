package team

import (
	"time"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/notify"
)

// Message is one mail owed to one person, or to the operator where nobody coordinates.
type Message struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Person   string `json:"person,omitempty"`
	Operator bool   `json:"operator,omitempty"`
	About    string `json:"about,omitempty"` // the message that could not be delivered
}

// Kinds of message.
const (
	KindMember        = "team_member"         // to who was taken in
	KindDeputy        = "team_deputy"         // to who was made a deputy
	KindStandIn       = "team_stand_in"       // to who stands in for somebody who is away
	KindUncovered     = "team_role_uncovered" // to the coordinator: a role is without anybody
	KindRetainerEnds  = "team_retainer_ends"  // to the coordinator
	KindRetainerEnded = "team_retainer_ended" // to the coordinator
	KindUndeliverable = "undeliverable"       // to the operator
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

// Outcomes of a message.
const (
	Delivered = "delivered"
	Refused   = "refused"
	GaveUp    = "gave_up" // days without being accepted; it is still tried
)

// MessageEnded says how a message ended: delivered, refused, or given up for now while it is still tried.
type MessageEnded struct {
	Message  string    `json:"message"`
	Outcome  string    `json:"outcome"`
	Digest   string    `json:"digest,omitempty"` // of what was sent
	Messages []Message `json:"messages,omitempty"`
}

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

// Owing is a message on its way. What it says of a member is as they were when it became owed.
type Owing struct {
	Message
	OwedAt time.Time
	Cause  Fact
	Member Member           // whom the cause is about; the zero Member for none
	Roles  []directory.Role // that somebody who is away has in the team
	GaveUp bool
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
type MessageOutcome struct{ Message, Outcome, Digest string }

func (c MessageOutcome) decide(s State, env Env) ([]Draft, error) {
	m, ok := s.Messages[c.Message]
	if !ok || c.Outcome == GaveUp && m.GaveUp {
		return nil, nil
	}
	f := &MessageEnded{Message: c.Message, Outcome: c.Outcome, Digest: c.Digest}
	if c.Outcome != Delivered && !m.Operator && !m.GaveUp {
		f.Messages = []Message{{ID: env.NewID(), Kind: KindUndeliverable, Operator: true, About: c.Message}}
	}
	return []Draft{{Fact: f}}, nil
}

// to makes a message of a kind for a person, or for the operator where there is none.
func (env Env) to(kind, person string) Message {
	return Message{ID: env.NewID(), Kind: kind, Person: person, Operator: person == ""}
}

// owe keeps the messages that a fact makes owed, and lets go of one that ended.
func (s *State) owe(r Recorded) {
	if s.Messages == nil {
		s.Messages = map[string]Owing{}
	}
	if f, ok := r.Fact.(*MessageEnded); ok {
		m, known := s.Messages[f.Message]
		if delete(s.Messages, f.Message); known && f.Outcome == GaveUp {
			m.GaveUp = true
			s.Messages[f.Message] = m
		}
	}
	for _, m := range Owed(r.Fact) {
		s.Messages[m.ID] = s.owing(m, r)
	}
}

func (s *State) owing(m Message, r Recorded) Owing {
	o := Owing{Message: m, OwedAt: r.At, Cause: r.Fact}
	member := ""
	switch f := r.Fact.(type) {
	case *MemberAdded:
		member = f.Member
	case *MemberChanged:
		member = f.Member
	case *RetainerReminded:
		member = f.Member
	case *AbsenceDeclared:
		for _, x := range s.In() {
			if x.Person == f.Person || x.Deputy == f.Person {
				o.Roles = append(o.Roles, x.Role)
			}
		}
	}
	if x := s.Member(member); x != nil {
		o.Member = *x
	}
	return o
}
