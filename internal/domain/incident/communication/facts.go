// Package communication is the part of an incident that is about telling people: the issued reports to management, status updates to
// audiences with who must approve them, and the log of what was said outside this system. MA 6.5.3, MA 6.6.1.4, MA 6.3.1.3.4
package communication

import (
	"slices"

	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/record"
)

// State is what was told to whom.
type State struct {
	Briefing       Briefing
	Updates        []Update
	Communications []Communication
}

// Clone copies what facts change in place or append to, so that whoever holds s sees nothing of them.
func Clone(s State) State {
	s.Briefing.Versions, s.Updates, s.Communications = slices.Clone(s.Briefing.Versions), slices.Clone(s.Updates),
		slices.Clone(s.Communications)
	return s
}

// Fact is a thing that was told or prepared; it says itself what it changes in a state that nobody else holds.
type Fact interface {
	record.Fact
	apply(s *State, r record.Recorded)
}

// Apply changes s by one more fact.
func Apply(s *State, f Fact, r record.Recorded) { f.apply(s, r) }

// Facts lists every kind of fact of communication, once.
var Facts = []record.Kind{
	of[ManagementReportIssued](), of[UpdateDrafted](), of[UpdateRevised](), of[UpdateApproved](), of[UpdateReturned](), of[UpdateSent](),
	of[UpdateDropped](), of[CommunicationLogged](),
}

func of[T any, P interface {
	*T
	Fact
}]() record.Kind {
	return record.Of[T, P]()
}

// Command is something that is to be told or prepared.
type Command interface {
	decide(s State, at part.Case) ([]part.Outcome, error)
}

// Decide answers a command with what it leads to, or a refusal. It changes nothing.
func Decide(s State, c Command, at part.Case) ([]part.Outcome, error) { return c.decide(s, at) }
