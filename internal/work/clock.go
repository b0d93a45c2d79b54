package work

import (
	"context"
	"errors"
)

// Clocks answers which incidents' clocks have something to say, and lets them.
type Clocks interface {
	DueStreams(ctx context.Context, limit int) ([]string, error)
	RunClock(ctx context.Context, stream string) error
}

// Tick fires every clock that is due, the longest waiting first. One incident that fails does not hold up the others. The
// command is idempotent, so a second replica's late tick changes nothing.
func Tick(clocks Clocks) func(context.Context, int64) (bool, error) {
	return func(ctx context.Context, _ int64) (bool, error) {
		due, err := clocks.DueStreams(ctx, 200)
		if err != nil {
			return false, err
		}
		var failed []error
		for _, stream := range due {
			if err := clocks.RunClock(ctx, stream); err != nil {
				failed = append(failed, err)
			}
		}
		return len(due) == 200 && len(failed) == 0, errors.Join(failed...)
	}
}
