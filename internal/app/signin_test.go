package app_test

import (
	"testing"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/testkit"
)

// A key works until it is revoked or runs out, and no later than a second after that.
func TestKeysEndWithinASecond(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		key, err := h.NewKey(ctx, "ca-dmv-iso", "test", nil, h.Clock.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		short, err := h.NewKey(ctx, "ca-dmv-iso", "test", nil, h.Clock.Now().Add(500*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		works := func(key string) bool {
			t.Helper()
			actor, err := h.ActorForKey(ctx, key)
			if err != nil && fault.KindOf(err) != fault.KindForbidden {
				t.Fatal(err)
			}
			if err == nil && (actor.Person != "ca-dmv-iso" || actor.Via != "api") {
				t.Errorf("the key is %+v", actor)
			}
			return err == nil
		}
		if !works(key) || !works(short) || works(key+"x") {
			t.Fatal("at first both keys work, and no other")
		}
		h.Clock.Move(600 * time.Millisecond)
		if !works(key) || works(short) {
			t.Error("a key that has run out still works, or the other does not")
		}
		if n, err := h.Record.RevokeKeys(ctx, "ca-dmv-iso", h.Clock.Now()); n != 2 || err != nil {
			t.Fatalf("revoked %d, %v", n, err)
		}
		h.Clock.Move(time.Second)
		if works(key) {
			t.Error("a revoked key works a second later")
		}
	})
}
