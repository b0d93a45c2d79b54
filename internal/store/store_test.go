package store

import (
	"context"
	"testing"

	"tocsin/internal/ledger"
)

func TestSmoke(t *testing.T) { onBoth(t, smoke) }

func smoke(t *testing.T, cfg Config) {
	ctx := context.Background()
	s := openConfig(t, cfg)
	for i := range 3 {
		if err := s.Commit(ctx, toyChange(t, s, "toy/a", i+1, "hello")); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := s.Load(ctx, "toy/a")
	if err != nil || len(entries) != 6 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	texts, err := s.Texts(ctx, []ledger.Digest{entries[0].Texts["words"], entries[5].Texts["words"]})
	if err != nil || len(texts) != 2 {
		t.Fatalf("%d texts, %v", len(texts), err)
	}
}
