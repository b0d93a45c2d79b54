package app

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

const keyPrefix = "tocsin_" // lets scanners of leaked secrets recognise one

var errKey = fault.Forbidden("this access key is not valid, or no longer")

func secretDigest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func (a *App) secret() string { return base64.RawURLEncoding.EncodeToString(a.random(32)) }

// NewKey makes an API key for a person and returns its secret, which is stored by digest only and cannot be shown again.
// An empty scopes list gives everything the person's roles give; a zero expiry never runs out.
func (a *App) NewKey(ctx context.Context, person, label string, scopes []access.Action, expires time.Time) (string, error) {
	dir, err := a.directory(ctx)
	if err != nil {
		return "", err
	}
	if _, ok := dir.Person(person); !ok {
		return "", fault.Invalid("person", "this person is not in the directory", "import the directory first, or correct the id")
	}
	for _, s := range scopes {
		if !slices.Contains(access.Actions, s) {
			return "", fault.Invalid("scopes", "this scope is not known", "use some of: "+scopeNames())
		}
	}
	secret := keyPrefix + a.secret()
	return secret, a.Accounts.SaveKey(ctx, access.Key{Digest: secretDigest(secret), ID: a.newID(), Person: person, Label: label,
		Scopes: scopes, CreatedAt: a.Now(), ExpiresAt: expires})
}

// keyAge is how old an answer about a key may be before it is asked for again: how long a revoked key may go on working.
const keyAge = time.Second

// keyCacheMax bounds the memory; beyond it the cache begins anew.
const keyCacheMax = 10_000

// keyCache remembers who the keys of the last second are: programs send many requests in a row.
type keyCache struct {
	mu    sync.Mutex
	known map[string]knownKey // by digest
}

type knownKey struct {
	key   access.Key
	actor access.Actor
	dir   *directory.Snapshot // that the actor was made from
	asked time.Time
}

func (c *keyCache) get(digest string) (knownKey, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.known[digest]
	return k, ok
}

func (c *keyCache) put(digest string, k knownKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= keyCacheMax {
		c.known = map[string]knownKey{}
	}
	c.known[digest] = k
}

// ActorForKey answers who an API key is. A wrong, expired or revoked key is fault.Forbidden, in the same words.
func (a *App) ActorForKey(ctx context.Context, key string) (access.Actor, error) {
	if !strings.HasPrefix(key, keyPrefix) || len(key) > 200 {
		return access.Actor{}, errKey
	}
	dir, err := a.directory(ctx)
	if err != nil {
		return access.Actor{}, err
	}
	digest, now := secretDigest(key), a.Now()
	if k, ok := a.keys.get(digest); ok && k.dir == dir && now.Sub(k.asked) < keyAge && !now.Before(k.asked) && k.key.Usable(now) {
		return k.actor, nil
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
	if now.Sub(k.LastUsed) >= keyTouch {
		_ = a.KeyRing.TouchKey(ctx, digest, now) // who may read goes on reading while nothing can be written
	}
	actor.Scopes, actor.Via = k.Scopes, "api"
	a.keys.put(digest, knownKey{key: k, actor: actor, dir: dir, asked: now})
	return actor, nil
}

// SignInWithKey opens a session for the holder of an API key and returns its token. A key limited to some scopes opens
// none: a session would give more than the key.
func (a *App) SignInWithKey(ctx context.Context, key string) (string, error) {
	actor, err := a.ActorForKey(ctx, strings.TrimSpace(key))
	if err != nil {
		return "", err
	}
	if len(actor.Scopes) > 0 {
		return "", fault.Forbidden("this access key is limited to the API; ask for one without limits to sign in")
	}
	return a.issueSession(ctx, actor.Person, access.ByKey)
}

// SignInAs opens a session for any person; only in demonstration mode, else fault.NotFound.
func (a *App) SignInAs(ctx context.Context, person string) (string, error) {
	if !a.Demo {
		return "", fault.NotFound("no such page")
	}
	dir, err := a.directory(ctx)
	if err != nil {
		return "", err
	}
	if _, ok := access.NewActor(dir, person); !ok {
		return "", fault.NotFound("no such person")
	}
	return a.issueSession(ctx, person, access.ByDemo)
}

// DemoPeople lists whom one may be in demonstration mode; empty otherwise.
func (a *App) DemoPeople() []PersonView {
	if !a.Demo {
		return nil
	}
	dir, err := a.directory(context.Background())
	if err != nil {
		return nil
	}
	var out []PersonView
	for _, p := range dir.People() {
		if p.Gone {
			continue
		}
		out = append(out, personView(dir, p))
	}
	return out
}

// personView is a person with the names of where they work.
func personView(dir *directory.Snapshot, p directory.Person) PersonView {
	v := PersonView{ID: p.ID, Name: p.Name, Title: p.Title, Email: p.Email}
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
