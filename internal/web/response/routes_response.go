package response

import "tocsin/internal/web/page"

// maxAssetForm is how large a pasted list of assets may be.
const maxAssetForm = 512 << 10

// The fields of the longer forms.
var (
	addAssetsFields = []string{"several", "name", "kind", "networks", "rating", "owner", "directory", "lines"}
	stepAssetFields = []string{"step", "at", "at.zone", "person", "how", "network", "done", "reason", "source", "accepted_by"}
)

// Routes are the addresses of the response to an incident: who leads, its tasks, its course, its assets. MA 6.6.3.2
func Routes() []page.Row {
	const one = "/incidents/{number}"
	return []page.Row{
		page.Get(one+"/response", "incident", responsePage),
		page.Post(one+"/response", "incident", "ResponseStarted", startResponse, "lead", "begun", "playbook"),
		page.Post(one+"/response/handover", "incident", "LeadChanged", handOver, "lead", "state_of_play"),
		page.Post(one+"/response/playbooks", "incident", "TasksAdded", followPlaybook, "playbook"),
		page.Post(one+"/tasks", "incident", "TaskNoted", addTask, "what", "aim", "role"),
		page.Post(one+"/tasks/take", "task", "TaskTaken", takeTask, "task", "person"),
		page.Post(one+"/tasks/done", "task", "TaskDone", finishTask, "task", "note"),
		page.Post(one+"/tasks/skip", "task", "TaskSkipped", skipTask, "task", "reason"),
		page.Post(one+"/tasks/reopen", "task", "TaskReopened", reopenTask, "task", "reason"),
		page.Get(one+"/lifecycle", "incident", lifecyclePage),
		page.Post(one+"/lifecycle/phase", "incident", "PhaseEntered", enterPhase, "phase", "reason"),
		page.Post(one+"/lifecycle/milestone", "incident", "MilestoneReached", stateMilestone, "milestone", "at", "at.zone"),
		page.Post(one+"/lifecycle/classify", "incident", "Classified", classify, "as", "reason"),
		page.Post(one+"/lifecycle/link", "incident", "Linked", linkIncident, "relation", "other", "reason", "open"),
		page.Post(one+"/lifecycle/end", "incident", "Closed", closeIncident, "outcome", "as", "reason", "open"),
		page.Post(one+"/lifecycle/validate", "incident", "ResultsValidated", validateResults, "reason"),
		page.Post(one+"/lifecycle/resume", "incident", "Reopened", reopenIncident, "keep", "reason"),
		page.Post(one+"/response/handover/answer", "incident", "LeadChanged", answerHandover, "answer", "reason"),
		page.Post(one+"/response/engage", "incident", "Engaged", engage, "person", "reason"),
		page.Post(one+"/response/continuity", "incident", "ContinuityDecided", decideContinuity, "activate", "reason"),
		page.Post(one+"/tasks/order", "task", "TasksOrdered", orderTasks, "task", "before"),
		page.Post(one+"/lifecycle/unlink", "incident", "Unlinked", unlinkIncident, "relation", "other", "reason"),
		page.Post(one+"/lifecycle/split", "incident", "Linked", splitIncident, "what", "categories", "reason"),
		page.Post(one+"/response/import", "incident", "PlaybookImported", importPlaybook, "file").WithFiles(),
		page.Get(one+"/assets", "incident", assetsPage),
		page.Get(one+"/assets/export", "incident", exportAssets),
		page.Post(one+"/assets", "incident", "AssetAffected", addAssets, addAssetsFields...).Limited(maxAssetForm),
		page.Get(one+"/assets/{id}", "asset", assetPage),
		page.Post(one+"/assets/{id}/step", "asset", "AssetMoved", stepAsset, stepAssetFields...),
		page.Post(one+"/assets/{id}/statement", "asset", "ReturnStated", stateForReturn, "about", "statement"),
		page.Post(one+"/assets/{id}/describe", "asset", "AssetDescribed", describeAsset, "name", "kind", "networks", "rating", "owner"),
		page.Post(one+"/assets/{id}/order", "asset", "ContainmentCalled", orderTool, "tool", "action", "target_kind", "target"),
		page.Post(one+"/assets/{id}/result", "asset", "ContainmentAnswered", toolResult, "command", "status", "status_text"),
	}
}
