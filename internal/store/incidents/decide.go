package incidents

import (
	"context"
	"errors"
	"slices"

	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/record"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/streams"
)

// cases is how the store handles incidents. Their states take long to fold and their rows are many, so that the state is remembered, and
// only rows that changed are written.
var cases = streams.Aggregate[incident.State]{Kind: "incident", Fold: incident.Fold, State: func(f *streams.Folded) incident.State { return memoOf(f).state },
	Derive: changedIncidentRows, Owes: incidentOwes}

// incidentMemo is what is remembered of an incident.
type incidentMemo struct {
	state   incident.State
	summary *string // of the incident's row; nil where it was not looked up
}

// IncidentMemo remembers the state of incidents. The summary stays unless texts changed.
func IncidentMemo(before any, added []record.Recorded) any {
	m, _ := before.(*incidentMemo)
	if m == nil {
		m = &incidentMemo{}
	}
	next := &incidentMemo{state: incident.Extend(m.state, added), summary: m.summary}
	if slices.ContainsFunc(added, func(r incident.Recorded) bool { return changesTexts(r.Fact) }) {
		next.summary = nil
	}
	return next
}

func memoOf(f *streams.Folded) *incidentMemo {
	if m, ok := f.Memo.(*incidentMemo); ok {
		return m
	}
	return &incidentMemo{state: incident.Fold(f.Facts)}
}

// Update lets decide say what follows from an incident's state, and commits it.
func (c *Store) Update(ctx context.Context, stream string, decide func(incident.State) (ledger.Decision, error)) (incident.State, error) {
	return streams.UpdateStream(ctx, c.Streams, cases, stream, decide)
}

// Create does the same for an incident that is probably new: the first try looks for nothing.
func (c *Store) Create(ctx context.Context, stream string, decide func(incident.State) (ledger.Decision, error)) (incident.State, error) {
	return streams.CreateStream(ctx, c.Streams, cases, stream, decide)
}

// Folded returns the state of an incident and the facts that led to it, as the record holds them now; both empty for an unknown
// stream. They are shared with others: the caller changes nothing in them.
func (c *Store) Folded(ctx context.Context, stream string) (incident.State, []incident.Recorded, error) {
	f, err := c.Fresh(ctx, stream)
	if err != nil {
		return incident.State{}, nil, err
	}
	return memoOf(f).state, f.Facts, nil
}

// changedIncidentRows are the derived rows that a decision changes. The search and the summary follow from texts, which only a
// filing or a disposal changes; else the summary that stands is kept.
func changedIncidentRows(ctx context.Context, c *streams.Streams, base, next *streams.Folded, d ledger.Decision) (rows []engine.Row, err error) {
	stream, before, after := base.Chain.Stream, memoOf(base), memoOf(next)
	if !slices.ContainsFunc(next.Facts[len(base.Facts):], func(r incident.Recorded) bool { return changesTexts(r.Fact) }) {
		if after.summary == nil {
			summary, err := summaryOf(ctx, c, stream)
			if err != nil {
				return nil, err
			}
			after.summary = &summary
		}
		return streams.ChangedRows(stateRows(stream, before.state, *after.summary), stateRows(stream, after.state, *after.summary)), nil
	}
	texts := map[string][]byte{}
	if len(base.Facts) > 0 {
		if texts, err = c.TextsByHex(ctx, filingTexts(base.Facts)); err != nil {
			return nil, err
		}
	}
	streams.AddTexts(texts, d)
	words, err := readFilings(next.Facts, func(digest string) []byte { return texts[digest] })
	if err != nil {
		return nil, err
	}
	after.summary = &words.summary
	rows = stateRows(stream, after.state, words.summary)
	if base.Chain.Version > 0 {
		// The summary that stands is not at hand, so the incident's own row is written again.
		rows = streams.ChangedRows(stateRows(stream, before.state, "")[1:], rows)
	}
	return append(rows, searchRow(stream, after.state, words)), nil
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

func summaryOf(ctx context.Context, c *streams.Streams, stream string) (s string, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&s}, "SELECT summary FROM incident WHERE stream = $1", stream)
	})
	if errors.Is(err, engine.ErrNoRow) {
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

// incidentOwes puts messages that are owed from now on into the courier's queue, and takes out those whose end is recorded.
func incidentOwes(out *engine.Change, _ incident.State, added []incident.Recorded) {
	for _, r := range added {
		switch f := r.Fact.(type) {
		case *incident.MessagesOwed:
			for _, m := range f.Messages {
				out.Deliveries = append(out.Deliveries, engine.Delivery{Message: m.ID, Stream: out.Stream, Lane: laneOf(m), NextAt: r.At.UnixMicro(), CreatedAt: r.At.UnixMicro()})
			}
		case *incident.MessageDelivered:
			out.Settled = append(out.Settled, f.Message)
		case *incident.MessageRefused:
			if !f.GaveUp {
				out.Settled = append(out.Settled, f.Message)
			}
		case *incident.MessagesWithdrawn:
			out.Settled = append(out.Settled, f.Messages...)
		}
	}
}
