package team

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/team"
)

// TeamView is the response team that answers for an entity: its own members, and for each role without any those of the nearest team
// above. MA 6.3
type TeamView struct {
	Entity     string            `json:"entity"`
	EntityName string            `json:"entity_name"`
	Roles      []TeamRoleView    `json:"roles" doc:"In the order in which a team is read; the members of each in the order in which they are called."`
	Gaps       []TeamGapView     `json:"gaps" doc:"What is missing: nobody named, no deputy, a contract that has run out."`
	Absences   []AbsenceView     `json:"absences" doc:"Those that hold now or are planned."`
	Past       []TeamHistoryView `json:"past" doc:"Who is no longer of the team, the last first."`
	Standard   string            `json:"-"` // the clause that all of it follows from
	MayStaff   bool              `json:"-"`
	Mine       bool              `json:"-"` // the reader is of the team, and says themselves that they are away
	Choices    []act.PersonView  `json:"-"` // who can be taken in
	Known      []act.PersonView  `json:"-"` // who can be away: members and deputies
	Deputies   []act.PersonView  `json:"-"`
	Today      string            `json:"-"`
}

// TeamRoleView is one role with what it answers for. MA 6.3.1, MA 6.3.2
type TeamRoleView struct {
	Role             string                  `json:"role"`
	Name             string                  `json:"name"`
	Core             bool                    `json:"core"`
	From             string                  `json:"from,omitempty" doc:"The entity above whose members these are; absent for its own."`
	FromName         string                  `json:"from_name,omitempty"`
	Responsibilities []policy.Responsibility `json:"responsibilities"`
	Members          []TeamMemberView        `json:"members"`
}

// TeamMemberView is a member and how they are reached now.
type TeamMemberView struct {
	ID          string     `json:"id"`
	Person      string     `json:"person"`
	Name        string     `json:"name"`
	Title       string     `json:"title,omitempty"`
	Email       string     `json:"email,omitempty"`
	Phones      []string   `json:"phones"`
	Order       int64      `json:"order"`
	Deputy      string     `json:"deputy,omitempty"`
	DeputyName  string     `json:"deputy_name,omitempty"`
	Reach       string     `json:"reach" enum:"here,away,left,without" doc:"Whether they can be reached now: away, left the organisation, or without the office in the directory."`
	AwayUntil   *time.Time `json:"away_until" doc:"The return of somebody who is away, where it is known."`
	Instead     string     `json:"instead,omitempty" doc:"Id of who is called instead."`
	InsteadName string     `json:"instead_name,omitempty"`
	// Retainer returns the retained provider of a team; nil where there is none.
	Retainer   *RetainerView `json:"retainer,omitempty"`
	AcceptedAt *time.Time    `json:"accepted_at" doc:"When they accepted what the role answers for, as it is listed now."`
	Mine       bool          `json:"-"`
}

// RetainerView is a retainer and whether it holds today.
type RetainerView struct {
	Retainer
	State string `json:"state" enum:"holds,not_begun,ends,ended"`
}

// TeamGapView is one thing that is missing.
type TeamGapView struct {
	Role     string `json:"role"`
	RoleName string `json:"role_name"`
	Kind     string `json:"kind"`
	Person   string `json:"person,omitempty"`
	Name     string `json:"name,omitempty"`
	Clause   string `json:"clause,omitempty"`
}

// AbsenceView is one absence that holds or is planned.
type AbsenceView struct {
	ID          string     `json:"id"`
	Person      string     `json:"person"`
	Name        string     `json:"name"`
	From        time.Time  `json:"from"`
	Until       *time.Time `json:"until"`
	StandIn     string     `json:"stand_in,omitempty"`
	StandInName string     `json:"stand_in_name,omitempty"`
	Reason      string     `json:"reason,omitempty"`
	Now         bool       `json:"now"`
	MayEnd      bool       `json:"-"`
}

// TeamHistoryView is somebody who is no longer of the team.
type TeamHistoryView struct {
	Name     string    `json:"name"`
	RoleName string    `json:"role_name"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	By       string    `json:"by"`
	Reason   string    `json:"reason"`
}

// TeamLine is one team in the list of all that a reader may read.
type TeamLine struct {
	Entity      string   `json:"entity"`
	EntityName  string   `json:"entity_name"`
	Members     int      `json:"members" doc:"Of its own; 0 where a team above answers for it."`
	Coordinator []string `json:"coordinator" doc:"Who coordinates for it, in the order of calls."`
	Away        int      `json:"away"`
}

// TeamList lists the response teams of the entities that the actor may read.
func (a *Room) TeamList(ctx context.Context, by access.Actor) ([]TeamLine, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	all, err := a.Teams.Roster(ctx, a.Now().UnixMicro())
	if err != nil {
		return nil, err
	}
	out := []TeamLine{}
	for _, e := range dir.Entities() {
		o := access.Object{Entity: e.ID}
		if !access.Allow(by, access.Read, o) && !access.Allow(by, access.Staff, o) {
			continue
		}
		l := TeamLine{Entity: e.ID, EntityName: e.Name, Coordinator: []string{}}
		for _, s := range all.Seats {
			if s.Entity == e.ID {
				l.Members++
				if _, away := all.Absent(s.Person); away {
					l.Away++
				}
			}
		}
		for _, s := range all.Team(dir, directory.IRCoordinator, e.ID) {
			l.Coordinator = append(l.Coordinator, NamedPerson(dir, s.Person).Name)
		}
		out = append(out, l)
	}
	return out, nil
}

// Team answers the team that answers for an entity, to whoever may read its incidents or change its team. MA 6.3
func (a *Room) Team(ctx context.Context, by access.Actor, entity string) (TeamView, error) {
	s, own, err := a.teamOf(ctx, by, entity)
	if err != nil {
		return TeamView{}, err
	}
	all, err := a.Teams.Roster(ctx, s.Now.UnixMicro())
	if err != nil {
		return TeamView{}, err
	}
	e, _ := s.Dir.Entity(entity)
	t := TeamReading{a: a, s: s, by: by, all: all, v: TeamView{Entity: entity, EntityName: e.Name, Roles: []TeamRoleView{}, Gaps: []TeamGapView{}, Absences: []AbsenceView{},
		Past: []TeamHistoryView{}, MayStaff: access.Allow(by, access.Staff, access.Object{Entity: entity}), Mine: by.Person != "" && own.Knows(by.Person)}}
	t.Today = calendar.DateOf(s.Now.In(s.Pack.Calendar().Zone()))
	t.v.Today = t.Today.String()
	if err := t.lineage(ctx, own, entity); err != nil {
		return TeamView{}, err
	}
	for _, role := range team.Roles {
		t.role(role)
	}
	t.past(own)
	if t.v.MayStaff {
		t.offers(own)
	}
	return t.v, nil
}

// TeamReading gathers what a page about a team says.
type TeamReading struct {
	a      *Room
	s      act.Setting
	by     access.Actor
	all    team.Roster
	Today  calendar.Date
	teams  []team.State // of the entity, then those above that have one
	places []string     // their entities
	Texts  map[string][]byte
	v      TeamView
}

func (t *TeamReading) lineage(ctx context.Context, own team.State, entity string) error {
	t.teams, t.places = []team.State{own}, []string{entity}
	e, _ := t.s.Dir.Entity(entity)
	for e, ok := t.s.Dir.Entity(e.Parent); ok; e, ok = t.s.Dir.Entity(e.Parent) {
		facts, err := t.a.Teams.Team(ctx, e.ID)
		if err != nil {
			return err
		}
		t.teams, t.places = append(t.teams, team.Fold(facts)), append(t.places, e.ID)
	}
	var digests []string
	for _, st := range t.teams {
		for _, m := range st.Members {
			if m.Words != "" && m.Active() {
				digests = append(digests, m.Words)
			}
		}
	}
	for _, m := range own.Members {
		if m.Why != "" {
			digests = append(digests, m.Why)
		}
	}
	for _, x := range own.Absences {
		if x.Why != "" {
			digests = append(digests, x.Why)
		}
	}
	var err error
	t.Texts, err = t.a.Record.Texts(ctx, digests)
	return err
}

// role puts in one role: who has it, what it answers for, and what is missing.
func (t *TeamReading) role(role directory.Role) {
	v := TeamRoleView{Role: string(role), Name: act.RoleName(string(role)), Core: team.Core(role), Responsibilities: []policy.Responsibility{}, Members: []TeamMemberView{}}
	for _, r := range t.s.Pack.Responsibilities() {
		if r.Role == v.Role {
			v.Responsibilities = append(v.Responsibilities, r)
		}
	}
	var standing []team.Standing
	for i, st := range t.teams {
		if standing = t.standing(st, role, t.places[i]); len(standing) == 0 {
			continue
		}
		if i > 0 {
			e, _ := t.s.Dir.Entity(t.places[i])
			v.From, v.FromName = e.ID, e.Name
		}
		break
	}
	for _, m := range standing {
		v.Members = append(v.Members, t.member(m, v))
	}
	clause := ""
	if len(v.Responsibilities) > 0 {
		clause = v.Responsibilities[0].Clause
	}
	for _, g := range team.Gaps(role, standing, t.Today) {
		one := TeamGapView{Role: v.Role, RoleName: v.Name, Kind: g.Kind, Person: g.Person, Clause: clause}
		if g.Person != "" {
			one.Name = NamedPerson(t.s.Dir, g.Person).Name
		}
		t.v.Gaps = append(t.v.Gaps, one)
	}
	t.v.Roles = append(t.v.Roles, v)
}

func (t *TeamReading) standing(st team.State, role directory.Role, entity string) (out []team.Standing) {
	for _, m := range st.In() {
		if m.Role != role {
			continue
		}
		p, ok := t.s.Dir.Person(m.Person)
		away, absent := t.all.Absent(m.Person)
		x := team.Standing{Member: m, Gone: !ok || p.Gone, Away: absent}
		x.Without = !x.Gone && !OfficesAbove(t.s.Dir, p, team.Offices(role), entity)
		if x.Gone || x.Without || x.Away {
			x.Instead = t.here(away.StandIn, m.Deputy)
		}
		out = append(out, x)
	}
	return out
}

// here is the first of some people who is neither away nor gone.
func (t *TeamReading) here(people ...string) string {
	for _, id := range people {
		p, ok := t.s.Dir.Person(id)
		if _, away := t.all.Absent(id); ok && !p.Gone && !away {
			return id
		}
	}
	return ""
}

func (t *TeamReading) member(m team.Standing, role TeamRoleView) TeamMemberView {
	p, _ := t.s.Dir.Person(m.Person)
	named := NamedPerson(t.s.Dir, m.Person)
	v := TeamMemberView{ID: m.ID, Person: m.Person, Name: named.Name, Title: named.Title, Email: named.Email, Phones: act.NonNil(p.Phones), Order: m.Order, Deputy: m.Deputy,
		Instead: m.Instead, Reach: "here", Mine: role.From == "" && m.Person == t.by.Person && m.Person != ""}
	if m.Deputy != "" {
		v.DeputyName = NamedPerson(t.s.Dir, m.Deputy).Name
	}
	if m.Instead != "" {
		v.InsteadName = NamedPerson(t.s.Dir, m.Instead).Name
	}
	switch {
	case m.Gone:
		v.Reach = "left"
	case m.Without:
		v.Reach = "without"
	case m.Away:
		v.Reach = "away"
		if away, _ := t.all.Absent(m.Person); away.Until > 0 {
			at := time.UnixMicro(away.Until).UTC()
			v.AwayUntil = &at
		}
	}
	if m.Retainer != nil {
		v.Retainer = t.Retainer(m.Member)
	}
	rules := make([]string, len(role.Responsibilities))
	for i, r := range role.Responsibilities {
		rules[i] = r.Rule
	}
	if slices.Equal(rules, m.Rules) {
		v.AcceptedAt = act.TimeOrNil(m.AcceptedAt)
	}
	return v
}

// Retainer returns the retained provider that a member stands for.
func (t *TeamReading) Retainer(m team.Member) *RetainerView {
	var words retainerText
	_ = json.Unmarshal(t.Texts[m.Words], &words) // a disposed text leaves the fields empty
	v := RetainerView{Retainer: Retainer{Provider: words.Provider, Contract: words.Contract, Telephone: words.Telephone, From: m.Retainer.From, Until: m.Retainer.Until},
		State: m.Retainer.State(t.Today)}
	if v.State == "" {
		v.State = "holds"
	}
	return &v
}

// past puts in who was of the team, and who is or will be away.
func (t *TeamReading) past(own team.State) {
	now := t.s.Now.UnixMicro()
	for _, m := range own.Members {
		if !m.Active() {
			t.v.Past = append(t.v.Past, TeamHistoryView{Name: NamedPerson(t.s.Dir, m.Person).Name, RoleName: act.RoleName(string(m.Role)), From: m.AddedAt, Until: m.RemovedAt,
				By: act.ActorName(m.RemovedBy, t.s.Dir), Reason: string(t.Texts[m.Why])})
		}
	}
	slices.SortStableFunc(t.v.Past, func(a, b TeamHistoryView) int { return b.Until.Compare(a.Until) })
	for _, x := range own.Absences {
		if x.Over(now) {
			continue
		}
		v := AbsenceView{ID: x.Absence, Person: x.Person, Name: NamedPerson(t.s.Dir, x.Person).Name, From: time.UnixMicro(x.From).UTC(), StandIn: x.StandIn,
			Now: x.Holds(now), MayEnd: t.v.MayStaff || x.Person == t.by.Person}
		if v.MayEnd { // why somebody is away is theirs, and of those who plan
			v.Reason = string(t.Texts[x.Why])
		}
		if x.Until > 0 {
			at := time.UnixMicro(x.Until).UTC()
			v.Until = &at
		}
		if x.StandIn != "" {
			v.StandInName = NamedPerson(t.s.Dir, x.StandIn).Name
		}
		t.v.Absences = append(t.v.Absences, v)
	}
	slices.SortStableFunc(t.v.Absences, func(a, b AbsenceView) int { return a.From.Compare(b.From) })
}

// offers lists whom forms offer: who holds an office of the team, members and their deputies, and who could be a deputy.
func (t *TeamReading) offers(own team.State) {
	for _, p := range t.s.Dir.People() {
		if p.Gone {
			continue
		}
		v := act.PersonView{ID: p.ID, Name: p.Name, Title: p.Title}
		for _, role := range team.Roles {
			if OfficesAbove(t.s.Dir, p, team.Offices(role), t.v.Entity) {
				v.Roles = append(v.Roles, role)
			}
		}
		if len(v.Roles) > 0 {
			t.v.Choices = append(t.v.Choices, v)
		}
		if OfficesAbove(t.s.Dir, p, access.RolesFor(access.Work), t.v.Entity) {
			t.v.Deputies = append(t.v.Deputies, v)
		}
		if own.Knows(p.ID) {
			t.v.Known = append(t.v.Known, v)
		}
	}
	byName := func(a, b act.PersonView) int { return strings.Compare(a.Name, b.Name) }
	slices.SortStableFunc(t.v.Choices, byName)
	slices.SortStableFunc(t.v.Deputies, byName)
	slices.SortStableFunc(t.v.Known, byName)
}
