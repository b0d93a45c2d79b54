package work

import (
	"context"
	"testing"
	"time"

	"tocsin/internal/domain/notify"
)

// handed is a desk that has given every message to a person already.
type handed struct{ desk }

func (d *handed) Escalated(ctx context.Context, q notify.Queued) (bool, error) {
	_, err := d.desk.Escalated(ctx, q)
	return true, err
}

// Whether a person has the message already is asked from the age on at which it is given to one, and not for each attempt before: so
// it is given once, however many attempts follow.
func TestCourierEscalatesOnce(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	const limit = notify.GiveUpAfter
	for age, asked := range map[time.Duration]int{0: 0, limit - time.Second: 0, limit: 1, limit + 24*time.Hour: 1} {
		q := &queue{one: []notify.Queued{{Message: "m", Stream: "s", Owed: now.Add(-age)}}}
		d := &handed{}
		courier := &Courier{Queue: q, Desk: d, Mail: answer{Kind: notify.Deferred, At: now}, Workers: 1,
			Now: func() time.Time { return now }, Log: quiet}
		if _, err := courier.Step(context.Background()); err != nil {
			t.Fatal(err)
		}
		if d.asked != asked || len(d.tried) != 1 || d.tried[0].Escalate {
			t.Errorf("at %v: asked %d times, want %d; %+v", age, d.asked, asked, d.tried)
		}
	}
}
