package incident

import (
	"maps"
	"time"
)

// Phases of the life cycle while an incident is worked on. NIST SP 800-61r2 counts preparation before them. MA 6.2, MA 6.2.1
const (
	PhaseDetection    = "detection"
	PhaseContainment  = "containment" // with eradication and recovery
	PhasePostIncident = "post_incident"
)

// Milestones that somebody states were reached, apart from the phases.
const (
	Contained  = "contained"
	Eradicated = "eradicated"
	Recovered  = "recovered"
)

// PhaseEntered moves the incident to a phase; why may be a text.
type PhaseEntered struct {
	Phase string `json:"phase"`
}

// FactName implements Fact.
func (PhaseEntered) FactName() string { return "incident.phase_entered.v1" }

// MilestoneReached states that the incident was contained, eradicated or recovered from, and when.
type MilestoneReached struct {
	Milestone string `json:"milestone"`
	At        int64  `json:"at"` // microseconds UTC
}

// FactName implements Fact.
func (MilestoneReached) FactName() string { return "incident.milestone_reached.v1" }

// Closed ends the work on an incident. What remained open is named, and that somebody accepted it; why is a text. The time that
// information is kept runs from here. MA 6.7.5
type Closed struct {
	Outcome string   `json:"outcome"`           // resolved, declined, duplicate
	Remains []string `json:"remains,omitempty"` // ids of what was open and accepted
}

// FactName implements Fact.
func (Closed) FactName() string { return "incident.closed.v1" }

// ResultsValidated says that the coordinator looked at the results of a response that somebody else ended, and that they hold; on what
// grounds is a text. MA 6.3.1.1.3
type ResultsValidated struct{}

// FactName implements Fact.
func (ResultsValidated) FactName() string { return "incident.results_validated.v1" }

// Reopened takes a closed incident up again; why is a text.
type Reopened struct{}

// FactName implements Fact.
func (Reopened) FactName() string { return "incident.reopened.v1" }

// Outcomes of closing.
const (
	OutcomeResolved  = "resolved"
	OutcomeDeclined  = "declined"  // it was no incident
	OutcomeDuplicate = "duplicate" // it is worked on under another number
)

// Lifecycle is where an incident stands.
type Lifecycle struct {
	Phase      string // empty until somebody begins
	PhaseSince time.Time
	Phases     []PhaseEntry         // every phase entered, in order
	Milestones map[string]time.Time // the last statement of each
	ClosedAt   time.Time            // zero while open
	ClosedBy   string               // actor id
	Outcome    string
	Remains    []string
	Why        string      // digest of the closing, or reopening, reason
	Validated  *Validation // of the last closing, where somebody validated it
	Class      string      // what it was found to be; empty until somebody said
	ClassBy    string      // actor id
	ClassAt    time.Time
	ClassWhy   string // digest
	Links      []Link // ties to other incidents, in the order in which they were stated
}

// Validation is the coordinator's word that the results of the response hold.
type Validation struct {
	At      time.Time
	By, Why string // actor id; digest
}

// PhaseEntry is one change of phase.
type PhaseEntry struct {
	Phase, By string
	At        time.Time
	Why       string // digest
}

func (f *PhaseEntered) apply(s *State, r Recorded) {
	x := &s.Lifecycle
	x.Phase, x.PhaseSince = f.Phase, r.At
	x.Phases = append(x.Phases, PhaseEntry{Phase: f.Phase, By: r.Actor, At: r.At, Why: r.Texts[TextReason]})
	s.statusTold(r)
}

func (f *MilestoneReached) apply(s *State, r Recorded) {
	x := &s.Lifecycle
	x.Milestones = maps.Clone(x.Milestones)
	if x.Milestones == nil {
		x.Milestones = map[string]time.Time{}
	}
	x.Milestones[f.Milestone] = time.UnixMicro(f.At).UTC()
	s.statusTold(r)
}

func (f *Closed) apply(s *State, r Recorded) {
	s.Status = StatusClosed
	x := &s.Lifecycle
	x.ClosedAt, x.ClosedBy, x.Outcome, x.Remains, x.Why, x.Validated = r.At, r.Actor, f.Outcome, f.Remains, r.Texts[TextReason], nil
	s.statusTold(r)
}

func (*ResultsValidated) apply(s *State, r Recorded) {
	s.Lifecycle.Validated = &Validation{At: r.At, By: r.Actor, Why: r.Texts[TextReason]}
}

func (f *Classified) apply(s *State, r Recorded) {
	s.Lifecycle.Class, s.Lifecycle.ClassBy, s.Lifecycle.ClassAt, s.Lifecycle.ClassWhy = f.As, r.Actor, r.At, r.Texts[TextReason]
}

func (f *Mentioned) apply(s *State, _ Recorded) {
	for _, p := range f.People {
		s.Mentions = append(s.Mentions, Mention{f.Note, p})
	}
}

func (*Reopened) apply(s *State, r Recorded) {
	s.Status = StatusOpen
	x := &s.Lifecycle
	x.ClosedAt, x.ClosedBy, x.Outcome, x.Remains, x.Why = time.Time{}, "", "", nil, r.Texts[TextReason]
	s.Review.Signed = false // an incident that is taken up again takes its analysis up with it
	s.statusTold(r)
}
