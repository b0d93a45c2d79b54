package app_test

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
	"tocsin/internal/testkit"
)

// Two processes on one record remember the same incident. What the one wrote, the other decides on and shows, though what it
// remembers is older: nothing is ever refused, or left undone, on a state that was overtaken.
func TestWhatIsRememberedIsNeverSeenOld(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a := file(t, h, "ca-dmv-iso", laptop())
		stream, _, err := h.Record.Find(ctx, a.Incident)
		if err != nil {
			t.Fatal(err)
		}
		other := h.OtherRecord()
		before, _, err := other.Folded(ctx, stream)
		if err != nil || before.Version == 0 {
			t.Fatalf("%+v, %v", before, err)
		}
		if err := h.Ask(ctx, h.As("ca-cciu-investigator"), a.Incident, "ca-chp-cciu", "Was the disk encrypted?"); err != nil {
			t.Fatal(err)
		}
		// The other has not heard of the question, and would refuse the answer.
		now := h.Clock.Now()
		tried := 0
		after, err := other.Update(ctx, stream, func(st incident.State) (ledger.Decision, error) {
			tried++
			if len(st.Questions) == 0 {
				return ledger.Decision{}, fault.NotFound("no such question")
			}
			return ledger.Decision{At: now, Actor: "person:ca-dmv-iso", Drafts: []ledger.Draft{{Fact: &incident.Answered{Question: "q1"}}}}, nil
		})
		if err != nil || tried != 2 || !after.Questions[0].Answered {
			t.Errorf("after %d tries: %v, %+v", tried, err, after.Questions)
		}
		// And this process has not heard of the answer.
		st, facts, err := h.Record.Folded(ctx, stream)
		if err != nil || st.Version != after.Version || !st.Questions[0].Answered {
			t.Errorf("%v, version %d of %d", err, st.Version, after.Version)
		}
		_, all, err := h.Record.History(ctx, stream)
		if err != nil || !reflect.DeepEqual(st, incident.Fold(all)) {
			t.Errorf("what is remembered is not what the record comes to: %v", err)
		}
		entries, err := h.Record.Load(ctx, stream)
		if err != nil || len(entries) != len(facts) {
			t.Fatalf("%d facts of %d entries, %v", len(facts), len(entries), err)
		}
		for i, e := range entries {
			if e.Hash() != ledger.Digest(facts[i].Digest) || e.ID != facts[i].EntryID {
				t.Errorf("fact %d has the digest of another entry", i+1)
			}
		}
		h.Sequence()
		h.Sound()
	})
}

// A refusal is asked about, and told as it is, when what it stands on is still so.
func TestARefusalOnWhatIsStillSoIsTold(t *testing.T) {
	h := testkit.Start(t)
	a := file(t, h, "ca-dmv-iso", laptop())
	stream, _, err := h.Record.Find(ctx, a.Incident)
	if err != nil {
		t.Fatal(err)
	}
	no := errors.New("no")
	if _, err := h.Record.Update(ctx, stream, func(incident.State) (ledger.Decision, error) { return ledger.Decision{}, no }); err != no {
		t.Errorf("refused with %v", err)
	}
	st, err := h.Record.Update(ctx, stream, func(incident.State) (ledger.Decision, error) { return ledger.Decision{}, nil })
	if err != nil || st.Number != a.Incident {
		t.Errorf("nothing to do: %v, %q", err, st.Number)
	}
}

// Processes that write one incident at once, each with a memory of its own, lose nothing and write nothing twice.
func TestProcessesThatRememberContend(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a := file(t, h, "ma-rmv-iso", incident.Filing{Entity: "ma-demo-rmv", Description: "Ransom note", Categories: []string{"malware"}})
		stream, _, err := h.Record.Find(ctx, a.Incident)
		if err != nil {
			t.Fatal(err)
		}
		const processes, each = 3, 6
		var wg sync.WaitGroup
		for p := range processes {
			record := h.OtherRecord()
			wg.Go(func() {
				for i := range each {
					_, err := record.Update(ctx, stream, func(st incident.State) (ledger.Decision, error) {
						id := fmt.Sprintf("t%d", len(st.Response.Tasks)+1)
						return ledger.Decision{At: h.Clock.Now(), Actor: fmt.Sprintf("person:%d-%d", p, i),
							Drafts: []ledger.Draft{{Fact: &incident.TaskNoted{ID: id, Aim: "x", Role: "ir_lead"}}}}, nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		st, _, err := h.Record.Folded(ctx, stream)
		if err != nil || len(st.Response.Tasks) != processes*each {
			t.Fatalf("%d tasks, %v", len(st.Response.Tasks), err)
		}
		for i, task := range st.Response.Tasks {
			if task.ID != fmt.Sprintf("t%d", i+1) {
				t.Errorf("task %d was decided on a state without the one before: %s", i+1, task.ID)
			}
		}
		h.Sequence()
		h.Sound()
	})
}
