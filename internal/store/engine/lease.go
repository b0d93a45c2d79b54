package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/internal/domain/fault"
)

// Lease says that one holder alone does a thing until a time. The fence grows with every new holder: a holder that was
// paused past its time carries a number that no longer counts, and what it then tries to write is refused.
type Lease struct {
	Name   string
	Holder string
	Fence  int64
	Until  int64 // microseconds since 1970 UTC
}

// AcquireLease takes a lease that is free, run out or already the holder's. false means that another holds it.
func (s *Store) AcquireLease(ctx context.Context, name, holder string, ttl time.Duration, now time.Time) (l Lease, ok bool, err error) {
	l = Lease{Name: name, Holder: holder, Until: now.Add(ttl).UnixMicro()}
	err = s.Update(ctx, func(tx Tx) error {
		return One(ctx, tx, []any{&l.Fence}, `INSERT INTO lease (name, holder, fence, until_us) VALUES ($1, $2, 1, $3)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_us = excluded.until_us, fence = lease.fence + 1
WHERE lease.until_us <= $4 OR lease.holder = excluded.holder RETURNING fence`, name, holder, l.Until, now.UnixMicro())
	})
	if errors.Is(err, ErrNoRow) {
		return Lease{}, false, nil
	}
	if err != nil {
		return Lease{}, false, fmt.Errorf("lease %s: %w", name, err)
	}
	return l, true, nil
}

// Renew prolongs a lease that is still held, under the same fence. fault.Conflict means that another has taken it.
func (s *Store) Renew(ctx context.Context, l Lease, ttl time.Duration, now time.Time) (Lease, error) {
	l.Until = now.Add(ttl).UnixMicro()
	return l, s.touchLease(ctx, l, "UPDATE lease SET until_us = $4 WHERE name = $1 AND holder = $2 AND fence = $3", l.Until)
}

// Release gives a lease up, so that the next holder need not wait. The fence stays in the table: it must never repeat.
func (s *Store) Release(ctx context.Context, l Lease) error {
	return s.touchLease(ctx, l, "UPDATE lease SET until_us = $4, holder = '' WHERE name = $1 AND holder = $2 AND fence = $3", int64(0))
}

func (s *Store) touchLease(ctx context.Context, l Lease, sql string, until int64) error {
	var n int64
	err := s.Update(ctx, func(tx Tx) (err error) {
		n, err = tx.Exec(ctx, sql, l.Name, l.Holder, l.Fence, until)
		return err
	})
	if err != nil {
		return fmt.Errorf("lease %s: %w", l.Name, err)
	}
	if n == 0 {
		return fault.Conflict("the lease %s is held by another", l.Name)
	}
	return nil
}

// HoldLease makes sure inside a transaction that the lease is still held, and that it stays so until the commit.
func HoldLease(ctx context.Context, tx Tx, l Lease) error {
	query := "SELECT fence FROM lease WHERE name = $1 AND holder = $2 AND fence = $3"
	if tx.Dialect().Name == "postgres" {
		query += " FOR SHARE"
	}
	var fence int64
	err := One(ctx, tx, []any{&fence}, query, l.Name, l.Holder, l.Fence)
	if errors.Is(err, ErrNoRow) {
		return ErrFenced
	}
	return err
}
