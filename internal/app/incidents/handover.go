package incidents

import (
	"context"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
)

// Assign hands an authority's work on an incident to one of its officers, or with an empty person to nobody in particular. The
// note may be empty.
func (a *Room) Assign(ctx context.Context, by access.Actor, number, authority, person, note string) error {
	prose := map[string]string{}
	if note != "" {
		if err := incident.CheckProse("note", note, "a note has words"); err != nil {
			return err
		}
		prose[incident.TextNote] = note
	}
	return a.Act(ctx, by, number, act.RequireAuthority(by, authority), prose, func(refs map[string]string) incident.Command {
		return incident.AssignTrack{Authority: authority, Person: person, Texts: refs}
	})
}

// handOver shows who has each authority's work, and to whom the reader may give it.
func (a *Room) handOver(v *IncidentView, by access.Actor, st incident.State, s act.Setting) {
	o := act.ObjectOf(st)
	for i, t := range st.Tracks {
		track := &v.Tracks[i]
		if t.Assignee != "" {
			track.Assignee, track.AssigneeName = t.Assignee, act.ActorName("person:"+t.Assignee, s.Dir)
		}
		o.Authority = t.Authority
		if t.Status == incident.TrackClosedState || by.Person == "" || !access.Allow(by, access.Respond, o) {
			continue
		}
		for _, id := range s.Dir.Officers(t.Authority) {
			track.Colleagues = append(track.Colleagues, act.Colleague{ID: id, Name: act.ActorName("person:"+id, s.Dir)})
		}
	}
}
