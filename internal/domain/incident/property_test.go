package incident

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/policy"
)

// Any order of commands keeps what the record promises: a state is what its facts say, a repeated command changes nothing,
// nothing owed vanishes, no track goes back, no message is owed twice, and no clock fires twice.
func TestAnyLifeKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := begin(t)
		l.do(files(Initial, nil))
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			before := l.state()
			c := command(r, before)
			l.wait(time.Duration(rapid.IntRange(0, 72).Draw(r, "hours")) * time.Hour)
			if _, err := l.try(c); err != nil {
				if got := l.state(); got.Version != before.Version {
					r.Fatalf("%T was refused and left facts", c)
				}
				continue
			}
			promises(r, before, l.state())
			if again, ok := repeatable(c); ok {
				if facts, err := l.try(again); err == nil && len(facts) > 0 {
					r.Fatalf("%T a second time led to %T", c, facts[0])
				}
			}
		}
		if a, b := Fold(l.facts), Fold(l.facts); !reflect.DeepEqual(a, b) {
			r.Fatal("folding twice gives two states")
		}
		k := rapid.IntRange(1, len(l.facts)).Draw(r, "first")
		first := Fold(l.facts[:k])
		if !reflect.DeepEqual(Extend(first, l.facts[k:]), Fold(l.facts)) || !reflect.DeepEqual(first, Fold(l.facts[:k])) {
			r.Fatal("going on from a state gives another one than beginning anew, or changes it")
		}
	})
}

func command(r *rapid.T, s State) Command {
	authority := rapid.SampledFrom([]string{"soc", "police", "nobody"}).Draw(r, "authority")
	switch rapid.IntRange(0, 9).Draw(r, "command") {
	case 0:
		return files(Supplement, usd(rapid.SampledFrom([]int64{0, 99_999, 100_000, 999_999, 1_000_000}).Draw(r, "liability")))
	case 1:
		return files(Written, nil)
	case 2:
		return Acknowledge{Authority: authority, Via: "link"}
	case 3:
		return Ask{Authority: authority, Texts: map[string]string{TextQuestion: rapid.StringMatching("[a-c]").Draw(r, "question")}}
	case 4:
		return AnswerQuestion{Question: rapid.SampledFrom([]string{"q1", "q2", "q3"}).Draw(r, "question")}
	case 5:
		return Decline{Authority: authority}
	case 6:
		return Rate{Level: rapid.SampledFrom([]policy.Level{policy.Low, policy.Medium, policy.High}).Draw(r, "level")}
	case 7:
		id := "none"
		if len(s.Messages) > 0 {
			id = rapid.SampledFrom(s.Messages).Draw(r, "message").ID
		}
		return MessageOutcome{Message: id, Outcome: rapid.SampledFrom([]string{OutcomeSent, OutcomeDelivered, OutcomeRefused,
			OutcomeGaveUp}).Draw(r, "outcome")}
	case 8:
		return CloseTrack{Authority: authority}
	}
	return RunClock{}
}

// repeatable says which commands have their effect once.
func repeatable(c Command) (Command, bool) {
	switch c := c.(type) {
	case Acknowledge, Decline, CloseTrack, MessageOutcome, RunClock, Rate:
		return c, true
	}
	return nil, false
}

var trackOrder = []string{TrackOwed, TrackSent, TrackDelivered, TrackAcknowledged, TrackAsked, TrackDeclined, TrackClosedState}

func promises(r *rapid.T, before, after State) {
	for i, d := range before.Duties {
		now := after.Duties[i]
		if now.ID != d.ID || now.Due != d.Due || (d.Discharged && !now.Discharged) {
			r.Fatalf("duty %s was %+v and is %+v", d.ID, d, now)
		}
	}
	for i, t := range before.Tracks {
		now := after.Tracks[i]
		was, is := slices.Index(trackOrder, t.Status), slices.Index(trackOrder, now.Status)
		if is < 0 || (t.Acknowledged && !now.Acknowledged) || (was <= 2 && is < was) {
			r.Fatalf("track %s went from %s to %s", t.Authority, t.Status, now.Status)
		}
	}
	seen := map[string]bool{}
	for _, m := range after.Messages {
		if seen[m.ID] || m.ID == "" {
			r.Fatalf("message %q is owed twice", m.ID)
		}
		seen[m.ID] = true
		if m.Person == "" && m.Authority == "" && m.Tool == "" && !m.Operator {
			r.Fatalf("message %s is owed to nobody", m.ID)
		}
	}
	rules := map[string]bool{}
	for _, d := range after.Duties {
		if rules[d.Rule] {
			r.Fatalf("rule %s is owed twice", d.Rule)
		}
		rules[d.Rule] = true
	}
	if next := after.NextClock(); next != 0 && next < before.OpenedAt.UnixMicro() {
		r.Fatalf("the clock speaks before the incident began")
	}
}

// No fact of any life marshals to a null: the ledger takes none.
func TestFactsHoldNoNull(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	l.do(files(Supplement, usd(5)))
	l.do(Rate{Level: policy.High})
	l.do(files(Supplement, usd(1)))
	l.do(RunClock{})
	for _, f := range l.facts {
		body, err := json.Marshal(f.Fact)
		if err != nil || bytes.Contains(body, []byte("null")) {
			t.Errorf("%s: %s, %v", f.Fact.FactName(), body, err)
		}
	}
}
