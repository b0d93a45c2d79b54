package directory

import (
	"net/http"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/directory/sheet"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

type importBody struct {
	Tables  []tableDoc
	Missing page.Control
}

// tableDoc documents one table beside the place where its file is chosen.
type tableDoc struct {
	Table   string
	Columns []sheet.Column
	File    page.Control
}

func importPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showImport(s, w, r, http.StatusOK, nil)
}

func showImport(s *page.Site, w http.ResponseWriter, r *page.Request, status int, problems []page.Problem) error {
	if t, err := s.App.DirectoryTree(r.Context(), r.By(), ""); err != nil || !t.Administers {
		return errOr(err, page.ErrAbsent)
	}
	f := page.FormView{Values: r.Form, Problems: problems}
	b := importBody{Missing: f.One("missing", "What the directory has and a file does not name",
		"Of the tables that you choose a file for, inside what you administer.",
		[]page.Option{{Value: string(sheet.Keep), Label: "Stays as it is"}, {Value: string(sheet.End),
			Label: "Ends: entities and assets are taken out, people are marked as gone, roles end"}})}
	if r.Form.Get("missing") == "" {
		b.Missing.Options[0].Chosen = true
	}
	for _, table := range sheet.Tables {
		b.Tables = append(b.Tables, tableDoc{Table: table, Columns: sheet.Columns(table), File: f.Control(table, "File of "+table, "")})
	}
	return s.Render(w, r, status, "import", page.Page{Title: "Import from files", Crumbs: crumbs(), Problems: problems, Body: b})
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// importFiles are the files of the upload, or of the confirmation, which carries them as text.
func importFiles(r *page.Request) app.ImportFiles {
	in := app.ImportFiles{Files: map[string][]byte{}, Missing: sheet.Keep}
	if r.Form.Get("missing") == string(sheet.End) {
		in.Missing = sheet.End
	}
	for _, table := range sheet.Tables {
		if data := r.Files[table]; len(data) > 0 {
			in.Files[table] = data
		} else if text := r.Form.Get(table); text != "" {
			in.Files[table] = []byte(text)
		}
	}
	return in
}

type previewBody struct {
	app.ImportPreview
	Carried []page.FormField // the files as text, and what becomes of what they do not name
	Groups  []changeGroup
}

// changeGroup is all changes of one sort, for one heading.
type changeGroup struct {
	Title   string
	Changes []directory.Change
	More    int
}

// ShownChanges bounds what a preview lists of one sort; the counts stay whole.
const ShownChanges = 200

// importPreview shows what the files would change. Nothing is changed and nothing is kept: the confirmation carries the files.
func importPreview(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	files := importFiles(r)
	v, err := s.App.PreviewImport(r.Context(), r.By(), files)
	if fault.KindOf(err) == fault.KindInvalid {
		return showImport(s, w, r, http.StatusUnprocessableEntity, entryProblems(err))
	}
	if err != nil {
		return err
	}
	b := previewBody{ImportPreview: v, Carried: []page.FormField{{Name: "missing", Value: string(files.Missing)},
		{Name: "stamp", Value: v.Stamp}}, Groups: groupChanges(v.Changes)}
	for _, table := range sheet.Tables {
		if len(files.Files[table]) > 0 {
			b.Carried = append(b.Carried, page.FormField{Name: table, Value: sheet.Text(files.Files[table])})
		}
	}
	return s.Render(w, r, http.StatusOK, "importpreview", page.Page{Title: "What this import changes",
		Crumbs: crumbs("Import from files", "/directory/import"),
		Wide:   true, Done: page.Confirmed(r), Body: b})
}

func groupChanges(all []directory.Change) []changeGroup {
	plural := map[string]string{directory.KindEntity: "entities", directory.KindPerson: "people", directory.KindAuthority: "authorities",
		directory.KindAsset: "assets"}
	var groups []changeGroup
	at := map[string]int{}
	for _, c := range all {
		title := page.Sentence(plural[c.Kind]) + " " + c.What
		i, ok := at[title]
		if !ok {
			i = len(groups)
			at[title], groups = i, append(groups, changeGroup{Title: title})
		}
		if len(groups[i].Changes) == ShownChanges {
			groups[i].More++
			continue
		}
		groups[i].Changes = append(groups[i].Changes, c)
	}
	return groups
}

// Total is how many changes a group has.
func (g changeGroup) Total() int { return len(g.Changes) + g.More }

// Field names a field of an entry.
func (previewBody) Field(name string) string { return entryLabels[name] }

// Place names where a role is held.
func (b previewBody) Place(a directory.Assignment) string {
	if name := b.Names[a.Place()]; name != "" {
		return name
	}
	return a.Place()
}

// Tail says whether a table was read, and as what.
func (b previewBody) Tail(s sheet.Sheet) string {
	return strings.ToLower(s.Separator) + " between cells, " + s.Encoding
}

func importApply(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if r.Form.Get("confirm") != "yes" {
		return fault.Invalid("", "The import was not confirmed.", "Go back, look at what it changes, and tick the box.")
	}
	_, err := s.App.ApplyImport(r.Context(), r.By(), importFiles(r), r.Form.Get("stamp"))
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindConflict {
		return showImport(s, w, r, http.StatusConflict, entryProblems(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/directory?done=imported", http.StatusSeeOther)
	return nil
}

func exportTable(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	table := r.PathValue("table")
	data, err := s.App.ExportDirectory(r.Context(), r.By(), table)
	if err != nil {
		return err
	}
	return sendTable(w, r, "directory-"+table, data)
}

func tableTemplate(_ *page.Site, w http.ResponseWriter, r *page.Request) error {
	table := r.PathValue("table")
	if sheet.Columns(table) == nil {
		return page.ErrAbsent
	}
	return sendTable(w, r, table+"-template", sheet.Template(table))
}

// sendTable sends a file to keep: never shown by the browser itself.
func sendTable(w http.ResponseWriter, r *page.Request, name string, data []byte) error {
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	page.Send(w, r, http.StatusOK, "text/csv; charset=utf-8", data)
	return nil
}
