package app_test

import (
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/testkit"
)

func TestSessionsRestAndEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		p := h.WithPassword("ca-dmv-iso")
		idle := p.SignIn(ctx)
		h.Clock.Move(29 * time.Minute)
		if h.Is(idle).Person == "" {
			t.Error("gone after 29 minutes of rest")
		}
		h.Clock.Move(31 * time.Minute)
		if h.Is(idle).Person != "" {
			t.Error("still there after 31 minutes of rest")
		}
		busy, from := p.SignIn(ctx), h.Clock.Now()
		for h.Clock.Now().Sub(from) < 12*time.Hour {
			if h.Is(busy).Person == "" {
				t.Fatalf("gone after %v of work", h.Clock.Now().Sub(from))
			}
			h.Clock.Move(20 * time.Minute)
		}
		if h.Is(busy).Person != "" {
			t.Error("still there after 12 hours of work")
		}
	})
}

// TestPeer_S23_ChangesEndSessions: the next request after a change of account, role or credential finds no session, on this
// replica and on another; a new proof and a change of one's own give a new id and end the old.
func TestPeer_S23_ChangesEndSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		p := h.WithPassword("ca-dmv-iso")
		other := replica(t, h, 0)
		edit := func(change func(*directory.Person)) {
			t.Helper()
			err := other.EditDirectory(ctx, access.System("test"), func(in *directory.Import) error {
				for i := range in.People {
					if in.People[i].ID == p.ID {
						change(&in.People[i])
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		password := func(token string) (string, error) {
			session, _, err := h.SetPassword(ctx, token, app.PasswordSetup{Password: testkit.Password, Repeated: testkit.Password})
			return session, err
		}
		for name, change := range map[string]func(token string) (string, error){
			"role given": func(string) (string, error) {
				edit(func(d *directory.Person) {
					d.Roles = append(d.Roles, directory.Assignment{Role: directory.Auditor, Entity: "ca-demo-dmv"})
				})
				return "", nil
			},
			"role taken": func(string) (string, error) {
				edit(func(d *directory.Person) { d.Roles = d.Roles[:1] })
				return "", nil
			},
			"left":               func(string) (string, error) { edit(func(d *directory.Person) { d.Gone = true }); return "", nil },
			"password":           password,
			"new recovery codes": func(token string) (string, error) { s, _, err := h.NewRecoveryCodes(ctx, token); return s, err },
			"step-up": func(token string) (string, error) {
				h.Clock.Move(30 * time.Second)
				return h.StepUp(ctx, token, app.Proof{Code: p.Code(0)})
			},
			"signed out": func(token string) (string, error) { return "", h.SignOut(ctx, token) },
		} {
			edit(func(d *directory.Person) { d.Gone = false })
			h.Clock.Move(2 * time.Second) // signing in may take a directory that is a second old; a session that lives may not
			first, mine := p.SignIn(ctx), p.SignIn(ctx)
			if first == mine || h.Is(first).Person != p.ID || h.Is(mine).Person != p.ID {
				t.Fatalf("%s: two sessions to begin with", name)
			}
			half := p.Half(ctx)
			fresh, err := change(mine)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for where, a := range map[string]*app.App{"here": h.App, "there": other} {
				if _, err := a.ActorForSession(ctx, mine); fault.KindOf(err) != fault.KindForbidden {
					t.Errorf("%s: the session itself lives on %s: %v", name, where, err)
				}
				_, err := a.ActorForSession(ctx, first)
				if lives := name == "step-up" || name == "signed out"; (err == nil) != lives {
					t.Errorf("%s: the other session %s: %v", name, where, err)
				}
			}
			h.Clock.Move(30 * time.Second)
			token, err := h.SignInWithCode(ctx, half, p.Code(0))
			if want := name == "signed out" || name == "step-up" || name == "role given" || name == "role taken"; (err == nil) != want {
				t.Errorf("%s: the second step after a first one from before: %q, %v", name, token, err)
			}
			if fresh != "" && (fresh == mine || h.Is(fresh).Person != p.ID) {
				t.Errorf("%s: the new session %q is no one's or the old one", name, fresh)
			}
		}
	})
}

// An invitation that is taken ends everything from before it.
func TestPeer_S23_InvitationReplacesAll(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		p := h.WithPassword("ca-dmv-iso")
		session := p.SignIn(ctx)
		half := p.Half(ctx)
		again, in := h.WithPasskey("ca-dmv-iso")
		if h.Is(session).Person != "" || h.Is(in).Person != p.ID {
			t.Error("the old session lives, or the new one does not")
		}
		h.Clock.Move(30 * time.Second)
		if _, err := h.SignInWithCode(ctx, half, p.Code(0)); err == nil {
			t.Error("half a way in from before leads in")
		}
		if _, err := h.SignInWithPassword(ctx, p.Email, testkit.Password); err == nil {
			t.Error("the old password is taken")
		}
		v, err := h.OwnAccount(ctx, in)
		if err != nil || v.Password || v.Recovery != 0 || len(v.Passkeys) != 1 || !v.Last {
			t.Errorf("left over: %+v, %v", v, err)
		}
		third, _ := h.WithPasskey("ca-dmv-iso")
		if _, err := again.Passkey(ctx); err == nil {
			t.Error("the old passkey leads in")
		}
		if _, err := third.Passkey(ctx); err != nil {
			t.Errorf("the new passkey: %v", err)
		}
	})
}

func TestOwnSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		p, stranger := h.WithPassword("ca-dmv-iso"), h.As("ca-coordinator")
		one, two, three := p.SignIn(testkit.From("192.0.2.1")), p.SignIn(testkit.From("192.0.2.2")), p.SignIn(testkit.From("192.0.2.3"))
		list, err := h.Sessions(ctx, three)
		if err != nil || len(list) != 4 { // one more from accepting the invitation
			t.Fatalf("%+v, %v", list, err)
		}
		var second string
		for _, s := range list {
			if s.Current != (s.Network == "192.0.2.3") || s.Method != access.ByPassword {
				t.Errorf("%+v", s)
			}
			if s.Network == "192.0.2.2" {
				second = s.ID
			}
		}
		token, err := h.SignInAs(ctx, stranger.Person)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.EndOneSession(ctx, token, second); fault.KindOf(err) != fault.KindNotFound || h.Is(two).Person == "" {
			t.Errorf("somebody else ended a session: %v", err)
		}
		if err := h.EndOneSession(ctx, three, second); err != nil || h.Is(two).Person != "" || h.Is(one).Person == "" {
			t.Errorf("ending one: %v", err)
		}
		if err := h.EndOtherSessions(ctx, three); err != nil || h.Is(one).Person != "" || h.Is(three).Person == "" {
			t.Errorf("ending the others: %v", err)
		}
	})
}

// What hurts asks again after five minutes, and takes only what is the person's own.
func TestStepUp(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		p, session := h.WithPasskey("ca-coordinator")
		foreign, _ := h.WithPasskey("ma-coordinator")
		h.Clock.Move(6 * time.Minute)
		if s, err := h.ActorForSession(ctx, session); err != nil || s.Fresh {
			t.Errorf("fresh after six minutes: %+v, %v", s, err)
		}
		for name, err := range map[string]error{
			"add a passkey":    second(h.AddPasskey(ctx, session, "", "{}")),
			"remove a passkey": second(h.RemovePasskey(ctx, session, "AAAA")),
			"remove password":  second(h.RemovePassword(ctx, session)),
		} {
			if fault.KindOf(err) != fault.KindForbidden {
				t.Errorf("%s without a new proof: %v", name, err)
			}
		}
		ways, err := h.StepUpWays(ctx, session)
		if err != nil || ways.Code || ways.Confirm || ways.Key || ways.PasskeyRequest == "" {
			t.Fatalf("%+v, %v", ways, err)
		}
		for name, proof := range map[string]app.Proof{
			"nothing":                    {},
			"a confirmation":             {Confirmed: true},
			"a code without an app":      {Code: "123456"},
			"somebody else's passkey":    {Passkey: foreign.Device.Use(ways.PasskeyRequest)},
			"a passkey for signing in":   {Passkey: p.Device.Use(mustRequest(t, h))},
			"a key, not signed in by it": {Key: "tocsin_x"},
		} {
			if token, err := h.StepUp(ctx, session, proof); fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %q, %v", name, token, err)
			}
		}
		ways, _ = h.StepUpWays(ctx, session) // what somebody else has signed is used up
		token, err := h.StepUp(ctx, session, app.Proof{Passkey: p.Device.Use(ways.PasskeyRequest)})
		if err != nil {
			t.Fatal(err)
		}
		if s, err := h.ActorForSession(ctx, token); err != nil || !s.Fresh || s.Method != access.ByPasskey {
			t.Errorf("after the proof: %+v, %v", s, err)
		}
		if _, err := h.RemovePasskey(ctx, token, mustAccount(t, h, token).Passkeys[0].ID); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("the only way in was removed: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func mustRequest(t *testing.T, h *testkit.Harness) string {
	t.Helper()
	request, err := h.PasskeyRequest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return request
}

func mustAccount(t *testing.T, h *testkit.Harness, token string) app.AccountView {
	t.Helper()
	v, err := h.OwnAccount(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Sessions that have no credential behind them: the demonstration confirms, an access key is asked for again.
func TestStepUpWithoutCredentials(t *testing.T) {
	h := testkit.Start(t)
	demo, err := h.SignInAs(ctx, "ca-coordinator")
	if err != nil {
		t.Fatal(err)
	}
	key, err := h.NewKey(ctx, "ca-dmv-iso", "", nil, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	other, err := h.NewKey(ctx, "ca-coordinator", "", nil, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	keyed, err := h.SignInWithKey(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	h.Clock.Move(6 * time.Minute)
	if _, err := h.StepUp(ctx, keyed, app.Proof{Key: other}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("somebody else's key: %v", err)
	}
	if _, err := h.StepUp(ctx, keyed, app.Proof{Confirmed: true}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("a confirmation for a key: %v", err)
	}
	for _, token := range []string{must(h.StepUp(ctx, keyed, app.Proof{Key: key})), must(h.StepUp(ctx, demo, app.Proof{Confirmed: true}))} {
		if s, err := h.ActorForSession(ctx, token); err != nil || !s.Fresh {
			t.Errorf("%+v, %v", s, err)
		}
	}
}
