package team

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"tocsin/internal/domain/designation"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/streams"
)

// designations is how the store handles each entity's designations.
var designations = streams.Aggregate[designation.State]{Kind: "designation", Fold: designation.Fold, Owes: designationOwes,
	Rows: func(stream string, all, _ []designation.Recorded, _ func(string) []byte) []engine.Row {
		return designationRows(stream, designation.Fold(all))
	}}

// Designations derives who is designated where, and when a clock has something to say, from the streams of designations.
type Designations struct{ Registry *ledger.Registry }

// Tables implements Projection.
func (Designations) Tables() []engine.Table {
	return []engine.Table{
		{Name: "designee", Key: []string{"stream", "id"}, Columns: engine.Columns("stream text", "id text", "entity text", "person text", "alternate int",
			"letter text", "attest_due int", "active int"), Indexes: [][]string{{"person", "WHERE active = 1"}}},
		{Name: "designating", Key: []string{"stream"}, Columns: engine.Columns("stream text", "entity text", "change_due int", "next_clock int"),
			Indexes: [][]string{{"next_clock"}}},
	}
}

// Project implements Projection.
func (p Designations) Project(stream string, entries []ledger.Entry, texts func(ledger.Digest) []byte) ([]engine.Row, error) {
	return designations.Project(p.Registry, stream, entries, texts)
}

func designationRows(stream string, st designation.State) []engine.Row {
	rows := []engine.Row{{Table: "designating", Values: []any{stream, st.Entity, st.ChangeDue, st.NextClock()}}}
	for _, d := range st.Designees {
		rows = append(rows, engine.Row{Table: "designee", Values: []any{stream, d.ID, st.Entity, d.Person, engine.Flag(d.Alternate), d.Letter, d.AttestDue, engine.Flag(d.Active())}})
	}
	return rows
}

// Designations returns what happened to an entity's designations; nothing for an entity without any.
func (c *Store) Designations(ctx context.Context, entity string) ([]designation.Recorded, error) {
	return streams.FactsOf(ctx, c.Streams, designations, entity)
}

// UpdateDesignations loads an entity's designations, lets decide say what follows, and writes that with the messages and the changes
// of the directory that it owes in one transaction. When another writer was first it decides again.
func (c *Store) UpdateDesignations(ctx context.Context, entity string, decide func(designation.State) (ledger.Decision, error)) error {
	return streams.Update(ctx, c.Streams, designations, entity, decide)
}

// designationOwes adds the messages and the changes of the directory that facts owe.
func designationOwes(out *engine.Change, after designation.State, added []designation.Recorded) {
	for _, r := range added {
		out.Mails(r, designation.Owed(r.Fact), designation.Lane)
		if s, ok := owedToDirectory(out.Stream, r, after.Entity); ok {
			out.Plain = append(out.Plain, s)
		}
	}
}

// owedToDirectory is the change of the directory that a fact owes.
func owedToDirectory(stream string, r designation.Recorded, entity string) (engine.Statement, bool) {
	const insert = "INSERT INTO directory_owed (entry, stream, entity, person, give, version) VALUES ($1, $2, $3, $4, $5, $6)"
	switch f := r.Fact.(type) {
	case *designation.Designated:
		return engine.Do(insert, r.EntryID, stream, entity, f.Person, int64(1), r.Version), true
	case *designation.Ended:
		return engine.Do(insert, r.EntryID, stream, entity, f.Person, int64(0), r.Version), true
	}
	return engine.Statement{}, false
}

// ActiveDesignees lists every designation in force.
func (c *Store) ActiveDesignees(ctx context.Context) (out []designation.Row, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var d designation.Row
			err := r.Scan(&d.Entity, &d.ID, &d.Person)
			out = append(out, d)
			return err
		}, "SELECT entity, id, person FROM designee WHERE active = 1 ORDER BY entity, id")
	})
	return out, err
}

// DueDesignations lists entities whose designations a clock has something to say about.
func (c *Store) DueDesignations(ctx context.Context, now int64) (out []string, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var e string
			err := r.Scan(&e)
			out = append(out, e)
			return err
		}, "SELECT entity FROM designating WHERE next_clock > 0 AND next_clock <= $1 ORDER BY next_clock, entity", now)
	})
	return out, err
}

// OwedToDirectory lists the changes of the directory that are still owed, oldest first.
func (c *Store) OwedToDirectory(ctx context.Context) (out []designation.DirectoryChange, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var d designation.DirectoryChange
			var give int64
			err := r.Scan(&d.Entry, &d.Entity, &d.Person, &give)
			d.Give = give == 1
			out = append(out, d)
			return err
		}, "SELECT entry, entity, person, give FROM directory_owed ORDER BY stream, version")
	})
	return out, err
}

// SettleDirectory takes out a change of the directory that was made. Ids are UUIDs of entries.
func (c *Store) SettleDirectory(ctx context.Context, entry string) error {
	if _, err := uuid.Parse(entry); err != nil {
		return errors.New("no id of an entry")
	}
	return c.Store.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM directory_owed WHERE entry = $1", entry)
		return err
	})
}
