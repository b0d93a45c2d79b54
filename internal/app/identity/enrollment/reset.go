package enrollment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/app/identity"
	"tocsin/internal/app/identity/credentials"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/account"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
)

// The way back for somebody who lost what they sign in with. A mail proves one thing, who reads a mailbox, and a new way in needs two:
// so the link of the mail asks for a code of the authenticator app or a recovery code, and then stands for an invitation of fifteen
// minutes. Who has neither can only ask an administrator through it. docs/adr/0014-way-back.md, NIST SP 800-63B-4 4.2.

const (
	resetPurpose = "way back"
	// deferredAtOnce is how many answers may still be worked on at a time.
	deferredAtOnce = 16
	deferredLife   = 2 * time.Minute
	// askedAtMost bounds who is told that somebody asks to be invited.
	askedAtMost = 5
)

var errResetGone = fault.Gone("this link was used, or has run out")

// deferred is work that goes on after an answer, so that neither the answer's time nor a mail server's tells what was found. What a
// crash takes is asked for again.
type deferred struct {
	once  sync.Once
	slots chan struct{}
	all   sync.WaitGroup
}

// later does work after the answer; false where too much of it is under way.
func (a *Room) later(ctx context.Context, do func(context.Context)) bool {
	w := &a.deferred
	w.once.Do(func() { w.slots = make(chan struct{}, deferredAtOnce) })
	select {
	case w.slots <- struct{}{}:
	default:
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deferredLife)
	w.all.Go(func() {
		defer func() { cancel(); <-w.slots }()
		do(ctx)
	})
	return true
}

// laterOrNow does work after the answer, or before it where too much is under way: it is not left out.
func (a *Room) laterOrNow(ctx context.Context, do func(context.Context)) {
	if !a.later(ctx, do) {
		do(ctx)
	}
}

// Settle waits for what goes on after answers.
func (a *Room) Settle() { a.deferred.all.Wait() }

// RequestReset sends a mail to whoever has an address, if anybody has. The answer is the same for every address, and as soon: what is
// looked up and sent, is looked up and sent after it.
func (a *Room) RequestReset(ctx context.Context, address string) error {
	address = credentials.CanonicalAddress(address)
	if at := strings.IndexByte(address, '@'); at < 1 || at == len(address)-1 || len(address) > 320 {
		return fault.Invalid("email", "This is not an e-mail address.", "Write the address that the directory has of you.")
	}
	now, err := a.Credentials.SharedTime(ctx)
	if err != nil {
		return err
	}
	network := account.Counter{Name: a.KeyedDigest(act.CounterPurpose, "reset network", identity.ClientOf(ctx).Network), Limit: account.ResetsPerNetwork}
	until, err := a.Accounts.Attempt(ctx, now, []account.Counter{network})
	if err != nil {
		return err
	}
	if !until.IsZero() {
		return fault.Invalid("email", "There were too many requests from where you are.", fmt.Sprintf("Wait %d min and try again.", int(until.Sub(now)/time.Minute)+1))
	}
	mail := a.Mail
	if mail == nil || !a.later(ctx, func(ctx context.Context) { a.sendReset(ctx, mail, address, now) }) {
		return fault.Invalid("email", "No mail can be sent just now.", "Try again in a minute, or call an administrator or your incident response coordinator.")
	}
	return nil
}

// sendReset sends the link, where somebody has the address and was not sent enough of them. A mail that fails is asked for again.
func (a *Room) sendReset(ctx context.Context, mail act.Mailer, address string, now time.Time) {
	until, err := a.Accounts.Attempt(ctx, now, []account.Counter{
		{Name: a.KeyedDigest(act.CounterPurpose, "reset address", address), Limit: account.ResetsPerAddress},
	})
	person, unread := a.Credentials.PersonByAddress(ctx, address)
	if err != nil || unread != nil || !until.IsZero() || person == "" {
		return
	}
	// Counted last, so that requests for addresses that nobody has use nothing up. A window is an hour of the clock.
	all := account.Counter{Name: a.KeyedDigest(act.CounterPurpose, "resets in all", now.UTC().Format("2006-01-02T15")), Limit: account.ResetsInAll}
	if until, err := a.Accounts.Attempt(ctx, now, []account.Counter{all}); err != nil || !until.IsZero() {
		return
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return
	}
	p, ok := dir.Person(person)
	acc, err := a.Accounts.Account(ctx, person)
	if !ok || p.Gone || err != nil {
		return
	}
	until = a.Now().Add(account.ResetLife)
	link := a.BaseURL + "/recover/" + a.EncodeStep(resetPurpose, act.Step{Person: p.ID, Generation: acc.Generation, Until: until})
	asks := "It asks for a code of your authenticator app or for one of your recovery codes: this mail alone opens nothing."
	if !acc.WithPassword() {
		asks = "You have neither an authenticator app nor recovery codes here, so the link only lets you ask an administrator to invite you anew."
	}
	text := fmt.Sprintf("%s,\n\nsomebody, probably you, asked at %s to set up anew how you sign in:\n\n%s\n\nThe link works once, until %s. %s\n\n"+
		"If it was not you, do nothing: nothing has changed. If it happens again, tell your security office.\n",
		p.Name, a.BaseURL, link, until.UTC().Format("2 January 2006 15:04 MST"), asks)
	mail.Send(ctx, a.accountMail(p, "reset-"+identity.SecretDigest(link)[:24], "Your way back into Tocsin", text))
}

// accountMail is a mail to a person that is about their account and no incident.
func (a *Room) accountMail(p directory.Person, id, subject, text string) notify.Mail {
	_, host, _ := strings.Cut(a.From, "@")
	if a.Demo {
		subject = "[Demonstration] " + subject
	}
	return notify.Mail{MessageID: notify.MessageID(id, p.Email, host), From: notify.NewAddress("Tocsin", a.From), To: notify.NewAddress(p.Name, p.Email),
		Subject: subject, Text: text, Date: a.Now()}
}

// ResetView is what the page behind the mailed link shows. Reading it changes nothing: mail filters open links before people do.
type ResetView struct {
	Name  string
	Until time.Time
	Code  bool // a code can prove who it is; else an administrator must be asked
}

func (a *Room) reset(ctx context.Context, token string) (c act.Step, p directory.Person, acc account.Account, err error) {
	c, ok := a.DecodeStep(resetPurpose, token)
	if !ok {
		return c, p, acc, errResetGone
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return c, p, acc, err
	}
	p, there := dir.Person(c.Person)
	acc, err = a.Accounts.Account(ctx, c.Person)
	if err == nil && (!there || p.Gone || acc.Generation != c.Generation) {
		err = errResetGone // who left, or changed a credential since, begins again
	}
	return c, p, acc, err
}

// Reset answers what a mailed link stands for; fault.Gone for one that has run out, or is void.
func (a *Room) Reset(ctx context.Context, token string) (ResetView, error) {
	c, p, acc, err := a.reset(ctx, token)
	return ResetView{Name: p.Name, Until: c.Until, Code: acc.WithPassword()}, err
}

// ProveReset takes the second proof and answers the token of an invitation, which replaces all that was set up before. The link is
// used up by it. Wrong codes count as they do when signing in.
func (a *Room) ProveReset(ctx context.Context, token, code string) (invitation string, err error) {
	c, p, acc, err := a.reset(ctx, token)
	if err != nil {
		return "", err
	}
	if !acc.WithPassword() {
		return "", credentials.ErrCode
	}
	if _, err := a.Credentials.CodeRight(ctx, acc, code); err != nil {
		return "", err
	}
	if err := a.spendReset(ctx, token, c); err != nil {
		return "", err
	}
	invitation = a.Identity.Secret()
	now := a.Now()
	return invitation, a.Accounts.SaveInvitation(ctx, account.Invitation{Digest: identity.SecretDigest(invitation), Person: p.ID, By: "person:" + p.ID, CreatedAt: now,
		ExpiresAt: now.Add(account.ResetGrantLife)}, account.MailsPerPerson, account.MailsInAll)
}

func (a *Room) spendReset(ctx context.Context, token string, c act.Step) error {
	ok, err := a.Accounts.Spend(ctx, a.KeyedDigest(resetPurpose, token), a.Now(), c.Until)
	if err == nil && !ok {
		err = errResetGone
	}
	return err
}

// AskForInvitation tells those who may invite the person that they ask for it. It gives the person nothing by itself.
func (a *Room) AskForInvitation(ctx context.Context, token string) error {
	c, p, _, err := a.reset(ctx, token)
	if err != nil {
		return err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return err
	}
	told, mail := a.inviters(dir, p), a.Mail
	if mail == nil || len(told) == 0 {
		return fault.Conflict("nobody can be told by mail; call an administrator or your incident response coordinator")
	}
	if err := a.spendReset(ctx, token, c); err != nil {
		return err
	}
	text := fmt.Sprintf("%s (%s) cannot sign in any more and asks to be invited anew. Whoever asks has read mail at %s; that is all that is proven.\n\n"+
		"Before you invite them, speak with them at a number that you had before, and ask what only they know.\n\n%s/invitations?q=%s\n", p.Name, p.ID, p.Email, a.BaseURL, p.ID)
	id := identity.SecretDigest(token)[:24]
	a.laterOrNow(ctx, func(ctx context.Context) {
		for _, to := range told {
			mail.Send(ctx, a.accountMail(to, "ask-"+id, "Somebody asks to be invited to Tocsin anew", text))
		}
	})
	return nil
}

// inviters are who may invite a person and can be told by mail, those of the person's own entity first.
func (a *Room) inviters(dir *directory.Snapshot, p directory.Person) (out []directory.Person) {
	for _, other := range dir.People() {
		by, ok := access.NewActor(dir, other.ID)
		if ok && other.ID != p.ID && other.Email != "" && a.mayInvite(by, dir, p) {
			out = append(out, other)
		}
	}
	slices.SortStableFunc(out, func(x, y directory.Person) int { return farther(x, p) - farther(y, p) })
	return out[:min(len(out), askedAtMost)]
}

func farther(x, from directory.Person) int {
	if x.Entity == from.Entity {
		return 0
	}
	return 1
}

// tellReplaced tells somebody that how they sign in was replaced: if it was not them, they must know.
func (a *Room) tellReplaced(ctx context.Context, p directory.Person, how string) {
	mail, c, at := a.Mail, identity.ClientOf(ctx), a.Now()
	if mail == nil || p.Email == "" {
		return
	}
	text := fmt.Sprintf("%s,\n\nhow you sign in to Tocsin at %s was set up anew at %s, by %s%s. What was set up before works no more, and you were signed out everywhere else.\n\n"+
		"If it was not you, call an administrator or your incident response coordinator at once.\n", p.Name, a.BaseURL, at.UTC().Format("2 January 2006 15:04 MST"), how, deviceWords(c))
	a.laterOrNow(ctx, func(ctx context.Context) {
		mail.Send(ctx, a.accountMail(p, "replaced-"+a.NewID(), "How you sign in to Tocsin was set up anew", text))
	})
}

func deviceWords(c identity.Client) string {
	if c.Device == "" {
		return ""
	}
	return ", on " + c.Device
}
