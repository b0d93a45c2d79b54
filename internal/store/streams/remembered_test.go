package streams_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tocsin/internal/domain/record"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/streams"
)

// noted is the one kind of fact of these tests.
type noted struct {
	Word string `json:"word"`
}

func (noted) FactName() string { return "toy.noted.v1" }

type words []string

var toys = streams.Aggregate[words]{Kind: "toy", Fold: func(facts []record.Recorded) (out words) {
	for _, r := range facts {
		out = append(out, r.Fact.(*noted).Word)
	}
	return out
}, Rows: func(string, []record.Recorded, []record.Recorded, func(string) []byte) []engine.Row { return nil }}

// process is one process on a database.
func process(t *testing.T, dsn string) *streams.Streams {
	t.Helper()
	r := ledger.NewRegistry()
	r.Add(noted{}.FactName(), func() any { return new(noted) })
	s, err := engine.Open(context.Background(), engine.Config{DSN: dsn, Registry: r})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &streams.Streams{Store: s, Registry: r}
}

// note adds a word on condition that the stream holds those before.
func note(t *testing.T, c *streams.Streams, word string, before ...string) {
	t.Helper()
	err := streams.Update(t.Context(), c, toys, "a", func(w words) (ledger.Decision, error) {
		if !slices.Equal(w, before) {
			return ledger.Decision{}, errors.New("overtaken")
		}
		return ledger.Decision{At: time.Unix(1_700_000_000, 0), Actor: "person:toy", Drafts: []ledger.Draft{{Fact: &noted{word}}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func holds(t *testing.T, c *streams.Streams, want ...string) {
	t.Helper()
	facts, err := streams.FactsOf(t.Context(), c, toys, "a")
	if got := toys.Fold(facts); err != nil || !slices.Equal(got, want) {
		t.Errorf("the stream holds %q, %v; want %q", got, err, want)
	}
}

// What a process remembers of a stream holds only as long as the record has that very entry. Where the record was put back and went
// another way, as after the failure of a server, the same version says something else.
func TestRememberedIsHeldAgainstTheRecord(t *testing.T) {
	t.Parallel()
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "record.db")
	here, there := process(t, dsn), process(t, dsn)
	note(t, here, "one")
	note(t, here, "two", "one")
	note(t, there, "three", "one", "two")
	holds(t, here, "one", "two", "three") // what another process added is read

	err := here.Store.Update(t.Context(), func(tx engine.Tx) error {
		for _, sql := range []string{"DROP TRIGGER entry_no_delete", "DELETE FROM entry WHERE stream = 'toy/a' AND version > 1",
			"DELETE FROM unsequenced"} {
			if _, err := tx.Exec(t.Context(), sql); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	note(t, process(t, dsn), "other", "one")
	note(t, process(t, dsn), "way", "one", "other")
	holds(t, here, "one", "other", "way")
	note(t, here, "on", "one", "other", "way")
	holds(t, there, "one", "other", "way", "on")
}

// A refusal is never told from memory: it is asked again of what the record holds.
func TestRefusalIsNotOfMemory(t *testing.T) {
	t.Parallel()
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "record.db")
	here, there := process(t, dsn), process(t, dsn)
	note(t, here, "one")
	note(t, there, "two", "one")
	note(t, here, "three", "one", "two") // which what it remembers would refuse
	holds(t, there, "one", "two", "three")

	note(t, there, "four", "one", "two", "three")
	no := errors.New("no")
	for _, want := range []int{2, 1} { // once more where it was overtaken
		tries := 0
		err := streams.Update(t.Context(), here, toys, "a", func(words) (ledger.Decision, error) {
			tries++
			return ledger.Decision{}, no
		})
		if !errors.Is(err, no) || tries != want {
			t.Errorf("refused after %d tries with %v, want %d", tries, err, want)
		}
	}
}
