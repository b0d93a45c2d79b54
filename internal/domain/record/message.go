package record

import (
	"maps"
	"time"
)

// Message is one mail that a record owes to one person, or to the operator where there is nobody else to tell.
type Message struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Person   string `json:"person,omitempty"`
	Operator bool   `json:"operator,omitempty"`
	About    string `json:"about,omitempty"` // the message that could not be delivered
}

// KindUndeliverable tells the operator that a message to a person was not taken.
const KindUndeliverable = "undeliverable"

// Outcomes of a message.
const (
	Delivered = "delivered"
	Refused   = "refused"
	GaveUp    = "gave_up" // days without being accepted; it is still tried
)

// MessageOutcome says what became of a message.
type MessageOutcome struct{ Message, Outcome, Digest string }

// MessageEnd says how a message ended: delivered, refused, or given up for now while it is still tried. Each kind of record has a fact of
// its own that is one.
type MessageEnd struct {
	Message  string    `json:"message"`
	Outcome  string    `json:"outcome"`
	Digest   string    `json:"digest,omitempty"` // of what was sent
	Messages []Message `json:"messages,omitempty"`
}

// Ended is the end of a message, whatever fact it is.
func (e MessageEnd) Ended() MessageEnd { return e }

// EndedBy answers the message that a fact ends, if it ends one.
func EndedBy(f Fact) (e MessageEnd, ok bool) {
	x, ok := f.(interface{ Ended() MessageEnd })
	if ok {
		e = x.Ended()
	}
	return e, ok
}

// Owing is a message on its way.
type Owing struct {
	Message
	OwedAt  time.Time
	Cause   Fact
	CauseAt int64 // version of the cause
	GaveUp  bool
}

// Outbox is what is on its way, by id. It is never changed in place, so that a state that was handed out stays as it is.
type Outbox map[string]Owing

// After is the outbox after a fact that owes messages, or ends one.
func (o Outbox) After(r Recorded, owed []Message) Outbox {
	end, ends := EndedBy(r.Fact)
	if !ends && len(owed) == 0 {
		return o
	}
	next := make(Outbox, len(o)+len(owed))
	maps.Copy(next, o)
	if m, known := o[end.Message]; known && end.Outcome == GaveUp {
		m.GaveUp = true
		next[end.Message] = m
	} else {
		delete(next, end.Message)
	}
	for _, m := range owed {
		next[m.ID] = Owing{Message: m, OwedAt: r.At, Cause: r.Fact, CauseAt: r.Version}
	}
	return next
}

// End answers what is to be recorded of an outcome, nil where it is no news. The operator hears of a message to a person the first time
// that it is not taken.
func (o Outbox) End(c MessageOutcome, newID func() string) *MessageEnd {
	m, ok := o[c.Message]
	if !ok || c.Outcome == GaveUp && m.GaveUp {
		return nil
	}
	e := &MessageEnd{Message: c.Message, Outcome: c.Outcome, Digest: c.Digest}
	if c.Outcome != Delivered && !m.Operator && !m.GaveUp {
		e.Messages = []Message{{ID: newID(), Kind: KindUndeliverable, Operator: true, About: c.Message}}
	}
	return e
}
