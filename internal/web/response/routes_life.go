package response

import (
	"tocsin/internal/web/communication"
	"tocsin/internal/web/page"
)

// LifeRoutes are the course of an incident, its team and its sections, and the pages of people's work.
func LifeRoutes(read page.MakeRead, act page.MakeAct) []page.Row {
	const at = "/incidents/{number}"
	return []page.Row{
		read(at+"/lifecycle", page.SignedIn, "incident", lifecyclePage),
		act(at+"/lifecycle/phase", "incident", "PhaseEntered", enterPhase, "phase", "reason"),
		act(at+"/lifecycle/milestone", "incident", "MilestoneReached", stateMilestone, "milestone", "at", "at.zone"),
		act(at+"/lifecycle/classify", "incident", "Classified", classify, "as", "reason"),
		act(at+"/lifecycle/link", "incident", "Linked", linkIncident, "relation", "other", "reason", "open"),
		act(at+"/lifecycle/end", "incident", "Closed", closeIncident, "outcome", "as", "reason", "open"),
		act(at+"/lifecycle/validate", "incident", "ResultsValidated", validateResults, "reason"),
		act(at+"/lifecycle/resume", "incident", "Reopened", reopenIncident, "keep", "reason"),
		act(at+"/response/handover/answer", "incident", "LeadChanged", answerHandover, "answer", "reason"),
		act(at+"/response/engage", "incident", "Engaged", engage, "person", "reason"),
		act(at+"/response/continuity", "incident", "ContinuityDecided", decideContinuity, "activate", "reason"),
		read(at+"/sections/{section}", page.SignedIn, "section", communication.SectionPage),
		act(at+"/sections/{section}", "section", "Noted", communication.NoteInSection, "note"),
		act(at+"/tasks/order", "task", "TasksOrdered", orderTasks, "task", "before"),
	}
}
