package app

import (
	"context"
	"errors"
	"time"

	"tocsin/internal/ledger"
)

// ErrSealing says that a filing is recorded but not yet in a signed checkpoint; the reader should ask again shortly.
var ErrSealing = errors.New("the filing is recorded and is being sealed; ask again in a few seconds")

// awaitPlacement asks for an entry's place until the sequencer has given it one.
func (a *App) awaitPlacement(ctx context.Context, entryID string) (ledger.Placement, error) {
	ctx, cancel := context.WithTimeout(ctx, receiptWait*time.Second)
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		p, found, err := a.Proofs.Prove(ctx, entryID)
		if found || (err != nil && ctx.Err() == nil) {
			return p, err
		}
		select {
		case <-ctx.Done():
			return ledger.Placement{}, ErrSealing
		case <-tick.C:
		}
	}
}
