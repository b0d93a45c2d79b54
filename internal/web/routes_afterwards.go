package web

import "net/http"

type (
	handler  = func(*site, http.ResponseWriter, *request) error
	makeRead = func(pattern string, p Permission, object string, do handler) route
	makeAct  = func(pattern, object, audit string, do handler, fields ...string) route
)

// afterwardsRoutes are the addresses of what comes after an incident: its analysis, corrective actions, and the statistics over all.
func afterwardsRoutes(read makeRead, act makeAct) []route {
	const one = "/incidents/{number}"
	return []route{
		read("/actions", SignedIn, "", actionsPage),
		read("/actions/export", SignedIn, "", exportActions),
		read("/statistics", SignedIn, "", statisticsPage),
		read("/statistics/reports", SignedIn, "report", reportsPage),
		act("/statistics/reports", "report", "report_plan", addReport, "role", "entity", "every", "day", "hour"),
		act("/statistics/reports/drop", "report", "report_plan", dropReport, "id"),
		read("/statistics/export", SignedIn, "", exportStatistics),
		read(one+"/analysis", SignedIn, "incident", analysisPage),
		read(one+"/analysis/analysis.pdf", SignedIn, "incident", analysisPDF),
		act(one+"/analysis", "incident", "AnalysisWritten", writeAnalysis, "section", "text", "cause", "base"),
		act(one+"/analysis/sign", "incident", "AnalysisSigned", signAnalysis),
		act(one+"/analysis/revise", "incident", "AnalysisReopened", reopenAnalysis, "reason"),
		read(one+"/lessons", SignedIn, "incident", lessonsPage),
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
