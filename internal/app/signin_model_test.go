package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/account"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/testkit"
)

// door is a model of every way in, kept beside the application: what is known of one person decides who may come in, and the
// application must agree at each step, whatever came before.
type door struct {
	*testing.T
	h     *testkit.Harness
	p     *testkit.Person
	other *testkit.Person
	rnd   *rand.Rand
	tries int
	did   []string

	gone      bool
	left      bool  // once: keys end for good when their holder leaves
	wrong     int   // codes since the last right one
	step      int64 // last one that a code was taken for
	half      string
	halfUntil time.Time
	recovery  []string // not used yet
	used      []string // recovery codes that were used up
	lastCode  string
	key       string
	narrow    string
}

func newDoor(t *testing.T, h *testkit.Harness, seed uint64) *door {
	d := &door{T: t, h: h, rnd: rand.New(rand.NewPCG(seed, 1)), p: h.WithPassword("ca-coordinator"), other: h.WithPassword("ma-coordinator")}
	session := d.p.SignIn(ctx)
	v, err := h.OwnAccount(ctx, session)
	if err != nil {
		t.Fatal(err)
	}
	d.p.Device = testkit.NewAuthenticator(t)
	if _, err := h.AddPasskey(ctx, session, "", d.p.Device.Make(v.PasskeyOffer)); err != nil {
		t.Fatal(err)
	}
	if d.key, err = h.NewKey(ctx, d.p.ID, "", nil, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if d.narrow, err = h.NewKey(ctx, d.p.ID, "", []access.Action{access.Read}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	d.step, d.recovery = h.Clock.Now().Unix()/30, d.p.Recovery
	return d
}

// from is a browser that nobody has tried from yet: how attempts are slowed down is not the question here.
func (d *door) from() context.Context {
	d.tries++
	return testkit.From(fmt.Sprint("try ", d.tries))
}

// expect holds one attempt against the model.
func (d *door) expect(what string, want bool, token string, err error) {
	d.Helper()
	d.did = append(d.did, fmt.Sprintf("%s: %v", what, want))
	if err != nil && fault.KindOf(err) == "" {
		d.Fatalf("%s: %v", what, err)
	}
	if got := err == nil && d.h.Is(token).Person == d.p.ID; got != want || (!want && token != "" && d.h.Is(token).Person != "") {
		d.Fatalf("%s: in %v, want %v (%v), after\n%s", what, got, want, err, strings.Join(d.did, "\n"))
	}
}

func (d *door) passwords() {
	half, err := d.h.SignInWithPassword(d.from(), d.p.Email, testkit.Password)
	if (err == nil) == d.gone {
		d.Fatalf("the right password, gone %v: %v", d.gone, err)
	}
	if err == nil {
		d.half, d.halfUntil = half, d.h.Clock.Now().Add(5*time.Minute)
		d.expect("half a way in as a session", false, half, nil)
	}
	for _, wrong := range []string{"", " ", "\x00", testkit.Password + " ", strings.ToUpper(testkit.Password), strings.Repeat("x", 4096)} {
		if half, err := d.h.SignInWithPassword(d.from(), d.p.Email, wrong); err == nil {
			d.Fatalf("the password %q was taken: %s", wrong, half)
		}
	}
}

// code tries the second step and keeps the model's count.
func (d *door) code(what, half, code string, right bool) {
	live := half == d.half && half != "" && d.h.Clock.Now().Before(d.halfUntil) && !d.gone
	want := live && right && d.wrong < account.MaxWrongCodes
	token, err := d.h.SignInWithCode(d.from(), half, code)
	d.expect(what, want, token, err)
	switch {
	case want:
		d.wrong = 0
	case live && d.wrong < account.MaxWrongCodes:
		d.wrong++
	}
	if d.wrong == account.MaxWrongCodes && live && !right && !strings.Contains(fmt.Sprint(err), "code") {
		d.Fatalf("locked, and said %v", err)
	}
}

func (d *door) rightCode() {
	now := d.h.Clock.Now().Unix() / 30
	fresh := now > d.step
	locked := d.wrong >= account.MaxWrongCodes
	live := d.half != "" && d.h.Clock.Now().Before(d.halfUntil) && !d.gone
	d.lastCode = d.p.Code(0)
	d.code("code of the app", d.half, d.lastCode, fresh)
	if fresh && live && !locked {
		d.step = now
	}
}

func (d *door) recoveryCode() {
	if len(d.recovery) == 0 {
		return
	}
	code := d.recovery[0]
	locked := d.wrong >= account.MaxWrongCodes
	live := d.half != "" && d.h.Clock.Now().Before(d.halfUntil) && !d.gone
	d.code("recovery code", d.half, strings.ToLower(code), true)
	if live && !locked {
		d.recovery, d.used = d.recovery[1:], append(d.used, code)
	}
}

func (d *door) badCodes() {
	bad := []string{"000000", "12345", d.other.Code(0), d.p.Code(-5), d.p.Code(5), "AAAAA-AAAAA-AAAAA", d.other.Recovery[0]}
	if d.lastCode != "" && d.h.Clock.Now().Unix()/30 <= d.step {
		bad = append(bad, d.lastCode)
	}
	bad = append(bad, d.used...)
	d.code("bad code", d.half, bad[d.rnd.IntN(len(bad))], false)
}

func (d *door) badHalf() {
	foreign := d.other.Half(d.from())
	for _, half := range []string{"", "x", foreign, d.half + "A", d.key} {
		if half == d.half {
			continue
		}
		token, err := d.h.SignInWithCode(d.from(), half, d.p.Code(0))
		d.expect("code with half a way in that is not one's own", false, token, err)
	}
}

func (d *door) passkey() {
	request, err := d.h.PasskeyRequest(ctx)
	if err != nil {
		d.Fatal(err)
	}
	answer := d.p.Device.Use(request)
	token, err := d.h.SignInWithPasskey(d.from(), answer)
	d.expect("passkey", !d.gone, token, err)
	if !d.gone {
		d.wrong = 0
	}
	token, err = d.h.SignInWithPasskey(d.from(), answer)
	d.expect("the passkey's answer once more", false, token, err)
}

func (d *door) badPasskey() {
	request, err := d.h.PasskeyRequest(ctx)
	if err != nil {
		d.Fatal(err)
	}
	try := func(what, request string, change func(*testkit.Authenticator)) {
		device := *d.p.Device
		change(&device)
		token, err := d.h.SignInWithPasskey(d.from(), device.Use(request))
		d.expect(what, false, token, err)
	}
	try("passkey without user verification", request, func(a *testkit.Authenticator) { a.Unverified = true })
	try("passkey for another page", request, func(a *testkit.Authenticator) { a.Origin = "http://tocsin.test.evil.example" })
	try("passkey for another server", request, func(a *testkit.Authenticator) { a.RP = "evil.example" })
	try("passkey with a challenge of its own", `{"publicKey":{"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}`, func(*testkit.Authenticator) {})
	for _, junk := range []string{"", "{}", "null", "[]", `{"id":""}`, strings.Repeat("{", 70_000)} {
		token, err := d.h.SignInWithPasskey(d.from(), junk)
		d.expect("junk for a passkey", false, token, err)
	}
}

func (d *door) invitations() {
	for _, token := range []string{"", "x", d.key} {
		_, err := d.h.AcceptWithPasskey(ctx, token, "", "{}")
		d.expect("an invitation that was never made", false, "", err)
	}
	if d.gone {
		if _, err := d.h.InviteByOperator(ctx, d.p.ID); err == nil {
			d.Fatal("somebody who left was invited")
		}
		return
	}
	token := d.h.Token("ca-cdph-iso")
	v, err := d.h.Invitation(ctx, token, "")
	if err != nil {
		d.Fatal(err)
	}
	d.h.Clock.Move(account.InvitationLife)
	if session, err := d.h.AcceptWithPasskey(ctx, token, "", testkit.NewAuthenticator(d).Make(v.PasskeyOffer)); err == nil {
		d.Fatalf("an invitation that has run out was taken: %s", session)
	}
}

func (d *door) keys() {
	token, err := d.h.SignInWithKey(d.from(), d.key)
	d.expect("access key", !d.gone && !d.left, token, err)
	token, err = d.h.SignInWithKey(d.from(), d.narrow)
	d.expect("access key with scopes", false, token, err)
}

func (d *door) leaveOrReturn() {
	d.gone = !d.gone
	d.left = true
	err := d.h.EditDirectory(ctx, access.System("test"), func(in *directory.Import) error {
		for i := range in.People {
			if in.People[i].ID == d.p.ID {
				in.People[i].Gone = d.gone
			}
		}
		return nil
	})
	if err != nil {
		d.Fatal(err)
	}
	d.did = append(d.did, fmt.Sprintf("gone: %v", d.gone))
}

func (d *door) wait() {
	d.h.Clock.Move(time.Duration(d.rnd.IntN(400)) * time.Second)
}

// TestPeer_S22_EveryWayIn: a session only when all factors are done. Reused codes are refused, ten wrong ones lock, somebody
// who left is refused at every step, and half a way in opens nothing.
func TestPeer_S22_EveryWayIn(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		for seed := range uint64(6) {
			d := newDoor(t, h, seed)
			acts := []func(){d.passwords, d.rightCode, d.rightCode, d.recoveryCode, d.badCodes, d.badCodes, d.badHalf, d.passkey, d.badPasskey, d.invitations, d.keys, d.wait, d.wait}
			for range 40 {
				acts[d.rnd.IntN(len(acts))]()
				if d.rnd.IntN(9) == 0 || d.gone && d.rnd.IntN(3) == 0 {
					d.leaveOrReturn()
				}
			}
			if d.gone {
				d.leaveOrReturn()
			}
		}
	})
}

// Ten wrong codes lock the way by code, however many come at once, and only that way.
func TestPeer_S22_TenWrongCodesLock(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		p := h.WithPassword("ca-coordinator")
		half := p.Half(ctx)
		done := make(chan bool)
		for range 24 {
			go func() {
				_, err := h.SignInWithCode(ctx, half, "000000")
				done <- err != nil && strings.Contains(err.Error(), "locked")
			}()
		}
		locked := 0
		for range 24 {
			if <-done {
				locked++
			}
		}
		if locked != 24-account.MaxWrongCodes {
			t.Errorf("%d of 24 codes at once met the lock, want %d", locked, 24-account.MaxWrongCodes)
		}
		h.Clock.Move(time.Minute)
		if _, err := h.SignInWithCode(ctx, half, p.Code(0)); err == nil {
			t.Error("the right code opens a locked way")
		}
		if _, err := h.SignInWithCode(ctx, half, p.Recovery[0]); err == nil {
			t.Error("a recovery code opens a locked way")
		}
	})
}

// An invitation works once, for its person, until the next one; two at a time take it once.
func TestPeer_S22_InvitationWorksOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		first, second := h.Token("ca-dmv-iso"), h.Token("ca-dmv-iso")
		if _, err := h.Invitation(ctx, first, ""); fault.KindOf(err) != fault.KindGone {
			t.Errorf("an invitation that another replaced: %v", err)
		}
		v, err := h.Invitation(ctx, second, "")
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan string)
		for range 2 {
			go func() {
				session, _ := h.AcceptWithPasskey(ctx, second, "", testkit.NewAuthenticator(t).Make(mustOffer(t, h, second)))
				done <- session
			}()
		}
		if a, b := <-done, <-done; (a == "") == (b == "") {
			t.Errorf("two at a time: %q and %q", a, b)
		}
		if _, err := h.AcceptWithPasskey(ctx, second, "", testkit.NewAuthenticator(t).Make(v.PasskeyOffer)); fault.KindOf(err) != fault.KindGone {
			t.Errorf("a used invitation: %v", err)
		}
	})
}

// mustOffer is what an invitation offers; one that was just used offers nothing, and then anything will do.
func mustOffer(t *testing.T, h *testkit.Harness, token string) string {
	v, err := h.Invitation(ctx, token, "")
	if err != nil {
		return `{"publicKey":{"challenge":"AAAA","user":{"id":"AAAA"}}}`
	}
	return v.PasskeyOffer
}

// A password that is set up is right in every form that a keyboard gives it, and refused where attackers would try it first.
func TestPasswordIsNormalised(t *testing.T) {
	h := testkit.Start(t)
	set := func(password string) (string, error) {
		token := h.Token("ca-dmv-iso")
		v, err := h.Invitation(ctx, token, "")
		if err != nil {
			t.Fatal(err)
		}
		p := &testkit.Person{Harness: h, Secret: strings.ReplaceAll(v.Codes.Secret, "-", "")}
		_, _, err = h.AcceptWithPassword(ctx, token, app.PasswordSetup{Password: password, Repeated: password, Carried: v.Codes.Carried, Code: p.Code(0)})
		return v.Email, err
	}
	email, err := set("cafe\u0301 Stra\u00dfe \uff11\uff12\uff13")
	if err != nil {
		t.Fatal(err)
	}
	for password, right := range map[string]bool{"caf\u00e9 Stra\u00dfe 123": true, "cafe Stra\u00dfe 123": false, "CAF\u00c9 Stra\u00dfe 123": false} {
		if _, err := h.SignInWithPassword(ctx, email, password); (err == nil) != right {
			t.Errorf("%q: %v", password, err)
		}
	}
	for _, bad := range []string{"short", "dana.whitfield", "passwordpassword"} {
		if _, err := set(bad); err == nil || fault.All(err)[0].Field != "password" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
