package web

import (
	"net/http"
	"net/netip"
	"testing"

	"tocsin/internal/web/page"
)

func TestClientAddress(t *testing.T) {
	ours := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, c := range map[string]struct {
		peer string
		said []string
		want string
	}{
		"no proxy":                {"192.0.2.1:1", nil, "192.0.2.1"},
		"said by a stranger":      {"192.0.2.1:1", []string{"203.0.113.9"}, "192.0.2.1"},
		"said by ours":            {"10.0.0.1:1", []string{"203.0.113.9"}, "203.0.113.9"},
		"said by ours in between": {"10.0.0.1:1", []string{"198.51.100.1, 203.0.113.9, 10.2.3.4"}, "203.0.113.9"},
		"two headers":             {"10.0.0.1:1", []string{"198.51.100.1", "203.0.113.9"}, "203.0.113.9"},
		"rubbish":                 {"10.0.0.1:1", []string{"unknown"}, "10.0.0.1"},
		"nothing said":            {"10.0.0.1:1", nil, "10.0.0.1"},
		"IPv6":                    {"[2001:db8:1:2:3:4:5:6]:1", nil, "2001:db8:1:2::/64"},
		"IPv4 in IPv6":            {"[::ffff:192.0.2.1]:1", nil, "192.0.2.1"},
		"IPv6 proxy":              {"[fd00::1]:1", []string{"2001:db8::9"}, "2001:db8::/64"},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": c.said}}
		if got := page.NetworkWords(page.ClientAddress(r, ours)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestBrowserWords(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0": "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/604.1":     "Safari on iPhone",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0":                                          "Firefox on macOS",
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36":                  "Chrome on Android",
		"curl/8.5.0": "Unknown browser",
		"":           "Unknown browser",
	} {
		if got := page.BrowserWords(agent); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
}
