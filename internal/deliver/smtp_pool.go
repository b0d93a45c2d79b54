package deliver

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// pool keeps sessions open between messages: a greeting with TLS and authentication costs more than the message.
type pool struct {
	c     SMTPConfig
	slots chan struct{} // one for each session in use or being opened

	mu     sync.Mutex
	idle   []*conn
	closed bool
}

var errClosed = errors.New("mail sending was shut down")

func newPool(c SMTPConfig) *pool {
	return &pool{c: c, slots: make(chan struct{}, c.Connections)}
}

// enter waits for a free slot; leave gives it back.
func (p *pool) enter(ctx context.Context) (leave func(), err error) {
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// kept returns the session used last, or nil. The latest is the least likely to have been closed by the server.
func (p *pool) kept() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if c.expire.Stop() {
			return c
		}
	}
	return nil
}

func (p *pool) dial(ctx context.Context) (*conn, error) {
	p.mu.Lock()
	closed := p.closed
	p.mu.Unlock()
	if closed {
		return nil, &stepError{stageConnect, errClosed}
	}
	return connect(ctx, p.c)
}

// give takes a session back after a message. It is kept when the server is known to wait for the next message: after it took
// one (a new MAIL begins afresh, so that RSET would be a wasted round trip), or after it refused one and was reset.
func (p *pool) give(c *conn, err error) {
	if err != nil && !(usable(err) && c.reset()) {
		c.drop()
		return
	}
	p.mu.Lock()
	keep := !p.closed && c.sent < p.c.PerConn
	if keep {
		c.expire = time.AfterFunc(p.c.Idle, func() { p.remove(c) })
		p.idle = append(p.idle, c)
	}
	p.mu.Unlock()
	if !keep {
		c.quit()
	}
}

// usable says whether a session can go on after a failure: the server said no in a way that we understood, and is not leaving.
func usable(err error) bool {
	code := replyCode(err)
	return errors.Is(err, errLocal) || code >= 400 && code != 421
}

// remove ends a session that nobody used for a while. It may have been taken out of the list meanwhile by close.
func (p *pool) remove(c *conn) {
	p.mu.Lock()
	for i, o := range p.idle {
		if o == c {
			p.idle = append(p.idle[:i], p.idle[i+1:]...)
			break
		}
	}
	p.mu.Unlock()
	c.quit()
}

func (p *pool) close() error {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, c := range idle {
		if c.expire.Stop() {
			c.quit()
		}
	}
	return nil
}

// loopbackOnly lets a connection out only to this machine. It looks at the address that is dialled, whatever the name said.
func loopbackOnly(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !ap.Addr().Unmap().IsLoopback() {
		return errors.New("mail without TLS is allowed to this machine only")
	}
	return nil
}
