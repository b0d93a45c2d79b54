package notify

import "time"

// Probe is a message that is about no incident: a test of a channel, or the canary. It takes the same path as every other
// message, and what became of it is shown instead of recorded.
type Probe struct {
	ID        string
	Kind      Kind   // TestMessage, Canary or Alarm
	Authority string // whose channel a test tries
	Channel   string // "mail" or "webhook"
	To        string // address of the mailbox; of a webhook the host alone
	By        string // id of the actor who asked for it
	Words     string // what an alarm is about
	Created   time.Time
	Outcome   Result // empty while it is on its way
	Reply     string // what the other side said last
	At        time.Time
	Attempts  int
}

// Took is how long the probe took, or has been on its way so far.
func (p Probe) Took(now time.Time) time.Duration {
	if p.Outcome == "" || p.At.IsZero() {
		return now.Sub(p.Created)
	}
	return p.At.Sub(p.Created)
}

// Arrived says that the receiving server took it.
func (p Probe) Arrived() bool { return p.Outcome == Delivered }

// ProbeLimit bounds how many probes of a kind may be made since an instant.
type ProbeLimit struct {
	Since     time.Time
	Most      int
	OfChannel bool // counts those of the same authority and channel only
}
