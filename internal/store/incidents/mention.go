package incidents

import (
	"context"
	"fmt"

	"tocsin/internal/domain/incident"
	"tocsin/internal/store/engine"
)

// OwedMentions lists people whom a note names and the incident has not heard of.
func (c *Store) OwedMentions(ctx context.Context, limit int) (out []incident.OwedMention, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var m incident.OwedMention
			err := r.Scan(&m.Stream, &m.Note, &m.Person)
			out = append(out, m)
			return err
		}, "SELECT m.incident, m.note, m.person FROM mention m WHERE NOT EXISTS (SELECT 1 FROM mentioned d WHERE d.stream = m.incident AND d.note = m.note AND d.person = m.person) ORDER BY m.incident, m.note, m.person"+engine.AtMost(limit))
	})
	if err != nil {
		return nil, fmt.Errorf("mentions: %w", err)
	}
	return out, nil
}
