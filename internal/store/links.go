package store

import (
	"context"
	"fmt"
	"time"

	"tocsin/internal/domain/incident"
)

// linkRows are the ties of an incident to others. Whether the other side has its own is looked up, not kept.
func linkRows(stream string, st incident.State) (rows []Row) {
	for _, l := range st.Lifecycle.Links {
		rows = append(rows, Row{Table: "link", Values: []any{stream, l.Relation, l.Stream, st.Number, incident.Inverse(l.Relation), flag(l.Owes), l.At.UnixMicro(), l.By}})
	}
	return rows
}

const linkColumns = "SELECT l.stream, l.other, l.number, l.relation, l.at, l.actor FROM link l WHERE "

// OwedLinks lists links whose other side has no fact yet.
func (c *Cases) OwedLinks(ctx context.Context, limit int) ([]incident.OwedLink, error) {
	return c.links(ctx, linkColumns+"l.owes = 1 AND NOT EXISTS (SELECT 1 FROM link m WHERE m.stream = l.other AND m.other = l.stream AND m.relation = l.inverse) ORDER BY l.stream, l.relation, l.other LIMIT $1", int64(limit))
}

// LinksTo lists links that other incidents have to a stream.
func (c *Cases) LinksTo(ctx context.Context, stream string, limit int) ([]incident.OwedLink, error) {
	return c.links(ctx, linkColumns+"l.other = $1 ORDER BY l.at, l.stream, l.relation LIMIT $2", stream, int64(limit))
}

func (c *Cases) links(ctx context.Context, sql string, args ...any) (out []incident.OwedLink, err error) {
	err = c.Read(ctx, func(tx Tx) error {
		out = nil
		return Each(ctx, tx, func(r Rows) error {
			var l incident.OwedLink
			var at int64
			err := r.Scan(&l.From, &l.To, &l.Number, &l.Relation, &at, &l.By)
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
