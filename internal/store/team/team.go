package team

import (
	"context"
	"fmt"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/team"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/streams"
)

// teams is how the store handles each organisation's response team. MA 6.3
var teams = streams.Aggregate[team.State]{Kind: "team", Fold: team.Fold, Owes: teamOwes,
	Rows: func(stream string, all, _ []team.Recorded, _ func(string) []byte) []engine.Row {
		return teamRows(stream, team.Fold(all))
	}}

// Teams derives who is of which team, and who is away, from the streams of teams.
type Teams struct{ Registry *ledger.Registry }

// Tables implements Projection.
func (Teams) Tables() []engine.Table {
	return []engine.Table{
		{Name: "seat", Key: []string{"stream", "id"}, Columns: engine.Columns("stream text", "id text", "entity text", "role text", "person text", "deputy text",
			"place int", "active int", "retained_until text", "reminded text"), Indexes: [][]string{{"entity", "role", "place", "WHERE active = 1"}}},
		{Name: "absence", Key: []string{"stream", "id"}, Columns: engine.Columns("stream text", "id text", "person text", "stand_in text", "begins int", "ends int",
			"active int"), Indexes: [][]string{{"begins", "WHERE active = 1"}}},
	}
}

// Project implements Projection.
func (p Teams) Project(stream string, entries []ledger.Entry, texts func(ledger.Digest) []byte) ([]engine.Row, error) {
	return teams.Project(p.Registry, stream, entries, texts)
}

func teamRows(stream string, st team.State) (rows []engine.Row) {
	for _, m := range st.Members {
		until := ""
		if m.Retainer != nil {
			until = m.Retainer.Until
		}
		rows = append(rows, engine.Row{Table: "seat", Values: []any{stream, m.ID, st.Entity, string(m.Role), m.Person, m.Deputy, m.Order, engine.Flag(m.Active()), until, m.Reminded}})
	}
	for _, a := range st.Absences {
		rows = append(rows, engine.Row{Table: "absence", Values: []any{stream, a.Absence, a.Person, a.StandIn, a.From, a.Until, engine.Flag(a.EndedAt.IsZero())}})
	}
	return rows
}

// Team returns what happened to an organisation's team; nothing for one without.
func (c *Store) Team(ctx context.Context, entity string) ([]team.Recorded, error) {
	return streams.FactsOf(ctx, c.Streams, teams, entity)
}

// UpdateTeam loads a team, lets decide say what follows, and writes that in one transaction. When another writer was first it decides
// again.
func (c *Store) UpdateTeam(ctx context.Context, entity string, decide func(team.State) (ledger.Decision, error)) error {
	return streams.Update(ctx, c.Streams, teams, entity, decide)
}

// Roster answers who is of which team, and who of all is away at an instant, in microseconds.
func (c *Store) Roster(ctx context.Context, now int64) (out team.Roster, err error) {
	err = c.View(ctx, func(tx engine.Tx) error {
		out = team.Roster{}
		if err := engine.Each(ctx, tx, func(r engine.Rows) error {
			var s team.Seat
			var role string
			err := r.Scan(&s.Entity, &role, &s.Person, &s.Deputy, &s.Order)
			s.Role = directory.Role(role)
			out.Seats = append(out.Seats, s)
			return err
		}, "SELECT entity, role, person, deputy, place FROM seat WHERE active = 1 ORDER BY entity, role, place, stream, id"); err != nil {
			return err
		}
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var a team.Away
			err := r.Scan(&a.Person, &a.StandIn, &a.From, &a.Until)
			out.Away = append(out.Away, a)
			return err
		}, "SELECT person, stand_in, begins, ends FROM absence WHERE active = 1 AND begins <= $1 AND (ends = 0 OR ends > $1) ORDER BY begins, stream, id", now)
	})
	if err != nil {
		return out, fmt.Errorf("teams: %w", err)
	}
	return out, nil
}
