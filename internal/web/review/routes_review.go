package review

import "tocsin/internal/web/page"

// Routes are the addresses of what comes after an incident: its analysis, corrective actions, and the statistics over all.
func Routes() []page.Row {
	const one = "/incidents/{number}"
	return []page.Row{
		page.Get("/actions", "", actionsPage),
		page.Get("/actions/export", "", exportActions),
		page.Get("/statistics", "", statisticsPage),
		page.Get("/statistics/reports", "report", reportsPage),
		page.Post("/statistics/reports", "report", "report_plan", addReport, "role", "entity", "every", "day", "hour"),
		page.Post("/statistics/reports/drop", "report", "report_plan", dropReport, "id"),
		page.Get("/statistics/export", "", exportStatistics),
		page.Get(one+"/analysis", "incident", analysisPage),
		page.Get(one+"/analysis/analysis.pdf", "incident", analysisPDF),
		page.Post(one+"/analysis", "incident", "AnalysisWritten", writeAnalysis, "section", "text", "cause", "base"),
		page.Post(one+"/analysis/sign", "incident", "AnalysisSigned", signAnalysis),
		page.Post(one+"/analysis/revise", "incident", "AnalysisReopened", reopenAnalysis, "reason"),
		page.Get(one+"/lessons", "incident", lessonsPage),
		page.Post(one+"/actions", "incident", "ActionAssigned", assignAction, "what", "lesson", "owner", "due"),
		page.Post(one+"/actions/change", "action", "ActionChanged", changeAction, "action", "owner", "due", "reason"),
		page.Post(one+"/actions/complete", "action", "ActionCompleted", completeAction, "action", "evidence", "link"),
		page.Post(one+"/actions/verify", "action", "ActionVerified", verifyAction, "action", "note"),
		page.Post(one+"/actions/return", "action", "ActionReturned", returnAction, "action", "reason", "due"),
		page.Post(one+"/actions/drop", "action", "ActionDropped", dropAction, "action", "reason"),
		page.Post(one+"/proposals", "incident", "ChangeProposed", proposeChange, "about", "what"),
		page.Post(one+"/proposals/decide", "proposal", "ProposalDecided", decideProposal, "proposal", "accepted", "reason"),
		page.Post(one+"/proposals/finish", "proposal", "ProposalDone", finishProposal, "proposal", "version", "link"),
	}
}
