package notify

import "time"

// Queued is a message waiting in the delivery queue, as the courier claims it. The queue is a plain table: the fact that
// the message is owed, and the fact of how it ended, are in the ledger.
type Queued struct {
	Message  string // id; the left side of its Message-ID
	Stream   string // of the incident
	Lane     Lane
	Owed     time.Time
	Attempts int
	Next     time.Time
	Reply    string // of the last attempt
	Holder   string // who has claimed it
	Fence    int64  // token of the claim: a courier that lost its claim cannot defer the message any more
}
