package incident

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

func (l *life) as(person string) *life {
	l.env.Actor = access.Actor{ID: "person:" + person, Person: person, Name: person}
	return l
}

func TestRestrictionTakesBackWhatHasNotLeft(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(2_000_000))) // tells the head of the agency
	l.as("coord")
	l.do(Restrict{Members: []string{"iso"}, Texts: map[string]string{TextReason: "aa"}})
	s := l.state()
	if !s.Restriction.On || !slices.Equal(s.Members(), []string{"coord", "iso"}) || s.Restriction.Reason != "aa" {
		t.Fatalf("%+v", s.Restriction)
	}
	for _, m := range s.Messages {
		want := MessageOwed
		if m.Person == "head" || m.Person == "rep" {
			want = MessageWithdrawn
		}
		if m.Status != want {
			t.Errorf("%s to %q is %s, want %s", m.Kind, m.Person+m.Authority, m.Status, want)
		}
	}
	if got := l.messages(KindMemberAdded); len(got) != 1 || got[0].Person != "iso" {
		t.Errorf("members told: %+v", got)
	}
	if _, err := l.try(Restrict{}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("restricting twice: %v", err)
	}
	if _, err := l.try(RemoveMember{Person: "coord"}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("the last who can release was removed: %v", err)
	}
	if _, err := l.try(AddMember{Person: "nobody"}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("a member outside the directory: %v", err)
	}
	l.do(Release{})
	if s := l.state(); s.Restriction.On || s.Members() != nil {
		t.Errorf("after release: %+v", s.Restriction)
	}
}

func TestRestrictionNeedsSomebodyWhoCanEndIt(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	l.as("iso")
	if _, err := l.try(Restrict{Members: []string{"rep"}}); fault.KindOf(err) != fault.KindInvalid || l.state().Restriction.On {
		t.Errorf("%v", err)
	}
}

func TestBreakingTheGlass(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	if facts := l.do(BreakGlass{}); len(facts) != 0 {
		t.Errorf("an open incident has no glass: %+v", facts)
	}
	l.as("coord")
	l.do(Restrict{Members: []string{"iso"}})
	l.as("head")
	l.do(BreakGlass{Texts: map[string]string{TextReason: "bb"}})
	var told []string
	for _, m := range l.messages(KindGlassBroken) {
		told = append(told, m.Person)
	}
	if !slices.Equal(told, []string{"coord", "iso", ""}) {
		t.Errorf("the alarm went to %q", told)
	}
	if !slices.Contains(l.state().Members(), "head") || len(l.do(BreakGlass{})) != 0 {
		t.Error("no access, or a second alarm for one access")
	}
	if _, err := l.try(ReviewGlass{Breaking: "g1"}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("reviewed by the one who did it: %v", err)
	}
	l.as("coord")
	l.do(ReviewGlass{Breaking: "g1", Texts: map[string]string{TextFinding: "cc"}})
	if next := l.state().NextClock(); next == 0 {
		t.Error("no clock ends the access")
	}
	l.wait(glassHolds)
	l.do(RunClock{})
	b, _ := l.state().Breaking("g1")
	if slices.Contains(l.state().Members(), "head") || !b.Lapsed || b.ReviewedBy != "person:coord" || b.Finding != "cc" {
		t.Errorf("after a day: %v, %+v", l.state().Members(), b)
	}
	if facts := l.do(RunClock{}); len(facts) != 0 {
		t.Errorf("the clock said it again: %+v", facts)
	}
}

func TestHandOver(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	if _, err := l.try(AssignTrack{Authority: "police", Person: "iso"}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("handed to somebody outside: %v", err)
	}
	l.as("officer")
	l.do(AssignTrack{Authority: "police", Person: "officer"})
	if len(l.messages(KindTrackAssigned)) != 0 {
		t.Error("told of what they took themselves")
	}
	l.do(AssignTrack{Authority: "police", Person: "deputy"})
	if got := l.messages(KindTrackAssigned); len(got) != 1 || got[0].Person != "deputy" || assignee(l) != "deputy" {
		t.Errorf("%+v", got)
	}
	l.do(AssignTrack{Authority: "police"})
	if assignee(l) != "" {
		t.Error("still somebody's")
	}
}

func assignee(l *life) string {
	s := l.state()
	return s.track("police").Assignee
}

// Whatever happens to a restricted incident, nothing about it is on its way to somebody who may not know, nobody is told
// nothing, and somebody can always end the restriction.
func TestNothingLeavesARestrictedIncident(t *testing.T) {
	people := []string{"iso", "rep", "head", "coord", "officer"}
	rapid.Check(t, func(r *rapid.T) {
		l := begin(t)
		l.do(files(Initial, usd(2_000_000)))
		for range rapid.IntRange(1, 30).Draw(r, "steps") {
			l.as(rapid.SampledFrom(people).Draw(r, "actor"))
			l.wait(time.Duration(rapid.IntRange(0, 30).Draw(r, "hours")) * time.Hour)
			c := command(r, l.state())
			person := rapid.SampledFrom(people).Draw(r, "person")
			switch rapid.IntRange(0, 9).Draw(r, "about") {
			case 0, 1:
				c = Restrict{Members: []string{person, "coord"}}
			case 2:
				c = AddMember{Person: person}
			case 3:
				c = RemoveMember{Person: person}
			case 4:
				c = BreakGlass{}
			case 5:
				c = AssignTrack{Authority: "police", Person: rapid.SampledFrom([]string{"officer", "deputy", ""}).Draw(r, "officer")}
			case 6:
				c = Release{}
			}
			if _, err := l.try(c); err != nil {
				continue
			}
			confided(r, l)
		}
	})
}

func confided(r *rapid.T, l *life) {
	s := l.state()
	if !s.Restriction.On {
		return
	}
	d := &decision{s: s, env: l.env}
	if !d.manageable() {
		r.Fatalf("nobody can end the restriction: %v", s.Members())
	}
	for _, m := range s.Messages {
		sealed := m.Kind == KindGlassBroken || m.Kind == KindUndeliverable && m.Operator // these carry no content
		if m.Status == MessageOwed && !sealed && (m.Operator || m.Person != "" && !d.mayKnow(m.Person)) {
			r.Fatalf("%s is on its way to %q, members %v", m.Kind, m.Person, s.Members())
		}
		if m.Person == "" && m.Authority == "" && !m.Operator {
			r.Fatalf("%s is owed to nobody", m.Kind)
		}
	}
}
