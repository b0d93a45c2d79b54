package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"tocsin/internal/domain/fault"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
)

func TestCommitAndLoad(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		var want []ledger.Entry
		for i := range 3 {
			c := toyChange(t, s, "toy/a", i+1, "héllo")
			mustCommit(t, s, c)
			want = append(want, c.Entries...)
		}
		got, err := s.Load(ctx, "toy/a")
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("loaded %+v, %v\nwant %+v", got, err, want)
		}
		if got, err = s.LoadUpTo(ctx, "toy/a", 2); err != nil || !reflect.DeepEqual(got, want[:2]) {
			t.Errorf("up to 2: %d entries, %v", len(got), err)
		}
		if got, err = s.Load(ctx, "toy/none"); err != nil || len(got) != 0 {
			t.Errorf("an absent stream has %d entries, %v", len(got), err)
		}
		if e, err := s.Entry(ctx, want[3].ID); err != nil || !reflect.DeepEqual(e, want[3]) {
			t.Errorf("by id: %+v, %v", e, err)
		}
		if _, err := s.Entry(ctx, "none"); !errors.Is(err, engine.ErrNoRow) {
			t.Errorf("an absent entry: %v", err)
		}
		d := want[0].Texts["words"]
		texts, err := s.Store.Texts(ctx, []ledger.Digest{d, want[5].Texts["words"], sha256.Sum256(nil)})
		if err != nil || len(texts) != 2 || string(texts[d]) != "héllo of toy/a at 1" {
			t.Errorf("texts %q, %v", texts, err)
		}
	})
}

func TestCommitConflicts(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		first := toyChange(t, s, "toy/a", 2, "one")
		mustCommit(t, s, first)
		for name, c := range map[string]engine.Change{
			"same version, other facts": toyChangeOn(t, "toy/a", nil, 1, "two"),
			"gap":                       toyChangeOn(t, "toy/b", first.Entries, 1, "two"),
			"other history":             otherHistory(t),
		} {
			if err := s.Commit(context.Background(), c); fault.KindOf(err) != fault.KindConflict {
				t.Errorf("%s: %v", name, err)
			}
		}
		if entries, _ := s.Load(context.Background(), "toy/a"); len(entries) != 2 {
			t.Errorf("%d entries", len(entries))
		}
		if err := s.Commit(context.Background(), first); err != nil {
			t.Errorf("the same change again: %v", err)
		}
		wantNothingOf(t, s, "toy/b")
	})
}

// otherHistory follows on two entries that are not those of toy/a.
func otherHistory(t *testing.T) engine.Change {
	forged := toyChangeOn(t, "toy/a", nil, 2, "forged")
	return toyChangeOn(t, "toy/a", forged.Entries, 1, "two")
}

func wantNothingOf(t *testing.T, s *Record, stream string) {
	t.Helper()
	err := s.View(context.Background(), func(tx engine.Tx) error {
		for _, q := range []string{"SELECT count(*) FROM entry WHERE stream = $1", "SELECT count(*) FROM text WHERE stream = $1",
			"SELECT count(*) FROM unsequenced WHERE stream = $1", "SELECT count(*) FROM toy WHERE id = $1", "SELECT count(*) FROM search WHERE key = $1"} {
			var n int64
			if err := engine.One(context.Background(), tx, []any{&n}, q, stream); err != nil || n != 0 {
				t.Errorf("%s: %d, %v", q, n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCommitRefusesUnsound(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		for name, spoil := range map[string]func(*engine.Change){
			"another stream":   func(c *engine.Change) { c.Stream = "toy/b" },
			"wrong version":    func(c *engine.Change) { c.Expect = 4 },
			"broken chain":     func(c *engine.Change) { c.Entries[1].Prev[0]++ },
			"body form":        func(c *engine.Change) { c.Entries[1].Body = json.RawMessage(`{"rank": 2}`) },
			"text not bound":   func(c *engine.Change) { c.Texts[0] = ledger.SealText("toy/a", [32]byte{9}, []byte("x")) },
			"text not sealed":  func(c *engine.Change) { c.Texts[0].Content = []byte("other") },
			"text elsewhere":   func(c *engine.Change) { c.Texts[0].Stream = "toy/b" },
			"disposal unnamed": func(c *engine.Change) { c.Dispose = []ledger.Digest{{1}} },
			"unknown table":    func(c *engine.Change) { c.Rows = []engine.Row{{Table: "entry", Values: []any{"x"}}} },
			"too few values":   func(c *engine.Change) { c.Rows = []engine.Row{{Table: "toy", Values: []any{"x"}}} },
			"wrong type":       func(c *engine.Change) { c.Rows = []engine.Row{{Table: "toy", Values: []any{"x", 1, "y", []byte{}}}} },
			"nil value":        func(c *engine.Change) { c.Rows = []engine.Row{{Table: "toy", Values: []any{"x", int64(1), "y", nil}}} },
			"NUL in a row": func(c *engine.Change) {
				c.Rows = []engine.Row{{Table: "toy", Values: []any{"x", int64(1), "a\x00b", []byte{}}}}
			},
			"broken UTF-8": func(c *engine.Change) {
				c.Rows = []engine.Row{{Table: "toy", Values: []any{"x", int64(1), "\xff", []byte{}}}}
			},
			"plain SQL that fails": func(c *engine.Change) {
				c.Plain = []engine.Statement{{SQL: "INSERT INTO nowhere VALUES (1)"}}
			},
		} {
			c := toyChangeOn(t, "toy/a", nil, 2, "x")
			spoil(&c)
			if err := s.Commit(context.Background(), c); err == nil {
				t.Errorf("%s: committed", name)
			}
			wantNothingOf(t, s, "toy/a")
		}
	})
}

// TestGroupSurvivesOneBadChange puts a change that fails among many: only it is refused.
func TestGroupSurvivesOneBadChange(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		var wg sync.WaitGroup
		var failed atomic.Int64
		for i := range 40 {
			c := toyChangeOn(t, fmt.Sprintf("toy/%d", i), nil, 2, "x")
			if i%10 == 3 {
				c.Plain = []engine.Statement{{SQL: "INSERT INTO nowhere VALUES (1)"}}
			}
			wg.Go(func() {
				if err := s.Commit(context.Background(), c); err != nil {
					failed.Add(1)
				}
			})
		}
		wg.Wait()
		if failed.Load() != 4 {
			t.Errorf("%d changes failed, 4 should", failed.Load())
		}
		for i := range 40 {
			entries, err := s.Load(context.Background(), fmt.Sprintf("toy/%d", i))
			if want := map[bool]int{true: 0, false: 2}[i%10 == 3]; err != nil || len(entries) != want {
				t.Errorf("toy/%d: %d entries, %v", i, len(entries), err)
			}
		}
	})
}

// TestWritersOnOneStream is 64 writers who load, decide and commit: no update may be lost, and each must get through.
func TestWritersOnOneStream(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		var wg sync.WaitGroup
		var conflicts atomic.Int64
		for range 64 {
			wg.Go(func() {
				for {
					err := s.Commit(context.Background(), toyChange(t, s, "toy/a", 1, "x"))
					if err == nil {
						return
					}
					if fault.KindOf(err) != fault.KindConflict {
						t.Error(err)
						return
					}
					conflicts.Add(1)
				}
			})
		}
		wg.Wait()
		entries, err := s.Load(context.Background(), "toy/a")
		if err != nil || len(entries) != 64 {
			t.Fatalf("%d entries, %v", len(entries), err)
		}
		t.Logf("%d conflicts", conflicts.Load())
		sequenceAll(t, s)
		wantSound(t, mustVerify(t, s))
	})
}

var errInjected = errors.New("injected")

// TestCommitFaults fails the commit before and after its effect. The caller retries blindly either way, and finds one
// set of entries, texts and rows.
func TestCommitFaults(t *testing.T) {
	for _, point := range []string{"before_commit", "after_commit"} {
		t.Run(point, func(t *testing.T) {
			onBoth(t, func(t *testing.T, cfg engine.Config) {
				var armed atomic.Int64
				cfg.Fault = func(p string) error {
					if p == point && armed.Add(-1) >= 0 {
						return errInjected
					}
					return nil
				}
				s := openConfig(t, cfg)
				c := toyChange(t, s, "toy/a", 3, "x")
				c.Deliveries = []engine.Delivery{{Message: "m1"}}
				armed.Store(1)
				err := s.Commit(context.Background(), c)
				if persisted := point == "after_commit"; persisted != (err == nil) {
					t.Errorf("first answer: %v", err)
				}
				if err := s.Commit(context.Background(), c); err != nil {
					t.Errorf("retry: %v", err)
				}
				other := toyChangeOn(t, "toy/a", nil, 1, "other")
				if err := s.Commit(context.Background(), other); fault.KindOf(err) != fault.KindConflict {
					t.Errorf("another decision on the old state: %v", err)
				}
				if entries, _ := s.Load(context.Background(), "toy/a"); len(entries) != 3 {
					t.Errorf("%d entries", len(entries))
				}
				if d, _ := s.Deliveries(context.Background()); len(d) != 1 {
					t.Errorf("%d deliveries", len(d))
				}
				sequenceAll(t, s)
				wantSound(t, mustVerify(t, s))
			})
		})
	}
}

// TestGroupFaults fails whole groups now and then, on either side of the effect, under many callers.
func TestGroupFaults(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		var calls atomic.Int64
		cfg.Fault = func(string) error {
			if calls.Add(1)%5 == 0 {
				return errInjected
			}
			return nil
		}
		s := openConfig(t, cfg)
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 10 {
					c := toyChangeOn(t, fmt.Sprintf("toy/%d-%d", w, i), nil, 1, "x")
					for s.Commit(context.Background(), c) != nil {
					}
				}
			})
		}
		wg.Wait()
		r := mustVerify(t, s)
		wantSound(t, r)
		if r.Entries != 80 || r.Unsequenced != 80 {
			t.Errorf("%d entries, %d unsequenced", r.Entries, r.Unsequenced)
		}
	})
}

func TestBrokenRecordTakesNoMore(t *testing.T) {
	s := openToy(t, sqliteDSN(t), func(c *engine.Config) {
		c.Fault = func(string) error { return engine.BrokenError{Err: errInjected} }
	})
	c := toyChangeOn(t, "toy/a", nil, 1, "x")
	if err := s.Commit(context.Background(), c); !errors.Is(err, errInjected) {
		t.Fatal(err)
	}
	s.Cfg.Fault = nil
	if err := s.Commit(context.Background(), c); !errors.Is(err, errInjected) || s.Err() == nil {
		t.Errorf("after a failed sync: %v, %v", err, s.Err())
	}
	if err := s.Store.Update(context.Background(), func(engine.Tx) error { return nil }); err == nil {
		t.Error("plain tables can still be written")
	}
	if _, err := s.Load(context.Background(), "toy/a"); err != nil {
		t.Errorf("reading should go on: %v", err)
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	s := openToy(t, sqliteDSN(t))
	held, release := make(chan struct{}), make(chan struct{})
	go s.Store.Update(context.Background(), func(engine.Tx) error { close(held); <-release; return nil })
	<-held
	first := make(chan error)
	go func() { first <- s.Commit(context.Background(), toyChangeOn(t, "toy/a", nil, 1, "x")) }()
	for len(s.Queue.Leaders) == 0 {
	}
	ctx, cancel := context.WithCancel(context.Background())
	second := make(chan error)
	go func() { second <- s.Commit(ctx, toyChangeOn(t, "toy/b", nil, 1, "x")) }()
	cancel()
	close(release)
	if err := <-first; err != nil {
		t.Error(err)
	}
	// The second was either given up while it waited, or written; it must say which.
	err := <-second
	entries, _ := s.Load(context.Background(), "toy/b")
	if (err == nil) != (len(entries) == 1) || err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("answer %v, but %d entries", err, len(entries))
	}
}

func TestDisposal(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		mustCommit(t, s, toyChange(t, s, "toy/a", 3, "secretword"))
		before := sequenceAll(t, s)
		entries, _ := s.Load(ctx, "toy/a")
		gone := entries[1].Texts["words"]
		mustCommit(t, s, disposal(t, s, "toy/a", entries, gone))
		after := sequenceAll(t, s)
		texts, err := s.Store.Texts(ctx, []ledger.Digest{gone, entries[0].Texts["words"]})
		if err != nil || len(texts) != 1 {
			t.Errorf("texts %q, %v", texts, err)
		}
		// Every earlier proof still verifies.
		r := mustVerify(t, s, before.Note, after.Note)
		wantSound(t, r)
		if r.Disposed != 1 || r.Anchored != after.Size {
			t.Errorf("report %+v", r)
		}
		if err := s.Rebuild(ctx, nil); err != nil {
			t.Fatal(err)
		}
		wantSound(t, mustVerify(t, s))
	})
}

func disposal(t *testing.T, s *Record, stream string, entries []ledger.Entry, gone ledger.Digest) engine.Change {
	t.Helper()
	chain := ledger.ChainOf(stream, entries)
	c := engine.Change{Stream: stream, Expect: chain.Version, Dispose: []ledger.Digest{gone}}
	body, _ := json.Marshal(disposed{Digests: []string{gone.String()}})
	e, err := chain.Append(ledger.Entry{ID: toyID(stream, chain.Version+1), Fact: ledger.DisposedFact, At: 1, Actor: "person:toy", Body: body})
	if err != nil {
		t.Fatal(err)
	}
	c.Entries = []ledger.Entry{e}
	var digests []ledger.Digest
	for _, e := range entries {
		if d := e.Texts["words"]; d != gone {
			digests = append(digests, d)
		}
	}
	texts, err := s.Store.Texts(context.Background(), digests)
	if err != nil {
		t.Fatal(err)
	}
	return withRows(t, c, entries, texts)
}

// TestDisposalLeavesNoBytes looks for the text in the files themselves.
func TestDisposalLeavesNoBytes(t *testing.T) {
	dsn := sqliteDSN(t)
	s := openToy(t, dsn)
	long := strings.Repeat("canaryword ", 2000) // long enough for pages of its own
	mustCommit(t, s, toyChange(t, s, "toy/a", 2, long))
	entries, _ := s.Load(context.Background(), "toy/a")
	c := disposal(t, s, "toy/a", entries, entries[0].Texts["words"])
	mustCommit(t, s, c)
	entries, _ = s.Load(context.Background(), "toy/a")
	mustCommit(t, s, disposal(t, s, "toy/a", entries, entries[1].Texts["words"]))
	for _, f := range filesOf(t, dsn) {
		if n := bytes.Count(f.content, []byte("canaryword")); n > 0 {
			t.Errorf("%s still holds the word %d times", f.name, n)
		}
	}
}
