package review

import (
	"tocsin/internal/web/page"
)

// AfterwardsRoutes are the addresses of what comes after an incident: its analysis, corrective actions, and the statistics over all.
func AfterwardsRoutes(read page.MakeRead, act page.MakeAct) []page.Row {
	const one = "/incidents/{number}"
	return []page.Row{
		read("/actions", page.SignedIn, "", actionsPage),
		read("/actions/export", page.SignedIn, "", exportActions),
		read("/statistics", page.SignedIn, "", statisticsPage),
		read("/statistics/reports", page.SignedIn, "report", reportsPage),
		act("/statistics/reports", "report", "report_plan", addReport, "role", "entity", "every", "day", "hour"),
		act("/statistics/reports/drop", "report", "report_plan", dropReport, "id"),
		read("/statistics/export", page.SignedIn, "", exportStatistics),
		read(one+"/analysis", page.SignedIn, "incident", analysisPage),
		read(one+"/analysis/analysis.pdf", page.SignedIn, "incident", analysisPDF),
		act(one+"/analysis", "incident", "AnalysisWritten", writeAnalysis, "section", "text", "cause", "base"),
		act(one+"/analysis/sign", "incident", "AnalysisSigned", signAnalysis),
		act(one+"/analysis/revise", "incident", "AnalysisReopened", reopenAnalysis, "reason"),
		read(one+"/lessons", page.SignedIn, "incident", lessonsPage),
		act(one+"/actions", "incident", "ActionAssigned", assignAction, "what", "lesson", "owner", "due"),
		act(one+"/actions/change", "action", "ActionChanged", changeAction, "action", "owner", "due", "reason"),
		act(one+"/actions/complete", "action", "ActionCompleted", completeAction, "action", "evidence", "link"),
		act(one+"/actions/verify", "action", "ActionVerified", verifyAction, "action", "note"),
		act(one+"/actions/return", "action", "ActionReturned", returnAction, "action", "reason", "due"),
		act(one+"/actions/drop", "action", "ActionDropped", dropAction, "action", "reason"),
		act(one+"/proposals", "incident", "ChangeProposed", proposeChange, "about", "what"),
		act(one+"/proposals/decide", "proposal", "ProposalDecided", decideProposal, "proposal", "accepted", "reason"),
		act(one+"/proposals/finish", "proposal", "ProposalDone", finishProposal, "proposal", "version", "link"),
	}
}
