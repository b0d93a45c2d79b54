package response

import (
	"tocsin/internal/web/page"
)

// CourseRoutes are the addresses of procedures from outside.
func CourseRoutes(_ page.MakeRead, act page.MakeAct) []page.Row {
	const at = "/incidents/{number}"
	withFile := func(r page.Row) page.Row { r.Files = true; return r }
	return []page.Row{
		act(at+"/lifecycle/unlink", "incident", "Unlinked", unlinkIncident, "relation", "other", "reason"),
		act(at+"/lifecycle/split", "incident", "Linked", splitIncident, "what", "categories", "reason"),
		withFile(act(at+"/response/import", "incident", "PlaybookImported", importPlaybook, "file")),
	}
}
