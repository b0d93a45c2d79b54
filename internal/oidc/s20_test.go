package oidc_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/oidc"
	"tocsin/internal/testkit"
	"tocsin/internal/testkit/idp"
)

var ctx = context.Background()

// rig is the whole application with two real providers in the process.
type rig struct {
	*testkit.Harness
	one, two *idp.Provider
}

func isoRule(entity string) access.GroupRole {
	return access.GroupRole{Group: "dmv-security", Assignment: directory.Assignment{Role: directory.ISO, Entity: entity}}
}

func start(t *testing.T, change ...func(*oidc.Config)) *rig {
	t.Helper()
	h := testkit.Start(t)
	g := &rig{Harness: h, one: idp.Start(t, "tocsin", "a secret of one", h.Clock.Now),
		two: idp.Start(t, "tocsin", "a secret of two", h.Clock.Now)}
	var configs []oidc.Config
	for id, p := range map[string]*idp.Provider{"one": g.one, "two": g.two} {
		c := oidc.Config{Provider: access.Provider{ID: id, Name: id, Issuer: p.Issuer(), Rules: []access.GroupRole{isoRule("ca-demo-dmv"),
			{Group: "lost", Assignment: directory.Assignment{Role: directory.ISO, Entity: "nowhere"}}}},
			ClientID: p.Client, Secret: p.Secret, Scopes: []string{"openid"}, GroupsClaim: "groups"}
		for _, f := range change {
			f(&c)
		}
		configs = append(configs, c)
		p.Subject = idp.Claims{"sub": "u-17", "name": "Kim Doe", "email": "kim@dmv.test", "email_verified": true,
			"groups": []string{"dmv-security", "all"}}
	}
	h.App.Providers = oidc.New(configs, h.Clock.Now)
	return g
}

// walk takes a browser to a provider and returns what it kept and what it brought back.
func (g *rig) walk(t *testing.T, id string) (kept string, back access.SignInAnswer) {
	t.Helper()
	begun, err := g.BeginSignIn(ctx, id, "/incidents")
	if err != nil {
		t.Fatal(err)
	}
	return begun.Attempt, follow(t, begun.Address)
}

func follow(t *testing.T, address string) access.SignInAnswer {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	to, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || resp.StatusCode != http.StatusFound || !strings.HasPrefix(to.String(), "http://tocsin.test/signin/with/") {
		t.Fatalf("the provider answered %d and sent the browser to %q", resp.StatusCode, to)
	}
	q := to.Query()
	return access.SignInAnswer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Refused: q.Has("error")}
}

func (g *rig) signIn(t *testing.T, id string) (person string, err error) {
	t.Helper()
	kept, back := g.walk(t, id)
	return g.finish(t, id, kept, back)
}

func (g *rig) finish(t *testing.T, id, kept string, back access.SignInAnswer) (string, error) {
	t.Helper()
	token, next, err := g.FinishSignIn(ctx, id, kept, back)
	if err != nil {
		if token != "" {
			t.Fatal("a token beside an error")
		}
		return "", err
	}
	if next != "/incidents" {
		t.Errorf("led on to %q", next)
	}
	s, err := g.ActorForSession(ctx, token)
	return s.Actor.Person, err
}

// refusals are answers that no honest provider gives, and what an attacker can make of an honest one's.
var refusals = map[string]struct {
	provider func(*idp.Provider)
	back     func(*access.SignInAnswer)
	down     bool // the provider is taken for broken, not the person for somebody else
}{
	"other issuer":               {provider: bend(func(c idp.Claims) { c["iss"] = "https://login.other.test" })},
	"issuer with slash":          {provider: bend(func(c idp.Claims) { c["iss"] = c["iss"].(string) + "/" })},
	"issuer absent":              {provider: bend(func(c idp.Claims) { delete(c, "iss") })},
	"address not verified":       {provider: bend(func(c idp.Claims) { c["email_verified"] = false })},
	"address perhaps verified":   {provider: bend(func(c idp.Claims) { delete(c, "email_verified") })},
	"address verified as string": {provider: bend(func(c idp.Claims) { c["email_verified"] = "true" })},
	"address verified as number": {provider: bend(func(c idp.Claims) { c["email_verified"] = 1 })},
	"audience empty":             {provider: bend(func(c idp.Claims) { c["aud"] = "" })},
	"audience empty list":        {provider: bend(func(c idp.Claims) { c["aud"] = []string{} })},
	"audience absent":            {provider: bend(func(c idp.Claims) { delete(c, "aud") })},
	"audience of another":        {provider: bend(func(c idp.Claims) { c["aud"] = []string{"other"} })},
	"audience with nothing":      {provider: bend(func(c idp.Claims) { c["aud"], c["azp"] = []string{"tocsin", ""}, "tocsin" })},
	"audiences, party unsaid":    {provider: bend(func(c idp.Claims) { c["aud"] = []string{"tocsin", "other"} })},
	"made for another party":     {provider: bend(func(c idp.Claims) { c["azp"] = "other" })},
	"party is no text":           {provider: bend(func(c idp.Claims) { c["azp"] = 7 })},
	"alg none":                   {provider: func(p *idp.Provider) { p.Sign = p.Unsigned }},
	"HS256 by client secret":     {provider: func(p *idp.Provider) { p.Sign = func(c idp.Claims) string { return p.Symmetric(c, []byte(p.Secret)) } }},
	"HS256 by public key":        {provider: func(p *idp.Provider) { p.Sign = func(c idp.Claims) string { return p.Symmetric(c, p.PublicBytes()) } }},
	"foreign key":                {provider: func(p *idp.Provider) { p.Sign = p.Foreign }},
	"signature cut off":          {provider: cut(func(parts []string) []string { return []string{parts[0], parts[1], ""} })},
	"content changed":            {provider: cut(func(parts []string) []string { return []string{parts[0], changed(parts[1]), parts[2]} })},
	"two parts":                  {provider: cut(func(parts []string) []string { return parts[:2] })},
	"expired":                    {provider: bend(func(c idp.Claims) { c["exp"] = c["iat"].(int64) - 1 })},
	"expiry absent":              {provider: bend(func(c idp.Claims) { delete(c, "exp") })},
	"issued in the future":       {provider: bend(func(c idp.Claims) { c["iat"] = c["iat"].(int64) + 120 })},
	"issued long ago":            {provider: bend(func(c idp.Claims) { c["iat"] = c["iat"].(int64) - 3600 })},
	"time of issue absent":       {provider: bend(func(c idp.Claims) { delete(c, "iat") })},
	"not yet valid":              {provider: bend(func(c idp.Claims) { c["nbf"] = c["iat"].(int64) + 3600 })},
	"nonce wrong":                {provider: bend(func(c idp.Claims) { c["nonce"] = "another" })},
	"nonce absent":               {provider: bend(func(c idp.Claims) { delete(c, "nonce") })},
	"nonce empty":                {provider: bend(func(c idp.Claims) { c["nonce"] = "" })},
	"subject absent":             {provider: bend(func(c idp.Claims) { delete(c, "sub") })},
	"subject empty":              {provider: bend(func(c idp.Claims) { c["sub"] = "" })},
	"subject a number":           {provider: bend(func(c idp.Claims) { c["sub"] = 17 })},
	"subject too long":           {provider: bend(func(c idp.Claims) { c["sub"] = strings.Repeat("u", 256) })},
	"subject with NUL":           {provider: bend(func(c idp.Claims) { c["sub"] = "u-17\x00" })},
	"other access token":         {provider: bend(func(c idp.Claims) { c["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" })},
	"groups elsewhere":           {provider: bend(func(c idp.Claims) { delete(c, "groups"); overflow(c) })},
	"groups elsewhere too":       {provider: bend(overflow)},
	"groups too many to say":     {provider: bend(func(c idp.Claims) { c["hasgroups"] = true })},
	"groups too many":            {provider: bend(func(c idp.Claims) { c["groups"] = append(make([]string, 1001), "dmv-security") })},
	"groups an object":           {provider: bend(func(c idp.Claims) { c["groups"] = idp.Claims{"dmv-security": true} })},
	"groups with a number":       {provider: bend(func(c idp.Claims) { c["groups"] = []any{"dmv-security", 1} })},
	"groups one word":            {provider: bend(func(c idp.Claims) { c["groups"] = "dmv-security" })},
	"groups absent":              {provider: bend(func(c idp.Claims) { delete(c, "groups") })},
	"groups empty":               {provider: bend(func(c idp.Claims) { c["groups"] = []string{} })},
	"an empty group":             {provider: bend(func(c idp.Claims) { c["groups"] = []string{""} })},
	"a group of nowhere":         {provider: bend(func(c idp.Claims) { c["groups"] = []string{"lost"} })},
	"a group in other letters":   {provider: bend(func(c idp.Claims) { c["groups"] = []string{"DMV-Security"} })},
	"state absent":               {back: func(a *access.SignInAnswer) { a.State = "" }},
	"state of nobody":            {back: func(a *access.SignInAnswer) { a.State = strings.Repeat("A", 43) }},
	"code absent":                {back: func(a *access.SignInAnswer) { a.Code = "" }},
	"code invented":              {back: func(a *access.SignInAnswer) { a.Code = "invented" }},
	"issuer of answer absent":    {back: func(a *access.SignInAnswer) { a.Issuer = "" }},
	"issuer of answer another":   {back: func(a *access.SignInAnswer) { a.Issuer = "https://login.other.test" }},
	"provider refused":           {back: func(a *access.SignInAnswer) { a.Refused = true }},
	"no ID token":                {provider: answering(200, `{"access_token":"x","token_type":"Bearer"}`)},
	"ID token no text":           {provider: answering(200, `{"access_token":"x","token_type":"Bearer","id_token":7}`)},
	"token answer damaged":       {provider: answering(200, `{"access_token":`)},
	"token address moved":        {provider: answering(302, ""), down: true},
	"token address broken":       {provider: answering(500, "boom"), down: true},
	"token answer huge":          {provider: answering(200, `{"access_token":"`+strings.Repeat("x", 3<<20)+`"}`)},
	"keys down":                  {provider: keys(500, ""), down: true},
	"keys huge":                  {provider: keys(200, `{"keys":[],"x":"`+strings.Repeat("x", 3<<20)+`"}`), down: true},
	"keys moved":                 {provider: keys(302, ""), down: true},
	"keys no JSON":               {provider: keys(200, "<html>"), down: true},
	"no keys":                    {provider: keys(200, `{"keys":[]}`)},
}

func bend(f func(idp.Claims)) func(*idp.Provider) { return func(p *idp.Provider) { p.Bend = f } }

func cut(f func([]string) []string) func(*idp.Provider) {
	return func(p *idp.Provider) {
		p.Sign = func(c idp.Claims) string { return strings.Join(f(strings.Split(p.Signed(c), ".")), ".") }
	}
}

func changed(part string) string {
	b, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(b), "u-17", "u-18", 1)))
}

func overflow(c idp.Claims) {
	c["_claim_names"] = idp.Claims{"groups": "src1"}
	c["_claim_sources"] = idp.Claims{"src1": idp.Claims{"endpoint": "https://graph.other.test/me"}}
}

func answering(status int, body string) func(*idp.Provider) {
	return func(p *idp.Provider) { p.Token = fixed(status, body) }
}

func keys(status int, body string) func(*idp.Provider) {
	return func(p *idp.Provider) { p.Keys = fixed(status, body) }
}

func fixed(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Location", "https://login.other.test/")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// TestPeer_S20_Refused: each bad answer is refused in words that tell nothing, opens no session, makes no person and gives no role. The
// honest answer before and after it is taken.
func TestPeer_S20_Refused(t *testing.T) {
	if len(refusals) < 40 {
		t.Fatalf("only %d cases", len(refusals))
	}
	g := start(t)
	n := 0
	for name, c := range refusals {
		n++
		t.Run(name, func(t *testing.T) {
			g.Clock.Move(11 * time.Minute) // nothing of the provider is remembered
			g.one.Change(func(p *idp.Provider) { p.Subject["sub"] = fmt.Sprint("u-17-", n) })
			people := len(g.people(t))
			if c.provider != nil {
				g.one.Change(c.provider)
			}
			kept, back := g.walk(t, "one")
			if c.back != nil {
				c.back(&back)
			}
			person, err := g.finish(t, "one", kept, back)
			if person != "" || err == nil {
				t.Fatalf("signed in as %q", person)
			}
			if down := errors.Is(err, access.ErrUnreachable); down != c.down || !down && fault.KindOf(err) != fault.KindForbidden {
				t.Errorf("refused with %v", err)
			}
			if n := len(g.people(t)); n != people {
				t.Errorf("%d people were made", n-people)
			}
			g.one.Straighten()
			if person, err := g.signIn(t, "one"); err != nil || !strings.HasPrefix(person, "sso-") || len(g.people(t)) != people+1 {
				t.Errorf("the honest answer: %q, %v", person, err)
			}
		})
	}
}

func (g *rig) people(t *testing.T) []directory.Person {
	t.Helper()
	in, _, err := g.Record.ReadDirectory(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return in.People
}

func (g *rig) person(t *testing.T, id string) directory.Person {
	t.Helper()
	all := g.people(t)
	i := slices.IndexFunc(all, func(p directory.Person) bool { return p.ID == id })
	if i < 0 {
		t.Fatalf("%s is not in the directory", id)
	}
	return all[i]
}

// TestPeer_S20_Identity: issuer and subject alone say who somebody is.
func TestPeer_S20_Identity(t *testing.T) {
	g := start(t)
	iso := g.person(t, "ca-dmv-iso")
	for _, p := range []*idp.Provider{g.one, g.two} {
		p.Subject["email"] = iso.Email // of somebody who is here already
	}
	a, err := g.signIn(t, "one")
	if err != nil {
		t.Fatal(err)
	}
	b, err := g.signIn(t, "two")
	if err != nil {
		t.Fatal(err)
	}
	g.one.Subject["sub"] = "u-18"
	c, err := g.signIn(t, "one")
	if err != nil {
		t.Fatal(err)
	}
	if a == b || a == c || b == c || a == iso.ID || b == iso.ID || c == iso.ID {
		t.Errorf("same subject elsewhere, same address with another subject: %q, %q, %q", a, b, c)
	}
	g.one.Subject["sub"], g.one.Subject["email"], g.one.Subject["name"] = "u-17", "new@dmv.test", "Kim New"
	if again, err := g.signIn(t, "one"); again != a || err != nil {
		t.Errorf("after a change of address and name %q is %q, %v", a, again, err)
	}
	if p := g.person(t, a); p.Email != "new@dmv.test" || p.Name != "Kim New" ||
		!slices.Equal(p.Roles, []directory.Assignment{isoRule("ca-demo-dmv").Assignment}) {
		t.Errorf("the directory has %+v", p)
	}
}

// TestPeer_S20_Browser: an answer counts once, in the browser that asked for it, at the provider that it asked.
func TestPeer_S20_Browser(t *testing.T) {
	g := start(t)
	refuse := func(what, id, kept string, back access.SignInAnswer) {
		t.Helper()
		if who, err := g.finish(t, id, kept, back); err == nil || fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("%s: %q, %v", what, who, err)
		}
	}
	mine, answer := g.walk(t, "one")
	theirs, foreign := g.walk(t, "one")
	refuse("the state of another browser", "one", mine, foreign)
	refuse("no attempt", "one", "", answer)
	refuse("a damaged attempt", "one", mine[:len(mine)-2]+"AA", answer)
	refuse("an attempt that is no text", "one", "%%%", answer)
	refuse("the other provider's address", "two", mine, answer)
	refuse("no such provider", "three", mine, answer)
	injected := foreign
	injected.State = answer.State // the code of another browser's sign-in: PKCE and nonce hold it
	refuse("the code of another browser", "one", mine, injected)
	if _, err := g.finish(t, "one", mine, answer); err != nil {
		t.Fatal(err)
	}
	refuse("the same answer again", "one", mine, answer)
	_ = theirs

	late, lateAnswer := g.walk(t, "one")
	g.Clock.Move(11 * time.Minute)
	refuse("an answer after eleven minutes", "one", late, lateAnswer)

	// Mix-up: the browser began at one, and the answer that it brings was made by two.
	begun, err := g.BeginSignIn(ctx, "one", "/incidents")
	if err != nil {
		t.Fatal(err)
	}
	at, _ := url.Parse(begun.Address)
	other, _ := url.Parse(g.two.Issuer())
	at.Host = other.Host
	refuse("the answer of the other provider", "one", begun.Attempt, follow(t, at.String()))
	if q := at.Query(); q.Get("redirect_uri") != "http://tocsin.test/signin/with/one/back" || q.Get("code_challenge_method") != "S256" ||
		strings.Contains(begun.Attempt, q.Get("state")) {
		t.Errorf("asked with %v", q)
	}
}

// TestPeer_S20_Groups: roles follow the groups at each sign-in, what was given here stays, and who left does not come back.
func TestPeer_S20_Groups(t *testing.T) {
	g := start(t)
	id, err := g.signIn(t, "one")
	if err != nil {
		t.Fatal(err)
	}
	own := directory.Assignment{Role: directory.Legal, Entity: "ca-demo-dmv"}
	edit := func(f func(*directory.Person)) {
		t.Helper()
		err := g.EditDirectory(ctx, access.System("test"), func(in *directory.Import) error {
			for i := range in.People {
				if in.People[i].ID == id {
					f(&in.People[i])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	edit(func(p *directory.Person) { p.Roles = append(p.Roles, own) })
	g.one.Subject["groups"] = []string{"all"}
	if who, err := g.signIn(t, "one"); who != id || err != nil {
		t.Errorf("with a role given here: %q, %v", who, err)
	}
	if p := g.person(t, id); !slices.Equal(p.Roles, []directory.Assignment{own}) {
		t.Errorf("without the group: %v", p.Roles)
	}
	g.one.Subject["groups"] = []string{"dmv-security"}
	if _, err := g.signIn(t, "one"); err != nil {
		t.Error(err)
	}
	if p := g.person(t, id); len(p.Roles) != 2 {
		t.Errorf("with the group again: %v", p.Roles)
	}
	g.one.Subject["hasgroups"] = true
	if who, err := g.signIn(t, "one"); err == nil {
		t.Errorf("with too many groups: signed in as %q", who)
	}
	if p := g.person(t, id); !slices.Equal(p.Roles, []directory.Assignment{own}) {
		t.Errorf("with too many groups: %v", p.Roles)
	}
	delete(g.one.Subject, "hasgroups")
	edit(func(p *directory.Person) { p.Gone = true })
	if who, err := g.signIn(t, "one"); err == nil {
		t.Errorf("somebody who left signed in as %q", who)
	}
	if p := g.person(t, id); !p.Gone {
		t.Error("signing in brought somebody back who had left")
	}
	_, before, _ := g.Record.ReadDirectory(ctx)
	edit(func(p *directory.Person) { p.Gone = false })
	for range 3 {
		if _, err := g.signIn(t, "one"); err != nil {
			t.Error(err)
		}
	}
	if _, after, _ := g.Record.ReadDirectory(ctx); after > before+2 {
		t.Errorf("%d entries for sign-ins that changed nothing", after-before)
	}
	g.Sound()
}

// TestPeer_S20_Userinfo: claims from the userinfo endpoint count only where they are about the same subject.
func TestPeer_S20_Userinfo(t *testing.T) {
	g := start(t, func(c *oidc.Config) { c.FromUserinfo = true })
	g.one.Change(func(p *idp.Provider) { p.Userinfo = func(c idp.Claims) { c["sub"] = "u-18" } })
	if who, err := g.signIn(t, "one"); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("about somebody else: %q, %v", who, err)
	}
	g.one.Change(func(p *idp.Provider) { p.Userinfo = func(c idp.Claims) { c["name"] = "From Userinfo" } })
	id, err := g.signIn(t, "one")
	if err != nil || g.person(t, id).Name != "From Userinfo" {
		t.Errorf("about the same: %v", err)
	}
}

// TestPeer_S20_Keys: new signing keys are taken at once, withdrawn ones no longer after ten minutes, and on curves as well.
func TestPeer_S20_Keys(t *testing.T) {
	g := start(t)
	if _, err := g.signIn(t, "one"); err != nil {
		t.Fatal(err)
	}
	g.one.Rotate()
	if _, err := g.signIn(t, "one"); err != nil {
		t.Errorf("after a rotation: %v", err)
	}
	g.one.RotateToECDSA()
	if _, err := g.signIn(t, "one"); err != nil {
		t.Errorf("on a curve: %v", err)
	}
	g.one.Change(func(p *idp.Provider) { p.Keys = fixed(200, `{"keys":[]}`) })
	g.Clock.Move(11 * time.Minute)
	if _, err := g.signIn(t, "one"); err == nil {
		t.Error("a withdrawn key is taken eleven minutes later")
	}
}

// TestPeer_S20_Down: a provider that is down, or describes itself as somebody else, is said to be out of reach, and comes back by itself.
func TestPeer_S20_Down(t *testing.T) {
	for name, f := range map[string]func(idp.Claims){
		"issuer with slash":    func(c idp.Claims) { c["issuer"] = c["issuer"].(string) + "/" },
		"another issuer":       func(c idp.Claims) { c["issuer"] = "https://login.other.test" },
		"token in the clear":   func(c idp.Claims) { c["token_endpoint"] = "http://login.other.test/token" },
		"no keys address":      func(c idp.Claims) { delete(c, "jwks_uri") },
		"a script for address": func(c idp.Claims) { c["authorization_endpoint"] = "javascript:alert(1)" },
	} {
		g := start(t)
		g.one.Change(func(p *idp.Provider) { p.Discovery = f })
		if begun, err := g.BeginSignIn(ctx, "one", "/"); !errors.Is(err, access.ErrUnreachable) {
			t.Errorf("%s: %+v, %v", name, begun.Address, err)
		}
		g.one.Straighten()
		if _, err := g.signIn(t, "one"); err != nil {
			t.Errorf("%s: afterwards %v", name, err)
		}
	}
	g := start(t)
	kept, back := g.walk(t, "one")
	g.one.Stop()
	if _, _, err := g.FinishSignIn(ctx, "one", kept, back); !errors.Is(err, access.ErrUnreachable) {
		t.Errorf("gone in between: %v", err)
	}
	g.Clock.Move(11 * time.Minute)
	if _, err := g.BeginSignIn(ctx, "one", "/"); !errors.Is(err, access.ErrUnreachable) {
		t.Errorf("gone: %v", err)
	}
	if _, err := g.signIn(t, "two"); err != nil {
		t.Errorf("the other provider: %v", err)
	}
}
