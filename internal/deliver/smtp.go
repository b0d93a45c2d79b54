package deliver

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"tocsin/internal/domain/notify"
)

// TLSMode says how the connection to the mail server is protected.
type TLSMode string

// The modes. There is no opportunistic one: it is no protection against whoever can strip it.
const (
	StartTLS TLSMode = "starttls" // required after connecting; the usual one on port 587
	Implicit TLSMode = "implicit" // from the first byte; port 465
	Plain    TLSMode = "none"     // only to this machine
)

// SMTPConfig says how mail leaves. The zero value of every duration and count is a sensible default.
type SMTPConfig struct {
	Addr         string  // host:port of the submission server
	TLS          TLSMode // default StartTLS
	Username     string  // empty: no authentication
	PasswordFile string  // read at every connection, so that a changed password needs no restart
	Helo         string  // name we introduce ourselves with; default: this machine's name

	RootCAs *x509.CertPool // nil: the system's

	Connections int // open at once; default 4
	PerConn     int // messages over one connection; default 200, because servers count
	PerSecond   int // messages a second over all connections; 0: no limit

	Dial    time.Duration // to open the connection; default 10 s
	Command time.Duration // for the banner and each command; default 30 s
	Body    time.Duration // to write the message; default 60 s
	Final   time.Duration // for the answer to the whole message; default 120 s. Too short makes second copies (RFC 1047)
	Idle    time.Duration // after which an unused connection is closed; default 30 s
	Rest    time.Duration // how long a server that cannot be reached is left alone; default 5 s
}

// withDefaults fills what is not set.
func (c SMTPConfig) withDefaults() SMTPConfig {
	if c.TLS == "" {
		c.TLS = StartTLS
	}
	if c.Helo == "" {
		c.Helo, _ = os.Hostname()
	}
	if !plainHost(c.Helo) {
		c.Helo = "localhost"
	}
	c.Connections, c.PerConn = or(c.Connections, 4), or(c.PerConn, 200)
	c.Dial, c.Command = or(c.Dial, 10*time.Second), or(c.Command, 30*time.Second)
	c.Body, c.Final = or(c.Body, time.Minute), or(c.Final, 2*time.Minute)
	c.Idle, c.Rest = or(c.Idle, 30*time.Second), or(c.Rest, 5*time.Second)
	return c
}

// or is the value, or what stands for zero and below.
func or[T int | time.Duration](v, fallback T) T {
	if v <= 0 {
		return fallback
	}
	return v
}

// check refuses a configuration that would send credentials or reports in the clear.
func (c SMTPConfig) check() error {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil || host == "" {
		return fmt.Errorf("mail server address must be host:port")
	}
	switch c.TLS {
	case StartTLS, Implicit:
	case Plain:
		if ip := net.ParseIP(host); (ip == nil || !ip.IsLoopback()) && host != "localhost" {
			return fmt.Errorf("mail without TLS is allowed to this machine only, not to %q", host)
		}
	default:
		return fmt.Errorf("mail TLS mode must be starttls, implicit or none")
	}
	if c.Username == "" != (c.PasswordFile == "") {
		return fmt.Errorf("mail user name and password file go together")
	}
	return nil
}

// Longest is the most time that one Send takes: a lease on a message must last longer.
func (c SMTPConfig) Longest() time.Duration {
	c = c.withDefaults()
	// Banner, two greetings, STARTTLS, three steps of authentication, MAIL, RCPT, DATA and RSET, on a fresh connection after
	// a kept one turned out to be dead before DATA.
	return 2*(c.Dial+11*c.Command) + c.Body + c.Final
}

// SMTP sends mail. It keeps a few connections open between messages. Safe for concurrent use; Close it when done.
type SMTP struct {
	c     SMTPConfig
	pool  *pool
	rest  breaker
	limit *rate.Limiter
}

// NewSMTP checks the configuration. It does not connect: the server may be down now and up when a message is owed.
func NewSMTP(c SMTPConfig) (*SMTP, error) {
	c = c.withDefaults()
	if err := c.check(); err != nil {
		return nil, err
	}
	s := &SMTP{c: c, pool: newPool(c), rest: breaker{after: 3, rest: c.Rest}}
	if c.PerSecond > 0 {
		s.limit = rate.NewLimiter(rate.Limit(c.PerSecond), max(1, c.PerSecond/10))
	}
	return s, nil
}

// Close ends the idle connections; those in use end with their message.
func (s *SMTP) Close() error { return s.pool.close() }

// Send hands one message over for one recipient. It always answers with an outcome: Delivered when the server took
// responsibility, Refused when it said so for good, Deferred for everything else, including everything that is no fault of
// the recipient's (connection, TLS, our own credentials). It never panics on what a server says.
func (s *SMTP) Send(ctx context.Context, m notify.Mail) notify.Outcome {
	now := time.Now()
	if err := m.Check(); err != nil {
		// The message itself cannot be sent; trying again would not mend it, so a person must look.
		return notify.NewOutcome(notify.Refused, now, "not sent: %v", err)
	}
	if s.limit != nil {
		if err := s.limit.Wait(ctx); err != nil {
			return notify.NewOutcome(notify.Deferred, now, "sending was stopped")
		}
	}
	if left := s.rest.wait(now); left > 0 {
		o := notify.NewOutcome(notify.Deferred, now, "the mail server could not be reached just now")
		o.RetryAfter = left
		return o
	}
	msg, err := compose(m)
	if err != nil {
		return notify.NewOutcome(notify.Refused, now, "not sent: %v", err)
	}
	answer, err := s.hand(ctx, m, msg)
	if ctx.Err() == nil {
		s.rest.report(time.Now(), !unreachable(err))
	}
	if err != nil {
		return classify(err)
	}
	return notify.NewOutcome(notify.Delivered, time.Now(), "250 %s", answer)
}

// hand takes a connection, sends over it and gives it back. A kept connection that turns out to be dead before anything of
// the message was sent is replaced once: servers close idle connections whenever they like.
func (s *SMTP) hand(ctx context.Context, m notify.Mail, msg []byte) (answer string, err error) {
	leave, err := s.pool.enter(ctx)
	if err != nil {
		return "", &stepError{stageConnect, err}
	}
	defer leave()
	c := s.pool.kept()
	reused := c != nil
	if c == nil {
		if c, err = s.pool.dial(ctx); err != nil {
			return "", err
		}
	}
	answer, err = c.send(ctx, m, msg)
	if reused && stale(err) && ctx.Err() == nil {
		c.drop()
		if c, err = s.pool.dial(ctx); err != nil {
			return "", err
		}
		answer, err = c.send(ctx, m, msg)
	}
	s.pool.give(c, err)
	return answer, err
}

// plainHost accepts a name that may stand in a greeting.
func plainHost(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-')
	}) < 0
}
