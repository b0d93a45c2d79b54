package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tocsin/internal/domain/fault"
)

// TestKeys makes a key, sees it once, and revokes it after being asked.
func TestKeys(t *testing.T) {
	h := start(t)
	h.be(iso)
	if a := h.get("/account/keys"); !strings.Contains(a.body, "You have no keys") {
		t.Error("the empty page does not say so")
	}
	bad := h.post("/account/keys", url.Values{"label": {"SIEM"}, "days": {"30"}})
	if bad.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(bad.body, `value="SIEM"`) || !strings.Contains(bad.body, `href="#f-scopes"`) {
		t.Errorf("without a scope: status %d, or what was typed is lost", bad.StatusCode)
	}
	made := h.post("/account/keys", url.Values{"label": {"SIEM"}, "scopes": {"read", "file"}, "days": {"30"}})
	secret := regexp.MustCompile(`tocsin_[A-Za-z0-9_-]{20,}`).FindString(made.body)
	if made.StatusCode != http.StatusOK || secret == "" || made.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("made: status %d", made.StatusCode)
	}
	list := h.get("/account/keys")
	if !strings.Contains(list.body, "SIEM") || strings.Contains(list.body, secret) {
		t.Error("the key is not listed, or its secret still is")
	}
	key := regexp.MustCompile(`/account/keys/[^/"]+/revoke`).FindString(list.body)
	if a := h.get(key); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "cannot be brought back") {
		t.Errorf("asking: status %d", a.StatusCode)
	}
	if a := h.post(key, nil); a.Header.Get("Location") != "/account/keys?revoked" {
		t.Errorf("revoked: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	if a := h.get(key); a.StatusCode != http.StatusNotFound {
		t.Errorf("a key that is revoked can be revoked: status %d", a.StatusCode)
	}
	absent := h.get("/nothing")
	for _, path := range []string{"/account/keys?person=stranger", "/account/keys/k9/revoke", key + "?person=stranger"} {
		if a := h.get(path); a.StatusCode != absent.StatusCode {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
	}
}

var (
	errNoProvider = fault.NotFound("no such provider")
	stateOf       = regexp.MustCompile(`state=(.+)$`)
)

// withProviders serves the pages of an application that offers two identity providers, of which one does not answer.
func withProviders(t *testing.T) *harness {
	kit := record(0).Start(t)
	kit.Providers = providers{name: "State Login"}
	return startOn(t, kit)
}

// begin goes to a provider, and answers the state that the provider gives back.
func (h *harness) begin(next string) string {
	h.Helper()
	a := h.get("/signin/with/state?next=" + url.QueryEscape(next))
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "https://login.state.test/") {
		h.Fatalf("begin: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	if c := a.Cookies()[0]; c.Name != "tocsin-signin" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.MaxAge <= 0 || c.MaxAge > 900 {
		h.Errorf("cookie %s", c)
	}
	return stateOf.FindStringSubmatch(a.Header.Get("Location"))[1]
}

// TestSignInWithProvider goes to a provider and comes back.
func TestSignInWithProvider(t *testing.T) {
	h := withProviders(t)
	if a := h.get("/signin?next=/incidents"); !strings.Contains(a.body, `href="/signin/with/state?next=%2fincidents"`) {
		t.Error("the sign-in page does not offer the provider with the way back")
	}
	for next, want := range map[string]string{"/incidents?q=x": "/incidents?q=x", "//evil.test": "/", "https://evil.test/": "/", "/\\evil.test": "/", "": "/"} {
		back := "/signin/with/state/back?code=dana&state=" + h.begin(next)
		if a := h.get(back); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != want {
			t.Errorf("next %q: status %d to %q", next, a.StatusCode, a.Header.Get("Location"))
		}
		if again := h.get(back); again.StatusCode != http.StatusForbidden {
			t.Errorf("the same answer again: status %d", again.StatusCode)
		}
	}
	if a := h.get("/"); a.StatusCode != http.StatusOK {
		t.Errorf("afterwards the home page answers %d", a.StatusCode)
	}
}

// TestSignInWithProviderFails says so in words, opens nothing, and keeps the reason for the log.
func TestSignInWithProviderFails(t *testing.T) {
	h := withProviders(t)
	for path, want := range map[string]int{
		"/signin/with/broken": 503, "/signin/with/nobody": 404, "/signin/with/nobody/back": 404, "/signin/with/state/back": 403,
		"/signin/with/state/back?state=STATE&state=STATE&code=x": 403, "/signin/with/state/back?state=STATE&code=a%00b": 403,
		"/signin/with/state/back?error=access_denied&state=s2": 403, "/signin/with/state/back?state=" + strings.Repeat("s", 5000): 403,
	} {
		a := h.get(strings.ReplaceAll(path, "STATE", h.begin("")))
		if a.StatusCode != want {
			t.Errorf("%s: status %d, want %d", path, a.StatusCode, want)
		}
		if want != 404 && !strings.Contains(a.body, "You are not signed in") {
			t.Errorf("%s does not say what it means", path)
		}
		for _, c := range a.Cookies() {
			if c.Name == "tocsin" && c.Value != "" {
				t.Errorf("%s opened a session", path)
			}
		}
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Errorf("%s: %s", path, flaw)
		}
	}
	if !strings.Contains(h.log.String(), "sign-in refused") || strings.Contains(h.log.String(), "sssss") {
		t.Error("the log does not tell of it, or repeats what was sent")
	}
}
