package credentials

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"tocsin/internal/app/act"
	"tocsin/internal/app/identity"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/account"
	"tocsin/internal/domain/fault"
)

// challengeLife is how long a page may stand open before its passkey button must be asked for anew.
const challengeLife = 15 * time.Minute

const maxAssertion = 64 << 10 // bytes of an authenticator's answer

// ErrPasskey refuses a passkey, whatever is wrong with it.
var ErrPasskey = fault.Invalid("passkey", "The passkey did not work.", "Try again; if the page stood open for long, load it again first.")

// relyingParty is who passkeys are made for: the host of the base URL. It is nil for an address without a name, which
// browsers make no passkeys for.
func relyingParty(base *url.URL) (*webauthn.WebAuthn, error) {
	if net.ParseIP(base.Hostname()) != nil {
		return nil, nil
	}
	return webauthn.New(&webauthn.Config{RPID: base.Hostname(), RPDisplayName: "Tocsin", RPOrigins: []string{base.Scheme + "://" + base.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{RequireResidentKey: protocol.ResidentKeyRequired(), ResidentKey: protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired}})
}

// PasskeysWork says whether people can use passkeys here at all.
func (a *Room) PasskeysWork() bool { return a.passkeys != nil }

// challenge makes what an authenticator signs. It carries its own end and purpose, so that nothing need be stored for
// somebody who only looks at a page; that it works once is seen to where it is used.
func (a *Room) challenge(purpose string) []byte {
	body := binary.BigEndian.AppendUint64(nil, uint64(a.Now().Add(challengeLife).UnixMicro()))
	body = append(body, a.RandomBytes(16)...)
	return append(body, a.KeyedDigest(act.ChallengePurpose, purpose, string(body))[:16]...)
}

// spend checks a challenge and uses it up.
func (a *Room) spend(ctx context.Context, purpose, text string) error {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != 8+16+16 || !hmac.Equal(raw[24:], a.KeyedDigest(act.ChallengePurpose, purpose, string(raw[:24]))[:16]) {
		return ErrPasskey
	}
	until := time.UnixMicro(int64(binary.BigEndian.Uint64(raw)))
	if a.Now().After(until) {
		return ErrPasskey
	}
	ok, err := a.Accounts.Spend(ctx, raw, a.Now(), until)
	if err != nil || !ok {
		return FirstError(err, ErrPasskey)
	}
	return nil
}

// Holder is a person as the passkey library sees them.
type Holder struct {
	account.Account
	name, display string
	Keys          []webauthn.Credential
}

// WebAuthnID implements webauthn.User.
func (h Holder) WebAuthnID() []byte { return h.Handle }

// WebAuthnName implements webauthn.User.
func (h Holder) WebAuthnName() string { return h.name }

// WebAuthnDisplayName implements webauthn.User.
func (h Holder) WebAuthnDisplayName() string { return h.display }

// WebAuthnCredentials implements webauthn.User.
func (h Holder) WebAuthnCredentials() []webauthn.Credential { return h.Keys }

// NewHolder returns a person with their passkeys, as the library asks for them.
func NewHolder(acc account.Account, name, display string) (Holder, error) {
	h := Holder{Account: acc, name: name, display: display}
	for _, k := range acc.Passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Credential, &c); err != nil {
			return h, fmt.Errorf("a stored passkey is damaged: %w", err)
		}
		h.Keys = append(h.Keys, c)
	}
	return h, nil
}

// PasskeyChallenge is what a page hands to the browser to ask for a passkey, for one purpose; empty where none work here.
// allowed limits it to a person's own.
func (a *Room) PasskeyChallenge(purpose string, allowed []webauthn.Credential) (string, error) {
	if a.passkeys == nil {
		return "", nil
	}
	options := []webauthn.LoginOption{webauthn.WithChallenge(a.challenge(purpose)), webauthn.WithUserVerification(protocol.VerificationRequired)}
	if len(allowed) > 0 {
		options = append(options, webauthn.WithAllowedCredentials(webauthn.Credentials(allowed).CredentialDescriptors()))
	}
	request, _, err := a.passkeys.BeginDiscoverableLogin(options...)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(request)
	return string(text), err
}

const signInPurpose = "sign in"

// PasskeyRequest is what the sign-in page hands to the browser; empty where passkeys do not work.
func (a *Room) PasskeyRequest(context.Context) (string, error) {
	return a.PasskeyChallenge(signInPurpose, nil)
}

// SignInWithPasskey opens a session for the holder of a passkey. No count of failed attempts stands in its way.
func (a *Room) SignInWithPasskey(ctx context.Context, answer string) (token string, err error) {
	person, err := a.PasskeyRight(ctx, signInPurpose, answer)
	if err != nil {
		return "", err
	}
	return a.Identity.IssueSession(ctx, person, access.ByPasskey)
}

// PasskeyRight answers whose passkey has signed a challenge for a purpose.
func (a *Room) PasskeyRight(ctx context.Context, purpose, answer string) (person string, err error) {
	if a.passkeys == nil || len(answer) > maxAssertion {
		return "", ErrPasskey
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return "", ErrPasskey
	}
	challenge := parsed.Response.CollectedClientData.Challenge
	if err := a.spend(ctx, purpose, challenge); err != nil {
		return "", err
	}
	session := webauthn.SessionData{Challenge: challenge, RelyingPartyID: a.passkeys.Config.RPID, UserVerification: protocol.VerificationRequired}
	var failed error // of ours, not of the passkey
	user, used, err := a.passkeys.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		h, err := a.holderOf(ctx, handle)
		if err != nil {
			failed = err
		}
		return h, err
	}, session, parsed)
	if failed != nil && !errors.Is(failed, ErrPasskey) {
		return "", failed
	}
	if err != nil || used.Authenticator.CloneWarning {
		return "", ErrPasskey // a counter that went back: somebody has a copy
	}
	person = user.(Holder).Person
	credential, err := json.Marshal(used)
	if err != nil {
		return "", err
	}
	return person, a.Accounts.UsePasskey(ctx, account.Passkey{ID: used.ID, Person: person, Credential: credential, UsedAt: a.Now()})
}

func (a *Room) holderOf(ctx context.Context, handle []byte) (Holder, error) {
	person, err := a.Accounts.PersonByHandle(ctx, handle)
	if err != nil {
		return Holder{}, err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return Holder{}, err
	}
	if p, there := dir.Person(person); !there || p.Gone {
		return Holder{}, ErrPasskey
	}
	acc, err := a.Accounts.Account(ctx, person)
	if err != nil {
		return Holder{}, err
	}
	return NewHolder(acc, "", "")
}

// PasskeyOffer is what a page hands to the browser to make a passkey; empty where none work here.
func (a *Room) PasskeyOffer(purpose string, h Holder) (string, error) {
	if a.passkeys == nil {
		return "", nil
	}
	offer, _, err := a.passkeys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.Keys).CredentialDescriptors()),
		func(o *protocol.PublicKeyCredentialCreationOptions) error {
			o.Challenge = a.challenge(purpose)
			return nil
		})
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(offer)
	return string(text), err
}

// NewPasskey reads a passkey that a browser made for a purpose.
func (a *Room) NewPasskey(ctx context.Context, purpose string, h Holder, name, answer string) (account.Passkey, error) {
	if a.passkeys == nil || len(answer) > maxAssertion {
		return account.Passkey{}, ErrPasskey
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return account.Passkey{}, ErrPasskey
	}
	challenge := parsed.Response.CollectedClientData.Challenge
	if err := a.spend(ctx, purpose, challenge); err != nil {
		return account.Passkey{}, err
	}
	made, err := a.passkeys.CreateCredential(h, webauthn.SessionData{Challenge: challenge, RelyingPartyID: a.passkeys.Config.RPID, UserID: h.Handle,
		UserVerification: protocol.VerificationRequired, CredParams: webauthn.CredentialParametersDefault()}, parsed)
	if err != nil || !made.Flags.UserVerified {
		return account.Passkey{}, ErrPasskey
	}
	credential, err := json.Marshal(made)
	return account.Passkey{ID: bytes.Clone(made.ID), Person: h.Person, Name: passkeyName(name, identity.ClientOf(ctx)), Credential: credential, CreatedAt: a.Now()}, err
}

// passkeyName is what its owner calls it, or else what it was made on.
func passkeyName(name string, c identity.Client) string {
	if r := []rune(Normal(name)); len(r) > 80 {
		name = string(r[:80])
	}
	if name == "" {
		name = c.Device
	}
	if name == "" {
		name = "Passkey"
	}
	return name
}
