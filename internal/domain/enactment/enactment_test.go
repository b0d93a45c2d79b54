package enactment

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/fault"
)

var start = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// do decides at an instant and applies what follows.
func do(s *State, c Command, at time.Time) (facts int, err error) {
	drafts, err := Decide(*s, c, at)
	for _, d := range drafts {
		*s = Apply(*s, Recorded{Fact: d.Fact, Version: s.Version + 1, At: at, Actor: "person:c", Texts: d.Texts})
	}
	return len(drafts), err
}

func inForce(s State, at time.Time) string {
	e, ok := InForce(s.Enactments, at)
	if !ok {
		return "shipped"
	}
	return e.Digest
}

func TestAVersionActsFromItsDateOn(t *testing.T) {
	var s State
	date := start.AddDate(0, 1, 0)
	if n, err := do(&s, Enact{Pack: "p", Version: "2", Digest: "two", InForce: "shipped", From: date}, start); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if got := inForce(s, date.Add(-time.Microsecond)); got != "shipped" {
		t.Errorf("before its date %s holds", got)
	}
	if got := inForce(s, date); got != "two" {
		t.Errorf("on its date %s holds", got)
	}
	if n, err := do(&s, Enact{Pack: "p", Version: "2", Digest: "two", InForce: "shipped", From: date}, start); n != 0 || err != nil {
		t.Errorf("the second time: %d facts, %v", n, err)
	}
	refused := func(c Command, at time.Time, kind fault.Kind, words string) {
		t.Helper()
		if n, err := do(&s, c, at); n != 0 || fault.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
			t.Errorf("%+v: %d facts, %v; want %s about %q", c, n, err, kind, words)
		}
	}
	refused(Enact{Pack: "p", Version: "3", Digest: "three", InForce: "shipped"}, start, fault.KindConflict, "waits")
	after := date.Add(time.Hour)
	refused(Withdraw{Digest: "two"}, after, fault.KindConflict, "any more")
	refused(Enact{Pack: "p", Version: "2", Digest: "other", InForce: "two", InForceVersion: "2"}, after, fault.KindInvalid, "version of their own")
	refused(Enact{Pack: "p", Version: "3", Digest: "three", InForce: "two", From: date}, after, fault.KindInvalid, "begun already")
	refused(Enact{Pack: "p", Version: "3", Digest: "three", InForce: "two", From: after.AddDate(3, 0, 0)}, after, fault.KindInvalid, "two years")
	if n, err := do(&s, Enact{Pack: "p", Version: "2", Digest: "two", InForce: "two"}, after); n != 0 || err != nil {
		t.Errorf("what is in force already: %d facts, %v", n, err)
	}
}

// A version that was withdrawn before its date never holds, and its number is free again.
func TestAWithdrawnVersionNeverHolds(t *testing.T) {
	var s State
	date := start.AddDate(0, 1, 0)
	for _, c := range []Command{Enact{Pack: "p", Version: "2", Digest: "two", InForce: "shipped", From: date}, Withdraw{Digest: "two", Reason: "r"}} {
		if n, err := do(&s, c, start); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}
	if n, err := do(&s, Withdraw{Digest: "two"}, start); n != 0 || err != nil {
		t.Errorf("the second time: %d facts, %v", n, err)
	}
	if got := inForce(s, date.AddDate(1, 0, 0)); got != "shipped" {
		t.Errorf("%s holds", got)
	}
	if n, err := do(&s, Enact{Pack: "p", Version: "2", Digest: "mended", InForce: "shipped", From: date}, start.Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("%d facts, %v", n, err)
	}
	if n, err := do(&s, Withdraw{Digest: "mended"}, start.Add(2*time.Hour)); n != 1 || err != nil || s.Enactments[0].WithdrawnAt != start {
		t.Errorf("%d facts, %v, %+v", n, err, s.Enactments)
	}
}

// Whatever is enacted and withdrawn: what holds at an instant never changes afterwards, and at most one version waits.
func TestThePastStaysAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s State
		now := start
		held := map[time.Time]string{}
		for i := range rapid.IntRange(1, 12).Draw(t, "steps") {
			held[now] = inForce(s, now)
			c := Command(Enact{Pack: "p", Version: fmt.Sprint(i), Digest: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "digest"), InForce: inForce(s, now),
				From: now.Add(time.Duration(rapid.IntRange(-2, 5).Draw(t, "hours")) * time.Hour)})
			if rapid.Bool().Draw(t, "withdraw") {
				c = Withdraw{Digest: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "digest")}
			}
			before := held[now]
			if n, _ := do(&s, c, now); n > 0 && before == inForce(s, now) {
				held[now] = before
			} else {
				delete(held, now) // enacted at this very instant
			}
			waiting := 0
			for _, e := range s.Enactments {
				if !e.Withdrawn() && now.Before(e.EffectiveAt) {
					waiting++
				}
			}
			if waiting > 1 {
				t.Fatalf("%d versions wait", waiting)
			}
			now = now.Add(time.Duration(rapid.IntRange(1, 180).Draw(t, "minutes")) * time.Minute)
			for at, was := range held {
				if got := inForce(s, at); got != was {
					t.Fatalf("at %v held %s, now it is said to have been %s", at, was, got)
				}
			}
		}
	})
}
