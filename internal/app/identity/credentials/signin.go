package credentials

import (
	"context"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/app/identity"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

var errKey = fault.Forbidden("this access key is not valid, or no longer")

// keyAge is how old an answer about a key may be before it is asked for again: how long a revoked key may go on working.
const keyAge = time.Second

// ActorForKey answers who an API key is. A wrong, expired or revoked key is fault.Forbidden, in the same words.
func (a *Room) ActorForKey(ctx context.Context, key string) (access.Actor, error) {
	if !strings.HasPrefix(key, identity.KeyPrefix) || len(key) > 200 {
		return access.Actor{}, errKey
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return access.Actor{}, err
	}
	digest, now := identity.SecretDigest(key), a.Now()
	if k, ok := a.KeyCache.Get(digest); ok && k.Dir == dir && now.Sub(k.Asked) < keyAge && !now.Before(k.Asked) && k.Key.Usable(now) {
		return k.Actor, nil
	}
	k, found, err := a.Accounts.Key(ctx, digest)
	if err != nil {
		return access.Actor{}, err
	}
	if !found || !k.Usable(now) {
		return access.Actor{}, errKey
	}
	actor, ok := access.NewActor(dir, k.Person)
	if !ok {
		return access.Actor{}, errKey
	}
	if now.Sub(k.LastUsed) >= identity.KeyTouch {
		_ = a.KeyRing.TouchKey(ctx, digest, now) // who may read goes on reading while nothing can be written
	}
	actor.Scopes, actor.Via = k.Scopes, "api"
	a.KeyCache.Put(digest, act.KnownKey{Key: k, Actor: actor, Dir: dir, Asked: now})
	return actor, nil
}

// SignInWithKey opens a session for the holder of an API key and returns its token. A key limited to some scopes opens
// none: a session would give more than the key.
func (a *Room) SignInWithKey(ctx context.Context, key string) (string, error) {
	actor, err := a.ActorForKey(ctx, strings.TrimSpace(key))
	if err != nil {
		return "", err
	}
	if len(actor.Scopes) > 0 {
		return "", fault.Forbidden("this access key is limited to the API; ask for one without limits to sign in")
	}
	return a.Identity.IssueSession(ctx, actor.Person, access.ByKey)
}

// SignInAs opens a session for any person; only in demonstration mode, else fault.NotFound.
func (a *Room) SignInAs(ctx context.Context, person string) (string, error) {
	if !a.Demo {
		return "", fault.NotFound("no such page")
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return "", err
	}
	if _, ok := access.NewActor(dir, person); !ok {
		return "", fault.NotFound("no such person")
	}
	return a.Identity.IssueSession(ctx, person, access.ByDemo)
}

// DemoPeople lists whom one may be in demonstration mode; empty otherwise.
func (a *Room) DemoPeople() []act.PersonView {
	if !a.Demo {
		return nil
	}
	dir, err := a.CurrentDirectory(context.Background())
	if err != nil {
		return nil
	}
	var out []act.PersonView
	for _, p := range dir.People() {
		if p.Gone {
			continue
		}
		out = append(out, PersonView(dir, p))
	}
	return out
}

// PersonView is a person with the names of where they work.
func PersonView(dir *directory.Snapshot, p directory.Person) act.PersonView {
	v := act.PersonView{ID: p.ID, Name: p.Name, Title: p.Title, Email: p.Email}
	if e, ok := dir.Entity(p.Entity); ok {
		v.EntityName = e.Name
	}
	for _, r := range p.Roles {
		if au, ok := dir.Authority(r.Authority); ok && v.EntityName == "" {
			v.EntityName = au.Name
		}
		if !slices.Contains(v.Roles, r.Role) {
			v.Roles = append(v.Roles, r.Role)
		}
	}
	return v
}
