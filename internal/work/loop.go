// Package work runs the loops that act on rows and come back as ordinary commands: the clock fires what is due, the
// courier delivers what is owed, the sequencer gives entries their place in the tree. Each may run on several replicas:
// the clock and the sequencer take a lease, the courier claims message by message. The sequencer's writes carry the lease's fencing
// token; the clock needs none, because a command that runs twice decides nothing the second time.
package work

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Leases lets one holder at a time do a named work. A token grows with every change of holder.
type Leases interface {
	HoldLease(ctx context.Context, name, holder string, ttl time.Duration, now time.Time) (fence int64, held bool, err error)
}

// Loop calls a step again and again: at once when woken or when the step did work, else after its period. Errors are
// logged and followed by a growing pause; they never end the loop.
type Loop struct {
	Name   string
	Period time.Duration
	Step   func(ctx context.Context) (worked bool, err error)
	Log    *slog.Logger
	// Abroad says that a step may wait for servers of others: that it takes long says nothing about this one.
	Abroad bool

	wake chan struct{}
	last atomic.Int64 // unix microseconds of the last step that succeeded
	once sync.Once
}

func (l *Loop) init() { l.once.Do(func() { l.wake = make(chan struct{}, 1) }) }

// Wake makes the loop run soon. It never blocks.
func (l *Loop) Wake() {
	l.init()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// LastRun answers when a step last succeeded; zero for never. Readiness rests on it, but for loops that work abroad.
func (l *Loop) LastRun() time.Time {
	if us := l.last.Load(); us > 0 {
		return time.UnixMicro(us)
	}
	return time.Time{}
}

const longestPause = 5 * time.Second

// Run goes on until the context ends.
func (l *Loop) Run(ctx context.Context) {
	l.init()
	pause := time.Duration(0)
	for ctx.Err() == nil {
		worked, err := l.Step(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			l.Log.Error("a loop's step failed", "loop", l.Name, "error", err.Error())
			pause = min(longestPause, max(100*time.Millisecond, 2*pause))
			l.sleep(ctx, pause, false)
		case err == nil:
			pause = 0
			l.last.Store(time.Now().UnixMicro())
			if !worked {
				l.sleep(ctx, l.Period, true)
			}
		}
	}
}

func (l *Loop) sleep(ctx context.Context, d time.Duration, wakeable bool) {
	wake := l.wake
	if !wakeable {
		wake = nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-wake:
	}
}

// leaseLife is how long a lease outlives its holder. The holder renews it with every step, far more often.
const leaseLife = 5 * time.Second

// Leased makes a step run only while this holder has the lease. fence goes with each of its writes, so that a holder that
// was paused past its lease cannot write any more.
func Leased(leases Leases, name, holder string, now func() time.Time, step func(ctx context.Context, fence int64) (bool,
	error)) func(context.Context) (bool, error) {
	var fence int64
	var until time.Time
	return func(ctx context.Context) (bool, error) {
		if t := now(); t.Add(leaseLife/2).After(until) || t.Before(until.Add(-2*leaseLife)) {
			f, held, err := leases.HoldLease(ctx, name, holder, leaseLife, t)
			if err != nil || !held {
				until = time.Time{}
				return false, err
			}
			fence, until = f, t.Add(leaseLife)
		}
		return step(ctx, fence)
	}
}
