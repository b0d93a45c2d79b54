package filing

import (
	"context"
	"errors"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/intake"
	"tocsin/internal/store/engine"
)

const draftColumns = "person, key, entity, kind, incident, form, revision, saved_us"

// SaveDraft writes a draft over the revision that its writer last saw, and answers its new revision. Where another tab
// saved in between, the newest words win and what stood there is kept as a draft of its own under the key spare: then kept
// is that one. The same words again change nothing. A writer with too many drafts is refused with fault.Invalid.
func (s *Store) SaveDraft(ctx context.Context, d intake.Draft, spare string) (saved intake.Draft, kept *intake.Draft, err error) {
	saved = d
	err = s.Update(ctx, func(tx engine.Tx) error {
		saved, kept = d, nil
		stands, err := draftIn(ctx, tx, d.Person, d.Key)
		if errors.Is(err, engine.ErrNoRow) {
			saved.Revision = 1
			return addDraft(ctx, tx, saved)
		}
		if err != nil {
			return err
		}
		if stands.Form == d.Form {
			saved = stands
			return nil
		}
		if stands.Revision != d.Revision {
			copied := stands
			copied.Key, copied.Revision, kept = spare, 1, &copied
			if err := addDraft(ctx, tx, copied); err != nil {
				return err
			}
		}
		saved.Revision = stands.Revision + 1
		n, err := tx.Exec(ctx, "UPDATE draft SET form = $3, revision = $4, saved_us = $5 WHERE person = $1 AND key = $2 AND revision = $6",
			d.Person, d.Key, d.Form, saved.Revision, d.SavedAt.UnixMicro(), stands.Revision)
		if err == nil && n == 0 {
			err = fault.Conflict("the draft was saved by another in the same moment")
		}
		return err
	})
	return saved, kept, err
}

func addDraft(ctx context.Context, tx engine.Tx, d intake.Draft) error {
	var n int64
	if err := engine.One(ctx, tx, []any{&n}, "SELECT COUNT(*) FROM draft WHERE person = $1", d.Person); err != nil {
		return err
	}
	if n >= intake.MaxDrafts {
		return fault.Invalid("", "You have as many unfiled drafts as are kept for one person.", "File one of them or throw it away.")
	}
	added, err := tx.Exec(ctx, "INSERT INTO draft ("+draftColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (person, key) DO NOTHING",
		d.Person, d.Key, d.Entity, d.Kind, d.Incident, d.Form, d.Revision, d.SavedAt.UnixMicro())
	if err == nil && added == 0 {
		err = fault.Conflict("the draft was saved by another in the same moment")
	}
	return err
}

func draftIn(ctx context.Context, tx engine.Tx, person, key string) (d intake.Draft, err error) {
	var saved int64
	err = engine.One(ctx, tx, []any{&d.Person, &d.Key, &d.Entity, &d.Kind, &d.Incident, &d.Form, &d.Revision, &saved},
		"SELECT "+draftColumns+" FROM draft WHERE person = $1 AND key = $2", person, key)
	d.SavedAt = engine.FromMicro(saved)
	return d, err
}

// Drafts lists a person's drafts, newest first; those that were not saved since then are left out.
func (s *Store) Drafts(ctx context.Context, person string, since time.Time) (list []intake.Draft, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(rows engine.Rows) error {
			var d intake.Draft
			var saved int64
			if err := rows.Scan(&d.Person, &d.Key, &d.Entity, &d.Kind, &d.Incident, &d.Form, &d.Revision, &saved); err != nil {
				return err
			}
			d.SavedAt = engine.FromMicro(saved)
			list = append(list, d)
			return nil
		}, "SELECT "+draftColumns+" FROM draft WHERE person = $1 AND saved_us >= $2 ORDER BY saved_us DESC, key", person, since.UnixMicro())
	})
	return list, err
}

// DropDraft deletes a draft; one that is not there is deleted already.
func (s *Store) DropDraft(ctx context.Context, person, key string) error {
	return s.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM draft WHERE person = $1 AND key = $2", person, key)
		return err
	})
}

// SweepDrafts deletes everybody's drafts that were last saved before then, and says how many there were.
func (s *Store) SweepDrafts(ctx context.Context, before time.Time) (n int64, err error) {
	err = s.Update(ctx, func(tx engine.Tx) error {
		n, err = tx.Exec(ctx, "DELETE FROM draft WHERE saved_us < $1", before.UnixMicro())
		return err
	})
	return n, err
}
