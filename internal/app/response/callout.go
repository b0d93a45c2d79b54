package response

import (
	"context"
	"slices"

	"tocsin/internal/app/act"
	appteam "tocsin/internal/app/team"
	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/team"
)

// CallOutView is a member of the extended team who can be called in, and how: the lead engages the experts that a decision needs.
// MA 6.3.2, MA 6.3.1.2.3
type CallOutView struct {
	Person   string                `json:"person"`
	Name     string                `json:"name"`
	Title    string                `json:"title,omitempty"`
	Role     string                `json:"role"`
	RoleName string                `json:"role_name"`
	Phones   []string              `json:"phones"`
	Planned  bool                  `json:"planned" doc:"Of the response team; else the directory gives them the office."`
	Away     bool                  `json:"away"`
	Instead  string                `json:"instead,omitempty" doc:"Name of who is called while they are away."`
	Retainer *appteam.RetainerView `json:"retainer,omitempty"`
}

// callOut lists who of the extended team can still be called in: of each role the members of the team in the order of calls, then whoever
// else holds the office.
func (a *Room) callOut(ctx context.Context, v *ResponseView, st incident.State, s act.Setting) error {
	v.CallOut = []CallOutView{}
	if v.StartedAt == nil || !v.MayLead {
		return nil
	}
	all, err := a.Teams.Roster(ctx, s.Now.UnixMicro())
	if err != nil {
		return err
	}
	for _, role := range incident.ExtendedRoles {
		seats := all.Team(s.Dir, role, st.Entity)
		for _, seat := range seats {
			c := a.calling(seat.Person, role, st, s)
			if c == nil {
				continue
			}
			c.Planned = true
			if away, absent := all.Absent(seat.Person); absent {
				c.Away, c.Instead = true, firstHere(s.Dir, all, away.StandIn, seat.Deputy)
			}
			if role == directory.Forensics {
				if c.Retainer, err = a.retainerOf(ctx, seat, s); err != nil {
					return err
				}
			}
			v.CallOut = append(v.CallOut, *c)
		}
		for _, id := range s.Dir.Holders(role, st.Entity) {
			if slices.ContainsFunc(seats, func(x team.Seat) bool { return x.Person == id }) {
				continue
			}
			if c := a.calling(id, role, st, s); c != nil {
				_, c.Away = all.Absent(id)
				v.CallOut = append(v.CallOut, *c)
			}
		}
	}
	return nil
}

// calling is somebody who can be called in in a role; nil for whoever has left, lost the office, or is called in already.
func (a *Room) calling(person string, role directory.Role, st incident.State, s act.Setting) *CallOutView {
	p, ok := s.Dir.Person(person)
	in := slices.ContainsFunc(st.Response.Engaged, func(e incident.Engagement) bool { return e.Person == person })
	if !ok || p.Gone || in || !appteam.OfficesAbove(s.Dir, p, []directory.Role{role}, st.Entity) {
		return nil
	}
	return &CallOutView{Person: p.ID, Name: p.Name, Title: p.Title, Role: string(role), RoleName: act.RoleName(string(role)), Phones: act.NonNil(p.Phones)}
}

// firstHere is the name of the first of some people who is neither away nor gone.
func firstHere(dir *directory.Snapshot, all team.Roster, people ...string) string {
	for _, id := range people {
		p, ok := dir.Person(id)
		if _, away := all.Absent(id); ok && !p.Gone && !away {
			return p.Name
		}
	}
	return ""
}

// retainerOf reads the retainer of a member; nil where there is none.
func (a *Room) retainerOf(ctx context.Context, seat team.Seat, s act.Setting) (*appteam.RetainerView, error) {
	facts, err := a.Teams.Team(ctx, seat.Entity)
	if err != nil {
		return nil, err
	}
	st := team.Fold(facts)
	for _, m := range st.In() {
		if m.Person != seat.Person || m.Role != seat.Role || m.Retainer == nil {
			continue
		}
		texts, err := a.Record.Texts(ctx, []string{m.Words})
		if err != nil {
			return nil, err
		}
		t := appteam.TeamReading{Texts: texts, Today: calendar.DateOf(s.Now.In(s.Pack.Calendar().Zone()))}
		return t.Retainer(m), nil
	}
	return nil, nil
}
