package store

import (
	"context"
	"testing"
	"time"

	"tocsin/internal/domain/account"
	"tocsin/internal/domain/fault"
	"tocsin/internal/store/engine"
)

// The one clock of attempts is the database's, on both engines.
func TestPeer_S25_ClockIsTheDatabases(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		before := time.Now()
		at, err := s.Clock(context.Background())
		if off := at.Sub(before); err != nil || off < -2*time.Second || off > 10*time.Second {
			t.Errorf("the database's clock says %v, this machine's %v, %v", at, before, err)
		}
	})
}

func TestCredentialsChangeWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		c, ctx := openCases(t, cfg), context.Background()
		at := time.Date(2026, 6, 18, 17, 0, 0, 0, time.UTC)
		key := func(id byte) *account.Passkey {
			return &account.Passkey{ID: []byte{id}, Person: "p", Name: "k", Credential: []byte(`{}`), CreatedAt: at}
		}
		do := func(want fault.Kind, change account.Change) {
			t.Helper()
			change.Person, change.At = "p", at
			if err := c.ChangeCredentials(ctx, change); fault.KindOf(err) != want || want == "" && err != nil {
				t.Fatalf("%+v: %v, want %q", change, err, want)
			}
		}
		state := func() account.Account {
			t.Helper()
			a, err := c.Account(ctx, "p")
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		do(fault.KindNotFound, account.Change{Add: key(1)}) // no account yet, and no handle to make one with
		hash, secret, codes := "hash", []byte{9}, [][]byte{{1}, {2}}
		do("", account.Change{Handle: []byte{7}, Add: key(1), Password: &hash, TOTP: &secret, TOTPStep: 5, Recovery: &codes})
		do(fault.KindConflict, account.Change{Add: key(1), Password: new(string)})
		if a := state(); a.Generation != 1 || a.Password != "hash" || len(a.Passkeys) != 1 || a.Recovery != 2 {
			t.Errorf("a change that failed left %+v", a)
		}
		if who, err := c.PersonByHandle(ctx, []byte{7}); who != "p" || err != nil {
			t.Errorf("%q, %v", who, err)
		}
		if who, err := c.PersonByHandle(ctx, []byte{8}); who != "" || err != nil {
			t.Errorf("%q, %v", who, err)
		}
		for step, want := range map[int64]bool{4: false, 5: false, 6: true} {
			if ok, err := c.UseStep(ctx, "p", step); ok != want || err != nil {
				t.Errorf("step %d: %v, %v", step, ok, err)
			}
		}
		for i, want := range []bool{true, false} {
			if ok, err := c.UseRecoveryCode(ctx, "p", []byte{2}, at); ok != want || err != nil {
				t.Errorf("recovery code, time %d: %v, %v", i, ok, err)
			}
		}
		do(fault.KindNotFound, account.Change{Remove: []byte{3}})
		do(fault.KindGone, account.Change{Invitation: "00", Reset: true})
		if a := state(); a.Generation != 1 || a.Password != "hash" {
			t.Errorf("an invitation that is not there changed %+v", a)
		}
		inv := account.Invitation{Digest: "aa", Person: "p", By: "x", CreatedAt: at.Add(-time.Hour), ExpiresAt: at.Add(time.Second)}
		if err := c.SaveInvitation(ctx, inv, 3, 9); err != nil {
			t.Fatal(err)
		}
		do("", account.Change{Invitation: "aa", Reset: true, Handle: []byte{7}, Add: key(2)})
		do(fault.KindGone, account.Change{Invitation: "aa", Reset: true, Handle: []byte{7}, Add: key(3)})
		if a := state(); a.Generation != 2 || a.WithPassword() || a.Recovery != 0 || len(a.Passkeys) != 1 || a.Passkeys[0].ID[0] != 2 {
			t.Errorf("after the invitation: %+v", a)
		}
	})
}

// What works once is taken once, and forgotten when it would have run out anyway.
func TestSpendOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s, ctx := openConfig(t, cfg), context.Background()
		at := time.Date(2026, 6, 18, 17, 0, 0, 0, time.UTC)
		done := make(chan bool)
		for range 8 {
			go func() {
				ok, err := s.Spend(ctx, []byte{1}, at, at.Add(time.Minute))
				done <- ok && err == nil
			}()
		}
		won := 0
		for range 8 {
			if <-done {
				won++
			}
		}
		if won != 1 {
			t.Errorf("%d of 8 took it", won)
		}
		if ok, _ := s.Spend(ctx, []byte{2}, at.Add(time.Hour), at.Add(2*time.Hour)); !ok {
			t.Error("something else was taken with it")
		}
		var left int64
		if err := s.View(ctx, func(tx engine.Tx) error {
			return engine.One(ctx, tx, []any{&left}, "SELECT COUNT(*) FROM spent")
		}); err != nil || left != 1 {
			t.Errorf("%d are kept, %v", left, err)
		}
	})
}
