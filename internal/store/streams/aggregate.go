package streams

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/record"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
)

// Aggregate is what the store must know of a kind of stream to load it, let a command decide on it, and write what follows.
type Aggregate[S any] struct {
	Kind string // begins its streams, before a slash, and the names of its facts, before a dot
	Fold func([]record.Recorded) S
	// State reads the state from what is remembered of a stream; nil: Fold.
	State func(*Folded) S
	// Rows are the derived rows that added changes, of a stream that holds all. With added being all they are every row.
	Rows func(stream string, all, added []record.Recorded, text func(digest string) []byte) []engine.Row
	// Needs lists the texts that Rows asks for; nil for none.
	Needs func(all, added []record.Recorded) []string
	// Derive stands in place of Rows and Needs where only the difference between two states is written.
	Derive func(ctx context.Context, c *Streams, base, next *Folded, d ledger.Decision) ([]engine.Row, error)
	// Owes adds what the work loops owe because of the added facts; nil for nothing.
	Owes func(c *engine.Change, after S, added []record.Recorded)
}

// Stream is the stream of one aggregate.
func (k Aggregate[S]) Stream(id string) string { return k.Kind + "/" + id }

func (k Aggregate[S]) state(f *Folded) S {
	if k.State != nil {
		return k.State(f)
	}
	return k.Fold(f.Facts)
}

// Project derives all rows of a stream of this kind; none of any other.
func (k Aggregate[S]) Project(r *ledger.Registry, stream string, entries []ledger.Entry, texts func(ledger.Digest) []byte) ([]engine.Row, error) {
	if !strings.HasPrefix(stream, k.Kind+"/") {
		return nil, nil
	}
	facts, err := Decoded(r, k.Kind, entries)
	if err != nil {
		return nil, err
	}
	return k.Rows(stream, facts, facts, ByHex(texts)), nil
}

// ByHex finds texts by hexadecimal digest.
func ByHex(texts func(ledger.Digest) []byte) func(string) []byte {
	return func(digest string) []byte {
		d, err := ledger.ParseDigest(digest)
		if err != nil {
			return nil
		}
		return texts(d)
	}
}

// FactsOf returns what happened to one aggregate; nothing for one that nothing happened to. They are shared with others: the caller
// changes nothing in them.
func FactsOf[S any](ctx context.Context, c *Streams, k Aggregate[S], id string) ([]record.Recorded, error) {
	f, err := c.Fresh(ctx, k.Stream(id))
	if err != nil {
		return nil, err
	}
	return f.Facts, nil
}

// maxTries bounds how often a decision is made again because another writer was first. Contention on one stream is a
// handful of people and loops; more tries than this mean a fault.
const maxTries = 50

// maxFresh bounds it for a stream that nobody has begun: then what is in the way is a value that occurs once, an incident
// number drawn twice or the request that another copy has recorded.
const maxFresh = 2

var (
	errMoved = errors.New("the stream moved on")
	// errNothing wraps a refusal, or stands alone where nothing follows from a decision.
	errNothing = errors.New("nothing is written")
)

// refusal is why nothing is written; nil where there is no reason but that nothing follows.
type refusal struct{ error }

// Is says that a refusal is errNothing.
func (refusal) Is(target error) bool { return target == errNothing }

// publicError unwraps a refusal.
func publicError(err error) error {
	if r := (refusal{}); errors.As(err, &r) {
		return r.error
	}
	return err
}

// UpdateStream lets decide say what follows from a stream's state, writes that in one transaction, and returns the state after it. It
// decides on what this process remembers of the stream, and on what the record holds where that turned out to be behind it. When another
// writer was first it decides again.
func UpdateStream[S any](ctx context.Context, c *Streams, k Aggregate[S], stream string, decide func(S) (ledger.Decision, error)) (after S, err error) {
	base := c.folds.get(stream)
	for try := range maxTries {
		remembered := base != nil
		if !remembered {
			if base, err = c.Fresh(ctx, stream); err != nil {
				return after, err
			}
		}
		after, err = once(ctx, c, k, base, decide)
		if remembered && errors.Is(err, errNothing) {
			// Refused, or nothing to do: that must not be said on what may have been overtaken.
			now, loadErr := c.Fresh(ctx, stream)
			if loadErr != nil {
				return after, loadErr
			}
			if now != base {
				after, err = once(ctx, c, k, now, decide)
				base = now
			}
		}
		if !errors.Is(err, errMoved) {
			return after, publicError(err)
		}
		if !remembered && base.Chain.Version == 0 && try >= maxFresh {
			return after, fault.Conflict("%s would repeat a value that occurs once", stream)
		}
		base = nil
	}
	return after, fault.Conflict("%s is changed by too many at once; try again", stream)
}

// CreateStream does the same for a stream that is probably new: the first try looks for nothing.
func CreateStream[S any](ctx context.Context, c *Streams, k Aggregate[S], stream string, decide func(S) (ledger.Decision, error)) (S, error) {
	after, err := once(ctx, c, k, begun(stream), decide)
	if errors.Is(err, errMoved) {
		return UpdateStream(ctx, c, k, stream, decide)
	}
	return after, publicError(err)
}

// Update is UpdateStream for the aggregate of an id, for callers that do not need the state.
func Update[S any](ctx context.Context, c *Streams, k Aggregate[S], id string, decide func(S) (ledger.Decision, error)) error {
	_, err := UpdateStream(ctx, c, k, k.Stream(id), decide)
	return err
}

// once decides on a state and writes what follows. It returns the state after it.
func once[S any](ctx context.Context, c *Streams, k Aggregate[S], base *Folded, decide func(S) (ledger.Decision, error)) (S, error) {
	state := k.state(base)
	d, err := decide(state)
	if err != nil || len(d.Drafts) == 0 {
		return state, refusal{err}
	}
	next, change, err := changeOf(ctx, c, k, base, d)
	if err != nil {
		return state, err
	}
	err = c.Commit(ctx, change)
	if err == nil {
		c.folds.put(next)
		return k.state(next), nil
	}
	c.folds.drop(base.Chain.Stream)
	if fault.KindOf(err) == fault.KindConflict {
		return state, errMoved
	}
	return k.state(next), err
}

// changeOf is what a decision writes, and the stream after it.
func changeOf[S any](ctx context.Context, c *Streams, k Aggregate[S], base *Folded, d ledger.Decision) (*Folded, engine.Change, error) {
	entries, hashes, err := c.entries(base.Chain, d)
	if err != nil {
		return nil, engine.Change{}, err
	}
	added, err := drafted(entries, hashes, d)
	if err != nil {
		return nil, engine.Change{}, err
	}
	next := c.with(base, entries, hashes, added)
	out := engine.Change{Stream: base.Chain.Stream, Expect: base.Chain.Version, Entries: entries, Hashes: hashes, Texts: d.Texts, Dispose: d.Dispose}
	if k.Derive != nil {
		out.Rows, err = k.Derive(ctx, c, base, next, d)
	} else {
		out.Rows, err = rowsOf(ctx, c, k, next, added, d)
	}
	if err != nil {
		return nil, engine.Change{}, err
	}
	if k.Owes != nil {
		k.Owes(&out, k.state(next), added)
	}
	for _, a := range d.Log {
		out.Attempts = append(out.Attempts, engine.Attempt{Message: a.Message, At: a.At.UnixMicro(), Outcome: a.Outcome, Reply: a.Reply})
	}
	return next, out, nil
}

func rowsOf[S any](ctx context.Context, c *Streams, k Aggregate[S], next *Folded, added []record.Recorded, d ledger.Decision) ([]engine.Row, error) {
	texts := map[string][]byte{}
	if k.Needs != nil {
		var err error
		if texts, err = c.TextsByHex(ctx, k.Needs(next.Facts, added)); err != nil {
			return nil, err
		}
	}
	AddTexts(texts, d)
	return k.Rows(next.Chain.Stream, next.Facts, added, func(digest string) []byte { return texts[digest] }), nil
}

// AddTexts puts the texts of a decision among those at hand, and takes out those that it disposes of.
func AddTexts(texts map[string][]byte, d ledger.Decision) {
	for _, t := range d.Texts {
		texts[t.Digest.String()] = t.Content
	}
	for _, gone := range d.Dispose {
		delete(texts, gone.String())
	}
}

// entries chains the drafts of a decision onto a stream, and returns them with their leaf hashes.
func (c *Streams) entries(chain ledger.Chain, d ledger.Decision) (out []ledger.Entry, hashes []ledger.Digest, err error) {
	out, hashes = make([]ledger.Entry, len(d.Drafts)), make([]ledger.Digest, len(d.Drafts))
	for i, f := range d.Drafts {
		name, body, err := c.Registry.Encode(f.Fact)
		if err != nil {
			return nil, nil, err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return nil, nil, fmt.Errorf("entry id: %w", err)
		}
		out[i], err = chain.Append(ledger.Entry{ID: id.String(), Fact: name, At: d.At.UnixMicro(), Actor: d.Actor, Pack: d.Pack, Body: body, Texts: f.Texts})
		if err != nil {
			return nil, nil, err
		}
		hashes[i] = chain.Prev
	}
	return out, hashes, nil
}

// drafted are the facts of a decision as their entries record them. They are at hand, so they are not read back; that
// reading them back gives the same rows is what verification and rebuild show.
func drafted(entries []ledger.Entry, hashes []ledger.Digest, d ledger.Decision) ([]record.Recorded, error) {
	out := make([]record.Recorded, len(entries))
	for i, e := range entries {
		f, ok := d.Drafts[i].Fact.(record.Fact)
		if !ok {
			return nil, fmt.Errorf("%s is no fact", e.Fact)
		}
		out[i] = record.Recorded{Fact: f, Version: e.Version, EntryID: e.ID, At: e.Time(), Actor: e.Actor, Pack: e.Pack, Texts: refs(e.Texts), Digest: hashes[i]}
	}
	return out, nil
}

// ChangedRows are the rows of after that are not in before as they stand. Both are in one order, so that the row before is nearly always
// the next one.
func ChangedRows(before, after []engine.Row) []engine.Row {
	next := 0
	return slices.DeleteFunc(after, func(r engine.Row) bool {
		for i := range before {
			at := (next + i) % len(before)
			if o := before[at]; o.Table == r.Table && o.Values[0] == r.Values[0] && o.Values[1] == r.Values[1] {
				next = at + 1
				return slices.Equal(o.Values, r.Values)
			}
		}
		return false
	})
}
