package delivery

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/store/engine"
)

// ClaimDeliveries takes up to limit messages of some lanes that are due, lowest lane first, oldest first, for leaseFor. A
// claimed message is due again when the lease runs out: a courier that dies in the middle only delays it.
func (s *Store) ClaimDeliveries(ctx context.Context, holder string, lanes notify.Lanes, limit int, leaseFor time.Duration, now time.Time) ([]engine.Delivery, error) {
	var out []engine.Delivery
	err := s.Update(ctx, func(tx engine.Tx) error {
		out = nil
		return eachLane(ctx, tx, lanes, func(lane int64) (more bool, err error) {
			claimed, err := claimLane(ctx, tx, lane, holder, limit-len(out), leaseFor, now)
			out = append(out, claimed...)
			return len(out) < limit, err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", err)
	}
	return out, nil
}

// eachLane walks the lanes that hold anything, lowest first. Inside one the index leads straight to what is due, however
// much waits for later.
func eachLane(ctx context.Context, tx engine.Tx, lanes notify.Lanes, fn func(lane int64) (more bool, err error)) error {
	lane, below := int64(lanes.From)-1, int64(lanes.Below)
	if below == 0 {
		below = math.MaxInt64
	}
	for {
		err := engine.One(ctx, tx, []any{&lane}, "SELECT lane FROM delivery WHERE lane > $1 AND lane < $2 ORDER BY lane LIMIT 1", lane, below)
		if errors.Is(err, engine.ErrNoRow) {
			return nil
		}
		if err != nil {
			return err
		}
		if more, err := fn(lane); err != nil || !more {
			return err
		}
	}
}

func claimLane(ctx context.Context, tx engine.Tx, lane int64, holder string, limit int, leaseFor time.Duration, now time.Time) ([]engine.Delivery, error) {
	var out []engine.Delivery
	due := map[string]int64{}
	var order []string
	err := engine.Each(ctx, tx, func(rows engine.Rows) error {
		var message string
		var at int64
		err := rows.Scan(&message, &at)
		due[message], order = at, append(order, message)
		return err
	}, "SELECT message, next_at_us FROM delivery WHERE lane = $1 AND next_at_us <= $2 ORDER BY next_at_us"+engine.AtMost(limit)+tx.Dialect().Lock,
		lane, now.UnixMicro())
	if err != nil {
		return nil, err
	}
	until := now.Add(leaseFor).UnixMicro()
	for _, message := range order {
		err := engine.Each(ctx, tx, func(rows engine.Rows) error {
			var d engine.Delivery
			err := d.Scan(rows)
			d.NextAt = due[message]
			out = append(out, d)
			return err
		}, `UPDATE delivery SET holder = $2, fence = fence + 1, attempts = attempts + 1, next_at_us = $3, lease_until_us = $3
WHERE message = $1 RETURNING `+engine.DeliveryColumns, message, holder, until)
		if err != nil {
			return nil, err
		}
	}
	return slices.Clip(out), nil
}

// DeferDelivery gives a claimed message back, due at nextAt, and writes the attempt to the log. fault.Conflict means that
// the claim has run out and another has the message now.
func (s *Store) DeferDelivery(ctx context.Context, d engine.Delivery, nextAt time.Time, a engine.Attempt) error {
	err := s.Update(ctx, func(tx engine.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE delivery SET next_at_us = $4, last_reply = $5, holder = '', lease_until_us = 0
WHERE message = $1 AND holder = $2 AND fence = $3`, d.Message, d.Holder, d.Fence, nextAt.UnixMicro(), a.Reply)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Conflict("the message %s was claimed by another", d.Message)
		}
		_, err = tx.Exec(ctx, "INSERT INTO delivery_log (message, at_us, outcome, reply) VALUES ($1, $2, $3, $4)",
			d.Message, a.At, a.Outcome, a.Reply)
		return err
	})
	if err != nil {
		return fmt.Errorf("defer delivery: %w", err)
	}
	return nil
}

// Deliveries lists what is in the queue, next first.
func (s *Store) Deliveries(ctx context.Context) ([]engine.Delivery, error) {
	var out []engine.Delivery
	err := s.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(rows engine.Rows) error {
			var d engine.Delivery
			err := d.Scan(rows)
			out = append(out, d)
			return err
		}, "SELECT "+engine.DeliveryColumns+" FROM delivery ORDER BY lane, next_at_us, message")
	})
	return out, err
}

// Queued returns a delivery as the application knows it.
func Queued(d engine.Delivery) notify.Queued {
	return notify.Queued{Message: d.Message, Stream: d.Stream, Lane: notify.Lane(d.Lane), Owed: time.UnixMicro(d.CreatedAt).UTC(),
		Attempts: int(d.Attempts), Next: time.UnixMicro(d.NextAt).UTC(), Reply: d.LastReply, Holder: d.Holder, Fence: d.Fence}
}
