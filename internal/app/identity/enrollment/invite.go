package enrollment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/app/identity"
	"tocsin/internal/app/identity/credentials"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/account"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/policy"
)

// Invited is what became of an invitation: it was mailed, or its link must be handed over otherwise.
type Invited struct {
	Name      string
	MailedTo  string
	Link      string // set where no mail went out; it cannot be shown again
	Trouble   string // why no mail went out
	ExpiresAt time.Time
}

var errNobody = fault.NotFound("no such person")

// mayInvite says whether an actor may invite a person: for every place where that person holds something, so that nobody
// can reset the way in of somebody with more reach than their own.
func (a *Room) mayInvite(by access.Actor, dir *directory.Snapshot, p directory.Person) bool {
	places := []string{}
	if p.Entity != "" {
		places = append(places, p.Entity)
	}
	for _, r := range p.Roles {
		if r.Entity != "" {
			places = append(places, r.Entity)
		}
	}
	if len(places) == 0 {
		return a.mayInviteOfficer(by, dir, p)
	}
	for _, e := range places {
		if !access.Allow(by, access.Invite, access.Object{Entity: e}) {
			return false
		}
	}
	return true
}

// mayInviteOfficer is for who works for an authority and for no entity: whoever invites at the top of a tree may, where the
// pack in force there knows the authority. Somebody without any place is for them too.
func (a *Room) mayInviteOfficer(by access.Actor, dir *directory.Snapshot, p directory.Person) bool {
	for _, e := range dir.Entities() {
		pack, ok := a.PackNow(e.Pack)
		if e.Parent != "" || !ok || !access.Allow(by, access.Invite, access.Object{Entity: e.ID}) {
			continue
		}
		known := func(r directory.Assignment) bool {
			return slices.ContainsFunc(pack.Authorities(), func(i policy.AuthorityInfo) bool { return i.ID == r.Authority })
		}
		if !slices.ContainsFunc(p.Roles, func(r directory.Assignment) bool { return !known(r) }) {
			return true
		}
	}
	return false
}

// Invite sends a person a link that sets up how they sign in, once. It takes the place of what they have set up before,
// which is how somebody who lost everything comes back.
func (a *Room) Invite(ctx context.Context, by access.Actor, person string) (Invited, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return Invited{}, err
	}
	p, ok := dir.Person(person)
	if !ok || p.Gone || !a.mayInvite(by, dir, p) {
		return Invited{}, errNobody
	}
	return a.invite(ctx, by, p)
}

// InviteByOperator is for whoever holds the data folder: the first invitation on a fresh server has nobody to give it.
func (a *Room) InviteByOperator(ctx context.Context, person string) (Invited, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return Invited{}, err
	}
	p, ok := dir.Person(person)
	if !ok || p.Gone {
		return Invited{}, fault.Invalid("person", "this person is not in the directory, or has left", "import the directory first, or correct the id")
	}
	return a.invite(ctx, access.System("operator"), p)
}

func (a *Room) invite(ctx context.Context, by access.Actor, p directory.Person) (Invited, error) {
	token, now := a.Identity.Secret(), a.Now()
	i := account.Invitation{Digest: identity.SecretDigest(token), Person: p.ID, By: by.ID, CreatedAt: now, ExpiresAt: now.Add(account.InvitationLife),
		Mailed: a.Mail != nil && p.Email != ""}
	if err := a.Accounts.SaveInvitation(ctx, i, account.MailsPerPerson, account.MailsInAll); err != nil {
		return Invited{}, err
	}
	out := Invited{Name: p.Name, ExpiresAt: i.ExpiresAt}
	link := a.BaseURL + "/invite/" + token
	if !i.Mailed {
		out.Link, out.Trouble = link, "There is no e-mail address for this person, or no mail server."
		return out, nil
	}
	if o := a.Mail.Send(ctx, a.invitationMail(p, i, link)); o.Kind != notify.Delivered {
		out.Link, out.Trouble = link, "The mail server did not take the mail."
		return out, nil
	}
	out.MailedTo = p.Email
	return out, nil
}

func (a *Room) invitationMail(p directory.Person, i account.Invitation, link string) notify.Mail {
	_, host, _ := strings.Cut(a.From, "@")
	subject := "Set up how you sign in to Tocsin"
	text := fmt.Sprintf("%s,\n\nyou are invited to sign in to Tocsin at %s. Set up a passkey, or a password with an authenticator app:\n\n%s\n\n"+
		"The link works once, until %s. It replaces whatever you had set up before. "+
		"If you did not expect it, do not open it, and tell your security office.\n", p.Name, a.BaseURL, link, i.ExpiresAt.UTC().Format("2 January 2006 15:04 MST"))
	if a.Demo {
		subject = "[Demonstration] " + subject
	}
	return notify.Mail{MessageID: notify.MessageID("invite-"+i.Digest[:24], p.Email, host), From: notify.NewAddress("Tocsin", a.From),
		To: notify.NewAddress(p.Name, p.Email), Subject: subject, Text: text, Date: i.CreatedAt}
}

// InvitationView is an invitation as its holder sees it.
type InvitationView struct {
	Name, Email, EntityName string
	ExpiresAt               time.Time
	Replaces                bool                  // there is something to sign in with already, and it goes
	PasskeyOffer            string                // for the browser; empty where passkeys do not work
	Codes                   credentials.CodeSetup // for the authenticator app
}

// invited finds an invitation that still works, and whom it is for.
func (a *Room) invited(ctx context.Context, token string) (i account.Invitation, p directory.Person, h credentials.Holder, err error) {
	gone := fault.Gone("this invitation was used, or has run out")
	if token == "" || len(token) > 200 {
		return i, p, h, gone
	}
	i, found, err := a.Accounts.Invitation(ctx, identity.SecretDigest(token))
	if err != nil {
		return i, p, h, err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return i, p, h, err
	}
	p, there := dir.Person(i.Person)
	if !found || i.Used || !a.Now().Before(i.ExpiresAt) || !there || p.Gone {
		return i, p, h, gone
	}
	h, err = a.holderFor(ctx, p)
	return i, p, h, err
}

// holderFor is a person as the passkey library sees them, with a user handle that stays the same.
func (a *Room) holderFor(ctx context.Context, p directory.Person) (credentials.Holder, error) {
	acc, err := a.Accounts.Account(ctx, p.ID)
	if err != nil {
		return credentials.Holder{}, err
	}
	if len(acc.Handle) == 0 {
		acc.Person, acc.Handle = p.ID, a.KeyedDigest(handlePurpose, p.ID)
	}
	return credentials.NewHolder(acc, labelFor(p), p.Name)
}

// labelFor is what an authenticator shows beside a key.
func labelFor(p directory.Person) string {
	if p.Email != "" {
		return p.Email
	}
	return p.Name
}

// Invitation answers what an invitation stands for. Reading it changes nothing: mail filters open links before people do.
func (a *Room) Invitation(ctx context.Context, token, carried string) (InvitationView, error) {
	i, p, h, err := a.invited(ctx, token)
	if err != nil {
		return InvitationView{}, err
	}
	v := InvitationView{Name: p.Name, Email: p.Email, ExpiresAt: i.ExpiresAt, Replaces: h.Ways() > 0}
	if dir, err := a.CurrentDirectory(ctx); err == nil {
		if e, ok := dir.Entity(p.Entity); ok {
			v.EntityName = e.Name
		}
	}
	h.Keys = nil // all of them go: an authenticator that had one may make another
	if v.PasskeyOffer, err = a.Credentials.PasskeyOffer(invitationPurpose(i), h); err != nil {
		return InvitationView{}, err
	}
	v.Codes, err = a.Credentials.CodeSetupAgain(ctx, p.ID, labelFor(p), carried)
	return v, err
}

func invitationPurpose(i account.Invitation) string { return "invitation " + i.Digest }

// AcceptWithPasskey uses an invitation up: a passkey is how the person signs in from now on, and they are signed in.
func (a *Room) AcceptWithPasskey(ctx context.Context, token, name, answer string) (session string, err error) {
	i, p, h, err := a.invited(ctx, token)
	if err != nil {
		return "", err
	}
	key, err := a.Credentials.NewPasskey(ctx, invitationPurpose(i), h, name, answer)
	if err != nil {
		return "", err
	}
	if err := a.Accounts.ChangeCredentials(ctx, account.Change{Person: p.ID, At: a.Now(), Invitation: i.Digest, Reset: true, Handle: h.Handle, Add: &key}); err != nil {
		return "", err
	}
	if h.Ways() > 0 {
		a.tellReplaced(ctx, p, "passkey")
	}
	return a.Identity.IssueSession(ctx, p.ID, access.ByPasskey)
}

// PasswordSetup is a password with the authenticator app that goes with it. An empty part is left as it is.
type PasswordSetup struct {
	Password, Repeated string
	Carried, Code      string // the app's set-up and its first code
}

// AcceptWithPassword uses an invitation up: password and app are how the person signs in from now on. It answers the
// recovery codes, which cannot be shown again.
func (a *Room) AcceptWithPassword(ctx context.Context, token string, s PasswordSetup) (session string, recovery []string, err error) {
	i, p, h, err := a.invited(ctx, token)
	if err != nil {
		return "", nil, err
	}
	c := account.Change{Person: p.ID, At: a.Now(), Invitation: i.Digest, Reset: true, Handle: h.Handle}
	if recovery, err = a.setPassword(ctx, p, &c, s, true, true); err != nil {
		return "", nil, err
	}
	if err := a.Accounts.ChangeCredentials(ctx, c); err != nil {
		return "", nil, err
	}
	if h.Ways() > 0 {
		a.tellReplaced(ctx, p, "password and authenticator app")
	}
	session, err = a.Identity.IssueSession(ctx, p.ID, access.ByPassword)
	return session, recovery, err
}

// setPassword checks a password and the first code of an app, all faults at once, and puts them into a change.
func (a *Room) setPassword(ctx context.Context, p directory.Person, c *account.Change, s PasswordSetup, password, app bool) (recovery []string, err error) {
	var faults fault.List
	if password {
		if credentials.Normal(s.Password) != credentials.Normal(s.Repeated) {
			faults = append(faults, fault.Invalid("repeated", "The two passwords differ.", "Type the same one twice."))
		}
		faults = append(faults, fault.All(credentials.CheckPassword(p, s.Password))...)
	}
	if app {
		sealed, step, err := a.Credentials.FirstCode(ctx, p.ID, s.Carried, s.Code)
		if err != nil && fault.KindOf(err) == "" {
			return nil, err
		}
		faults = append(faults, fault.All(err)...)
		codes, hashes := a.Credentials.DrawRecoveryCodes(p.ID)
		recovery, c.TOTP, c.TOTPStep, c.Recovery = codes, &sealed, step, &hashes
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if password {
		hash, err := a.Credentials.HashPassword(ctx, s.Password)
		if err != nil {
			return nil, err
		}
		c.Password = &hash
	}
	return recovery, nil
}

// InvitableView is a person whom the reader may invite.
type InvitableView struct {
	act.PersonView
	SetUp bool // has something to sign in with already
}

// invitableAtMost bounds the list; more people are found by searching.
const invitableAtMost = 25

// Invitable lists whom an actor may invite, by a part of the name, the address, the entity's name or the id. It is fault.NotFound for
// those who may invite nobody.
func (a *Room) Invitable(ctx context.Context, by access.Actor, search string) (list []InvitableView, more bool, err error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, false, err
	}
	search, any := strings.ToLower(credentials.Normal(strings.TrimSpace(search))), false
	for _, p := range dir.People() {
		if p.Gone || !a.mayInvite(by, dir, p) {
			continue
		}
		any = true
		v := InvitableView{PersonView: credentials.PersonView(dir, p)}
		if !strings.Contains(strings.ToLower(credentials.Normal(v.Name+"\n"+v.Email+"\n"+v.EntityName+"\n"+v.Title+"\n"+v.ID)), search) {
			continue
		}
		if len(list) == invitableAtMost {
			return list, true, nil
		}
		acc, err := a.Accounts.Account(ctx, p.ID)
		if err != nil {
			return nil, false, err
		}
		v.SetUp = acc.Ways() > 0
		list = append(list, v)
	}
	if !any {
		return nil, false, fault.NotFound("no such page")
	}
	return list, false, nil
}
