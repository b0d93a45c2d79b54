package team

import (
	"cmp"
	"slices"

	"tocsin/internal/domain/directory"
)

// Seat is one member of any team.
type Seat struct {
	Entity, Person, Deputy string
	Role                   directory.Role
	Order                  int64
}

// Away is one person who is away now.
type Away struct {
	Person, StandIn string
	From, Until     int64 // microseconds; Until is 0 while the return is not known
}

// Roster is who is of which team, and who of all is away now.
type Roster struct {
	Seats []Seat
	Away  []Away
}

// Absent answers that somebody is away now.
func (r Roster) Absent(person string) (Away, bool) {
	i := slices.IndexFunc(r.Away, func(a Away) bool { return a.Person == person })
	if i < 0 {
		return Away{}, false
	}
	return r.Away[i], true
}

// Team lists the seats of a role that count for an entity: its own, or else those of the nearest team above it that has the role.
func (r Roster) Team(dir *directory.Snapshot, role directory.Role, entity string) (out []Seat) {
	for e, ok := dir.Entity(entity); ok && len(out) == 0; e, ok = dir.Entity(e.Parent) {
		for _, s := range r.Seats {
			if s.Entity == e.ID && s.Role == role {
				out = append(out, s)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Seat) int { return cmp.Compare(a.Order, b.Order) })
	return out
}

// Receivers lists to whom the work of somebody comes back who is away or has left, best first. Of somebody who is away: who stands in for
// them, then their deputy. Then the coordinators of the team in the order of calls, each with who stands in for them; then whoever
// holds the office in the directory, and the CISO. Who is away, or gone, is not among them. MA 6.3.1.1.1
func (r Roster) Receivers(dir *directory.Snapshot, entity, person string) (out []string) {
	add := func(ids ...string) {
		for _, id := range ids {
			p, ok := dir.Person(id)
			if _, away := r.Absent(id); !ok || p.Gone || away || id == person || slices.Contains(out, id) {
				continue
			}
			out = append(out, id)
		}
	}
	if a, away := r.Absent(person); away {
		add(a.StandIn)
		for _, s := range r.Seats {
			if s.Person == person && slices.Contains(dir.Below(s.Entity), entity) {
				add(s.Deputy)
			}
		}
	}
	for _, s := range r.Team(dir, directory.IRCoordinator, entity) {
		if add(s.Person); !slices.Contains(out, s.Person) {
			a, _ := r.Absent(s.Person)
			add(a.StandIn, s.Deputy)
		}
	}
	add(dir.Holders(directory.IRCoordinator, entity)...)
	add(dir.Holders(directory.CISO, entity)...)
	return out
}
