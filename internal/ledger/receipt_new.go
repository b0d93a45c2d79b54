package ledger

import "time"

// NewReceipt makes the receipt of a filing from its entry and its place in the tree.
func NewReceipt(e Entry, incident string, filing int, received time.Time, p Placement) Receipt {
	r := Receipt{Format: "tocsin-receipt/1", Incident: incident, Filing: filing, ReceivedAt: received.UTC().Format("2006-01-02T15:04:05.000000Z"),
		Entry: e.Canonical(), Digest: e.Hash().String(), Leaf: p.Leaf, Proof: make([]string, len(p.Proof)), Checkpoint: p.Checkpoint}
	for i, h := range p.Proof {
		r.Proof[i] = h.String()
	}
	return r
}
