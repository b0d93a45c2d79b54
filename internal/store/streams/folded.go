// Package streams is the write path of the record: it loads a stream, lets a command decide, derives the rows that follow, and commits.
package streams

import (
	"container/list"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"tocsin/internal/domain/record"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
)

// Streams is the write path of streams: load, decide, project, commit.
type Streams struct {
	*engine.Store
	Registry *ledger.Registry
	// Memos says, for kinds of stream whose state takes long to fold, what is remembered beside the facts, and how more facts change it.
	Memos map[string]Memo

	folds folds
}

// Memo returns what is remembered of a stream after more facts; before is nil for a stream that nothing happened to. It changes nothing
// in before, which others hold.
type Memo func(before any, added []record.Recorded) any

// Folded is a stream at one version: the head of its chain, its facts, and what they come to. It is shared, so nobody changes it.
type Folded struct {
	Chain ledger.Chain
	Facts []record.Recorded
	Memo  any // of the kind's Memo; nil where there is none
	bytes int // what it takes in memory, about
}

// begun is a stream that nobody has begun.
func begun(stream string) *Folded { return &Folded{Chain: ledger.Chain{Stream: stream}} }

// with is the stream after more entries, which hold the facts that were added.
func (c *Streams) with(f *Folded, entries []ledger.Entry, hashes []ledger.Digest, added []record.Recorded) *Folded {
	next := &Folded{Chain: f.Chain, Facts: append(slices.Clip(f.Facts), added...), bytes: f.bytes}
	if memo := c.Memos[kindOf(f.Chain.Stream)]; memo != nil {
		next.Memo = memo(f.Memo, added)
	}
	for i, e := range entries {
		next.Chain.Version, next.Chain.Prev = e.Version, hashes[i]
		next.bytes += sizeOf(e)
	}
	return next
}

// kindOf is what stands before the slash of a stream's name.
func kindOf(stream string) string {
	kind, _, _ := strings.Cut(stream, "/")
	return kind
}

// sizeOf is about what an entry takes as a recorded fact, and in the state that it leads to.
func sizeOf(e ledger.Entry) int { return 600 + 3*len(e.Body) + 160*len(e.Texts) }

// Fresh returns a stream as the record holds it now. What is remembered is asked about by its head: where the record still has
// that entry, with that digest, everything before it is what it was, and only what follows is read.
func (c *Streams) Fresh(ctx context.Context, stream string) (*Folded, error) {
	base := c.folds.get(stream)
	if base != nil {
		entries, err := c.LoadFrom(ctx, stream, base.Chain.Version)
		if err != nil {
			return nil, err
		}
		if len(entries) > 0 && entries[0].Version == base.Chain.Version && entries[0].Hash() == base.Chain.Prev {
			return c.extend(base, entries[1:])
		}
		c.folds.drop(stream)
	}
	entries, err := c.Load(ctx, stream)
	if err != nil {
		return nil, err
	}
	return c.extend(begun(stream), entries)
}

// extend reads the facts of entries that follow on a stream, and remembers the outcome.
func (c *Streams) extend(base *Folded, entries []ledger.Entry) (*Folded, error) {
	if len(entries) == 0 {
		return base, nil
	}
	added, err := Decoded(c.Registry, kindOf(base.Chain.Stream), entries)
	if err != nil {
		return nil, err
	}
	hashes := make([]ledger.Digest, len(entries))
	for i, e := range entries {
		hashes[i] = e.Hash()
		added[i].Digest = hashes[i]
	}
	next := c.with(base, entries, hashes, added)
	c.folds.put(next)
	return next, nil
}

// Decoded decodes the facts of entries, which must be of one kind.
func Decoded(r *ledger.Registry, kind string, entries []ledger.Entry) ([]record.Recorded, error) {
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

func refs(texts map[string]ledger.Digest) map[string]string {
	out := make(map[string]string, len(texts))
	for name, d := range texts {
		out[name] = d.String()
	}
	return out
}

// History returns the entries of a stream and the facts they hold; both empty for an unknown stream.
func (c *Streams) History(ctx context.Context, stream string) ([]ledger.Entry, []record.Recorded, error) {
	entries, err := c.Load(ctx, stream)
	if err != nil {
		return nil, nil, err
	}
	facts, err := Decoded(c.Registry, kindOf(stream), entries)
	return entries, facts, err
}

// TextsByHex returns contents by hexadecimal digest; a disposed or unknown text is absent.
func (c *Streams) TextsByHex(ctx context.Context, digests []string) (map[string][]byte, error) {
	want := make([]ledger.Digest, 0, len(digests))
	for _, s := range digests {
		if d, err := ledger.ParseDigest(s); err == nil {
			want = append(want, d)
		}
	}
	got, err := c.Store.Texts(ctx, want)
	out := make(map[string][]byte, len(got))
	for d, content := range got {
		out[d.String()] = content
	}
	return out, err
}

// Texts is TextsByHex, for those who know texts by the digests that facts carry.
func (c *Streams) Texts(ctx context.Context, digests []string) (map[string][]byte, error) {
	return c.TextsByHex(ctx, digests)
}

// rememberedBytes bounds what a process remembers of streams: about a thousand incidents of the usual size, or one of some
// thousand facts.
const rememberedBytes = 16 << 20

// folds is what a process remembers of streams, the ones used last. That it is behind the record shows when it is asked about,
// or when a commit that stands on it meets the unique version: nothing is ever told from it alone.
type folds struct {
	mu    sync.Mutex
	at    map[string]*list.Element // of *Folded
	order list.List                // the one used last is in front
	bytes int
}

func (m *folds) get(stream string) *Folded {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.at[stream]
	if e == nil {
		return nil
	}
	m.order.MoveToFront(e)
	return e.Value.(*Folded)
}

// put remembers a stream, unless a later version of it is remembered.
func (m *folds) put(f *Folded) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at == nil {
		m.at = map[string]*list.Element{}
	}
	if e := m.at[f.Chain.Stream]; e != nil {
		if e.Value.(*Folded).Chain.Version > f.Chain.Version {
			return
		}
		m.remove(e)
	}
	m.at[f.Chain.Stream] = m.order.PushFront(f)
	m.bytes += f.bytes
	for m.bytes > rememberedBytes {
		m.remove(m.order.Back())
	}
}

func (m *folds) drop(stream string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.at[stream]; e != nil {
		m.remove(e)
	}
}

func (m *folds) remove(e *list.Element) {
	f := m.order.Remove(e).(*Folded)
	delete(m.at, f.Chain.Stream)
	m.bytes -= f.bytes
}
