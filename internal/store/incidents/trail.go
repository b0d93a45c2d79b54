package incidents

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
)

// DeliveryLog answers every attempt to deliver messages, by message, oldest first.
func (c *Store) DeliveryLog(ctx context.Context, messages []string) (map[string][]ledger.Attempt, error) {
	type numbered struct {
		id int64
		ledger.Attempt
	}
	var lines []numbered
	err := c.Read(ctx, func(tx engine.Tx) error {
		return engine.EachIn(ctx, tx, "SELECT id, message, at_us, outcome, reply FROM delivery_log WHERE message IN ", messages, func(r engine.Rows) error {
			var l numbered
			var at int64
			err := r.Scan(&l.id, &l.Message, &at, &l.Outcome, &l.Reply)
			l.At = time.UnixMicro(at).UTC()
			lines = append(lines, l)
			return err
		})
	})
	slices.SortFunc(lines, func(a, b numbered) int { return cmp.Compare(a.id, b.id) })
	out := map[string][]ledger.Attempt{}
	for _, l := range lines {
		out[l.Message] = append(out[l.Message], l.Attempt)
	}
	return out, err
}
