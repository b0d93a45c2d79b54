package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"tocsin/internal/ledger"
)

// DeliveryLog answers every attempt to deliver messages, by message, oldest first.
func (c *Cases) DeliveryLog(ctx context.Context, messages []string) (map[string][]ledger.Attempt, error) {
	type numbered struct {
		id int64
		ledger.Attempt
	}
	var lines []numbered
	err := c.Read(ctx, func(tx Tx) error {
		return eachIn(ctx, tx, "SELECT id, message, at_us, outcome, reply FROM delivery_log WHERE message IN ", messages, func(r Rows) error {
			var l numbered
			var at int64
			err := r.Scan(&l.id, &l.Message, &at, &l.Outcome, &l.Reply)
			l.At = time.UnixMicro(at).UTC()
			lines = append(lines, l)
			return err
		})
	})
	slices.SortFunc(lines, func(a, b numbered) int { return cmp.Compare(a.id, b.id) })
	out := map[string][]ledger.Attempt{}
	for _, l := range lines {
		out[l.Message] = append(out[l.Message], l.Attempt)
	}
	return out, err
}

// NewestCheckpoint is LatestCheckpoint for the application: found is false while there is none.
func (c *Cases) NewestCheckpoint(ctx context.Context) (p ledger.Checkpoint, found bool, err error) {
	p, err = c.LatestCheckpoint(ctx)
	if errors.Is(err, ErrNoRow) {
		return p, false, nil
	}
	return p, err == nil, err
}
