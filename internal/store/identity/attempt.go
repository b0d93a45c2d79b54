package identity

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"tocsin/internal/domain/account"
	"tocsin/internal/store/engine"
)

// Clock is the database's clock: the one clock of all replicas.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	var us int64
	err := s.Read(ctx, func(tx engine.Tx) error {
		sql := "SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
		if tx.Dialect().Name == "postgres" {
			sql = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
		}
		return engine.One(ctx, tx, []any{&us}, sql)
	})
	return engine.FromMicro(us), err
}

// errWait takes back what an attempt has counted on other counters.
var errWait = errors.New("an attempt must wait")

// forgetAfter is when rows that nobody has touched go; longer than any limit remembers.
const forgetAfter = 48 * time.Hour

// Attempt counts an attempt on every counter before it is looked at, so that many at once are counted one by one. Where one
// of them must wait it counts nothing and answers until when.
func (s *Store) Attempt(ctx context.Context, now time.Time, counters []account.Counter) (until time.Time, err error) {
	// One order for all, so that no two wait for each other.
	counters = slices.SortedFunc(slices.Values(counters), func(a, b account.Counter) int { return bytes.Compare(a.Name, b.Name) })
	err = s.Update(ctx, func(tx engine.Tx) error {
		until = time.Time{}
		if _, err := tx.Exec(ctx, "DELETE FROM throttle WHERE last_us < $1", now.Add(-forgetAfter).UnixMicro()); err != nil {
			return err
		}
		for _, c := range counters {
			var err error
			if until, err = count(ctx, tx, now, c); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errWait) {
		return until, nil
	}
	return time.Time{}, err
}

func count(ctx context.Context, tx engine.Tx, now time.Time, c account.Counter) (until time.Time, err error) {
	var fails int64
	err = engine.One(ctx, tx, []any{&fails}, `INSERT INTO throttle (name, fails, last_us, until_us) VALUES ($1, 1, $2, 0)
ON CONFLICT (name) DO UPDATE SET fails = CASE WHEN throttle.last_us < $3 THEN 1 ELSE throttle.fails + 1 END, last_us = excluded.last_us
WHERE throttle.until_us <= $2 RETURNING fails`, c.Name, now.UnixMicro(), now.Add(-c.Limit.Forget).UnixMicro())
	if errors.Is(err, engine.ErrNoRow) {
		var us int64
		if err := engine.One(ctx, tx, []any{&us}, "SELECT until_us FROM throttle WHERE name = $1", c.Name); err != nil {
			return until, err
		}
		return engine.FromMicro(us), errWait
	}
	if err != nil {
		return until, err
	}
	if wait := c.Limit.Wait(fails); wait > 0 {
		_, err = tx.Exec(ctx, "UPDATE throttle SET until_us = $2 WHERE name = $1", c.Name, now.Add(wait).UnixMicro())
	}
	return until, err
}

// Forgive forgets what was counted.
func (s *Store) Forgive(ctx context.Context, names [][]byte) error {
	return s.Update(ctx, func(tx engine.Tx) error {
		for _, name := range names {
			if _, err := tx.Exec(ctx, "DELETE FROM throttle WHERE name = $1", name); err != nil {
				return err
			}
		}
		return nil
	})
}

// Spend takes what works once, and forgets what would have run out anyway.
func (s *Store) Spend(ctx context.Context, digest []byte, now, until time.Time) (ok bool, err error) {
	err = s.Update(ctx, func(tx engine.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM spent WHERE until_us < $1", now.UnixMicro()); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, "INSERT INTO spent (digest, until_us) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING", digest, until.UnixMicro())
		ok = n > 0
		return err
	})
	return ok && err == nil, err
}
