package web

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

// Workload shows what waits for a reader over all incidents, and where those stand.
type Workload interface {
	MyWork(ctx context.Context, by access.Actor, q app.WorkQuery) (app.WorkView, error)
	Board(ctx context.Context, by access.Actor, q app.BoardQuery) (app.BoardView, error)
}

// Staff is what the pages need of response teams and their work.
type Staff struct {
	Teams    Teams
	Staffing Staffing
	Workload Workload
}

// teamRoutes are the addresses of response teams, of one's own work and of the board.
func teamRoutes(read makeRead, act makeAct) []route {
	const one = "/team/{entity}"
	return []route{
		read("/work", SignedIn, "", workPage),
		read("/board", SignedIn, "", boardPage),
		read("/team", SignedIn, "", teamsPage),
		read(one, SignedIn, "team", teamPage),
		act(one+"/members", "team", "MemberAdded", addTeamMember, "person", "role", "deputy", "order", "provider", "contract", "telephone", "valid_from", "valid_until"),
		act(one+"/members/change", "team", "MemberChanged", changeTeamMember, "member", "deputy", "order", "provider", "contract", "telephone", "valid_from", "valid_until"),
		act(one+"/members/remove", "team", "MemberRemoved", removeTeamMember, "member", "reason"),
		act(one+"/accept", "team", "Accepted", acceptRole, "member"),
		act(one+"/absences", "team", "AbsenceDeclared", declareAbsence, "person", "from", "until", "stand_in", "reason"),
		act(one+"/absences/end", "team", "AbsenceEnded", endAbsence, "absence"),
	}
}
