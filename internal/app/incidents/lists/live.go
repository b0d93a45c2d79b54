package lists

import (
	"context"
	"strings"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
)

// Changed is one incident that changed: up to which version, where the last change stands in the order of all, and what access to it
// is decided on now.
type Changed struct {
	Stream  string
	Version int64
	Place   int64
	Object  access.Object
}

// changesAtOnce bounds what one round of watching reads; the next round reads on.
const changesAtOnce = 500

// Head is the place of the last change: where watching begins.
func (a *Room) Head(ctx context.Context) (int64, error) { return a.Watch.Head(ctx) }

// ChangesAfter answers which incidents changed behind a place, each once, in the order of their last change, and the place to go on
// from. It filters nothing: whoever passes a change on to a reader asks access about its Object first.
func (a *Room) ChangesAfter(ctx context.Context, after int64) ([]Changed, int64, error) {
	from := after
	changes, err := a.Watch.ChangesAfter(ctx, after, changesAtOnce)
	if err != nil || len(changes) == 0 {
		return nil, after, err
	}
	last := map[string]incident.Change{}
	var streams []string
	for _, c := range changes {
		after = c.Place
		if !strings.HasPrefix(c.Stream, "incident/") {
			continue // the directory's own stream
		}
		if _, ok := last[c.Stream]; !ok {
			streams = append(streams, c.Stream)
		}
		last[c.Stream] = c
	}
	objects, err := a.Watch.Objects(ctx, streams)
	if err != nil {
		return nil, from, err // the next round reads them again
	}
	out := make([]Changed, 0, len(streams))
	for _, s := range streams {
		out = append(out, Changed{Stream: s, Version: last[s].Version, Place: last[s].Place, Object: objects[s]})
	}
	return out, after, nil
}

// SessionWatching answers who a session is without counting that as a use of it: a page that only stays open keeps nobody signed in.
func (a *Room) SessionWatching(ctx context.Context, token string) (act.Session, error) {
	v, actor, err := a.Identity.Session(ctx, token)
	if err != nil {
		return act.Session{}, err
	}
	return act.Session{Actor: actor, ID: v.ID, Method: v.Method, ExpiresAt: v.ExpiresAt}, nil
}

// Follow answers an incident that the actor may see, for watching it: its stream, its version now, and its object. It shows nothing
// of it, so that it is no reading that is kept.
func (a *Room) Follow(ctx context.Context, by access.Actor, number string) (Changed, error) {
	stream, st, err := a.Open(ctx, by, number)
	if err != nil {
		return Changed{}, err
	}
	return Changed{Stream: stream, Version: st.Version, Object: act.ObjectOf(st)}, nil
}

// Counters is what stands open for a reader, as pages show it beside their lists.
type Counters struct {
	Owed    int `json:"owed"`    // at most countedDuties
	Overdue int `json:"overdue"` // of those
	Waiting int `json:"waiting"` // tracks that await an authority's answer, at most countedTracks
}

const (
	countedDuties = 200
	countedTracks = 1000
)

// Counters counts what stands open inside what the actor may see.
func (a *Room) Counters(ctx context.Context, by access.Actor) (c Counters, err error) {
	scope := access.ScopeOf(by)
	duties, err := a.Index.OpenDuties(ctx, scope, countedDuties)
	if err != nil {
		return c, err
	}
	now := a.Now()
	for _, d := range duties {
		c.Owed++
		if incident.Overdue(d.Due, now) {
			c.Overdue++
		}
	}
	waiting, err := a.Watch.Waiting(ctx, scope.Authorities, countedTracks)
	c.Waiting = int(waiting)
	return c, err
}
