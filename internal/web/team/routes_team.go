package team

import (
	"tocsin/internal/web/page"
)

// TeamRoutes are the addresses of response teams, of one's own work and of the board.
func TeamRoutes(read page.MakeRead, act page.MakeAct) []page.Row {
	const one = "/team/{entity}"
	return []page.Row{
		read("/work", page.SignedIn, "", workPage),
		read("/board", page.SignedIn, "", boardPage),
		read("/team", page.SignedIn, "", teamsPage),
		read(one, page.SignedIn, "team", teamPage),
		act(one+"/members", "team", "MemberAdded", addTeamMember, "person", "role", "deputy", "order", "provider", "contract", "telephone", "valid_from", "valid_until"),
		act(one+"/members/change", "team", "MemberChanged", changeTeamMember, "member", "deputy", "order", "provider", "contract", "telephone", "valid_from", "valid_until"),
		act(one+"/members/remove", "team", "MemberRemoved", removeTeamMember, "member", "reason"),
		act(one+"/accept", "team", "Accepted", acceptRole, "member"),
		act(one+"/absences", "team", "AbsenceDeclared", declareAbsence, "person", "from", "until", "stand_in", "reason"),
		act(one+"/absences/end", "team", "AbsenceEnded", endAbsence, "absence"),
	}
}
