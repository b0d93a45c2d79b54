// Package mailbox is the built-in mail server of the demonstration: mail that leaves through the real path arrives here and
// can be read in the browser. It listens on this machine only, takes mail for anybody, sends nothing on, and keeps everything
// in memory: with the process the mail is gone.
package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/netip"
	"time"

	"github.com/emersion/go-smtp"
)

// Bounds. A demonstration must not eat the machine it runs on.
const (
	// Capacity is how many messages are kept; then the oldest make room, and Dropped counts them.
	Capacity      = 200_000
	maxMessage    = 4 << 20 // bytes
	maxRecipients = 100
	idleTimeout   = 5 * time.Minute
)

// Message is one message as received.
type Message struct {
	To         []string  `json:"to"` // envelope recipients, which is who gets it, whatever the header says
	From       string    `json:"from"`
	Subject    string    `json:"subject"`
	MessageID  string    `json:"message_id"` // without angle brackets
	ReceivedAt time.Time `json:"received_at"`
	Text       string    `json:"text"`
	// HTML is the other form of the same message. It comes from outside: show it in a sandbox or not at all.
	HTML string `json:"-"`
	// Number counts messages from 1 in the order of arrival, and names the message while it is kept.
	Number int `json:"-"`
}

// Server is a running mailbox. Safe for concurrent use.
type Server struct {
	box
	smtp     *smtp.Server
	listener net.Listener
	served   chan error
}

// Start listens on addr, which must be an address of this machine's loopback ("127.0.0.1:0" picks a free port).
func Start(addr string) (*Server, error) {
	ap, err := netip.ParseAddrPort(addr)
	if err != nil || !ap.Addr().IsLoopback() {
		return nil, fmt.Errorf("the demonstration mailbox listens on a loopback address only, such as 127.0.0.1:0")
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("demonstration mailbox: %w", err)
	}
	s := &Server{listener: l, served: make(chan error, 1), box: box{capacity: Capacity, arrived: make(chan struct{})}}
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{box: &s.box}, nil }))
	s.smtp.Domain = "tocsin.invalid"
	s.smtp.MaxMessageBytes = maxMessage
	s.smtp.MaxRecipients = maxRecipients
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = idleTimeout, time.Minute
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.ErrorLog = log.New(io.Discard, "", 0) // what clients do wrong is their business, and their text stays out of logs
	go func() { s.served <- s.smtp.Serve(l) }()
	return s, nil
}

// Addr is the address that mail is to be sent to, as host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close stops the server and ends its connections. What it received stays readable.
func (s *Server) Close() error {
	err := s.smtp.Close()
	if errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	<-s.served
	return err
}

// Wait returns the first message, kept or still to come, that want accepts; the context's error if none comes in time.
func (s *Server) Wait(ctx context.Context, want func(Message) bool) (Message, error) {
	for from := 0; ; {
		next := s.next()
		if m, ok := s.find(from, want); ok {
			return m, nil
		}
		from = s.last()
		select {
		case <-next:
		case <-ctx.Done():
			return Message{}, ctx.Err()
		}
	}
}

// session is one connection. go-smtp calls it from one goroutine.
type session struct {
	box  *box
	from string
	to   []string
}

// Reset forgets the message being received.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout has nothing to free.
func (s *session) Logout() error { return nil }

// Mail notes the sender.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt takes any recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Data keeps the message. What cannot be parsed is kept as plain text: a reader must see that something came.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m := parse(raw)
	m.To, m.ReceivedAt = append([]string{}, s.to...), time.Now()
	if m.From == "" {
		m.From = s.from
	}
	return s.box.put(m)
}
