package notify

import "time"

// The retry schedule. Mail servers that greylist want 5 to 30 minutes; an outage of days must not push attempts so far
// apart that the backlog outlives the outage, hence the low ceiling.
const (
	firstRetry   = 45 * time.Second
	longestRetry = 15 * time.Minute
	dailyRetry   = 24 * time.Hour
	jitterShare  = 0.25
	longestHint  = time.Hour
)

// GiveUpAfter is the age at which a message that was only ever deferred is handed to a person. It is still tried once a day
// after that: a message is never dropped for its age.
const GiveUpAfter = 5 * 24 * time.Hour

// Message is what the schedule needs to know of a message that was just attempted.
type Message struct {
	Owed      time.Time // when it was first owed
	Attempts  int       // attempts so far, including the one just made
	Escalated bool      // a person has been told of it already
}

// Next is what becomes of a message after an attempt.
type Next struct {
	Done     bool      // no more attempts: delivered, or refused for good
	At       time.Time // when to try again; zero when Done
	Escalate bool      // tell a named person now that this recipient has not got it
	Why      string    // plain words for that person; empty without Escalate
}

// Decide says what becomes of a message after an outcome. jitter is a random number from 0 up to 1, so that messages that
// failed together do not come back together. Every message ends delivered or escalated, never silently.
func Decide(m Message, o Outcome, jitter float64) Next {
	switch o.Kind {
	case Delivered:
		return Next{Done: true}
	case Refused:
		// The other recipients of the same fact have messages of their own and are left alone.
		return Next{Done: true, Escalate: !m.Escalated, Why: why(m, "the receiving side refused it for good")}
	}
	n := Next{At: o.At.Add(delay(m, o, jitter))}
	if o.At.Sub(m.Owed) >= GiveUpAfter && !m.Escalated {
		n.Escalate, n.Why = true, "it has been deferred for five days; it is still tried once a day"
	}
	return n
}

func why(m Message, words string) string {
	if m.Escalated {
		return ""
	}
	return words
}

// delay is how long to wait before the next attempt. A server's own hint may lengthen it, up to an hour.
func delay(m Message, o Outcome, jitter float64) time.Duration {
	base := longestRetry
	if o.At.Sub(m.Owed) >= GiveUpAfter {
		base = dailyRetry
	} else if n := max(m.Attempts, 1); n < 6 {
		base = min(longestRetry, firstRetry<<(n-1))
	}
	jitter = min(max(jitter, 0), 1)
	d := time.Duration(float64(base) * (1 - jitterShare + 2*jitterShare*jitter))
	return max(d, min(o.RetryAfter, longestHint))
}
