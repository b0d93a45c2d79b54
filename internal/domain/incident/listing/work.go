package listing

import "tocsin/internal/domain/policy"

// Kinds of work that waits for somebody.
const (
	WorkDuty     = "duty"
	WorkQuestion = "question" // an authority's
	WorkTask     = "task"
	WorkHandover = "handover" // the lead, offered
	WorkLead     = "lead"     // an incident that somebody leads
)

// WorkKinds lists the kinds in the order in which a page offers them.
var WorkKinds = []string{WorkTask, WorkDuty, WorkQuestion, WorkHandover, WorkLead}

// States of work.
const (
	WorkOver  = 0 // done, left out, or the incident is closed
	WorkReady = 1
	WorkWaits = 2 // something comes before it
)

// Work is one thing that somebody is to do about an incident, beside its duties.
type Work struct {
	Stream, Kind, ID, Number, Entity string
	Role, Person                     string // one of both; a task that somebody took has both
	What                             string // in the words of a procedure; empty where a person wrote it
	Words                            string // digest of what a person wrote
	State                            int64
	Due, Since                       int64 // microseconds; Due is 0 where there is no time to aim at
	Marks
}

// PhaseWaiting is where the board shows an incident that nobody responds to yet.
const PhaseWaiting = "waiting"

// Card is one incident as the team's board shows it.
type Card struct {
	Stream, Number, Entity, Phase string
	Level                         policy.Level
	Provisional                   bool
	Lead                          string // person id; empty where nobody leads
	Summary                       string // the beginning of the latest description
	Due, Received                 int64  // microseconds; Due is 0 where nothing is owed by a time
	Tasks, Settled                int64
	Open                          bool
	Marks
}

// Rank orders ratings on the board: the highest first, what is not rated yet before Low, because it may be anything.
func Rank(l policy.Level) int64 {
	switch l {
	case policy.High:
		return 0
	case policy.Medium:
		return 1
	case policy.Low:
		return 3
	}
	return 2
}
