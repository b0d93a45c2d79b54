package app

import (
	"context"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/ledger"
)

// The work loops come back as ordinary commands: these are theirs.

// RecordOutcome records what became of an attempt to deliver a message, where that is news: a first attempt that is not
// final, delivery, permanent refusal, or days without acceptance. Repeating it changes nothing.
func (a *App) RecordOutcome(ctx context.Context, q notify.Queued, o notify.Outcome, next notify.Next, digest string) error {
	c := incident.MessageOutcome{Message: q.Message, Digest: digest}
	switch {
	case o.Kind == notify.Delivered:
		c.Outcome = incident.OutcomeDelivered
	case o.Kind == notify.Refused:
		c.Outcome = incident.OutcomeRefused
	case next.Escalate:
		c.Outcome = incident.OutcomeGaveUp
	case q.Attempts == 0:
		c.Outcome = incident.OutcomeSent
	default:
		return nil
	}
	log := []ledger.Attempt{{Message: q.Message, At: o.At, Outcome: string(o.Kind), Reply: o.Reply}}
	if c.Outcome == incident.OutcomeSent || c.Outcome == incident.OutcomeGaveUp {
		log = nil // the queue writes its own line when the message goes back into it
	}
	return a.bySystem(ctx, q.Stream, "courier", c, log)
}

// RunClock fires what is due on one incident's clocks.
func (a *App) RunClock(ctx context.Context, stream string) error {
	return a.bySystem(ctx, stream, "clock", incident.RunClock{}, nil)
}

// DueStreams lists incidents whose clocks have something to say now.
func (a *App) DueStreams(ctx context.Context, limit int) ([]string, error) {
	return a.Index.DueStreams(ctx, a.Now(), limit)
}

func (a *App) bySystem(ctx context.Context, stream, loop string, c incident.Command, log []ledger.Attempt) error {
	st, err := a.load(ctx, stream)
	if err != nil {
		return err
	}
	s, err := a.settingFor(ctx, st.Entity)
	if err != nil {
		return err
	}
	by := access.System(loop)
	_, err = a.Record.Update(ctx, stream, func(st incident.State) (ledger.Decision, error) {
		drafts, err := incident.Decide(st, c, a.env(s, by))
		d := a.decision(s, by, drafts, nil)
		d.Log = log
		return d, err
	})
	if err == nil {
		a.Committed()
	}
	return err
}

// Escalated says whether a person was already told that a message cannot be delivered.
func (a *App) Escalated(ctx context.Context, q notify.Queued) (bool, error) {
	st, err := a.load(ctx, q.Stream)
	if err != nil {
		return false, err
	}
	m, _ := messageIn(st, q.Message)
	return m.Refused, nil
}

// Clock answers the time that the application goes by.
func (a *App) Clock() time.Time { return a.Now() }
