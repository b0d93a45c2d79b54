package operations

import (
	"context"
	"time"

	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/operation"
)

// Queues answers how delivery stands.
type Queues interface {
	Lanes(ctx context.Context) ([]operation.Lane, error)
	// Failing lists messages that were tried and not taken, the oldest first.
	Failing(ctx context.Context, limit int) ([]notify.Queued, error)
	// Refusals lists the latest messages that were refused for good, newest first.
	Refusals(ctx context.Context, since time.Time, limit int) ([]operation.Refusal, error)
}

// Gauges answers how the record and its loops stand.
type Gauges interface {
	TreeState(ctx context.Context) (operation.Tree, error)
	ClockState(ctx context.Context, now time.Time) (operation.Clocks, error)
	Leases(ctx context.Context, now time.Time) ([]operation.Lease, error)
	StoreState(ctx context.Context) (operation.Store, error)
	Witness(ctx context.Context, name string) (operation.Sent, error)
}

// Machine is what a process knows of itself.
type Machine struct {
	Version string
	Started time.Time
	Loops   []operation.Loop
	Disk    operation.Disk
	Floor   int64 // free bytes below which the disk counts as full
	Full    bool
}
