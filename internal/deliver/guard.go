package deliver

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
)

// errForbidden is all that a target's owner learns: which address it was and why would help to map our network.
var errForbidden = errors.New("the address is not one that calls may go to")

// errURL says that a target is not of the form that calls may go to, whatever it resolves to.
var errURL = errors.New("the target must be an https URL with a public host name, without user name and fragment")

// internal are the networks that are not the public internet although their addresses look ordinary. Whatever is not
// ordinary unicast at all is caught by public itself. IANA special-purpose registries, RFC 6890; the last lines are cloud
// metadata services outside of the link-local range.
var internal = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/3", // multicast and reserved
	"64:ff9b::/96", "64:ff9b:1::/48", // NAT64: an IPv4 address inside
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", // Teredo and protocol assignments, documentation, 6to4
	"168.63.129.16/32",
)

// global is the only part of IPv6 that is handed out for the public internet.
var global = netip.MustParsePrefix("2000::/3")

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// public says whether an address is one of the public internet. The address is unmapped first: ::ffff:127.0.0.1 is
// loopback to the kernel although it is no loopback address by its form.
func public(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() {
		return false
	}
	if a.Is6() && !global.Contains(a) {
		return false
	}
	for _, p := range internal {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Allowed are the targets inside that an operator permits by name: tests, the demonstration, a relay on the own network.
type Allowed struct {
	Networks []netip.Prefix // addresses that may be dialled
	Hosts    []string       // host names that may resolve into Networks or be called without TLS; compared in lower case
}

// network says whether the operator permits an address.
func (a Allowed) network(ip netip.Addr) bool {
	for _, p := range a.Networks {
		if ip.Zone() == "" && p.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

func (a Allowed) host(host string) bool {
	for _, h := range a.Hosts {
		if strings.EqualFold(h, host) {
			return true
		}
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return a.network(ip)
	}
	return false
}

// control is called with the address about to be dialled, after every resolution, for every attempt: a name that answers
// with a public address once and an internal one later gains nothing.
func (a Allowed) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !(public(ap.Addr()) || a.network(ap.Addr())) {
		return errForbidden
	}
	return nil
}

// target parses a URL and refuses what no resolution could make right, so that not even a name lookup leaves for it.
func (a Allowed) target(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || len(raw) > 2000 || u.Opaque != "" || u.User != nil || u.Fragment != "" {
		return nil, errURL
	}
	host := u.Hostname()
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return nil, errURL
		}
	}
	known := a.host(host)
	if u.Scheme != "https" && !(u.Scheme == "http" && known) {
		return nil, errURL
	}
	if known {
		return u, nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if !public(ip) {
			return nil, errForbidden
		}
		return u, nil
	}
	if err := publicName(host); err != nil {
		return nil, err
	}
	return u, nil
}

// publicName accepts the form of a name in the public tree: ASCII letters, digits and hyphens, at least one dot, a last
// label that is no number. Numbers in other notations ("2130706433", "0x7f.1", "127.1"), which some resolvers read as
// addresses, and names in other scripts, which would be rewritten on the way, are refused here.
func publicName(host string) error {
	labels := strings.Split(host, ".")
	if len(host) > 253 || len(labels) < 2 {
		return errURL
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.IndexFunc(l, notNameRune) >= 0 {
			return errURL
		}
	}
	last := strings.ToLower(labels[len(labels)-1])
	if last[0] >= '0' && last[0] <= '9' {
		return errURL
	}
	switch last {
	case "localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "localdomain", "invalid", "test", "onion", "arpa":
		return fmt.Errorf("%w: names below .%s are internal", errURL, last)
	}
	return nil
}

func notNameRune(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-')
}
