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

	folds folds
	often often
}

// maxTries bounds how often a decision is made again because another writer was first. Contention on one incident is a
// handful of people and loops; more tries than this mean a fault.
const maxTries = 50

// maxFresh bounds it for a stream that nobody has begun: then what is in the way is a value that occurs once, an incident
// number drawn twice or the request that another copy has recorded.
const maxFresh = 2

// Update lets decide say what follows from a stream's state, and commits it. It decides on what this process remembers of the
// stream, and on what the record holds where that turned out to be behind it.
func (c *Cases) Update(ctx context.Context, stream string, decide func(incident.State) (ledger.Decision, error)) (incident.State, error) {
	base := c.folds.get(stream)
	for try := range maxTries {
		remembered := base != nil
		if !remembered {
			var err error
			if base, err = c.fresh(ctx, stream); err != nil {
				return incident.State{}, err
			}
		}
		after, err := c.once(ctx, base, decide)
		if remembered && errors.Is(err, errNothing) {
			// Refused, or nothing to do: that must not be said on what may have been overtaken.
			now, loadErr := c.fresh(ctx, stream)
			if loadErr != nil {
				return incident.State{}, loadErr
			}
			if now != base {
				after, err = c.once(ctx, now, decide)
				base = now
			}
		}
		if !errors.Is(err, errMoved) {
			return after, spoken(err)
		}
		if !remembered && base.chain.Version == 0 && try >= maxFresh {
			return after, fault.Conflict("%s would repeat a value that occurs once", stream)
		}
		base = nil
	}
	return incident.State{}, fault.Conflict("%s is changed by too many at once; try again", stream)
}

// Create does the same for a stream that is probably new: the first try looks for nothing.
func (c *Cases) Create(ctx context.Context, stream string, decide func(incident.State) (ledger.Decision, error)) (incident.State, error) {
	after, err := c.once(ctx, begun(stream), decide)
	if errors.Is(err, errMoved) {
		return c.Update(ctx, stream, decide)
	}
	return after, spoken(err)
}

var (
	errMoved = errors.New("the stream moved on")
	// errNothing wraps a refusal, or stands alone where nothing follows from a decision.
	errNothing = errors.New("nothing is written")
)

// refusal is why nothing is written; nil where there is no reason but that nothing follows.
type refusal struct{ error }

// Is says that a refusal is errNothing.
func (refusal) Is(target error) bool { return target == errNothing }

// spoken is an error as the caller is told it.
func spoken(err error) error {
	if r := (refusal{}); errors.As(err, &r) {
		return r.error
	}
	return err
}

// once decides on a state and writes what follows. It answers the state after it.
func (c *Cases) once(ctx context.Context, base *folded, decide func(incident.State) (ledger.Decision, error)) (incident.State, error) {
	d, err := decide(base.state)
	if err != nil || len(d.Drafts) == 0 {
		return base.state, refusal{err}
	}
	fresh, hashes, err := c.entries(base.chain, d)
	if err != nil {
		return base.state, err
	}
	added, err := drafted(fresh, hashes, d)
	if err != nil {
		return base.state, err
	}
	next := base.with(fresh, hashes, added)
	change := Change{Stream: base.chain.Stream, Expect: base.chain.Version, Entries: fresh, hashes: hashes, Texts: d.Texts, Dispose: d.Dispose}
	if change.Rows, err = c.rows(ctx, base, next, added, d); err != nil {
		return base.state, err
	}
	change.Deliveries, change.Settled = queueOf(base.chain.Stream, added)
	for _, a := range d.Log {
		change.Attempts = append(change.Attempts, Attempt{Message: a.Message, At: a.At.UnixMicro(), Outcome: a.Outcome, Reply: a.Reply})
	}
	err = c.Commit(ctx, change)
	if err == nil {
		c.folds.put(next)
		return next.state, nil
	}
	c.folds.drop(base.chain.Stream)
	if fault.KindOf(err) == fault.KindConflict {
		return base.state, errMoved
	}
	return next.state, err
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
func drafted(entries []ledger.Entry, hashes []ledger.Digest, d ledger.Decision) ([]incident.Recorded, error) {
	out := make([]incident.Recorded, len(entries))
	for i, e := range entries {
		f, ok := d.Drafts[i].Fact.(incident.Fact)
		if !ok {
			return nil, fmt.Errorf("%s is no fact of an incident", e.Fact)
		}
		out[i] = incident.Recorded{Fact: f, Version: e.Version, EntryID: e.ID, At: e.Time(), Actor: e.Actor, Pack: e.Pack, Texts: refs(e.Texts), Digest: hashes[i]}
	}
	return out, nil
}

// rows are the derived rows that the added facts change. The search and the summary follow from texts, which only a
// filing or a disposal changes; else the summary that stands is kept.
func (c *Cases) rows(ctx context.Context, base, next *folded, added []incident.Recorded, d ledger.Decision) (rows []Row, err error) {
	stream := base.chain.Stream
	if !slices.ContainsFunc(added, func(r incident.Recorded) bool { return changesTexts(r.Fact) }) {
		if next.summary == nil {
			summary, err := c.summary(ctx, stream)
			if err != nil {
				return nil, err
			}
			next.summary = &summary
		}
		return changedRows(stateRows(stream, base.state, *next.summary), stateRows(stream, next.state, *next.summary)), nil
	}
	texts := map[string][]byte{}
	if len(base.facts) > 0 {
		if texts, err = c.TextsByHex(ctx, filingTexts(base.facts)); err != nil {
			return nil, err
		}
	}
	for _, t := range d.Texts {
		texts[t.Digest.String()] = t.Content
	}
	for _, gone := range d.Dispose {
		delete(texts, gone.String())
	}
	words, err := readFilings(next.facts, func(digest string) []byte { return texts[digest] })
	if err != nil {
		return nil, err
	}
	next.summary = &words.summary
	rows = stateRows(stream, next.state, words.summary)
	if base.chain.Version > 0 {
		// The summary that stands is not at hand, so the incident's own row is written again.
		rows = changedRows(stateRows(stream, base.state, "")[1:], rows)
	}
	return append(rows, searchRow(stream, next.state, words)), nil
}

// filingTexts are the texts that readFilings reads.
func filingTexts(facts []incident.Recorded) (out []string) {
	for _, r := range facts {
		if _, ok := r.Fact.(*incident.Reported); ok {
			for _, digest := range r.Texts {
				out = append(out, digest)
			}
		}
	}
	return out
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
		case *incident.MessagesWithdrawn:
			settled = append(settled, f.Messages...)
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
