package team

import (
	"cmp"
	"slices"
	"time"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/record"
)

// Roles are those of the core and of the extended team, in the order in which a team is read. MA 6.3.1, MA 6.3.2
var Roles = []directory.Role{directory.IRCoordinator, directory.IRLead, directory.IRAnalyst, directory.Forensics, directory.Legal,
	directory.HumanResources, directory.Communications}

// Core says that a role is of the core team. MA 6.3.1
func Core(role directory.Role) bool {
	return role == directory.IRCoordinator || role == directory.IRLead || role == directory.IRAnalyst
}

// Offices are the offices of the directory that a role of the team takes: the coordinator is the CISO or the CISO's designee. MA 6.3.1.1
func Offices(role directory.Role) []directory.Role {
	if role == directory.IRCoordinator {
		return []directory.Role{directory.IRCoordinator, directory.CISO}
	}
	return []directory.Role{role}
}

// Member is one person in one role.
type Member struct {
	ID, Person string
	Role       directory.Role
	Deputy     string // person id; empty for nobody
	Order      int64
	Retainer   *Term
	Words      string // digest of the retainer's text
	AddedAt    time.Time
	AddedBy    string   // actor id
	Rules      []string // responsibilities that they accepted
	AcceptedAt time.Time
	Reminded   string    // stage of the retainer that was told of: GapEnds or GapEnded; empty for none
	RemovedAt  time.Time // zero while of the team
	RemovedBy  string    // actor id
	Why        string    // digest: why they were removed
}

// Active says that the member is of the team.
func (m Member) Active() bool { return m.RemovedAt.IsZero() }

// Absence is one time in which somebody is away.
type Absence struct {
	AbsenceDeclared
	At, EndedAt time.Time // EndedAt is zero unless somebody said that it ended
	By, EndedBy string    // actor ids
	Why         string    // digest
}

// Holds says that the person is away at an instant, in microseconds.
func (a Absence) Holds(now int64) bool {
	return a.EndedAt.IsZero() && a.From <= now && (a.Until == 0 || now < a.Until)
}

// Over says that it holds no more, and will not again.
func (a Absence) Over(now int64) bool { return !a.EndedAt.IsZero() || a.Until > 0 && a.Until <= now }

// State is the team of one organisation.
type State struct {
	Version  int64
	Entity   string
	Members  []Member
	Absences []Absence
	// Uncovered are the roles that were said to be without anybody.
	Uncovered []RoleUncovered
	Messages  record.Outbox // that have not ended
}

// Member finds a member by id.
func (s *State) Member(id string) *Member {
	for i := range s.Members {
		if s.Members[i].ID == id {
			return &s.Members[i]
		}
	}
	return nil
}

func (s *State) absence(id string) *Absence {
	for i := range s.Absences {
		if s.Absences[i].Absence == id {
			return &s.Absences[i]
		}
	}
	return nil
}

// In lists who is of the team, in the order in which they are called: by role, then by their own order.
func (s *State) In() []Member {
	out := slices.DeleteFunc(slices.Clone(s.Members), func(m Member) bool { return !m.Active() })
	slices.SortStableFunc(out, func(a, b Member) int {
		return cmp.Or(cmp.Compare(slices.Index(Roles, a.Role), slices.Index(Roles, b.Role)), cmp.Compare(a.Order, b.Order))
	})
	return out
}

// Knows says that a person is of the team, or stands in for somebody who is.
func (s *State) Knows(person string) bool {
	return slices.ContainsFunc(s.Members, func(m Member) bool { return m.Active() && (m.Person == person || m.Deputy == person) })
}

// Fold applies facts in order.
func Fold(facts []Recorded) State { return record.Fold(Apply, facts) }

// Apply folds one fact into the state. It owns s.
func Apply(s State, r Recorded) State {
	s.Version = r.Version
	switch f := r.Fact.(type) {
	case *MemberAdded:
		s.Entity = f.Entity
		s.Members = append(s.Members, Member{ID: f.Member, Person: f.Person, Role: directory.Role(f.Role), Deputy: f.Deputy, Order: f.Order, Retainer: f.Retainer,
			Words: r.Texts[TextRetainer], AddedAt: r.At, AddedBy: r.Actor})
	case *MemberChanged:
		if m := s.Member(f.Member); m != nil {
			if !m.Retainer.endsWith(f.Retainer) {
				m.Reminded = ""
			}
			m.Deputy, m.Order, m.Retainer, m.Words = f.Deputy, f.Order, f.Retainer, r.Texts[TextRetainer]
		}
	case *MemberRemoved:
		if m := s.Member(f.Member); m != nil {
			m.RemovedAt, m.RemovedBy, m.Why = r.At, r.Actor, r.Texts[TextReason]
		}
	case *Accepted:
		if m := s.Member(f.Member); m != nil {
			m.Rules, m.AcceptedAt = f.Rules, r.At
		}
	case *AbsenceDeclared:
		s.Absences = append(s.Absences, Absence{AbsenceDeclared: *f, At: r.At, By: r.Actor, Why: r.Texts[TextReason]})
	case *AbsenceEnded:
		if a := s.absence(f.Absence); a != nil {
			a.EndedAt, a.EndedBy = r.At, r.Actor
		}
	case *RoleUncovered:
		s.Uncovered = append(s.Uncovered, *f)
	case *RetainerReminded:
		if m := s.Member(f.Member); m != nil {
			m.Reminded = f.Stage
		}
	}
	s.Messages = s.Messages.After(r, Owed(r.Fact))
	return s
}
