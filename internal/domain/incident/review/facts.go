// Package review is the part of an incident that comes afterwards: the analysis of what happened, the corrective actions that follow from
// it, and the changes that it proposes. MA 6.8, MA 6.6.1.2
package review

import (
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/record"
)

// Fact is a thing that happened to the analysis and what came of it; it says itself what it changes in a state that nobody else holds.
type Fact interface {
	record.Fact
	apply(s *State, r record.Recorded)
}

// Apply changes s by one more fact.
func Apply(s *State, f Fact, r record.Recorded) { f.apply(s, r) }

// Facts lists every kind of fact of the review, once.
var Facts = []record.Kind{
	of[AnalysisWritten](), of[AnalysisSigned](), of[AnalysisReopened](),
	of[ActionAssigned](), of[ActionChanged](), of[ActionCompleted](), of[ActionVerified](), of[ActionReturned](), of[ActionDropped](),
	of[ChangeProposed](), of[ProposalDecided](), of[ProposalDone](),
}

func of[T any, P interface {
	*T
	Fact
}]() record.Kind {
	return record.Of[T, P]()
}

// Command is something that is to happen to the review.
type Command interface {
	decide(s State, at part.Case) ([]part.Outcome, error)
}

// Decide answers a command with what it leads to, or a refusal. It changes nothing.
func Decide(s State, c Command, at part.Case) ([]part.Outcome, error) { return c.decide(s, at) }
