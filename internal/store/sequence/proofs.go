package sequence

import (
	"context"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/note"

	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
)

// SequenceFor is Sequence for the holder of the sequencer's lease.
func (c *Store) SequenceFor(ctx context.Context, holder string, fence int64, life time.Duration, signer note.Signer, now time.Time) (int, error) {
	n, _, err := c.Sequence(ctx, engine.Lease{Name: "sequencer", Holder: holder, Fence: fence, Until: now.Add(life).UnixMicro()}, signer, now)
	return n, err
}

// ReceiptFor is Receipt for the application: found is false while the entry is not in the tree yet.
func (c *Store) ReceiptFor(ctx context.Context, e ledger.Entry) (r ledger.Receipt, found bool, err error) {
	r, err = c.Receipt(ctx, e)
	if errors.Is(err, engine.ErrNoRow) {
		return r, false, nil
	}
	return r, err == nil, err
}

// Leaves answers leaf indexes by entry id; entries not yet in the tree are absent.
func (c *Store) Leaves(ctx context.Context, ids []string) (map[string]int64, error) {
	out := make(map[string]int64, len(ids))
	err := c.Read(ctx, func(tx engine.Tx) error {
		return engine.EachIn(ctx, tx, "SELECT entry, idx FROM leaf WHERE entry IN ", ids, func(r engine.Rows) error {
			var id string
			var idx int64
			err := r.Scan(&id, &idx)
			out[id] = idx
			return err
		})
	})
	return out, err
}
