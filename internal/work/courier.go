package work

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
)

// Queue holds the messages that are owed.
type Queue interface {
	// ClaimMessages takes up to limit messages of some lanes whose time has come, lower lanes first, for leaseFor; nobody else
	// gets them until then.
	ClaimMessages(ctx context.Context, holder string, lanes notify.Lanes, limit int, leaseFor time.Duration,
		now time.Time) ([]notify.Queued, error)
	// DeferMessage puts a claimed message back until next. A claim that was lost meanwhile is left alone.
	DeferMessage(ctx context.Context, q notify.Queued, next time.Time, reply string) error
	// DropMessage takes out a message that is owed no more.
	DropMessage(ctx context.Context, q notify.Queued) error
	// KeepMessages sets the end of the claims on messages: later, to keep them, or now, to give them back. A claim that was
	// lost meanwhile is left alone.
	KeepMessages(ctx context.Context, claimed []notify.Queued, until time.Time) error
}

// Desk composes messages and records what became of them, those of one incident at a time.
type Desk interface {
	Compose(ctx context.Context, stream string, messages []string) ([]app.Outgoing, error)
	RecordOutcomes(ctx context.Context, stream string, attempts []app.Attempted) error
	Escalated(ctx context.Context, q notify.Queued) (bool, error)
}

// MailSender hands one mail to a mail server.
type MailSender interface {
	Send(ctx context.Context, m notify.Mail) notify.Outcome
}

// HookSender calls one webhook.
type HookSender interface {
	Send(ctx context.Context, h notify.Hook) notify.Outcome
}

// Courier delivers what is owed. A message is claimed, sent, and its outcome recorded; a crash in between sends it again
// under the same Message-ID and loses nothing. A message keeps its place among the Workers until its outcome is recorded,
// so a crash repeats no more messages than there are places.
type Courier struct {
	Queue   Queue
	Desk    Desk
	Mail    MailSender
	Hooks   HookSender
	Holder  string
	Lanes   notify.Lanes
	Workers int // messages at a time between being handed over and being recorded
	Now     func() time.Time
	Log     *slog.Logger
	// GiveWay is called before the messages of an incident are worked on, and may wait a little for what matters more. May
	// be nil.
	GiveWay func(ctx context.Context)
}

const (
	claimBatch = 64
	// claimLife is how long what a dead courier held waits for another. A living one prolongs its claims while it works on
	// them, because a slow mail server may take minutes for one message.
	claimLife = 30 * time.Second
	// linger is how long an outcome waits for others of the same incident, so that they are recorded in one commit where
	// the mail server answers quickly. It is what a crash can add to the time in which a message counts as not sent.
	linger = 3 * time.Millisecond
	// settle is how long a courier that is asked to stop may take to finish and record what is on its way: cut off there, it
	// would send the same messages again after the next start.
	settle = 10 * time.Second
	// stepLife is how long a step goes on beginning messages. Where the other side hangs, the rest of the batch is given back:
	// what matters more, and has come in since, goes first in the next.
	stepLife = 15 * time.Second
)

// Step claims one batch and delivers it, what belongs to one incident together.
func (c *Courier) Step(ctx context.Context) (bool, error) {
	began := c.Now()
	batch, err := c.Queue.ClaimMessages(ctx, c.Holder, c.Lanes, claimBatch, claimLife, began)
	if err != nil || len(batch) == 0 {
		return false, err
	}
	held := claims{open: batch}
	inHand, drop := outlast(ctx, settle)
	defer drop()
	keeping, done := context.WithCancel(inHand)
	var keeper, wg sync.WaitGroup
	keeper.Go(func() { c.keep(keeping, &held) })
	work := make(chan []notify.Queued)
	places := make(chan struct{}, c.Workers)
	for range min(c.Workers, len(batch)) {
		wg.Go(func() {
			for group := range work {
				if ctx.Err() != nil || c.Now().Sub(began) > stepLife {
					continue // stays in held, to be given back
				}
				c.deliver(inHand, ctx.Done(), group, places)
				held.release(group)
			}
		})
	}
	for _, group := range byStream(batch) {
		work <- group
	}
	close(work)
	wg.Wait()
	done()
	keeper.Wait()
	if left := held.list(); len(left) > 0 {
		return true, c.Queue.KeepMessages(inHand, left, c.Now())
	}
	return true, nil
}

// outlast is a context that ends a grace after another has ended: what has begun by then is finished.
func outlast(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return longer, func() { stop(); cancel() }
}

// keep prolongs the claims that are still worked on, until the context ends.
func (c *Courier) keep(ctx context.Context, held *claims) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(claimLife / 3):
		}
		if err := c.Queue.KeepMessages(ctx, held.list(), c.Now().Add(claimLife)); err != nil && ctx.Err() == nil {
			c.Log.Error("claims could not be prolonged; another courier may send the same messages", "error", err.Error())
		}
	}
}

// claims are the messages of a batch that are not settled yet.
type claims struct {
	mu   sync.Mutex
	open []notify.Queued
}

func (c *claims) list() []notify.Queued {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.open)
}

func (c *claims) release(done []notify.Queued) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = slices.DeleteFunc(slices.Clone(c.open), func(o notify.Queued) bool {
		return slices.ContainsFunc(done, func(q notify.Queued) bool { return o.Message == q.Message })
	})
}

// byStream puts messages of one incident together, in the order of the first of each.
func byStream(batch []notify.Queued) (groups [][]notify.Queued) {
	at := map[string]int{}
	for _, q := range batch {
		i, ok := at[q.Stream]
		if !ok {
			i = len(groups)
			at[q.Stream], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], q)
	}
	return groups
}

// deliver composes the messages of one incident, sends them side by side, and records outcomes as they come in. Once
// stopped is closed no further message is begun.
func (c *Courier) deliver(ctx context.Context, stopped <-chan struct{}, group []notify.Queued, places chan struct{}) {
	if c.GiveWay != nil {
		c.GiveWay(ctx)
	}
	ids := make([]string, len(group))
	for i, q := range group {
		ids[i] = q.Message
	}
	letters, err := c.Desk.Compose(ctx, group[0].Stream, ids)
	if err != nil {
		c.trouble(ctx, group[0].Stream, err)
		return
	}
	outcomes := make(chan app.Attempted, len(group))
	go c.send(ctx, stopped, group, letters, places, outcomes)
	for first := range outcomes {
		together := gather(first, outcomes, len(group))
		c.record(ctx, together)
		for range together {
			<-places
		}
	}
}

// send attempts each message in a place of its own. One that has an outcome leaves its place to whoever records that; the
// others give it up here. It closes outcomes when all have been attempted.
func (c *Courier) send(ctx context.Context, stopped <-chan struct{}, group []notify.Queued, letters []app.Outgoing, places chan struct{},
	outcomes chan<- app.Attempted) {
	var wg sync.WaitGroup
	defer close(outcomes)
	defer wg.Wait()
	for i, q := range group {
		places <- struct{}{}
		if closed(stopped) {
			<-places
			return
		}
		wg.Go(func() {
			t, err := c.attempt(ctx, q, letters[i])
			if err == nil && t.Outcome.Kind != "" {
				outcomes <- t
				return
			}
			<-places
			if err != nil {
				c.trouble(ctx, q.Stream, err)
			}
		})
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// gather takes what comes in soon after the first outcome.
func gather(first app.Attempted, more <-chan app.Attempted, atMost int) []app.Attempted {
	got := []app.Attempted{first}
	late := time.After(linger)
	for len(got) < atMost {
		select {
		case t, open := <-more:
			if !open {
				return got
			}
			got = append(got, t)
		case <-late:
			return got
		}
	}
	return got
}

// record writes outcomes of one incident, and puts back what is to be tried again.
func (c *Courier) record(ctx context.Context, attempts []app.Attempted) {
	if err := c.Desk.RecordOutcomes(ctx, attempts[0].Stream, attempts); err != nil {
		c.trouble(ctx, attempts[0].Stream, err)
		return
	}
	for _, t := range attempts {
		if t.Next.Done {
			continue
		}
		if err := c.Queue.DeferMessage(ctx, t.Queued, t.Next.At, t.Outcome.Reply); err != nil {
			c.trouble(ctx, t.Stream, err)
		}
	}
}

func (c *Courier) trouble(ctx context.Context, stream string, err error) {
	if ctx.Err() == nil {
		c.Log.Error("a message could not be handled; its claim runs out and it is tried again", "stream", stream, "error", err.Error())
	}
}

// attempt sends a message once and says what follows. A recipient without an address is as good as refused: a person must
// be told. One that is owed no more is taken out of the queue and has no outcome.
func (c *Courier) attempt(ctx context.Context, q notify.Queued, out app.Outgoing) (t app.Attempted, err error) {
	t.Queued = q
	switch {
	case fault.KindOf(out.Err) == fault.KindGone:
		return t, c.Queue.DropMessage(ctx, q)
	case fault.KindOf(out.Err) == fault.KindNotFound:
		t.Outcome = notify.NewOutcome(notify.Refused, c.Now(), "no address: %s", out.Err.Error())
	case out.Err != nil:
		return t, out.Err
	case out.Hook != nil:
		t.Outcome, t.Digest = c.Hooks.Send(ctx, *out.Hook), digest(out.Hook.Payload)
	default:
		t.Outcome, t.Digest = c.Mail.Send(ctx, *out.Mail), digest([]byte(out.Mail.Text))
	}
	m := notify.Message{Owed: q.Owed, Attempts: q.Attempts + 1}
	if t.Outcome.At.Sub(q.Owed) >= notify.GiveUpAfter {
		if m.Escalated, err = c.Desk.Escalated(ctx, q); err != nil {
			return app.Attempted{}, err
		}
	}
	t.Next = notify.Decide(m, t.Outcome, rand.Float64())
	return t, nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
