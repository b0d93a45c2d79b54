package intake

import "time"

// Tip is what somebody without an account says that they saw. It is hearsay: it becomes part of the record when someone who
// may file makes a report of it, in words that they answer for.
type Tip struct {
	ID      string // the reference that the sender was given
	Entity  string
	Words   string
	Contact string // how to reach the sender; empty where they did not say
	Network string // a keyed digest of the sender's network, for the limits
	At      time.Time
	Acts    []TipAct // oldest first
}

// TipAct is one thing that was done about a tip.
type TipAct struct {
	Act    string // one of the Tip* names
	Actor  string // id of the actor
	Detail string // the draft's key, the incident's number, or the reason
	At     time.Time
}

// What can be done about a tip.
const (
	TipTaken     = "taken"     // a draft of a report was made from it
	TipFiled     = "filed"     // and filed
	TipDismissed = "dismissed" // for a reason
)

// Closes says whether nothing more is to be done about the tip.
func (a TipAct) Closes() bool { return a.Act == TipFiled || a.Act == TipDismissed }

// Limits of what comes in without an account, in any hour: from one network, and from all together. A person has seldom more
// than one thing to tell; a flood must not bury what it is sent among.
const (
	TipsOfNetwork = 10
	TipsOfAll     = 300
)

// TipKept is how long a tip is kept after it was closed.
const TipKept = 90 * 24 * time.Hour
