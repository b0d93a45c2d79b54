// Package ledger is the record: entries of facts in streams, one Merkle tree over all of them, signed checkpoints,
// proofs, and their verification. It is pure: no database, clock or randomness; what it needs it is given.
package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Digest is a SHA-256 value.
type Digest [32]byte

// IsZero says whether the digest was never set.
func (d Digest) IsZero() bool { return d == Digest{} }

// String returns lower-case hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// ParseDigest reads 64 lower-case hexadecimal digits; no other spelling, so that a digest has one text.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	if len(s) != 2*len(d) || strings.ToLower(s) != s {
		return d, fmt.Errorf("a digest has 64 lower-case hexadecimal digits")
	}
	_, err := hex.Decode(d[:], []byte(s))
	return d, err
}

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

// Canonical returns the record of all fields in RFC 8785 form: what the leaf hash is over. The body is taken as it is;
// Check says whether it is canonical itself.
func (e Entry) Canonical() []byte {
	b := make([]byte, 0, 512+len(e.Body)+len(e.Texts)*96)
	b = appendString(append(b, `{"actor":`...), e.Actor)
	b = strconv.AppendInt(append(b, `,"at":`...), e.At, 10)
	b = append(append(b, `,"body":`...), e.Body...)
	b = appendString(append(b, `,"fact":`...), e.Fact)
	b = appendString(append(b, `,"id":`...), e.ID)
	b = appendString(append(b, `,"pack":`...), e.Pack)
	b = hex.AppendEncode(append(b, `,"prev":"`...), e.Prev[:])
	b = appendString(append(b, `","stream":`...), e.Stream)
	b = append(append(b, `,"texts":`...), TextsJSON(e.Texts)...)
	b = strconv.AppendInt(append(b, `,"version":`...), e.Version, 10)
	return append(b, '}')
}

// Hash returns the leaf hash of the entry, RFC 6962: SHA-256 over a zero byte and the canonical record.
func (e Entry) Hash() Digest { return LeafHash(e.Canonical()) }

// LeafHash returns the RFC 6962 leaf hash of a canonical record.
func LeafHash(canonical []byte) Digest {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(canonical)
	return Digest(h.Sum(nil))
}

// TextsJSON returns the canonical object of part names and hexadecimal digests.
func TextsJSON(texts map[string]Digest) []byte {
	if len(texts) == 0 {
		return []byte("{}")
	}
	b := []byte{'{'}
	for i, name := range slices.SortedFunc(maps.Keys(texts), compareUTF16) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, name), ':')
		b = appendString(b, texts[name].String())
	}
	return append(b, '}')
}

// ParseTexts reads what TextsJSON wrote and refuses any other spelling.
func ParseTexts(b []byte) (map[string]Digest, error) {
	if string(b) == "{}" {
		return nil, nil
	}
	texts := map[string]Digest{}
	c := canon{src: b}
	for c.pos = 1; c.pos < len(b); c.pos++ {
		name, err := c.text()
		if err != nil || c.pos >= len(b) || b[c.pos] != ':' {
			return nil, errTexts
		}
		c.pos++
		value, err := c.text()
		if err != nil {
			return nil, errTexts
		}
		if texts[string(name)], err = ParseDigest(string(value)); err != nil {
			return nil, fmt.Errorf("texts[%q]: %w", name, err)
		}
	}
	// Only the one canonical spelling comes out again as it went in.
	if !bytes.Equal(TextsJSON(texts), b) {
		return nil, errTexts
	}
	return texts, nil
}

var errTexts = errors.New("texts are not in canonical form")

// text reads a string that must begin here.
func (c *canon) text() ([]byte, error) {
	if c.pos >= len(c.src) || c.src[c.pos] != '"' {
		return nil, errString
	}
	return c.string()
}

// Check says what is wrong with the form of an entry, naming the field; nil where nothing is. It looks at one entry
// only: order and digests are VerifyStream's.
func (e Entry) Check() error {
	if err := e.checkForm(); err != nil {
		return err
	}
	if len(e.Body) == 0 || e.Body[0] != '{' || !IsCanonical(e.Body) {
		return errBody
	}
	return nil
}

var errBody = fieldError{"body", "is not a canonical JSON object"}

// checkForm is Check without a look at the body.
func (e Entry) checkForm() error {
	for _, f := range []struct{ name, value string }{
		{"id", e.ID}, {"stream", e.Stream}, {"fact", e.Fact}, {"actor", e.Actor},
	} {
		if f.value == "" || !plain(f.value) {
			return fieldError{f.name, "is empty, or holds control characters or broken UTF-8"}
		}
	}
	switch {
	case !plain(e.Pack):
		return fieldError{"pack", "holds control characters or broken UTF-8"}
	case e.Version < 1 || e.Version > MaxInt:
		return fieldError{"version", "must be 1 or more"}
	case e.At > MaxInt || e.At < -MaxInt:
		return fieldError{"at", "is outside the range of an exact integer"}
	case (e.Version == 1) != e.Prev.IsZero():
		return fieldError{"prev", "must be zero for the first entry of a stream and only there"}
	}
	for name := range e.Texts {
		if name == "" || !plain(name) {
			return fieldError{"texts", "has a part without a plain name"}
		}
	}
	return nil
}

// fieldError names the field of an entry that is wrong.
type fieldError struct{ field, detail string }

// Error returns field and detail.
func (f fieldError) Error() string { return f.field + " " + f.detail }

func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

// wireEntry is the canonical record as Go reads it.
type wireEntry struct {
	Actor   string          `json:"actor"`
	At      int64           `json:"at"`
	Body    json.RawMessage `json:"body"`
	Fact    string          `json:"fact"`
	ID      string          `json:"id"`
	Pack    string          `json:"pack"`
	Prev    string          `json:"prev"`
	Stream  string          `json:"stream"`
	Texts   json.RawMessage `json:"texts"`
	Version int64           `json:"version"`
}

// ParseEntry reads a canonical record. It accepts exactly what Canonical writes for an entry that Check passes: whatever
// is accepted has one spelling and one digest.
func ParseEntry(canonical []byte) (Entry, error) {
	var w wireEntry
	if err := json.Unmarshal(canonical, &w); err != nil {
		return Entry{}, fmt.Errorf("entry: %w", err)
	}
	e := Entry{ID: w.ID, Stream: w.Stream, Version: w.Version, Fact: w.Fact, At: w.At, Actor: w.Actor, Pack: w.Pack, Body: w.Body}
	var err error
	if e.Prev, err = ParseDigest(w.Prev); err != nil {
		return Entry{}, fmt.Errorf("entry: prev: %w", err)
	}
	if e.Texts, err = ParseTexts(w.Texts); err != nil {
		return Entry{}, fmt.Errorf("entry: %w", err)
	}
	if err := e.Check(); err != nil {
		return Entry{}, fmt.Errorf("entry: %w", err)
	}
	if !bytes.Equal(e.Canonical(), canonical) {
		return Entry{}, fmt.Errorf("entry: not in canonical form")
	}
	return e, nil
}
