package e2e

import (
	"io"
	"log"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// sink is a mail server inside the test: it outlives the program under test, so that it sees what a real mail server would
// see of one that is killed.
type sink struct {
	addr string

	mu     sync.Mutex
	copies map[string][]letter // by Message-ID
	total  int
}

// letter is one message as it came over the wire.
type letter struct {
	to  string // envelope
	raw string
}

func startSink(t testing.TB) *sink {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{addr: l.Addr().String(), copies: map[string][]letter{}}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &sinkSession{sink: s}, nil }))
	server.Domain, server.EnableSMTPUTF8 = "sink.example", true
	server.ErrorLog = log.New(io.Discard, "", 0) // a killed client breaks off in the middle
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	return s
}

// take keeps a message whole, before the client hears that it was taken.
func (s *sink) take(l letter) {
	id := "none"
	if m, err := netmail.ReadMessage(strings.NewReader(l.raw)); err == nil {
		id = strings.Trim(m.Header.Get("Message-Id"), "<>")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.copies[id] = append(s.copies[id], l)
	s.total++
}

// count is how many different messages came.
func (s *sink) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.copies)
}

// arrived is every copy of every message so far.
func (s *sink) arrived() map[string][]letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string][]letter, len(s.copies))
	for id, l := range s.copies {
		out[id] = append([]letter(nil), l...)
	}
	return out
}

type sinkSession struct {
	sink *sink
	to   []string
}

func (s *sinkSession) Reset()                               { s.to = nil }
func (s *sinkSession) Logout() error                        { return nil }
func (s *sinkSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

func (s *sinkSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err // the client is gone: nothing was taken
	}
	for _, to := range s.to {
		s.sink.take(letter{to, string(raw)})
	}
	return nil
}
