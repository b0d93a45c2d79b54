package store

import (
	"container/list"
	"context"
	"slices"
	"strings"
	"sync"

	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
)

// folded is a stream at one version: the head of its chain and what its facts come to. It is shared, so nobody changes it.
type folded struct {
	chain   ledger.Chain
	state   incident.State // of an incident; other kinds of stream are short enough to be folded by who asks
	facts   []incident.Recorded
	summary *string // of the incident's row; nil where it was not looked up
	bytes   int     // what it takes in memory, about
}

// begun is a stream that nobody has begun.
func begun(stream string) *folded { return &folded{chain: ledger.Chain{Stream: stream}} }

// with is the stream after more entries, which hold the facts that were added. The summary stays unless texts changed.
func (f *folded) with(entries []ledger.Entry, hashes []ledger.Digest, added []incident.Recorded) *folded {
	next := &folded{chain: f.chain, summary: f.summary, bytes: f.bytes}
	next.facts = append(slices.Clip(f.facts), added...)
	if strings.HasPrefix(f.chain.Stream, incidentPrefix) {
		next.state = incident.Extend(f.state, added)
	}
	for i, e := range entries {
		next.chain.Version, next.chain.Prev = e.Version, hashes[i]
		next.bytes += sizeOf(e)
	}
	if slices.ContainsFunc(added, func(r incident.Recorded) bool { return changesTexts(r.Fact) }) {
		next.summary = nil
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

// fresh answers a stream as the record holds it now. What is remembered is asked about by its head: where the record still has
// that entry, with that digest, everything before it is what it was, and only what follows is read.
func (c *Cases) fresh(ctx context.Context, stream string) (*folded, error) {
	base := c.folds.get(stream)
	if base != nil {
		entries, err := c.LoadFrom(ctx, stream, base.chain.Version)
		if err != nil {
			return nil, err
		}
		if len(entries) > 0 && entries[0].Version == base.chain.Version && entries[0].Hash() == base.chain.Prev {
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
func (c *Cases) extend(base *folded, entries []ledger.Entry) (*folded, error) {
	if len(entries) == 0 {
		return base, nil
	}
	added, err := decoded(c.Registry, kindOf(base.chain.Stream), entries)
	if err != nil {
		return nil, err
	}
	hashes := make([]ledger.Digest, len(entries))
	for i, e := range entries {
		hashes[i] = e.Hash()
		added[i].Digest = hashes[i]
	}
	next := base.with(entries, hashes, added)
	c.folds.put(next)
	return next, nil
}

// Folded answers the state of a stream and the facts that led to it, as the record holds them now; both empty for an unknown
// stream. They are shared with others: the caller changes nothing in them.
func (c *Cases) Folded(ctx context.Context, stream string) (incident.State, []incident.Recorded, error) {
	f, err := c.fresh(ctx, stream)
	if err != nil {
		return incident.State{}, nil, err
	}
	return f.state, f.facts, nil
}

// rememberedBytes bounds what a process remembers of streams: about a thousand incidents of the usual size, or one of some
// thousand facts.
const rememberedBytes = 16 << 20

// folds is what a process remembers of streams, the ones used last. That it is behind the record shows when it is asked about,
// or when a commit that stands on it meets the unique version: nothing is ever told from it alone.
type folds struct {
	mu    sync.Mutex
	at    map[string]*list.Element // of *folded
	order list.List                // the one used last is in front
	bytes int
}

func (m *folds) get(stream string) *folded {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.at[stream]
	if e == nil {
		return nil
	}
	m.order.MoveToFront(e)
	return e.Value.(*folded)
}

// put remembers a stream, unless a later version of it is remembered.
func (m *folds) put(f *folded) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at == nil {
		m.at = map[string]*list.Element{}
	}
	if e := m.at[f.chain.Stream]; e != nil {
		if e.Value.(*folded).chain.Version > f.chain.Version {
			return
		}
		m.remove(e)
	}
	m.at[f.chain.Stream] = m.order.PushFront(f)
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
	f := m.order.Remove(e).(*folded)
	delete(m.at, f.chain.Stream)
	m.bytes -= f.bytes
}
