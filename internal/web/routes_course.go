package web

// courseRoutes are the addresses of procedures from outside.
func courseRoutes(_ makeRead, act makeAct) []route {
	const at = "/incidents/{number}"
	withFile := func(r route) route { r.files = true; return r }
	return []route{
		act(at+"/lifecycle/unlink", "incident", "Unlinked", unlinkIncident, "relation", "other", "reason"),
		act(at+"/lifecycle/split", "incident", "Linked", splitIncident, "what", "categories", "reason"),
		withFile(act(at+"/response/import", "incident", "PlaybookImported", importPlaybook, "file")),
	}
}
