package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// ReceiptFormat names the form of receipts.
const ReceiptFormat = "tocsin-receipt/1"

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

// receiptTime writes microseconds always, so that one instant has one text.
const receiptTime = "2006-01-02T15:04:05.000000Z"

// filed is what the body of a filing's entry says about it.
type filed struct {
	Number     string `json:"number"`
	Filing     int    `json:"filing"`
	ReceivedAt int64  `json:"received_at"` // microseconds since 1970 UTC
}

func filedIn(e Entry) (filed, error) {
	var f filed
	if err := json.Unmarshal(e.Body, &f); err != nil {
		return f, err
	}
	if f.Number == "" || f.Filing < 1 || f.ReceivedAt == 0 {
		return f, fmt.Errorf("the entry is not that of a filing")
	}
	return f, nil
}

// NewReceipt makes the receipt of a filing from its entry, its place in the tree and a checkpoint that covers it.
func NewReceipt(e Entry, leaf int64, path []Digest, c Checkpoint) (Receipt, error) {
	f, err := filedIn(e)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	r := Receipt{Format: ReceiptFormat, Incident: f.Number, Filing: f.Filing,
		ReceivedAt: time.UnixMicro(f.ReceivedAt).UTC().Format(receiptTime),
		Entry:      e.Canonical(), Digest: e.Hash().String(), Leaf: leaf, Proof: []string{}, Checkpoint: string(c.Note)}
	for _, d := range path {
		r.Proof = append(r.Proof, d.String())
	}
	return r, nil
}

// ParseReceipt reads a receipt file strictly: an unknown field or a second value is an error.
func ParseReceipt(b []byte) (Receipt, error) {
	var r Receipt
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, fmt.Errorf("receipt: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return r, fmt.Errorf("receipt: data after the receipt")
	}
	// A file may have been indented for reading; the digest is over the canonical form.
	entry, err := Canonicalize(r.Entry)
	if err != nil {
		return r, fmt.Errorf("receipt: entry: %w", err)
	}
	r.Entry = entry
	return r, nil
}

// Verified is what a checked receipt proves.
type Verified struct {
	Entry      Entry
	ReceivedAt time.Time
	Checkpoint Checkpoint
}

// VerifyReceipt checks a receipt offline, with nothing but the log's public key: the entry hashes to the leaf, the leaf
// is in the tree of the checkpoint, the checkpoint is signed, and number, filing and time are those inside the entry.
// It does not show that the log kept no second history: compare the checkpoint with a witness for that.
func VerifyReceipt(r Receipt, verifier note.Verifier) (Verified, error) {
	e, err := r.entry()
	if err != nil {
		return Verified{}, fmt.Errorf("receipt: %w", err)
	}
	c, err := OpenCheckpoint([]byte(r.Checkpoint), verifier)
	if err != nil {
		return Verified{}, fmt.Errorf("receipt: %w", err)
	}
	path := make([]Digest, len(r.Proof))
	for i, s := range r.Proof {
		if path[i], err = ParseDigest(s); err != nil {
			return Verified{}, fmt.Errorf("receipt: proof[%d]: %w", i, err)
		}
	}
	if err := VerifyInclusion(r.Leaf, c.Size, e.Hash(), path, c.Root); err != nil {
		return Verified{}, fmt.Errorf("receipt: the entry is not in the tree of the checkpoint: %w", err)
	}
	f, _ := filedIn(e)
	return Verified{Entry: e, ReceivedAt: time.UnixMicro(f.ReceivedAt).UTC(), Checkpoint: c}, nil
}

// entry checks everything that the receipt says about its entry against the entry itself.
func (r Receipt) entry() (Entry, error) {
	if r.Format != ReceiptFormat {
		return Entry{}, fmt.Errorf("format is not %q", ReceiptFormat)
	}
	e, err := ParseEntry(r.Entry)
	if err != nil {
		return e, err
	}
	f, err := filedIn(e)
	switch {
	case err != nil:
		return e, err
	case r.Digest != e.Hash().String():
		return e, fmt.Errorf("digest is not that of the entry")
	case r.Incident != f.Number:
		return e, fmt.Errorf("incident is not the number in the entry")
	case r.Filing != f.Filing:
		return e, fmt.Errorf("filing is not the number in the entry")
	case r.ReceivedAt != time.UnixMicro(f.ReceivedAt).UTC().Format(receiptTime):
		return e, fmt.Errorf("received_at is not the time in the entry")
	}
	return e, nil
}
