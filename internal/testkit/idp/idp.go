// Package idp is an OpenID provider in the test's own process, with real signing keys and a code that is good once. What it says can be
// bent in every place that an honest provider never would. It shares no code with what reads its answers.
package idp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// Claims is the content of a token.
type Claims map[string]any

// Provider is the provider. Its fields may be changed between requests under Change.
type Provider struct {
	Client, Secret string
	Now            func() time.Time

	mu      sync.Mutex
	server  *httptest.Server
	keys    []*key // the last one signs
	codes   map[string]grant
	Subject Claims              // of who signs in next: sub, name, email, groups …
	Bend    func(Claims)        // changes the ID token before it is signed; may be nil
	Sign    func(Claims) string // makes the ID token instead; may be nil
	// Discovery changes what the provider says about itself; may be nil.
	Discovery func(Claims)
	// Userinfo changes what the userinfo endpoint says; may be nil.
	Userinfo func(Claims)
	// Answer changes the address that the browser is sent back to; may be nil.
	Answer func(url.Values)
	// Token answers instead of the token endpoint; Keys instead of the keys'. May be nil.
	Token, Keys http.HandlerFunc
	// Asked counts requests by path.
	Asked map[string]int
}

type grant struct {
	nonce, challenge, redirect string
	claims                     Claims
}

type key struct {
	id  string
	rsa *rsa.PrivateKey
	ec  *ecdsa.PrivateKey
}

// Making keys is slow, so that each test binary makes its first ones once.
var firstKey, foreignKey = sync.OnceValue(newKey), sync.OnceValue(newKey)

func newKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

// Start serves a provider on this machine until the test ends.
func Start(t testing.TB, client, secret string, now func() time.Time) *Provider {
	p := &Provider{Client: client, Secret: secret, Now: now, codes: map[string]grant{}, Asked: map[string]int{}}
	p.keys = []*key{{id: rand.Text()[:8], rsa: firstKey()}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.describe)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /keys", p.serveKeys)
	mux.HandleFunc("GET /userinfo", p.userinfo)
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.Asked[r.URL.Path]++
		p.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.server.Close)
	return p
}

// Issuer is the provider's name.
func (p *Provider) Issuer() string { return p.server.URL }

// Stop takes the provider off the network.
func (p *Provider) Stop() { p.server.Close() }

// Change changes the provider between requests.
func (p *Provider) Change(f func(p *Provider)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p)
}

// Straighten takes back every bend.
func (p *Provider) Straighten() {
	p.Change(func(p *Provider) {
		p.Bend, p.Sign, p.Discovery, p.Userinfo, p.Answer, p.Token, p.Keys = nil, nil, nil, nil, nil, nil, nil
	})
}

// Rotate replaces the signing key; tokens of the old one are no longer vouched for.
func (p *Provider) Rotate() {
	one := newKey()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = []*key{{id: rand.Text()[:8], rsa: one}}
}

// RotateToECDSA does the same with a key on the curve P-256.
func (p *Provider) RotateToECDSA() {
	one, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = []*key{{id: rand.Text()[:8], ec: one}}
}

func (p *Provider) describe(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.server.URL
	c := Claims{"issuer": at, "authorization_endpoint": at + "/authorize", "token_endpoint": at + "/token", "jwks_uri": at + "/keys",
		"userinfo_endpoint": at + "/userinfo", "id_token_signing_alg_values_supported": []string{"RS256", "ES256", "HS256", "none"},
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"authorization_response_iss_parameter_supported": true}
	if p.Discovery != nil {
		p.Discovery(c)
	}
	answer(w, c)
}

// authorize signs in whoever is next at once and sends the browser back.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := r.URL.Query()
	if q.Get("client_id") != p.Client || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" ||
		q.Get("nonce") == "" || q.Get("state") == "" {
		http.Error(w, "this request is not as OpenID Connect and PKCE want it", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	p.codes[code] = grant{nonce: q.Get("nonce"), challenge: q.Get("code_challenge"), redirect: q.Get("redirect_uri"), claims: p.Subject}
	back := url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.server.URL}}
	if p.Answer != nil {
		p.Answer(back)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

// token takes a code once, from its own client, with the verifier and the redirect address that belong to it.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Token != nil {
		p.Token(w, r)
		return
	}
	id, secret := credentials(r)
	code := r.PostFormValue("code")
	g, ok := p.codes[code]
	delete(p.codes, code)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || id != p.Client || secret != p.Secret || g.redirect != r.PostFormValue("redirect_uri") || g.challenge != encode(sum[:]) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_grant"}`)
		return
	}
	now := p.Now()
	c := Claims{"iss": p.server.URL, "aud": p.Client, "nonce": g.nonce, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix()}
	for k, v := range g.claims {
		c[k] = v
	}
	if p.Bend != nil {
		p.Bend(c)
	}
	sign := p.Signed
	if p.Sign != nil {
		sign = p.Sign
	}
	access := "access-" + rand.Text()
	p.codes[access] = g
	answer(w, Claims{"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": sign(c)})
}

// credentials reads who asks: RFC 6749 2.3.1 has both parts encoded as in a form.
func credentials(r *http.Request) (id, secret string) {
	user, password, _ := r.BasicAuth()
	id, _ = url.QueryUnescape(user)
	secret, _ = url.QueryUnescape(password)
	return id, secret
}

func (p *Provider) serveKeys(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Keys != nil {
		p.Keys(w, r)
		return
	}
	answer(w, Claims{"keys": p.public()})
}

func (p *Provider) public() (out []Claims) {
	for _, k := range p.keys {
		if k.rsa != nil {
			out = append(out, Claims{"kty": "RSA", "use": "sig", "kid": k.id, "alg": "RS256", "n": encode(k.rsa.N.Bytes()),
				"e": encode(big.NewInt(int64(k.rsa.E)).Bytes())})
			continue
		}
		point, _ := k.ec.PublicKey.Bytes()
		out = append(out, Claims{"kty": "EC", "use": "sig", "kid": k.id, "alg": "ES256", "crv": "P-256", "x": encode(point[1:33]),
			"y": encode(point[33:])})
	}
	return out
}

func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, ok := p.codes[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if !ok {
		http.Error(w, "no such token", http.StatusUnauthorized)
		return
	}
	c := Claims{}
	for k, v := range g.claims {
		c[k] = v
	}
	if p.Userinfo != nil {
		p.Userinfo(c)
	}
	answer(w, c)
}

// Signed makes a token as an honest provider does. Call it under Change, or from Sign.
func (p *Provider) Signed(c Claims) string {
	k := p.keys[len(p.keys)-1]
	if k.ec != nil {
		return join(Claims{"alg": "ES256", "kid": k.id, "typ": "JWT"}, c, func(input []byte) []byte {
			sum := sha256.Sum256(input)
			r, s, err := ecdsa.Sign(rand.Reader, k.ec, sum[:])
			if err != nil {
				panic(err)
			}
			return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		})
	}
	return signedBy(k.rsa, k.id, c)
}

func signedBy(k *rsa.PrivateKey, id string, c Claims) string {
	return join(Claims{"alg": "RS256", "kid": id, "typ": "JWT"}, c, func(input []byte) []byte {
		sum := sha256.Sum256(input)
		sig, err := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:])
		if err != nil {
			panic(err)
		}
		return sig
	})
}

// Foreign signs with a key that is not the provider's, under the name of one that is.
func (p *Provider) Foreign(c Claims) string {
	return signedBy(foreignKey(), p.keys[0].id, c)
}

// Unsigned says that it needs no signature.
func (p *Provider) Unsigned(c Claims) string {
	return join(Claims{"alg": "none", "typ": "JWT"}, c, func([]byte) []byte { return nil })
}

// Symmetric signs with a secret: the client's own, or the public key's bytes, which everybody has.
func (p *Provider) Symmetric(c Claims, secret []byte) string {
	return join(Claims{"alg": "HS256", "kid": p.keys[0].id, "typ": "JWT"}, c, func(input []byte) []byte {
		m := hmac.New(sha256.New, secret)
		m.Write(input)
		return m.Sum(nil)
	})
}

// PublicBytes is what a forger knows of the signing key.
func (p *Provider) PublicBytes() []byte { return p.keys[0].rsa.N.Bytes() }

func join(header, c Claims, sign func([]byte) []byte) string {
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return encode(b)
	}
	input := part(header) + "." + part(c)
	return input + "." + encode(sign([]byte(input)))
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a client that has gone away is no error of ours
}
