package notify

import (
	"fmt"
	"time"
)

// Result is what one attempt to hand a message over came to.
type Result string

// The results.
const (
	Delivered Result = "delivered" // the receiving server took responsibility for it
	Deferred  Result = "deferred"  // not now: try again
	Refused   Result = "refused"   // never to this recipient: a person must be told
)

// maxReply bounds a server's reply, in characters: replies are shown and stored, and their author is not trusted.
const maxReply = 300

// Outcome is what one attempt for one recipient came to.
type Outcome struct {
	Kind Result
	// Reply is what the other side said, or what went wrong: one line, bounded, without control characters.
	Reply string
	At    time.Time
	// RetryAfter is how long the other side asked to be left alone; 0 where it did not say.
	RetryAfter time.Duration
	// Uncertain marks a deferral after the whole message was sent but before the reply came: it may have arrived, so the
	// next attempt may be a second copy (RFC 1047). It carries the same Message-ID.
	Uncertain bool
}

// NewOutcome builds an outcome from a reply that is not trusted.
func NewOutcome(kind Result, at time.Time, format string, args ...any) Outcome {
	return Outcome{Kind: kind, At: at, Reply: CleanReply(fmt.Sprintf(format, args...))}
}

// CleanReply makes one bounded line of whatever a server answered, safe to store, log and show.
func CleanReply(s string) string { return line(s, maxReply) }
