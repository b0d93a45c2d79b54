package web_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/testkit"
	"tocsin/internal/web"
)

// startReal serves the pages as they are outside a demonstration.
func startReal(t *testing.T, kit *testkit.Harness, change ...func(*web.Config)) *harness {
	t.Helper()
	return startOn(t, kit, append([]func(*web.Config){func(c *web.Config) { c.Demo, c.Mailbox = false, nil }}, change...)...)
}

// cookie is the session that the browser holds.
func (h *harness) cookie() string {
	u, _ := url.Parse(h.base)
	for _, c := range h.client.Jar.Cookies(u) {
		if c.Name == "tocsin" {
			return c.Value
		}
	}
	return ""
}

func (h *harness) plant(value string) {
	u, _ := url.Parse(h.base)
	h.client.Jar.SetCookies(u, []*http.Cookie{{Name: "tocsin", Value: value, Path: "/"}})
}

var halfField = regexp.MustCompile(`name="half" value="([^"]+)"`)

// half takes the first step and answers what the second must bring along.
func (h *harness) half(p *testkit.Person) string {
	h.Helper()
	a := h.post("/signin", url.Values{"email": {p.Email}, "password": {testkit.Password}})
	m := halfField.FindStringSubmatch(a.body)
	if a.StatusCode != http.StatusOK || m == nil {
		h.Fatalf("the right password: %d", a.StatusCode)
	}
	return m[1]
}

func (h *harness) signIn(p *testkit.Person) {
	h.Helper()
	half := h.half(p)
	p.Clock.Move(30 * time.Second)
	if a := h.post("/signin/code", url.Values{"half": {half}, "code": {p.Code(0)}}); a.StatusCode != http.StatusSeeOther {
		h.Fatalf("the right code: %d", a.StatusCode)
	}
}

// TestPeer_S22_HalfOpensNothing: what the first step hands out opens no page, whichever way it is held up.
func TestPeer_S22_HalfOpensNothing(t *testing.T) {
	kit := testkit.Start(t)
	r := startReal(t, kit)
	half := r.half(kit.WithPassword("ca-coordinator"))
	if r.cookie() != "" {
		t.Error("the first step set a cookie")
	}
	for _, value := range []string{half, half[:40], "half", ""} {
		r.plant(value)
		for _, rt := range web.Routes() {
			if rt.Permission != web.SignedIn {
				continue
			}
			path := strings.NewReplacer("{$}", "", "{number}", "222-222-2222", "{filing}", "1").Replace(rt.Pattern)
			a := r.do(r.form(path, nil))
			if rt.Method == "GET" {
				a = r.get(path)
			}
			if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/signin") {
				t.Errorf("%s %s with half a way in: %d to %q", rt.Method, path, a.StatusCode, a.Header.Get("Location"))
			}
		}
	}
}

// TestPeer_S23_NewIdEachTime: a session that was planted before signing in is not the one afterwards, a step-up gives another,
// and signing out, a changed role and a changed password end it with the next request.
func TestPeer_S23_NewIdEachTime(t *testing.T) {
	kit := testkit.Start(t)
	p := kit.WithPassword("ca-coordinator")
	r := startReal(t, kit)
	planted := p.SignIn(context.Background()) // a live session of the attacker's choice
	r.plant(planted)
	r.signIn(p)
	first := r.cookie()
	if first == planted || first == "" || kit.Is(planted).Person != "" {
		t.Error("the planted session lives on")
	}
	kit.Clock.Move(6 * time.Minute)
	a := r.get("/account/password")
	if a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, "Confirm that it is you") {
		t.Fatalf("a page that hurts: %d", a.StatusCode)
	}
	a = r.post("/stepup", url.Values{"method": {"GET"}, "to": {"/account/password"}, "kept": {""}, "code": {p.Code(0)}})
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/account/password" || r.cookie() == first || kit.Is(first).Person != "" {
		t.Errorf("after the step-up: %d to %q, old session %q", a.StatusCode, a.Header.Get("Location"), kit.Is(first).Person)
	}
	elsewhere := p.SignIn(context.Background())
	a = r.post("/account/password", url.Values{"password": {"grey rain over nine harbours"}, "repeated": {"grey rain over nine harbours"}, "carried": {""}, "code": {""}})
	if a.StatusCode != http.StatusSeeOther || kit.Is(elsewhere).Person != "" || r.get("/account").StatusCode != http.StatusOK {
		t.Errorf("after a new password: %d, elsewhere %q", a.StatusCode, kit.Is(elsewhere).Person)
	}
	err := kit.EditDirectory(context.Background(), access.System("test"), func(in *directory.Import) error {
		for i := range in.People {
			if in.People[i].ID == p.ID {
				in.People[i].Roles = append(in.People[i].Roles, directory.Assignment{Role: directory.Auditor, Entity: "ca-state"})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if a := r.get("/account"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("after a change of roles: %d", a.StatusCode)
	}
}

// TestPeer_S23_Cookie: over https the cookie is bound to this host, out of reach of scripts and of other sites.
func TestPeer_S23_Cookie(t *testing.T) {
	kit := testkit.Start(t)
	p := kit.WithPassword("ca-coordinator")
	r := startReal(t, kit, func(c *web.Config) { c.Secure = true })
	half := r.half(p)
	kit.Clock.Move(30 * time.Second)
	a := r.post("/signin/code", url.Values{"half": {half}, "code": {p.Code(0)}})
	c, err := http.ParseSetCookie(a.Header.Get("Set-Cookie"))
	if err != nil || c.Name != "__Host-tocsin" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("%q", a.Header.Get("Set-Cookie"))
	}
}

var changing = regexp.MustCompile(`data-passkey="[^"]*"|data-now="[^"]*"|name="half" value="[^"]*"`)

// TestPeer_S24_NoOneIsTold: a wrong password gets the same status, words and headers whether the address is known, has left,
// signs in otherwise or never was; and it takes as long. The times of two kinds are held against each other by the test of
// Kolmogorov and Smirnov. One round in a hundred differs by chance, and load on the machine adds to it, so that a difference
// counts where three rounds in a row find it: a hash that is not computed is found by every one of them.
func TestPeer_S24_NoOneIsTold(t *testing.T) {
	kit := testkit.Start(t)
	c := kit.Settings()
	c.HashRounds = 12_000 // a few milliseconds: enough to stand out, and the sample stays small
	var err error
	if kit.App, err = app.New(c); err != nil {
		t.Fatal(err)
	}
	known := kit.WithPassword("ca-dmv-iso")
	passkey, _ := kit.WithPasskey("ca-coordinator")
	left := kit.WithPassword("ca-cdph-iso")
	err = kit.EditDirectory(context.Background(), access.System("test"), func(in *directory.Import) error {
		for i := range in.People {
			in.People[i].Gone = in.People[i].ID == left.ID
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r := startReal(t, kit)
	kinds := map[string]string{"known": known.Email, "by passkey": passkey.Email, "left": left.Email, "never invited": "gordon.sallis@dmv.ca.example", "unknown": "nobody.at.all@dmv.ca.example"}
	n := 0
	try := func(kind, password string) (time.Duration, string) {
		n++
		form := r.form("/signin", url.Values{"email": {kinds[kind]}, "password": {password}})
		form.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:443", n>>16&255, n>>8&255, n&255) // not slowed down: that is another promise
		w := httptest.NewRecorder()
		from := time.Now()
		r.site.ServeHTTP(w, form)
		took := time.Since(from)
		body := strings.ReplaceAll(changing.ReplaceAllString(w.Body.String(), ""), kinds[kind], "ADDRESS")
		w.Header().Del("Date")
		return took, fmt.Sprint(w.Code, w.Header(), body)
	}
	_, want := try("known", "not the password at all")
	for kind := range kinds {
		for _, password := range []string{"not the password at all", ""} {
			_, got := try(kind, password)
			if password != "" && got != want {
				t.Errorf("%s: another answer than somebody known:\n%s\n%s", kind, got, want)
			}
		}
	}
	for kind := range kinds {
		if kind == "known" {
			continue
		}
		least := 0.0
		for round := 0; round < 3 && least < 0.01; round++ {
			var a, b []float64
			for range 60 { // one after the other, so that load meets both alike
				x, _ := try("known", "not the password at all")
				y, _ := try(kind, "not the password at all")
				a, b = append(a, x.Seconds()), append(b, y.Seconds())
			}
			least = max(least, kolmogorov(a, b))
		}
		if least < 0.01 {
			t.Errorf("%s: the time tells it from somebody known (p = %.4f at best)", kind, least)
		}
	}
	var with, without []float64
	for range 60 {
		x, _ := try("known", "not the password at all")
		y, _ := try("known", "") // refused before anything is computed
		with, without = append(with, x.Seconds()), append(without, y.Seconds())
	}
	if p := kolmogorov(with, without); p > 0.001 {
		t.Errorf("a hash that is not computed is not found (p = %.4f): this test cannot fail", p)
	}
}

// kolmogorov is the chance that two samples come from one distribution and lie at least as far apart.
func kolmogorov(a, b []float64) float64 {
	slices.SortFunc(a, cmp.Compare[float64])
	slices.SortFunc(b, cmp.Compare[float64])
	far := 0.0
	for _, x := range slices.Concat(a, b) {
		i, _ := slices.BinarySearch(a, math.Nextafter(x, math.Inf(1)))
		j, _ := slices.BinarySearch(b, math.Nextafter(x, math.Inf(1)))
		far = max(far, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	n := math.Sqrt(float64(len(a)*len(b)) / float64(len(a)+len(b)))
	lambda, sum := (n+0.12+0.11/n)*far, 0.0
	for k := 1.0; k < 100; k++ {
		sum += 2 * math.Pow(-1, k-1) * math.Exp(-2*k*k*lambda*lambda)
	}
	if lambda < 0.2 {
		return 1
	}
	return min(1, max(0, sum))
}

// TestPeer_S25_Methods: what slows guessing down meets every way of sending it, and nobody is somewhere else because they say so.
func TestPeer_S25_Methods(t *testing.T) {
	kit := testkit.Start(t)
	p := kit.WithPassword("ca-dmv-iso")
	wrong := url.Values{"email": {p.Email}, "password": {"not the password at all"}}
	r := startReal(t, kit)
	for i := range 5 {
		form := r.form("/signin", wrong)
		form.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i))
		form.Header.Set("Forwarded", fmt.Sprintf("for=203.0.113.%d", i))
		form.Header.Set("X-Real-IP", fmt.Sprintf("203.0.113.%d", i))
		r.do(form)
	}
	right := url.Values{"email": {p.Email}, "password": {testkit.Password}}
	form := r.form("/signin", right)
	form.Header.Set("X-Forwarded-For", "203.0.113.99")
	if a := r.do(form); !strings.Contains(a.body, "too many attempts") {
		t.Errorf("somebody who says that they are elsewhere: %d", a.StatusCode)
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		form := r.form("/signin", right)
		form.Method = method
		if a := r.do(form); a.StatusCode < 400 || strings.Contains(a.body, "Enter your code") {
			t.Errorf("%s signs in: %d", method, a.StatusCode)
		}
	}
	if a := r.get("/signin?" + right.Encode()); strings.Contains(a.body, "Enter your code") {
		t.Error("an address signs in")
	}
	// A proxy of ours is believed, as far as it was the one that wrote it.
	proxied := startReal(t, kit, func(c *web.Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	form = proxied.form("/signin", right)
	form.Header.Set("X-Forwarded-For", "203.0.113.5, 203.0.113.6, 127.0.0.9")
	if a := proxied.do(form); !strings.Contains(a.body, "Enter your code") {
		t.Errorf("somebody else behind the proxy: %d", a.StatusCode)
	}
	for i := range 5 {
		form := proxied.form("/signin", wrong)
		form.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.113.%d, 203.0.113.6", i)) // the left part is the attacker's own
		proxied.do(form)
	}
	form = proxied.form("/signin", right)
	form.Header.Set("X-Forwarded-For", "198.51.100.1, 203.0.113.6")
	if a := proxied.do(form); !strings.Contains(a.body, "too many attempts") {
		t.Errorf("behind the proxy, with an invented address in front: %d", a.StatusCode)
	}
}

// A proof of who one is gives the form back as it was filled in, and records nothing by itself.
func TestStepUpKeepsTheForm(t *testing.T) {
	kit := record(1).Start(t)
	p := kit.WithPassword(coordinator)
	h := startReal(t, kit)
	h.signIn(p)
	h.stale()
	number := h.first()
	before := h.get("/incidents/" + number).body
	typed := url.Values{"members": {"gordon.sallis@dmv.ca.example"}, "reason": {"Nothing was lost; \"quoted\" & <kept>"}}
	a := h.post("/incidents/"+number+"/restrict", typed)
	if a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, "Nothing is recorded yet") {
		t.Fatalf("without a new proof: %d", a.StatusCode)
	}
	kept := url.Values{"method": {"POST"}, "to": {"/incidents/" + number + "/restrict"}, "kept": {typed.Encode()}}
	kept.Set("code", "000000")
	if a := h.post("/stepup", kept); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "This code is not right") {
		t.Errorf("a wrong code: %d", a.StatusCode)
	}
	kept.Set("code", p.Code(0))
	a = h.post("/stepup", kept)
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Nothing was lost; &#34;quoted&#34; &amp; &lt;kept&gt;") || !strings.Contains(a.body, "Confirmed. Nothing is recorded yet") {
		t.Errorf("after the proof: %d, the form is not back", a.StatusCode)
	}
	if got := h.get("/incidents/" + number).body; got != before {
		t.Error("the proof alone changed the incident")
	}
	if a := h.post("/incidents/"+number+"/restrict", typed); a.StatusCode != http.StatusSeeOther {
		t.Errorf("sent again: %d", a.StatusCode)
	}
}

// Where a proof leads is one of our own forms, or a page of ours that is read.
func TestStepUpLeadsNowhereElse(t *testing.T) {
	h := seeded(t, 1)
	h.be(iso)
	for _, to := range []string{"//evil.example/", "https://evil.example", "/\\evil.example", "/report", "/signout", "/account/sessions/end", "/stepup"} {
		a := h.post("/stepup", url.Values{"method": {"POST"}, "to": {to}, "kept": {"id=s2"}, "confirmed": {"yes"}})
		if at := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/") || strings.HasPrefix(at, "//") || strings.Contains(at, "evil") && at != "/" {
			t.Errorf("%q: %d to %q", to, a.StatusCode, at)
		}
	}
}

// Only lowering a rating asks for a proof: raising it must never wait.
func TestOnlyLoweringAsksForAProof(t *testing.T) {
	kit := testkit.Start(t)
	r := startReal(t, kit, func(c *web.Config) { c.Demo = true })
	r.be("ma-rmv-iso")
	a := r.post("/report", url.Values{"entity": {"ma-demo-rmv"}, "description": {"Malware on a host"}, "categories": {"malware"}, "impact.liability_usd": {"100000"}, "act": {"file"}})
	number := strings.Split(a.Header.Get("Location"), "/")
	if a.StatusCode != http.StatusSeeOther || len(number) < 3 {
		t.Fatalf("filing: %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	r.be("ma-coordinator")
	kit.Clock.Move(6 * time.Minute)
	rate := func(level string) answered {
		return r.post("/incidents/"+number[2]+"/rate", url.Values{"level": {level}, "reason": {"Looked at it again."}})
	}
	if a := rate("high"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("raising: %d", a.StatusCode)
	}
	a = rate("low")
	if a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, "asks for a confirmation only") {
		t.Fatalf("lowering: %d", a.StatusCode)
	}
	a = r.post("/stepup", url.Values{"method": {"POST"}, "to": {"/incidents/" + number[2] + "/rate"}, "kept": {"level=low&reason=Looked+at+it+again."}, "confirmed": {"yes"}})
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Looked at it again.") {
		t.Errorf("after confirming: %d", a.StatusCode)
	}
	if a := rate("low"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("lowering, confirmed: %d", a.StatusCode)
	}
}

// Whoever may invite nobody sees the page of invitations as one that is not there.
func TestInvitationsAreAbsentToOthers(t *testing.T) {
	kit := testkit.Start(t)
	r := startReal(t, kit, func(c *web.Config) { c.Demo = true })
	r.be("ca-dmv-iso")
	absent := r.get("/nothing-here")
	for _, a := range []answered{r.get("/invitations"), r.get("/invitations?q=dana"), r.post("/invitations", url.Values{"person": {"ca-dmv-reporter"}})} {
		if a.StatusCode != absent.StatusCode || len(a.body) != len(absent.body) {
			t.Errorf("%d with %d bytes, absent is %d with %d", a.StatusCode, len(a.body), absent.StatusCode, len(absent.body))
		}
	}
}
