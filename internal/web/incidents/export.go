package incidents

import (
	"net/http"

	"tocsin/internal/domain/fault"
	"tocsin/internal/sheet"
	"tocsin/internal/web/page"
)

// exportIncidents sends the list that the address asks for as a file for spreadsheets: row by row as it is read, and
// only what the reader may see.
func exportIncidents(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	q := r.URL.Query()
	if err := page.ProperQuery(q); err != nil {
		return err
	}
	comma, kind := sheet.CSV, "csv"
	switch q.Get("format") {
	case "", "csv":
	case "tsv":
		comma, kind = sheet.TSV, "tsv"
	default:
		return fault.Invalid("format", "This format is not known.", "Use csv or tsv.")
	}
	a := readQuery(q, r.Zone)
	a.query.Cursor, a.query.Limit = "", 200
	list, err := list(s, r, &a)
	if err != nil {
		return err
	}
	if err := a.faults.Err(); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", map[string]string{"csv": "text/csv; charset=utf-8; header=present",
		"tsv": "text/tab-separated-values; charset=utf-8"}[kind])
	h.Set("Content-Disposition", `attachment; filename="incidents-`+r.ReadAt.In(r.Zone).Format("2006-01-02")+`.`+kind+`"`)
	s.Export(sheet.NewWriter(w, comma), r, a.query, list)
	return nil
}
