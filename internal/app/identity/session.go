package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// KeyPrefix lets scanners of leaked secrets recognize one.
const KeyPrefix = "tocsin_"

// SecretDigest returns what is stored of a secret.
func SecretDigest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Secret draws a secret of 256 bits.
func (a *Room) Secret() string { return base64.RawURLEncoding.EncodeToString(a.RandomBytes(32)) }

// NewKey makes an API key for a person and returns its secret, which is stored by digest only and cannot be shown again.
// An empty scopes list gives everything the person's roles give; a zero expiry never runs out.
func (a *Room) NewKey(ctx context.Context, person, label string, scopes []access.Action, expires time.Time) (string, error) {
	dir, err := a.CurrentDirectory(ctx)
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
	secret := KeyPrefix + a.Secret()
	return secret, a.Accounts.SaveKey(ctx, access.Key{Digest: SecretDigest(secret), ID: a.NewID(), Person: person, Label: label,
		Scopes: scopes, CreatedAt: a.Now(), ExpiresAt: expires})
}

// Client is the browser that a request came from, as far as it says and the network shows.
type Client struct {
	Device  string // in words: "Firefox on Windows"
	Network string // its address, or for IPv6 its network: what attempts are counted by
}

type clientKey struct{}

// WithClient says from which browser what follows comes.
func WithClient(ctx context.Context, c Client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

// ClientOf returns the network and device of a request.
func ClientOf(ctx context.Context) Client {
	c, _ := ctx.Value(clientKey{}).(Client)
	return c
}

// seenEvery is how exactly the last use of a session is kept. It is far below any limit on idleness, and saves a write on
// most requests.
const seenEvery = time.Minute

// FreshFor is how long a proof of identity is good for acts that hurt.
const FreshFor = 5 * time.Minute

var errSession = fault.Forbidden("your session has ended; sign in again")

// IssueSession is the one function that opens a session, whoever has found out who the person is, and by which way. The
// caller has checked every factor. A person who is not in the directory, or has left, gets none: fault.Forbidden.
func (a *Room) IssueSession(ctx context.Context, person string, how act.SignInMethod) (token string, err error) {
	generation, err := a.Accounts.Generation(ctx, person)
	if err != nil {
		return "", err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return "", err
	}
	p, ok := dir.Person(person)
	if !ok || p.Gone {
		return "", errSession
	}
	token = a.Secret()
	now, limits, c := a.Now(), a.limitsFor(dir, p), ClientOf(ctx)
	return token, a.Accounts.SaveSession(ctx, access.Session{Digest: SecretDigest(token), ID: a.NewID(), Person: person, Method: how,
		Device: c.Device, Network: c.Network, Stamp: access.Standing(p, generation),
		CreatedAt: now, SeenAt: now, FreshAt: now, ExpiresAt: now.Add(limits.Life), Idle: limits.Idle})
}

// limitsFor is the strictest of what the packs say under which the person works.
func (a *Room) limitsFor(dir *directory.Snapshot, p directory.Person) access.SessionLimits {
	limits := access.DefaultSessionLimits
	places := []string{p.Entity}
	for _, r := range p.Roles {
		places = append(places, r.Entity)
	}
	for _, e := range places {
		if pack, ok := a.PackNow(dir.PackOf(e)); ok {
			limits = limits.Stricter(pack.SessionLimits())
		}
	}
	return limits
}

// ActorForSession answers who a session cookie is. One that is unknown, has run out or rested too long, or whose holder's
// roles or credentials have changed since, is fault.Forbidden.
func (a *Room) ActorForSession(ctx context.Context, token string) (act.Session, error) {
	v, actor, err := a.Session(ctx, token)
	if err != nil {
		return act.Session{}, err
	}
	now := a.Now()
	if now.Sub(v.SeenAt) >= seenEvery {
		// Where this cannot be written nothing can, and then reading goes on: whom to call stands on these pages.
		_ = a.Accounts.TouchSession(ctx, v.Digest, now)
	}
	return act.Session{Actor: actor, ID: v.ID, Method: v.Method, ExpiresAt: v.ExpiresAt, Fresh: now.Sub(v.FreshAt) < FreshFor}, nil
}

// Session finds a live session and its holder.
func (a *Room) Session(ctx context.Context, token string) (v access.Session, actor access.Actor, err error) {
	if token == "" || len(token) > 200 {
		return v, actor, errSession
	}
	v, generation, version, err := a.Accounts.Session(ctx, SecretDigest(token))
	if err != nil {
		return v, actor, err
	}
	dir, err := a.DirectoryAt(ctx, version)
	if err != nil {
		return v, actor, err
	}
	p, _ := dir.Person(v.Person)
	if !v.Live(a.Now(), access.Standing(p, generation)) {
		return v, actor, errSession
	}
	actor, ok := access.NewActor(dir, v.Person)
	if !ok {
		return v, actor, errSession
	}
	return v, actor, nil
}

// SignOut ends a session.
func (a *Room) SignOut(ctx context.Context, token string) error {
	return a.Accounts.EndSession(ctx, SecretDigest(token))
}

// SessionView is a session as its holder sees it.
type SessionView struct {
	ID        string
	Device    string
	Network   string
	Method    act.SignInMethod
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
	Current   bool
}

// Sessions lists where a person is signed in, last used first.
func (a *Room) Sessions(ctx context.Context, token string) ([]SessionView, error) {
	own, _, err := a.Session(ctx, token)
	if err != nil {
		return nil, err
	}
	all, err := a.Accounts.SessionsOf(ctx, own.Person)
	if err != nil {
		return nil, err
	}
	var out []SessionView
	for _, s := range all {
		if s.Live(a.Now(), own.Stamp) {
			out = append(out, SessionView{ID: s.ID, Device: s.Device, Network: s.Network, Method: s.Method, CreatedAt: s.CreatedAt,
				SeenAt: s.SeenAt, ExpiresAt: s.ExpiresAt, Current: s.ID == own.ID})
		}
	}
	return out, nil
}

// EndOneSession ends one of the holder's own sessions. One that is somebody else's, or not there, is fault.NotFound.
func (a *Room) EndOneSession(ctx context.Context, token, id string) error {
	own, _, err := a.Session(ctx, token)
	if err != nil {
		return err
	}
	all, err := a.Accounts.SessionsOf(ctx, own.Person)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(s access.Session) bool { return s.ID == id })
	if i < 0 {
		return fault.NotFound("no such session")
	}
	return a.Accounts.EndSession(ctx, all[i].Digest)
}

// EndOtherSessions ends all of the holder's sessions but this one.
func (a *Room) EndOtherSessions(ctx context.Context, token string) error {
	own, _, err := a.Session(ctx, token)
	if err != nil {
		return err
	}
	return a.Accounts.EndSessions(ctx, own.Person, own.Digest)
}

// Renewed opens a session in place of another, which ends: a new one at each proof of identity, so that nobody who knew
// the old one gains by it.
func (a *Room) Renewed(ctx context.Context, old access.Session, how act.SignInMethod) (string, error) {
	token, err := a.IssueSession(ctx, old.Person, how)
	return token, errors.Join(err, a.Accounts.EndSession(ctx, old.Digest))
}
