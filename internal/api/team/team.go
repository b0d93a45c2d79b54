// Package team has the routes of response teams, reporters and work.
package team

import (
	"tocsin/internal/api/serve"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Routes are response teams, who is away, and what waits for whom. MA 6.3
func Routes() []serve.Route {
	const (
		team    = "/api/v1/teams/{entity}"
		members = team + "/members"
		away    = team + "/absences"
	)
	return []serve.Route{
		serve.Ask("/api/v1/work", "work", access.Read, "What waits for the caller over all incidents, by due time",
			func(c serve.Call, q workQuery) (app.WorkView, error) { return c.App.MyWork(c, c.By, app.WorkQuery(q)) }),
		serve.Ask("/api/v1/board", "board", access.Read, "The incidents that are not closed, by phase and rating",
			func(c serve.Call, q boardQuery) (app.BoardView, error) {
				return c.App.Board(c, c.By, app.BoardQuery(q))
			}),
		serve.Ask("/api/v1/teams", "teams", access.Read, "Response teams", teams),
		serve.Ask(team, "team", access.Read, "The response team that answers for an entity",
			func(c serve.Call, at serve.EntityPath) (app.TeamView, error) { return c.App.Team(c, c.By, at.Entity) }),
		serve.Do(members, "add-team-member", access.Staff, "Take a person into the team", addTeamMember),
		serve.Do(members+"/{id}/change", "change-team-member", access.Staff, "Replace what is planned for a member", changeTeamMember),
		serve.Do(members+"/{id}/remove", "remove-team-member", access.Staff, "Take somebody out of the team",
			func(c serve.Call, at TeamMemberPath, v serve.ReasonInput) error {
				return c.App.RemoveTeamMember(c, c.By, at.Entity, at.ID, v.Reason)
			}),
		serve.Do(members+"/{id}/accept", "accept-responsibilities", access.Work, "Accept what one's role answers for",
			func(c serve.Call, at TeamMemberPath, _ serve.Nothing) error {
				return c.App.AcceptResponsibilities(c, c.By, at.Entity, at.ID)
			}),
		serve.Do(away, "declare-absence", access.Work, "Say that somebody is away",
			func(c serve.Call, at serve.EntityPath, v newAbsence) error {
				return c.App.DeclareAbsence(c, c.By, at.Entity, app.AbsenceRequest(v))
			}),
		serve.Do(away+"/{id}/end", "end-absence", access.Work, "Say that somebody is back, or does not go",
			func(c serve.Call, at TeamMemberPath, _ serve.Nothing) error {
				return c.App.EndAbsence(c, c.By, at.Entity, at.ID)
			}),
	}
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
		StandIn string `json:"stand_in,omitempty" maxLength:"128" doc:"Id of who stands in; absent for the deputy, or else the coordinator."`
		From    string `json:"from,omitempty" format:"date" maxLength:"10" doc:"First day; absent for now."`
		Until   string `json:"until,omitempty" format:"date" maxLength:"10" doc:"Day of the return; absent while it is not known."`
		Reason  string `json:"reason,omitempty" maxLength:"20000" doc:"Why; required for somebody else."`
	}
	teamList struct {
		Teams []app.TeamLine `json:"teams"`
	}
)

// TeamMemberPath names a member, or an absence, of a team.
type TeamMemberPath struct {
	serve.EntityPath
	ID string `path:"id" maxLength:"32" doc:"Id inside the team."`
}

type (
	workQuery struct {
		Kind  string `query:"kind" enum:"task,duty,question,handover,lead" doc:"One kind only."`
		Mine  bool   `query:"mine" doc:"Only what waits for the caller by name, not for a role."`
		Limit int    `query:"limit" minimum:"0" maximum:"1000" doc:"How much at most; 100 where it is absent."`
	}
	boardQuery struct {
		Entity string `query:"entity" maxLength:"128" doc:"Id of an entity; with everything below it."`
		Level  string `query:"level" enum:"high,medium,low,unrated" doc:"One rating only."`
		Phase  string `query:"phase" enum:"waiting,detection,containment,post_incident" doc:"One column only, with up to 200 cards."`
	}
)

func teams(c serve.Call, _ serve.Nothing) (teamList, error) {
	v, err := c.App.TeamList(c, c.By)
	return teamList{v}, err
}

func addTeamMember(c serve.Call, at serve.EntityPath, v newTeamMember) error {
	return c.App.AddTeamMember(c, c.By, at.Entity, app.PlaceRequest{
		Person: v.Person, Role: v.Role, Deputy: v.Deputy, Order: v.Order, Retainer: (*app.Retainer)(v.Retainer)})
}

func changeTeamMember(c serve.Call, at TeamMemberPath, v changedTeamMember) error {
	return c.App.ChangeTeamMember(c, c.By, at.Entity, at.ID, app.PlaceRequest{
		Deputy: v.Deputy, Order: v.Order, Retainer: (*app.Retainer)(v.Retainer)})
}
