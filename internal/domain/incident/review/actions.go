package review

import (
	"time"

	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/record"
)

// ActionAssigned is a corrective action: who sees to it, and by when. What is to be done is a text, and so is the lesson that it
// follows from. It outlives the incident's closing. MA 6.6.1.2, 6.6.2.5
type ActionAssigned struct {
	ID    string `json:"id"`    // "c1", "c2" …
	Owner string `json:"owner"` // person id
	Due   int64  `json:"due"`   // microseconds UTC
}

// FactName implements Fact.
func (ActionAssigned) FactName() string { return "incident.action_assigned.v1" }

// ActionChanged gives an action another owner or another time; why is a text. The duty that was owed ends, and another is owed.
type ActionChanged struct {
	Action string `json:"action"`
	Owner  string `json:"owner"` // person id
	Due    int64  `json:"due"`   // microseconds UTC
}

// FactName implements Fact.
func (ActionChanged) FactName() string { return "incident.action_changed.v1" }

// ActionCompleted says that an action was carried out; the evidence is a text, and a link may be one.
type ActionCompleted struct {
	Action string `json:"action"`
}

// FactName implements Fact.
func (ActionCompleted) FactName() string { return "incident.action_completed.v1" }

// ActionVerified says that the coordinator looked at the evidence and it holds; a note may be a text.
type ActionVerified struct {
	Action string `json:"action"`
}

// FactName implements Fact.
func (ActionVerified) FactName() string { return "incident.action_verified.v1" }

// ActionReturned says that the evidence does not hold: the action is open again until another time; why is a text.
type ActionReturned struct {
	Action string `json:"action"`
	Due    int64  `json:"due"` // microseconds UTC
}

// FactName implements Fact.
func (ActionReturned) FactName() string { return "incident.action_returned.v1" }

// ActionDropped says that an action will not be carried out; why is a text.
type ActionDropped struct {
	Action string `json:"action"`
}

// FactName implements Fact.
func (ActionDropped) FactName() string { return "incident.action_dropped.v1" }

// Names of texts of corrective actions.
const (
	TextAction   = "action"   // what is to be done
	TextLesson   = "lesson"   // what was learned
	TextEvidence = "evidence" // how one sees that it was done
	TextLink     = "link"     // where one sees it
)

// Action states.
const (
	ActionIsOpen     = "open"
	ActionIsDone     = "completed" // and waits for the coordinator
	ActionIsVerified = "verified"
	ActionIsDropped  = "dropped"
)

// Action is one corrective action, with what became of it.
type Action struct {
	ID, Owner string
	Due       time.Time
	Status    string
	Text      string // digest: what is to be done
	Lesson    string // digest
	AddedAt   time.Time
	AddedBy   string // actor id
	Evidence  string // digest
	Link      string // digest
	DoneAt    time.Time
	DoneBy    string // actor id
	EndedAt   time.Time
	EndedBy   string // actor id: who verified or dropped it
	Note      string // digest: of the verification, or why it was returned or dropped
	Moves     []ActionMove
}

// ActionMove is one change of owner or time.
type ActionMove struct {
	Owner string
	Due   time.Time
	By    string // actor id
	At    time.Time
	Why   string // digest
}

// Overdue says whether an action is still open at or after its time.
func (a Action) Overdue(now time.Time) bool {
	return a.Status == ActionIsOpen && part.Overdue(a.Due.UnixMicro(), now)
}

// Action answers one corrective action by its id.
func (s State) Action(id string) (Action, bool) {
	for _, a := range s.Actions {
		if a.ID == id {
			return a, true
		}
	}
	return Action{}, false
}

func (f *ActionAssigned) apply(s *State, r record.Recorded) {
	s.Actions = append(s.Actions, Action{ID: f.ID, Owner: f.Owner, Due: time.UnixMicro(f.Due).UTC(), Status: ActionIsOpen,
		Text: r.Texts[TextAction], Lesson: r.Texts[TextLesson], AddedAt: r.At, AddedBy: r.Actor})
}

func (f *ActionChanged) apply(s *State, r record.Recorded) {
	s.changeAction(f.Action, func(a *Action) { a.move(f.Owner, f.Due, r) })
}

func (f *ActionCompleted) apply(s *State, r record.Recorded) {
	s.changeAction(f.Action, func(a *Action) {
		a.Status, a.Evidence, a.Link, a.DoneAt, a.DoneBy = ActionIsDone, r.Texts[TextEvidence], r.Texts[TextLink], r.At, r.Actor
	})
}

func (f *ActionVerified) apply(s *State, r record.Recorded) {
	s.changeAction(f.Action, func(a *Action) { a.end(ActionIsVerified, r.Texts[part.TextNote], r) })
}

func (f *ActionDropped) apply(s *State, r record.Recorded) {
	s.changeAction(f.Action, func(a *Action) { a.end(ActionIsDropped, r.Texts[part.TextReason], r) })
}

func (f *ActionReturned) apply(s *State, r record.Recorded) {
	s.changeAction(f.Action, func(a *Action) {
		a.move(a.Owner, f.Due, r)
		a.Status, a.Note, a.EndedAt, a.EndedBy = ActionIsOpen, r.Texts[part.TextReason], time.Time{}, ""
	})
}

func (a *Action) end(status, note string, r record.Recorded) {
	a.Status, a.Note, a.EndedAt, a.EndedBy = status, note, r.At, r.Actor
}

// move keeps who had it until when before, by a slice of its own: an action that is copied keeps its moves.
func (a *Action) move(owner string, due int64, r record.Recorded) {
	moves := make([]ActionMove, len(a.Moves), len(a.Moves)+1)
	copy(moves, a.Moves)
	a.Moves = append(moves, ActionMove{Owner: a.Owner, Due: a.Due, By: r.Actor, At: r.At, Why: r.Texts[part.TextReason]})
	a.Owner, a.Due = owner, time.UnixMicro(due).UTC()
}

func (s *State) changeAction(id string, change func(*Action)) {
	for i := range s.Actions {
		if s.Actions[i].ID == id {
			change(&s.Actions[i])
		}
	}
}
