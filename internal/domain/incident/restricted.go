package incident

import (
	"slices"
	"time"

	"tocsin/internal/domain/incident/part"
)

// Restricted says that from now on only named members, and the authorities it was sent to, know of the incident. The
// reason is a text.
type Restricted struct {
	Members []string `json:"members"` // person ids
}

// FactName implements Fact.
func (Restricted) FactName() string { return "incident.restricted.v1" }

// MemberAdded names one more member.
type MemberAdded struct {
	Person string `json:"person"`
}

// FactName implements Fact.
func (MemberAdded) FactName() string { return "incident.member_added.v1" }

// Why a member is no longer one.
const (
	RemovedByMember = "removed"
	RemovedByClock  = "expired" // access by breaking the glass has run out
)

// MemberRemoved ends a membership.
type MemberRemoved struct {
	Person string `json:"person"`
	Why    string `json:"why"`
}

// FactName implements Fact.
func (MemberRemoved) FactName() string { return "incident.member_removed.v1" }

// Released says that the incident is restricted no more. The reason is a text.
type Released struct{}

// FactName implements Fact.
func (Released) FactName() string { return "incident.released.v1" }

// GlassBroken says that somebody who is no member opened the restricted incident, with a reason (a text), until when, and
// that the alarm was rung.
type GlassBroken struct {
	Breaking string `json:"breaking"`
	Person   string `json:"person"`
	Until    int64  `json:"until"`
}

// FactName implements Fact.
func (GlassBroken) FactName() string { return "incident.glass_broken.v1" }

// GlassReviewed says that another person looked at a breaking; the finding is a text.
type GlassReviewed struct {
	Breaking string `json:"breaking"`
}

// FactName implements Fact.
func (GlassReviewed) FactName() string { return "incident.glass_reviewed.v1" }

// MessagesWithdrawn takes back messages that had not left when their recipients lost the right to know.
type MessagesWithdrawn struct {
	Messages []string `json:"messages"`
}

// FactName implements Fact.
func (MessagesWithdrawn) FactName() string { return "incident.messages_withdrawn.v1" }

// TrackAssigned hands an authority's work on the incident to one of its officers; no person means nobody in particular.
type TrackAssigned struct {
	Authority string `json:"authority"`
	Person    string `json:"person,omitempty"`
}

// FactName implements Fact.
func (TrackAssigned) FactName() string { return "incident.track_assigned.v1" }

// Names of further texts that facts bind.
const (
	TextFinding = "finding" // of a review
)

// Restriction is who may know of an incident beyond the rules of the tree.
type Restriction struct {
	On        bool
	Since     time.Time
	By        string // actor id
	Reason    string // digest of the text
	Members   []Member
	Ever      []string // whoever was a member at any time
	Breakings []Breaking
}

// Member is a named person, from when and through whom. Until is zero except for access by breaking the glass.
type Member struct {
	Person string
	Since  time.Time
	By     string // actor id
	Until  time.Time
}

// Breaking is one use of the glass, with its review.
type Breaking struct {
	ID, Person, By    string
	At, Until         time.Time
	Reason, Finding   string // digests
	ReviewedBy        string // actor id; empty until reviewed
	ReviewedAt        time.Time
	Withdrawn, Lapsed bool // the access ended before its time, or at it
}

// Members lists the person ids that a restriction names; nobody where there is none.
func (s State) Members() (out []string) {
	if !s.Restriction.On {
		return nil
	}
	for _, m := range s.Restriction.Members {
		out = append(out, m.Person)
	}
	return out
}

// Breaking answers one use of the glass by its id.
func (s State) Breaking(id string) (Breaking, bool) {
	for _, b := range s.Restriction.Breakings {
		if b.ID == id {
			return b, true
		}
	}
	return Breaking{}, false
}

// nextExpiry is when the next access by breaking the glass runs out, in microseconds; 0 for never.
func (s State) nextExpiry() (next int64) {
	for _, m := range s.Restriction.Members {
		if at := m.Until; s.Restriction.On && !at.IsZero() && (next == 0 || at.UnixMicro() < next) {
			next = at.UnixMicro()
		}
	}
	return next
}

func (f *Restricted) apply(s *State, r Recorded) {
	s.Restriction.On, s.Restriction.Since, s.Restriction.By, s.Restriction.Reason, s.Restriction.Members = true, r.At, r.Actor,
		r.Texts[TextReason], nil
	s.Restriction.Ever = part.Union(s.Restriction.Ever, f.Members)
	for _, p := range f.Members {
		s.Restriction.Members = append(s.Restriction.Members, Member{Person: p, Since: r.At, By: r.Actor})
	}
}

func (f *MemberAdded) apply(s *State, r Recorded) {
	s.Restriction.drop(f.Person)
	s.Restriction.Ever = part.Union(s.Restriction.Ever, []string{f.Person})
	s.Restriction.Members = append(s.Restriction.Members, Member{Person: f.Person, Since: r.At, By: r.Actor})
}

func (f *MemberRemoved) apply(s *State, _ Recorded) {
	s.Restriction.end(f.Person, f.Why == RemovedByClock)
	s.Restriction.drop(f.Person)
}

func (*Released) apply(s *State, _ Recorded) {
	s.Restriction.On, s.Restriction.Members = false, nil
}

func (f *GlassBroken) apply(s *State, r Recorded) {
	until := time.UnixMicro(f.Until).UTC()
	s.Restriction.Ever = part.Union(s.Restriction.Ever, []string{f.Person})
	s.Restriction.Members = append(slices.Clip(s.Restriction.Members), Member{Person: f.Person, Since: r.At, By: r.Actor, Until: until})
	s.Restriction.Breakings = append(s.Restriction.Breakings, Breaking{ID: f.Breaking, Person: f.Person, By: r.Actor, At: r.At, Until: until,
		Reason: r.Texts[TextReason]})
}

func (f *GlassReviewed) apply(s *State, r Recorded) {
	for i := range s.Restriction.Breakings {
		if b := &s.Restriction.Breakings[i]; b.ID == f.Breaking {
			b.ReviewedBy, b.ReviewedAt, b.Finding = r.Actor, r.At, r.Texts[TextFinding]
		}
	}
}

func (f *MessagesWithdrawn) apply(s *State, r Recorded) {
	for _, id := range f.Messages {
		if m := s.message(id); m != nil {
			m.Status, m.At = MessageWithdrawn, r.At
		}
	}
}

func (f *TrackAssigned) apply(s *State, _ Recorded) {
	if t := s.track(f.Authority); t != nil {
		t.Assignee = f.Person
	}
}

func (x *Restriction) drop(person string) {
	x.Members = slices.DeleteFunc(slices.Clone(x.Members), func(m Member) bool { return m.Person == person })
}

// end marks what the person had by breaking the glass as over.
func (x *Restriction) end(person string, lapsed bool) {
	for i := range x.Breakings {
		if b := &x.Breakings[i]; b.Person == person && !b.Withdrawn && !b.Lapsed {
			b.Withdrawn, b.Lapsed = !lapsed, lapsed
		}
	}
}
