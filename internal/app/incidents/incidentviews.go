package incidents

import (
	"time"
)

// RestrictionView is who may know of a restricted incident, and who has looked.
type RestrictionView struct {
	Since     time.Time
	By        string
	Reason    string
	Members   []MemberView
	Breakings []BreakingView
	Readings  []ReadingView // the newest 50
}

// MemberView is one named member. Until is set for access by breaking the glass.
type MemberView struct {
	Person, Name, By string
	Since            time.Time
	Until            *time.Time
}

// BreakingView is one use of the glass. Incident, Entity and MayReview are set in the list of reviews only.
type BreakingView struct {
	ID, Incident, Entity string
	Person, Reason       string
	At, Until            time.Time
	Holds                bool // the access still stands
	Reviewer, Finding    string
	ReviewedAt           *time.Time
	MayReview            bool
}

// ReadingView says who opened a restricted incident, to the minute.
type ReadingView struct {
	Who, What string // what: incident, receipt
	At        time.Time
}

// ReaderView is one person who can see the incident, and why.
type ReaderView struct {
	Person, Name, Title, Email, Entity string
	Kind                               string // member, authority, tree
	Why                                string
}

// CheckpointView is the newest signed checkpoint of the whole record.
type CheckpointView struct {
	Size int64
	Root string
}

// AttemptView is one attempt to deliver a message.
type AttemptView struct {
	At             time.Time
	Outcome, Reply string
}
