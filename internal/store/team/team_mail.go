package team

import (
	"context"
	"fmt"
	"strings"

	"tocsin/internal/domain/team"
	"tocsin/internal/store/engine"
)

// teamOwes adds the messages that facts owe.
func teamOwes(out *engine.Change, _ team.State, added []team.Recorded) {
	for _, r := range added {
		out.Mails(r, team.Owed(r.Fact), team.Lane)
	}
}

// Planned lists the absences of all teams that hold at an instant, in microseconds, or are still to come.
func (c *Store) Planned(ctx context.Context, now int64) (out []team.Planned, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var p team.Planned
			err := r.Scan(&p.Entity, &p.ID, &p.Person, &p.StandIn, &p.From, &p.Until)
			p.Entity = strings.TrimPrefix(p.Entity, teams.Stream(""))
			out = append(out, p)
			return err
		}, "SELECT stream, id, person, stand_in, begins, ends FROM absence WHERE active = 1 AND (ends = 0 OR ends > $1) ORDER BY begins, stream, id", now)
	})
	if err != nil {
		return nil, fmt.Errorf("absences: %w", err)
	}
	return out, nil
}

// EndingRetainers lists entities with a retainer that ends before the day soon, or before the day ended, and of which that was not told.
func (c *Store) EndingRetainers(ctx context.Context, soon, ended string) (out []string, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var e string
			err := r.Scan(&e)
			out = append(out, e)
			return err
		}, `SELECT DISTINCT entity FROM seat WHERE active = 1 AND retained_until <> '' AND reminded <> $3
			AND (retained_until < $1 AND reminded = '' OR retained_until < $2) ORDER BY entity`, soon, ended, team.GapEnded)
	})
	if err != nil {
		return nil, fmt.Errorf("retainers: %w", err)
	}
	return out, nil
}
