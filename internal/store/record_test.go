package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"tocsin/internal/ledger"
	"tocsin/internal/store/check"
	"tocsin/internal/store/engine"
)

var testNow = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// testKey is the same in every run.
func testKey(t testing.TB) (note.Signer, note.Verifier) {
	t.Helper()
	seed := sha256.Sum256([]byte("key of the tests"))
	secret, public, err := ledger.GenerateKey(bytes.NewReader(seed[:]), "tocsin.example/record")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ledger.ParseSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := ledger.ParseVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

func sequenceLease(t testing.TB, s *Record) engine.Lease {
	t.Helper()
	l, ok, err := s.AcquireLease(context.Background(), "sequencer", "test", time.Hour, testNow)
	if err != nil || !ok {
		t.Fatalf("lease: %v %v", ok, err)
	}
	return l
}

// sequenceAll runs the sequencer until nothing waits.
func sequenceAll(t testing.TB, s *Record) ledger.Checkpoint {
	t.Helper()
	signer, _ := testKey(t)
	lease := sequenceLease(t, s)
	for {
		n, c, err := s.Sequence(context.Background(), lease, signer, testNow)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return c
		}
	}
}

func mustCommit(t testing.TB, s *Record, c engine.Change) {
	t.Helper()
	if err := s.Commit(context.Background(), c); err != nil {
		t.Fatal(err)
	}
}

func mustVerify(t testing.TB, s *Record, anchors ...[]byte) *check.Report {
	t.Helper()
	_, key := testKey(t)
	r, err := s.Verify(context.Background(), check.VerifyOptions{Key: key, Anchors: anchors, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantSound(t testing.TB, r *check.Report) {
	t.Helper()
	for _, f := range r.Findings {
		t.Errorf("finding: %s", f)
	}
}

// fillToy makes a record with a bit of everything.
func fillToy(t testing.TB, s *Record, streams int) {
	t.Helper()
	for i := range streams {
		mustCommit(t, s, toyChange(t, s, fmt.Sprintf("toy/%03d", i), 1+i%3, "alpha beta"))
	}
	sequenceAll(t, s)
	for i := range streams / 2 {
		mustCommit(t, s, toyChange(t, s, fmt.Sprintf("toy/%03d", 2*i), 1, "alpha beta"))
	}
	sequenceAll(t, s)
}

func TestSequenceAndProofs(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		ctx := context.Background()
		_, key := testKey(t)
		fillToy(t, s, 12)
		c, err := s.LatestCheckpoint(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.OpenOwnCheckpoint(c.Note, key); err != nil {
			t.Fatal(err)
		}
		for i := range 12 {
			entries, err := s.Load(ctx, fmt.Sprintf("toy/%03d", i))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				r, err := s.Receipt(ctx, e)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := ledger.VerifyReceipt(r, key); err != nil {
					t.Errorf("%s/%d: %v", e.Stream, e.Version, err)
				}
			}
		}
		r := mustVerify(t, s, c.Note)
		wantSound(t, r)
		if r.Size != c.Size || r.Root != c.Root || r.Anchored != c.Size || len(r.Notes) > 1 {
			t.Errorf("report %+v, checkpoint %+v", r, c)
		}
	})
}
