package team

import (
	"fmt"
	"slices"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// Env is what a decision may know beside the state.
type Env struct {
	Now    time.Time
	Person string // who acts; empty for a loop
	Entity string
	Dir    *directory.Snapshot
	NewID  func() string
}

// Command is something that is to happen. The caller has decided who may ask for it.
type Command interface {
	decide(s State, env Env) ([]Draft, error)
}

// Decide answers a command with facts or a refusal. It changes nothing; the second time it returns no facts.
func Decide(s State, c Command, env Env) ([]Draft, error) { return c.decide(s, env) }

// Place is what is planned for a member.
type Place struct {
	Deputy   string
	Order    int64 // 0 for the last of the role
	Retainer *Term
	Words    string // digest of the retainer's text; empty for none
}

// AddMember takes a person into the team. Untold leaves out the mails, where a team that works already is put down.
type AddMember struct {
	Person, Role string
	Place
	Untold bool
}

// ChangeMember replaces what is planned for a member.
type ChangeMember struct {
	Member string
	Place
}

// RemoveMember takes somebody out; Why is the digest of the reason.
type RemoveMember struct{ Member, Why string }

// Accept says that the actor accepts what their role answers for.
type Accept struct {
	Member string
	Rules  []string
}

// DeclareAbsence says that somebody is away; Why is the digest of the reason, or empty.
type DeclareAbsence struct {
	Person, StandIn string
	From, Until     time.Time // From zero for now; Until zero while it is not known
	Why             string
}

// EndAbsence says that somebody is back, or does not go.
type EndAbsence struct{ Absence string }

const lastOrder = 999

func (c AddMember) decide(s State, env Env) ([]Draft, error) {
	role := directory.Role(c.Role)
	if !slices.Contains(Roles, role) {
		return nil, fault.Invalid("role", "This is no role of the response team.", "Choose one of the list.")
	}
	if slices.ContainsFunc(s.Members, func(m Member) bool { return m.Active() && m.Person == c.Person && m.Role == role }) {
		return nil, fault.Invalid("person", "This person is of the team in this role already.", "Change their place instead, or choose another role.")
	}
	p, ok := env.Dir.Person(c.Person)
	if !ok || p.Gone {
		return nil, fault.Invalid("person", "Nobody is chosen.", "Choose a person of the list; who is missing there is first put into the directory.")
	}
	if !env.holds(p, Offices(role)) {
		return nil, fault.Invalid("person", "This person does not hold the office in the directory, here or above.", "Give them the office in the directory first: it is what lets them work.")
	}
	if err := c.check(p.ID, role, env); err != nil {
		return nil, err
	}
	f := &MemberAdded{Member: fmt.Sprintf("m%d", len(s.Members)+1), Entity: env.Entity, Person: p.ID, Role: c.Role, Deputy: c.Deputy, Order: c.Order, Retainer: c.Retainer}
	if f.Order == 0 {
		f.Order = s.next(role)
	}
	if !c.Untold {
		f.Messages = append(f.Messages, env.to(KindMember, p.ID))
	}
	if !c.Untold && c.Deputy != "" {
		f.Messages = append(f.Messages, env.to(KindDeputy, c.Deputy))
	}
	return []Draft{{Fact: f, Texts: c.texts()}}, nil
}

func (c ChangeMember) decide(s State, env Env) ([]Draft, error) {
	m, err := s.active(c.Member)
	if err != nil {
		return nil, err
	}
	if c.Order == 0 {
		c.Order = m.Order
	}
	if m.Deputy == c.Deputy && m.Order == c.Order && m.Words == c.Words && same(m.Retainer, c.Retainer) {
		return nil, nil
	}
	if err := c.check(m.Person, m.Role, env); err != nil {
		return nil, err
	}
	f := &MemberChanged{Member: m.ID, Deputy: c.Deputy, Order: c.Order, Retainer: c.Retainer}
	if c.Deputy != "" && c.Deputy != m.Deputy {
		f.Messages = []Message{env.to(KindDeputy, c.Deputy)}
	}
	return []Draft{{Fact: f, Texts: c.texts()}}, nil
}

func (c RemoveMember) decide(s State, _ Env) ([]Draft, error) {
	m := s.Member(c.Member)
	switch {
	case m == nil:
		return nil, fault.NotFound("no such member")
	case !m.Active():
		return nil, nil
	}
	return []Draft{{Fact: &MemberRemoved{Member: m.ID, Person: m.Person}, Texts: bound(TextReason, c.Why)}}, nil
}

// Accepting is the member's own: nobody accepts for another. MA 6.3.1
func (c Accept) decide(s State, env Env) ([]Draft, error) {
	m, err := s.active(c.Member)
	if err != nil {
		return nil, err
	}
	if m.Person != env.Person {
		return nil, fault.Forbidden("each member accepts for themselves")
	}
	if slices.Equal(m.Rules, c.Rules) {
		return nil, nil
	}
	return []Draft{{Fact: &Accepted{Member: m.ID, Rules: slices.Clone(c.Rules)}}}, nil
}

// Absences may be put down some days late, and are planned at most two years ahead.
const (
	lateAbsence = 31 * 24 * time.Hour
	farAbsence  = 2 * 366 * 24 * time.Hour
)

func (c DeclareAbsence) decide(s State, env Env) ([]Draft, error) {
	if c.From.IsZero() {
		c.From = env.Now
	}
	f := &AbsenceDeclared{Absence: fmt.Sprintf("a%d", len(s.Absences)+1), Person: c.Person, From: c.From.UnixMicro(), StandIn: c.StandIn}
	if !c.Until.IsZero() {
		f.Until = c.Until.UnixMicro()
	}
	switch {
	case !s.Knows(c.Person):
		return nil, fault.Invalid("person", "This person is not of the team.", "Choose a member or a deputy.")
	case c.From.Before(env.Now.Add(-lateAbsence)), c.From.After(env.Now.Add(farAbsence)):
		return nil, fault.Invalid("from", "The first day is too far off.", "Give a day of the last month, or of the next two years.")
	case f.Until != 0 && f.Until <= max(f.From, env.Now.UnixMicro()), c.Until.After(env.Now.Add(farAbsence)):
		return nil, fault.Invalid("until", "The return is not after the first day, or too far off.", "Give the day of the return, or leave it empty where it is not known.")
	}
	if p, ok := env.Dir.Person(c.StandIn); c.StandIn != "" && (!ok || p.Gone || c.StandIn == c.Person || !env.holds(p, access.RolesFor(access.Work)) || s.meets(c.StandIn, *f)) {
		return nil, fault.Invalid("stand_in", "This person cannot stand in: they have no office here or above, or are away as well.", "Choose somebody else, or leave it empty: then the deputy or the coordinator does.")
	}
	for _, a := range s.Absences {
		switch {
		case a.Person != c.Person || !overlap(a, *f) || a.Over(env.Now.UnixMicro()):
		case a.From == f.From && a.Until == f.Until && a.StandIn == f.StandIn:
			return nil, nil
		default:
			return nil, fault.Invalid("from", "This person is put down as away in that time already.", "End that absence first.")
		}
	}
	if c.StandIn != "" {
		f.Messages = []Message{env.to(KindStandIn, c.StandIn)}
	}
	return []Draft{{Fact: f, Texts: bound(TextReason, c.Why)}}, nil
}

func (c EndAbsence) decide(s State, env Env) ([]Draft, error) {
	a := s.absence(c.Absence)
	switch {
	case a == nil:
		return nil, fault.NotFound("no such absence")
	case a.Over(env.Now.UnixMicro()):
		return nil, nil
	}
	return []Draft{{Fact: &AbsenceEnded{Absence: a.Absence, Person: a.Person}}}, nil
}

func (s State) active(id string) (Member, error) {
	m := s.Member(id)
	switch {
	case m == nil:
		return Member{}, fault.NotFound("no such member")
	case !m.Active():
		return Member{}, fault.Conflict("this member is no longer of the team")
	}
	return *m, nil
}

// next is the order behind all members of a role.
func (s State) next(role directory.Role) int64 {
	n := int64(1)
	for _, m := range s.Members {
		if m.Active() && m.Role == role {
			n = max(n, m.Order+1)
		}
	}
	return min(n, lastOrder)
}

// meets says that a person is away in some of the time of another absence.
func (s State) meets(person string, f AbsenceDeclared) bool {
	return slices.ContainsFunc(s.Absences, func(a Absence) bool { return a.Person == person && a.EndedAt.IsZero() && overlap(a, f) })
}

func overlap(a Absence, f AbsenceDeclared) bool {
	return a.EndedAt.IsZero() && (a.Until == 0 || f.From < a.Until) && (f.Until == 0 || a.From < f.Until)
}

// check holds the plan for a member to what it can be.
func (p Place) check(person string, role directory.Role, env Env) error {
	if p.Order < 0 || p.Order > lastOrder {
		return fault.Invalid("order", "The place in the order of calls is not a number from 1 to 999.", "Write 1 for whoever is called first.")
	}
	offices := access.RolesFor(access.Work)
	if role == directory.IRCoordinator {
		offices = Offices(role)
	}
	if d, ok := env.Dir.Person(p.Deputy); p.Deputy != "" && (!ok || d.Gone || d.ID == person || !env.holds(d, offices)) {
		return fault.Invalid("deputy", "This person cannot be the deputy: they have no office here or above that lets them do the work.", "Choose somebody else. A coordinator's deputy is a coordinator or the CISO.")
	}
	return p.checkRetainer(role)
}

func (p Place) checkRetainer(role directory.Role) error {
	switch {
	case p.Retainer == nil && p.Words == "":
		return nil
	case role != directory.Forensics:
		return fault.Invalid("provider", "Only the forensics provider is on retainer.", "Leave it empty for this role.")
	case p.Retainer == nil || p.Words == "":
		return fault.Invalid("provider", "A retainer has a provider, a contract, its days and a telephone number.", "Give all of them, or none.")
	}
	from, err := calendar.ParseDate(p.Retainer.From)
	if err != nil {
		return fault.Invalid("valid_from", "The first day of the contract is missing or no date.", "Give the day as it stands in the contract.")
	}
	until, err := calendar.ParseDate(p.Retainer.Until)
	if err != nil || until.Before(from) {
		return fault.Invalid("valid_until", "The last day of the contract is missing, no date, or before the first.", "Give the day as it stands in the contract.")
	}
	return nil
}

func (p Place) texts() map[string]string { return bound(TextRetainer, p.Words) }

// holds says whether a person holds one of some offices at the entity or above it.
func (env Env) holds(p directory.Person, offices []directory.Role) bool {
	return slices.ContainsFunc(p.Roles, func(r directory.Assignment) bool {
		return r.Entity != "" && slices.Contains(offices, r.Role) && slices.Contains(env.Dir.Below(r.Entity), env.Entity)
	})
}

func same(a, b *Term) bool { return a == b || a != nil && b != nil && *a == *b }

// bound is one text, where there is one.
func bound(name, digest string) map[string]string {
	if digest == "" {
		return nil
	}
	return map[string]string{name: digest}
}
