package incident

import (
	"strings"
	"time"
)

// MilestoneRow answers what the statistics count of an incident. MA 6.5.2.1
func (s State) MilestoneRow() MilestoneRow {
	m := MilestoneRow{Entity: s.Entity, Status: s.Status, Phase: s.Lifecycle.Phase, Level: s.Rating.Level,
		Categories: strings.Join(s.Known.Categories, ","),
		Cause:      s.Review.Cause, Received: micro(s.ReceivedAt), Reported: micro(s.ReceivedAt), Occurred: micro(s.Known.Events["occurred"]),
		Discovered: micro(s.Known.Events["discovered"]), Started: micro(s.Response.StartedAt),
		Contained: micro(s.Lifecycle.Milestones[Contained]),
		Recovered: micro(s.Lifecycle.Milestones[Recovered]), Closed: micro(s.Lifecycle.ClosedAt)}
	if m.Received == 0 {
		m.Received = micro(s.OpenedAt)
	}
	for _, t := range s.Tracks {
		if at := micro(t.AnsweredAt); at > 0 && (m.Acknowledged == 0 || at < m.Acknowledged) {
			m.Acknowledged = at
		}
	}
	return m
}

// ActionRows are the corrective actions of an incident as the list over all incidents has them.
func (s State) ActionRows() (out []ActionRow) {
	micro := func(unset bool, us int64) int64 {
		if unset {
			return 0
		}
		return us
	}
	for _, a := range s.Review.Actions {
		out = append(out, ActionRow{ID: a.ID, Number: s.Number, Entity: s.Entity, Owner: a.Owner, Status: a.Status, Due: a.Due.UnixMicro(),
			Done:  micro(a.DoneAt.IsZero(), a.DoneAt.UnixMicro()),
			Ended: micro(a.EndedAt.IsZero(), a.EndedAt.UnixMicro()), What: a.Text, Lesson: a.Lesson, Evidence: a.Evidence, Link: a.Link,
			Marks: s.Marks()})
	}
	return out
}

// Work lists what there is to do about an incident, and was: what is over is in it, so that a table of it forgets nothing.
func (s State) Work() (out []Work) {
	x := s.Response
	if x.StartedAt.IsZero() {
		return nil
	}
	closed := s.Status == StatusClosed
	base := Work{Number: s.Number, Entity: s.Entity, Marks: s.Marks()}
	lead, offer := base, base
	lead.Kind, lead.ID, lead.Person, lead.Since = WorkLead, WorkLead, x.Lead, x.LeadSince.UnixMicro()
	if !closed {
		lead.State, lead.Due = WorkReady, s.NextDue()
	}
	offer.Kind, offer.ID = WorkHandover, WorkHandover
	if x.Offer != nil && !closed {
		offer.State, offer.Person, offer.Since, offer.Due = WorkReady, x.Offer.To, x.Offer.At.UnixMicro(), x.Offer.At.UnixMicro()
	}
	out = append(out, lead, offer)
	for _, t := range x.Tasks {
		w := base
		w.Kind, w.ID, w.Role, w.Person, w.What, w.Words, w.Since = WorkTask, t.ID, t.Role, t.Person, t.Title, t.Text, t.AddedAt.UnixMicro()
		if t.Status == TaskOpen && !closed {
			w.State, w.Due = WorkReady, t.Aimed(x.StartedAt)
			if len(s.Waits(t)) > 0 {
				w.State = WorkWaits
			}
		}
		out = append(out, w)
	}
	return out
}

// Card is the incident on the board. MA 6.5.2.1
func (s State) Card() Card {
	c := Card{Number: s.Number, Entity: s.Entity, Phase: s.phase(), Level: s.Rating.Level, Provisional: s.Rating.Provisional,
		Lead: s.Response.Lead, Due: s.NextDue(),
		Received: s.ReceivedAt.UnixMicro(), Open: s.Status != StatusClosed, Marks: s.Marks(), Tasks: int64(len(s.Response.Tasks))}
	if s.ReceivedAt.IsZero() {
		c.Received = s.OpenedAt.UnixMicro()
	}
	if c.Phase == "" {
		c.Phase = PhaseWaiting
	}
	for _, t := range s.Response.Tasks {
		if t.Status != TaskOpen {
			c.Settled++
		}
	}
	return c
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// BoardPhases are the columns of the board, in order.
var BoardPhases = append([]string{PhaseWaiting}, WorkPhases...)
