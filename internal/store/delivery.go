package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
)

// Delivery is one message owed, in the courier's queue. It stays there until a change settles it: a message is never
// dropped for its age or its attempts.
type Delivery struct {
	Message   string // id of the message
	Stream    string // whose fact says that it is owed
	Lane      int64  // lower goes first: statutory messages before digests
	NextAt    int64  // microseconds: not before
	Attempts  int64  // how often it was claimed
	Holder    string // who has claimed it; empty where nobody has
	Fence     int64  // grows with every claim
	LeaseTo   int64  // microseconds: until when the claim holds
	LastReply string // what the other side said last
	CreatedAt int64  // microseconds
}

func (d Delivery) row() []any {
	return []any{d.Message, d.Stream, d.Lane, d.NextAt, d.Attempts, d.LeaseTo, d.Holder, d.Fence, d.LastReply, d.CreatedAt}
}

const deliveryColumns = "message, stream, lane, next_at_us, attempts, lease_until_us, holder, fence, last_reply, created_at_us"

func (d *Delivery) scan(rows Rows) error {
	return rows.Scan(&d.Message, &d.Stream, &d.Lane, &d.NextAt, &d.Attempts, &d.LeaseTo, &d.Holder, &d.Fence, &d.LastReply, &d.CreatedAt)
}

// Attempt is one line of the delivery log.
type Attempt struct {
	Message string
	At      int64  // microseconds
	Outcome string // "accepted", "deferred", "refused" …
	Reply   string // the other side's words
}

// ClaimDeliveries takes up to limit messages of some lanes that are due, lowest lane first, oldest first, for leaseFor. A
// claimed message is due again when the lease runs out: a courier that dies in the middle only delays it.
func (s *Store) ClaimDeliveries(ctx context.Context, holder string, lanes notify.Lanes, limit int, leaseFor time.Duration, now time.Time) ([]Delivery, error) {
	var out []Delivery
	err := s.Update(ctx, func(tx Tx) error {
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
func eachLane(ctx context.Context, tx Tx, lanes notify.Lanes, fn func(lane int64) (more bool, err error)) error {
	lane, below := int64(lanes.From)-1, int64(lanes.Below)
	if below == 0 {
		below = math.MaxInt64
	}
	for {
		err := One(ctx, tx, []any{&lane}, "SELECT lane FROM delivery WHERE lane > $1 AND lane < $2 ORDER BY lane LIMIT 1", lane, below)
		if errors.Is(err, ErrNoRow) {
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

func claimLane(ctx context.Context, tx Tx, lane int64, holder string, limit int, leaseFor time.Duration, now time.Time) ([]Delivery, error) {
	var out []Delivery
	due := map[string]int64{}
	var order []string
	err := Each(ctx, tx, func(rows Rows) error {
		var message string
		var at int64
		err := rows.Scan(&message, &at)
		due[message], order = at, append(order, message)
		return err
	}, "SELECT message, next_at_us FROM delivery WHERE lane = $1 AND next_at_us <= $2 ORDER BY next_at_us"+atMost(limit)+tx.Dialect().Lock,
		lane, now.UnixMicro())
	if err != nil {
		return nil, err
	}
	until := now.Add(leaseFor).UnixMicro()
	for _, message := range order {
		err := Each(ctx, tx, func(rows Rows) error {
			var d Delivery
			err := d.scan(rows)
			d.NextAt = due[message]
			out = append(out, d)
			return err
		}, `UPDATE delivery SET holder = $2, fence = fence + 1, attempts = attempts + 1, next_at_us = $3, lease_until_us = $3
WHERE message = $1 RETURNING `+deliveryColumns, message, holder, until)
		if err != nil {
			return nil, err
		}
	}
	return slices.Clip(out), nil
}

// DeferDelivery gives a claimed message back, due at nextAt, and writes the attempt to the log. fault.Conflict means that
// the claim has run out and another has the message now.
func (s *Store) DeferDelivery(ctx context.Context, d Delivery, nextAt time.Time, a Attempt) error {
	err := s.Update(ctx, func(tx Tx) error {
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
func (s *Store) Deliveries(ctx context.Context) ([]Delivery, error) {
	var out []Delivery
	err := s.Read(ctx, func(tx Tx) error {
		return Each(ctx, tx, func(rows Rows) error {
			var d Delivery
			err := d.scan(rows)
			out = append(out, d)
			return err
		}, "SELECT "+deliveryColumns+" FROM delivery ORDER BY lane, next_at_us, message")
	})
	return out, err
}
