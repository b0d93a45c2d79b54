package webtest

import (
	"context"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// The fake knows one password and one code, the same for everybody, and no passkey: those need the real application.
const (
	Password = "a password that is right"
	Code     = "123456"
)

// PasskeyRequest implements web.SignIns.
func (f *Fake) PasskeyRequest(context.Context) (string, error) {
	return `{"publicKey":{"challenge":"AAAA"}}`, f.up()
}

// SignInWithPasskey implements web.SignIns.
func (f *Fake) SignInWithPasskey(context.Context, string) (string, error) {
	return "", fault.Invalid("passkey", "The passkey did not work.", "Try again.")
}

// SignInWithPassword implements web.SignIns: the address is the person's id.
func (f *Fake) SignInWithPassword(_ context.Context, address, password string) (string, error) {
	if err := f.up(); err != nil {
		return "", err
	}
	if password != Password {
		return "", fault.Invalid("password", "This e-mail address and password do not go together.", "Try again.")
	}
	return "half of " + address, nil
}

// SignInWithCode implements web.SignIns.
func (f *Fake) SignInWithCode(ctx context.Context, half, code string) (string, error) {
	if code != Code {
		return "", fault.Invalid("code", "This code is not right.", "Wait for the next one.")
	}
	return f.SignInAs(ctx, half[min(len(half), len("half of ")):])
}

// StepUpWays implements web.SignIns.
func (f *Fake) StepUpWays(context.Context, string) (app.StepUpView, error) {
	return app.StepUpView{Name: f.word("Dana Reyes"), Code: true, PasskeyRequest: `{"publicKey":{"challenge":"AAAA"}}`}, f.up()
}

// StepUp implements web.SignIns.
func (f *Fake) StepUp(ctx context.Context, token string, p app.Proof) (string, error) {
	if p.Code != Code {
		return "", fault.Invalid("code", "This code is not right.", "Wait for the next one.")
	}
	f.mu.Lock()
	person := f.sessions[token].Person
	f.Stale = false
	f.mu.Unlock()
	return f.SignInAs(ctx, person)
}

// Invite implements web.Invitations.
func (f *Fake) Invite(_ context.Context, _ access.Actor, person string) (app.Invited, error) {
	for _, p := range f.people {
		if p.View.ID == person {
			return app.Invited{Name: f.word(p.View.Name), Link: "http://tocsin.test/invite/" + f.word("token"), Trouble: f.word("No mail server."),
				ExpiresAt: f.now().Add(72 * time.Hour)}, f.up()
		}
	}
	return app.Invited{}, fault.NotFound("no such person")
}

// Invitable implements web.Invitations.
func (f *Fake) Invitable(context.Context, access.Actor, string) (list []app.InvitableView, more bool, err error) {
	for _, p := range f.DemoPeople() {
		list = append(list, app.InvitableView{PersonView: p, SetUp: len(list) == 0})
	}
	return list, true, f.up()
}

// Invitation implements web.Invitations.
func (f *Fake) Invitation(_ context.Context, token, _ string) (app.InvitationView, error) {
	if token != "open" {
		return app.InvitationView{}, fault.Gone("used")
	}
	return app.InvitationView{Name: f.word("Dana Reyes"), EntityName: f.word("Department"), ExpiresAt: f.now().Add(time.Hour), Replaces: true,
		PasskeyOffer: `{"publicKey":{"user":{"name":"` + "x" + `"}}}`, Codes: f.codes()}, f.up()
}

func (f *Fake) codes() app.CodeSetup {
	return app.CodeSetup{Secret: "ABCD-EFGH", Picture: "M4 4h7v1h-7z", Size: 29, Carried: "carried"}
}

// AcceptWithPasskey implements web.Invitations.
func (f *Fake) AcceptWithPasskey(context.Context, string, string, string) (string, error) {
	return "", fault.Invalid("passkey", "The passkey did not work.", "Try again.")
}

// AcceptWithPassword implements web.Invitations.
func (f *Fake) AcceptWithPassword(ctx context.Context, _ string, s app.PasswordSetup) (string, []string, error) {
	if s.Password != Password {
		return "", nil, fault.Invalid("password", "This password is too short.", "Use 12 characters or more.")
	}
	token, err := f.SignInAs(ctx, f.people[0].View.ID)
	return token, []string{"ABCDE-FGHJK-LMNPQ"}, err
}

// OwnAccount implements web.Accounts.
func (f *Fake) OwnAccount(context.Context, string) (app.AccountView, error) {
	at := f.now().Add(-time.Hour)
	return app.AccountView{Name: f.word("Dana Reyes"), Email: f.word("dana@demo.test"), Method: access.ByPasskey, PasskeyOffer: `{"publicKey":{"user":{}}}`,
		Passkeys: []app.PasskeyView{{ID: "one", Name: f.word("Work laptop"), CreatedAt: at, UsedAt: at}, {ID: "two", Name: f.word("Blue key"), CreatedAt: at}},
		Password: true, Locked: true, Recovery: 7, Sessions: []app.SessionView{
			{ID: "s1", Device: f.word("Firefox on Windows"), Network: f.word("192.0.2.7"), Method: access.ByPasskey, CreatedAt: at, SeenAt: at, Current: true},
			{ID: "s2", Device: f.word("Safari on iPhone"), Network: f.word("192.0.2.8"), Method: access.ByPassword, CreatedAt: at, SeenAt: at}}}, f.up()
}

// AddPasskey implements web.Accounts.
func (f *Fake) AddPasskey(context.Context, string, string, string) (string, error) {
	return "", fault.Invalid("passkey", "The passkey did not work.", "Try again.")
}

// RemovePasskey implements web.Accounts.
func (f *Fake) RemovePasskey(_ context.Context, token, _ string) (string, error) {
	return token, f.up()
}

// NewCodes implements web.Accounts.
func (f *Fake) NewCodes(context.Context, string, string) (app.CodeSetup, error) {
	return f.codes(), f.up()
}

// SetPassword implements web.Accounts.
func (f *Fake) SetPassword(_ context.Context, token string, s app.PasswordSetup) (string, []string, error) {
	if s.Password != Password {
		return "", nil, fault.Invalid("password", "This password is too short.", "Use 12 characters or more.")
	}
	return token, nil, f.up()
}

// RemovePassword implements web.Accounts.
func (f *Fake) RemovePassword(context.Context, string) (string, error) {
	return "", fault.Conflict("this is your only way to sign in; set up another first")
}

// NewRecoveryCodes implements web.OwnSessions.
func (f *Fake) NewRecoveryCodes(_ context.Context, token string) (string, []string, error) {
	return token, []string{"ABCDE-FGHJK-LMNPQ"}, f.up()
}

// EndOneSession implements web.OwnSessions.
func (f *Fake) EndOneSession(_ context.Context, _, id string) error {
	if id != "s2" {
		return fault.NotFound("no such session")
	}
	return f.up()
}

// EndOtherSessions implements web.OwnSessions.
func (f *Fake) EndOtherSessions(context.Context, string) error { return f.up() }

// RequestReset implements web.Resets. It knows nobody's address and says so of none.
func (f *Fake) RequestReset(_ context.Context, address string) error {
	if address == "" {
		return fault.Invalid("email", "This is not an e-mail address.", "Write the address that the directory has of you.")
	}
	return f.up()
}

// Reset implements web.Resets: the link "code" is of somebody who has one, "ask" of somebody who has none.
func (f *Fake) Reset(_ context.Context, token string) (app.ResetView, error) {
	if token != "code" && token != "ask" {
		return app.ResetView{}, fault.Gone("used")
	}
	return app.ResetView{Name: f.word("Dana Reyes"), Until: f.now().Add(time.Hour), Code: token == "code"}, f.up()
}

// ProveReset implements web.Resets.
func (f *Fake) ProveReset(_ context.Context, token, code string) (string, error) {
	if token != "code" {
		return "", fault.Gone("used")
	}
	if code != Code {
		return "", fault.Invalid("code", "This code is not right.", "Wait for the next one.")
	}
	return "open", f.up()
}

// AskForInvitation implements web.Resets.
func (f *Fake) AskForInvitation(_ context.Context, token string) error {
	if token != "ask" && token != "code" {
		return fault.Gone("used")
	}
	return f.up()
}
