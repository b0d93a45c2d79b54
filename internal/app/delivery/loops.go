package delivery

import (
	"context"
	"time"

	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/record"
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

// news is how a message ended, if it did: what every record wants to know.
func (t Attempted) news() string {
	switch {
	case t.Outcome.Kind == notify.Delivered:
		return record.Delivered
	case t.Outcome.Kind == notify.Refused:
		return record.Refused
	case t.Next.Escalate:
		return record.GaveUp
	}
	return ""
}

// RecordOutcomes records what became of attempts to deliver messages of one incident, where that is news: a first attempt
// that is not final, delivery, permanent refusal, or days without acceptance. Repeating it changes nothing.
func (a *Room) RecordOutcomes(ctx context.Context, stream string, attempts []Attempted) error {
	if IsProbe(stream) {
		return a.endProbe(ctx, stream, attempts)
	}
	if l, ok := a.LettersOf(stream); ok {
		return a.recordLetters(ctx, l, attempts)
	}
	var news incident.MessageOutcomes
	var log []ledger.Attempt
	for _, t := range attempts {
		outcome := t.news()
		if outcome == "" && t.Attempts == 0 {
			outcome = incident.OutcomeSent
		}
		if outcome == "" {
			continue
		}
		news = append(news, incident.MessageOutcome{Message: t.Message, Outcome: outcome, Digest: t.Digest})
		log = append(log, t.lastLine()...)
	}
	if len(news) == 0 {
		return nil
	}
	return a.RunAs(ctx, stream, "courier", news, log)
}

// RunClock fires what is due on one incident's clocks.
func (a *Room) RunClock(ctx context.Context, stream string) error {
	return a.RunAs(ctx, stream, "clock", incident.RunClock{}, nil)
}

// DueStreams lists incidents whose clocks have something to say now.
func (a *Room) DueStreams(ctx context.Context, limit int) ([]string, error) {
	return a.Index.DueStreams(ctx, a.Now(), limit)
}

// Escalated says whether a person was already told that a message cannot be delivered.
func (a *Room) Escalated(ctx context.Context, q notify.Queued) (bool, error) {
	if IsProbe(q.Stream) {
		return false, nil
	}
	if l, ok := a.LettersOf(q.Stream); ok {
		owed, _, err := l.Load(ctx)
		return owed[q.Message].GaveUp, err
	}
	st, err := a.Load(ctx, q.Stream)
	if err != nil {
		return false, err
	}
	m, _ := MessageIn(st, q.Message)
	return m.Refused, nil
}

// Clock answers the time that the application goes by.
func (a *Room) Clock() time.Time { return a.Now() }
