package work_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/operation"
	"tocsin/internal/ledger"
	"tocsin/internal/testkit"
	pgtest "tocsin/internal/testkit/pg"
	"tocsin/internal/work"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// outside is a witness in memory. Remembering, it can be asked what it holds; else it answers on sending, as one over HTTP does.
type outside struct {
	name        string
	remembering bool
	fail        error
	note        []byte
	size        int64
	sent        int
}

func (o *outside) Name() string { return o.name }

func (o *outside) Held(context.Context) ([]byte, error) {
	if o.remembering {
		return o.note, nil
	}
	return nil, nil
}

func (o *outside) Send(_ context.Context, c ledger.Checkpoint, old int64, proof []ledger.Digest) error {
	if o.fail != nil {
		return o.fail
	}
	if old != o.size {
		return operation.HoldsError{Size: o.size}
	}
	if o.size > 0 {
		held, err := ledger.ParseCheckpoint(o.note)
		if err != nil {
			return err
		}
		if err := ledger.VerifyConsistency(held.Size, c.Size, proof, held.Root, c.Root); err != nil {
			return err
		}
	}
	o.note, o.size = c.Note, c.Size
	o.sent++
	return nil
}

// witnessed is a record with a witness, and what its alarms said.
type witnessed struct {
	*testkit.Harness
	w      *work.Witnessing
	alarms []string
	filed  int
}

func watched(h *testkit.Harness, all ...work.Witness) *witnessed {
	v := &witnessed{Harness: h}
	v.w = &work.Witnessing{Tree: h.Record, Witnesses: all, Now: h.Clock.Now, Log: slog.New(slog.DiscardHandler),
		Alarm: func(ctx context.Context, about, words string) error {
			v.alarms = append(v.alarms, words)
			return h.RaiseAlarm(ctx, about, words)
		}}
	return v
}

func (v *witnessed) grow(person, entity string) {
	v.T.Helper()
	v.filed++
	if _, err := v.File(context.Background(), v.As(person), incident.Filing{Entity: entity, Description: "Something"},
		app.FileOptions{IdempotencyKey: fmt.Sprint(entity, v.filed), BodyDigest: ledger.Digest{byte(v.filed)}}); err != nil {
		v.T.Fatal(err)
	}
	v.Sequence()
}

// step runs the loop after a while and answers what is on record of a witness.
func (v *witnessed) step(name string) operation.Sent {
	v.T.Helper()
	v.Clock.Move(10 * time.Minute)
	if _, err := v.w.Step(context.Background(), 0); err != nil {
		v.T.Fatal(err)
	}
	held, err := v.Record.Witness(context.Background(), name)
	if err != nil {
		v.T.Fatal(err)
	}
	return held
}

func onEngines(t *testing.T, test func(t *testing.T, h *testkit.Harness)) {
	t.Run("sqlite", func(t *testing.T) { test(t, testkit.Start(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, testkit.StartOn(t, pgtest.DatabaseFrom(t, "demo", testkit.Prepare))) })
}

func TestWitnessFollowsTheTree(t *testing.T) {
	onEngines(t, func(t *testing.T, h *testkit.Harness) {
		asked, silent, broken := &outside{name: "file:a", remembering: true}, &outside{name: "http:b"}, &outside{name: "mail:c",
			fail: errors.New("no route")}
		v := watched(h, broken, asked, silent)
		v.step("file:a") // nothing to send yet
		var last int64
		for range 3 {
			v.grow("ca-dmv-iso", "ca-demo-dmv")
			for _, name := range []string{"file:a", "http:b"} {
				if held := v.step(name); held.Failure != "" || held.Size <= last && name == "file:a" {
					t.Fatalf("%s after %d: %+v", name, last, held)
				} else if name == "http:b" {
					last = held.Size
				}
			}
		}
		if asked.sent != 3 || silent.sent != 3 {
			t.Errorf("sent %d and %d times: not once for each growth", asked.sent, silent.sent)
		}
		if held := v.step("mail:c"); held.Failure != "no route" || !held.At.IsZero() || len(v.alarms) != 0 {
			t.Errorf("the one that cannot be reached: %+v, alarms %v", held, v.alarms)
		}
		// What is on record here was lost: the witness says where it stands and gets the proof from there.
		if err := h.Record.KeepWitness(context.Background(), operation.Sent{Name: "http:b"}); err != nil {
			t.Fatal(err)
		}
		v.grow("ca-dmv-iso", "ca-demo-dmv")
		if held := v.step("http:b"); held.Failure != "" || held.Size != silent.size {
			t.Errorf("after a loss: %+v", held)
		}
		v.Clock.Move(25 * time.Hour)
		sent := asked.sent
		if v.step("file:a"); asked.sent <= sent {
			t.Error("nothing was sent for a day")
		}
	})
}

// Another record under the same key, or this one set back, is not sent: the witness keeps what it holds, and a person is told.
func TestWitnessRefusesAnotherTree(t *testing.T) {
	onEngines(t, func(t *testing.T, h *testkit.Harness) {
		asked, silent := &outside{name: "file:a", remembering: true}, &outside{name: "http:b"}
		v := watched(h, asked, silent)
		for range 3 {
			v.grow("ca-dmv-iso", "ca-demo-dmv")
		}
		v.step("file:a")
		size := asked.size
		for name, more := range map[string]int{"shrunk": 1, "forked": 9} {
			other := watched(testkit.Start(t), asked, silent)
			for range more {
				other.grow("ma-rmv-iso", "ma-demo-rmv")
			}
			if held := other.step("file:a"); !strings.Contains(held.Failure, "REFUSED") || !held.At.IsZero() {
				t.Errorf("%s, a witness that can be asked: %+v", name, held)
			}
			if held, _ := other.Record.Witness(context.Background(), "http:b"); held.Failure == "" {
				t.Errorf("%s, a witness that answers: %+v", name, held)
			}
			if len(other.alarms) == 0 || !strings.Contains(other.alarms[0], "not the one that this witness holds") {
				t.Errorf("%s: alarms %v", name, other.alarms)
			}
		}
		if asked.size != size || silent.size != size {
			t.Errorf("the witnesses hold %d and %d, want %d", asked.size, silent.size, size)
		}
	})
}
