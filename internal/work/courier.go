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
	// ClaimMessages takes up to limit messages whose time has come, lower lanes first, for leaseFor; nobody else gets them
	// until then.
	ClaimMessages(ctx context.Context, holder string, limit int, leaseFor time.Duration, now time.Time) ([]notify.Queued, error)
	// DeferMessage puts a claimed message back until next. A claim that was lost meanwhile is left alone.
	DeferMessage(ctx context.Context, q notify.Queued, next time.Time, reply string) error
	// DropMessage takes out a message that is owed no more.
	DropMessage(ctx context.Context, q notify.Queued) error
	// KeepMessages prolongs the claims on messages until an instant. A claim that was lost meanwhile is left alone.
	KeepMessages(ctx context.Context, claimed []notify.Queued, until time.Time) error
}

// Desk composes messages and records what became of them.
type Desk interface {
	Compose(ctx context.Context, stream, message string) (app.Outgoing, error)
	RecordOutcome(ctx context.Context, q notify.Queued, o notify.Outcome, n notify.Next, digest string) error
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

// Courier delivers what is owed. A message is claimed, sent, and its outcome recorded; a crash in between sends that one
// message again under the same Message-ID and loses nothing.
type Courier struct {
	Queue   Queue
	Desk    Desk
	Mail    MailSender
	Hooks   HookSender
	Holder  string
	Workers int
	Now     func() time.Time
	Log     *slog.Logger
}

const (
	claimBatch = 64
	// claimLife is how long what a dead courier held waits for another. A living one prolongs its claims while it works on
	// them, because a slow mail server may take minutes for one message.
	claimLife = 30 * time.Second
)

// Step claims one batch and delivers it with all workers.
func (c *Courier) Step(ctx context.Context) (bool, error) {
	batch, err := c.Queue.ClaimMessages(ctx, c.Holder, claimBatch, claimLife, c.Now())
	if err != nil || len(batch) == 0 {
		return false, err
	}
	held := claims{open: batch}
	keeping, done := context.WithCancel(ctx)
	var keeper, wg sync.WaitGroup
	keeper.Go(func() { c.keep(keeping, &held) })
	defer keeper.Wait()
	defer done()
	work := make(chan notify.Queued)
	for range min(c.Workers, len(batch)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for q := range work {
				err := c.deliver(ctx, q)
				held.release(q)
				if err != nil && ctx.Err() == nil {
					c.Log.Error("a message could not be handled; its claim runs out and it is tried again", "message", q.Message, "error", err.Error())
				}
			}
		}()
	}
	for _, q := range batch {
		work <- q
	}
	close(work)
	wg.Wait()
	return true, nil
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

func (c *claims) release(q notify.Queued) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = slices.DeleteFunc(slices.Clone(c.open), func(o notify.Queued) bool { return o.Message == q.Message })
}

func (c *Courier) deliver(ctx context.Context, q notify.Queued) error {
	o, digest, err := c.attempt(ctx, q)
	if fault.KindOf(err) == fault.KindGone {
		return c.Queue.DropMessage(ctx, q)
	}
	if err != nil {
		return err
	}
	m := notify.Message{Owed: q.Owed, Attempts: q.Attempts + 1}
	if o.At.Sub(q.Owed) >= notify.GiveUpAfter {
		if m.Escalated, err = c.Desk.Escalated(ctx, q); err != nil {
			return err
		}
	}
	next := notify.Decide(m, o, rand.Float64())
	if err := c.Desk.RecordOutcome(ctx, q, o, next, digest); err != nil || next.Done {
		return err
	}
	return c.Queue.DeferMessage(ctx, q, next.At, o.Reply)
}

// attempt sends a message once. A recipient without an address is as good as refused: a person must be told.
func (c *Courier) attempt(ctx context.Context, q notify.Queued) (notify.Outcome, string, error) {
	out, err := c.Desk.Compose(ctx, q.Stream, q.Message)
	switch {
	case fault.KindOf(err) == fault.KindNotFound:
		return notify.NewOutcome(notify.Refused, c.Now(), "no address: %s", err.Error()), "", nil
	case err != nil:
		return notify.Outcome{}, "", err
	case out.Hook != nil:
		sum := sha256.Sum256(out.Hook.Payload)
		return c.Hooks.Send(ctx, *out.Hook), hex.EncodeToString(sum[:]), nil
	}
	sum := sha256.Sum256([]byte(out.Mail.Text))
	return c.Mail.Send(ctx, *out.Mail), hex.EncodeToString(sum[:]), nil
}
