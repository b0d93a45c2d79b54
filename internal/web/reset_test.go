package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tocsin/internal/testkit"
)

var mailedWayBack = regexp.MustCompile(`http://tocsin\.test(/recover/\S+)`)

// wayBack asks for a link of the way back, and takes its address out of the mail.
func (h *harness) wayBack(address string) string {
	h.Helper()
	if err := h.kit.RequestReset(h.Context(), address); err != nil {
		h.Fatal(err)
	}
	h.kit.Settle()
	mails := h.kit.Post.Taken()
	m := mailedWayBack.FindStringSubmatch(mails[len(mails)-1].Text)
	if m == nil {
		h.Fatalf("no link in %q", mails[len(mails)-1].Text)
	}
	return m[1]
}

// TestWayBack walks the pages of the way back: each answer, each refusal with what was typed, and where it leads.
func TestWayBack(t *testing.T) {
	kit := testkit.Start(t)
	known := kit.WithPassword("ca-dmv-iso")
	passkey, _ := kit.WithPasskey("ca-coordinator")
	h := startOn(t, kit)
	withCode, toAsk := h.wayBack(known.Email), h.wayBack(passkey.Email)
	for _, c := range []struct {
		path   string
		form   url.Values
		status int
		then   string
	}{
		{"/recover", url.Values{"email": {""}}, 422, `href="#f-email"`},
		{"/recover", url.Values{"email": {"dana@demo.test"}}, 200, "If an account has this address"},
		{withCode, url.Values{"code": {"000000"}}, 422, "This code is not right"},
		{withCode, url.Values{"code": {"123456"}, "person": {"other"}}, 400, "does not know"},
		{withCode, url.Values{"code": {known.Recovery[0]}}, 303, ""},
		{toAsk, url.Values{"ask": {"yes"}}, 200, "They got a mail"},
		{"/recover/used", url.Values{"code": {"123456"}}, 404, "This link does not work any more"},
		{"/recover/used", url.Values{"ask": {"yes"}}, 404, "This link does not work any more"},
	} {
		a := h.post(c.path, c.form)
		if a.StatusCode != c.status || !strings.Contains(a.body, c.then) {
			t.Errorf("%s %v: status %d, want %d, or it does not say %q", c.path, c.form, a.StatusCode, c.status, c.then)
		}
		if c.status == 303 && !strings.HasPrefix(a.Header.Get("Location"), "/invite/") {
			t.Errorf("a right code leads to %q", a.Header.Get("Location"))
		}
		if c.status != 303 {
			for _, flaw := range flaws(parse(t, a.body)) {
				t.Errorf("%s: %s", c.path, flaw)
			}
		}
	}
	if a := h.get(toAsk); strings.Contains(a.body, "/invite/") || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Referrer-Policy") == "" {
		t.Error("the page behind the mailed link gives more than it asks, or is kept or told on")
	}
}

// TestPeer_S24_WayBack: the answer is the same, to the byte and the header, whether an address is somebody's, of somebody who
// signs in otherwise, of somebody who left, or nobody's.
func TestPeer_S24_WayBack(t *testing.T) {
	kit := testkit.Start(t)
	known := kit.WithPassword("ca-dmv-iso")
	passkey, _ := kit.WithPasskey("ca-coordinator")
	r := startReal(t, kit)
	want := ""
	for _, address := range []string{known.Email, passkey.Email, "gordon.sallis@dmv.ca.example", "nobody.at.all@dmv.ca.example"} {
		a := r.post("/recover", url.Values{"email": {address}})
		a.Header.Del("Date")
		got := changing.ReplaceAllString(a.body, "") + strings.Join(a.Header["Set-Cookie"], "")
		if a.StatusCode != http.StatusOK || strings.Contains(a.body, address) {
			t.Errorf("%s: status %d, or the page repeats the address", address, a.StatusCode)
		}
		if want == "" {
			want = got
		} else if got != want {
			t.Errorf("%s is answered otherwise:\n%s\n%s", address, got, want)
		}
		kit.Settle()
	}
}
