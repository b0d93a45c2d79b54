package app_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/account"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/testkit"
)

var resetLink = regexp.MustCompile(`/recover/(\S+)`)

// mailsTo are the mails that somebody got, after all that goes on after answers.
func mailsTo(h *testkit.Harness, address string) (out []notify.Mail) {
	h.Settle()
	for _, m := range h.Post.Taken() {
		if m.To.Email == address {
			out = append(out, m)
		}
	}
	return out
}

// wayBack asks for a link and takes it out of the mail.
func wayBack(t *testing.T, h *testkit.Harness, address string) string {
	t.Helper()
	if err := h.RequestReset(ctx, address); err != nil {
		t.Fatal(err)
	}
	mails := mailsTo(h, strings.TrimSpace(address))
	if len(mails) == 0 {
		t.Fatalf("no mail to %s", address)
	}
	m := resetLink.FindStringSubmatch(mails[len(mails)-1].Text)
	if m == nil {
		t.Fatalf("no link in %q", mails[len(mails)-1].Text)
	}
	return m[1]
}

// TestPeer_S22_WayBack: neither the mail nor a code alone opens anything. Both together give an invitation of a quarter of an hour, once;
// what it sets up replaces what was there, ends every session and tells the person.
func TestPeer_S22_WayBack(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		p := h.WithPassword("ca-coordinator")
		open := p.SignIn(ctx)
		token := wayBack(t, h, p.Email)
		if v, err := h.Reset(ctx, token); err != nil || !v.Code || v.Name == "" {
			t.Fatalf("%+v, %v", v, err)
		}
		if _, err := h.Invitation(ctx, token, ""); fault.KindOf(err) != fault.KindGone {
			t.Errorf("the mail's link is an invitation: %v", err)
		}
		for _, bad := range []string{"000000", "", p.Code(0), "AAAAA-BBBBB-CCCCC"} { // the third was used to sign in
			if got, err := h.ProveReset(ctx, token, bad); err == nil || got != "" {
				t.Errorf("the code %q: %q, %v", bad, got, err)
			}
		}
		for _, forged := range []string{"", "x", token[:len(token)-2], p.Half(ctx)} {
			if _, err := h.ProveReset(ctx, forged, p.Recovery[0]); fault.KindOf(err) != fault.KindGone {
				t.Errorf("the link %q: %v", forged, err)
			}
		}
		second := wayBack(t, h, p.Email)
		invitation, err := h.ProveReset(ctx, token, strings.ToLower(p.Recovery[0]))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.ProveReset(ctx, token, p.Recovery[1]); fault.KindOf(err) != fault.KindGone {
			t.Errorf("the link works twice: %v", err)
		}
		if _, err := h.ProveReset(ctx, second, p.Recovery[0]); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("a recovery code works twice: %v", err)
		}
		if h.Is(open).Person == "" {
			t.Error("a proof alone ends the sessions")
		}
		v, err := h.Invitation(ctx, invitation, "")
		if err != nil || !v.Replaces {
			t.Fatalf("%+v, %v", v, err)
		}
		device := testkit.NewAuthenticator(t)
		if _, err := h.AcceptWithPasskey(ctx, invitation, "", device.Make(v.PasskeyOffer)); err != nil {
			t.Fatal(err)
		}
		if h.Is(open).Person != "" {
			t.Error("a session from before still stands")
		}
		if _, err := h.ProveReset(ctx, second, p.Recovery[2]); fault.KindOf(err) != fault.KindGone {
			t.Errorf("an earlier link works after the change: %v", err)
		}
		mails := mailsTo(h, p.Email)
		if last := mails[len(mails)-1]; !strings.Contains(last.Subject, "set up anew") || strings.Contains(last.Text, "/recover/") || strings.Contains(last.Text, "/invite/") {
			t.Errorf("told: %q", last.Text)
		}
		if _, err := h.SignInWithPassword(testkit.From("203.0.113.1"), p.Email, testkit.Password); err == nil {
			t.Error("the old password still opens")
		}
	})
}

// A link that ran out, of somebody who left, and an invitation that was not taken up within its quarter of an hour open nothing.
func TestPeer_S22_WayBackRunsOut(t *testing.T) {
	h := testkit.Start(t)
	p := h.WithPassword("ca-dmv-iso")
	token := wayBack(t, h, p.Email)
	invitation, err := h.ProveReset(ctx, token, p.Recovery[0])
	if err != nil {
		t.Fatal(err)
	}
	h.Clock.Move(account.ResetGrantLife)
	if _, err := h.Invitation(ctx, invitation, ""); fault.KindOf(err) != fault.KindGone {
		t.Errorf("after a quarter of an hour: %v", err)
	}
	token = wayBack(t, h, p.Email)
	h.Clock.Move(account.ResetLife + time.Second)
	if _, err := h.ProveReset(ctx, token, p.Recovery[1]); fault.KindOf(err) != fault.KindGone {
		t.Errorf("after half an hour: %v", err)
	}
	h.Clock.Move(24 * time.Hour)
	token = wayBack(t, h, p.Email)
	err = h.EditDirectory(ctx, access.System("test"), func(in *directory.Import) error {
		for i := range in.People {
			in.People[i].Gone = in.People[i].ID == p.ID
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ProveReset(ctx, token, p.Recovery[1]); fault.KindOf(err) != fault.KindGone {
		t.Errorf("who left: %v", err)
	}
	before := len(h.Post.Taken())
	if err := h.RequestReset(ctx, p.Email); err != nil || len(mailsTo(h, p.Email)) == 0 || len(h.Post.Taken()) != before {
		t.Errorf("who left gets mail: %v", err)
	}
}

// Who has but a passkey has nothing else that proves who it is: the link lets them ask, once, and gives nothing.
func TestWayBackByAsking(t *testing.T) {
	h := testkit.Start(t)
	p, session := h.WithPasskey("ca-dmv-iso")
	token := wayBack(t, h, p.Email)
	if v, err := h.Reset(ctx, token); err != nil || v.Code {
		t.Fatalf("%+v, %v", v, err)
	}
	for _, code := range []string{"", "000000", "ABCDE-FGHJK-LMNPQ"} {
		if got, err := h.ProveReset(ctx, token, code); err == nil || got != "" {
			t.Errorf("%q opens: %v", code, err)
		}
	}
	before := len(h.Post.Taken())
	if err := h.AskForInvitation(ctx, token); err != nil {
		t.Fatal(err)
	}
	if err := h.AskForInvitation(ctx, token); fault.KindOf(err) != fault.KindGone {
		t.Errorf("asked twice: %v", err)
	}
	h.Settle()
	told := h.Post.Taken()[before:]
	if len(told) == 0 || len(told) > 5 {
		t.Fatalf("%d people were told", len(told))
	}
	for _, m := range told {
		who := ""
		for _, person := range must2(h.Record.ReadDirectory(ctx)).People {
			if person.Email == m.To.Email {
				who = person.ID
			}
		}
		if _, err := h.Invite(ctx, h.As(who), p.ID); err != nil && fault.KindOf(err) != fault.KindConflict {
			t.Errorf("%s was told and may not invite: %v", who, err)
		}
		if strings.Contains(m.Text, "/invite/") || !strings.Contains(m.Text, "/invitations?q=ca-dmv-iso") {
			t.Errorf("told: %q", m.Text)
		}
	}
	if h.Is(session).Person != p.ID {
		t.Error("asking ends a session")
	}
}

func must2(in directory.Import, _ int64, _ error) directory.Import { return in }

// TestPeer_S24_WayBackTellsNoOne: the answer is there before anything is looked up or sent, and the same for every address.
func TestPeer_S24_WayBackTellsNoOne(t *testing.T) {
	h := testkit.Start(t)
	p := h.WithPassword("ca-dmv-iso")
	passkey, _ := h.WithPasskey("ca-coordinator")
	reached, hang := make(chan struct{}, 16), make(chan struct{})
	h.Post.Answer = func(notify.Mail) notify.Outcome {
		reached <- struct{}{}
		<-hang // a mail server that hangs
		return notify.Outcome{Kind: notify.Delivered}
	}
	for _, address := range []string{p.Email, "  " + strings.ToUpper(p.Email), passkey.Email, "nobody.at.all@dmv.ca.example", "gordon.sallis@dmv.ca.example"} {
		if err := h.RequestReset(ctx, address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	<-reached // some mail is on its way, and all answers were given
	close(hang)
	h.Settle()
	if n := len(mailsTo(h, "nobody.at.all@dmv.ca.example")); n != 0 {
		t.Errorf("%d mails to nobody", n)
	}
	for _, bad := range []string{"", "dana", "@", "a@", "@b", strings.Repeat("a", 400) + "@b"} {
		if err := h.RequestReset(ctx, bad); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestPeer_S26_WayBackIsBounded: however often it is asked for, nobody gets more than three mails within an hour, all together get a bounded
// number, one network soon waits, and what the law wants told goes out all the same.
func TestPeer_S26_WayBackIsBounded(t *testing.T) {
	h := testkit.Start(t)
	const crowd = 230
	err := h.EditDirectory(ctx, access.System("test"), func(in *directory.Import) error {
		for i := range crowd {
			in.People = append(in.People, directory.Person{ID: fmt.Sprintf("p%03d", i), Name: "Somebody", Email: fmt.Sprintf("p%03d@agency.example", i), Entity: "ca-demo-dmv"})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		if err := h.RequestReset(testkit.From(fmt.Sprintf("192.0.2.%d", i)), "P000@agency.example"); err != nil {
			t.Fatal(err)
		}
		h.Settle()
	}
	if n := len(mailsTo(h, "p000@agency.example")); n != 3 {
		t.Errorf("%d mails to one person", n)
	}
	refused := 0
	for range 40 {
		if err := h.RequestReset(testkit.From("198.51.100.1"), "nobody@agency.example"); err != nil {
			refused++
		}
		h.Settle()
	}
	if refused != 40-int(account.ResetsPerNetwork.Free) {
		t.Errorf("one network: %d of 40 refused", refused)
	}
	for i := range crowd {
		_ = h.RequestReset(testkit.From(fmt.Sprintf("10.0.0.%d", i)), fmt.Sprintf("p%03d@agency.example", i))
		h.Settle()
	}
	if n := len(h.Post.Taken()); n != int(account.ResetsInAll.Free) {
		t.Errorf("%d mails in all, want %d", n, account.ResetsInAll.Free)
	}
	if _, err := h.File(ctx, h.As("ca-dmv-iso"), laptop(), app.FileOptions{}); err != nil {
		t.Fatal(err)
	}
	h.Deliver()
	if len(h.Post.Taken()) <= int(account.ResetsInAll.Free) {
		t.Error("the report's mails wait for these")
	}
	h.Clock.Move(2 * time.Hour)
	if err := h.RequestReset(ctx, "p001@agency.example"); err != nil || len(mailsTo(h, "p001@agency.example")) != 2 {
		t.Errorf("two hours later: %v, %d mails", err, len(mailsTo(h, "p001@agency.example")))
	}
}

// TestPeer_S42_WayBackLocksNobodyOut: asking for the way back, and wrong codes on it, leave the responder's passkey alone.
func TestPeer_S42_WayBackLocksNobodyOut(t *testing.T) {
	h := testkit.Start(t)
	p, _ := h.WithPasskey("ca-coordinator")
	for range 10 {
		_ = h.RequestReset(testkit.From("192.0.2.1"), p.Email)
		h.Settle()
	}
	if token, err := p.Passkey(testkit.From("192.0.2.1")); err != nil || h.Is(token).Person != p.ID {
		t.Errorf("by passkey: %v", err)
	}
}
