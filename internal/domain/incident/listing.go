package incident

import (
	"time"

	"tocsin/internal/domain/policy"
)

// Filter chooses incidents for a list. Empty fields do not filter.
type Filter struct {
	Words     []string // all must occur in the incident's texts
	Number    string
	Entity    string
	Level     policy.Level
	Status    string
	Authority string // with a track of this authority
	Waiting   bool   // with Authority: only tracks that it has not answered
	Track     string // with Authority: only tracks in this state
	Assignee  string // with Authority: only tracks that this officer has; Unassigned for those that nobody has
	// After continues a list behind this row, newest first; Before goes back. At most one is set.
	After, Before *Position
	Limit         int
}

// Unassigned as an assignee stands for tracks that no officer in particular has.
const Unassigned = "-"

// Position is a place in the list: rows are ordered by time of receipt, then stream.
type Position struct {
	ReceivedAt int64
	Stream     string
}

// Row is one line of a list.
type Row struct {
	Stream      string
	Number      string
	Entity      string
	Status      string
	Level       policy.Level
	Provisional bool
	Categories  string // ids joined by commas
	ReceivedAt  int64  // microseconds; of the first filing, or of the telephone report
	UpdatedAt   int64
	NextDue     int64
	Summary     string // the beginning of the latest description
	TrackStatus string // of the filter's authority
	Assignee    string // person id of its officer who has it
	Restricted  bool
}

// BreakingRow is one line of the uses of the glass.
type BreakingRow struct {
	Stream, ID, Number, Entity, Person, Reviewer string // Reviewer is an actor id; empty until reviewed
	At, Until                                    int64
}

// Reading is one line of who opened a restricted incident, to the minute.
type Reading struct {
	Stream, Actor, What string
	At                  time.Time
}

// Change is one fact as readers who watch learn of it: its place in the order of all, and whose it is.
type Change struct {
	Place   int64
	Stream  string
	Version int64
	Fact    string
}

// OpenDuty is one line of what is owed.
type OpenDuty struct {
	Stream, ID, Number, Entity, Rule, What, ByAuthority, ByRole, ByAt, ToLabel, Clock, Clause, Discharge string
	Due, Since                                                                                           int64
	Unverified                                                                                           bool
}
