package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// SignInMethod says how a person proved who they are; see access.SignInMethod for the ways.
type SignInMethod = access.SignInMethod

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

func clientOf(ctx context.Context) Client {
	c, _ := ctx.Value(clientKey{}).(Client)
	return c
}

// seenEvery is how exactly the last use of a session is kept. It is far below any limit on idleness, and saves a write on
// most requests.
const seenEvery = time.Minute

// freshFor is how long a proof of identity is good for acts that hurt.
const freshFor = 5 * time.Minute

var errSession = fault.Forbidden("your session has ended; sign in again")

// issueSession is the one function that opens a session, whoever has found out who the person is, and by which way. The
// caller has checked every factor. A person who is not in the directory, or has left, gets none: fault.Forbidden.
func (a *App) issueSession(ctx context.Context, person string, how SignInMethod) (token string, err error) {
	generation, err := a.Accounts.Generation(ctx, person)
	if err != nil {
		return "", err
	}
	dir, err := a.directory(ctx)
	if err != nil {
		return "", err
	}
	p, ok := dir.Person(person)
	if !ok || p.Gone {
		return "", errSession
	}
	token = a.secret()
	now, limits, c := a.Now(), a.limitsFor(dir, p), clientOf(ctx)
	return token, a.Accounts.SaveSession(ctx, access.Session{Digest: secretDigest(token), ID: a.newID(), Person: person, Method: how,
		Device: c.Device, Network: c.Network, Stamp: access.Standing(p, generation),
		CreatedAt: now, SeenAt: now, FreshAt: now, ExpiresAt: now.Add(limits.Life), Idle: limits.Idle})
}

// limitsFor is the strictest of what the packs say under which the person works.
func (a *App) limitsFor(dir *directory.Snapshot, p directory.Person) access.SessionLimits {
	limits := access.DefaultSessionLimits
	places := []string{p.Entity}
	for _, r := range p.Roles {
		places = append(places, r.Entity)
	}
	for _, e := range places {
		if pack, ok := a.packNow(dir.PackOf(e)); ok {
			limits = limits.Stricter(pack.SessionLimits())
		}
	}
	return limits
}

// ActorForSession answers who a session cookie is. One that is unknown, has run out or rested too long, or whose holder's
// roles or credentials have changed since, is fault.Forbidden.
func (a *App) ActorForSession(ctx context.Context, token string) (Session, error) {
	v, actor, err := a.session(ctx, token)
	if err != nil {
		return Session{}, err
	}
	now := a.Now()
	if now.Sub(v.SeenAt) >= seenEvery {
		// Where this cannot be written nothing can, and then reading goes on: whom to call stands on these pages.
		_ = a.Accounts.TouchSession(ctx, v.Digest, now)
	}
	return Session{Actor: actor, ID: v.ID, Method: v.Method, ExpiresAt: v.ExpiresAt, Fresh: now.Sub(v.FreshAt) < freshFor}, nil
}

// session finds a live session and its holder.
func (a *App) session(ctx context.Context, token string) (v access.Session, actor access.Actor, err error) {
	if token == "" || len(token) > 200 {
		return v, actor, errSession
	}
	v, generation, version, err := a.Accounts.Session(ctx, secretDigest(token))
	if err != nil {
		return v, actor, err
	}
	dir, err := a.directoryAt(ctx, version)
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

// directoryAt answers the directory no older than a version, so that whoever loses a role loses it with the next request
// and not a moment later, on whichever replica.
func (a *App) directoryAt(ctx context.Context, version int64) (*directory.Snapshot, error) {
	if c := a.dir.current.Load(); c != nil && c.version < version {
		a.dir.current.CompareAndSwap(c, nil)
	}
	return a.directory(ctx)
}

// SignOut ends a session.
func (a *App) SignOut(ctx context.Context, token string) error {
	return a.Accounts.EndSession(ctx, secretDigest(token))
}

// SessionView is a session as its holder sees it.
type SessionView struct {
	ID        string
	Device    string
	Network   string
	Method    SignInMethod
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
	Current   bool
}

// Sessions lists where a person is signed in, last used first.
func (a *App) Sessions(ctx context.Context, token string) ([]SessionView, error) {
	own, _, err := a.session(ctx, token)
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
func (a *App) EndOneSession(ctx context.Context, token, id string) error {
	own, _, err := a.session(ctx, token)
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
func (a *App) EndOtherSessions(ctx context.Context, token string) error {
	own, _, err := a.session(ctx, token)
	if err != nil {
		return err
	}
	return a.Accounts.EndSessions(ctx, own.Person, own.Digest)
}

// renewed opens a session in place of another, which ends: a new one at each proof of identity, so that nobody who knew
// the old one gains by it.
func (a *App) renewed(ctx context.Context, old access.Session, how SignInMethod) (string, error) {
	token, err := a.issueSession(ctx, old.Person, how)
	return token, errors.Join(err, a.Accounts.EndSession(ctx, old.Digest))
}
