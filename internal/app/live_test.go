package app_test

import (
	"slices"
	"testing"

	"tocsin/internal/domain/access"
	"tocsin/internal/testkit"
)

// What watching learns of is what the ledger has placed, each incident once with the object that access decides on.
func TestWatching(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a := file(t, h, "ca-dmv-iso", laptop())
		h.Sequence()
		head, err := h.Head(ctx)
		if err != nil || head < 0 {
			t.Fatal(head, err)
		}
		if changes, at, err := h.ChangesAfter(ctx, head); len(changes) != 0 || at != head || err != nil {
			t.Errorf("nothing changed, and yet %+v at %d, %v", changes, at, err)
		}
		before, err := h.Follow(ctx, h.As("ca-dmv-iso"), a.Incident)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Restrict(ctx, h.As("ca-coordinator"), a.Incident, []string{"ca-dmv-counsel"}, "An insider is suspected."); err != nil {
			t.Fatal(err)
		}
		h.Sequence()
		changes, at, err := h.ChangesAfter(ctx, head)
		if err != nil || len(changes) != 1 || at <= head {
			t.Fatalf("%+v at %d, %v", changes, at, err)
		}
		c := changes[0]
		if c.Stream != before.Stream || c.Version <= before.Version || !c.Object.Restricted || !slices.Equal(slices.Sorted(slices.Values(c.Object.Members)), []string{"ca-coordinator", "ca-dmv-counsel"}) {
			t.Errorf("%+v after %+v", c, before)
		}
		for person, may := range map[string]bool{"ca-dmv-iso": false, "ca-dmv-counsel": true, "ca-cciu-investigator": true, "ca-ciso": false} {
			_, err := h.Follow(ctx, h.As(person), a.Incident)
			if got := access.Allow(h.As(person), access.Read, c.Object); got != may || (err == nil) != may {
				t.Errorf("%s: allowed %v, follows %v", person, got, err)
			}
		}
		if n, _ := h.Counters(ctx, h.As("ca-dmv-iso")); n.Owed != 0 {
			t.Errorf("counters of an outsider: %+v", n)
		}
		if n, _ := h.Counters(ctx, h.As("ca-cciu-investigator")); n.Waiting != 1 {
			t.Errorf("counters of an officer: %+v", n)
		}
		if n, _ := h.Counters(ctx, h.As("ca-dmv-counsel")); n.Owed == 0 {
			t.Errorf("counters of a member: %+v", n)
		}
	})
}
