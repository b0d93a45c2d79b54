package ledger

import "time"

// Draft is a fact about to be appended, with the texts it binds.
type Draft struct {
	Fact  any // a registered type
	Texts map[string]Digest
}

// Decision is what one command leads to: facts of one stream, at one instant, by one actor, and the texts they bind.
type Decision struct {
	At      time.Time
	Actor   string
	Pack    string // digest of the pack that influenced it
	Drafts  []Draft
	Texts   []Text
	Dispose []Digest // texts that are lawfully deleted
	Log     []Attempt
}

// Attempt is one line of the delivery log that goes with a decision. It is no fact: what the other side answered may name
// people.
type Attempt struct {
	Message string
	At      time.Time
	Outcome string // delivered, deferred, refused
	Reply   string
}
