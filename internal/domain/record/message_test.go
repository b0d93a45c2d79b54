package record_test

import (
	"testing"
	"time"

	"tocsin/internal/domain/record"
)

type owes struct{}

func (owes) FactName() string { return "toy.owes.v1" }

type ended struct{ record.MessageEnd }

func (ended) FactName() string { return "toy.ended.v1" }

func fact(version int64, f record.Fact) record.Recorded {
	return record.Recorded{Fact: f, Version: version, At: time.Date(2026, 3, 2, 9, 0, int(version), 0, time.UTC)}
}

func end(message, outcome string) record.Recorded {
	return fact(2, ended{record.MessageEnd{Message: message, Outcome: outcome}})
}

// A message is on its way from the fact that owes it to the one that ends it; giving up for now ends nothing, and the operator hears of a
// message to a person once.
func TestOutbox(t *testing.T) {
	owed := record.Outbox(nil).After(fact(1, owes{}), []record.Message{{ID: "m1", Person: "ann"}, {ID: "m2", Operator: true}})
	if m := owed["m1"]; len(owed) != 2 || m.CauseAt != 1 || m.OwedAt.Second() != 1 {
		t.Fatalf("%+v", owed)
	}
	ids := func() string { return "m9" }
	for _, c := range []struct {
		name, message, outcome string
		news, alarm            bool
		left                   int
	}{
		{"delivered", "m1", record.Delivered, true, false, 1},
		{"refused", "m1", record.Refused, true, true, 1},
		{"given up for now", "m1", record.GaveUp, true, true, 2},
		{"the operator's own refused", "m2", record.Refused, true, false, 1},
		{"one that is not owed", "m3", record.Delivered, false, false, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := owed.End(record.MessageOutcome{Message: c.message, Outcome: c.outcome}, ids)
			if (e != nil) != c.news || e != nil && (len(e.Messages) == 1) != c.alarm {
				t.Fatalf("%+v", e)
			}
			after := owed.After(end(c.message, c.outcome), nil)
			if len(after) != c.left || len(owed) != 2 || owed["m1"].GaveUp {
				t.Errorf("after %+v, before %+v", after, owed)
			}
			if c.outcome != record.GaveUp {
				return
			}
			if again := after.End(record.MessageOutcome{Message: c.message, Outcome: c.outcome}, ids); again != nil {
				t.Errorf("said twice: %+v", again)
			}
			if e := after.End(record.MessageOutcome{Message: c.message, Outcome: record.Refused}, ids); e == nil || len(e.Messages) > 0 {
				t.Errorf("refused after that: %+v", e)
			}
		})
	}
	if same := owed.After(fact(3, owes{}), nil); len(same) != 2 {
		t.Errorf("a fact that is about no message: %+v", same)
	}
}
