package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/ledger"
)

// Cases is the write path of incidents: load, decide, project, commit.
type Cases struct {
	*Store
	Registry *ledger.Registry
}

// maxTries bounds how often a decision is made again because another writer was first. Contention on one incident is a
// handful of people and loops; more tries than this mean a fault.
const maxTries = 50

// maxFresh bounds it for a stream that nobody has begun: then what is in the way is a value that occurs once, an incident
// number drawn twice or the request that another copy has recorded.
const maxFresh = 2

// Update loads a stream, lets decide say what follows, and commits it. A stream that moved on meanwhile is loaded and
// decided again.
func (c *Cases) Update(ctx context.Context, stream string, decide func(incident.State) (ledger.Decision, error)) (incident.State, error) {
	return c.try(ctx, stream, true, decide)
}

// Create does the same for a stream that is probably new: the first try does not load it.
func (c *Cases) Create(ctx context.Context, stream string, decide func(incident.State) (ledger.Decision, error)) (incident.State, error) {
	return c.try(ctx, stream, false, decide)
}

func (c *Cases) try(ctx context.Context, stream string, load bool, decide func(incident.State) (ledger.Decision, error)) (incident.State, error) {
	for try := range maxTries {
		var entries []ledger.Entry
		var facts []incident.Recorded
		if load {
			var err error
			if entries, facts, err = c.History(ctx, stream); err != nil {
				return incident.State{}, err
			}
		}
		st, err := c.once(ctx, stream, entries, facts, decide)
		if !errors.Is(err, errMoved) {
			return st, err
		}
		if load && len(entries) == 0 && try >= maxFresh {
			return st, fault.Conflict("%s would repeat a value that occurs once", stream)
		}
		load = true
	}
	return incident.State{}, fault.Conflict("%s is changed by too many at once; try again", stream)
}

var errMoved = errors.New("the stream moved on")

func (c *Cases) once(ctx context.Context, stream string, entries []ledger.Entry, facts []incident.Recorded,
	decide func(incident.State) (ledger.Decision, error)) (incident.State, error) {
	before := incident.Fold(facts)
	d, err := decide(before)
	if err != nil || len(d.Drafts) == 0 {
		return before, err
	}
	fresh, hashes, err := c.entries(ledger.ChainOf(stream, entries), d)
	if err != nil {
		return before, err
	}
	added, err := drafted(fresh, d)
	if err != nil {
		return before, err
	}
	after := incident.Fold(append(slices.Clip(facts), added...))
	change := Change{Stream: stream, Expect: int64(len(entries)), Entries: fresh, hashes: hashes, Texts: d.Texts, Dispose: d.Dispose}
	if change.Rows, err = c.rows(ctx, stream, facts, added, before, after, d); err != nil {
		return before, err
	}
	change.Deliveries, change.Settled = queueOf(stream, added)
	for _, a := range d.Log {
		change.Attempts = append(change.Attempts, Attempt{Message: a.Message, At: a.At.UnixMicro(), Outcome: a.Outcome, Reply: a.Reply})
	}
	err = c.Commit(ctx, change)
	if fault.KindOf(err) == fault.KindConflict {
		return before, errMoved
	}
	return after, err
}

// entries chains the drafts of a decision onto a stream, and returns them with their leaf hashes.
func (c *Cases) entries(chain ledger.Chain, d ledger.Decision) (out []ledger.Entry, hashes []ledger.Digest, err error) {
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
func drafted(entries []ledger.Entry, d ledger.Decision) ([]incident.Recorded, error) {
	out := make([]incident.Recorded, len(entries))
	for i, e := range entries {
		f, ok := d.Drafts[i].Fact.(incident.Fact)
		if !ok {
			return nil, fmt.Errorf("%s is no fact of an incident", e.Fact)
		}
		out[i] = incident.Recorded{Fact: f, Version: e.Version, EntryID: e.ID, At: e.Time(), Actor: e.Actor, Pack: e.Pack, Texts: refs(e.Texts)}
	}
	return out, nil
}

// rows are the derived rows that the added facts change. The search and the summary follow from texts, which only a
// filing or a disposal changes; else the summary that stands is kept.
func (c *Cases) rows(ctx context.Context, stream string, facts, added []incident.Recorded, before, after incident.State, d ledger.Decision) ([]Row, error) {
	if !slices.ContainsFunc(added, func(r incident.Recorded) bool { return changesTexts(r.Fact) }) {
		summary, err := c.summary(ctx, stream)
		return changedRows(stateRows(stream, before, summary), stateRows(stream, after, summary)), err
	}
	texts := map[string][]byte{}
	if len(facts) > 0 {
		var old []string
		for _, f := range facts {
			for _, digest := range f.Texts {
				old = append(old, digest)
			}
		}
		var err error
		if texts, err = c.TextsByHex(ctx, old); err != nil {
			return nil, err
		}
	}
	for _, t := range d.Texts {
		texts[t.Digest.String()] = t.Content
	}
	for _, gone := range d.Dispose {
		delete(texts, gone.String())
	}
	words, err := readFilings(append(slices.Clip(facts), added...), func(digest string) []byte { return texts[digest] })
	if err != nil {
		return nil, err
	}
	rows := stateRows(stream, after, words.summary)
	if before.Version > 0 {
		// The summary that stands is not at hand, so the incident's own row is written again.
		rows = changedRows(stateRows(stream, before, "")[1:], rows)
	}
	return append(rows, searchRow(stream, after, words)), nil
}

func changesTexts(f incident.Fact) bool {
	switch f.(type) {
	case *incident.Reported, *incident.Telephoned, *incident.Disposed:
		return true
	}
	return false
}

func (c *Cases) summary(ctx context.Context, stream string) (s string, err error) {
	err = c.Read(ctx, func(tx Tx) error {
		return One(ctx, tx, []any{&s}, "SELECT summary FROM incident WHERE stream = $1", stream)
	})
	if errors.Is(err, ErrNoRow) {
		return "", nil
	}
	return s, err
}

func laneOf(m incident.OwedMessage) int64 {
	if m.Channel == incident.ChannelWebhook {
		return m.Lane + int64(notify.HookLanes)
	}
	return m.Lane
}

// queueOf puts messages that are owed from now on into the courier's queue, and takes out those whose end is recorded.
func queueOf(stream string, added []incident.Recorded) (owed []Delivery, settled []string) {
	for _, r := range added {
		switch f := r.Fact.(type) {
		case *incident.MessagesOwed:
			for _, m := range f.Messages {
				owed = append(owed, Delivery{Message: m.ID, Stream: stream, Lane: laneOf(m), NextAt: r.At.UnixMicro(), CreatedAt: r.At.UnixMicro()})
			}
		case *incident.MessageDelivered:
			settled = append(settled, f.Message)
		case *incident.MessageRefused:
			if !f.GaveUp {
				settled = append(settled, f.Message)
			}
		}
	}
	return owed, settled
}

// History returns the entries of a stream and the facts they hold; both empty for an unknown stream.
func (c *Cases) History(ctx context.Context, stream string) ([]ledger.Entry, []incident.Recorded, error) {
	entries, err := c.Load(ctx, stream)
	if err != nil {
		return nil, nil, err
	}
	facts, err := recorded(c.Registry, entries)
	return entries, facts, err
}

// TextsByHex answers contents by hexadecimal digest; a disposed or unknown text is absent.
func (c *Cases) TextsByHex(ctx context.Context, digests []string) (map[string][]byte, error) {
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
func (c *Cases) Texts(ctx context.Context, digests []string) (map[string][]byte, error) {
	return c.TextsByHex(ctx, digests)
}
