package operations

import (
	"context"
	"errors"
	"time"

	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/operation"
	"tocsin/internal/store/delivery"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/sequence"
)

// Lanes answers how much waits in each lane of the delivery queue, and since when.
func (s *Store) Lanes(ctx context.Context) (out []operation.Lane, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var l operation.Lane
			var lane, oldest int64
			err := r.Scan(&lane, &l.Owed, &l.Failed, &oldest)
			l.Lane, l.Oldest = notify.Lane(lane), engine.FromMicro(oldest)
			out = append(out, l)
			return err
		}, "SELECT lane, count(*), sum(CASE WHEN last_reply <> '' THEN 1 ELSE 0 END), min(created_at_us) FROM delivery GROUP BY lane ORDER BY lane")
	})
	return out, err
}

// Failing lists messages that were tried and not taken, the oldest first.
func (s *Store) Failing(ctx context.Context, limit int) (out []notify.Queued, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var d engine.Delivery
			err := d.Scan(r)
			out = append(out, delivery.Queued(d))
			return err
		}, "SELECT "+engine.DeliveryColumns+" FROM delivery WHERE last_reply <> '' ORDER BY created_at_us, message"+engine.AtMost(limit))
	})
	return out, err
}

// refusalsSearched bounds how far back in the delivery log refusals are looked for.
const refusalsSearched = 20_000

// Refusals lists the latest messages that were refused for good, newest first.
func (s *Store) Refusals(ctx context.Context, since time.Time, limit int) (out []operation.Refusal, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var f operation.Refusal
			var at int64
			err := r.Scan(&at, &f.Reply)
			f.At = engine.FromMicro(at)
			out = append(out, f)
			return err
		}, "SELECT at_us, reply FROM (SELECT id, at_us, outcome, reply FROM delivery_log ORDER BY id DESC"+engine.AtMost(refusalsSearched)+
			") latest WHERE outcome = 'refused' AND at_us >= $1 ORDER BY id DESC"+engine.AtMost(limit), since.UnixMicro())
	})
	return out, err
}

// TreeState answers how far the record has come into the tree.
func (s *Store) TreeState(ctx context.Context) (t operation.Tree, err error) {
	err = s.View(ctx, func(tx engine.Tx) error {
		t = operation.Tree{}
		c, err := sequence.LatestCheckpoint(ctx, tx)
		if err != nil && !errors.Is(err, engine.ErrNoRow) {
			return err
		}
		t.Size, t.Root = c.Size, c.Root.String()
		var covers, since int64
		err = engine.One(ctx, tx, []any{&covers}, "SELECT e.at FROM leaf l JOIN entry e ON e.id = l.entry WHERE l.idx = $1", c.Size-1)
		if err != nil && !errors.Is(err, engine.ErrNoRow) {
			return err
		}
		t.Covers = engine.FromMicro(covers)
		err = engine.One(ctx, tx, []any{&since}, `SELECT e.at FROM (SELECT stream, first FROM unsequenced ORDER BY seq LIMIT 1) u
JOIN entry e ON e.stream = u.stream AND e.version = u.first`)
		if err != nil && !errors.Is(err, engine.ErrNoRow) {
			return err
		}
		t.BacklogSince = engine.FromMicro(since)
		return engine.One(ctx, tx, []any{&t.Backlog}, "SELECT count(*) FROM unsequenced")
	})
	return t, err
}

// ClockState answers how many incidents have something to say that was not said yet, and since when.
func (c *Store) ClockState(ctx context.Context, now time.Time) (s operation.Clocks, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		var since int64
		err := engine.One(ctx, tx, []any{&s.Waiting, &since}, "SELECT count(*), coalesce(min(next_clock), 0) FROM incident WHERE next_clock > 0 AND next_clock <= $1", now.UnixMicro())
		s.Since = engine.FromMicro(since)
		return err
	})
	return s, err
}

// Leases lists the leases that are held now.
func (s *Store) Leases(ctx context.Context, now time.Time) (out []operation.Lease, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var l operation.Lease
			var until int64
			err := r.Scan(&l.Name, &l.Holder, &until)
			l.Until = engine.FromMicro(until)
			out = append(out, l)
			return err
		}, "SELECT name, holder, until_us FROM lease WHERE until_us > $1 AND holder <> '' ORDER BY name", now.UnixMicro())
	})
	return out, err
}

// StoreState answers how large the database is and what stands by for it.
func (s *Store) StoreState(ctx context.Context) (st operation.Store, err error) {
	st.Engine = s.Dialect().Name
	err = s.Read(ctx, func(tx engine.Tx) error {
		if st.Engine == "sqlite" {
			return engine.One(ctx, tx, []any{&st.Bytes}, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
		}
		return engine.One(ctx, tx, []any{&st.Bytes, &st.SyncStandbys, &st.OtherStandbys}, `SELECT pg_database_size(current_database()),
(SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')),
(SELECT count(*) FROM pg_stat_replication WHERE sync_state NOT IN ('sync', 'quorum'))`)
	})
	return st, err
}

// Witness answers what a witness was last sent; only its name where that is nothing yet.
func (s *Store) Witness(ctx context.Context, name string) (w operation.Sent, err error) {
	w.Name = name
	err = s.Read(ctx, func(tx engine.Tx) error {
		var at, failed int64
		err := engine.One(ctx, tx, []any{&w.Size, &w.Note, &at, &failed, &w.Failure}, "SELECT size, note, sent_us, failed_us, failure FROM witness WHERE name = $1", name)
		w.At, w.Failed = engine.FromMicro(at), engine.FromMicro(failed)
		return err
	})
	if errors.Is(err, engine.ErrNoRow) {
		err = nil
	}
	return w, err
}

// KeepWitness keeps what a witness was sent, or what went wrong.
func (s *Store) KeepWitness(ctx context.Context, w operation.Sent) error {
	return s.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO witness (name, size, note, sent_us, failed_us, failure) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (name) DO UPDATE SET size = excluded.size, note = excluded.note, sent_us = excluded.sent_us, failed_us = excluded.failed_us, failure = excluded.failure`,
			w.Name, w.Size, w.Note, engine.OrZero(w.At), engine.OrZero(w.Failed), w.Failure)
		return err
	})
}
