package work

import (
	"context"
	"errors"
)

// WorkSweeper gives back the work of people who are away or have left, and tells coordinators what absences and ended contracts leave open.
type WorkSweeper interface {
	SweepWork(ctx context.Context) error
	SweepTeams(ctx context.Context) error
}

// GiveBack sweeps once. Every step of it is idempotent, so that a second replica's late sweep changes nothing.
func GiveBack(s WorkSweeper) func(context.Context, int64) (bool, error) {
	return func(ctx context.Context, _ int64) (bool, error) {
		return false, errors.Join(s.SweepWork(ctx), s.SweepTeams(ctx))
	}
}
