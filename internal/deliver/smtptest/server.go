// Package smtptest is a mail server that misbehaves on purpose: each script is one way in which real servers fail, with the
// outcome that a sender must report. It serves tests only.
package smtptest

import (
	"bufio"
	"crypto/tls"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// Step is what the server does when a command arrives. The zero value answers as a good server does.
type Step struct {
	Reply   string        // instead of the usual one; lines end with CRLF, which is added at the end
	Wait    time.Duration // before answering
	PerByte time.Duration // between the bytes of the answer
	Hang    bool          // no answer, connection kept
	Close   bool          // close the connection, after Reply where there is one
	Once    bool          // only the first time; afterwards like a good server
	Swallow bool          // DOT only: answer well and lose the message
}

// The steps that a script may change, besides the verbs themselves.
const (
	Banner = "BANNER"
	Dot    = "DOT" // the end of the message
)

// Script is how a server behaves.
type Script struct {
	Refuse     bool             // nobody listens
	Steps      map[string]Step  // by verb, Banner or Dot
	Recipients map[string]Step  // RCPT, by address; before Steps
	Extensions []string         // announced after EHLO, besides STARTTLS
	TLS        *tls.Certificate // offer STARTTLS with it
	Implicit   bool             // TLS from the first byte
}

// Slow says whether the script makes a client wait.
func (s Script) Slow() bool {
	for _, step := range s.Steps {
		if step.Hang || step.Wait > 0 || step.PerByte > 0 {
			return true
		}
	}
	return false
}

// Taken is a message that the server took responsibility for.
type Taken struct {
	From, To, Data string
}

// Server runs a script.
type Server struct {
	script   Script
	listener net.Listener
	addr     string

	mu       sync.Mutex
	taken    []Taken
	commands []string
	seen     map[string]int
	conns    map[net.Conn]bool
	opened   int
	leaving  int // connections up to this number answer 421
	wg       sync.WaitGroup
	done     chan struct{}
}

// Start runs a script until the test ends.
func Start(t testing.TB, script Script) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{script: script, listener: l, addr: l.Addr().String(), seen: map[string]int{}, conns: map[net.Conn]bool{},
		done: make(chan struct{})}
	if script.Refuse {
		l.Close()
		return s
	}
	s.wg.Go(s.accept)
	t.Cleanup(s.close)
	return s
}

func (s *Server) close() {
	close(s.done)
	s.listener.Close()
	s.Hangup()
	s.wg.Wait()
}

// Hangup closes every open connection, as a server does that restarts.
func (s *Server) Hangup() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.Close()
	}
}

// Farewell makes every open connection answer its next command with 421 and close, as a server does that is shut down with care.
func (s *Server) Farewell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaving = s.opened
}

// Addr is where the server listens.
func (s *Server) Addr() string { return s.addr }

// Taken returns the messages that the server took, in order.
func (s *Server) Taken() []Taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Taken(nil), s.taken...)
}

// Commands returns the lines that clients sent, without message bodies.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.commands...)
}

// Opened is how many connections there were.
func (s *Server) Opened() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[c] = true
		s.opened++
		number := s.opened
		s.mu.Unlock()
		s.wg.Go(func() {
			defer func() {
				c.Close()
				s.mu.Lock()
				delete(s.conns, c)
				s.mu.Unlock()
			}()
			s.serve(c, number)
		})
	}
}

// session is one connection.
type session struct {
	s        *Server
	c        net.Conn
	r        *bufio.Reader
	from, to string
	tls      bool
}

func (s *Server) serve(c net.Conn, number int) {
	x := &session{s: s, c: c}
	if s.script.Implicit {
		x.c, x.tls = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{*s.script.TLS}}), true
	}
	x.r = bufio.NewReader(x.c)
	if !x.answer(Banner, s.step(Banner), "220 test ready") {
		return
	}
	for {
		l, err := x.r.ReadString('\n')
		if err != nil {
			return
		}
		l = strings.TrimRight(l, "\r\n")
		s.mu.Lock()
		s.commands = append(s.commands, l)
		leaving := number <= s.leaving
		s.mu.Unlock()
		if leaving {
			x.write("421 4.3.2 shutting down\r\n", 0)
			return
		}
		if !x.command(l) {
			return
		}
	}
}

// step is what the script wants done now, counting how often it was asked.
func (s *Server) step(name string) Step {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[name]++
	step := s.script.Steps[name]
	if step.Once && s.seen[name] > 1 {
		return Step{}
	}
	return step
}

// answer does a step; false ends the connection.
func (x *session) answer(name string, step Step, usual string) bool {
	if step.Wait > 0 {
		select {
		case <-time.After(step.Wait):
		case <-x.s.done:
			return false
		}
	}
	if step.Hang {
		_, _ = x.r.ReadByte() // until the other side gives up or the test ends
		return false
	}
	if step.Close && step.Reply == "" {
		return false
	}
	if step.Reply != "" {
		usual = step.Reply
	}
	return x.write(usual+"\r\n", step.PerByte) && !step.Close
}

func (x *session) write(text string, perByte time.Duration) bool {
	if perByte == 0 {
		_, err := x.c.Write([]byte(text))
		return err == nil
	}
	for i := range len(text) {
		select {
		case <-time.After(perByte):
		case <-x.s.done:
			return false
		}
		if _, err := x.c.Write([]byte{text[i]}); err != nil {
			return false
		}
	}
	return true
}

func (x *session) command(l string) bool {
	verb, arg, _ := strings.Cut(l, " ")
	verb = strings.ToUpper(verb)
	step := x.s.step(verb)
	switch verb {
	case "EHLO":
		return x.answer(verb, step, x.greeting())
	case "STARTTLS":
		return x.answer(verb, step, "220 go ahead") && x.startTLS(step)
	case "AUTH":
		return x.answer(verb, step, "235 welcome")
	case "MAIL":
		x.from = address(arg)
		return x.answer(verb, step, "250 sender ok")
	case "RCPT":
		x.to = address(arg)
		if special, ok := x.s.script.Recipients[x.to]; ok {
			step = special
		}
		return x.answer(verb, step, "250 recipient ok")
	case "DATA":
		if !x.answer(verb, step, "354 go ahead") {
			return false
		}
		return step.Reply != "" || x.data()
	case "QUIT":
		x.answer(verb, step, "221 bye")
		return false
	}
	return x.answer(verb, step, "250 ok")
}

func (x *session) greeting() string {
	ext := append([]string{"test"}, x.s.script.Extensions...)
	if x.s.script.TLS != nil && !x.tls {
		ext = append(ext, "STARTTLS")
	}
	lines := make([]string, len(ext))
	for i, e := range ext {
		lines[i] = "250-" + e
	}
	lines[len(lines)-1] = "250 " + ext[len(ext)-1]
	return strings.Join(lines, "\r\n")
}

func (x *session) startTLS(step Step) bool {
	if step.Reply != "" || x.s.script.TLS == nil {
		return true
	}
	c := tls.Server(x.c, &tls.Config{Certificates: []tls.Certificate{*x.s.script.TLS}})
	if err := c.Handshake(); err != nil {
		return false
	}
	x.c, x.r, x.tls = c, bufio.NewReader(c), true
	return true
}

// data reads the message up to the dot, takes it and answers; a Dot step may take it and die, or answer and lose it.
func (x *session) data() bool {
	var b strings.Builder
	for {
		l, err := x.r.ReadString('\n')
		if err != nil {
			return false
		}
		if l == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(l, "."))
	}
	step := x.s.step(Dot)
	if !step.Swallow && (step.Reply == "" || strings.HasPrefix(step.Reply, "2")) {
		x.s.mu.Lock()
		x.s.taken = append(x.s.taken, Taken{x.from, x.to, b.String()})
		x.s.mu.Unlock()
	}
	return x.answer(Dot, step, "250 taken")
}

// address is what stands between the angle brackets.
func address(arg string) string {
	_, arg, _ = strings.Cut(arg, "<")
	arg, _, _ = strings.Cut(arg, ">")
	return arg
}
