package incidents

import (
	"context"
	"fmt"
	"time"

	"tocsin/internal/domain/incident"
	"tocsin/internal/store/engine"
)

// linkRows are the ties of an incident to others. Whether the other side has its own is looked up, not kept.
func linkRows(stream string, st incident.State) (rows []engine.Row) {
	for _, l := range st.Lifecycle.Links {
		if last, _ := st.Lifecycle.Link(l.Relation, l.Stream); last.Turn != l.Turn {
			continue // undone, and linked again since
		}
		rows = append(rows, engine.Row{Table: "link", Values: []any{stream, l.Relation, l.Stream, st.Number, incident.Inverse(l.Relation), engine.Flag(l.Owes), l.At.UnixMicro(), l.By, int64(l.Turn), engine.Flag(l.Undone != nil)}})
	}
	return rows
}

const linkColumns = "SELECT l.stream, l.other, l.number, l.relation, l.at, l.actor, l.turn, l.undone FROM link l WHERE "

// OwedLinks lists links whose other side has no fact yet, and those undone whose other side still has one. What the other side said
// later stands: each has its turn.
func (c *Store) OwedLinks(ctx context.Context, limit int) ([]incident.OwedLink, error) {
	const other = "SELECT 1 FROM link m WHERE m.stream = l.other AND m.other = l.stream AND m.relation = l.inverse AND m.turn"
	return c.links(ctx, linkColumns+"l.owes = 1 AND (l.undone = 0 AND NOT EXISTS ("+other+" >= l.turn) OR l.undone = 1 AND EXISTS ("+other+" < l.turn)) ORDER BY l.stream, l.relation, l.other"+engine.AtMost(limit))
}

// LinksTo lists links that other incidents have to a stream, those undone included.
func (c *Store) LinksTo(ctx context.Context, stream string, limit int) ([]incident.OwedLink, error) {
	return c.links(ctx, linkColumns+"l.other = $1 ORDER BY l.at, l.stream, l.relation"+engine.AtMost(limit), stream)
}

func (c *Store) links(ctx context.Context, sql string, args ...any) (out []incident.OwedLink, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var l incident.OwedLink
			var at, turn, undone int64
			err := r.Scan(&l.From, &l.To, &l.Number, &l.Relation, &at, &l.By, &turn, &undone)
			l.Turn, l.Undone = int(turn), undone == 1
			l.At = time.UnixMicro(at).UTC()
			out = append(out, l)
			return err
		}, sql, args...)
	})
	if err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	return out, nil
}
