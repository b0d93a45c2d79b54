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
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/team"
	"tocsin/internal/ledger"
)

// Teams keeps who is of the response team of each entity. MA 6.3
type Teams interface {
	Team(ctx context.Context, entity string) ([]team.Recorded, error)
	// UpdateTeam lets decide say what follows from a team, and writes that; it decides again when another writer was first.
	UpdateTeam(ctx context.Context, entity string, decide func(team.State) (ledger.Decision, error)) error
	// Roster answers who is of which team, and who is away at now, in microseconds.
	Roster(ctx context.Context, now int64) (team.Roster, error)
	// Planned lists the absences of all teams that hold at now or are still to come.
	Planned(ctx context.Context, now int64) ([]team.Planned, error)
	// EndingRetainers lists entities with a retainer of which it was not told that it ends by a day, or ended before another one.
	EndingRetainers(ctx context.Context, soon, ended string) ([]string, error)
}

// Retainer is a contract with a forensics provider: whom to call, and until when. MA 6.3.2.1
type Retainer struct {
	Provider  string `json:"provider" doc:"Name of the provider."`
	Contract  string `json:"contract" doc:"Reference of the contract."`
	Telephone string `json:"telephone" doc:"The number to call, at any hour."`
	From      string `json:"valid_from" doc:"First day of the contract."`
	Until     string `json:"valid_until" doc:"Last day of the contract."`
}

// PlaceRequest is what is planned for a member of a team.
type PlaceRequest struct {
	Person, Role string // when they are added
	Untold       bool   // nobody is mailed: the team worked before it was put down here
	Deputy       string
	Order        int64
	Retainer     *Retainer
}

// AbsenceRequest says when somebody is away: days, as the entity's calendar has them.
type AbsenceRequest struct {
	Person, StandIn string
	From, Until     string // YYYY-MM-DD; From empty for now, Until is the day of the return and empty while it is not known
	Reason          string
}

const maxRetainer = 200

var errNoTeam = fault.NotFound("no such entity")

// mayStaff is the setting of an entity whose team the actor may change. To everybody else it is not there.
func (a *Room) mayStaff(ctx context.Context, by access.Actor, entity string) (act.Setting, error) {
	if !access.Allow(by, access.Staff, access.Object{Entity: entity}) {
		return act.Setting{}, errNoTeam
	}
	return a.SettingFor(ctx, entity)
}

// AddTeamMember takes a person into the response team of an entity. MA 6.3.1
func (a *Room) AddTeamMember(ctx context.Context, by access.Actor, entity string, r PlaceRequest) error {
	s, err := a.mayStaff(ctx, by, entity)
	if err != nil {
		return err
	}
	p, texts, err := a.placeOf(ctx, entity, "", r)
	if err != nil {
		return err
	}
	return a.Staff(ctx, s, by, entity, team.AddMember{Person: r.Person, Role: r.Role, Place: p, Untold: r.Untold}, texts)
}

// ChangeTeamMember replaces what is planned for a member: deputy, order of calls, retainer.
func (a *Room) ChangeTeamMember(ctx context.Context, by access.Actor, entity, member string, r PlaceRequest) error {
	s, err := a.mayStaff(ctx, by, entity)
	if err != nil {
		return err
	}
	p, texts, err := a.placeOf(ctx, entity, member, r)
	if err != nil {
		return err
	}
	return a.Staff(ctx, s, by, entity, team.ChangeMember{Member: member, Place: p}, texts)
}

// RemoveTeamMember takes somebody out of the team, with a reason.
func (a *Room) RemoveTeamMember(ctx context.Context, by access.Actor, entity, member, reason string) error {
	s, err := a.mayStaff(ctx, by, entity)
	if err != nil {
		return err
	}
	if err := incident.CheckProse("reason", reason, "say why they are no longer of the team"); err != nil {
		return err
	}
	refs, texts := a.Seal("team/"+entity, map[string][]byte{team.TextReason: []byte(reason)})
	return a.Staff(ctx, s, by, entity, team.RemoveMember{Member: member, Why: refs[team.TextReason]}, texts)
}

// AcceptResponsibilities says that the actor has read what their role answers for, and accepts it. MA 6.3.1
func (a *Room) AcceptResponsibilities(ctx context.Context, by access.Actor, entity, member string) error {
	s, st, err := a.teamOf(ctx, by, entity)
	if err != nil {
		return err
	}
	m := st.Member(member)
	if m == nil || by.Person == "" || !by.Covers(access.Work) {
		return errNoTeam
	}
	c := team.Accept{Member: member}
	for _, r := range s.Pack.Responsibilities() {
		if r.Role == string(m.Role) {
			c.Rules = append(c.Rules, r.Rule)
		}
	}
	return a.Staff(ctx, s, by, entity, c, nil)
}

// DeclareAbsence says that the actor, or with the right to change the team somebody of it, is away. What sits with them by name comes
// back to who stands in, or the coordinator, when it begins.
func (a *Room) DeclareAbsence(ctx context.Context, by access.Actor, entity string, r AbsenceRequest) error {
	if r.Person == "" {
		r.Person = by.Person
	}
	s, err := a.mayDeclare(ctx, by, entity, r.Person)
	if err != nil {
		return err
	}
	c := team.DeclareAbsence{Person: r.Person, StandIn: r.StandIn}
	if c.From, err = dayStart("from", r.From, s); err != nil {
		return err
	}
	if c.Until, err = dayStart("until", r.Until, s); err != nil {
		return err
	}
	if today := calendar.DateOf(s.Now.In(s.Pack.Calendar().Zone())).String(); strings.TrimSpace(r.From) == today {
		c.From = s.Now // today is from now on
	}
	if err := act.CheckOptionalText("reason", r.Reason); err != nil {
		return err
	}
	if r.Reason == "" && by.Person != r.Person {
		return fault.Invalid("reason", "The reason is missing.", "Say why you put it down for somebody else.")
	}
	var texts []ledger.Text
	if r.Reason != "" {
		refs, sealed := a.Seal("team/"+entity, map[string][]byte{team.TextReason: []byte(r.Reason)})
		c.Why, texts = refs[team.TextReason], sealed
	}
	return a.Staff(ctx, s, by, entity, c, texts)
}

// EndAbsence says that somebody is back, or does not go.
func (a *Room) EndAbsence(ctx context.Context, by access.Actor, entity, absence string) error {
	_, st, err := a.teamOf(ctx, by, entity)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(st.Absences, func(x team.Absence) bool { return x.Absence == absence })
	if i < 0 {
		return fault.NotFound("no such absence")
	}
	s, err := a.mayDeclare(ctx, by, entity, st.Absences[i].Person)
	if err != nil {
		return err
	}
	return a.Staff(ctx, s, by, entity, team.EndAbsence{Absence: absence}, nil)
}

// mayDeclare is the setting where the actor may say of a person that they are away: their own absence, or who changes the team.
func (a *Room) mayDeclare(ctx context.Context, by access.Actor, entity, person string) (act.Setting, error) {
	if access.Allow(by, access.Staff, access.Object{Entity: entity}) {
		return a.SettingFor(ctx, entity)
	}
	s, st, err := a.teamOf(ctx, by, entity)
	switch {
	case err != nil:
		return s, err
	case person == "" || person != by.Person || !st.Knows(person) || !by.Covers(access.Work):
		return s, fault.Forbidden("only members say that they are away themselves; the coordinator, the CISO and the security officer say it of others")
	}
	return s, nil
}

// teamOf is a team that the actor may read; to others it is not there.
func (a *Room) teamOf(ctx context.Context, by access.Actor, entity string) (act.Setting, team.State, error) {
	o := access.Object{Entity: entity}
	if !access.Allow(by, access.Read, o) && !access.Allow(by, access.Staff, o) {
		return act.Setting{}, team.State{}, errNoTeam
	}
	s, err := a.SettingFor(ctx, entity)
	if err != nil {
		return s, team.State{}, err
	}
	facts, err := a.Teams.Team(ctx, entity)
	return s, team.Fold(facts), err
}

// Staff carries out one command on a team.
func (a *Room) Staff(ctx context.Context, s act.Setting, by access.Actor, entity string, c team.Command, texts []ledger.Text, log ...ledger.Attempt) error {
	env := team.Env{Now: s.Now, Person: by.Person, Entity: entity, Dir: s.Dir, NewID: a.NewID}
	err := a.Teams.UpdateTeam(ctx, entity, func(st team.State) (ledger.Decision, error) {
		drafts, err := team.Decide(st, c, env)
		d := a.Decision(s, by, drafts, texts)
		d.Log = log
		return d, err
	})
	if err == nil {
		a.Committed()
	}
	return err
}

// placeOf seals the words of a retainer; those that a member has already are not written again.
func (a *Room) placeOf(ctx context.Context, entity, member string, r PlaceRequest) (team.Place, []ledger.Text, error) {
	p := team.Place{Deputy: r.Deputy, Order: r.Order}
	if r.Retainer == nil {
		return p, nil, nil
	}
	p.Retainer = &team.Term{From: strings.TrimSpace(r.Retainer.From), Until: strings.TrimSpace(r.Retainer.Until)}
	words := [][2]string{{"provider", strings.TrimSpace(r.Retainer.Provider)}, {"contract", strings.TrimSpace(r.Retainer.Contract)}, {"telephone", strings.TrimSpace(r.Retainer.Telephone)}}
	for _, w := range words {
		if w[1] == "" || len([]rune(w[1])) > maxRetainer || strings.ContainsFunc(w[1], func(c rune) bool { return c < ' ' || c == 0x7f }) {
			return p, nil, fault.Invalid(w[0], "This part of the retainer is missing, too long or more than one line.", "A retainer has a provider, a contract reference and a telephone number, each of at most 200 characters.")
		}
	}
	body, err := json.Marshal(retainerText{words[0][1], words[1][1], words[2][1]})
	if err != nil {
		return p, nil, err
	}
	facts, err := a.Teams.Team(ctx, entity)
	if err != nil {
		return p, nil, err
	}
	st := team.Fold(facts)
	if m := st.Member(member); m != nil && m.Words != "" {
		texts, err := a.Record.Texts(ctx, []string{m.Words})
		if err != nil || string(texts[m.Words]) == string(body) {
			p.Words = m.Words
			return p, nil, err
		}
	}
	refs, texts := a.Seal("team/"+entity, map[string][]byte{team.TextRetainer: body})
	p.Words = refs[team.TextRetainer]
	return p, texts, nil
}

// retainerText is what is kept of a retainer as a text.
type retainerText struct {
	Provider  string `json:"provider"`
	Contract  string `json:"contract"`
	Telephone string `json:"telephone"`
}

// dayStart is the first instant of a day where the entity is; empty is the zero time.
func dayStart(field, day string, s act.Setting) (time.Time, error) {
	if day = strings.TrimSpace(day); day == "" {
		return time.Time{}, nil
	}
	d, err := calendar.ParseDate(day)
	if err != nil {
		return time.Time{}, fault.Invalid(field, "This is no date.", "Write it as 2026-01-31.")
	}
	return d.At(0, s.Pack.Calendar().Zone()), nil
}

// OfficesAbove says whether a person holds one of some offices at an entity or above it.
func OfficesAbove(dir *directory.Snapshot, p directory.Person, offices []directory.Role, entity string) bool {
	return slices.ContainsFunc(p.Roles, func(r directory.Assignment) bool {
		return r.Entity != "" && slices.Contains(offices, r.Role) && slices.Contains(dir.Below(r.Entity), entity)
	})
}
