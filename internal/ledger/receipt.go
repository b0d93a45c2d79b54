package ledger

import "encoding/json"

// Receipt is what a filer is handed: enough to check, offline and with nothing but the log's public key, that the filing
// is in the record and when it was received.
type Receipt struct {
	Format     string          `json:"format"` // "tocsin-receipt/1"
	Incident   string          `json:"incident"`
	Filing     int             `json:"filing"`
	ReceivedAt string          `json:"received_at"` // RFC 3339, UTC, microseconds
	Entry      json.RawMessage `json:"entry"`       // the entry in its canonical form: what the leaf hash is over
	Digest     string          `json:"digest"`      // hexadecimal leaf hash
	Leaf       int64           `json:"leaf"`        // index in the tree
	Proof      []string        `json:"proof"`       // hexadecimal, RFC 6962 inclusion proof
	Checkpoint string          `json:"checkpoint"`  // signed note, C2SP tlog-checkpoint
}
