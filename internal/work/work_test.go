package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
)

var quiet = slog.New(slog.DiscardHandler)

// A loop runs its step at its period, at once when woken, and goes on after errors with a growing pause.
func TestLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(context.Background())
		var mu sync.Mutex
		var at []time.Duration
		began := time.Now()
		fail := errors.New("once")
		l := &Loop{Name: "test", Period: time.Minute, Log: quiet, Step: func(context.Context) (bool, error) {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Since(began))
			if len(at) == 2 {
				return false, fail
			}
			return false, nil
		}}
		done := make(chan struct{})
		go func() { l.Run(ctx); close(done) }()
		time.Sleep(10 * time.Second)
		l.Wake()
		l.Wake()
		time.Sleep(10 * time.Second)
		stop()
		<-done
		want := []time.Duration{0, 10 * time.Second, 10*time.Second + 100*time.Millisecond}
		if len(at) < 3 || at[0] != want[0] || at[1] != want[1] || at[2] != want[2] {
			t.Errorf("steps at %v, want %v first", at, want)
		}
		if l.LastRun().IsZero() {
			t.Error("no successful step is remembered")
		}
	})
}

// table is a lease table of one row.
type table struct {
	mu     sync.Mutex
	holder string
	fence  int64
	until  time.Time
}

func (t *table) HoldLease(_ context.Context, _, holder string, ttl time.Duration, now time.Time) (int64, bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.holder != holder && now.Before(t.until) {
		return 0, false, nil
	}
	if t.holder != holder {
		t.fence++
	}
	t.holder, t.until = holder, now.Add(ttl)
	return t.fence, true, nil
}

// Of two replicas one works; when it falls silent the other takes over under a higher token.
func TestLeasedStepRunsOnOneReplica(t *testing.T) {
	leases := &table{}
	now := time.Unix(1000, 0)
	clock := func() time.Time { return now }
	ran := map[string][]int64{}
	replica := func(name string) func(context.Context) (bool, error) {
		return Leased(leases, "x", name, clock, func(_ context.Context, fence int64) (bool, error) {
			ran[name] = append(ran[name], fence)
			return false, nil
		})
	}
	a, b := replica("a"), replica("b")
	for range 20 {
		if _, err := a(context.Background()); err != nil {
			t.Fatal(err)
		}
		if _, err := b(context.Background()); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
	}
	if len(ran["a"]) != 20 || len(ran["b"]) != 0 {
		t.Fatalf("ran %v", ran)
	}
	now = now.Add(leaseLife)
	if _, err := b(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(ran["b"]) != 1 || ran["b"][0] <= ran["a"][0] {
		t.Errorf("after a fell silent: %v", ran)
	}
}

// desk and queue are fakes of one message.
type desk struct {
	sync.Mutex
	compose  error
	tried    []notify.Next
	recorded []int
	asked    int
}

func (d *desk) Compose(_ context.Context, _ string, messages []string) ([]app.Outgoing, error) {
	if d.compose != nil && fault.KindOf(d.compose) == "" {
		return nil, d.compose
	}
	var out []app.Outgoing
	for _, id := range messages {
		out = append(out, app.Outgoing{Mail: &notify.Mail{Text: id}, Err: d.compose})
	}
	return out, nil
}
func (d *desk) RecordOutcomes(_ context.Context, _ string, attempts []app.Attempted) error {
	d.Lock()
	defer d.Unlock()
	d.recorded = append(d.recorded, len(attempts))
	for _, t := range attempts {
		d.tried = append(d.tried, t.Next)
	}
	return nil
}
func (d *desk) Escalated(context.Context, notify.Queued) (bool, error) {
	d.Lock()
	defer d.Unlock()
	d.asked++
	return false, nil
}

type queue struct {
	one      []notify.Queued
	deferred []time.Time
	dropped  int
	kept     []int
	until    []time.Time
}

func (q *queue) ClaimMessages(context.Context, string, notify.Lanes, int, time.Duration, time.Time) ([]notify.Queued, error) {
	got := q.one
	q.one = nil
	return got, nil
}
func (q *queue) DeferMessage(_ context.Context, _ notify.Queued, next time.Time, _ string) error {
	q.deferred = append(q.deferred, next)
	return nil
}
func (q *queue) DropMessage(context.Context, notify.Queued) error { q.dropped++; return nil }
func (q *queue) KeepMessages(_ context.Context, claimed []notify.Queued, until time.Time) error {
	q.kept, q.until = append(q.kept, len(claimed)), append(q.until, until)
	return nil
}

type answer notify.Outcome

func (a answer) Send(context.Context, notify.Mail) notify.Outcome { return notify.Outcome(a) }

func TestCourierEndsEveryMessageSomewhere(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	for name, c := range map[string]struct {
		outcome                  notify.Result
		age                      time.Duration
		compose                  error
		deferred, dropped, tried int
		escalate, done           bool
	}{
		"delivered":          {outcome: notify.Delivered, tried: 1, done: true},
		"refused":            {outcome: notify.Refused, tried: 1, done: true, escalate: true},
		"deferred":           {outcome: notify.Deferred, tried: 1, deferred: 1},
		"deferred five days": {outcome: notify.Deferred, age: notify.GiveUpAfter, tried: 1, deferred: 1, escalate: true},
		"owed no more":       {compose: fault.Gone("x"), dropped: 1},
		"no address":         {compose: fault.NotFound("x"), tried: 1, done: true, escalate: true},
		"record down":        {compose: errors.New("x")},
	} {
		q := &queue{one: []notify.Queued{{Message: "m", Stream: "s", Owed: now.Add(-c.age)}}}
		d := &desk{compose: c.compose}
		courier := &Courier{Queue: q, Desk: d, Mail: answer{Kind: c.outcome, At: now}, Workers: 1,
			Now: func() time.Time { return now }, Log: quiet}
		if worked, err := courier.Step(context.Background()); !worked || err != nil {
			t.Fatalf("%s: %v, %v", name, worked, err)
		}
		if len(q.deferred) != c.deferred || q.dropped != c.dropped || len(d.tried) != c.tried {
			t.Errorf("%s: deferred %d, dropped %d, recorded %d", name, len(q.deferred), q.dropped, len(d.tried))
		}
		if c.tried == 1 && (d.tried[0].Escalate != c.escalate || d.tried[0].Done != c.done) {
			t.Errorf("%s: %+v", name, d.tried[0])
		}
	}
}

// slow is a mail server that takes its time.
type slow time.Duration

func (s slow) Send(context.Context, notify.Mail) notify.Outcome {
	time.Sleep(time.Duration(s))
	return notify.Outcome{Kind: notify.Delivered, At: time.Now()}
}

// takes is how long a mail server takes for each message.
type takes map[string]time.Duration

func (m takes) Send(_ context.Context, mail notify.Mail) notify.Outcome {
	time.Sleep(m[mail.Text])
	return notify.Outcome{Kind: notify.Delivered, At: time.Now()}
}

// TestCourierKeepsWhatItWorksOn: however slow the mail server, nobody else is given a message that this courier has in hand,
// and what it has settled it lets go.
func TestCourierKeepsWhatItWorksOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const each = 3*time.Minute + time.Second
		began := time.Now()
		q := &queue{one: []notify.Queued{{Message: "a", Stream: "1"}, {Message: "b", Stream: "2"}}}
		mail := takes{"a": each, "b": 2 * each}
		courier := &Courier{Queue: q, Desk: &desk{}, Mail: mail, Workers: 2, Now: time.Now, Log: quiet}
		if _, err := courier.Step(context.Background()); err != nil {
			t.Fatal(err)
		}
		free := began.Add(claimLife)
		for i, until := range q.until {
			asked := until.Add(-claimLife)
			if !asked.Before(free) {
				t.Errorf("claim %d ran out at %v and was prolonged at %v", i, free.Sub(began), asked.Sub(began))
			}
			free = until
			if want := map[bool]int{true: 2, false: 1}[asked.Before(began.Add(each))]; q.kept[i] != want {
				t.Errorf("at %v %d claims were prolonged, want %d", asked.Sub(began), q.kept[i], want)
			}
		}
		if free.Before(began.Add(2 * each)) {
			t.Errorf("the last claim ran out at %v", free.Sub(began))
		}
		time.Sleep(time.Hour)
		if n := len(q.until); q.until[n-1] != free {
			t.Error("claims are prolonged after the batch is settled")
		}
	})
}

// TestCourierFinishesWhenStopped: what is on its way is sent and recorded once, and nothing further is begun.
func TestCourierFinishesWhenStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(context.Background())
		q := &queue{one: []notify.Queued{{Message: "a", Stream: "s"}, {Message: "b", Stream: "s"}, {Message: "c", Stream: "t"}}}
		d := &desk{}
		courier := &Courier{Queue: q, Desk: d, Mail: slow(2 * time.Second), Workers: 1, Now: time.Now, Log: quiet}
		time.AfterFunc(time.Second, stop)
		began := time.Now()
		if _, err := courier.Step(ctx); err != nil {
			t.Fatal(err)
		}
		if len(d.tried) != 1 || !d.tried[0].Done || time.Since(began) > 3*time.Second {
			t.Errorf("recorded %+v after %v", d.tried, time.Since(began))
		}
	})
}

type clocks struct {
	due []string
	ran []string
}

func (c *clocks) DueStreams(context.Context, int) ([]string, error) { return c.due, nil }
func (c *clocks) RunClock(_ context.Context, s string) error {
	c.ran = append(c.ran, s)
	if s == "bad" {
		return errors.New("broken")
	}
	return nil
}

func TestOneBadClockDoesNotHoldUpTheOthers(t *testing.T) {
	c := &clocks{due: []string{"a", "bad", "b"}}
	if _, err := Tick(c)(context.Background(), 0); err == nil || len(c.ran) != 3 {
		t.Errorf("ran %v, %v", c.ran, err)
	}
}

// Messages of one incident that a quick server takes together are recorded together, and do not wait for a slow one.
func TestCourierRecordsTogetherWhatCameTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		q := &queue{}
		for _, id := range []string{"a1", "a2", "a3", "a4"} {
			q.one = append(q.one, notify.Queued{Message: id, Stream: "a", Owed: began})
		}
		d := &desk{}
		courier := &Courier{Queue: q, Desk: d, Mail: takes{"a2": time.Second}, Workers: 4, Now: time.Now, Log: quiet}
		if _, err := courier.Step(context.Background()); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.recorded, []int{3, 1}) {
			t.Errorf("recorded in groups of %v", d.recorded)
		}
		if got := time.Since(began); got > time.Second+2*linger {
			t.Errorf("took %v", got)
		}
	})
}

// counting counts the messages that were handed over and are not recorded.
type counting struct {
	desk
	mu             sync.Mutex
	open, most     int
	sent, recorded int
}

func (c *counting) Send(context.Context, notify.Mail) notify.Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open, c.sent = c.open+1, c.sent+1
	c.most = max(c.most, c.open)
	return notify.Outcome{Kind: notify.Delivered, At: time.Now()}
}

func (c *counting) RecordOutcomes(_ context.Context, _ string, attempts []app.Attempted) error {
	time.Sleep(20 * time.Millisecond) // a slow disk
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open, c.recorded = c.open-len(attempts), c.recorded+len(attempts)
	return nil
}

// However many messages wait, and however slow the record is, no more than the places are handed over and not recorded:
// that is what a crash may repeat.
func TestCourierHandsOverNoMoreThanItHasPlaces(t *testing.T) {
	for _, places := range []int{1, 4} {
		synctest.Test(t, func(t *testing.T) {
			q, c := &queue{}, &counting{}
			for i := range 40 {
				q.one = append(q.one, notify.Queued{Message: fmt.Sprint(i), Stream: fmt.Sprint(i % 7), Owed: time.Now()})
			}
			courier := &Courier{Queue: q, Desk: c, Mail: c, Workers: places, Now: time.Now, Log: quiet}
			if _, err := courier.Step(context.Background()); err != nil {
				t.Fatal(err)
			}
			if c.most != places || c.sent != 40 || c.recorded != 40 {
				t.Errorf("%d places: %d at most handed over and not recorded; %d sent, %d recorded", places, c.most, c.sent, c.recorded)
			}
		})
	}
}

// Behind a mail server that hangs, a step ends in bounded time, and what it has not begun is due again at once: what
// matters more and came in meanwhile goes first.
func TestCourierGivesBackWhatItDoesNotBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, d, began := &queue{}, &desk{}, time.Now()
		for i := range 64 {
			q.one = append(q.one, notify.Queued{Message: fmt.Sprint(i), Stream: fmt.Sprint(i), Owed: began})
		}
		courier := &Courier{Queue: q, Desk: d, Mail: slow(10 * time.Second), Workers: 4, Now: time.Now, Log: quiet}
		if _, err := courier.Step(context.Background()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > stepLife+10*time.Second {
			t.Errorf("the step took %v", took)
		}
		tried := len(d.tried)
		if last := len(q.kept) - 1; tried != 8 || q.kept[last] != 64-tried || !q.until[last].Equal(time.Now()) {
			t.Errorf("%d tried; given back %v, due %v", tried, q.kept, q.until)
		}
	})
}
