package deliver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tocsin/internal/domain/notify"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// here permits the loopback networks, as tests and the demonstration do.
var here = Allowed{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}}

func hook(url string) notify.Hook {
	return notify.Hook{ID: "msg_1", URL: url, Secret: secret, Payload: []byte(`{"type":"incident.authority_notice"}`)}
}

func caller(t testing.TB, c WebhookConfig) *Webhook {
	w := NewWebhook(c)
	t.Cleanup(func() { w.Close() })
	return w
}

// repoData finds the shared data beside the repository.
func repoData(t *testing.T, name string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != "/" {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	b, err := os.ReadFile(filepath.Join(dir, "../shared/data", name))
	if err != nil {
		t.Skip("the shared data are not here:", err)
	}
	return b
}

// The signatures are those of the Standard Webhooks project's own vectors.
func TestSignatureVectors(t *testing.T) {
	var file struct {
		Vectors []struct {
			Secret    string `json:"secret"`
			ID        string `json:"msg_id"`
			Timestamp int64  `json:"timestamp"`
			Payload   string `json:"payload"`
			Signature string `json:"signature"`
			Valid     bool   `json:"valid"`
		} `json:"vectors"`
	}
	if err := json.Unmarshal(repoData(t, "standard-webhooks/vectors.json"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) < 4 {
		t.Fatal("too few vectors")
	}
	for _, v := range file.Vectors {
		got, err := sign(notify.Hook{ID: v.ID, Secret: v.Secret, Payload: []byte(v.Payload)}, time.Unix(v.Timestamp, 0))
		if v.Signature == "" {
			if err == nil {
				t.Errorf("secret %q accepted", v.Secret)
			}
			continue
		}
		found := false
		for s := range strings.FieldsSeq(v.Signature) {
			found = found || s == got
		}
		if err != nil || found != v.Valid {
			t.Errorf("%s: %s (%v), vector %s valid %v", v.ID, got, err, v.Signature, v.Valid)
		}
	}
}

// The same vector as above, so that the form is held where the shared data are absent.
func TestSignatureKnown(t *testing.T) {
	h := notify.Hook{ID: "msg_p5jXN8AQM9LWM0D4loKWxJek", Secret: secret, Payload: []byte(`{"test": 2432232314}`)}
	got, err := sign(h, time.Unix(1614265330, 0))
	if err != nil || got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Error(got, err)
	}
	h.Secret += " whsec_" + strings.Repeat("QUJD", 10)
	if two, err := sign(h, time.Unix(1614265330, 0)); err != nil || !strings.HasPrefix(two, got+" v1,") {
		t.Error(two, err)
	}
	for _, bad := range []string{"", "whsec_", "whsec_QUJD", "whsec_!!!", strings.Repeat(secret+" ", 4)} {
		h.Secret = bad
		if _, err := sign(h, time.Now()); err == nil || strings.Contains(err.Error(), "MfKQ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A receiver with the project's own library accepts the call; a retry carries the same id and a new time.
func TestReceiverVerifies(t *testing.T) {
	var ids, times []string
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		wh, _ := standardwebhooks.NewWebhook(secret)
		if err := wh.VerifyIgnoringTimestamp(body, r.Header); err != nil || r.Method != http.MethodPost ||
			r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%v %s %v", err, r.Method, r.Header)
		}
		ids, times = append(ids, r.Header.Get("webhook-id")), append(times, r.Header.Get("webhook-timestamp"))
	}))
	defer server.Close()
	now := time.Unix(1_790_000_000, 0)
	w := caller(t, WebhookConfig{Allowed: here, RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs,
		Now: func() time.Time { return now }})
	for range 2 {
		if o := w.Send(context.Background(), hook(server.URL)); o.Kind != notify.Delivered || !o.At.Equal(now) {
			t.Errorf("%+v", o)
		}
		now = now.Add(time.Minute)
	}
	if len(ids) != 2 || ids[0] != "msg_1" || ids[0] != ids[1] || times[0] != "1790000000" || times[1] != "1790000060" {
		t.Error(ids, times)
	}
}

func TestUntrustedTarget(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	o := caller(t, WebhookConfig{Allowed: here}).Send(context.Background(), hook(server.URL))
	if o.Kind != notify.Deferred || o.Reply != "the target's certificate is not good" {
		t.Errorf("%+v", o)
	}
}

func TestAnswers(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	cases := []struct {
		status int
		after  string
		want   notify.Result
		wait   time.Duration
	}{
		{200, "", notify.Delivered, 0}, {202, "30", notify.Delivered, 0}, {204, "", notify.Delivered, 0},
		{301, "", notify.Refused, 0}, {307, "", notify.Refused, 0},
		{400, "", notify.Refused, 0}, {401, "", notify.Refused, 0}, {404, "", notify.Refused, 0}, {410, "", notify.Refused, 0},
		{408, "", notify.Deferred, 0}, {425, "", notify.Deferred, 0}, {429, "120", notify.Deferred, 2 * time.Minute},
		{429, "Sat, 21 Nov 2026 12:10:00 GMT", notify.Deferred, 10 * time.Minute}, {429, "soon", notify.Deferred, 0},
		{429, "-5", notify.Deferred, 0}, {429, "999999999999", notify.Deferred, 24 * time.Hour},
		{500, "", notify.Deferred, 0}, {502, "", notify.Deferred, 0}, {503, "60", notify.Deferred, time.Minute},
	}
	for _, c := range cases {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", c.after)
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(c.status)
			if c.status != 204 {
				fmt.Fprint(w, "why\r\n\x1b[31mnot")
			}
		}))
		o := caller(t, WebhookConfig{Allowed: here, Now: func() time.Time { return now }}).Send(context.Background(), hook(server.URL))
		server.Close()
		if o.Kind != c.want || o.RetryAfter != c.wait || !strings.HasPrefix(o.Reply, fmt.Sprint(c.status)) ||
			o.Reply != notify.CleanReply(o.Reply) {
			t.Errorf("%d %q: %+v", c.status, c.after, o)
		}
	}
}

// raw serves one connection with whatever a script writes.
func raw(t *testing.T, script func(net.Conn)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				b := make([]byte, 4096)
				if _, err := c.Read(b); err == nil {
					script(c)
				}
			})
		}
	})
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return "http://" + l.Addr().String()
}

// F14: a target that misbehaves costs a bounded time and a bounded number of bytes.
func TestTargetMisbehaves(t *testing.T) {
	var written atomic.Int64
	endless := func(c net.Conn) {
		for {
			n, err := c.Write(make([]byte, 4096))
			written.Add(int64(n))
			if err != nil {
				return
			}
		}
	}
	trickle := func(c net.Conn) {
		for {
			if _, err := c.Write([]byte("x")); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	cases := []struct {
		name   string
		script func(net.Conn)
		want   notify.Result
	}{
		{"closes", func(net.Conn) {}, notify.Deferred},
		{"garbage", func(c net.Conn) { fmt.Fprint(c, "220 mail.example.gov ESMTP\r\n") }, notify.Deferred},
		{"silent", func(c net.Conn) { _, _ = io.ReadAll(c) }, notify.Deferred},
		{"header never ends", func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 200 OK\r\nX: "); endless(c) }, notify.Deferred},
		{"header trickles", func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 200 OK\r\nX: "); trickle(c) }, notify.Deferred},
		{"200, then reset", func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
			_ = c.(*net.TCPConn).SetLinger(0)
		}, notify.Delivered},
		{"200, body never ends", func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 200 OK\r\n\r\n"); endless(c) }, notify.Delivered},
		{"200, body trickles", func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 200 OK\r\n\r\n"); trickle(c) }, notify.Delivered},
		{"500, body never ends", func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 500 no\r\n\r\n"); endless(c) }, notify.Deferred},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			written.Store(0)
			w := caller(t, WebhookConfig{Allowed: here, Timeout: 300 * time.Millisecond})
			start := time.Now()
			o := w.Send(context.Background(), hook(raw(t, c.script)))
			if o.Kind != c.want || time.Since(start) > 3*time.Second {
				t.Errorf("%+v after %v", o, time.Since(start))
			}
			// What the kernel buffers on both sides is not read by us.
			if written.Load() > 12<<20 {
				t.Errorf("%d bytes were taken", written.Load())
			}
		})
	}
}

func TestTargetIsLeftAlone(t *testing.T) {
	now := time.Unix(1_790_000_000, 0)
	w := caller(t, WebhookConfig{Allowed: here, Now: func() time.Time { return now }})
	var calls int
	healthy := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		if !healthy {
			w.WriteHeader(500)
		}
	}))
	defer server.Close()
	for range 20 {
		if o := w.Send(context.Background(), hook(server.URL)); o.Kind != notify.Deferred {
			t.Fatalf("%+v", o)
		}
	}
	if calls != 5 {
		t.Errorf("%d calls to a target in trouble", calls)
	}
	healthy, now = true, now.Add(31*time.Second)
	for range 3 {
		if o := w.Send(context.Background(), hook(server.URL)); o.Kind != notify.Delivered {
			t.Errorf("%+v", o)
		}
	}
	if len(w.rest) != 0 {
		t.Error("a healthy target is still remembered")
	}
}

func TestCallIsChecked(t *testing.T) {
	w := caller(t, WebhookConfig{Allowed: here})
	for name, change := range map[string]func(*notify.Hook){
		"no id": func(h *notify.Hook) { h.ID = "" }, "stop in id": func(h *notify.Hook) { h.ID = "a.b" },
		"line in id": func(h *notify.Hook) { h.ID = "a\r\nX: y" },
		"no secret":  func(h *notify.Hook) { h.Secret = "" }, "large": func(h *notify.Hook) { h.Payload = make([]byte, maxPayload+1) },
	} {
		h := hook("http://127.0.0.1:1/")
		change(&h)
		if o := w.Send(context.Background(), h); o.Kind != notify.Refused {
			t.Errorf("%s: %+v", name, o)
		}
	}
}
