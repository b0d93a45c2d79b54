package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"tocsin/internal/ledger"
)

// EntryColumns is the order in which entries are written and read.
const EntryColumns = "stream, version, id, fact, at, actor, pack, body, texts, prev, hash"

// StoredEntry is an entry with the hash that stands beside it.
type StoredEntry struct {
	ledger.Entry
	RawHash  []byte
	RawPrev  []byte
	RawTexts string
}

// scan reads an entry as it stands; whether it is sound is for verification to say.
func (e *StoredEntry) scan(rows Rows, more ...any) error {
	var body string
	dest := append([]any{&e.Stream, &e.Version, &e.ID, &e.Fact, &e.At, &e.Actor, &e.Pack, &body, &e.RawTexts, &e.RawPrev, &e.RawHash}, more...)
	if err := rows.Scan(dest...); err != nil {
		return err
	}
	e.Body = json.RawMessage(body)
	copy(e.Prev[:], e.RawPrev)
	return nil
}

// Strict reads an entry that the program will act on: digests must have their form.
func (e *StoredEntry) Strict(rows Rows, more ...any) error {
	if err := e.scan(rows, more...); err != nil {
		return err
	}
	if len(e.RawPrev) != len(ledger.Digest{}) || len(e.RawHash) != len(ledger.Digest{}) {
		return fmt.Errorf("entry %s/%d: a digest has the wrong length", e.Stream, e.Version)
	}
	texts, err := ledger.ParseTexts([]byte(e.RawTexts))
	if err != nil {
		return fmt.Errorf("entry %s/%d: %w", e.Stream, e.Version, err)
	}
	e.Texts = texts
	return nil
}

// Load returns all entries of a stream, oldest first; none where the stream is not there.
func (s *Store) Load(ctx context.Context, stream string) ([]ledger.Entry, error) {
	return s.LoadUpTo(ctx, stream, math.MaxInt64)
}

// LoadUpTo returns the entries of a stream up to and with a version: what was known then.
func (s *Store) LoadUpTo(ctx context.Context, stream string, version int64) (entries []ledger.Entry, err error) {
	err = s.Read(ctx, func(tx Tx) error {
		entries, err = LoadIn(ctx, tx, stream, version)
		return err
	})
	return entries, err
}

// LoadIn is LoadUpTo inside a transaction that the caller holds.
func LoadIn(ctx context.Context, tx Tx, stream string, version int64) ([]ledger.Entry, error) {
	return loadBetween(ctx, tx, stream, 1, version)
}

func loadBetween(ctx context.Context, tx Tx, stream string, first, last int64) ([]ledger.Entry, error) {
	var entries []ledger.Entry
	err := Each(ctx, tx, func(rows Rows) error {
		var e StoredEntry
		err := e.Strict(rows)
		entries = append(entries, e.Entry)
		return err
	}, "SELECT "+EntryColumns+" FROM entry WHERE stream = $1 AND version BETWEEN $2 AND $3 ORDER BY version", stream, first, last)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", stream, err)
	}
	return entries, nil
}

// LoadFrom returns the entries of a stream from a version on, oldest first.
func (s *Store) LoadFrom(ctx context.Context, stream string, version int64) (entries []ledger.Entry, err error) {
	err = s.Read(ctx, func(tx Tx) error {
		entries, err = loadBetween(ctx, tx, stream, version, math.MaxInt64)
		return err
	})
	return entries, err
}

// Entry returns one entry by its id; ErrNoRow where there is none.
func (s *Store) Entry(ctx context.Context, id string) (ledger.Entry, error) {
	var e StoredEntry
	err := s.Read(ctx, func(tx Tx) error {
		found := false
		err := Each(ctx, tx, func(rows Rows) error {
			found = true
			return e.Strict(rows)
		}, "SELECT "+EntryColumns+" FROM entry WHERE id = $1", id)
		if err == nil && !found {
			return ErrNoRow
		}
		return err
	})
	return e.Entry, err
}

// Texts returns the contents of the texts that are there; a disposed or absent one is not in the map.
func (s *Store) Texts(ctx context.Context, digests []ledger.Digest) (map[ledger.Digest][]byte, error) {
	out := make(map[ledger.Digest][]byte, len(digests))
	if len(digests) == 0 {
		return out, nil
	}
	err := s.Read(ctx, func(tx Tx) error {
		return StoredTexts(ctx, tx, digests, func(d ledger.Digest, t ledger.StoredText) {
			if t.Content != nil {
				out[d] = t.Content
			}
		})
	})
	return out, err
}

// inShapes are the sizes of IN lists: few shapes, so that prepared statements are reused.
var inShapes = []int{1, 4, 16, 64, 256}

// StoredTexts reads texts as they stand, in as few statements as it takes.
func StoredTexts(ctx context.Context, tx Tx, digests []ledger.Digest, fn func(ledger.Digest, ledger.StoredText)) error {
	for len(digests) > 0 {
		n := ShapeFor(len(digests))
		part := digests[:min(n, len(digests))]
		digests = digests[len(part):]
		args := make([]any, n)
		for i := range args {
			// A list shorter than its shape repeats its last digest.
			args[i] = part[min(i, len(part)-1)][:]
		}
		err := Each(ctx, tx, func(rows Rows) error {
			var digest []byte
			var t ledger.StoredText
			if err := rows.Scan(&digest, &t.Stream, &t.Salt, &t.Content); err != nil {
				return err
			}
			if len(digest) == len(ledger.Digest{}) {
				fn(ledger.Digest(digest), t)
			}
			return nil
		}, "SELECT digest, stream, salt, content FROM text WHERE digest IN "+Placeholders(1, n), args...)
		if err != nil {
			return fmt.Errorf("texts: %w", err)
		}
	}
	return nil
}

// EachIn calls fn on every row of a query that ends in IN, for any number of values, in few shapes of statement.
func EachIn(ctx context.Context, tx Tx, query string, values []string, fn func(Rows) error) error {
	for len(values) > 0 {
		n := ShapeFor(len(values))
		args := make([]any, n)
		for i := range args { // a list shorter than its shape repeats its last value
			args[i] = values[min(i, len(values)-1)]
		}
		values = values[min(n, len(values)):]
		if err := Each(ctx, tx, fn, query+Placeholders(1, n), args...); err != nil {
			return err
		}
	}
	return nil
}

// ShapeFor prepares what decoding entries needs.
func ShapeFor(n int) int {
	for _, size := range inShapes {
		if n <= size {
			return size
		}
	}
	return inShapes[len(inShapes)-1]
}
