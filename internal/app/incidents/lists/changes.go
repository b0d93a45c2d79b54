package lists

import (
	"context"
	"time"

	"tocsin/internal/app/act"
	appwords "tocsin/internal/app/act/words"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// ChangeView is one incident that changed, with what was recorded about it, newest first.
type ChangeView struct {
	act.IncidentRow
	What []act.LedgerView
	More int // recorded besides
}

// ChangeList is what changed since a person last marked it as seen.
type ChangeList struct {
	Since   time.Time
	Never   bool // they never marked anything: Since is a week ago
	Through time.Time
	Changes []ChangeView
	More    bool
}

const (
	unseenAge    = 7 * 24 * time.Hour
	shownChanges = 8
	shownFacts   = 3
	// settleTime is what a mark leaves out at its end: a change that is being written gets its time before others can see it.
	settleTime = time.Second
)

// Changes lists incidents about which others recorded something since the reader last marked the list as seen, last
// changed first. Bookkeeping of deliveries is left out.
func (a *Room) Changes(ctx context.Context, by access.Actor) (out ChangeList, err error) {
	now := a.Now()
	out.Through = now.Add(-settleTime)
	since, found, err := a.Desk.Seen(ctx, by.Person)
	if err != nil {
		return out, err
	}
	if out.Never = !found; out.Never {
		since = now.Add(-unseenAge)
	}
	out.Since = since
	rows, err := a.Index.List(ctx, access.ScopeOf(by), incident.Filter{Order: incident.Changed, ChangedAfter: since.UnixMicro(), Limit: shownChanges + 1})
	if err != nil {
		return out, err
	}
	if out.More = len(rows) > shownChanges; out.More {
		rows = rows[:shownChanges]
	}
	streams := make([]string, len(rows))
	for i, r := range rows {
		streams[i] = r.Stream
	}
	facts, err := a.Desk.FactsSince(ctx, streams, since)
	if err != nil {
		return out, err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return out, err
	}
	s := act.Setting{Dir: dir, Now: now}
	for _, r := range rows {
		if v := a.changeView(r, facts[r.Stream], s, by); len(v.What) > 0 {
			out.Changes = append(out.Changes, v)
		}
	}
	return out, nil
}

// changeView says what others recorded; what the reader did is no news to them.
func (a *Room) changeView(r incident.Row, facts []incident.Recorded, s act.Setting, by access.Actor) ChangeView {
	v := ChangeView{IncidentRow: rowView(r, s.Now)}
	if e, ok := s.Dir.Entity(r.Entity); ok {
		v.EntityName = e.Name
	}
	said := map[string]bool{}
	for i := len(facts) - 1; i >= 0; i-- {
		f := facts[i]
		words := newsWords(f.Fact, a, s)
		if f.Actor == by.ID || incident.Bookkeeping(f.Fact) || said[words] {
			continue
		}
		said[words] = true
		if len(v.What) == shownFacts {
			v.More++
			continue
		}
		v.What = append(v.What, act.LedgerView{Version: f.Version, Fact: f.Fact.FactName(), Words: words, At: f.At, Actor: act.ActorName(f.Actor, s.Dir)})
	}
	return v
}

// newsWords says what happened to people who do not have the incident's list of duties before them.
func newsWords(f incident.Fact, a *Room, s act.Setting) string {
	switch f := f.(type) {
	case *incident.DutyStageReached:
		if f.Stage == incident.StageEscalated {
			return "An overdue duty was escalated"
		}
		return "A duty is past its time"
	case *incident.DutyDischarged:
		return "A duty was stated to be fulfilled"
	}
	return appwords.FactWords(f, a.Kernel, s)
}

// MarkSeen records that the reader has seen what changed up to an instant, which cannot lie ahead.
func (a *Room) MarkSeen(ctx context.Context, by access.Actor, through time.Time) error {
	if by.Person == "" {
		return fault.Forbidden("only a person keeps a mark of what they have seen")
	}
	if through.After(a.Now()) {
		return fault.Invalid("through", "this instant lies ahead", "load the page again and press the button there")
	}
	return a.Desk.MarkSeen(ctx, by.Person, through)
}
