package app

import (
	"context"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/ledger"
)

// The work loops come back as ordinary commands: these are theirs.

// Attempted is what became of one attempt to deliver a message.
type Attempted struct {
	notify.Queued
	Outcome notify.Outcome
	Next    notify.Next
	Digest  string // of what was sent
}

// lastLine answers the log's line of an attempt that was the last; any other line is written by the queue when the message
// goes back into it.
func (t Attempted) lastLine() []ledger.Attempt {
	if !t.Next.Done {
		return nil
	}
	return []ledger.Attempt{{Message: t.Message, At: t.Outcome.At, Outcome: string(t.Outcome.Kind), Reply: t.Outcome.Reply}}
}

// RecordOutcomes records what became of attempts to deliver messages of one incident, where that is news: a first attempt
// that is not final, delivery, permanent refusal, or days without acceptance. Repeating it changes nothing.
func (a *App) RecordOutcomes(ctx context.Context, stream string, attempts []Attempted) error {
	if isProbe(stream) {
		return a.endProbe(ctx, stream, attempts)
	}
	if strings.HasPrefix(stream, designationPrefix) {
		return a.recordDesignationOutcomes(ctx, stream, attempts)
	}
	if strings.HasPrefix(stream, teamPrefix) {
		return a.recordTeamOutcomes(ctx, stream, attempts)
	}
	var news incident.MessageOutcomes
	var log []ledger.Attempt
	for _, t := range attempts {
		c := incident.MessageOutcome{Message: t.Message, Digest: t.Digest}
		switch {
		case t.Outcome.Kind == notify.Delivered:
			c.Outcome = incident.OutcomeDelivered
		case t.Outcome.Kind == notify.Refused:
			c.Outcome = incident.OutcomeRefused
		case t.Next.Escalate:
			c.Outcome = incident.OutcomeGaveUp
		case t.Attempts == 0:
			c.Outcome = incident.OutcomeSent
		default:
			continue
		}
		news = append(news, c)
		log = append(log, t.lastLine()...)
	}
	if len(news) == 0 {
		return nil
	}
	return a.bySystem(ctx, stream, "courier", news, log)
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
	by := access.System(loop)
	_, err := a.Record.Update(ctx, stream, func(st incident.State) (ledger.Decision, error) {
		s, err := a.settingFor(ctx, st.Entity)
		if err != nil {
			return ledger.Decision{}, err
		}
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
	if isProbe(q.Stream) {
		return false, nil
	}
	if strings.HasPrefix(q.Stream, designationPrefix) {
		return a.designationGaveUp(ctx, q)
	}
	if strings.HasPrefix(q.Stream, teamPrefix) {
		return a.teamGaveUp(ctx, q)
	}
	st, err := a.load(ctx, q.Stream)
	if err != nil {
		return false, err
	}
	m, _ := messageIn(st, q.Message)
	return m.Refused, nil
}

// Clock answers the time that the application goes by.
func (a *App) Clock() time.Time { return a.Now() }
