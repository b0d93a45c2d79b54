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
	if !strings.Contains(policy, "default-src 'none'") && !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("%s: content security policy %q", name, policy)
	}
	for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin"} {
		if got := res.Header.Get(header); got != want && !(header == "Referrer-Policy" && got == "same-origin") {
			t.Errorf("%s: %s is %q", name, header, got)
		}
	}
}
