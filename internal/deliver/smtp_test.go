package deliver

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"go.uber.org/goleak"

	"tocsin/internal/deliver/mailbox"
	"tocsin/internal/deliver/smtptest"
	"tocsin/internal/domain/notify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var dated = time.Date(2026, 11, 21, 15, 4, 5, 0, time.FixedZone("PST", -8*3600))

func message(id, to string) notify.Mail {
	subject, text, html := notify.Render(notify.Notice{Kind: notify.AuthorityNotice, Incident: "7K3M-92QD-X", To: "Ana",
		Description: "line\n.\n..dots\r\nend"})
	return notify.Mail{MessageID: notify.MessageID(id, to, "tocsin.example.gov"),
		From: notify.Address{Name: "Tocsin", Email: "tocsin@example.gov"},
		To:   notify.Address{Name: "Ana Ruiz", Email: to}, Subject: subject, Text: text, HTML: html, Date: dated,
		Headers: map[string]string{"X-Tocsin-Incident": "7K3M-92QD-X"}}
}

// hasty makes time-outs well below smtptest.Slow. The others are long, so that a busy machine fails no test.
func hasty(c *SMTPConfig) {
	c.Dial, c.Command, c.Body, c.Final = 300*time.Millisecond, 300*time.Millisecond, 300*time.Millisecond, 300*time.Millisecond
}

func sender(t testing.TB, addr string, change ...func(*SMTPConfig)) *SMTP {
	t.Helper()
	c := SMTPConfig{Addr: addr, TLS: Plain, Helo: "tocsin.example.gov", Rest: 50 * time.Millisecond}
	for _, f := range change {
		f(&c)
	}
	s, err := NewSMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// F11: every way in which a server fails leads to the outcome that the courier needs.
func TestBehaviours(t *testing.T) {
	for _, b := range smtptest.Behaviours() {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			server := smtptest.Start(t, b.Script)
			start, haste := time.Now(), func(*SMTPConfig) {}
			if b.Script.Slow() {
				haste = hasty
			}
			o := sender(t, server.Addr(), haste).Send(context.Background(), message("m1", "ana@example.gov"))
			if o.Kind != b.Want || o.Uncertain != b.Uncertain || !strings.Contains(o.Reply, b.Reply) {
				t.Errorf("%+v, want %s, uncertain %v, %q", o, b.Want, b.Uncertain, b.Reply)
			}
			if o.Reply == "" || o.Reply != notify.CleanReply(o.Reply) || !utf8.ValidString(o.Reply) || o.At.Before(start) {
				t.Errorf("reply %q at %v", o.Reply, o.At)
			}
			if arrived := len(server.Taken()) == 1; arrived != b.Arrived {
				t.Errorf("arrived: %v", arrived)
			}
			if d := time.Since(start); b.Script.Slow() && d > smtptest.Slow {
				t.Errorf("took %v", d)
			}
		})
	}
}

// The resend after a lost answer is the same message to the last byte, once for every death. F12, RFC 1047
func TestLostAnswerResendsTheSame(t *testing.T) {
	for i := range 50 {
		server := smtptest.Start(t, smtptest.Script{Steps: map[string]smtptest.Step{smtptest.Dot: {Close: true, Once: true}}})
		s, m := sender(t, server.Addr()), message(fmt.Sprint(i), "ana@example.gov")
		if o := s.Send(context.Background(), m); o.Kind != notify.Deferred || !o.Uncertain {
			t.Fatalf("%+v", o)
		}
		if o := s.Send(context.Background(), m); o.Kind != notify.Delivered {
			t.Fatalf("%+v", o)
		}
		got := server.Taken()
		if len(got) != 2 || got[0] != got[1] {
			t.Fatalf("%d copies, or they differ", len(got))
		}
		for _, want := range []string{"Message-ID: <" + m.MessageID + ">\r\n", "Date: Sat, 21 Nov 2026 15:04:05 -0800\r\n",
			"Auto-Submitted: auto-generated\r\n"} {
			if !strings.Contains(got[0].Data, want) {
				t.Fatalf("lacks %q in\n%s", want, got[0].Data)
			}
		}
	}
}

// Z52: whatever a server answers, wherever, there is an outcome, and only a readable 2xx delivers.
func FuzzSMTPReply(f *testing.F) {
	for _, s := range []string{"250 ok", "550 no", "550-a\r\n550 b", "421", "\x00", "250-", "999 x", "-1 x", "2",
		"250 ok\r\n250 ok\r\n550 no", "\r\n\r\n"} {
		f.Add(s, uint8(1))
		f.Add(s, uint8(4))
	}
	steps := []string{smtptest.Banner, "EHLO", "MAIL", "RCPT", "DATA", smtptest.Dot}
	f.Fuzz(func(t *testing.T, reply string, at uint8) {
		if len(reply) > 4096 || reply == "" {
			t.Skip()
		}
		step := steps[int(at)%len(steps)]
		server := smtptest.Start(t, smtptest.Script{Steps: map[string]smtptest.Step{step: {Reply: reply}}})
		s := sender(t, server.Addr(), func(c *SMTPConfig) { c.Command, c.Final = 50*time.Millisecond, 50*time.Millisecond })
		o := s.Send(context.Background(), message("1", "ana@example.gov"))
		if o.Reply == "" || o.Reply != notify.CleanReply(o.Reply) || o.Uncertain && o.Kind != notify.Deferred {
			t.Errorf("%q at %s: %+v", reply, step, o)
		}
		if step == smtptest.Dot && o.Kind == notify.Delivered && !strings.HasPrefix(reply, "2") {
			t.Errorf("%q at %s: %+v", reply, step, o)
		}
	})
}

// One refused recipient leaves the others alone, on the same connection.
func TestRefusalOfOne(t *testing.T) {
	server := smtptest.Start(t, smtptest.Script{Recipients: map[string]smtptest.Step{"gone@example.gov": {Reply: "550 gone"}}})
	s := sender(t, server.Addr())
	want := []notify.Result{notify.Delivered, notify.Refused, notify.Delivered}
	for i, to := range []string{"ana@example.gov", "gone@example.gov", "lee@example.gov"} {
		if o := s.Send(context.Background(), message("m1", to)); o.Kind != want[i] {
			t.Errorf("%s: %+v", to, o)
		}
	}
	if server.Opened() != 1 || len(server.Taken()) != 2 {
		t.Errorf("%d connections, %d taken", server.Opened(), len(server.Taken()))
	}
}

func TestConnectionIsReused(t *testing.T) {
	server := smtptest.Start(t, smtptest.Script{})
	s := sender(t, server.Addr(), func(c *SMTPConfig) { c.PerConn = 10 })
	for i := range 25 {
		if o := s.Send(context.Background(), message(fmt.Sprint(i), "ana@example.gov")); o.Kind != notify.Delivered {
			t.Fatalf("%+v", o)
		}
	}
	if server.Opened() != 3 || len(server.Taken()) != 25 {
		t.Errorf("%d connections for 25 messages, 10 each", server.Opened())
	}
	for _, c := range server.Commands() {
		if c == "NOOP" || c == "RSET" {
			t.Errorf("wasted round trip: %s", c)
		}
	}
}

// A kept connection that the server closed meanwhile, silently or with 421, costs the message nothing.
func TestDeadConnectionIsReplaced(t *testing.T) {
	for _, how := range []string{"closed", "421"} {
		script := smtptest.Script{}
		server := smtptest.Start(t, script)
		s := sender(t, server.Addr())
		if o := s.Send(context.Background(), message("1", "ana@example.gov")); o.Kind != notify.Delivered {
			t.Fatalf("%+v", o)
		}
		if how == "closed" {
			server.Hangup()
		} else {
			server.Farewell()
		}
		if o := s.Send(context.Background(), message("2", "ana@example.gov")); o.Kind != notify.Delivered {
			t.Errorf("%s: %+v", how, o)
		}
		if server.Opened() != 2 || len(server.Taken()) != 2 {
			t.Errorf("%s: %d connections, %d taken", how, server.Opened(), len(server.Taken()))
		}
	}
}

func TestIdleConnectionIsClosed(t *testing.T) {
	server := smtptest.Start(t, smtptest.Script{})
	s := sender(t, server.Addr(), func(c *SMTPConfig) { c.Idle = 20 * time.Millisecond })
	s.Send(context.Background(), message("1", "ana@example.gov"))
	deadline := time.Now().Add(5 * time.Second)
	for !slices.Contains(server.Commands(), "QUIT") {
		if time.Now().After(deadline) {
			t.Fatal("still open")
		}
		time.Sleep(5 * time.Millisecond)
	}
	if o := s.Send(context.Background(), message("2", "ana@example.gov")); o.Kind != notify.Delivered {
		t.Errorf("%+v", o)
	}
}

func TestContextEndsASend(t *testing.T) {
	server := smtptest.Start(t, smtptest.Script{Steps: map[string]smtptest.Step{"RCPT": {Hang: true}}})
	s := sender(t, server.Addr(), func(c *SMTPConfig) { c.Command, c.Connections = time.Minute, 1 })
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for i := range 3 { // the second and third wait for the only slot
		wg.Go(func() {
			if o := s.Send(ctx, message(fmt.Sprint(i), "ana@example.gov")); o.Kind != notify.Deferred {
				t.Errorf("%+v", o)
			}
		})
	}
	start := time.Now()
	wg.Wait()
	if time.Since(start) > 5*time.Second {
		t.Error("took", time.Since(start))
	}
}

// A server that cannot be reached is left alone for a moment, then tried again, by one message first.
func TestBreaker(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	s := sender(t, addr, func(c *SMTPConfig) { c.Rest = 200 * time.Millisecond })
	for range 3 {
		if o := s.Send(context.Background(), message("1", "ana@example.gov")); o.Kind != notify.Deferred || o.RetryAfter != 0 {
			t.Fatalf("%+v", o)
		}
	}
	if o := s.Send(context.Background(), message("1", "ana@example.gov")); o.Kind != notify.Deferred || o.RetryAfter <= 0 ||
		o.RetryAfter > 200*time.Millisecond {
		t.Fatalf("%+v", o)
	}
	box, err := mailbox.Start(addr)
	if err != nil {
		t.Skip("the port was taken meanwhile:", err)
	}
	defer box.Close()
	time.Sleep(210 * time.Millisecond)
	for range 2 {
		if o := s.Send(context.Background(), message("1", "ana@example.gov")); o.Kind != notify.Delivered {
			t.Fatalf("%+v", o)
		}
	}
}

func TestTLS(t *testing.T) {
	good, trust := smtptest.Certificate(t, time.Now().Add(time.Hour))
	expired, trustExpired := smtptest.Certificate(t, time.Now().Add(-time.Hour))
	cases := []struct {
		name   string
		mode   TLSMode
		script smtptest.Script
		trust  *x509.CertPool
		want   notify.Result
		reply  string
	}{
		{"starttls", StartTLS, smtptest.Script{TLS: good}, trust, notify.Delivered, "250"},
		{"implicit", Implicit, smtptest.Script{TLS: good, Implicit: true}, trust, notify.Delivered, "250"},
		{"absent", StartTLS, smtptest.Script{}, trust, notify.Deferred, "does not offer STARTTLS"},
		{"refused", StartTLS, smtptest.Script{TLS: good, Steps: map[string]smtptest.Step{"STARTTLS": {Reply: "454 not now"}}}, trust,
			notify.Deferred, "454"},
		{"refused for good", StartTLS, smtptest.Script{TLS: good, Steps: map[string]smtptest.Step{"STARTTLS": {Reply: "554 never"}}}, trust,
			notify.Deferred, "554"},
		{"hangs", StartTLS, smtptest.Script{TLS: good, Steps: map[string]smtptest.Step{"STARTTLS": {Hang: true}}}, trust,
			notify.Deferred, "timeout"},
		{"untrusted", StartTLS, smtptest.Script{TLS: good}, x509.NewCertPool(), notify.Deferred, "certificate"},
		{"expired", StartTLS, smtptest.Script{TLS: expired}, trustExpired, notify.Deferred, "expired"},
		{"implicit expired", Implicit, smtptest.Script{TLS: expired, Implicit: true}, trustExpired, notify.Deferred, "expired"},
		{"implicit to a plain server", Implicit, smtptest.Script{}, trust, notify.Deferred, "TLS"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			server := smtptest.Start(t, c.script)
			s := sender(t, server.Addr(), func(s *SMTPConfig) {
				if s.TLS, s.RootCAs = c.mode, c.trust; c.script.Slow() {
					hasty(s)
				}
			})
			o := s.Send(context.Background(), message("1", "ana@example.gov"))
			if o.Kind != c.want || !strings.Contains(o.Reply, c.reply) {
				t.Errorf("%+v", o)
			}
			if delivered := len(server.Taken()) == 1; delivered != (c.want == notify.Delivered) {
				t.Error("taken:", delivered)
			}
			if c.want != notify.Delivered && slices.ContainsFunc(server.Commands(), func(l string) bool { return strings.HasPrefix(l, "MAIL") }) {
				t.Error("went on without protection")
			}
		})
	}
}
