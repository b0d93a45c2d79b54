package webtest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// Keys implements web.Keys: everybody has the same keys, and administers a person called other.
func (f *Fake) Keys(_ context.Context, by access.Actor, person string) (app.KeyList, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Down {
		return app.KeyList{}, errDown
	}
	if person != "" && person != "other" && person != by.Person {
		return app.KeyList{}, fault.NotFound("no such person")
	}
	list := app.KeyList{Person: by.Person, Name: f.word(by.Name), Own: person != "other", Keys: append([]app.KeyView(nil), f.keys...)}
	for i := range list.Keys {
		list.Keys[i].Label = f.word(list.Keys[i].Label)
	}
	if list.Own {
		list.Offer = []access.Action{access.Read, access.File}
	} else {
		list.Person, list.Name = "other", f.word("Otto Other")
	}
	return list, nil
}

// MakeKey implements web.Keys. It refuses what has no scope.
func (f *Fake) MakeKey(_ context.Context, _ access.Actor, k app.KeyRequest) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Down {
		return "", errDown
	}
	if len(k.Scopes) == 0 {
		return "", fault.Invalid("scopes", "Nothing is chosen.", "Choose what the program has to do.")
	}
	f.keys = append(f.keys, app.KeyView{ID: fmt.Sprint("k", len(f.keys)+1), Label: k.Label, Scopes: k.Scopes, CreatedAt: f.now(),
		ExpiresAt: f.now().Add(time.Duration(k.Days) * 24 * time.Hour), Status: "in_force"})
	return "tocsin_secret-of-the-key", nil
}

// RevokeKey implements web.Keys.
func (f *Fake) RevokeKey(_ context.Context, _ access.Actor, _, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.keys {
		if f.keys[i].ID == id && f.keys[i].Status == "in_force" {
			f.keys[i].Status = "revoked"
			return nil
		}
	}
	return fault.NotFound("no such key")
}

// SignInProviders implements web.Providers: one that works and one that is down.
func (f *Fake) SignInProviders() []access.Provider {
	return []access.Provider{{ID: "state", Name: f.word("State Login")}, {ID: "broken", Name: f.word("Broken Login")}}
}

// BeginSignIn implements web.Providers.
func (f *Fake) BeginSignIn(_ context.Context, provider, next string) (app.SignInStart, error) {
	if provider == "broken" {
		return app.SignInStart{}, fmt.Errorf("%w: refused", access.ErrUnreachable)
	}
	return app.SignInStart{Address: "https://login.state.test/authorize?state=s1", Attempt: "s1" + next, Life: time.Minute}, f.up()
}

// FinishSignIn implements web.Providers: the state is s1, and the code says who it is.
func (f *Fake) FinishSignIn(ctx context.Context, _, kept string, back access.SignInAnswer) (token, next string, err error) {
	if len(kept) < 2 || kept[:2] != back.State {
		return "", "", fault.Forbidden("this sign-in was not begun in this browser")
	}
	if back.Code == "internal" {
		return "", "", errors.New("something of ours")
	}
	token, err = f.SignInAs(ctx, back.Code)
	return token, kept[2:], err
}
