package api_test

import (
	"context"
	"fmt"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

func (f *fake) TeamList(context.Context, access.Actor) ([]app.TeamLine, error) {
	return []app.TeamLine{{Entity: "ca-dmv", EntityName: "DMV", Coordinator: []string{"C"}}}, f.did("TeamList")
}

func (f *fake) Team(_ context.Context, _ access.Actor, entity string) (app.TeamView, error) {
	return app.TeamView{Entity: entity, Roles: []app.TeamRoleView{}, Gaps: []app.TeamGapView{}, Absences: []app.AbsenceView{}, Past: []app.TeamHistoryView{}}, f.did("Team", entity)
}

func (f *fake) AddTeamMember(_ context.Context, _ access.Actor, entity string, r app.PlaceRequest) error {
	return f.did("AddTeamMember", entity, fmt.Sprint(r))
}

func (f *fake) ChangeTeamMember(_ context.Context, _ access.Actor, entity, member string, r app.PlaceRequest) error {
	return f.did("ChangeTeamMember", entity, member, fmt.Sprint(r))
}

func (f *fake) RemoveTeamMember(_ context.Context, _ access.Actor, entity, member, reason string) error {
	return f.did("RemoveTeamMember", entity, member, reason)
}

func (f *fake) AcceptResponsibilities(_ context.Context, _ access.Actor, entity, member string) error {
	return f.did("AcceptResponsibilities", entity, member)
}

func (f *fake) DeclareAbsence(_ context.Context, _ access.Actor, entity string, r app.AbsenceRequest) error {
	return f.did("DeclareAbsence", entity, fmt.Sprint(r))
}

func (f *fake) EndAbsence(_ context.Context, _ access.Actor, entity, absence string) error {
	return f.did("EndAbsence", entity, absence)
}

func (f *fake) MyWork(_ context.Context, _ access.Actor, q app.WorkQuery) (app.WorkView, error) {
	return app.WorkView{Items: []app.WorkItem{}}, f.did("MyWork", fmt.Sprint(q))
}

func (f *fake) Board(_ context.Context, _ access.Actor, q app.BoardQuery) (app.BoardView, error) {
	return app.BoardView{Columns: []app.BoardColumn{}}, f.did("Board", fmt.Sprint(q))
}
