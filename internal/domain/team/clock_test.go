package team

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/record"
)

const day = 24 * time.Hour

// clock lets time speak to a team, with the absences of its own.
func (l *life) clock(t testing.TB) []Draft {
	t.Helper()
	s := l.state()
	c := RunClock{Today: calendar.DateOf(l.env.Now)}
	for _, m := range s.In() {
		c.Roster.Seats = append(c.Roster.Seats, Seat{l.env.Entity, m.Person, m.Deputy, m.Role, m.Order})
	}
	for _, a := range s.Absences {
		if a.Over(l.env.Now.UnixMicro()) {
			continue
		}
		away := Away{a.Person, a.StandIn, a.From, a.Until}
		if c.Planned = append(c.Planned, Planned{l.env.Entity, a.Absence, away}); a.Holds(l.env.Now.UnixMicro()) {
			c.Roster.Away = append(c.Roster.Away, away)
		}
	}
	drafts, err := l.try(c)
	if err != nil {
		t.Fatal(err)
	}
	return drafts
}

// told lists what a clock says: role and first day, or member and stage, with its receiver.
func told(drafts []Draft) (out []string) {
	for _, d := range drafts {
		switch f := d.Fact.(type) {
		case *RoleUncovered:
			out = append(out, fmt.Sprint(f.Role, " ", int64(time.UnixMicro(f.From).Sub(t0)/day), " ", strings.Join(f.Absences, "+"), " to ", f.Messages[0].Person))
		case *RetainerReminded:
			out = append(out, fmt.Sprint(f.Member, " ", f.Stage, " to ", f.Messages[0].Person))
		}
	}
	return out
}

// An absence that leaves a role without anybody is told of at once, also one that is still to come; not while a deputy, another member or
// who stands in is there; and again only where something changed. MA 6.3.1
func TestRoleUncovered(t *testing.T) {
	away := func(person, standIn string, from, days int) DeclareAbsence {
		c := DeclareAbsence{Person: person, StandIn: standIn, From: t0.Add(time.Duration(from) * day)}
		if days > 0 {
			c.Until = c.From.Add(time.Duration(days) * day)
		}
		return c
	}
	lead := AddMember{Person: "lead", Role: "ir_lead"}
	coord := AddMember{Person: "coord", Role: "ir_coordinator", Place: Place{Deputy: "ciso"}}
	for _, c := range []struct {
		name  string
		steps []Command
		want  []string
	}{
		{"the only member, later", []Command{coord, lead, away("lead", "", 9, 5)}, []string{"ir_lead 9 dmv/a1 to coord"}},
		{"with a deputy", []Command{coord, AddMember{Person: "lead", Role: "ir_lead", Place: Place{Deputy: "iso"}}, away("lead", "", 0, 5)}, nil},
		{"with somebody who stands in", []Command{coord, lead, away("lead", "iso", 0, 5)}, nil},
		{"with another member", []Command{coord, lead, AddMember{Person: "iso", Role: "ir_lead"}, away("lead", "", 0, 5)}, nil},
		{"both members, one after the other", []Command{coord, lead, AddMember{Person: "iso", Role: "ir_lead"}, away("lead", "", 0, 5), away("iso", "", 5, 5)}, nil},
		{"both members, for a day", []Command{coord, lead, AddMember{Person: "iso", Role: "ir_lead"}, away("lead", "", 0, 5), away("iso", "", 4, 5)}, []string{"ir_lead 4 dmv/a1+dmv/a2 to coord"}},
		{"twice", []Command{coord, lead, away("lead", "", 3, 5), away("lead", "", 20, 0)}, []string{"ir_lead 3 dmv/a1 to coord", "ir_lead 20 dmv/a2 to coord"}},
		{"the coordinator and the deputy", []Command{coord, away("coord", "", 0, 9), away("ciso", "lead", 2, 2)}, []string{"ir_coordinator 2 dmv/a1+dmv/a2 to ciso"}},
		{"nobody in the role, and nobody away", []Command{coord}, nil},
	} {
		l := begin(t, "dmv")
		for _, s := range c.steps {
			if _, err := l.try(s); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
		got := told(l.clock(t))
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		for range 40 {
			if l.env.Now = l.env.Now.Add(day); len(l.clock(t)) > 0 {
				t.Errorf("%s: said again after %s", c.name, l.env.Now.Sub(t0))
			}
		}
	}
	l := begin(t, "dmv")
	for _, s := range []Command{coord, lead, away("lead", "", 1, 90)} {
		if _, err := l.try(s); err != nil {
			t.Fatal(err)
		}
	}
	first := told(l.clock(t))
	for _, s := range []Command{ChangeMember{Member: "m2", Place: Place{Deputy: "iso"}}, away("iso", "", 10, 5)} {
		if _, err := l.try(s); err != nil {
			t.Fatal(err)
		}
	}
	if again := told(l.clock(t)); len(first) != 1 || !slices.Equal(again, []string{"ir_lead 10 dmv/a1+dmv/a2 to coord"}) {
		t.Errorf("first %v, after a deputy was named and is away as well %v", first, again)
	}
	l = begin(t, "dmv")
	l.env.Person = "iso"
	for _, s := range []Command{AddMember{Person: "iso", Role: "ir_lead"}, away("iso", "", 0, 0)} {
		if _, err := l.try(s); err != nil {
			t.Fatal(err)
		}
	}
	if got := told(l.clock(t)); !slices.Equal(got, []string{"ir_lead 0 dmv/a1 to coord"}) {
		t.Errorf("without a coordinator in the team the directory's is told: %v", got)
	}
}

// A retainer is told of 30 days before its end and when it has ended, and anew once it was renewed. MA 6.3.2.1
func TestRetainerReminded(t *testing.T) {
	l := begin(t, "dmv")
	term := func(until string) Place { return Place{Retainer: &Term{From: "2026-01-01", Until: until}, Words: "aa"} }
	for _, c := range []Command{AddMember{Person: "coord", Role: "ir_coordinator"}, AddMember{Person: "lab", Role: "forensics", Place: term("2026-08-20")}} {
		if _, err := l.try(c); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for range 120 {
		for _, said := range told(l.clock(t)) {
			got = append(got, calendar.DateOf(l.env.Now).String()+" "+said)
		}
		if l.env.Now = l.env.Now.Add(day); calendar.DateOf(l.env.Now).String() == "2026-08-25" {
			if _, err := l.try(ChangeMember{Member: "m2", Place: term("2026-09-10")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := []string{"2026-07-22 m2 ends to coord", "2026-08-21 m2 ended to coord", "2026-08-25 m2 ends to coord", "2026-09-11 m2 ended to coord"}
	if !slices.Equal(got, want) {
		t.Errorf("told %v", got)
	}
}

// Who is told of what: each once, a deputy only when they are new, and one that no server takes comes to the operator.
func TestMessages(t *testing.T) {
	l := begin(t, "dmv")
	kinds := func(c Command) string {
		t.Helper()
		drafts, err := l.try(c)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, d := range drafts {
			for _, m := range Owed(d.Fact) {
				out = append(out, m.Kind+" "+m.Person)
			}
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct {
		c    Command
		want string
	}{
		{AddMember{Person: "lead", Role: "ir_lead", Place: Place{Deputy: "iso"}}, "team_member lead, team_deputy iso"},
		{ChangeMember{Member: "m1", Place: Place{Deputy: "iso", Order: 4}}, ""},
		{ChangeMember{Member: "m1", Place: Place{Deputy: "coord"}}, "team_deputy coord"},
		{DeclareAbsence{Person: "lead", StandIn: "iso"}, "team_stand_in iso"},
		{EndAbsence{Absence: "a1"}, ""},
		{AddMember{Person: "lab", Role: "forensics", Place: Place{Deputy: "iso"}, Untold: true}, ""},
		{MessageOutcome{Message: "msg1", Outcome: record.Delivered}, ""},
		{MessageOutcome{Message: "msg1", Outcome: record.Refused}, ""},
		{MessageOutcome{Message: "msg2", Outcome: record.GaveUp}, "undeliverable "},
		{MessageOutcome{Message: "msg2", Outcome: record.GaveUp}, ""},
		{MessageOutcome{Message: "msg2", Outcome: record.Refused}, ""},
	} {
		if got := kinds(c.c); got != c.want {
			t.Errorf("%+v: %q, want %q", c.c, got, c.want)
		}
	}
	left := l.state().Messages
	var open []string
	for id, m := range left {
		open = append(open, id+" "+m.Kind)
	}
	_, roles := About(l.facts, left["msg4"])
	if slices.Sort(open); !slices.Equal(open, []string{"msg3 team_deputy", "msg4 team_stand_in", "msg5 undeliverable"}) || roles[0] != directory.IRLead || !left["msg5"].Operator {
		t.Errorf("open: %v", open)
	}
}

// Whatever a team goes through, a clock that runs twice says nothing the second time, and no retainer's stage is told of twice.
func TestClockTwice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := begin(t, "dmv")
		seen := map[string]int{}
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			l.env.Now = l.env.Now.Add(time.Duration(rapid.IntRange(0, 240).Draw(r, "hours")) * time.Hour)
			l.env.Person = rapid.SampledFrom([]string{"coord", "iso", "lead"}).Draw(r, "actor")
			c := command(r, l.env.Now)
			if rapid.IntRange(0, 4).Draw(r, "retained") == 0 {
				until := calendar.DateOf(l.env.Now).AddDays(rapid.IntRange(0, 60).Draw(r, "days"))
				c = AddMember{Person: "lab", Role: "forensics", Place: Place{Retainer: &Term{From: "2026-01-01", Until: until.String()}, Words: "aa"}}
			}
			_, _ = l.try(c) // or it is refused
			for _, d := range l.clock(t) {
				if f, ok := d.Fact.(*RetainerReminded); ok {
					if seen[f.Member+f.Stage+f.Until]++; seen[f.Member+f.Stage+f.Until] > 1 {
						r.Fatalf("told of twice: %+v", f)
					}
				}
			}
			if again := l.clock(t); len(again) > 0 {
				r.Fatalf("a second run says %v", told(again))
			}
		}
	})
}
