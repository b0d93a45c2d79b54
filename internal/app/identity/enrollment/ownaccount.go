package enrollment

import (
	"context"
	"encoding/base64"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/app/identity"
	"tocsin/internal/app/identity/credentials"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/account"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// handlePurpose draws user handles: opaque to everybody else, and the same on every replica.
const handlePurpose = "tocsin/handle/1"

// AccountView is what a person sees of how they sign in.
type AccountView struct {
	Name, Email  string
	Method       act.SignInMethod // of this session
	Passkeys     []PasskeyView
	PasskeyOffer string // for the browser, to make another; empty where passkeys do not work
	Password     bool   // with an authenticator app
	Locked       bool   // the way in by code is, after too many wrong ones
	Recovery     int64  // recovery codes left
	Last         bool   // one way in is left: it cannot be removed
	Sessions     []identity.SessionView
}

// PasskeyView is one of the person's passkeys.
type PasskeyView struct {
	ID        string
	Name      string
	CreatedAt time.Time
	UsedAt    time.Time // zero: never
}

// own is who changes their own credentials: a live session, its holder, and what they have.
type own struct {
	session access.Session
	person  directory.Person
	holder  credentials.Holder
}

func (a *Room) own(ctx context.Context, token string) (o own, err error) {
	if o.session, _, err = a.Identity.Session(ctx, token); err != nil {
		return o, err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return o, err
	}
	o.person, _ = dir.Person(o.session.Person)
	o.holder, err = a.holderFor(ctx, o.person)
	return o, err
}

// fresh is own for acts that hurt: the session's holder proved who they are a moment ago.
func (a *Room) fresh(ctx context.Context, token string) (own, error) {
	o, err := a.own(ctx, token)
	if err == nil && a.Now().Sub(o.session.FreshAt) >= identity.FreshFor {
		err = fault.Forbidden("this asks for a new proof of who you are")
	}
	return o, err
}

func (o own) purpose() string { return "own passkey " + o.session.ID }

// OwnAccount answers how the holder of a session signs in, and where they are signed in.
func (a *Room) OwnAccount(ctx context.Context, token string) (AccountView, error) {
	o, err := a.own(ctx, token)
	if err != nil {
		return AccountView{}, err
	}
	acc := o.holder.Account
	v := AccountView{Name: o.person.Name, Email: o.person.Email, Method: o.session.Method, Password: acc.WithPassword(),
		Locked: acc.WrongCodes >= account.MaxWrongCodes, Recovery: acc.Recovery, Last: acc.Ways() < 2}
	for _, k := range acc.Passkeys {
		v.Passkeys = append(v.Passkeys, PasskeyView{ID: base64.RawURLEncoding.EncodeToString(k.ID), Name: k.Name, CreatedAt: k.CreatedAt, UsedAt: k.UsedAt})
	}
	if v.PasskeyOffer, err = a.Credentials.PasskeyOffer(o.purpose(), o.holder); err != nil {
		return AccountView{}, err
	}
	v.Sessions, err = a.Identity.Sessions(ctx, token)
	return v, err
}

// change makes a change of the holder's own credentials. It ends all their sessions and opens a new one for this browser.
func (a *Room) change(ctx context.Context, o own, c account.Change) (string, error) {
	c.Person, c.At, c.Handle = o.person.ID, a.Now(), o.holder.Handle
	if err := a.Accounts.ChangeCredentials(ctx, c); err != nil {
		return "", err
	}
	return a.Identity.IssueSession(ctx, o.person.ID, o.session.Method)
}

// AddPasskey adds a passkey that the browser made, and answers the new session.
func (a *Room) AddPasskey(ctx context.Context, token, name, answer string) (string, error) {
	o, err := a.fresh(ctx, token)
	if err != nil {
		return "", err
	}
	key, err := a.Credentials.NewPasskey(ctx, o.purpose(), o.holder, name, answer)
	if err != nil {
		return "", err
	}
	return a.change(ctx, o, account.Change{Add: &key})
}

var errLastWay = fault.Conflict("this is your only way to sign in; set up another first")

// RemovePasskey removes one of the holder's own passkeys, and answers the new session.
func (a *Room) RemovePasskey(ctx context.Context, token, id string) (string, error) {
	o, err := a.fresh(ctx, token)
	if err != nil {
		return "", err
	}
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil || len(raw) == 0 {
		return "", fault.NotFound("no such passkey")
	}
	if o.holder.Ways() < 2 {
		return "", errLastWay
	}
	return a.change(ctx, o, account.Change{Remove: raw})
}

// NewCodes makes what an authenticator app needs, or shows again what was made before.
func (a *Room) NewCodes(ctx context.Context, token, carried string) (credentials.CodeSetup, error) {
	o, err := a.own(ctx, token)
	if err != nil {
		return credentials.CodeSetup{}, err
	}
	return a.Credentials.CodeSetupAgain(ctx, o.person.ID, labelFor(o.person), carried)
}

// SetPassword sets password and app, or only a new password where there is an app. It answers the new session, and new
// recovery codes where there is a new app.
func (a *Room) SetPassword(ctx context.Context, token string, s PasswordSetup) (session string, recovery []string, err error) {
	o, err := a.fresh(ctx, token)
	if err != nil {
		return "", nil, err
	}
	var c account.Change
	newApp := !o.holder.WithPassword() || s.Code != ""
	if recovery, err = a.setPassword(ctx, o.person, &c, s, true, newApp); err != nil {
		return "", nil, err
	}
	session, err = a.change(ctx, o, c)
	return session, recovery, err
}

// RemovePassword removes password, app and recovery codes, and answers the new session.
func (a *Room) RemovePassword(ctx context.Context, token string) (string, error) {
	o, err := a.fresh(ctx, token)
	if err != nil {
		return "", err
	}
	if o.holder.Ways() < 2 {
		return "", errLastWay
	}
	nothing, noSecret, noCodes := "", []byte{}, [][]byte{}
	return a.change(ctx, o, account.Change{Password: &nothing, TOTP: &noSecret, Recovery: &noCodes})
}

// NewRecoveryCodes makes ten new ones, which void the old. It answers the new session and the codes, which cannot be shown
// again.
func (a *Room) NewRecoveryCodes(ctx context.Context, token string) (session string, recovery []string, err error) {
	o, err := a.fresh(ctx, token)
	if err != nil {
		return "", nil, err
	}
	if !o.holder.WithPassword() {
		return "", nil, fault.Conflict("recovery codes stand in for an authenticator app, and there is none")
	}
	codes, hashes := a.Credentials.DrawRecoveryCodes(o.person.ID)
	session, err = a.change(ctx, o, account.Change{Recovery: &hashes})
	return session, codes, err
}
