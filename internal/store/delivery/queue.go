package delivery

import (
	"context"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/store/engine"
)

// ClaimMessages is ClaimDeliveries for the courier. Where nothing is due it costs a read, not a write.
func (c *Store) ClaimMessages(ctx context.Context, holder string, lanes notify.Lanes, limit int, leaseFor time.Duration, now time.Time) ([]notify.Queued, error) {
	due := false
	err := c.Read(ctx, func(tx engine.Tx) error {
		return eachLane(ctx, tx, lanes, func(lane int64) (more bool, err error) {
			err = engine.Each(ctx, tx, func(engine.Rows) error { due = true; return nil },
				"SELECT 1 FROM delivery WHERE lane = $1 AND next_at_us <= $2 LIMIT 1", lane, now.UnixMicro())
			return !due, err
		})
	})
	if err != nil || !due {
		return nil, err
	}
	claimed, err := c.ClaimDeliveries(ctx, holder, lanes, limit, leaseFor, now)
	out := make([]notify.Queued, len(claimed))
	for i, d := range claimed {
		out[i] = Queued(d)
		out[i].Attempts-- // a claim counts as an attempt at once; the courier thinks of those before this one
	}
	return out, err
}

// DeferMessage puts a claimed message back until next. A claim that was lost meanwhile is left alone.
func (c *Store) DeferMessage(ctx context.Context, q notify.Queued, next time.Time, reply string) error {
	d := engine.Delivery{Message: q.Message, Holder: q.Holder, Fence: q.Fence}
	err := c.DeferDelivery(ctx, d, next, engine.Attempt{Message: q.Message, At: next.UnixMicro(), Outcome: "deferred", Reply: notify.CleanReply(reply)})
	if fault.KindOf(err) == fault.KindConflict {
		return nil
	}
	return err
}

// DropMessage takes out a message that is owed no more.
func (c *Store) DropMessage(ctx context.Context, q notify.Queued) error {
	return c.Store.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM delivery WHERE message = $1", q.Message)
		return err
	})
}

// KeepMessages prolongs claims until an instant. One that was lost meanwhile is left alone.
func (c *Store) KeepMessages(ctx context.Context, claimed []notify.Queued, until time.Time) error {
	if len(claimed) == 0 {
		return nil
	}
	return c.Store.Update(ctx, func(tx engine.Tx) error {
		for _, q := range claimed {
			if _, err := tx.Exec(ctx, "UPDATE delivery SET next_at_us = $4, lease_until_us = $4 WHERE message = $1 AND holder = $2 AND fence = $3",
				q.Message, q.Holder, q.Fence, until.UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
}

// FreeClaims makes every claimed message due at once: for the one process that works on a record in a file, at its start.
func (c *Store) FreeClaims(ctx context.Context, now time.Time) error {
	return c.Store.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE delivery SET holder = '', lease_until_us = 0, next_at_us = $1 WHERE holder <> ''", now.UnixMicro())
		return err
	})
}

// HoldLease is AcquireLease for the work loops: it answers the fencing token.
func (c *Store) HoldLease(ctx context.Context, name, holder string, ttl time.Duration, now time.Time) (int64, bool, error) {
	l, ok, err := c.AcquireLease(ctx, name, holder, ttl, now)
	return l.Fence, ok, err
}
