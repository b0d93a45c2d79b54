package main

import (
	"bytes"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// sink is a mail server that takes everything and notes when.
type sink struct {
	listener net.Listener
	smtp     *smtp.Server

	mu    sync.Mutex
	count int
	keep  bool
	taken []taken
}

// taken is one mail: when its last byte was there, and what it is about.
type taken struct {
	at             time.Time
	incident, kind string
}

func startSink() (*sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{listener: l}
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return session{s}, nil }))
	s.smtp.Domain, s.smtp.ErrorLog = "sink.invalid", log.New(io.Discard, "", 0)
	go func() { _ = s.smtp.Serve(l) }()
	return s, nil
}

func (s *sink) addr() string { return s.listener.Addr().String() }

func (s *sink) close() { _ = s.smtp.Close() }

// seen is how many mails there were.
func (s *sink) seen() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// watch forgets what was taken and keeps from now on, or no longer.
func (s *sink) watch(keep bool) []taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.taken
	s.taken, s.keep = nil, keep
	return out
}

type session struct{ sink *sink }

func (session) Reset()                               {}
func (session) Logout() error                        { return nil }
func (session) Mail(string, *smtp.MailOptions) error { return nil }
func (session) Rcpt(string, *smtp.RcptOptions) error { return nil }

// Data takes a mail. The time is taken before the answer to it: from there on it is the mail server's.
func (x session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	x.sink.mu.Lock()
	defer x.sink.mu.Unlock()
	x.sink.count++
	if x.sink.keep {
		x.sink.taken = append(x.sink.taken, taken{time.Now(), header(raw, "X-Tocsin-Incident"), header(raw, "X-Tocsin-Kind")})
	}
	return nil
}

func header(raw []byte, name string) string {
	_, rest, ok := bytes.Cut(raw, []byte("\r\n"+name+": "))
	if !ok {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte("\r\n"))
	return string(value)
}
