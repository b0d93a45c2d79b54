package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// attemptLife is how long a person may take at their identity provider.
const attemptLife = 10 * time.Minute

// attemptTag begins what is signed for a sign-in, so that no other signature of ours can stand for one.
const attemptTag = "tocsin/sign-in/1\x00"

// maxNext bounds the address that a person is led back to.
const maxNext = 2000

// SignInProviders lists the identity providers that the sign-in page offers.
func (a *Room) SignInProviders() []access.Provider {
	if a.Providers == nil {
		return nil
	}
	return a.Providers.Providers()
}

// SignInStart is the beginning of a sign-in with an identity provider.
type SignInStart struct {
	Address string        // where the browser goes
	Attempt string        // what the browser keeps for its return; it binds the answer to this browser
	Life    time.Duration // of the attempt
}

// attempt is one browser's sign-in on its way. It is kept by the browser alone: state, nonce and PKCE verifier follow from it under
// a key that never leaves the server, so that a changed attempt simply has another state.
type attempt struct {
	provider, next string
	expires        time.Time
	raw            []byte
}

func (a *Room) newAttempt(provider, next string) attempt {
	t := attempt{provider: provider, next: next, expires: a.Now().Add(attemptLife).Truncate(time.Second)}
	t.raw = append(a.RandomBytes(32), binary.BigEndian.AppendUint64(nil, uint64(t.expires.Unix()))...)
	t.raw = append(append(append(t.raw, provider...), 0), next...)
	return t
}

func readAttempt(s string) (attempt, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) < 42 || len(raw) > 42+64+maxNext {
		return attempt{}, false
	}
	provider, next, ok := cutZero(raw[40:])
	return attempt{provider: provider, next: next, expires: time.Unix(int64(binary.BigEndian.Uint64(raw[32:40])), 0).UTC(), raw: raw}, ok
}

func cutZero(b []byte) (before, after string, found bool) {
	i := slices.Index(b, 0)
	if i < 0 {
		return "", "", false
	}
	return string(b[:i]), string(b[i+1:]), true
}

// request derives the secrets of an attempt.
func (a *Room) request(t attempt) access.SignInRequest {
	secret := func(what string) string {
		m := hmac.New(sha256.New, a.LinkKey)
		m.Write([]byte(attemptTag + what + "\x00"))
		m.Write(t.raw)
		return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
	}
	return access.SignInRequest{Redirect: a.BaseURL + "/signin/with/" + t.provider + "/back", State: secret("state"), Nonce: secret("nonce"), Verifier: secret("verifier")}
}

// BeginSignIn starts a sign-in with an identity provider, to be led to next afterwards. Next must be an address of ours.
func (a *Room) BeginSignIn(ctx context.Context, provider, next string) (SignInStart, error) {
	if a.Providers == nil {
		return SignInStart{}, fault.NotFound("no such provider")
	}
	if len(next) > maxNext {
		next = "/"
	}
	t := a.newAttempt(provider, next)
	address, err := a.Providers.Address(ctx, provider, a.request(t))
	return SignInStart{Address: address, Attempt: base64.RawURLEncoding.EncodeToString(t.raw), Life: attemptLife}, err
}

// errAttempt is for an answer that no sign-in of this browser asked for, whatever the reason.
var errAttempt = fault.Forbidden("this sign-in was not begun in this browser, or too long ago; begin again")

// FinishSignIn takes what the browser brought back, and opens a session for whom the provider says it is. It answers the session's token
// and where the person wanted to go. A person who is new here is put into the directory, and roles follow their groups each time.
func (a *Room) FinishSignIn(ctx context.Context, provider, kept string, back access.SignInAnswer) (token, next string, err error) {
	t, ok := readAttempt(kept)
	if a.Providers == nil || !ok || t.provider != provider || a.Now().After(t.expires) {
		return "", "", errAttempt
	}
	ask := a.request(t)
	if !hmac.Equal([]byte(back.State), []byte(ask.State)) {
		return "", "", errAttempt
	}
	id, err := a.Providers.Redeem(ctx, provider, ask, back)
	if err != nil {
		return "", "", err
	}
	i := slices.IndexFunc(a.Providers.Providers(), func(p access.Provider) bool { return p.ID == provider })
	if i < 0 {
		return "", "", errAttempt
	}
	person, err := a.admit(ctx, a.Providers.Providers()[i], id)
	if err != nil {
		return "", "", err
	}
	token, err = a.IssueSession(ctx, person, access.ByOpenID)
	return token, t.next, err
}

// errNoRole is for people whom the provider knows and who may do nothing here.
var errNoRole = fault.Forbidden("you signed in correctly, but none of your groups gives you a role here; ask your administrator for one")

// admit finds or makes the person that an identity is, and brings their roles up to what their groups give. Somebody whose groups give
// nothing, or cannot be said, loses what groups gave before. The person is found by issuer and subject alone.
func (a *Room) admit(ctx context.Context, p access.Provider, id access.Identity) (string, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return "", err
	}
	person, known := dir.Linked(id.Issuer, id.Subject)
	if !known {
		person = Newcomer(id)
	}
	changed := a.regrant(dir, p, id, person)
	switch {
	case person.Gone:
		return "", errNoRole
	case !known && len(changed.Roles) == 0:
		return "", errNoRole
	case !known || !samePerson(person, changed):
		if err := a.savePerson(ctx, p, id); err != nil {
			return "", err
		}
	}
	if len(changed.Roles) == 0 || id.Overflow && !keptByProvider(person, id) {
		return "", errNoRole
	}
	return changed.ID, nil
}

// savePerson makes in the directory what admit found to be right, on whatever stands there by then.
func (a *Room) savePerson(ctx context.Context, p access.Provider, id access.Identity) error {
	return a.EditDirectory(ctx, access.System("sign-in:"+p.ID), func(in *directory.Import) error {
		dir, err := directory.NewSnapshot(*in)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(in.People, func(o directory.Person) bool {
			return slices.ContainsFunc(o.Links, func(l directory.Link) bool { return l.Issuer == id.Issuer && l.Subject == id.Subject })
		})
		if i < 0 {
			in.People = append(in.People, a.regrant(dir, p, id, Newcomer(id)))
			return nil
		}
		if in.People[i].Gone {
			return errNoRole
		}
		in.People[i] = a.regrant(dir, p, id, in.People[i])
		return nil
	})
}

// Newcomer is somebody the directory does not know. Their id follows from issuer and subject, so that who is taken out and comes back is
// the same person in the record.
func Newcomer(id access.Identity) directory.Person {
	sum := sha256.Sum256([]byte(id.Issuer + "\x00" + id.Subject))
	return directory.Person{ID: "sso-" + hex.EncodeToString(sum[:10]), Links: []directory.Link{{Issuer: id.Issuer, Subject: id.Subject}}}
}

// regrant is the person with the roles that the groups give now, at places that the directory knows. Name and address are taken over
// from the provider for people who came through it; what somebody entered here for others stays.
func (a *Room) regrant(dir *directory.Snapshot, p access.Provider, id access.Identity, person directory.Person) directory.Person {
	if keptByProvider(person, id) {
		return person
	}
	var now []directory.Assignment
	if !id.Overflow {
		now = slices.DeleteFunc(access.Granted(p.Rules, id.Groups), func(r directory.Assignment) bool {
			_, entity := dir.Entity(r.Entity)
			_, authority := dir.Authority(r.Authority)
			return !entity && !authority
		})
	}
	person.Links = slices.Clone(person.Links)
	for i, l := range person.Links {
		if l.Issuer == id.Issuer && l.Subject == id.Subject {
			person.Roles, person.Links[i].Granted = access.Regranted(person.Roles, l.Granted, now)
		}
	}
	if person.ID == Newcomer(id).ID {
		if id.Name != "" {
			person.Name = id.Name
		}
		if person.Name == "" {
			person.Name = "Name not given"
		}
		if id.Email != "" && directory.PlausibleAddress(id.Email) {
			person.Email = id.Email
		}
		if person.Entity == "" && len(now) > 0 {
			person.Entity = now[0].Entity
		}
	}
	return person
}

// keptByProvider says that the provider keeps the person up to date itself, so that what a sign-in says of them does not count.
func keptByProvider(person directory.Person, id access.Identity) bool {
	return slices.ContainsFunc(person.Links, func(l directory.Link) bool {
		return l.Provisioned && l.Issuer == id.Issuer && l.Subject == id.Subject
	})
}

func samePerson(a, b directory.Person) bool {
	return a.Name == b.Name && a.Email == b.Email && a.Entity == b.Entity && slices.Equal(a.Roles, b.Roles) &&
		slices.EqualFunc(a.Links, b.Links, func(l, m directory.Link) bool { return slices.Equal(l.Granted, m.Granted) })
}
