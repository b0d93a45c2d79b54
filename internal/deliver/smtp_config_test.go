package deliver

import (
	"bytes"
	"context"
	"fmt"
	netmail "net/mail"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/internal/deliver/mailbox"
	"tocsin/internal/deliver/smtptest"
	"tocsin/internal/domain/notify"
)

func TestAuthentication(t *testing.T) {
	good, trust := smtptest.Certificate(t, time.Now().Add(time.Hour))
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("c4n4ry-secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	auth := func(s smtptest.Step) map[string]smtptest.Step { return map[string]smtptest.Step{"AUTH": s} }
	cases := []struct {
		name   string
		file   string
		script smtptest.Script
		want   notify.Result
	}{
		{"plain", file, smtptest.Script{TLS: good, Extensions: []string{"AUTH LOGIN PLAIN"}}, notify.Delivered},
		{"refused", file, smtptest.Script{TLS: good, Extensions: []string{"AUTH PLAIN"}, Steps: auth(smtptest.Step{Reply: "535 c4n4ry no"})},
			notify.Deferred},
		{"temporary", file, smtptest.Script{TLS: good, Extensions: []string{"AUTH PLAIN"}, Steps: auth(smtptest.Step{Reply: "454 later"})},
			notify.Deferred},
		{"not offered", file, smtptest.Script{TLS: good}, notify.Deferred},
		{"only weak ones", file, smtptest.Script{TLS: good, Extensions: []string{"AUTH CRAM-MD5 NTLM"}}, notify.Deferred},
		{"no file", file + ".none", smtptest.Script{TLS: good, Extensions: []string{"AUTH PLAIN"}}, notify.Deferred},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			server := smtptest.Start(t, c.script)
			s := sender(t, server.Addr(), func(s *SMTPConfig) {
				s.TLS, s.RootCAs, s.Username, s.PasswordFile = StartTLS, trust, "tocsin", c.file
			})
			o := s.Send(context.Background(), message("1", "ana@example.gov"))
			if o.Kind != c.want {
				t.Errorf("%+v", o)
			}
			if strings.Contains(o.Reply, "secret") {
				t.Errorf("the password is in %q", o.Reply)
			}
		})
	}
}

func TestConfigIsChecked(t *testing.T) {
	bad := map[string]SMTPConfig{
		"no address":           {},
		"no port":              {Addr: "mail.example.gov"},
		"clear to elsewhere":   {Addr: "192.0.2.1:25", TLS: Plain},
		"clear to a name":      {Addr: "mail.example.gov:25", TLS: Plain},
		"unknown mode":         {Addr: "127.0.0.1:25", TLS: "maybe"},
		"user without file":    {Addr: "127.0.0.1:25", Username: "x"},
		"password file only":   {Addr: "127.0.0.1:25", PasswordFile: "x"},
		"opportunistic is not": {Addr: "127.0.0.1:25", TLS: "opportunistic"},
	}
	for name, c := range bad {
		if _, err := NewSMTP(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if d := (SMTPConfig{Addr: "x:1"}).Longest(); d < 3*time.Minute || d > 20*time.Minute {
		t.Error(d)
	}
}

// Plain mode looks at the address dialled, not at the name.
func TestPlainStaysHere(t *testing.T) {
	if err := loopbackOnly("tcp4", "192.0.2.1:25", nil); err == nil {
		t.Error("left the machine")
	}
	for _, a := range []string{"127.0.0.1:25", "[::1]:25", "[::ffff:127.0.0.1]:25"} {
		if err := loopbackOnly("tcp", a, nil); err != nil {
			t.Error(a, err)
		}
	}
}

func TestInternationalAddress(t *testing.T) {
	m := message("1", "jos\u00e9@example.gov")
	old := smtptest.Start(t, smtptest.Script{})
	if o := sender(t, old.Addr()).Send(context.Background(), m); o.Kind != notify.Refused || len(old.Taken()) != 0 {
		t.Errorf("%+v", o)
	}
	current := smtptest.Start(t, smtptest.Script{Extensions: []string{"SMTPUTF8", "8BITMIME"}})
	s := sender(t, current.Addr())
	for _, x := range []struct {
		m    notify.Mail
		utf8 bool
	}{{m, true}, {message("2", "ana@example.gov"), false}} {
		if o := s.Send(context.Background(), x.m); o.Kind != notify.Delivered {
			t.Errorf("%+v", o)
		}
		lines := current.Commands()
		i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "RCPT TO:<"+x.m.To.Email) })
		if i < 1 || strings.Contains(lines[i-1], "SMTPUTF8") != x.utf8 {
			t.Errorf("%s: %q", x.m.To.Email, lines)
		}
	}
}

// S27: whatever stands in the fields, the parsed message has exactly our headers and the envelope exactly our recipient.
func TestHostileFieldsChangeNoHeader(t *testing.T) {
	want := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "References", "Subject", "To",
		"X-Tocsin-Incident", "X-Tocsin-Kind"}
	hostile := []string{"x\r\nBcc: v@example.org\r\n\r\nbody", "a\nSubject: b", "nul\x00", "=?utf-8?q?=0D=0ABcc:_x?=", `"quoted" <a@b>, c@d`,
		"\u202e\u2066", strings.Repeat("long", 5000), strings.Repeat("w ", 3000), "bad\xff", "<script>", "(comment)",
		".\r\nQUIT\r\n", "=\r\n", "ünï"}
	server := smtptest.Start(t, smtptest.Script{})
	s := sender(t, server.Addr())
	for i, h := range hostile {
		n := notify.Notice{Kind: notify.RoleNotice, Incident: h, To: h, Entity: notify.Party{Name: h}, Description: h}
		m := message(fmt.Sprint(i), "ana@example.gov")
		m.Subject, m.Text, m.HTML = notify.Render(n)
		m.Headers = n.Headers("tocsin.example.gov")
		delete(m.Headers, "Importance")
		m.From, m.To = notify.NewAddress(h, "tocsin@example.gov"), notify.NewAddress(h, "ana@example.gov")
		if o := s.Send(context.Background(), m); o.Kind != notify.Delivered {
			t.Fatalf("%q: %+v", h, o)
		}
		taken := server.Taken()[i]
		parsed, err := netmail.ReadMessage(strings.NewReader(taken.Data))
		if err != nil {
			t.Fatalf("%q: %v", h, err)
		}
		var got []string
		for name, values := range parsed.Header {
			got = append(got, name)
			if len(values) != 1 {
				t.Errorf("%q: %d of %s", h, len(values), name)
			}
		}
		if slices.Sort(got); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: headers %v", h, got)
		}
		to, err := parsed.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != "ana@example.gov" || taken.To != "ana@example.gov" ||
			taken.From != "tocsin@example.gov" {
			t.Errorf("%q: to %v, envelope %s to %s (%v)", h, to, taken.From, taken.To, err)
		}
		for l := range strings.SplitSeq(taken.Data, "\r\n") {
			if len(l) > 998 || strings.ContainsAny(l, "\n\r\x00") {
				t.Errorf("%q: line %.80q", h, l)
			}
		}
	}
}

func TestInvalidMessageIsNotSent(t *testing.T) {
	server := smtptest.Start(t, smtptest.Script{})
	m := message("1", "ana@example.gov\r\nRCPT TO:<victim@example.org>")
	if o := sender(t, server.Addr()).Send(context.Background(), m); o.Kind != notify.Refused || server.Opened() != 0 {
		t.Errorf("%+v, %d connections", o, server.Opened())
	}
}

// Through the real demonstration mailbox: everything arrives once and reads as written, under many senders at a time.
func TestMailboxGetsEverythingOnce(t *testing.T) {
	box, err := mailbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	s := sender(t, box.Addr())
	const n = 300
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := w; i < n; i += 8 {
				if o := s.Send(context.Background(), message(fmt.Sprint(i), "ana@example.gov")); o.Kind != notify.Delivered {
					t.Errorf("%+v", o)
				}
			}
		})
	}
	wg.Wait()
	s.Close()
	seen := map[string]int{}
	want := message("0", "ana@example.gov")
	for _, m := range box.Messages() {
		seen[m.MessageID]++
		if m.Text != want.Text || m.HTML != want.HTML || m.Subject != want.Subject || m.From != `"Tocsin" <tocsin@example.gov>` {
			t.Fatalf("%+v", m)
		}
	}
	for i := range n {
		if id := notify.MessageID(fmt.Sprint(i), "ana@example.gov", "tocsin.example.gov"); seen[id] != 1 {
			t.Errorf("message %d arrived %d times", i, seen[id])
		}
	}
}

func TestComposeIsDeterministic(t *testing.T) {
	a, err := compose(message("1", "ana@example.gov"))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := compose(message("1", "ana@example.gov"))
	if !bytes.Equal(a, b) {
		t.Error("two copies differ")
	}
}

func TestRateLimit(t *testing.T) {
	server := smtptest.Start(t, smtptest.Script{})
	s := sender(t, server.Addr(), func(c *SMTPConfig) { c.PerSecond = 50 })
	start := time.Now()
	for i := range 15 {
		s.Send(context.Background(), message(fmt.Sprint(i), "ana@example.gov"))
	}
	if d := time.Since(start); d < 150*time.Millisecond {
		t.Errorf("15 messages at 50 a second in %v", d)
	}
}

func BenchmarkSMTP(b *testing.B) {
	for _, workers := range []int{1, 4} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			box, err := mailbox.Start("127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			defer box.Close()
			s, err := NewSMTP(SMTPConfig{Addr: box.Addr(), TLS: Plain, Connections: workers})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			var wg sync.WaitGroup
			work := make(chan int)
			for range workers {
				wg.Go(func() {
					for i := range work {
						if o := s.Send(context.Background(), message(fmt.Sprint(i), "ana@example.gov")); o.Kind != notify.Delivered {
							b.Errorf("%+v", o)
						}
					}
				})
			}
			for i := 0; b.Loop(); i++ {
				work <- i
			}
			close(work)
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
		})
	}
}
