package app

import (
	"context"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
)

// Assign hands an authority's work on an incident to one of its officers, or with an empty person to nobody in particular. The
// note may be empty.
func (a *App) Assign(ctx context.Context, by access.Actor, number, authority, person, note string) error {
	prose := map[string]string{}
	if note != "" {
		if err := incident.CheckProse("note", note, "a note has words"); err != nil {
			return err
		}
		prose[incident.TextNote] = note
	}
	return a.act(ctx, by, number, forAuthority(by, authority), prose, func(refs map[string]string) incident.Command {
		return incident.AssignTrack{Authority: authority, Person: person, Texts: refs}
	})
}

// handOver shows who has each authority's work, and to whom the reader may give it.
func (a *App) handOver(v *IncidentView, by access.Actor, st incident.State, s setting) {
	o := object(st)
	for i, t := range st.Tracks {
		track := &v.Tracks[i]
		if t.Assignee != "" {
			track.Assignee, track.AssigneeName = t.Assignee, actorName("person:"+t.Assignee, s.dir)
		}
		o.Authority = t.Authority
		if t.Status == incident.TrackClosedState || by.Person == "" || !access.Allow(by, access.Respond, o) {
			continue
		}
		for _, id := range s.dir.Officers(t.Authority) {
			track.Colleagues = append(track.Colleagues, Colleague{ID: id, Name: actorName("person:"+id, s.dir)})
		}
	}
}

// Colleague is an officer to whom work can be handed.
type Colleague struct{ ID, Name string }
