// Package ledger is the record: entries of facts in streams, one Merkle tree over all of them, signed checkpoints,
// proofs, and their verification. It is pure: no database, clock or randomness; what it needs it is given.
package ledger

import (
	"encoding/hex"
	"encoding/json"
	"time"
)

// Digest is a SHA-256 value.
type Digest [32]byte

// IsZero says whether the digest was never set.
func (d Digest) IsZero() bool { return d == Digest{} }

// String returns lower-case hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Entry is one fact, written once and never changed. An entry holds no prose and no personal data: Texts binds them by
// salted digest, so that lawful disposal of a text leaves every proof standing.
type Entry struct {
	ID      string            // UUIDv7
	Stream  string            // "incident/0199…", "directory"
	Version int64             // 1, 2, 3 … inside the stream, without gaps
	Fact    string            // registered name with version: "incident.rated.v1"
	At      int64             // microseconds since 1970 UTC
	Actor   string            // "person:ca-dmv-iso", "authority:ca-chp-cciu", "system:clock"
	Pack    string            // hexadecimal digest of the pack that influenced it; empty where none did
	Body    json.RawMessage   // canonical JSON, RFC 8785
	Texts   map[string]Digest // part name -> salted digest of the text
	Prev    Digest            // digest of the previous entry of the stream; zero for the first
}

// Time returns the instant of the entry.
func (e Entry) Time() time.Time { return time.UnixMicro(e.At).UTC() }

// Text is prose or personal data, kept apart from the ledger. Digest = SHA-256 over a domain tag, salt and content.
type Text struct {
	Digest  Digest
	Stream  string
	Salt    [32]byte
	Content []byte // nil once disposed
}
