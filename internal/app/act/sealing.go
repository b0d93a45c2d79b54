package act

import (
	"context"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/ledger"
)

// ErrSealing says that a filing is recorded but not yet in a signed checkpoint; the reader should ask again shortly.
var ErrSealing = fault.Conflict("the filing is recorded and is being sealed; ask again in a few seconds")

// AwaitReceipt asks for a filing's receipt until the sequencer has given its entry a place.
func (a *Kernel) AwaitReceipt(ctx context.Context, e ledger.Entry) (ledger.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, receiptWait*time.Second)
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		r, found, err := a.Proofs.ReceiptFor(ctx, e)
		if found || (err != nil && ctx.Err() == nil) {
			return r, err
		}
		select {
		case <-ctx.Done():
			return ledger.Receipt{}, ErrSealing
		case <-tick.C:
		}
	}
}
