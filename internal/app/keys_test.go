package app_test

import (
	"slices"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/testkit"
)

// A key of one's own gives what was chosen, shows when it was used to a minute, and ends at once when it is revoked.
func TestKeysOfOnesOwn(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		iso := h.As("ca-dmv-iso")
		secret, err := h.MakeKey(ctx, iso, app.KeyRequest{Label: " SIEM ", Scopes: []access.Action{access.File}, Days: 90})
		if err != nil {
			t.Fatal(err)
		}
		only := func() app.KeyView {
			t.Helper()
			list, err := h.Keys(ctx, iso, "")
			if err != nil || len(list.Keys) != 1 {
				t.Fatalf("%d keys, %v", len(list.Keys), err)
			}
			return list.Keys[0]
		}
		made := h.Clock.Now()
		if k := only(); k.Label != "SIEM" || k.Status != "in_force" || !k.LastUsed.IsZero() || k.ExpiresAt.Sub(made) != 90*24*time.Hour {
			t.Errorf("made %+v", k)
		}
		use := func() {
			t.Helper()
			if a, err := h.ActorForKey(ctx, secret); err != nil || !slices.Equal(a.Scopes, []access.Action{access.File}) {
				t.Fatalf("%v, %v", a.Scopes, err)
			}
		}
		use()
		first := only().LastUsed
		h.Clock.Move(50 * time.Second)
		use()
		if k := only(); !k.LastUsed.Equal(first) || !first.Equal(made) {
			t.Errorf("used at %v and noted again after 50 seconds: %v", first, k.LastUsed)
		}
		h.Clock.Move(15 * time.Second)
		use()
		if k := only(); k.LastUsed.Sub(made) != 65*time.Second {
			t.Errorf("noted after %v", k.LastUsed.Sub(made))
		}
		if err := h.RevokeKey(ctx, iso, "", only().ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ActorForKey(ctx, secret); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("a revoked key: %v", err)
		}
		if err := h.RevokeKey(ctx, iso, "", only().ID); fault.KindOf(err) != fault.KindNotFound || only().Status != "revoked" {
			t.Errorf("revoked twice: %v", err)
		}
	})
}

func TestKeysThatAreRefused(t *testing.T) {
	h := testkit.Start(t)
	iso := h.As("ca-dmv-iso")
	good := app.KeyRequest{Label: "x", Scopes: []access.Action{access.Read}, Days: 1}
	for field, change := range map[string]func(*app.KeyRequest){
		"label":  func(k *app.KeyRequest) { k.Label = " " },
		"scopes": func(k *app.KeyRequest) { k.Scopes = nil },
		"days":   func(k *app.KeyRequest) { k.Days = 366 },
	} {
		k := good
		change(&k)
		_, err := h.MakeKey(ctx, iso, k)
		if all := fault.All(err); len(all) != 1 || all[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, scope := range []access.Action{access.Provision, access.Operate, access.Respond, access.Rate, "everything"} {
		k := good
		k.Scopes = []access.Action{access.Read, scope}
		if _, err := h.MakeKey(ctx, iso, k); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("an ISO gives %s: %v", scope, err)
		}
	}
	for range 50 {
		if _, err := h.MakeKey(ctx, iso, good); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.MakeKey(ctx, iso, good); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("the 51st: %v", err)
	}
}

// An administrator ends the keys of people whom they administer, and of nobody else; to everybody else these people are not there.
func TestKeysOfOthers(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		err := h.EditDirectory(ctx, access.System("test"), func(in *directory.Import) error {
			in.People = append(in.People,
				directory.Person{ID: "dmv-admin", Name: "A", Entity: "ca-demo-dmv", Roles: []directory.Assignment{{Role: directory.Administrator, Entity: "ca-demo-dmv"}}},
				directory.Person{ID: "other-admin", Name: "B", Roles: []directory.Assignment{{Role: directory.Administrator, Entity: "ma-demo-rmv"}}})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		secret, err := h.MakeKey(ctx, h.As("ca-dmv-iso"), app.KeyRequest{Label: "x", Scopes: []access.Action{access.Read}, Days: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, outsider := range []string{"other-admin", "ma-rmv-iso", "ca-ois-duty"} {
			if _, err := h.Keys(ctx, h.As(outsider), "ca-dmv-iso"); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s sees the keys: %v", outsider, err)
			}
			if err := h.RevokeKey(ctx, h.As(outsider), "ca-dmv-iso", "any"); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s revokes: %v", outsider, err)
			}
		}
		admin := h.As("dmv-admin")
		list, err := h.Keys(ctx, admin, "ca-dmv-iso")
		if err != nil || len(list.Keys) != 1 || list.Own || len(list.Offer) != 0 {
			t.Fatalf("the administrator sees %+v, %v", list, err)
		}
		if err := h.RevokeKey(ctx, admin, "ca-dmv-iso", list.Keys[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ActorForKey(ctx, secret); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("the key still works: %v", err)
		}
		own, err := h.Keys(ctx, admin, "")
		if err != nil || !slices.Contains(own.Offer, access.Provision) || slices.Contains(own.Offer, access.Read) {
			t.Errorf("an administrator may give %v, %v", own.Offer, err)
		}
	})
}

// Keys end when their holder leaves, and do not come back with them.
func TestKeysEndWithTheirHolder(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		secret, err := h.NewKey(ctx, "ca-dmv-iso", "tool", nil, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		gone := func(yes bool) {
			t.Helper()
			err := h.EditDirectory(ctx, access.System("test"), func(in *directory.Import) error {
				for i := range in.People {
					if in.People[i].ID == "ca-dmv-iso" {
						in.People[i].Gone = yes
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, yes := range []bool{true, false} {
			gone(yes)
			if _, err := h.ActorForKey(ctx, secret); fault.KindOf(err) != fault.KindForbidden {
				t.Errorf("gone is %v and the key works: %v", yes, err)
			}
		}
	})
}
