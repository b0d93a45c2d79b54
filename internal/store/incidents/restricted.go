package incidents

import (
	"context"
	"slices"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/store/engine"
)

// restrictionRows are the rows that follow from who may know of an incident. Everybody who ever was a member keeps a row, so
// that one who is no longer says so.
func restrictionRows(stream string, st incident.State) (rows []engine.Row) {
	active := st.Members()
	for _, p := range st.Restriction.Ever {
		rows = append(rows, engine.Row{Table: "member", Values: []any{stream, p, engine.Flag(slices.Contains(active, p)), received(st)}})
	}
	for _, b := range st.Restriction.Breakings {
		rows = append(rows, engine.Row{Table: "breaking", Values: []any{stream, b.ID, st.Number, st.Entity, b.Person, b.At.UnixMicro(), b.Until.UnixMicro(),
			engine.Flag(b.ReviewedBy != ""), b.ReviewedBy}})
	}
	return rows
}

// Breakings lists uses of the glass at some entities: those not reviewed first, then newest first.
func (c *Store) Breakings(ctx context.Context, entities []string, limit int) (out []incident.BreakingRow, err error) {
	if len(entities) == 0 {
		return nil, nil
	}
	q := &ListQuery{}
	sql := "SELECT stream, id, number, entity, person, at, until, reviewer FROM breaking WHERE entity IN " + q.In(entities) +
		" ORDER BY reviewed, at DESC, stream, id" + engine.AtMost(limit)
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var b incident.BreakingRow
			err := r.Scan(&b.Stream, &b.ID, &b.Number, &b.Entity, &b.Person, &b.At, &b.Until, &b.Reviewer)
			out = append(out, b)
			return err
		}, sql, q.Args...)
	})
	return out, err
}

// RecordRead keeps that somebody opened a restricted incident, once a minute for each person and thing.
func (c *Store) RecordRead(ctx context.Context, r incident.Reading) error {
	return c.Store.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO read_log (stream, minute, actor, what) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			r.Stream, r.At.Unix()/60, r.Actor, r.What)
		return err
	})
}

// Readings lists who opened a restricted incident, newest first.
func (c *Store) Readings(ctx context.Context, stream string, limit int) (out []incident.Reading, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(rows engine.Rows) error {
			r := incident.Reading{Stream: stream}
			var minute int64
			err := rows.Scan(&minute, &r.Actor, &r.What)
			r.At = time.Unix(minute*60, 0).UTC()
			out = append(out, r)
			return err
		}, "SELECT minute, actor, what FROM read_log WHERE stream = $1 ORDER BY minute DESC, actor, what"+engine.AtMost(limit), stream)
	})
	return out, err
}

// Head is the place of the last change that has one, -1 where there is none: a number that only grows, the same on every
// replica.
func (c *Store) Head(ctx context.Context) (head int64, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&head}, "SELECT COALESCE(MAX(idx), -1) FROM leaf")
	})
	return head, err
}

// ChangesAfter lists what changed behind a place, in order, at most limit.
func (c *Store) ChangesAfter(ctx context.Context, after int64, limit int) (out []incident.Change, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var ch incident.Change
			err := r.Scan(&ch.Place, &ch.Stream, &ch.Version, &ch.Fact)
			out = append(out, ch)
			return err
		}, "SELECT l.idx, e.stream, e.version, e.fact FROM leaf l JOIN entry e ON e.id = l.entry WHERE l.idx > $1 ORDER BY l.idx"+engine.AtMost(limit), after)
	})
	return out, err
}

// Objects answers what access is decided on for incidents, by stream, from the derived tables: the same facts that List filters by.
func (c *Store) Objects(ctx context.Context, streams []string) (map[string]access.Object, error) {
	out := make(map[string]access.Object, len(streams))
	if len(streams) == 0 {
		return out, nil
	}
	each := func(tx engine.Tx, sql string, add func(o *access.Object, value string, number int64)) error {
		return engine.EachIn(ctx, tx, sql, streams, func(r engine.Rows) error {
			var stream, value string
			var number int64
			if err := r.Scan(&stream, &value, &number); err != nil {
				return err
			}
			o := out[stream]
			add(&o, value, number)
			out[stream] = o
			return nil
		})
	}
	err := c.View(ctx, func(tx engine.Tx) error {
		if err := each(tx, "SELECT stream, entity, restricted FROM incident WHERE stream IN ", func(o *access.Object, entity string, restricted int64) {
			o.Entity, o.Restricted = entity, restricted == 1
		}); err != nil {
			return err
		}
		if err := each(tx, "SELECT stream, authority, 0 FROM track WHERE stream IN ", func(o *access.Object, authority string, _ int64) {
			if !slices.Contains(o.Told, authority) {
				o.Told = append(o.Told, authority)
			}
		}); err != nil {
			return err
		}
		return each(tx, "SELECT stream, person, active FROM member WHERE stream IN ", func(o *access.Object, person string, active int64) {
			if active == 1 && !slices.Contains(o.Members, person) {
				o.Members = append(o.Members, person)
			}
		})
	})
	return out, err
}

// Waiting counts the tracks of authorities that await their answer, at most limit.
func (c *Store) Waiting(ctx context.Context, authorities []string, limit int) (n int64, err error) {
	if len(authorities) == 0 {
		return 0, nil
	}
	q := &ListQuery{}
	sql := "SELECT COUNT(*) FROM (SELECT 1 AS one FROM track WHERE waiting = 1 AND authority IN " + q.In(authorities) + engine.AtMost(limit) + ") AS w"
	err = c.Read(ctx, func(tx engine.Tx) error { return engine.One(ctx, tx, []any{&n}, sql, q.Args...) })
	return n, err
}
