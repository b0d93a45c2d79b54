// Package response is the part of an incident that is about who works on it and on what: the lead and how it is handed over, the tasks of
// procedures and of people, who is called in, and whether business continuity is activated. MA 6.3.1, MA 6.5.1, MA 6.6.2.2
package response

import (
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/record"
)

// Fact is a thing that happened in the response; it says itself what it changes in a state that nobody else holds.
type Fact interface {
	record.Fact
	apply(s *State, r record.Recorded)
}

// Apply changes s by one more fact.
func Apply(s *State, f Fact, r record.Recorded) { f.apply(s, r) }

// Facts lists every kind of fact of the response, once.
var Facts = []record.Kind{
	of[ResponseStarted](), of[LeadChanged](), of[HandoverOffered](), of[HandoverDeclined](), of[Engaged](), of[WorkReturned](),
	of[ContinuityDecided](), of[TasksAdded](), of[PlaybookImported](), of[TasksOrdered](), of[TaskNoted](), of[TaskTaken](), of[TaskDone](),
	of[TaskSkipped](), of[TaskReopened](),
}

func of[T any, P interface {
	*T
	Fact
}]() record.Kind {
	return record.Of[T, P]()
}

// Command is something that is to happen in the response.
type Command interface {
	decide(s State, at part.Case) ([]part.Outcome, error)
}

// Decide answers a command with what it leads to, or a refusal. It changes nothing.
func Decide(s State, c Command, at part.Case) ([]part.Outcome, error) { return c.decide(s, at) }
