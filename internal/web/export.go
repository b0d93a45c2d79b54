package web

import (
	"net/http"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/sheet"
)

// exportRows bounds one file. Who needs more takes it in parts, by day of receipt.
const exportRows = 50_000

// exportColumns head the file; they are the same whatever the page shows, so that files can be put together.
var exportColumns = []string{"Incident", "Marking", "Agency", "Agency id", "Status", "Rating", "Provisional", "Reportable", "Kinds", "Filed", "Changed", "Next due", "Overdue", "Summary"}

func exportAddress(kept, kind string) string {
	if kept != "" {
		kept += "&"
	}
	return "/incidents/export?" + kept + "format=" + kind
}

// exportIncidents sends the list that the address asks for as a file for spreadsheets: row by row as it is read, and
// only what the reader may see.
func exportIncidents(s *site, w http.ResponseWriter, r *request) error {
	q := r.URL.Query()
	if err := properQuery(q); err != nil {
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
	a := readQuery(q, r.zone)
	a.query.Cursor, a.query.Limit = "", 200
	list, err := s.list(r, &a)
	if err != nil {
		return err
	}
	if err := a.faults.Err(); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", map[string]string{"csv": "text/csv; charset=utf-8; header=present", "tsv": "text/tab-separated-values; charset=utf-8"}[kind])
	h.Set("Content-Disposition", `attachment; filename="incidents-`+r.now.In(r.zone).Format("2006-01-02")+`.`+kind+`"`)
	s.export(sheet.NewWriter(w, comma), r, a.query, list)
	return nil
}

// export writes pages until there is none. Once the file has begun its status cannot change, so a file that is not whole
// says so in its last row.
func (s *site) export(out *sheet.Writer, r *request, q app.ListQuery, list app.IncidentList) {
	_ = out.Row(exportColumns...) // a reader that has gone away ends the request, and Flush says so
	for rows := 0; ; {
		for _, row := range list.Incidents {
			_ = out.Row(s.exportRow(row, r)...)
		}
		rows += len(list.Incidents)
		if out.Flush() != nil || list.Next == "" {
			return
		}
		if rows >= exportRows {
			s.lastRow(out, "There is more: this file ends after 50,000 incidents. Narrow the list, by day of receipt for example.")
			return
		}
		var err error
		q.Cursor = list.Next
		if list, err = s.Records.Incidents(r.Context(), r.by(), q); err != nil {
			s.Log.Error("export broke off", "error", err.Error())
			s.lastRow(out, "The export broke off here. Download it again.")
			return
		}
	}
}

func (s *site) lastRow(out *sheet.Writer, text string) {
	cells := make([]string, len(exportColumns))
	cells[len(cells)-1] = text
	_ = out.Row(cells...)
	_ = out.Flush()
}

func (s *site) exportRow(row app.IncidentRow, r *request) []string {
	at := func(t time.Time) string { return t.In(r.zone).Format(time.RFC3339) }
	due := ""
	if row.NextDue != nil {
		due = at(*row.NextDue)
	}
	var kinds []string
	for _, c := range row.Categories {
		kinds = append(kinds, frame{label: s.Label}.Term("", c))
	}
	yes := map[bool]string{true: "yes", false: "no"}
	status := row.Status
	if status == incident.StatusTelephoned {
		status = "telephoned, not filed"
	}
	return []string{row.Incident, app.MarkingLabel(row.Marking), row.EntityName, row.Entity, status, strings.ToLower(levelWords(row.Level)), yes[row.Provisional], row.Reportable,
		strings.Join(kinds, "; "), at(row.ReceivedAt), at(row.UpdatedAt), due, yes[row.Overdue], row.Summary}
}
