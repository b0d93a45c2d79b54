package engine

// Delivery is one message owed, in the courier's queue. It stays there until a change settles it: a message is never
// dropped for its age or its attempts.
type Delivery struct {
	Message   string // id of the message
	Stream    string // whose fact says that it is owed
	Lane      int64  // lower goes first: statutory messages before digests
	NextAt    int64  // microseconds: not before
	Attempts  int64  // how often it was claimed
	Holder    string // who has claimed it; empty where nobody has
	Fence     int64  // grows with every claim
	LeaseTo   int64  // microseconds: until when the claim holds
	LastReply string // what the other side said last
	CreatedAt int64  // microseconds
}

func (d Delivery) row() []any {
	return []any{d.Message, d.Stream, d.Lane, d.NextAt, d.Attempts, d.LeaseTo, d.Holder, d.Fence, d.LastReply, d.CreatedAt}
}

// DeliveryColumns are the columns that Scan reads.
const DeliveryColumns = "message, stream, lane, next_at_us, attempts, lease_until_us, holder, fence, last_reply, created_at_us"

// Scan reads one delivery.
func (d *Delivery) Scan(rows Rows) error {
	return rows.Scan(&d.Message, &d.Stream, &d.Lane, &d.NextAt, &d.Attempts, &d.LeaseTo, &d.Holder, &d.Fence, &d.LastReply, &d.CreatedAt)
}

// Attempt is one line of the delivery log.
type Attempt struct {
	Message string
	At      int64  // microseconds
	Outcome string // "accepted", "deferred", "refused" …
	Reply   string // the other side's words
}
