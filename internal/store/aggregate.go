package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/record"
	"tocsin/internal/ledger"
)

// aggregate is what the store must know of a kind of stream to load it, let somebody decide on it, and write what follows: all
// of them but incidents, which have more ways to be written.
type aggregate[S any] struct {
	kind string // begins its streams, before a slash, and the names of its facts, before a dot
	fold func([]record.Recorded) S
	// rows are the derived rows that added changes, of a stream that holds all. With added being all they are every row.
	rows func(stream string, all, added []record.Recorded, text func(digest string) []byte) []Row
	// needs lists the texts that rows asks for; nil for none.
	needs func(all, added []record.Recorded) []string
	// owes adds what the work loops owe because of the added facts; nil for nothing.
	owes func(c *Change, after S, added []record.Recorded)
}

// stream is the stream of one aggregate.
func (k aggregate[S]) stream(id string) string { return k.kind + "/" + id }

// project derives all rows of a stream of this kind; none of any other.
func (k aggregate[S]) project(r *ledger.Registry, stream string, entries []ledger.Entry, texts func(ledger.Digest) []byte) ([]Row, error) {
	if !strings.HasPrefix(stream, k.kind+"/") {
		return nil, nil
	}
	facts, err := decoded(r, k.kind, entries)
	if err != nil {
		return nil, err
	}
	return k.rows(stream, facts, facts, func(digest string) []byte {
		d, err := ledger.ParseDigest(digest)
		if err != nil {
			return nil
		}
		return texts(d)
	}), nil
}

// decoded decodes the facts of entries, which must be of one kind.
func decoded(r *ledger.Registry, kind string, entries []ledger.Entry) ([]record.Recorded, error) {
	out := make([]record.Recorded, len(entries))
	for i, e := range entries {
		v, err := r.Decode(e)
		if err != nil {
			return nil, fmt.Errorf("%s/%d: %w", e.Stream, e.Version, err)
		}
		f, ok := v.(record.Fact)
		if !ok || !strings.HasPrefix(e.Fact, kind+".") && e.Fact != ledger.DisposedFact {
			return nil, fmt.Errorf("%s/%d: %s is no fact of this stream", e.Stream, e.Version, e.Fact)
		}
		out[i] = record.Recorded{Fact: f, Version: e.Version, EntryID: e.ID, At: e.Time(), Actor: e.Actor, Pack: e.Pack, Texts: refs(e.Texts)}
	}
	return out, nil
}

// factsOf returns what happened to one aggregate; nothing for one that nothing happened to. They are shared with others: the caller
// changes nothing in them.
func factsOf[S any](ctx context.Context, c *Cases, k aggregate[S], id string) ([]record.Recorded, error) {
	f, err := c.fresh(ctx, k.stream(id))
	if err != nil {
		return nil, err
	}
	return f.facts, nil
}

// update loads an aggregate, lets decide say what follows, and writes that in one transaction. When another writer was first it
// decides again.
func update[S any](ctx context.Context, c *Cases, k aggregate[S], id string, decide func(S) (ledger.Decision, error)) error {
	stream := k.stream(id)
	for range maxTries {
		f, err := c.fresh(ctx, stream)
		if err != nil {
			return err
		}
		d, err := decide(k.fold(f.facts))
		if err != nil || len(d.Drafts) == 0 {
			return err
		}
		change, err := changeOf(ctx, c, k, f, d)
		if err != nil {
			return err
		}
		if err = c.Commit(ctx, change); fault.KindOf(err) != fault.KindConflict {
			return err
		}
	}
	return fault.Conflict("%s is changed by too many at once; try again", stream)
}

// changeOf is what a decision writes.
func changeOf[S any](ctx context.Context, c *Cases, k aggregate[S], f *folded, d ledger.Decision) (Change, error) {
	stream := f.chain.Stream
	fresh, hashes, err := c.entries(f.chain, d)
	if err != nil {
		return Change{}, err
	}
	added, err := decoded(c.Registry, k.kind, fresh)
	if err != nil {
		return Change{}, err
	}
	all := append(slices.Clip(f.facts), added...)
	texts := map[string][]byte{}
	if k.needs != nil {
		if texts, err = c.TextsByHex(ctx, k.needs(all, added)); err != nil {
			return Change{}, err
		}
	}
	for _, t := range d.Texts {
		texts[t.Digest.String()] = t.Content
	}
	out := Change{Stream: stream, Expect: f.chain.Version, Entries: fresh, hashes: hashes, Texts: d.Texts, Dispose: d.Dispose,
		Rows: k.rows(stream, all, added, func(digest string) []byte { return texts[digest] })}
	if k.owes != nil {
		k.owes(&out, k.fold(all), added)
	}
	for _, a := range d.Log {
		out.Attempts = append(out.Attempts, Attempt{Message: a.Message, At: a.At.UnixMicro(), Outcome: a.Outcome, Reply: a.Reply})
	}
	return out, nil
}

// mails puts the messages that a fact owes into the queue of deliveries, and takes out the one that it ends.
func (c *Change) mails(r record.Recorded, owed []record.Message, lane func(kind string) int64) {
	for _, m := range owed {
		c.Deliveries = append(c.Deliveries, Delivery{Message: m.ID, Stream: c.Stream, Lane: lane(m.Kind), NextAt: r.At.UnixMicro(), CreatedAt: r.At.UnixMicro()})
	}
	if e, ends := record.EndedBy(r.Fact); ends && e.Outcome != record.GaveUp {
		c.Settled = append(c.Settled, e.Message)
	}
}
