package team

import (
	"slices"

	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
)

// Planned is an absence of any team that holds or is still to come.
type Planned struct {
	Entity, ID string
	Away
}

func (p Planned) holds(at int64) bool { return p.From <= at && (p.Until == 0 || at < p.Until) }

// RunClock lets time speak: roles that absences leave without anybody, retainers that end. Each is said once.
type RunClock struct {
	Today   calendar.Date // where the entity is
	Roster  Roster
	Planned []Planned // of all teams: who is away in one is away in all
}

func (c RunClock) decide(s State, env Env) ([]Draft, error) {
	receivers := append(c.Roster.Receivers(env.Dir, env.Entity, ""), "")
	var out []Draft
	for _, role := range Roles {
		told := slices.Clone(s.Uncovered)
		for _, f := range c.uncovered(s, role, env) {
			if !slices.ContainsFunc(told, f.repeats) {
				told = append(told, *f)
				f.Messages = []Message{env.to(KindUncovered, receivers[0])}
				out = append(out, Draft{Fact: f})
			}
		}
	}
	kind := map[string]string{GapEnds: KindRetainerEnds, GapEnded: KindRetainerEnded}
	for _, m := range s.In() {
		if m.Retainer == nil || m.Reminded == GapEnded {
			continue
		}
		if stage := m.Retainer.State(c.Today); kind[stage] != "" && stage != m.Reminded {
			out = append(out, Draft{Fact: &RetainerReminded{Member: m.ID, Person: m.Person, Stage: stage, Until: m.Retainer.Until, Messages: []Message{env.to(kind[stage], receivers[0])}}})
		}
	}
	return out, nil
}

// repeats says that this tells nothing that an earlier one did not: the same absences, and nobody new who could have been there.
func (f *RoleUncovered) repeats(earlier RoleUncovered) bool {
	within := func(part, all []string) bool {
		return !slices.ContainsFunc(part, func(x string) bool { return !slices.Contains(all, x) })
	}
	return earlier.Role == f.Role && within(earlier.Absences, f.Absences) && within(f.People, earlier.People)
}

// uncovered finds when absences leave a role of this team without anybody. People go only when an absence begins, so that now and
// those beginnings are all the instants to look at.
func (c RunClock) uncovered(s State, role directory.Role, env Env) (out []*RoleUncovered) {
	now := env.Now.UnixMicro()
	at := []int64{now}
	for _, p := range c.Planned {
		if p.From > now {
			at = append(at, p.From)
		}
	}
	slices.Sort(at)
	for _, t := range slices.Compact(at) {
		if f := c.without(s, role, t, env); f != nil {
			out = append(out, f)
		}
	}
	return out
}

// without is what there is to say of a role at an instant: nil where somebody can be reached, or where it is not an absence that leaves
// nobody.
func (c RunClock) without(s State, role directory.Role, at int64, env Env) *RoleUncovered {
	f := &RoleUncovered{Role: string(role)}
	reached := false
	look := func(id string, office []directory.Role) (standIn string) {
		p, ok := env.Dir.Person(id)
		if id == "" || !ok || p.Gone {
			return ""
		}
		f.People = append(f.People, id)
		i := slices.IndexFunc(c.Planned, func(a Planned) bool { return a.Person == id && a.holds(at) })
		if i < 0 {
			reached = reached || office == nil || env.holds(p, office)
			return ""
		}
		a := c.Planned[i]
		f.From, f.Absences = max(f.From, a.From), append(f.Absences, a.Entity+"/"+a.ID)
		return a.StandIn
	}
	for _, m := range s.In() {
		if m.Role == role {
			look(look(m.Person, Offices(role)), nil)
			look(m.Deputy, nil)
		}
	}
	if reached || len(f.Absences) == 0 {
		return nil
	}
	for _, list := range []*[]string{&f.People, &f.Absences} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return f
}
