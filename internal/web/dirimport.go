package web

import (
	"net/http"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/directory/sheet"
	"tocsin/internal/domain/fault"
)

type importBody struct {
	Tables  []tableDoc
	Missing control
}

// tableDoc documents one table beside the place where its file is chosen.
type tableDoc struct {
	Table   string
	Columns []sheet.Column
	File    control
}

func importPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showImport(w, r, http.StatusOK, nil)
}

func (s *site) showImport(w http.ResponseWriter, r *request, status int, problems []problem) error {
	if t, err := s.Directory.DirectoryTree(r.Context(), r.by(), ""); err != nil || !t.Administers {
		return errOr(err, errAbsent)
	}
	f := formView{typed: r.form, problems: problems}
	b := importBody{Missing: f.one("missing", "What the directory has and a file does not name", "Of the tables that you choose a file for, inside what you administer.",
		[]option{{Value: string(sheet.Keep), Label: "Stays as it is"}, {Value: string(sheet.End), Label: "Ends: entities and assets are taken out, people are marked as gone, roles end"}})}
	if r.form.Get("missing") == "" {
		b.Missing.Options[0].Chosen = true
	}
	for _, table := range sheet.Tables {
		b.Tables = append(b.Tables, tableDoc{Table: table, Columns: sheet.Columns(table), File: f.control(table, "File of "+table, "")})
	}
	return s.render(w, r, status, "import", page{Title: "Import from files", Crumbs: []crumb{directoryCrumb}, Problems: problems, Body: b})
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// importFiles are the files of the upload, or of the confirmation, which carries them as text.
func (r *request) importFiles() app.ImportFiles {
	in := app.ImportFiles{Files: map[string][]byte{}, Missing: sheet.Keep}
	if r.form.Get("missing") == string(sheet.End) {
		in.Missing = sheet.End
	}
	for _, table := range sheet.Tables {
		if data := r.files[table]; len(data) > 0 {
			in.Files[table] = data
		} else if text := r.form.Get(table); text != "" {
			in.Files[table] = []byte(text)
		}
	}
	return in
}

type previewBody struct {
	app.ImportPreview
	Carried []formField // the files as text, and what becomes of what they do not name
	Groups  []changeGroup
}

// changeGroup is all changes of one sort, for one heading.
type changeGroup struct {
	Title   string
	Changes []directory.Change
	More    int
}

// shownChanges bounds what a preview lists of one sort; the counts stay whole.
const shownChanges = 200

// importPreview shows what the files would change. Nothing is changed and nothing is kept: the confirmation carries the files.
func importPreview(s *site, w http.ResponseWriter, r *request) error {
	files := r.importFiles()
	v, err := s.Tables.PreviewImport(r.Context(), r.by(), files)
	if fault.KindOf(err) == fault.KindInvalid {
		return s.showImport(w, r, http.StatusUnprocessableEntity, entryProblems(err))
	}
	if err != nil {
		return err
	}
	b := previewBody{ImportPreview: v, Carried: []formField{{"missing", string(files.Missing)}, {"stamp", v.Stamp}}, Groups: groupChanges(v.Changes)}
	for _, table := range sheet.Tables {
		if len(files.Files[table]) > 0 {
			b.Carried = append(b.Carried, formField{table, sheet.Text(files.Files[table])})
		}
	}
	return s.render(w, r, http.StatusOK, "importpreview", page{Title: "What this import changes", Crumbs: []crumb{directoryCrumb, {"Import from files", "/directory/import"}},
		Wide: true, Done: confirmed(r), Body: b})
}

func groupChanges(all []directory.Change) []changeGroup {
	plural := map[string]string{directory.KindEntity: "entities", directory.KindPerson: "people", directory.KindAuthority: "authorities", directory.KindAsset: "assets"}
	var groups []changeGroup
	at := map[string]int{}
	for _, c := range all {
		title := sentence(plural[c.Kind]) + " " + c.What
		i, ok := at[title]
		if !ok {
			i = len(groups)
			at[title], groups = i, append(groups, changeGroup{Title: title})
		}
		if len(groups[i].Changes) == shownChanges {
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

func importApply(s *site, w http.ResponseWriter, r *request) error {
	if r.form.Get("confirm") != "yes" {
		return fault.Invalid("", "The import was not confirmed.", "Go back, look at what it changes, and tick the box.")
	}
	_, err := s.Tables.ApplyImport(r.Context(), r.by(), r.importFiles(), r.form.Get("stamp"))
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindConflict {
		return s.showImport(w, r, http.StatusConflict, entryProblems(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/directory?done=imported", http.StatusSeeOther)
	return nil
}

func exportTable(s *site, w http.ResponseWriter, r *request) error {
	table := r.PathValue("table")
	data, err := s.Tables.ExportDirectory(r.Context(), r.by(), table)
	if err != nil {
		return err
	}
	return sendTable(w, r, "directory-"+table, data)
}

func tableTemplate(_ *site, w http.ResponseWriter, r *request) error {
	table := r.PathValue("table")
	if sheet.Columns(table) == nil {
		return errAbsent
	}
	return sendTable(w, r, table+"-template", sheet.Template(table))
}

// sendTable sends a file to keep: never shown by the browser itself.
func sendTable(w http.ResponseWriter, r *request, name string, data []byte) error {
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	send(w, r, http.StatusOK, "text/csv; charset=utf-8", data)
	return nil
}
