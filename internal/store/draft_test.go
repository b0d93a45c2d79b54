package store

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/intake"
	"tocsin/internal/store/engine"
)

func draft(key, form string, revision int64, at time.Time) intake.Draft {
	return intake.Draft{Person: "p1", Key: key, Entity: "e1", Kind: "initial", Form: form, Revision: revision, SavedAt: at}
}

// TestDrafts: the newest words win, what another tab had saved is kept beside them, and nobody sees another's.
func TestDrafts(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s, ctx, at := openConfig(t, cfg), context.Background(), testNow
		save := func(d intake.Draft, spare string, revision int64, wantKept string) {
			t.Helper()
			saved, kept, err := s.SaveDraft(ctx, d, spare)
			if err != nil || saved.Revision != revision {
				t.Fatalf("save: revision %d, want %d: %v", saved.Revision, revision, err)
			}
			if got := ""; kept != nil {
				got = kept.Form
				if got != wantKept || kept.Key != spare {
					t.Fatalf("kept %q under %s, want %q", got, kept.Key, wantKept)
				}
			} else if wantKept != "" {
				t.Fatalf("%q was not kept", wantKept)
			}
		}
		save(draft("a", "x=1", 0, at), "s1", 1, "")
		save(draft("a", "x=12", 1, at.Add(time.Second)), "s2", 2, "")
		save(draft("a", "x=tab two", 1, at.Add(2*time.Second)), "s3", 3, "x=12") // saw only the first
		save(draft("a", "x=tab two", 0, at.Add(3*time.Second)), "s4", 3, "")     // an answer that was lost, sent again
		list, err := s.Drafts(ctx, "p1", at)
		if err != nil || len(list) != 2 || list[0].Form != "x=tab two" || list[1].Form != "x=12" || list[0].SavedAt.Sub(at) != 2*time.Second {
			t.Fatalf("list: %+v %v", list, err)
		}
		if other, _ := s.Drafts(ctx, "p2", time.Time{}); len(other) != 0 {
			t.Errorf("another person sees %v", other)
		}
		if err := s.DropDraft(ctx, "p2", "a"); err != nil {
			t.Fatal(err)
		}
		if n, err := s.SweepDrafts(ctx, at.Add(2*time.Second)); n != 1 || err != nil {
			t.Errorf("swept %d %v", n, err)
		}
		if err := s.DropDraft(ctx, "p1", "a"); err != nil {
			t.Fatal(err)
		}
		if list, _ := s.Drafts(ctx, "p1", time.Time{}); len(list) != 0 {
			t.Errorf("left over: %v", list)
		}
	})
}

// TestDraftsBounded: one person cannot fill the disk, and is told so instead of losing a draft.
func TestDraftsBounded(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s, ctx := openConfig(t, cfg), context.Background()
		for i := range intake.MaxDrafts {
			if _, _, err := s.SaveDraft(ctx, draft(fmt.Sprint(i), "x", 0, testNow), "s"); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := s.SaveDraft(ctx, draft("more", "x", 0, testNow), "s"); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("one more: %v", err)
		}
		if _, _, err := s.SaveDraft(ctx, draft("0", "y", 1, testNow), "s"); err != nil {
			t.Errorf("an old one: %v", err)
		}
	})
}

// TestDraftRace: of tabs that save in the same moment each either wins, is kept, or is told to try again. No words vanish.
func TestDraftRace(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s, ctx := openConfig(t, cfg), context.Background()
		if _, _, err := s.SaveDraft(ctx, draft("a", "first", 0, testNow), ""); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for try := 0; ; try++ {
					_, _, err := s.SaveDraft(ctx, draft("a", fmt.Sprintf("tab %d", i), 1, testNow), fmt.Sprintf("spare %d", i))
					if err == nil {
						return
					}
					if fault.KindOf(err) != fault.KindConflict || try > 20 {
						t.Errorf("tab %d: %v", i, err)
						return
					}
				}
			}()
		}
		wg.Wait()
		list, err := s.Drafts(ctx, "p1", time.Time{})
		words := map[string]bool{}
		for _, d := range list {
			words[d.Form] = true
		}
		if err != nil || len(words) != 6 { // "first" was seen by the first of them and lawfully replaced
			t.Errorf("%d texts are left: %v %v", len(words), words, err)
		}
	})
}
