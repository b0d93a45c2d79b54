package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/ledger"
	"tocsin/internal/store/check"
	"tocsin/internal/store/engine"
)

// TestSequenceProperty interleaves commits to several streams with steps of the sequencer: every checkpoint is
// consistent with every one before it, each entry is included once, and streams keep their order. Q25.
func TestSequenceProperty(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		signer, key := testKey(t)
		lease := sequenceLease(t, s)
		ctx, run := context.Background(), 0
		notes := []ledger.Checkpoint{}
		rapid.Check(t, func(rt *rapid.T) {
			run++
			for range rapid.IntRange(1, 8).Draw(rt, "steps") {
				if rapid.IntRange(0, 2).Draw(rt, "what") == 0 {
					_, c, err := s.Sequence(ctx, lease, signer, testNow)
					if err != nil {
						rt.Fatalf("sequence: %v", err)
					}
					notes = append(notes, c)
					continue
				}
				stream := fmt.Sprintf("toy/%d-%d", run, rapid.IntRange(0, 3).Draw(rt, "stream"))
				if err := s.Commit(ctx, toyChange(t, s, stream, rapid.IntRange(1, 4).Draw(rt, "n"), "x")); err != nil {
					rt.Fatalf("commit: %v", err)
				}
			}
			for i := 1; i < len(notes); i++ {
				m, n := notes[i-1], notes[i]
				if m.Size == 0 {
					continue
				}
				path, err := s.Consistency(ctx, m.Size, n.Size)
				if err != nil {
					rt.Fatalf("consistency: %v", err)
				}
				if err := ledger.VerifyConsistency(m.Size, n.Size, path, m.Root, n.Root); err != nil {
					rt.Fatalf("consistency of %d and %d: %v", m.Size, n.Size, err)
				}
			}
			notes = notes[max(0, len(notes)-1):]
		})
		last := sequenceAll(t, s)
		r, err := s.Verify(ctx, check.VerifyOptions{Key: key, Anchors: [][]byte{last.Note}})
		if err != nil {
			t.Fatal(err)
		}
		wantSound(t, r)
		if r.Leaves != r.Entries || r.Anchored != r.Size {
			t.Errorf("%d leaves, %d entries", r.Leaves, r.Entries)
		}
	})
}

// TestSequenceFaults fails the step before and after its effect: the next step goes on as if nothing had been.
func TestSequenceFaults(t *testing.T) {
	for _, point := range []string{"before_sequenced", "after_sequenced"} {
		t.Run(point, func(t *testing.T) {
			onBoth(t, func(t *testing.T, cfg engine.Config) {
				var armed atomic.Bool
				cfg.Fault = func(p string) error {
					if p == point && armed.Swap(false) {
						return errInjected
					}
					return nil
				}
				s := openConfig(t, cfg)
				signer, _ := testKey(t)
				mustCommit(t, s, toyChange(t, s, "toy/a", 3, "x"))
				lease := sequenceLease(t, s)
				armed.Store(true)
				if _, _, err := s.Sequence(context.Background(), lease, signer, testNow); !errors.Is(err, errInjected) {
					t.Fatal(err)
				}
				mustCommit(t, s, toyChange(t, s, "toy/b", 2, "x"))
				c := sequenceAll(t, s)
				if c.Size != 5 {
					t.Errorf("size %d", c.Size)
				}
				r := mustVerify(t, s, c.Note)
				wantSound(t, r)
				if want := map[string]int64{"before_sequenced": 1, "after_sequenced": 2}[point]; r.Checkpoints != want {
					t.Errorf("%d checkpoints, want %d", r.Checkpoints, want)
				}
			})
		})
	}
}

// TestTwoSequencers runs steps of two holders at a time, as after a lease that was lost unnoticed.
func TestTwoSequencers(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		signer, _ := testKey(t)
		for i := range 20 {
			mustCommit(t, s, toyChange(t, s, fmt.Sprint("toy/", i), 2, "x"))
		}
		var leases []engine.Lease
		for _, name := range []string{"one", "two"} { // two names: neither fences the other
			l, _, err := s.AcquireLease(context.Background(), name, name, time.Hour, testNow)
			if err != nil {
				t.Fatal(err)
			}
			leases = append(leases, l)
		}
		done := make(chan error, 2)
		for _, l := range leases {
			go func() {
				_, _, err := s.Sequence(context.Background(), l, signer, testNow)
				done <- err
			}()
		}
		first, second := <-done, <-done
		if first != nil && second != nil {
			t.Errorf("both failed: %v, %v", first, second)
		}
		c := sequenceAll(t, s)
		r := mustVerify(t, s, c.Note)
		wantSound(t, r)
		if r.Leaves != 40 {
			t.Errorf("%d leaves", r.Leaves)
		}
	})
}

func TestNothingToSequence(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		if _, err := s.LatestCheckpoint(ctx); !errors.Is(err, engine.ErrNoRow) {
			t.Errorf("a checkpoint of nothing: %v", err)
		}
		if c := sequenceAll(t, s); c.Size != 0 {
			t.Errorf("%+v", c)
		}
		mustCommit(t, s, toyChange(t, s, "toy/a", 1, "x"))
		entries, _ := s.Load(ctx, "toy/a")
		if _, err := s.LeafOf(ctx, entries[0].ID); !errors.Is(err, engine.ErrNoRow) {
			t.Errorf("leaf before its time: %v", err)
		}
		if _, err := s.Receipt(ctx, entries[0]); !errors.Is(err, engine.ErrNoRow) {
			t.Errorf("receipt before its time: %v", err)
		}
		c := sequenceAll(t, s)
		if again := sequenceAll(t, s); string(again.Note) != string(c.Note) {
			t.Error("an idle step signs anew")
		}
		if leaf, err := s.LeafOf(ctx, entries[0].ID); leaf != 0 || err != nil {
			t.Errorf("leaf %d, %v", leaf, err)
		}
		if _, _, err := s.Inclusion(ctx, entries[0].ID, 0); !errors.Is(err, engine.ErrNoRow) {
			t.Errorf("included in nothing: %v", err)
		}
	})
}

// TestSequencerRefusesAnotherTree spoils the tree: the sequencer must not sign on top of it.
func TestSequencerRefusesAnotherTree(t *testing.T) {
	s := openToy(t, sqliteDSN(t))
	fillToy(t, s, 3)
	sqliteTamperer(t, s)
	ctx := context.Background()
	signer, _ := testKey(t)
	lease := sequenceLease(t, s)
	mustCommit(t, s, toyChange(t, s, "toy/new", 1, "x"))
	for _, spoil := range []string{
		"UPDATE tile SET hashes = zeroblob(length(hashes))",
		"DELETE FROM leaf WHERE idx = (SELECT max(idx) FROM leaf)",
		"DELETE FROM checkpoint",
	} {
		if _, err := s.Eng.(*engine.SQLiteEngine).Writer.Exec(ctx, "SAVEPOINT spoil"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Eng.(*engine.SQLiteEngine).Writer.Exec(ctx, spoil); err != nil {
			t.Fatal(err)
		}
		tx := s.Eng.(*engine.SQLiteEngine).Writer
		if n, _, err := s.SequenceBatch(ctx, tx, signer); err == nil {
			t.Errorf("%s: sequenced %d", spoil, n)
		}
		if err := engine.ExecAll(ctx, tx, "ROLLBACK TO spoil", "RELEASE spoil"); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.Sequence(ctx, lease, signer, testNow); err != nil {
		t.Errorf("the sound tree: %v", err)
	}
}

// copyFile takes a snapshot of a closed database.
func copyFile(t *testing.T, dsn string) string {
	t.Helper()
	to := sqliteDSN(t)
	for _, f := range filesOf(t, dsn) {
		path := filepath.Join(filepath.Dir(to[len("sqlite:"):]), f.name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// TestOutsideCheckpointConvicts plays an insider with database and key: a restored older copy, and a tail that was
// written anew. Inside all is sound; only the outside checkpoint shows it, and without one the report says so.
func TestOutsideCheckpointConvicts(t *testing.T) {
	dsn := sqliteDSN(t)
	s := openToy(t, dsn)
	mustCommit(t, s, toyChange(t, s, "toy/a", 2, "x"))
	sequenceAll(t, s)
	s.Close()
	older := copyFile(t, dsn)
	s = openToy(t, dsn)
	mustCommit(t, s, toyChange(t, s, "toy/b", 2, "true"))
	anchor := sequenceAll(t, s)
	wantSound(t, mustVerify(t, s, anchor.Note))

	rolledBack := openToy(t, older)
	if r := mustVerify(t, rolledBack); !r.Sound() || len(r.Notes) == 0 {
		t.Errorf("without an outside checkpoint: %v, %v", r.Findings, r.Notes)
	}
	if r := mustVerify(t, rolledBack, anchor.Note); r.Sound() {
		t.Error("the rollback goes unseen")
	}
	mustCommit(t, rolledBack, toyChange(t, rolledBack, "toy/b", 3, "forged"))
	sequenceAll(t, rolledBack)
	if r := mustVerify(t, rolledBack); !r.Sound() || len(r.Notes) == 0 {
		t.Errorf("without an outside checkpoint: %v, %v", r.Findings, r.Notes)
	}
	if r := mustVerify(t, rolledBack, anchor.Note); r.Sound() {
		t.Error("the forged tail goes unseen")
	}
	if r := mustVerify(t, s, []byte("no note")); r.Sound() {
		t.Error("an unreadable outside checkpoint is passed over")
	}
}
