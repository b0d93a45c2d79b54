package designation

import (
	"time"

	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/record"
)

// Designee is one designation, in force or ended.
type Designee struct {
	ID, Person   string
	Alternate    bool
	Letter       string // date of the letter
	Reference    string // digest of the text; empty for none
	DesignatedAt time.Time
	DesignatedBy string
	AttestedAt   time.Time // zero: not since it was designated
	AttestWarn   int64     // microseconds; from then on it can be confirmed
	AttestDue    int64
	Reminded     string    // the last stage of this due instant; empty for none
	EndedAt      time.Time // zero while in force
	Reason       string    // why it ended
	EndedBy      string
}

// Active says that the designation is in force.
func (d Designee) Active() bool { return d.EndedAt.IsZero() }

// State is an entity's designations.
type State struct {
	Version   int64
	Entity    string
	Designees []Designee // oldest first
	// ChangeDue is by when the entity owes a new designation since somebody is gone; 0 where it owes none.
	ChangeDue      int64
	ChangeClause   string
	ChangeReminded bool
	Messages       record.Outbox // that have not ended
	HandOvers      []HandOver
}

// HandOver is one handing over of work.
type HandOver struct {
	HandedOver
	At time.Time
}

// Designee finds a designation by id.
func (s *State) Designee(id string) *Designee {
	for i := range s.Designees {
		if s.Designees[i].ID == id {
			return &s.Designees[i]
		}
	}
	return nil
}

// ActiveOf finds the designation in force of a person.
func (s *State) ActiveOf(person string) *Designee {
	for i := range s.Designees {
		if s.Designees[i].Person == person && s.Designees[i].Active() {
			return &s.Designees[i]
		}
	}
	return nil
}

// Fold applies facts in order.
func Fold(facts []Recorded) State { return record.Fold(Apply, facts) }

// Apply folds one fact into the state. It does not look at the clock.
func Apply(s State, r Recorded) State {
	s.Version = r.Version
	switch f := r.Fact.(type) {
	case *Designated:
		s.Entity, s.ChangeDue, s.ChangeClause, s.ChangeReminded = f.Entity, 0, "", false
		s.Designees = append(s.Designees[:len(s.Designees):len(s.Designees)], Designee{ID: f.Designee, Person: f.Person, Alternate: f.Alternate, Letter: f.Letter,
			Reference: r.Texts[TextReference], DesignatedAt: r.At, DesignatedBy: r.Actor, AttestWarn: f.AttestWarn, AttestDue: f.AttestDue})
	case *Attested:
		s.change(f.Designee, func(d *Designee) {
			d.AttestedAt, d.AttestWarn, d.AttestDue, d.Reminded = r.At, f.AttestWarn, f.AttestDue, ""
		})
	case *Ended:
		s.change(f.Designee, func(d *Designee) { d.EndedAt, d.Reason, d.EndedBy = r.At, f.Reason, r.Actor })
		if s.ChangeDue == 0 || f.ChangeDue < s.ChangeDue {
			s.ChangeDue, s.ChangeClause = f.ChangeDue, f.Clause
		}
	case *HandedOver:
		s.HandOvers = append(s.HandOvers[:len(s.HandOvers):len(s.HandOvers)], HandOver{*f, r.At})
	case *Reminded:
		if f.Stage == StageChange {
			s.ChangeReminded = true
		}
		s.change(f.Designee, func(d *Designee) { d.Reminded = f.Stage })
	}
	s.Messages = s.Messages.After(r, Owed(r.Fact))
	return s
}

// change changes a copy of the designees, so that a state that was handed out stays as it is.
func (s *State) change(id string, f func(*Designee)) {
	s.Designees = append([]Designee(nil), s.Designees...)
	if d := s.Designee(id); d != nil {
		f(d)
	}
}

// NextClock is the instant, in microseconds, at which time alone has something to say; 0 for never.
func (s State) NextClock() int64 {
	next := int64(0)
	soonest := func(at int64) {
		if next == 0 || at < next {
			next = at
		}
	}
	for _, d := range s.Designees {
		switch {
		case !d.Active() || d.Reminded == StageOverdue:
		case d.Reminded == StageDue:
			soonest(d.AttestDue)
		default:
			soonest(d.AttestWarn)
		}
	}
	if s.ChangeDue > 0 && !s.ChangeReminded {
		soonest(s.ChangeDue)
	}
	return next
}

// Row names one designation in force.
type Row struct{ Entity, ID, Person string }

// DirectoryChange is a change of the directory that an entry owes: the role of designated reporter, given or taken away.
type DirectoryChange struct {
	Entry, Entity, Person string
	Give                  bool
}

// Lane orders a message of a kind among all others in the courier's queue, as notify does.
func Lane(kind string) int64 {
	switch kind {
	case KindAttestOverdue, KindChangeOverdue, KindHandedOver, KindUndeliverable:
		return int64(notify.LaneAlarm)
	}
	return int64(notify.LaneConfirm)
}
