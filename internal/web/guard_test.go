package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tocsin/internal/web"
)

// TestBadInput sends forms that are not text, too long or damaged. Each is refused calmly and leaves nothing.
func TestBadInput(t *testing.T) {
	h := start(t)
	h.be("ca-dmv-iso")
	filed := "entity=ca-demo-dmv&act=file&description="
	cases := []struct {
		name, body string
		status     int
	}{
		{"NUL", filed + "a%00b", 400}, {"broken UTF-8", filed + "%ff%fe", 400}, {"escape", filed + "%1b[31m", 400}, {"C1 control", filed + "%c2%9b", 400},
		{"damaged escape", filed + "%zz", 400}, {"too long", filed + strings.Repeat("a", 3<<20), 413}, {"semicolons", "entity=a;act=file", 400},
		{"nothing stated", filed, 422}, {"negative liability", filed + "x&impact.liability_usd=-5", 422}, {"not a number", filed + "x&impact.liability_usd=lots", 422},
		{"not a date", filed + "x&discovered_at=yesterday&discovered_at.zone=UTC", 422}, {"no such zone", filed + "x&discovered_at=2026-11-21T10:00&discovered_at.zone=Mars/Olympus", 422},
		{"neither yes nor no", filed + "x&crime_suspected=perhaps", 422}, {"no such entity", "act=file&description=x&entity=nobody", 404},
		{"a state twice", filed + "x&personal_information.residents[0].state=ca&personal_information.residents[0].count=1&personal_information.residents[1].state=CA&personal_information.residents[1].count=2", 422},
		{"residents of nowhere", filed + "x&personal_information.residents[0].count=1", 422},
		{"a number too large", filed + "x&outage_minutes=99999999999999999999", 422},
	}
	for _, c := range cases {
		r, _ := http.NewRequest("POST", h.base+"/report", strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", h.base)
		a := h.do(r)
		if a.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", c.name, a.StatusCode, c.status)
		}
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Errorf("%s: %s", c.name, flaw)
		}
	}
	if n := len(h.numbers()); n != 0 {
		t.Errorf("%d incidents were opened", n)
	}
	if a := h.get("/incidents?q=%00"); a.StatusCode != 400 {
		t.Errorf("searching for NUL: status %d", a.StatusCode)
	}
}

// TestDeniedLooksAbsent: an address that names nothing and one that names something else's child answer in the same bytes.
func TestDeniedLooksAbsent(t *testing.T) {
	h := seeded(t, 1)
	h.be("ca-dmv-iso")
	strip := func(a answered) string {
		_, rest, _ := strings.Cut(a.body, "<body>")
		return rest
	}
	want := strip(h.get("/nothing"))
	for _, path := range []string{"/incidents/" + absentNumber, "/incidents/" + h.first() + "/receipts/99", "/incidents/" + h.first() + "/receipts/0", "/incidents/" + h.first() + "/receipts/01",
		"/filed/" + absentNumber + "/1", "/filed/" + h.first() + "/9", "/report?incident=" + absentNumber, "/report?entity=nobody", "/demo/mailbox/999"} {
		a := h.get(path)
		if a.StatusCode != 404 {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
		// The current item of the menu follows the address; all else is the same.
		if got := strings.ReplaceAll(strip(a), ` aria-current="page"`, ""); got != want {
			t.Errorf("%s differs from a page that never was", path)
		}
	}
}

// TestCookie: over https the cookie is bound to the host, to https and to us; over loopback it is still out of script's reach.
func TestCookie(t *testing.T) {
	for _, secure := range []bool{false, true} {
		h := start(t, func(c *web.Config) { c.Secure = secure })
		a := h.post("/signin", url.Values{"person": {"ca-dmv-iso"}})
		c := a.Cookies()[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != secure {
			t.Errorf("secure %v: cookie %s", secure, c)
		}
		if got, want := c.Name, map[bool]string{false: "tocsin", true: "__Host-tocsin"}[secure]; got != want {
			t.Errorf("cookie is called %q, want %q", got, want)
		}
		if hsts := a.Header.Get("Strict-Transport-Security") != ""; hsts != secure {
			t.Errorf("secure %v: strict transport %v", secure, hsts)
		}
	}
}

// TestSignOut ends the session, here and at the server.
func TestSignOut(t *testing.T) {
	h := start(t)
	h.be("ca-dmv-iso")
	r := h.form("/signout", nil)
	var kept []*http.Cookie
	kept = append(kept, h.client.Jar.Cookies(r.URL)...)
	h.do(r)
	if a := h.get("/"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("after signing out: status %d", a.StatusCode)
	}
	h.client.Jar.SetCookies(r.URL, kept)
	if a := h.get("/"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("with the old cookie: status %d", a.StatusCode)
	}
}

// TestSize holds what is transferred: 200 KiB on the first load and 20 KiB after, compressed.
func TestSize(t *testing.T) {
	h := seeded(t, 60)
	h.be("ca-dmv-iso")
	load := func(path string) int {
		r, _ := http.NewRequest("GET", h.base+path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		resp, err := h.client.Transport.RoundTrip(withCookies(h, r))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return len(body)
	}
	plain := h.get("/report?entity=ca-demo-dmv").body
	var files []string
	for _, n := range find(parse(t, plain), "link") {
		files = append(files, n.attrs["href"])
	}
	for _, n := range find(parse(t, plain), "script") {
		files = append(files, n.attrs["src"])
	}
	shared := 0
	for _, f := range files {
		shared += load(f)
	}
	if len(files) == 0 {
		t.Log("the assets are not built: only the pages themselves are measured")
	}
	for _, path := range append(h.readable()[:16], "/incidents/"+h.first(), "/filed/"+h.first()+"/1") {
		own := load(path)
		if own > 20<<10 || shared+own > 200<<10 {
			t.Errorf("%s: %d bytes, and %d of files", path, own, shared)
		}
	}
	t.Logf("files of every page: %d bytes; list of 50: %d; report form: %d; incident: %d", shared, load("/incidents"), load("/report?entity=ca-demo-dmv"), load("/incidents/"+h.first()))
}

func withCookies(h *harness, r *http.Request) *http.Request {
	for _, c := range h.client.Jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	return r
}

// TestCompressed: a packed page unpacks to the plain one, and two of the same page differ in length, so that length tells nothing.
func TestCompressed(t *testing.T) {
	h := start(t)
	lengths := map[int]bool{}
	for range 12 {
		r, _ := http.NewRequest("GET", h.base+"/emergency", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		resp, err := h.client.Transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		packed, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		lengths[len(packed)] = true
		z, err := gzip.NewReader(strings.NewReader(string(packed)))
		if err != nil {
			t.Fatal(err)
		}
		if plain, _ := io.ReadAll(z); string(plain) != h.get("/emergency").body {
			t.Fatal("the page changed on the way")
		}
	}
	if len(lengths) < 3 {
		t.Errorf("12 answers have only %d lengths", len(lengths))
	}
}

// TestPaging walks a long list to its end and back.
func TestPaging(t *testing.T) {
	h := seeded(t, 120)
	h.be("ca-dmv-iso")
	seen := map[string]bool{}
	path := "/incidents?status=open"
	for range 3 {
		all := parse(t, h.get(path).body)
		next := ""
		for _, a := range find(all, "a") {
			if strings.Contains(a.attrs["class"], "number") {
				seen[a.text] = true
			}
			if strings.Contains(a.attrs["class"], "next-page") {
				next = a.attrs["href"]
			}
		}
		if !strings.Contains(next, "status=open") && next != "" {
			t.Errorf("the filter is lost on the way: %s", next)
		}
		path = next
	}
	if len(seen) != 120 || path != "" {
		t.Errorf("%d incidents seen, then %q", len(seen), path)
	}
}
