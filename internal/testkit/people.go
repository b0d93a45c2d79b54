package testkit

import (
	"context"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Password is what everybody in tests has chosen.
const Password = "nine harbours, grey rain"

// Person is somebody who set up how they sign in.
type Person struct {
	*Harness
	ID, Email string
	Secret    string // of the authenticator app
	Recovery  []string
	Device    *Authenticator
}

// From is a context of a browser at an address.
func From(network string) context.Context {
	return app.WithClient(context.Background(), app.Client{Device: "Firefox on Linux", Network: network})
}

// Token makes an invitation and answers its token.
func (h *Harness) Token(person string) string {
	h.T.Helper()
	mail := h.Mail
	h.Mail = nil // the link comes back
	defer func() { h.Mail = mail }()
	made, err := h.InviteByOperator(context.Background(), person)
	if err != nil {
		h.T.Fatalf("invite %s: %v", person, err)
	}
	_, token, _ := strings.Cut(made.Link, "/invite/")
	return token
}

// WithPassword invites somebody who sets up password and app.
func (h *Harness) WithPassword(person string) *Person {
	h.T.Helper()
	token := h.Token(person)
	v, err := h.Invitation(context.Background(), token, "")
	if err != nil {
		h.T.Fatal(err)
	}
	p := &Person{Harness: h, ID: person, Email: v.Email, Secret: strings.ReplaceAll(v.Codes.Secret, "-", "")}
	_, p.Recovery, err = h.AcceptWithPassword(context.Background(), token, app.PasswordSetup{Password: Password, Repeated: Password,
		Carried: v.Codes.Carried, Code: p.Code(0)})
	if err != nil {
		h.T.Fatalf("%s sets up a password: %v", person, err)
	}
	return p
}

// WithPasskey invites somebody who sets up a passkey, and answers the session that this opens.
func (h *Harness) WithPasskey(person string) (*Person, string) {
	h.T.Helper()
	token := h.Token(person)
	v, err := h.Invitation(context.Background(), token, "")
	if err != nil {
		h.T.Fatal(err)
	}
	p := &Person{Harness: h, ID: person, Email: v.Email, Device: NewAuthenticator(h.T)}
	session, err := h.AcceptWithPasskey(context.Background(), token, "", p.Device.Make(v.PasskeyOffer))
	if err != nil {
		h.T.Fatalf("%s sets up a passkey: %v", person, err)
	}
	return p, session
}

// Code is what the app shows, some periods from now.
func (p *Person) Code(later int) string {
	p.T.Helper()
	code, err := totp.GenerateCodeCustom(p.Secret, p.Clock.Now().Add(time.Duration(later)*30*time.Second),
		totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA256})
	if err != nil {
		p.T.Fatal(err)
	}
	return code
}

// Half takes the first step by password.
func (p *Person) Half(ctx context.Context) string {
	p.T.Helper()
	half, err := p.SignInWithPassword(ctx, p.Email, Password)
	if err != nil {
		p.T.Fatalf("%s: the right password: %v", p.ID, err)
	}
	return half
}

// SignIn takes both steps by password, with the next code.
func (p *Person) SignIn(ctx context.Context) string {
	p.T.Helper()
	half := p.Half(ctx)
	p.Clock.Move(30 * time.Second)
	token, err := p.SignInWithCode(ctx, half, p.Code(0))
	if err != nil {
		p.T.Fatalf("%s: the right code: %v", p.ID, err)
	}
	return token
}

// Passkey signs in with the device.
func (p *Person) Passkey(ctx context.Context) (string, error) {
	p.T.Helper()
	request, err := p.PasskeyRequest(ctx)
	if err != nil {
		p.T.Fatal(err)
	}
	return p.SignInWithPasskey(ctx, p.Device.Use(request))
}

// Is answers who a session is; the zero Actor for nobody.
func (h *Harness) Is(token string) access.Actor {
	s, err := h.ActorForSession(context.Background(), token)
	if err != nil {
		return access.Actor{}
	}
	return s.Actor
}
