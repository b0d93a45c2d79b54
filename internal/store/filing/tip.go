package filing

import (
	"context"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/intake"
	"tocsin/internal/store/engine"
)

// AddTip keeps a tip, unless so many came in the hour before from its network or from all together: then kept is false. The
// same tip again is kept already.
func (s *Store) AddTip(ctx context.Context, t intake.Tip) (kept bool, err error) {
	err = s.Update(ctx, func(tx engine.Tx) error {
		kept = false
		var same, network, all int64
		hour := t.At.Add(-time.Hour).UnixMicro()
		if err := engine.One(ctx, tx, []any{&same, &network, &all}, `SELECT (SELECT COUNT(*) FROM tip WHERE id = $1),
(SELECT COUNT(*) FROM tip WHERE network = $2 AND at_us > $3), (SELECT COUNT(*) FROM tip WHERE at_us > $3)`, t.ID, t.Network, hour); err != nil {
			return err
		}
		kept = same > 0 || network < intake.TipsOfNetwork && all < intake.TipsOfAll
		if !kept || same > 0 {
			return nil
		}
		_, err := tx.Exec(ctx, "INSERT INTO tip (id, entity, words, contact, network, at_us, closed_us) VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (id) DO NOTHING",
			t.ID, t.Entity, t.Words, t.Contact, t.Network, t.At.UnixMicro())
		return err
	})
	return kept, err
}

// OpenTips lists what waits for triage in these entities, the longest waiting first, each with what was done about it.
func (s *Store) OpenTips(ctx context.Context, entities []string, limit int) (list []intake.Tip, err error) {
	if len(entities) == 0 {
		return nil, nil
	}
	var q engine.SQLArgs
	among := q.In(entities)
	err = s.View(ctx, func(tx engine.Tx) error {
		list = nil
		err := engine.Each(ctx, tx, func(rows engine.Rows) error {
			var t intake.Tip
			err := scanTip(rows, &t)
			list = append(list, t)
			return err
		}, "SELECT "+tipColumns+" FROM tip WHERE closed_us = 0 AND entity IN "+among+" ORDER BY at_us, id"+engine.AtMost(limit), q.Args...)
		for i := range list {
			if err == nil {
				list[i].Acts, err = actsOn(ctx, tx, list[i].ID)
			}
		}
		return err
	})
	return list, err
}

const tipColumns = "id, entity, words, contact, network, at_us"

func scanTip(rows engine.Rows, t *intake.Tip) error {
	var at int64
	err := rows.Scan(&t.ID, &t.Entity, &t.Words, &t.Contact, &t.Network, &at)
	t.At = engine.FromMicro(at)
	return err
}

func actsOn(ctx context.Context, tx engine.Tx, tip string) (acts []intake.TipAct, err error) {
	err = engine.Each(ctx, tx, func(rows engine.Rows) error {
		var a intake.TipAct
		var at int64
		err := rows.Scan(&a.Act, &a.Actor, &a.Detail, &at)
		a.At = engine.FromMicro(at)
		acts = append(acts, a)
		return err
	}, "SELECT act, actor, detail, at_us FROM tip_act WHERE tip = $1 ORDER BY number", tip)
	return acts, err
}

// Tip answers one tip with what was done about it.
func (s *Store) Tip(ctx context.Context, id string) (t intake.Tip, found bool, err error) {
	err = s.View(ctx, func(tx engine.Tx) error {
		found = false
		err := engine.Each(ctx, tx, func(rows engine.Rows) error { found = true; return scanTip(rows, &t) }, "SELECT "+tipColumns+" FROM tip WHERE id = $1", id)
		if err == nil && found {
			t.Acts, err = actsOn(ctx, tx, id)
		}
		return err
	})
	return t, found, err
}

// ActOnTip adds what somebody did about an open tip. One that another has closed meanwhile is fault.Conflict.
func (s *Store) ActOnTip(ctx context.Context, id string, a intake.TipAct) error {
	return s.Update(ctx, func(tx engine.Tx) error {
		closed := int64(0)
		if a.Closes() {
			closed = a.At.UnixMicro()
		}
		n, err := tx.Exec(ctx, "UPDATE tip SET closed_us = $2 WHERE id = $1 AND closed_us = 0", id, closed)
		if err == nil && n == 0 {
			err = fault.Conflict("somebody has settled this already")
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO tip_act (tip, number, act, actor, detail, at_us)
VALUES ($1, (SELECT COUNT(*) + 1 FROM tip_act WHERE tip = $1), $2, $3, $4, $5)`, id, a.Act, a.Actor, a.Detail, a.At.UnixMicro())
		return err
	})
}

// SweepTips deletes tips that were closed before then, with what was done about them.
func (s *Store) SweepTips(ctx context.Context, before time.Time) error {
	return s.Update(ctx, func(tx engine.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM tip_act WHERE tip IN (SELECT id FROM tip WHERE closed_us > 0 AND closed_us < $1)", before.UnixMicro()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM tip WHERE closed_us > 0 AND closed_us < $1", before.UnixMicro())
		return err
	})
}
