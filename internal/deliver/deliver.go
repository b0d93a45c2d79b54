// Package deliver hands messages over to the outside: mail through SMTP, calls through signed webhooks. Each attempt is for
// one recipient and comes to one outcome; when to try again and when to tell a person is decided by notify, kept by the
// store and carried out by the courier. Nothing here is remembered beyond open connections.
package deliver

import (
	"sync"
	"time"
)

// breaker keeps a dead target from costing a full time-out for every message that waits for it. After some failures in a row
// the target rests; one attempt goes through when the rest is over. The rest stays short, so that a backlog leaves soon after
// an outage ends.
type breaker struct {
	after int           // failures in a row that open it
	rest  time.Duration // how long it then rests

	mu     sync.Mutex
	failed int
	until  time.Time
}

// wait answers how long the target still rests; 0 lets the caller try. When the rest is over one caller gets 0 and the
// others wait for what that attempt shows.
func (b *breaker) wait(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed < b.after {
		return 0
	}
	if left := b.until.Sub(now); left > 0 {
		return left
	}
	b.until = now.Add(b.rest)
	return 0
}

// report notes how an attempt to reach the target went. A refusal by the target is not a failure: it was reached.
func (b *breaker) report(now time.Time, reached bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if reached {
		b.failed = 0
		return
	}
	if b.failed++; b.failed >= b.after {
		b.until = now.Add(b.rest)
	}
}
