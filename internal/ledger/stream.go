package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Finding is one place where the record is not what it must be. Where a byte range is known, From < To.
type Finding struct {
	Table    string // "entry", "text", "leaf", "tile", "checkpoint", or a derived table
	Key      string // primary key of the row, readable
	Column   string // or field; empty where the whole row is meant
	Entry    string // id of the entry concerned, where there is one
	From, To int64  // byte range inside the column, half open
	Detail   string
}

// String writes the finding on one line.
func (f Finding) String() string {
	s := f.Table + " " + f.Key
	if f.Column != "" {
		s += " " + f.Column
	}
	if f.From < f.To {
		s += fmt.Sprintf(" bytes %d-%d", f.From, f.To-1)
	}
	if f.Entry != "" {
		s += " (entry " + f.Entry + ")"
	}
	return s + ": " + f.Detail
}

// StoredText is a text as the store holds it: salt and content are both nil once disposed.
type StoredText struct {
	Stream        string
	Salt, Content []byte
}

// DisposedFact names the fact that a lawful disposal appends to the stream of the texts. Its body carries "digests": the
// hexadecimal digests of the texts that were deleted.
const DisposedFact = "text.disposed.v1"

// Disposed returns the digests that a disposal fact names; nil for any other fact.
func Disposed(e Entry) ([]Digest, error) {
	if e.Fact != DisposedFact {
		return nil, nil
	}
	var body struct {
		Digests []string `json:"digests"`
	}
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return nil, err
	}
	out := make([]Digest, len(body.Digests))
	for i, s := range body.Digests {
		d, err := ParseDigest(s)
		if err != nil {
			return nil, fmt.Errorf("digests[%d]: %w", i, err)
		}
		out[i] = d
	}
	return out, nil
}

// VerifyStream checks one whole stream: versions without gaps, each entry following on the one before, canonical form,
// facts that the registry reads, and every text against its digest. A text may be missing its content only where a later
// disposal fact of the stream names it, and must be missing it there. registry may be nil.
func VerifyStream(stream string, entries []Entry, texts func(Digest) (StoredText, bool), registry *Registry) []Finding {
	v := streamCheck{stream: stream, texts: texts, registry: registry, disposed: map[Digest]int64{}}
	for _, e := range entries {
		v.disposal(e)
	}
	chain := Chain{Stream: stream}
	for _, e := range entries {
		v.entry(chain, e)
		chain.Version, chain.Prev = e.Version, e.Hash()
	}
	return v.findings
}

type streamCheck struct {
	stream   string
	texts    func(Digest) (StoredText, bool)
	registry *Registry
	disposed map[Digest]int64 // version of the entry that disposed it
	findings []Finding
}

func entryKey(e Entry) string { return fmt.Sprintf("%s/%d", e.Stream, e.Version) }

func (v *streamCheck) found(e Entry, column, format string, args ...any) {
	v.findings = append(v.findings, Finding{Table: "entry", Key: entryKey(e), Column: column, Entry: e.ID,
		Detail: fmt.Sprintf(format, args...)})
}

func (v *streamCheck) disposal(e Entry) {
	digests, err := Disposed(e)
	if err != nil {
		v.found(e, "body", "%v", err)
	}
	for _, d := range digests {
		v.disposed[d] = e.Version
	}
}

func (v *streamCheck) entry(head Chain, e Entry) {
	if err := e.Check(); err != nil {
		field := ""
		if f, ok := err.(fieldError); ok {
			field = f.field
		}
		v.found(e, field, "%v", err)
	}
	if e.Stream != v.stream {
		v.found(e, "stream", "belongs to %q", v.stream)
	}
	if e.Version != head.Version+1 {
		v.found(e, "version", "follows on version %d: entries are missing or moved", head.Version)
	} else if e.Prev != head.Prev {
		v.found(e, "prev", "is not the digest of version %d: this entry or the one before was changed", head.Version)
	}
	if v.registry != nil {
		if _, err := v.registry.Decode(e); err != nil {
			v.found(e, "body", "%v", err)
		}
	}
	for name, d := range e.Texts {
		v.text(e, name, d)
	}
}

func (v *streamCheck) text(e Entry, name string, d Digest) {
	t, ok := v.texts(d)
	at, disposed := v.disposed[d]
	disposed = disposed && at > e.Version
	detail, column := "", "content"
	switch {
	case !ok:
		detail, column = "is missing", ""
	case t.Stream != v.stream:
		detail, column = fmt.Sprintf("belongs to %q", v.stream), "stream"
	case disposed && (t.Content != nil || t.Salt != nil):
		detail = "should be gone: its disposal is recorded"
	case disposed:
	case t.Content == nil || t.Salt == nil:
		detail = "is gone, and no disposal is recorded"
	case TextDigest(t.Salt, t.Content) != d:
		detail = "salt or content does not have the digest that the entry binds"
	}
	if detail != "" {
		v.findings = append(v.findings, Finding{Table: "text", Key: d.String(), Column: column, Entry: e.ID,
			Detail: fmt.Sprintf("text %q %s", name, detail)})
	}
}

// locatable is the longest canonical record that LocateByte tries: the work grows with the square of its length.
const locatable = 4096

// LocateByte finds the one byte of an entry's body that was changed, given the hash that the entry should have: it tries
// each other value of each byte. ok is false where no single byte explains the difference.
func LocateByte(e Entry, want Digest) (offset int64, ok bool) {
	record := e.Canonical()
	start := bytes.Index(record, append([]byte(`,"body":`), e.Body...)) + len(`,"body":`)
	if len(record) > locatable {
		return 0, false
	}
	for i := range e.Body {
		old := record[start+i]
		for b := range 256 {
			record[start+i] = byte(b)
			if byte(b) != old && LeafHash(record) == want {
				return int64(i), true
			}
		}
		record[start+i] = old
	}
	return 0, false
}
