package work

import "context"

// Sweeper finds what is to be done about designations without anybody's click.
type Sweeper interface {
	SweepDesignations(ctx context.Context) error
}

// Designations sweeps once. Every step of it is idempotent, so that a second replica's late sweep changes nothing.
func Designations(s Sweeper) func(context.Context, int64) (bool, error) {
	return func(ctx context.Context, _ int64) (bool, error) { return false, s.SweepDesignations(ctx) }
}
