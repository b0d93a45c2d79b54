package page

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"tocsin/internal/app"
)

// client is the browser that a request comes from.
func (s *Site) client(r *http.Request) app.Client {
	return app.Client{Device: BrowserWords(r.UserAgent()), Network: NetworkWords(ClientAddress(r, s.Proxies))}
}

// ClientAddress is where a request comes from: the peer. Where the peer is a proxy of ours, it is the last address before
// it that is none: what stands further left was written by whoever wanted to.
func ClientAddress(r *http.Request, proxies []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	at := peer.Addr().Unmap()
	ours := func(a netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !ours(at) {
			break
		}
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		at = next.Unmap()
	}
	return at
}

// NetworkWords is what attempts are counted by: an IPv4 address, or the network that one IPv6 customer has.
func NetworkWords(a netip.Addr) string {
	if !a.Is6() {
		return a.String()
	}
	return netip.PrefixFrom(a.WithZone(""), 64).Masked().String()
}

// BrowserWords says what a browser calls itself, in words that its owner knows. Order matters: most claim to be others too.
func BrowserWords(agent string) string {
	find := func(marks ...[2]string) string {
		for _, m := range marks {
			if strings.Contains(agent, m[0]) {
				return m[1]
			}
		}
		return ""
	}
	browser := find([2]string{"Edg", "Edge"}, [2]string{"OPR/", "Opera"}, [2]string{"Firefox/", "Firefox"}, [2]string{"FxiOS/", "Firefox"},
		[2]string{"CriOS/", "Chrome"}, [2]string{"Chrome/", "Chrome"}, [2]string{"Safari/", "Safari"})
	system := find([2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Android", "Android"}, [2]string{"Windows", "Windows"},
		[2]string{"Macintosh", "macOS"}, [2]string{"CrOS", "ChromeOS"}, [2]string{"Linux", "Linux"})
	switch {
	case browser == "" && system == "":
		return "Unknown browser"
	case browser == "":
		return "Unknown browser on " + system
	case system == "":
		return browser
	}
	return browser + " on " + system
}
