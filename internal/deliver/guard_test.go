package deliver

import (
	"context"
	"encoding/binary"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/notify"
)

// trap listens on every loopback address that a forbidden target could lead to and counts whoever comes.
func trap(t *testing.T) (port string, hits *atomic.Int64) {
	t.Helper()
	hits = new(atomic.Int64)
	l, err := net.Listen("tcp4", "0.0.0.0:0") // every IPv4 address of this machine, all of 127.0.0.0/8 among them
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ = net.SplitHostPort(l.Addr().String())
	listeners := []net.Listener{l}
	if l6, err := net.Listen("tcp6", "[::]:"+port); err == nil {
		listeners = append(listeners, l6)
	}
	for _, l := range listeners {
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				hits.Add(1)
				c.Close()
			}
		}()
	}
	t.Cleanup(func() {
		for _, l := range listeners {
			l.Close()
		}
	})
	return port, hits
}

// S11: none of these gets a packet, and the answer says nothing about our network.
func TestForbiddenTargets(t *testing.T) {
	port, hits := trap(t)
	queries := new(atomic.Int64)
	w := caller(t, WebhookConfig{Timeout: 2 * time.Second,
		Resolver: fakeDNS(t, queries, func(string) []string { return []string{"127.0.0.1"} })})
	hosts := []string{"127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "0.0.0.0", "[::127.0.0.1]",
		"[::1%25lo]", "[fe80::1%25eth0]", "[fe80::1]", "169.254.169.254", "[::ffff:169.254.169.254]", "[fd00:ec2::254]",
		"168.63.129.16", "100.100.100.200",
		"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "198.18.0.1", "192.0.0.192", "192.0.2.1", "224.0.0.1",
		"255.255.255.255", "240.0.0.1",
		"[ff02::1]", "[fc00::1]", "[fec0::1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]", "[2002:7f00:1::1]",
		"[2001:0:7f00:1::]", "[2001:db8::1]", "[100::1]",
		"2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "127.1", "127.0.1", "0177.0.0.1", "127.0.0.1.", "0",
		"localhost", "localhost.", "LOCALHOST", "a.localhost", "printer.local", "vault.internal",
		"metadata.google.internal", "intranet", "x.test",
		"１２７.0.0.1", "127。0。0。1", "ⓛocalhost", "ⅼocalhost", "xn--.", "a..b.example", "-a.example.com", "example.com.",
		"ex%61mple.com%00.evil.com"}
	for _, h := range hosts {
		for _, url := range []string{"https://" + h + "/", "https://" + h + ":" + port + "/x", "https://" + h + ":" + port} {
			o := w.Send(context.Background(), hook(url))
			if o.Kind != notify.Refused || !strings.HasPrefix(o.Reply, "not sent: ") {
				t.Errorf("%s: %+v", url, o)
			}
			if w.Check(url) == nil {
				t.Errorf("%s passes Check", url)
			}
		}
	}
	for _, url := range []string{"", "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/",
		"javascript:alert(1)", "//example.com/", "https:example.com",
		"https://user:pass@example.com/", "https://example.com:0/", "https://example.com:99999/", "https://example.com:x/",
		"https://example.com/#f", "https://", "https:///x",
		"https://example.com\r\nHost: a/", "https://" + strings.Repeat("a.", 200) + "com/", "unix:///run/x.sock"} {
		if o := w.Send(context.Background(), hook(url)); o.Kind != notify.Refused {
			t.Errorf("%q: %+v", url, o)
		}
	}
	if hits.Load() != 0 || queries.Load() != 0 {
		t.Errorf("%d connections and %d name lookups left", hits.Load(), queries.Load())
	}
	// The trap itself works: with permission the same call arrives.
	if caller(t, WebhookConfig{Allowed: here}).Send(context.Background(), hook("http://127.0.0.1:"+port)); hits.Load() == 0 {
		t.Error("the trap counts nothing")
	}
}

// A public name that resolves to an inner address is caught at the address dialled.
func TestForbiddenByResolution(t *testing.T) {
	port, hits := trap(t)
	for _, inner := range []string{"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "0.0.0.0", "::",
		"fe80::1", "100.64.0.1"} {
		queries := new(atomic.Int64)
		w := caller(t, WebhookConfig{Timeout: 2 * time.Second, Resolver: fakeDNS(t, queries, func(string) []string { return []string{inner} })})
		o := w.Send(context.Background(), hook("https://hooks.example.com:"+port+"/"))
		if o.Kind != notify.Refused || o.Reply != "not sent: "+errForbidden.Error() {
			t.Errorf("%s: %+v", inner, o)
		}
		if queries.Load() == 0 {
			t.Errorf("%s: was not resolved, so nothing was tested", inner)
		}
	}
	if hits.Load() != 0 {
		t.Errorf("%d connections", hits.Load())
	}
}

// A name that answers well first and with an inner address later is judged anew each time.
func TestRebinding(t *testing.T) {
	var good, bad atomic.Int64
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("127.0.0.2 is not here:", err)
	}
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		good.Add(1)
		w.Header().Set("Connection", "close")
	})}}
	server.Start()
	defer server.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	other, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Skip("the port is taken on 127.0.0.1:", err)
	}
	defer other.Close()
	go func() {
		for {
			c, err := other.Accept()
			if err != nil {
				return
			}
			bad.Add(1)
			c.Close()
		}
	}()
	answer := atomic.Value{}
	answer.Store("127.0.0.2")
	// 127.0.0.2 stands for a public address here: the only one that is permitted.
	w := caller(t, WebhookConfig{Timeout: 2 * time.Second, Allowed: Allowed{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")},
		Hosts: []string{"hooks.example.com"}},
		Resolver: fakeDNS(t, new(atomic.Int64), func(string) []string { return []string{answer.Load().(string)} })})
	url := "http://hooks.example.com:" + port + "/"
	if o := w.Send(context.Background(), hook(url)); o.Kind != notify.Delivered {
		t.Fatalf("%+v", o)
	}
	answer.Store("127.0.0.1")
	if o := w.Send(context.Background(), hook(url)); o.Kind != notify.Refused {
		t.Errorf("%+v", o)
	}
	if good.Load() != 1 || bad.Load() != 0 {
		t.Errorf("%d good, %d bad", good.Load(), bad.Load())
	}
}

// Redirects are not followed, wherever they lead, and the signature goes nowhere else.
func TestRedirectsAreNotFollowed(t *testing.T) {
	var hits atomic.Int64
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer inner.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := httptest.NewServer(http.RedirectHandler(inner.URL, status))
		if o := caller(t, WebhookConfig{Allowed: here}).Send(context.Background(), hook(server.URL)); o.Kind != notify.Refused {
			t.Errorf("%d: %+v", status, o)
		}
		server.Close()
	}
	if hits.Load() != 0 {
		t.Errorf("%d followed", hits.Load())
	}
}

func TestProxyFromEnvironmentIsIgnored(t *testing.T) {
	port, hits := trap(t)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, "http://127.0.0.1:"+port)
	}
	var queries atomic.Int64
	w := caller(t, WebhookConfig{Timeout: time.Second,
		Resolver: fakeDNS(t, &queries, func(string) []string { return []string{"10.255.255.1"} })})
	if o := w.Send(context.Background(), hook("https://hooks.example.com/")); o.Kind != notify.Refused {
		t.Errorf("%+v", o)
	}
	if hits.Load() != 0 || queries.Load() == 0 {
		t.Errorf("%d connections to the proxy, %d lookups", hits.Load(), queries.Load())
	}
}

func TestPublicAddresses(t *testing.T) {
	for _, s := range []string{"1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1",
		"2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"} {
		if !public(netip.MustParseAddr(s)) {
			t.Errorf("%s is public", s)
		}
	}
	if public(netip.Addr{}) {
		t.Error("no address is not public")
	}
}

// An address and its mapped form are judged alike, and nothing that Go calls private, local or multicast is public.
func TestPublicAgreesWithMapped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], rapid.Uint32().Draw(t, "address"))
		a := netip.AddrFrom4(b)
		mapped := netip.AddrFrom16(a.As16())
		if public(a) != public(mapped) {
			t.Fatalf("%s: %v, mapped %v", a, public(a), public(mapped))
		}
		if public(a) && (a.IsPrivate() || a.IsLoopback() || a.IsMulticast() || a.IsUnspecified() || a.IsLinkLocalUnicast()) {
			t.Fatalf("%s is public", a)
		}
	})
}

// Z53: whatever passes is https, to a plain public name or a public address.
func FuzzTarget(f *testing.F) {
	for _, s := range []string{"https://hooks.example.com/x", "https://127.0.0.1/", "https://[::1%25lo]/", "https://2130706433/",
		"http://example.com", "https://a@b.c/", "https://EXAMPLE.com:8443/?q"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := Allowed{}.target(raw)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.User != nil {
			t.Fatalf("%q passes", raw)
		}
		if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
			if !public(ip) {
				t.Fatalf("%q passes", raw)
			}
		} else if publicName(u.Hostname()) != nil {
			t.Fatalf("%q passes", raw)
		}
		req, err := http.NewRequest(http.MethodPost, u.String(), nil)
		if err != nil || req.URL.Hostname() != u.Hostname() {
			t.Fatalf("%q is called as %v (%v)", raw, req, err)
		}
	})
}

// fakeDNS is a resolver of the test's own: every name has the addresses that answer gives.
func fakeDNS(t *testing.T, queries *atomic.Int64, answer func(name string) []string) *net.Resolver {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		b := make([]byte, 1500)
		for {
			n, from, err := c.ReadFrom(b)
			if err != nil {
				return
			}
			queries.Add(1)
			_, _ = c.WriteTo(dnsAnswer(b[:n], answer), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", c.LocalAddr().String())
	}}
}

// dnsAnswer writes the addresses of the one question of a query, in the form of RFC 1035 4.1.
func dnsAnswer(query []byte, answer func(string) []string) []byte {
	i, name := 12, ""
	for query[i] != 0 {
		name += string(query[i+1:i+1+int(query[i])]) + "."
		i += 1 + int(query[i])
	}
	kind, end := binary.BigEndian.Uint16(query[i+1:]), i+5
	out := append([]byte(nil), query[:end]...)
	count := uint16(0)
	for _, s := range answer(name) {
		ip := netip.MustParseAddr(s)
		if (kind == 1) != ip.Is4() || kind != 1 && kind != 28 {
			continue
		}
		raw := ip.AsSlice()
		out = append(out, 0xc0, 12)
		out = binary.BigEndian.AppendUint16(out, kind)
		out = append(out, 0, 1, 0, 0, 0, 0)
		out = binary.BigEndian.AppendUint16(out, uint16(len(raw)))
		out = append(out, raw...)
		count++
	}
	copy(out[2:], []byte{0x81, 0x80, 0, 1, byte(count >> 8), byte(count), 0, 0, 0, 0})
	return out
}

func TestNamesThatPass(t *testing.T) {
	for _, u := range []string{"https://hooks.example.com/a/b?c=d", "https://hooks.example.com:8443/", "https://xn--bcher-kva.example.com/",
		"https://8.8.8.8/", "https://[2606:4700::1111]/", "HTTPS://Example.COM/"} {
		if _, err := (Allowed{}).target(u); err != nil {
			t.Errorf("%s: %v", u, err)
		}
	}
	if _, err := here.target("http://127.0.0.1:8080/"); err != nil {
		t.Error(err)
	}
	if _, err := here.target("http://example.com/"); err == nil {
		t.Error("clear text to the outside")
	}
}
