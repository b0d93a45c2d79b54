package incidents

import (
	"context"
	"errors"
	"time"

	"tocsin/internal/domain/incident"
	"tocsin/internal/store/engine"
)

// Views lists a person's saved views by name.
func (s *Store) Views(ctx context.Context, person string) (out []incident.SavedView, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var v incident.SavedView
			var first int64
			err := r.Scan(&v.Name, &v.Query, &first)
			v.First = first != 0
			out = append(out, v)
			return err
		}, "SELECT name, query, first FROM saved_view WHERE person = $1 ORDER BY name", person)
	})
	return out, err
}

// SaveView keeps a view under its name, in the place of one that had it. At most one view of a person is opened first.
func (s *Store) SaveView(ctx context.Context, person string, v incident.SavedView) error {
	return s.Streams.Update(ctx, func(tx engine.Tx) error {
		if v.First {
			if _, err := tx.Exec(ctx, "UPDATE saved_view SET first = 0 WHERE person = $1 AND first <> 0", person); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `INSERT INTO saved_view (person, name, query, first) VALUES ($1, $2, $3, $4)
ON CONFLICT (person, name) DO UPDATE SET query = excluded.query, first = excluded.first`, person, v.Name, v.Query, engine.Flag(v.First))
		return err
	})
}

// DropView takes a view away; one that is not there is gone already.
func (s *Store) DropView(ctx context.Context, person, name string) error {
	return s.Streams.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM saved_view WHERE person = $1 AND name = $2", person, name)
		return err
	})
}

// Seen answers up to when a person has marked what changed as seen; found is false where they never did.
func (s *Store) Seen(ctx context.Context, person string) (through time.Time, found bool, err error) {
	var us int64
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&us}, "SELECT through_us FROM seen WHERE person = $1", person)
	})
	if errors.Is(err, engine.ErrNoRow) {
		return time.Time{}, false, nil
	}
	return engine.FromMicro(us), err == nil, err
}

// MarkSeen moves a person's mark forward; it never goes back.
func (s *Store) MarkSeen(ctx context.Context, person string, through time.Time) error {
	return s.Streams.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO seen (person, through_us) VALUES ($1, $2)
ON CONFLICT (person) DO UPDATE SET through_us = excluded.through_us WHERE seen.through_us < excluded.through_us`, person, through.UnixMicro())
		return err
	})
}
