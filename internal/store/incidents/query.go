package incidents

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/store/delivery"
	"tocsin/internal/store/engine"
)

// Find answers the stream of an incident by its number.
func (c *Store) Find(ctx context.Context, number string) (string, bool, error) {
	return c.lookUp(ctx, "SELECT stream FROM incident WHERE number = $1", number)
}

// Request answers the stream that an idempotency key was used for.
func (c *Store) Request(ctx context.Context, digest string) (string, bool, error) {
	return c.lookUp(ctx, "SELECT stream FROM request WHERE digest = $1", digest)
}

func (c *Store) lookUp(ctx context.Context, sql, key string) (stream string, found bool, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error { return engine.One(ctx, tx, []any{&stream}, sql, key) })
	if errors.Is(err, engine.ErrNoRow) {
		return "", false, nil
	}
	return stream, err == nil, err
}

// DueStreams lists incidents whose clocks have something to say at now, the longest waiting first.
func (c *Store) DueStreams(ctx context.Context, now time.Time, limit int) (out []string, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var s string
			err := r.Scan(&s)
			out = append(out, s)
			return err
		}, "SELECT stream FROM incident WHERE next_clock > 0 AND next_clock <= $1 ORDER BY next_clock"+engine.AtMost(limit), now.UnixMicro())
	})
	return out, err
}

// Attempts answers how far the delivery of open messages has come, by message id; those that left the queue are absent.
func (c *Store) Attempts(ctx context.Context, messages []string) (map[string]notify.Queued, error) {
	out := map[string]notify.Queued{}
	if len(messages) == 0 {
		return out, nil
	}
	err := c.Read(ctx, func(tx engine.Tx) error {
		return engine.EachIn(ctx, tx, "SELECT "+engine.DeliveryColumns+" FROM delivery WHERE message IN ", messages, func(r engine.Rows) error {
			var d engine.Delivery
			err := d.Scan(r)
			out[d.Message] = delivery.Queued(d)
			return err
		})
	})
	return out, err
}

const dutyColumns = "d.stream, d.id, d.number, d.entity, d.rule, d.what, d.by_authority, d.by_role, d.by_at, d.to_label, d.clock, d.clause, " +
	"d.discharge, d.due, d.since, d.unverified, d.restricted, i.confidential"

// OpenDuties lists what is owed inside a scope, soonest first; duties without a time come last.
func (c *Store) OpenDuties(ctx context.Context, scope access.Scope, limit int) ([]incident.OpenDuty, error) {
	if scope.Empty() {
		return nil, nil
	}
	return c.duties(ctx, limit, func(dated bool) (string, []any) { return dutiesSQL(scope, dated, limit) })
}

// duties asks for the dated ones first, which are the soonest, and then for those without a time.
func (c *Store) duties(ctx context.Context, limit int, sqlFor func(dated bool) (string, []any)) ([]incident.OpenDuty, error) {
	var out []incident.OpenDuty
	err := c.View(ctx, func(tx engine.Tx) error {
		for _, dated := range []bool{true, false} {
			sql, args := sqlFor(dated)
			if err := engine.Each(ctx, tx, func(r engine.Rows) error {
				d, err := scanDuty(r)
				out = append(out, d)
				return err
			}, sql, args...); err != nil || len(out) >= limit {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open duties: %w", err)
	}
	return out[:min(limit, len(out))], nil
}

func scanDuty(r engine.Rows) (d incident.OpenDuty, err error) {
	var unverified, restricted, confidential int64
	err = r.Scan(&d.Stream, &d.ID, &d.Number, &d.Entity, &d.Rule, &d.What, &d.ByAuthority, &d.ByRole, &d.ByAt, &d.ToLabel,
		&d.Clock, &d.Clause, &d.Discharge, &d.Due, &d.Since, &unverified, &restricted, &confidential)
	d.Unverified, d.Marks = unverified != 0, Marks(restricted, confidential)
	return d, err
}

// Marks reads the columns of the two marks.
func Marks(restricted, confidential int64) incident.Marks {
	return incident.Marks{Restricted: restricted != 0, Confidential: confidential != 0}
}

// dutiesSQL asks each entity and authority of a scope for its first duties and merges them, as lists do.
func dutiesSQL(s access.Scope, dated bool, limit int) (string, []any) {
	q := &ListQuery{}
	n := engine.AtMost(limit)
	var parts []string
	due := "d.due > 0"
	if !dated {
		due = "d.due = 0"
	}
	for _, e := range s.Entities {
		parts = append(parts, "SELECT d.stream, d.id, d.due FROM duty d WHERE d.restricted = 0 AND d.open = 1 AND "+due+" AND d.entity = "+q.Arg(e))
	}
	if s.Person != "" {
		parts = append(parts, "SELECT d.stream, d.id, d.due FROM member b CROSS JOIN duty d WHERE d.stream = b.stream AND b.active = 1 AND d.open = 1 AND "+
			due+" AND b.person = "+q.Arg(s.Person))
	}
	for _, a := range s.Authorities {
		parts = append(parts, "SELECT d.stream, d.id, d.due FROM duty d WHERE d.open = 1 AND d.by_authority <> '' AND "+due+" AND d.by_authority = "+q.Arg(a))
	}
	return q.firstDuties(parts, n), q.Args
}

// firstDuties merges parts, each of which names stream, id and due of duties d, and takes the first n of all.
func (q *ListQuery) firstDuties(parts []string, n string) string {
	for i, p := range parts {
		parts[i] = "SELECT * FROM (" + p + " ORDER BY d.due, d.stream, d.id" + n + ") AS p"
	}
	return "SELECT " + dutyColumns + " FROM (SELECT stream, id FROM (" + strings.Join(parts, " UNION ") + ") AS u ORDER BY due, stream, id" + n +
		") AS f JOIN duty d ON d.stream = f.stream AND d.id = f.id JOIN incident i ON i.stream = f.stream ORDER BY d.due, d.stream, d.id"
}
