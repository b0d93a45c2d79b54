package notify

import (
	"time"

	"tocsin/internal/domain/calendar"
)

// ReportPlan says who gets the statistics by mail, and how often: one person, or whoever holds a role at an entity when it is sent.
// MA 6.5.2.1
type ReportPlan struct {
	ID           string
	Person       string // directory id; empty for a role
	Role, Entity string
	Cadence      calendar.Cadence
	By           string // actor id: who set it up
	Next         calendar.Turn
	Last         time.Time // when it was sent last; zero for never
}

// Due is the turn that is to be sent at an instant: the last one that has come, however many were missed before it. ok is false while
// none has.
func (p ReportPlan) Due(now time.Time, cal *calendar.Calendar) (turn, next calendar.Turn, ok bool) {
	turn = p.Next
	if turn.At.After(now) {
		return turn, turn, false
	}
	for next = p.Cadence.Next(turn.At, cal); !next.At.After(now); next = p.Cadence.Next(turn.At, cal) {
		turn = next
	}
	return turn, next, true
}

// Figures are numbers under one heading.
type Figures struct {
	Title string
	Lines []Figure
}

// Figure is one number with what it is.
type Figure struct{ Label, Value string }

// figures shows numbers: each group as facts.
func figures(n Notice) (out []section) {
	for _, f := range n.Figures {
		s := section{Title: line(f.Title, maxLabel)}
		for _, l := range bounded(f.Lines) {
			s.add(line(l.Label, maxLabel), l.Value)
		}
		out = append(out, more(s, len(f.Lines)))
	}
	return out
}

func leadStatistics(n Notice) []string {
	return []string{stop("The numbers on incidents received " + line(n.Period, maxLabel) + ", over what you may see"), "How each is counted stands beside it on the page of the statistics."}
}

func byPeriod(n Notice) []string { return []string{n.Period} }
