package api

import (
	"context"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Teams shows response teams. MA 6.3
type Teams interface {
	TeamList(ctx context.Context, by access.Actor) ([]app.TeamLine, error)
	Team(ctx context.Context, by access.Actor, entity string) (app.TeamView, error)
}

// Staffing takes who is of a team, and who is away.
type Staffing interface {
	AddTeamMember(ctx context.Context, by access.Actor, entity string, r app.PlaceRequest) error
	ChangeTeamMember(ctx context.Context, by access.Actor, entity, member string, r app.PlaceRequest) error
	RemoveTeamMember(ctx context.Context, by access.Actor, entity, member, reason string) error
	AcceptResponsibilities(ctx context.Context, by access.Actor, entity, member string) error
	DeclareAbsence(ctx context.Context, by access.Actor, entity string, r app.AbsenceRequest) error
	EndAbsence(ctx context.Context, by access.Actor, entity, absence string) error
}

// Workload shows what waits for a caller over all incidents, and where those stand.
type Workload interface {
	MyWork(ctx context.Context, by access.Actor, q app.WorkQuery) (app.WorkView, error)
	Board(ctx context.Context, by access.Actor, q app.BoardQuery) (app.BoardView, error)
}

// Staff is what the interface needs of response teams and their work.
type Staff struct {
	Teams    Teams
	Staffing Staffing
	Workload Workload
}

type (
	retainer struct {
		Provider  string `json:"provider" required:"true" maxLength:"200" doc:"Name of the provider."`
		Contract  string `json:"contract" required:"true" maxLength:"200" doc:"Reference of the contract."`
		Telephone string `json:"telephone" required:"true" maxLength:"200" doc:"The number to call, at any hour."`
		From      string `json:"valid_from" required:"true" format:"date" maxLength:"10" doc:"First day of the contract."`
		Until     string `json:"valid_until" required:"true" format:"date" maxLength:"10" doc:"Last day of the contract."`
	}
	newTeamMember struct {
		Person   string    `json:"person" required:"true" maxLength:"128" doc:"Id of the person; they hold the office in the directory."`
		Role     string    `json:"role" required:"true" enum:"ir_coordinator,ir_lead,ir_analyst,forensics,legal,human_resources,communications" doc:"The role in the team."`
		Deputy   string    `json:"deputy,omitempty" maxLength:"128" doc:"Id of the person who stands in."`
		Order    int64     `json:"order,omitempty" minimum:"0" maximum:"999" doc:"Place in the order of calls; 0 for behind the others of the role."`
		Retainer *retainer `json:"retainer,omitempty" doc:"Of the forensics provider."`
	}
	changedTeamMember struct {
		Deputy   string    `json:"deputy,omitempty" maxLength:"128" doc:"Id of the person who stands in; absent for nobody."`
		Order    int64     `json:"order,omitempty" minimum:"0" maximum:"999" doc:"Place in the order of calls; 0 leaves it as it is."`
		Retainer *retainer `json:"retainer,omitempty" doc:"Of the forensics provider; absent for none."`
	}
	newAbsence struct {
		Person  string `json:"person,omitempty" maxLength:"128" doc:"Id of who is away; absent for the caller."`
		From    string `json:"from,omitempty" format:"date" maxLength:"10" doc:"First day; absent for now."`
		Until   string `json:"until,omitempty" format:"date" maxLength:"10" doc:"Day of the return; absent while it is not known."`
		StandIn string `json:"stand_in,omitempty" maxLength:"128" doc:"Id of who stands in; absent for the deputy, or else the coordinator."`
		Reason  string `json:"reason,omitempty" maxLength:"20000" doc:"Why; required for somebody else."`
	}
)

// TeamPath names a team by its entity.
type TeamPath struct {
	Entity string `path:"entity" maxLength:"128" doc:"Id of the entity."`
}

// TeamMemberPath names a member, or an absence, of a team.
type TeamMemberPath struct {
	TeamPath
	ID string `path:"id" maxLength:"32" doc:"Id inside the team."`
}

type (
	teamIn[T any] struct {
		TeamPath
		Body body[T]
	}
	teamMemberIn[T any] struct {
		TeamMemberPath
		Body body[T]
	}
	workIn struct {
		Kind  string `query:"kind" enum:"task,duty,question,handover,lead" doc:"One kind only."`
		Mine  bool   `query:"mine" doc:"Only what waits for the caller by name, not for a role."`
		Limit int    `query:"limit" minimum:"0" maximum:"1000" doc:"How much at most; 100 where it is absent."`
	}
	boardIn struct {
		Entity string `query:"entity" maxLength:"128" doc:"Id of an entity; with everything below it."`
		Level  string `query:"level" enum:"high,medium,low,unrated" doc:"One rating only."`
		Phase  string `query:"phase" enum:"waiting,detection,containment,post_incident" doc:"One column only, with up to 200 cards."`
	}
	teamList struct {
		Teams []app.TeamLine `json:"teams"`
	}
)

func teamRoutes() []route {
	const team = "/api/v1/teams/{entity}"
	return []route{
		{Route{get, "/api/v1/work", access.Read, "list", "log"}, "work", "What waits for the caller over all incidents, by due time", 200, noBody, nil, with((*server).work)},
		{Route{get, "/api/v1/board", access.Read, "list", "log"}, "board", "The incidents that are not closed, by phase and rating", 200, noBody, nil, with((*server).board)},
		{Route{get, "/api/v1/teams", access.Read, "list", "log"}, "teams", "Response teams", 200, noBody, nil, with((*server).teams)},
		{Route{get, team, access.Read, "entity", "log"}, "team", "The response team that answers for an entity", 200, noBody, nil, with((*server).team)},
		{Route{post, team + "/members", access.Staff, "entity", "fact"}, "add-team-member", "Take a person into the team", 204, needsBody, of[newTeamMember], with((*server).addTeamMember)},
		{Route{post, team + "/members/{id}/change", access.Staff, "entity", "fact"}, "change-team-member", "Replace what is planned for a member", 204, needsBody, of[changedTeamMember], with((*server).changeTeamMember)},
		{Route{post, team + "/members/{id}/remove", access.Staff, "entity", "fact"}, "remove-team-member", "Take somebody out of the team", 204, needsBody, of[reason], with((*server).removeTeamMember)},
		{Route{post, team + "/members/{id}/accept", access.Work, "entity", "fact"}, "accept-responsibilities", "Accept what one's role answers for", 204, emptyBody, nil, with((*server).acceptResponsibilities)},
		{Route{post, team + "/absences", access.Work, "entity", "fact"}, "declare-absence", "Say that somebody is away", 204, needsBody, of[newAbsence], with((*server).declareAbsence)},
		{Route{post, team + "/absences/{id}/end", access.Work, "entity", "fact"}, "end-absence", "Say that somebody is back, or does not go", 204, emptyBody, nil, with((*server).endAbsence)},
	}
}

func (r *retainer) asked() *app.Retainer {
	if r == nil {
		return nil
	}
	return &app.Retainer{Provider: r.Provider, Contract: r.Contract, Telephone: r.Telephone, From: r.From, Until: r.Until}
}

func (s *server) work(ctx context.Context, in *workIn) (*reply[app.WorkView], error) {
	v, err := s.Staff.Workload.MyWork(ctx, actorOf(ctx), app.WorkQuery{Kind: in.Kind, Mine: in.Mine, Limit: in.Limit})
	return &reply[app.WorkView]{v}, err
}

func (s *server) board(ctx context.Context, in *boardIn) (*reply[app.BoardView], error) {
	v, err := s.Staff.Workload.Board(ctx, actorOf(ctx), app.BoardQuery{Entity: in.Entity, Level: in.Level, Phase: in.Phase})
	return &reply[app.BoardView]{v}, err
}

func (s *server) teams(ctx context.Context, _ *struct{}) (*reply[teamList], error) {
	v, err := s.Staff.Teams.TeamList(ctx, actorOf(ctx))
	return &reply[teamList]{teamList{v}}, err
}

func (s *server) team(ctx context.Context, in *TeamPath) (*reply[app.TeamView], error) {
	v, err := s.Staff.Teams.Team(ctx, actorOf(ctx), in.Entity)
	return &reply[app.TeamView]{v}, err
}

func (s *server) addTeamMember(ctx context.Context, in *teamIn[newTeamMember]) (*nothing, error) {
	m := in.Body.Value
	return done, s.Staff.Staffing.AddTeamMember(ctx, actorOf(ctx), in.Entity, app.PlaceRequest{Person: m.Person, Role: m.Role, Deputy: m.Deputy, Order: m.Order, Retainer: m.Retainer.asked()})
}

func (s *server) changeTeamMember(ctx context.Context, in *teamMemberIn[changedTeamMember]) (*nothing, error) {
	m := in.Body.Value
	return done, s.Staff.Staffing.ChangeTeamMember(ctx, actorOf(ctx), in.Entity, in.ID, app.PlaceRequest{Deputy: m.Deputy, Order: m.Order, Retainer: m.Retainer.asked()})
}

func (s *server) removeTeamMember(ctx context.Context, in *teamMemberIn[reason]) (*nothing, error) {
	return done, s.Staff.Staffing.RemoveTeamMember(ctx, actorOf(ctx), in.Entity, in.ID, in.Body.Value.Reason)
}

func (s *server) acceptResponsibilities(ctx context.Context, in *TeamMemberPath) (*nothing, error) {
	return done, s.Staff.Staffing.AcceptResponsibilities(ctx, actorOf(ctx), in.Entity, in.ID)
}

func (s *server) declareAbsence(ctx context.Context, in *teamIn[newAbsence]) (*nothing, error) {
	a := in.Body.Value
	return done, s.Staff.Staffing.DeclareAbsence(ctx, actorOf(ctx), in.Entity, app.AbsenceRequest{Person: a.Person, From: a.From, Until: a.Until, StandIn: a.StandIn, Reason: a.Reason})
}

func (s *server) endAbsence(ctx context.Context, in *TeamMemberPath) (*nothing, error) {
	return done, s.Staff.Staffing.EndAbsence(ctx, actorOf(ctx), in.Entity, in.ID)
}
