package e2e

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// What a page may weigh on the wire, in bytes: with everything that it loads, and once that is in the browser's cache.
const (
	firstLoad = 200 << 10
	laterLoad = 20 << 10
)

var loads = regexp.MustCompile(`<(?:link|script|img|source|iframe)\b[^>]*?\b(?:href|src)="([^"]*)"`)

// raw fetches without undoing the compression, as many bytes as crossed the wire.
func raw(t *testing.T, c *http.Client, address string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequest("GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip, br")
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, b
}

// TestPageWeight: every page of every kind of reader asks nobody else for anything, sends the headers that protect it, and
// is light: on a bad line at night it must come.
func TestPageWeight(t *testing.T) {
	t.Parallel()
	s, number := settledDemo(t)
	cached := map[string]int{}
	for _, person := range []string{"", "ca-dmv-iso", "ca-ois-duty", "ca-coordinator"} {
		v := s.visitor(t, person)
		for _, a := range addresses(t) {
			if a.method != http.MethodGet || a.edge != "web" || strings.Contains(a.pattern, "/live") || strings.Contains(a.pattern, "/events") {
				continue
			}
			at := a.path(map[string]string{"number": number, "filing": "1", "entity": "ca-demo-dmv", "authority": "ca-ois"})
			res, _ := v.call(t, a, at, "")
			if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
				continue
			}
			s.weigh(t, v, person+" "+at, at, cached)
		}
	}
	if len(cached) == 0 {
		t.Error("no page loads anything: the test looks at nothing")
	}
	s.guardedEverywhere(t)
}

// guardedEverywhere: whatever is asked, and however it is refused, whichever part of the program answers, the answer has the headers
// that protect a browser from it.
func (s *server) guardedEverywhere(t *testing.T) {
	t.Helper()
	for _, c := range []struct {
		method, path string
		status       int
		headers      []string
	}{
		{"GET", "/healthz", 200, nil}, {"GET", "/readyz", 200, nil}, {"GET", "/nothing", 404, nil}, {"GET", "/incidents", 303, nil},
		{"GET", "//incidents/../x", 307, nil},
		{"POST", "/signin", 403, []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}}, {"PUT", "/signin", 404, nil},
		{"GET", "/static/build/none.css", 404, nil},
		{"POST", "/quick", 422, nil}, {"GET", "/live", 303, nil}, {"GET", "/a/never-made", 404, nil},
		{"GET", "/api/v1/incidents", 401, nil}, {"GET", "/api/v1/nothing", 404, nil}, {"DELETE", "/api/v1/incidents", 405, nil},
		{"GET", "/api/v1/openapi.json", 200, nil},
		{"POST", "/api/v1/filings", 403, []string{"Sec-Fetch-Site", "cross-site"}}, {"GET", "/scim/v2/Users", 401, nil},
		{"GET", "/scim/v2/nothing", 404, nil}, {"PATCH", "/scim/v2/Users", 404, nil},
		{"POST", "/scim/v2/Users", 403, []string{"Sec-Fetch-Site", "cross-site"}},
	} {
		req, err := http.NewRequest(c.method, s.url+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(c.headers); i += 2 {
			req.Header.Set(c.headers[i], c.headers[i+1])
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, res.StatusCode, c.status)
		}
		if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") ||
			!strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s %s: content security policy %q", c.method, c.path, policy)
		}
		for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store"} {
			if got := res.Header.Get(header); got != want {
				t.Errorf("%s %s: %s is %q", c.method, c.path, header, got)
			}
		}
		for _, header := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"} {
			if got := res.Header.Get(header); got != "" {
				t.Errorf("%s %s: %s is %q", c.method, c.path, header, got)
			}
		}
	}
}

// weigh looks at one page and at what it loads.
func (s *server) weigh(t *testing.T, v visitor, name, at string, cached map[string]int) {
	t.Helper()
	_, text := v.call(t, address{"web", "GET", "", ""}, at, "")
	res, page := raw(t, v.pages, s.url+at)
	total := len(page)
	for _, m := range loads.FindAllStringSubmatch(text, -1) {
		to, err := url.Parse(m[1])
		if err != nil || to.Host != "" || to.Scheme != "" && to.Scheme != "data" {
			t.Errorf("%s loads %q from elsewhere", name, m[1])
			continue
		}
		if to.Scheme == "data" || strings.HasPrefix(m[1], "#") {
			continue
		}
		if _, ok := cached[m[1]]; !ok {
			part, body := raw(t, v.pages, s.url+m[1])
			if part.StatusCode != http.StatusOK {
				t.Errorf("%s loads %s: %d", name, m[1], part.StatusCode)
			}
			if strings.HasPrefix(m[1], "/static/") && !strings.Contains(part.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s is asked for again on every page: %q", m[1], part.Header.Get("Cache-Control"))
			}
			cached[m[1]] = len(body)
		}
		total += cached[m[1]]
	}
	if total > firstLoad || len(page) > laterLoad {
		t.Errorf("%s weighs %d bytes at first and %d later; at most %d and %d", name, total, len(page), firstLoad, laterLoad)
	}
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") && !strings.Contains(policy, "default-src 'self'") ||
		strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("%s: content security policy %q", name, policy)
	}
	for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin"} {
		if got := res.Header.Get(header); got != want && !(header == "Referrer-Policy" && got == "same-origin") {
			t.Errorf("%s: %s is %q", name, header, got)
		}
	}
}
