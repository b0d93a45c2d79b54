package directory

import "tocsin/internal/web/page"

// The fields of the longer forms.
var (
	applyFields = []string{"entities", "people", "roles", "assets", "missing", "stamp", "confirm"}
)

// Routes are the addresses of the directory.
func Routes() []page.Row {
	return []page.Row{
		page.Get("/directory", "entity", directoryPage),
		page.Get("/directory/history", "", directoryHistory),
		page.Get("/directory/import", "", importPage),
		page.Post("/directory/import", "", "", importPreview, "entities", "people", "roles", "assets", "missing").WithFiles(),
		page.Post("/directory/import/apply", "", "DirectoryImported", importApply, applyFields...).Limited(page.ImportForm).Proven(importPreview),
		page.Get("/directory/export/{table}", "", exportTable),
		page.Get("/directory/template/{table}", "", tableTemplate),
		page.Get("/directory/entities/{id}", "entity", entityPage),
		page.Get("/directory/people/{id}", "person", personPage),
		page.Get("/directory/people/{id}/leave", "person", leavingPage),
		page.Post("/directory/people/{id}/leave", "person", "DirectoryImported", leave, "stamp"),
		page.Get("/directory/authorities/{id}", "authority", authorityPage),
		page.Post("/directory/authorities/{id}/test", "authority", "", sendTest, "channel"),
		page.Get("/directory/add/{kind}", "", entryPage),
		page.Post("/directory/add/{kind}", "", "DirectoryImported", saveEntry, entryFields...).ProvenIf(granting, reopenEntry),
		page.Get("/directory/{kind}/{id}/edit", "entry", entryPage),
		page.Post("/directory/{kind}/{id}/edit", "entry", "DirectoryImported", saveEntry, entryFields...).ProvenIf(granting, reopenEntry),
	}
}
