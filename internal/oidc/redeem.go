package oidc

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	upstream "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// clockSkew is how far a provider's clock may be off; oldest is how long ago it may have signed a token that it hands out now.
const (
	clockSkew = time.Minute
	oldest    = 10 * time.Minute
)

// maxGroups bounds the groups of a person: more than this is not a mapping but a mistake.
const maxGroups = 1000

// refused is the one refusal for an answer that does not hold; why goes to the log only.
func refused(why string, args ...any) error {
	return &Refusal{why: fmt.Sprintf(why, args...)}
}

// Refusal says that a provider's answer does not hold. Its text for the log never repeats a token.
type Refusal struct{ why string }

// Error says for the log what did not hold.
func (r *Refusal) Error() string { return "the sign-in does not hold: " + r.why }

// Unwrap gives the words for the person, which are the same for every reason.
func (r *Refusal) Unwrap() error {
	return fault.Forbidden("this sign-in could not be verified; begin again, and tell your administrator if it happens twice")
}

// Redeem exchanges the code that a browser brought back for who has signed in, and checks everything about the answer. The error
// is a Refusal where something does not hold, and wraps access.ErrUnreachable where the provider does not answer.
func (p *Providers) Redeem(ctx context.Context, id string, ask access.SignInRequest, back access.SignInAnswer) (access.Identity, error) {
	ctx, cancel := context.WithTimeout(upstream.ClientContext(ctx, p.client), 2*maxWait)
	defer cancel()
	one, found, err := p.reach(ctx, id)
	if err != nil {
		return access.Identity{}, err
	}
	if err := checkAnswer(one, found, back); err != nil {
		return access.Identity{}, err
	}
	token, err := one.oauth(found, ask.Redirect).Exchange(ctx, back.Code, oauth2.VerifierOption(ask.Verifier))
	if err != nil {
		return access.Identity{}, exchangeError(err)
	}
	said, err := p.verify(ctx, one, found, token, ask.Nonce)
	if err != nil {
		return access.Identity{}, err
	}
	claims := said.claims
	if one.FromUserinfo {
		if claims, err = one.userinfo(ctx, found, token, said.Subject); err != nil {
			return access.Identity{}, err
		}
	}
	return one.identity(said.Subject, claims)
}

// checkAnswer looks at what the browser brought before the code is spent. RFC 9207: a provider that states its name does so
// always, and a wrong name means that the code is another provider's.
func checkAnswer(one *provider, found *discovered, back access.SignInAnswer) error {
	switch {
	case back.Issuer != "" && back.Issuer != one.Issuer:
		return refused("the answer states another issuer")
	case back.Issuer == "" && found.statesIss:
		return refused("the answer does not state its issuer")
	case back.Refused:
		return refused("the provider refused")
	case back.Code == "":
		return refused("the answer has no code")
	}
	return nil
}

// exchangeError tells a code that the provider does not take from a provider that does not work.
func exchangeError(err error) error {
	var answered *oauth2.RetrieveError
	if errors.As(err, &answered) && answered.Response != nil && answered.Response.StatusCode >= 400 && answered.Response.StatusCode < 500 {
		return refused("the provider does not take the code: status %d, %q", answered.Response.StatusCode, answered.ErrorCode)
	}
	if errors.As(err, &answered) || isTransport(err) {
		return unreachable("its token address", scrubbed(err))
	}
	return refused("the provider's answer to the code cannot be used")
}

func isTransport(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errTooLong)
}

// scrubbed keeps what a provider wrote out of the log: it may repeat a code.
func scrubbed(err error) error {
	var answered *oauth2.RetrieveError
	if errors.As(err, &answered) && answered.Response != nil {
		return fmt.Errorf("status %d", answered.Response.StatusCode)
	}
	return err
}

// said is an ID token of which everything was checked.
type said struct {
	*upstream.IDToken
	claims map[string]json.RawMessage
}

// verify checks the ID token: signature by a key of the provider, issuer, audience and authorised party, times, nonce, and that
// it goes with the access token.
func (p *Providers) verify(ctx context.Context, one *provider, found *discovered, token *oauth2.Token, nonce string) (said, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok || raw == "" {
		return said{}, refused("there is no ID token")
	}
	id, err := found.Verifier(&upstream.Config{ClientID: one.ClientID, SupportedSigningAlgs: algorithms, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		if strings.Contains(err.Error(), "fetching keys") { // the library does not wrap what happened there
			return said{}, unreachable("its keys", err)
		}
		return said{}, refused("ID token: %v", err)
	}
	s := said{IDToken: id}
	if err := id.Claims(&s.claims); err != nil {
		return said{}, refused("the claims are no object")
	}
	return s, s.check(one.ClientID, nonce, p.now(), token.AccessToken)
}

func (s said) check(client, nonce string, now time.Time, accessToken string) error {
	var party string
	if raw, ok := s.claims["azp"]; ok && (json.Unmarshal(raw, &party) != nil || party != client) {
		return refused("the token was made for another client")
	}
	switch {
	case len(s.Audience) > 1 && party == "":
		return refused("the token is for several clients and does not say for which it was made")
	case slices.Contains(s.Audience, ""):
		return refused("the audience holds an empty name")
	case s.Subject == "" || len(s.Subject) > 255 || !plainText(s.Subject):
		return refused("the subject is empty, too long or no text")
	case s.Nonce == "" || subtle.ConstantTimeCompare([]byte(s.Nonce), []byte(nonce)) != 1:
		return refused("the nonce is not ours")
	case s.IssuedAt.IsZero() || s.IssuedAt.After(now.Add(clockSkew)):
		return refused("the token has no time of issue, or one in the future")
	case now.Sub(s.IssuedAt) > oldest:
		return refused("the token was made too long ago")
	case s.AccessTokenHash != "" && s.VerifyAccessToken(accessToken) != nil:
		return refused("the token does not go with the access token")
	}
	return nil
}

// userinfo asks the endpoint for the claims; an answer about anybody else is refused.
func (o *provider) userinfo(ctx context.Context, found *discovered, token *oauth2.Token,
	subject string) (map[string]json.RawMessage, error) {
	info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, unreachable("its userinfo address", err)
	}
	if info.Subject != subject {
		return nil, refused("userinfo is about somebody else")
	}
	var claims map[string]json.RawMessage
	if err := info.Claims(&claims); err != nil {
		return nil, refused("userinfo is no object")
	}
	return claims, nil
}

// identity reads who it is out of the claims.
func (o *provider) identity(subject string, claims map[string]json.RawMessage) (access.Identity, error) {
	id := access.Identity{Issuer: o.Issuer, Subject: subject}
	for _, name := range []string{"name", "preferred_username"} {
		var v string
		if json.Unmarshal(claims[name], &v) == nil && id.Name == "" && plainText(v) && len(v) <= 200 {
			id.Name = strings.TrimSpace(v)
		}
	}
	var err error
	id.Groups, id.Overflow = groupsOf(claims, o.GroupsClaim)
	id.Email, err = o.email(claims)
	return id, err
}

// email takes an address only where it is known to be the person's: reports are mailed to it.
func (o *provider) email(claims map[string]json.RawMessage) (string, error) {
	var address string
	if raw, ok := claims["email"]; !ok || json.Unmarshal(raw, &address) != nil || address == "" {
		return "", nil
	}
	verified, stated := claims["email_verified"]
	if stated && !bytes.Equal(bytes.TrimSpace(verified), []byte("true")) {
		return "", refused("the e-mail address is not verified")
	}
	if !stated && !o.TrustEmail {
		return "", refused("the provider does not say whether the e-mail address is verified; set trust_email if it always is")
	}
	return address, nil
}

// groupsOf reads the groups. Providers that have too many to say put a reference in their place; then, and where the claim is no list of
// names, nobody knows what the person may do.
func groupsOf(claims map[string]json.RawMessage, name string) (groups []string, overflow bool) {
	var elsewhere map[string]json.RawMessage
	if json.Unmarshal(claims["_claim_names"], &elsewhere) == nil && elsewhere[name] != nil {
		return nil, true
	}
	if raw, ok := claims["hasgroups"]; ok && !bytes.Equal(bytes.TrimSpace(raw), []byte("false")) {
		return nil, true
	}
	raw, ok := claims[name]
	if !ok {
		return nil, false
	}
	if json.Unmarshal(raw, &groups) != nil || len(groups) > maxGroups {
		return nil, true
	}
	return groups, false
}

func plainText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
