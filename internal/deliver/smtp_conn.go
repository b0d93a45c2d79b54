package deliver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"tocsin/internal/domain/notify"
)

// replyBudget is how many bytes a server may answer during one message or one greeting. A reply has no limit of its own in
// the protocol, so without one a server could fill our memory.
const replyBudget = 256 << 10

var errTooMuch = errors.New("the mail server answered more than it may")

// meter is a connection whose reading is bounded. It is used by one goroutine at a time.
type meter struct {
	net.Conn
	left int
}

// Read stops when the budget is used up.
func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errTooMuch
	}
	n, err := m.Conn.Read(p[:min(len(p), m.left)])
	m.left -= n
	return n, err
}

// conn is one session with the mail server. We drive go-mail's protocol client ourselves rather than its Client.Send: that
// tells deferral from refusal by the first letter of the error text, sends NOOP and RSET with every message, reports a
// message as failed when RSET fails after the server took it, and leaks the connection when a greeting fails.
type conn struct {
	c      SMTPConfig
	client *smtp.Client
	raw    *meter
	sent   int // messages so far
	expire *time.Timer
}

// connect opens a session up to the point where mail can be sent. Its errors are stepErrors at stageConnect.
func connect(ctx context.Context, c SMTPConfig) (_ *conn, err error) {
	d := net.Dialer{Timeout: c.Dial}
	if c.TLS == Plain {
		d.Control = loopbackOnly // the name may resolve to anything
	}
	nc, err := d.DialContext(ctx, "tcp", c.Addr)
	if err != nil {
		return nil, &stepError{stageConnect, err}
	}
	s := &conn{c: c, raw: &meter{nc, replyBudget}}
	stop := context.AfterFunc(ctx, func() { nc.Close() })
	defer stop()
	if err = s.greet(); err != nil {
		nc.Close()
		return nil, &stepError{stageConnect, err}
	}
	return s, nil
}

// greet reads the banner, introduces us, protects the connection and proves who we are.
func (s *conn) greet() (err error) {
	host, _, _ := net.SplitHostPort(s.c.Addr)
	config := &tls.Config{ServerName: host, RootCAs: s.c.RootCAs, MinVersion: tls.VersionTLS12}
	var wire net.Conn = s.raw
	if s.c.TLS == Implicit {
		wire = tls.Client(s.raw, config)
	}
	if err = s.raw.SetDeadline(time.Now().Add(s.c.Command)); err != nil {
		return err
	}
	if s.client, err = smtp.NewClient(wire, host); err != nil {
		return err
	}
	s.soon(s.c.Command)
	if err = s.client.Hello(s.c.Helo); err != nil {
		return err
	}
	if s.c.TLS == StartTLS {
		if ok, _ := s.client.Extension("STARTTLS"); !ok {
			return errors.New("the mail server does not offer STARTTLS, which is required")
		}
		s.soon(s.c.Command)
		if err = s.client.StartTLS(config); err != nil {
			return err
		}
	}
	s.soon(s.c.Command)
	return s.authenticate(host)
}

// soon sets the time by which the next step must be over. It is absolute, so a server that sends a byte a second gains nothing.
func (s *conn) soon(d time.Duration) { _ = s.client.UpdateDeadline(d) }

// authenticate uses the strongest mechanism that both sides have. CRAM-MD5 and NTLM are left out: they rest on broken hashes.
func (s *conn) authenticate(host string) error {
	if s.c.Username == "" {
		return nil
	}
	secret, err := os.ReadFile(s.c.PasswordFile)
	if err != nil {
		return errors.New("the mail password file cannot be read")
	}
	user, password := s.c.Username, strings.TrimRight(string(secret), "\r\n")
	_, offered := s.client.Extension("AUTH")
	has := func(mechanism string) bool {
		for m := range strings.FieldsSeq(offered) {
			if strings.EqualFold(m, mechanism) {
				return true
			}
		}
		return false
	}
	open := s.c.TLS == Plain // to this machine only, see check
	switch {
	case has("SCRAM-SHA-256"):
		return s.client.Auth(smtp.ScramSHA256Auth(user, password))
	case has("PLAIN"):
		return s.client.Auth(smtp.PlainAuth("", user, password, host, open))
	case has("LOGIN"):
		return s.client.Auth(smtp.LoginAuth(user, password, host, open))
	}
	return errors.New("the mail server offers no way to authenticate that we use")
}

// send hands one message over. The context ends it by closing the connection.
func (s *conn) send(ctx context.Context, m notify.Mail, msg []byte) (answer string, err error) {
	stop := context.AfterFunc(ctx, func() { s.raw.Close() })
	defer stop()
	s.raw.left = replyBudget
	if err := s.envelope(m, len(msg)); err != nil {
		return "", err
	}
	s.soon(s.c.Command)
	w, err := s.client.Data()
	if err != nil {
		return "", &stepError{stageData, err}
	}
	s.soon(s.c.Body)
	if _, err = w.Write(msg); err != nil {
		return "", &stepError{stageBody, err}
	}
	s.soon(s.c.Final)
	if err = w.Close(); err != nil {
		return "", &stepError{stageFinal, err}
	}
	s.sent++
	if d, ok := w.(*smtp.DataCloser); ok {
		answer = d.ServerResponse()
	}
	return answer, nil
}

// envelope names sender and recipient, and refuses here what the server has announced it cannot take.
func (s *conn) envelope(m notify.Mail, size int) error {
	plain := m.To.ASCII() && m.From.ASCII()
	if ok, _ := s.client.Extension("SMTPUTF8"); !plain && !ok {
		return &stepError{stageRcpt, fmt.Errorf("%w: it does not take international addresses", errLocal)}
	}
	if _, limit := s.client.Extension("SIZE"); limit != "" {
		if n, err := strconv.Atoi(limit); err == nil && n > 0 && size > n {
			return &stepError{stageMail, fmt.Errorf("%w: it takes at most %d bytes", errLocal, n)}
		}
	}
	// Asking for SMTPUTF8 without need makes relays refuse mail for servers that lack it.
	s.client.SkipSMTPUTF8(plain)
	s.soon(s.c.Command)
	if err := s.client.Mail("<" + m.From.Email + ">"); err != nil {
		return &stepError{stageMail, err}
	}
	s.soon(s.c.Command)
	if err := s.client.Rcpt("<" + m.To.Email + ">"); err != nil {
		return &stepError{stageRcpt, err}
	}
	return nil
}

// reset makes a session fit for the next message after a refusal; false when it is not.
func (s *conn) reset() bool {
	s.soon(s.c.Command)
	return s.client.Reset() == nil
}

// drop closes without ceremony.
func (s *conn) drop() { s.raw.Close() }

// quit says goodbye first; a server that does not answer is not waited for.
func (s *conn) quit() {
	s.raw.left = replyBudget
	s.soon(time.Second)
	_ = s.client.Quit()
	s.raw.Close()
}
