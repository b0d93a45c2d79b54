package team

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

var t0 = time.Date(2026, 6, 18, 12, 0, 0, 0, time.UTC)

func book(t testing.TB) *directory.Snapshot {
	t.Helper()
	holds := func(id, entity string, gone bool, roles ...directory.Role) directory.Person {
		p := directory.Person{ID: id, Name: id, Gone: gone}
		for _, r := range roles {
			p.Roles = append(p.Roles, directory.Assignment{Role: r, Entity: entity})
		}
		return p
	}
	s, err := directory.NewSnapshot(directory.Import{
		Entities: []directory.Entity{{ID: "state", Name: "S", Pack: "p"}, {ID: "dmv", Name: "D", Parent: "state"}, {ID: "health", Name: "H", Parent: "state"}},
		People: []directory.Person{holds("coord", "state", false, directory.IRCoordinator), holds("ciso", "state", false, directory.CISO), holds("lead", "state", false, directory.IRLead),
			holds("lab", "state", false, directory.Forensics), holds("iso", "dmv", false, directory.ISO, directory.IRLead), holds("other", "health", false, directory.IRLead),
			holds("old", "state", true, directory.IRCoordinator)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// life is the history of one team.
type life struct {
	facts []Recorded
	env   Env
}

// ids makes names of messages.
func ids() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("msg%d", n) }
}

func begin(t testing.TB, entity string) *life {
	return &life{env: Env{Now: t0, Person: "coord", Entity: entity, Dir: book(t), NewID: ids()}}
}

func (l *life) try(c Command) ([]Draft, error) {
	drafts, err := Decide(Fold(l.facts), c, l.env)
	for _, d := range drafts {
		l.facts = append(l.facts, Recorded{Fact: d.Fact, Version: int64(len(l.facts) + 1), At: l.env.Now, Actor: "person:" + l.env.Person, Texts: d.Texts})
	}
	return drafts, err
}

func (l *life) state() State { return Fold(l.facts) }

// Who can be of a team, and as what: people with the office in the directory, here or above, with a deputy who may do the work. MA 6.3.1
func TestMembers(t *testing.T) {
	term := &Term{From: "2026-01-01", Until: "2026-12-31"}
	for _, c := range []struct {
		name  string
		c     Command
		field string // that is refused; empty for taken
	}{
		{"the coordinator", AddMember{Person: "coord", Role: "ir_coordinator", Place: Place{Deputy: "ciso"}}, ""},
		{"the CISO as coordinator", AddMember{Person: "ciso", Role: "ir_coordinator"}, ""},
		{"a lead as coordinator", AddMember{Person: "lead", Role: "ir_coordinator"}, "person"},
		{"a coordinator's deputy without the office", AddMember{Person: "coord", Role: "ir_coordinator", Place: Place{Deputy: "lead"}}, "deputy"},
		{"somebody of another agency", AddMember{Person: "other", Role: "ir_lead"}, "person"},
		{"somebody of the state", AddMember{Person: "lead", Role: "ir_lead", Place: Place{Deputy: "iso"}}, ""},
		{"somebody as their own deputy", AddMember{Person: "lead", Role: "ir_lead", Place: Place{Deputy: "lead"}}, "deputy"},
		{"somebody who has left", AddMember{Person: "old", Role: "ir_coordinator"}, "person"},
		{"no role of the team", AddMember{Person: "ciso", Role: "ciso"}, "role"},
		{"the provider", AddMember{Person: "lab", Role: "forensics", Place: Place{Retainer: term, Words: "aa"}}, ""},
		{"half a retainer", AddMember{Person: "lab", Role: "forensics", Place: Place{Retainer: term}}, "provider"},
		{"a retainer of a lead", AddMember{Person: "lead", Role: "ir_lead", Place: Place{Retainer: term, Words: "aa"}}, "provider"},
		{"a contract that ends before it begins", AddMember{Person: "lab", Role: "forensics", Place: Place{Retainer: &Term{From: "2026-02-01", Until: "2026-01-31"}, Words: "aa"}}, "valid_until"},
		{"a place that is none", AddMember{Person: "lead", Role: "ir_lead", Place: Place{Order: 1000}}, "order"},
	} {
		_, err := begin(t, "dmv").try(c.c)
		field := ""
		for _, e := range fault.All(err) {
			field = e.Field
		}
		if field != c.field {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// The plan for a member is replaced whole, they are called in their order, and whoever is removed is no longer of the team.
func TestOrderOfCalls(t *testing.T) {
	l := begin(t, "dmv")
	for _, c := range []Command{AddMember{Person: "lead", Role: "ir_lead"}, AddMember{Person: "iso", Role: "ir_lead"}, AddMember{Person: "coord", Role: "ir_coordinator"},
		ChangeMember{Member: "m1", Place: Place{Order: 5, Deputy: "iso"}}} {
		if _, err := l.try(c); err != nil {
			t.Fatal(err)
		}
	}
	called := func() (out []string) {
		s := l.state()
		for _, m := range s.In() {
			out = append(out, m.Person)
		}
		return out
	}
	if got := called(); !slices.Equal(got, []string{"coord", "iso", "lead"}) {
		t.Errorf("called %v", got)
	}
	for _, again := range []Command{ChangeMember{Member: "m1", Place: Place{Order: 5, Deputy: "iso"}}, RemoveMember{Member: "m1", Why: "aa"}, RemoveMember{Member: "m1", Why: "bb"}} {
		if drafts, err := l.try(again); err != nil || len(drafts) > 1 {
			t.Errorf("%T: %v, %v", again, drafts, err)
		}
	}
	if s := l.state(); !slices.Equal(called(), []string{"coord", "iso"}) || s.Members[0].Why != "aa" || s.Version != 5 {
		t.Errorf("%+v", s)
	}
	l.env.Person = "iso"
	if _, err := l.try(Accept{Member: "m3", Rules: []string{"r"}}); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("accepted for another: %v", err)
	}
	if _, err := l.try(Accept{Member: "m2", Rules: []string{"r"}}); err != nil || len(l.state().Members[1].Rules) != 1 {
		t.Errorf("not accepted: %v", err)
	}
}

// Work comes back to who stands in, then to the deputy, then to the coordinators in their order, then to whoever the directory has; of
// somebody who has left to the coordinators at once. Who is away or gone gets nothing. MA 6.3.1.1.1
func TestReceivers(t *testing.T) {
	dir := book(t)
	seats := []Seat{{"state", "coord", "ciso", directory.IRCoordinator, 1}, {"dmv", "iso", "lead", directory.IRLead, 1}, {"state", "lead", "", directory.IRLead, 1}}
	away := func(people ...string) (out []Away) {
		for _, p := range people {
			out = append(out, Away{Person: p})
		}
		return out
	}
	for _, c := range []struct {
		name   string
		seats  []Seat
		away   []Away
		person string
		want   []string
	}{
		{"left", seats, nil, "iso", []string{"coord", "ciso"}},
		{"away with somebody named", seats, []Away{{Person: "iso", StandIn: "ciso"}}, "iso", []string{"ciso", "lead", "coord"}},
		{"away, the deputy stands in", seats, away("iso"), "iso", []string{"lead", "coord", "ciso"}},
		{"the deputy is away as well", seats, away("iso", "lead"), "iso", []string{"coord", "ciso"}},
		{"the coordinator is away as well", seats, away("iso", "lead", "coord"), "iso", []string{"ciso"}},
		{"the coordinator is away", seats, away("coord"), "coord", []string{"ciso"}},
		{"no team at all", nil, nil, "iso", []string{"coord", "ciso"}},
		{"a coordinator who has left is no receiver", []Seat{{"state", "old", "ciso", directory.IRCoordinator, 1}}, nil, "iso", []string{"ciso", "coord"}},
		{"everybody is away", seats, away("iso", "lead", "coord", "ciso"), "iso", nil},
	} {
		if got := (Roster{c.seats, c.away}).Receivers(dir, "dmv", c.person); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// What is missing is said. MA 6.3.1, MA 6.3.2.1
func TestGaps(t *testing.T) {
	today := calendar.Date{Year: 2026, Month: 6, Day: 18}
	one := func(m Member) []Standing { m.Person = "x"; return []Standing{{Member: m}} }
	until := func(day string) []Standing { return one(Member{Retainer: &Term{From: "2026-01-01", Until: day}}) }
	for _, c := range []struct {
		role    directory.Role
		members []Standing
		want    []string
	}{
		{directory.Legal, nil, []string{GapVacant}},
		{directory.Legal, one(Member{}), nil},
		{directory.IRCoordinator, one(Member{}), []string{GapNoDeputy}},
		{directory.IRCoordinator, one(Member{Deputy: "y"}), nil},
		{directory.IRLead, []Standing{{Gone: true}, {}}, []string{GapLeft}},
		{directory.IRLead, []Standing{{Without: true, Instead: "y"}}, []string{GapWithout}},
		{directory.IRLead, []Standing{{Away: true}}, []string{GapNobody}},
		{directory.IRLead, []Standing{{Away: true, Instead: "y"}}, nil},
		{directory.Forensics, one(Member{}), []string{GapNoRetainer}},
		{directory.Forensics, until("2026-06-17"), []string{GapEnded}},
		{directory.Forensics, until("2026-06-18"), []string{GapEnds}},
		{directory.Forensics, until("2026-07-18"), nil},
		{directory.Forensics, append(until("2026-06-17"), until("2027-01-01")...), nil},
		{directory.Forensics, one(Member{Retainer: &Term{From: "2026-06-19", Until: "2027-01-01"}}), []string{GapNotBegun}},
	} {
		var got []string
		for _, g := range Gaps(c.role, c.members, today) {
			got = append(got, g.Kind)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %+v: %v, want %v", c.role, c.members, got, c.want)
		}
	}
}

// Any history keeps what a team promises: nobody is away twice at once, nobody has one role twice, and what is asked again does nothing.
func TestAnyTeam(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := begin(t, "dmv")
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			l.env.Now = l.env.Now.Add(time.Duration(rapid.IntRange(0, 60).Draw(r, "hours")) * time.Hour)
			l.env.Person = rapid.SampledFrom([]string{"coord", "iso", "lead"}).Draw(r, "actor")
			c := command(r, l.env.Now)
			if _, err := l.try(c); err != nil {
				continue
			}
			if _, first := c.(AddMember); first {
				continue // a second one is refused
			}
			if again, err := l.try(c); err != nil && fault.KindOf(err) != fault.KindConflict || len(again) > 0 {
				if d, ok := c.(DeclareAbsence); !ok || !d.From.IsZero() {
					r.Fatalf("%+v again: %v, %v", c, again, err)
				}
			}
		}
		s := l.state()
		for i, a := range s.Absences {
			for _, b := range s.Absences[i+1:] {
				if a.Person == b.Person && a.EndedAt.IsZero() && b.EndedAt.IsZero() && overlap(a, b.AbsenceDeclared) {
					r.Fatalf("away twice: %+v and %+v", a, b)
				}
			}
		}
		in := s.In()
		for i, m := range in {
			if slices.ContainsFunc(in[i+1:], func(o Member) bool { return o.Person == m.Person && o.Role == m.Role }) {
				r.Fatalf("twice of the team: %+v", m)
			}
		}
	})
}

func command(r *rapid.T, now time.Time) Command {
	person := rapid.SampledFrom([]string{"coord", "ciso", "lead", "iso", "lab", "old"}).Draw(r, "person")
	other := rapid.SampledFrom([]string{"", "coord", "ciso", "lead"}).Draw(r, "other")
	member := rapid.SampledFrom([]string{"m1", "m2", "m3"}).Draw(r, "member")
	from := time.Duration(rapid.IntRange(-5, 20).Draw(r, "from")) * 24 * time.Hour
	until := time.Time{}
	if n := rapid.IntRange(0, 9).Draw(r, "days"); n > 0 {
		until = now.Add(from + time.Duration(n)*24*time.Hour)
	}
	place := Place{Deputy: other, Order: int64(rapid.IntRange(0, 3).Draw(r, "order"))}
	return rapid.SampledFrom([]Command{AddMember{Person: person, Role: string(rapid.SampledFrom(Roles).Draw(r, "role")), Place: place}, ChangeMember{Member: member, Place: place},
		RemoveMember{Member: member, Why: "aa"}, Accept{Member: member, Rules: []string{"r"}}, DeclareAbsence{Person: person, StandIn: other, From: now.Add(from), Until: until},
		EndAbsence{Absence: rapid.SampledFrom([]string{"a1", "a2", "a3"}).Draw(r, "absence")}}).Draw(r, "command")
}
