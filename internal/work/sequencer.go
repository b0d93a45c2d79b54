package work

import (
	"context"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Tree gives new entries their place and signs a checkpoint over all of them.
type Tree interface {
	SequenceFor(ctx context.Context, holder string, fence int64, life time.Duration, signer note.Signer, now time.Time) (placed int, err error)
}

// sequenceBatch is the fewest entries that a full batch of the tree has.
const sequenceBatch = 64

// Sequence places what waits, one batch at a time, for as long as the fencing token holds.
func Sequence(tree Tree, signer note.Signer, holder string, now func() time.Time) func(context.Context, int64) (bool, error) {
	return func(ctx context.Context, fence int64) (bool, error) {
		n, err := tree.SequenceFor(ctx, holder, fence, leaseLife, signer, now())
		// Where a batch may have been full, more may wait; else the next round is soon enough, so that one checkpoint covers many.
		return n >= sequenceBatch, err
	}
}
