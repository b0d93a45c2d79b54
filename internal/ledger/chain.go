package ledger

import (
	"crypto/sha256"
	"fmt"
)

// Chain is the head of a stream: what the next entry follows on. Its zero value with a Stream begins a new stream.
type Chain struct {
	Stream  string
	Version int64  // of the last entry; 0 where there is none
	Prev    Digest // leaf hash of the last entry
}

// ChainOf returns the head of a stream whose entries were loaded, oldest first.
func ChainOf(stream string, entries []Entry) Chain {
	c := Chain{Stream: stream}
	if n := len(entries); n > 0 {
		c.Version, c.Prev = entries[n-1].Version, entries[n-1].Hash()
	}
	return c
}

// Append makes e the next entry of the stream: it sets Stream, Version and Prev, brings Body into canonical form, checks
// the entry and moves the head. The caller sets ID, Fact, At, Actor, Pack, Body and Texts.
func (c *Chain) Append(e Entry) (Entry, error) {
	body, err := Canonicalize(e.Body)
	if err != nil {
		return Entry{}, fmt.Errorf("fact %s: body: %w", e.Fact, err)
	}
	e.Stream, e.Version, e.Prev, e.Body = c.Stream, c.Version+1, c.Prev, body
	if err := e.checkForm(); err != nil {
		return Entry{}, fmt.Errorf("fact %s: %w", e.Fact, err)
	}
	if body[0] != '{' {
		return Entry{}, fmt.Errorf("fact %s: %w", e.Fact, errBody)
	}
	c.Version, c.Prev = e.Version, e.Hash()
	return e, nil
}

// Text is prose or personal data, kept apart from the ledger. Digest = SHA-256 over a domain tag, salt and content.
type Text struct {
	Digest  Digest
	Stream  string
	Salt    [32]byte
	Content []byte // nil once disposed
}

// textTag keeps the digest of a text from ever being that of a leaf, a tree node or anything else that is hashed.
const textTag = "tocsin/text/1\x00"

// SealText binds a content to its salted digest. The salt must be 32 random bytes of its own for each text: without it
// nobody can find a short text again from its digest, which is what makes disposal lawful and final.
func SealText(stream string, salt [32]byte, content []byte) Text {
	if content == nil {
		content = []byte{}
	}
	return Text{Digest: TextDigest(salt[:], content), Stream: stream, Salt: salt, Content: content}
}

// TextDigest returns the digest of a text.
func TextDigest(salt, content []byte) Digest {
	h := sha256.New()
	h.Write([]byte(textTag))
	h.Write(salt)
	h.Write(content)
	return Digest(h.Sum(nil))
}
