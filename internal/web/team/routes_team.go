package team

import "tocsin/internal/web/page"

// The fields of the longer forms.
var (
	designateReporterFields = []string{"person", "letter", "reference", "alternate"}
	addTeamMemberFields     = []string{"person", "role", "deputy", "order", "provider", "contract", "telephone", "valid_from", "valid_until"}
	changeTeamMemberFields  = []string{"member", "deputy", "order", "provider", "contract", "telephone", "valid_from", "valid_until"}
)

// Routes are the addresses of response teams, of work and the board, and of those who report for an entity.
func Routes() []page.Row {
	return []page.Row{
		page.Get("/reporters", "", reportersList),
		page.Get("/entities/{entity}/reporters", "entity", reportersPage),
		page.Post("/entities/{entity}/reporters", "entity", "Designated", designateReporter, designateReporterFields...).Proven(reopenReporters),
		page.Post("/entities/{entity}/reporters/attest", "entity", "Attested", attestDesignation),
		page.Get("/entities/{entity}/reporters/{designee}/withdraw", "entity", withdrawPage),
		page.Post("/entities/{entity}/reporters/{designee}/withdraw", "entity", "Ended", withdrawReporter),
		page.Get("/work", "", workPage),
		page.Get("/board", "", boardPage),
		page.Get("/team", "", teamsPage),
		page.Get("/team/{entity}", "team", teamPage),
		page.Post("/team/{entity}/members", "team", "MemberAdded", addTeamMember, addTeamMemberFields...),
		page.Post("/team/{entity}/members/change", "team", "MemberChanged", changeTeamMember, changeTeamMemberFields...),
		page.Post("/team/{entity}/members/remove", "team", "MemberRemoved", removeTeamMember, "member", "reason"),
		page.Post("/team/{entity}/accept", "team", "Accepted", acceptRole, "member"),
		page.Post("/team/{entity}/absences", "team", "AbsenceDeclared", declareAbsence, "person", "from", "until", "stand_in", "reason"),
		page.Post("/team/{entity}/absences/end", "team", "AbsenceEnded", endAbsence, "absence"),
	}
}
