package store

import (
	"context"
	"errors"
	"time"

	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/operation"
	"tocsin/internal/ledger"
)

// Lanes answers how much waits in each lane of the delivery queue, and since when.
func (s *Store) Lanes(ctx context.Context) (out []operation.Lane, err error) {
	err = s.Read(ctx, func(tx Tx) error {
		return Each(ctx, tx, func(r Rows) error {
			var l operation.Lane
			var lane, oldest int64
			err := r.Scan(&lane, &l.Owed, &l.Failed, &oldest)
			l.Lane, l.Oldest = notify.Lane(lane), fromMicro(oldest)
			out = append(out, l)
			return err
		}, "SELECT lane, count(*), sum(CASE WHEN last_reply <> '' THEN 1 ELSE 0 END), min(created_at_us) FROM delivery GROUP BY lane ORDER BY lane")
	})
	return out, err
}

// Failing lists messages that were tried and not taken, the oldest first.
func (s *Store) Failing(ctx context.Context, limit int) (out []notify.Queued, err error) {
	err = s.Read(ctx, func(tx Tx) error {
		return Each(ctx, tx, func(r Rows) error {
			var d Delivery
			err := d.scan(r)
			out = append(out, queued(d))
			return err
		}, "SELECT "+deliveryColumns+" FROM delivery WHERE last_reply <> '' ORDER BY created_at_us, message"+atMost(limit))
	})
	return out, err
}

// refusalsSearched bounds how far back in the delivery log refusals are looked for.
const refusalsSearched = 20_000

// Refusals lists the latest messages that were refused for good, newest first.
func (s *Store) Refusals(ctx context.Context, since time.Time, limit int) (out []operation.Refusal, err error) {
	err = s.Read(ctx, func(tx Tx) error {
		return Each(ctx, tx, func(r Rows) error {
			var f operation.Refusal
			var at int64
			err := r.Scan(&at, &f.Reply)
			f.At = fromMicro(at)
			out = append(out, f)
			return err
		}, "SELECT at_us, reply FROM (SELECT id, at_us, outcome, reply FROM delivery_log ORDER BY id DESC"+atMost(refusalsSearched)+
			") latest WHERE outcome = 'refused' AND at_us >= $1 ORDER BY id DESC"+atMost(limit), since.UnixMicro())
	})
	return out, err
}

// TreeState answers how far the record has come into the tree.
func (s *Store) TreeState(ctx context.Context) (t operation.Tree, err error) {
	err = s.View(ctx, func(tx Tx) error {
		t = operation.Tree{}
		c, err := latestCheckpoint(ctx, tx)
		if err != nil && !errors.Is(err, ErrNoRow) {
			return err
		}
		t.Size, t.Root = c.Size, c.Root.String()
		var covers, since int64
		err = One(ctx, tx, []any{&covers}, "SELECT e.at FROM leaf l JOIN entry e ON e.id = l.entry WHERE l.idx = $1", c.Size-1)
		if err != nil && !errors.Is(err, ErrNoRow) {
			return err
		}
		t.Covers = fromMicro(covers)
		err = One(ctx, tx, []any{&since}, `SELECT e.at FROM (SELECT stream, first FROM unsequenced ORDER BY seq LIMIT 1) u
JOIN entry e ON e.stream = u.stream AND e.version = u.first`)
		if err != nil && !errors.Is(err, ErrNoRow) {
			return err
		}
		t.BacklogSince = fromMicro(since)
		return One(ctx, tx, []any{&t.Backlog}, "SELECT count(*) FROM unsequenced")
	})
	return t, err
}

// ClockState answers how many incidents have something to say that was not said yet, and since when.
func (c *Cases) ClockState(ctx context.Context, now time.Time) (s operation.Clocks, err error) {
	err = c.Read(ctx, func(tx Tx) error {
		var since int64
		err := One(ctx, tx, []any{&s.Waiting, &since}, "SELECT count(*), coalesce(min(next_clock), 0) FROM incident WHERE next_clock > 0 AND next_clock <= $1", now.UnixMicro())
		s.Since = fromMicro(since)
		return err
	})
	return s, err
}

// Leases lists the leases that are held now.
func (s *Store) Leases(ctx context.Context, now time.Time) (out []operation.Lease, err error) {
	err = s.Read(ctx, func(tx Tx) error {
		return Each(ctx, tx, func(r Rows) error {
			var l operation.Lease
			var until int64
			err := r.Scan(&l.Name, &l.Holder, &until)
			l.Until = fromMicro(until)
			out = append(out, l)
			return err
		}, "SELECT name, holder, until_us FROM lease WHERE until_us > $1 AND holder <> '' ORDER BY name", now.UnixMicro())
	})
	return out, err
}

// StoreState answers how large the database is and what stands by for it.
func (s *Store) StoreState(ctx context.Context) (st operation.Store, err error) {
	st.Engine = s.Dialect().Name
	err = s.Read(ctx, func(tx Tx) error {
		if st.Engine == "sqlite" {
			return One(ctx, tx, []any{&st.Bytes}, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
		}
		return One(ctx, tx, []any{&st.Bytes, &st.SyncStandbys, &st.OtherStandbys}, `SELECT pg_database_size(current_database()),
(SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')),
(SELECT count(*) FROM pg_stat_replication WHERE sync_state NOT IN ('sync', 'quorum'))`)
	})
	return st, err
}

// Witness answers what a witness was last sent; only its name where that is nothing yet.
func (s *Store) Witness(ctx context.Context, name string) (w operation.Sent, err error) {
	w.Name = name
	err = s.Read(ctx, func(tx Tx) error {
		var at, failed int64
		err := One(ctx, tx, []any{&w.Size, &w.Note, &at, &failed, &w.Failure}, "SELECT size, note, sent_us, failed_us, failure FROM witness WHERE name = $1", name)
		w.At, w.Failed = fromMicro(at), fromMicro(failed)
		return err
	})
	if errors.Is(err, ErrNoRow) {
		err = nil
	}
	return w, err
}

// KeepWitness keeps what a witness was sent, or what went wrong.
func (s *Store) KeepWitness(ctx context.Context, w operation.Sent) error {
	return s.Update(ctx, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO witness (name, size, note, sent_us, failed_us, failure) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (name) DO UPDATE SET size = excluded.size, note = excluded.note, sent_us = excluded.sent_us, failed_us = excluded.failed_us, failure = excluded.failure`,
			w.Name, w.Size, w.Note, orZero(w.At), orZero(w.Failed), w.Failure)
		return err
	})
}

// Newest answers the newest checkpoint; ok is false before the first.
func (s *Store) Newest(ctx context.Context) (c ledger.Checkpoint, ok bool, err error) {
	c, err = s.LatestCheckpoint(ctx)
	if errors.Is(err, ErrNoRow) {
		return c, false, nil
	}
	return c, err == nil, err
}
