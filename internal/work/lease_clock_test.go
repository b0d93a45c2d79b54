package work

import (
	"context"
	"slices"
	"testing"
	"time"
)

// asked counts how often a lease was asked for.
type asked struct {
	table
	n int
}

func (a *asked) HoldLease(ctx context.Context, name, holder string, ttl time.Duration, now time.Time) (int64, bool, error) {
	a.n++
	return a.table.HoldLease(ctx, name, holder, ttl, now)
}

// A lease is asked for anew when half of it is over, and when the clock was set back: by the clock of others it may have ended long ago.
func TestLeaseFollowsTheClock(t *testing.T) {
	t.Parallel()
	start := time.Unix(100_000, 0)
	now, leases := start, &asked{}
	step := Leased(leases, "x", "a", func() time.Time { return now }, func(context.Context, int64) (bool, error) { return false, nil })
	var got []int
	for _, at := range []time.Duration{0, leaseLife / 4, leaseLife * 3 / 4, leaseLife, -time.Hour, -time.Hour + leaseLife/4} {
		now = start.Add(at)
		if _, err := step(context.Background()); err != nil {
			t.Fatal(err)
		}
		got = append(got, leases.n)
	}
	if want := []int{1, 1, 2, 2, 3, 3}; !slices.Equal(got, want) {
		t.Errorf("asked %v times, want %v", got, want)
	}
}
