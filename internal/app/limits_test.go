package app_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/account"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/testkit"
)

// replica is another process on the same record whose own clock is off.
func replica(t *testing.T, h *testkit.Harness, off time.Duration) *app.App {
	t.Helper()
	c := h.Settings()
	c.Now = func() time.Time { return h.Clock.Now().Add(off) }
	a, err := app.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func mustWait(err error) bool {
	return err != nil && strings.Contains(err.Error(), "too many attempts")
}

// TestPeer_S25_OneCounter: attempts are counted together however the address is written, on whichever replica, whatever its
// own clock says, and however many come at once. Then even the right password waits, and afterwards it works.
func TestPeer_S25_OneCounter(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		p, from := h.WithPassword("ca-dmv-iso"), testkit.From("192.0.2.1")
		early, late := replica(t, h, -time.Hour), replica(t, h, time.Hour)
		wide := strings.Map(func(r rune) rune { // the same letters, full width
			if r > 0x20 && r < 0x7f {
				return r + 0xfee0
			}
			return r
		}, p.Email)
		forms := []string{p.Email, strings.ToUpper(p.Email), "  " + p.Email + "\t", wide, p.Email}
		for i, form := range forms {
			if _, err := []*app.App{h.App, early, late}[i%3].SignInWithPassword(from, form, "not the password at all"); err == nil || mustWait(err) {
				t.Fatalf("attempt %d: %v", i, err)
			}
		}
		for name, a := range map[string]*app.App{"this": h.App, "an hour late": early, "an hour early": late} {
			if _, err := a.SignInWithPassword(from, p.Email, testkit.Password); !mustWait(err) {
				t.Errorf("the replica that is %s: %v", name, err)
			}
		}
		if _, err := h.SignInWithPassword(testkit.From("192.0.2.2"), p.Email, testkit.Password); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
		h.Clock.Move(29 * time.Second)
		if _, err := h.SignInWithPassword(from, p.Email, testkit.Password); !mustWait(err) {
			t.Errorf("after 29 seconds: %v", err)
		}
		h.Clock.Move(2 * time.Second)
		if _, err := h.SignInWithPassword(from, p.Email, "still not the password"); mustWait(err) {
			t.Errorf("after half a minute: %v", err)
		}
		h.Clock.Move(31 * time.Second)
		if _, err := h.SignInWithPassword(from, p.Email, testkit.Password); !mustWait(err) {
			t.Errorf("the second wait is no longer than the first: %v", err)
		}
		h.Clock.Move(30 * time.Second)
		if _, err := h.SignInWithPassword(from, p.Email, testkit.Password); err != nil {
			t.Errorf("after the wait: %v", err)
		}
	})
}

func TestPeer_S25_ManyAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		p := h.WithPassword("ca-dmv-iso")
		var mu sync.Mutex
		var wg sync.WaitGroup
		checked := 0
		for range 40 {
			wg.Go(func() {
				_, err := h.SignInWithPassword(testkit.From("192.0.2.1"), p.Email, "not the password at all")
				mu.Lock()
				defer mu.Unlock()
				if !mustWait(err) {
					checked++
				}
			})
		}
		wg.Wait()
		if checked != int(account.PerAccount.Free) {
			t.Errorf("%d of 40 passwords at once were looked at, want %d", checked, account.PerAccount.Free)
		}
		// One network may not go through many addresses either, and a right password in between forgives nothing.
		network := testkit.From("198.51.100.7")
		looked := 0
		for i := range 3 * account.PerNetwork.Free {
			if i == 10 {
				if _, err := h.SignInWithPassword(network, p.Email, testkit.Password); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := h.SignInWithPassword(network, fmt.Sprintf("person%d@agency.example", i), "a common password"); !mustWait(err) {
				looked++
			}
		}
		if looked > int(account.PerNetwork.Free) {
			t.Errorf("%d addresses were tried from one network", looked)
		}
	})
}

// TestPeer_S42_PasskeyIsNeverLockedOut: whoever tries passwords or codes against the responder on call makes that way wait, from
// that network. The responder comes in by passkey all the same, and by password from elsewhere.
func TestPeer_S42_PasskeyIsNeverLockedOut(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		p := h.WithPassword("ca-coordinator")
		session := p.SignIn(testkit.From("203.0.113.9"))
		v, err := h.OwnAccount(ctx, session)
		if err != nil {
			t.Fatal(err)
		}
		p.Device = testkit.NewAuthenticator(t)
		if _, err := h.AddPasskey(ctx, session, "", p.Device.Make(v.PasskeyOffer)); err != nil {
			t.Fatal(err)
		}
		office := testkit.From("192.0.2.1") // the attacker sits in the same office
		for range 12 {
			_, _ = h.SignInWithPassword(office, p.Email, "not the password at all")
			h.Clock.Move(31 * time.Second)
		}
		if _, err := h.SignInWithPassword(office, p.Email, testkit.Password); !mustWait(err) {
			t.Fatalf("the attacker is not slowed down: %v", err)
		}
		if token, err := p.Passkey(office); err != nil || h.Is(token).Person != p.ID {
			t.Errorf("by passkey: %v", err)
		}
		if _, err := h.SignInWithPassword(testkit.From("203.0.113.9"), p.Email, testkit.Password); err != nil {
			t.Errorf("by password from elsewhere: %v", err)
		}
		half := p.Half(testkit.From("203.0.113.10"))
		for range account.MaxWrongCodes + 2 {
			_, _ = h.SignInWithCode(office, half, "000000")
		}
		if own, err := h.OwnAccount(ctx, must(p.Passkey(office))); err != nil || own.Locked {
			t.Errorf("the passkey does not open the way by code again: %+v, %v", own, err)
		}
	})
}

func must(token string, err error) string {
	if err != nil {
		return err.Error()
	}
	return token
}

// TestPeer_S26_InvitationsAreBounded: nobody is flooded with mail through this, nor is the mail server, and what the law wants
// told goes out all the same.
func TestPeer_S26_InvitationsAreBounded(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		const crowd = account.MailsInAll + 20
		err := h.EditDirectory(ctx, access.System("test"), func(in *directory.Import) error {
			for i := range crowd {
				in.People = append(in.People, directory.Person{ID: fmt.Sprintf("p%03d", i), Name: "Somebody", Email: fmt.Sprintf("p%03d@agency.example", i), Entity: "ca-demo-dmv"})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		admin := h.As("ca-coordinator")
		refused := 0
		for range 40 {
			if _, err := h.Invite(ctx, admin, "p000"); fault.KindOf(err) == fault.KindConflict {
				refused++
			}
		}
		if got := len(h.Subjects("p000@agency.example")); got != account.MailsPerPerson || refused != 40-account.MailsPerPerson {
			t.Errorf("%d mails to one person, %d refused", got, refused)
		}
		for i := range crowd {
			_, _ = h.Invite(ctx, admin, fmt.Sprintf("p%03d", i))
		}
		if got := len(h.Post.Taken()); got != account.MailsInAll {
			t.Errorf("%d mails to all, want %d", got, account.MailsInAll)
		}
		if _, err := h.File(ctx, h.As("ca-dmv-iso"), laptop(), app.FileOptions{}); err != nil {
			t.Fatal(err)
		}
		h.Deliver()
		if len(h.Post.Taken()) <= account.MailsInAll {
			t.Error("the report's mails wait for the invitations")
		}
		h.Clock.Move(time.Hour)
		if made, err := h.Invite(ctx, admin, "p000"); err != nil || made.MailedTo == "" {
			t.Errorf("an hour later: %+v, %v", made, err)
		}
	})
}

// Who may invite whom: the reach over every place of the person, and never an outsider.
func TestWhoMayInvite(t *testing.T) {
	h := testkit.Start(t)
	for by, may := range map[string]map[string]bool{
		"ca-coordinator": {"ca-dmv-iso": true, "ca-ois-duty": true, "ma-rmv-iso": false, "ma-soc-duty": false, "nobody": false},
		"ca-admin":       {"ca-dmv-iso": true, "ma-coordinator": false},
		"ca-dmv-iso":     {"ca-dmv-iso": false, "ca-dmv-reporter": false},
		"ma-coordinator": {"ma-rmv-iso": true, "ca-dmv-iso": false, "ca-ois-duty": false},
		"ca-ois-duty":    {"ca-dmv-iso": false},
	} {
		for person, want := range may {
			made, err := h.Invite(context.Background(), h.As(by), person)
			if (err == nil) != want || !want && fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s invites %s: %+v, %v", by, person, made, err)
			}
		}
		if one, more, err := h.Invitable(context.Background(), h.As(by), "ca-dmv-head"); by == "ca-admin" && (len(one) != 1 || one[0].ID != "ca-dmv-head" || more || err != nil) {
			t.Errorf("by id: %+v, %v", one, err)
		}
		list, _, err := h.Invitable(context.Background(), h.As(by), "")
		if some := by == "ca-coordinator" || by == "ma-coordinator" || by == "ca-admin"; (len(list) > 0) != some || (err == nil) != some {
			t.Errorf("%s is shown %d people, %v", by, len(list), err)
		}
	}
}
