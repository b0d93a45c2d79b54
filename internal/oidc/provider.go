package oidc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	upstream "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// Limits on what a provider may send and how long it may take: a provider that was broken into must not fill the memory or hold
// requests for ever.
const (
	maxAnswer   = 1 << 20
	maxWait     = 10 * time.Second
	discoverAge = 10 * time.Minute // how long a withdrawn signing key or a moved endpoint may go on being used
)

// algorithms are the signatures that are accepted on ID tokens, whatever a token or the provider's own description names: no
// "none", and none that signs with a shared secret.
var algorithms = []string{upstream.RS256, upstream.RS384, upstream.RS512, upstream.PS256, upstream.PS384, upstream.PS512,
	upstream.ES256, upstream.ES384, upstream.ES512, upstream.EdDSA}

// Providers are the identity providers of one configuration. It is safe for concurrent use.
type Providers struct {
	now    func() time.Time
	client *http.Client
	list   []*provider
}

type provider struct {
	Config
	mu    sync.Mutex
	found *discovered // nil until the provider has answered once
}

// discovered is what a provider says about itself.
type discovered struct {
	*upstream.Provider
	at        time.Time
	statesIss bool // it puts iss into its answers (RFC 9207)
	inForm    bool // its token endpoint takes the secret in the form only
}

// New makes the providers of a configuration. None of them is asked anything yet: one that is down must not keep the program from
// starting.
func New(configs []Config, now func() time.Time) *Providers {
	p := &Providers{now: now, client: &http.Client{Timeout: maxWait, Transport: bounded{http.DefaultTransport},
		// An address that moved is an address that the operator did not name.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	for _, c := range configs {
		p.list = append(p.list, &provider{Config: c})
	}
	return p
}

// Providers lists the providers in the order of the configuration.
func (p *Providers) Providers() []access.Provider {
	out := make([]access.Provider, len(p.list))
	for i, one := range p.list {
		out[i] = one.Provider
	}
	return out
}

// Address answers where a browser must go to sign in. The error is fault.NotFound for an unknown provider and wraps
// access.ErrUnreachable where it does not answer.
func (p *Providers) Address(ctx context.Context, id string, ask access.SignInRequest) (string, error) {
	one, found, err := p.reach(ctx, id)
	if err != nil {
		return "", err
	}
	return one.oauth(found, ask.Redirect).AuthCodeURL(ask.State, upstream.Nonce(ask.Nonce), oauth2.S256ChallengeOption(ask.Verifier)), nil
}

// reach answers a provider and what it says about itself, which is asked for at first use and again from time to time.
func (p *Providers) reach(ctx context.Context, id string) (*provider, *discovered, error) {
	for _, one := range p.list {
		if one.ID == id {
			found, err := p.discover(ctx, one)
			return one, found, err
		}
	}
	return nil, nil, fault.NotFound("no such provider")
}

func (p *Providers) discover(ctx context.Context, one *provider) (*discovered, error) {
	one.mu.Lock()
	defer one.mu.Unlock()
	now := p.now()
	if f := one.found; f != nil && now.Sub(f.at) < discoverAge && !now.Before(f.at) {
		return f, nil
	}
	up, err := upstream.NewProvider(upstream.ClientContext(ctx, p.client), one.Issuer)
	if err != nil {
		return nil, unreachable("its description", err)
	}
	var says struct {
		Auth      string   `json:"authorization_endpoint"`
		Token     string   `json:"token_endpoint"`
		Keys      string   `json:"jwks_uri"`
		Userinfo  string   `json:"userinfo_endpoint"`
		StatesIss bool     `json:"authorization_response_iss_parameter_supported"`
		Methods   []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := up.Claims(&says); err != nil {
		return nil, unreachable("its description", err)
	}
	for name, address := range map[string]string{"authorization": says.Auth, "token": says.Token, "keys": says.Keys,
		"userinfo": says.Userinfo} {
		if err := endpoint(address); err != nil && (address != "" || name != "userinfo") {
			return nil, unreachable("its "+name+" address", err)
		}
	}
	one.found = &discovered{Provider: up, at: now, statesIss: says.StatesIss, inForm: formOnly(says.Methods)}
	return one.found, nil
}

// endpoint is secureAddress for addresses that may carry a query.
func endpoint(address string) error {
	for i, c := range address {
		if c == '?' {
			address = address[:i]
			break
		}
	}
	return secureAddress(address)
}

// formOnly says that a provider does not take the secret in the header, which is the default of OpenID Connect.
func formOnly(methods []string) bool {
	post := false
	for _, m := range methods {
		if m == "client_secret_basic" {
			return false
		}
		post = post || m == "client_secret_post"
	}
	return post
}

func (o *provider) oauth(found *discovered, redirect string) *oauth2.Config {
	at := found.Endpoint()
	at.AuthStyle = oauth2.AuthStyleInHeader
	if found.inForm || o.Secret == "" {
		at.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{ClientID: o.ClientID, ClientSecret: o.Secret, Endpoint: at, RedirectURL: redirect, Scopes: o.Scopes}
}

func unreachable(what string, err error) error {
	return fmt.Errorf("%w: %s: %w", access.ErrUnreachable, what, err)
}

// bounded cuts answers off that are longer than any honest one.
type bounded struct{ http.RoundTripper }

var errTooLong = errors.New("the provider's answer is too long")

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxAnswer}
	}
	return resp, err
}

type boundedBody struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader; beyond the bound it is an error, so that half a document is never taken for a whole one.
func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errTooLong
	}
	return n, err
}
