package page

import (
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/sheet"
)

// ExportRows bounds one file. Who needs more takes it in parts, by day of receipt.
const ExportRows = 50_000

// exportColumns head the file; they are the same whatever the page shows, so that files can be put together.
var exportColumns = []string{"Incident", "Marking", "Agency", "Agency id", "Status", "Rating", "Provisional", "Reportable", "Kinds",
	"Filed", "Changed", "Next due", "Overdue", "Summary"}

// ExportAddress is the address of a list as a file of a kind.
func ExportAddress(kept, kind string) string {
	if kept != "" {
		kept += "&"
	}
	return "/incidents/export?" + kept + "format=" + kind
}

// Export writes pages until there is none. Once the file has begun its status cannot change, so a file that is not whole
// says so in its last row.
func (s *Site) Export(out *sheet.Writer, r *Request, q app.ListQuery, list app.IncidentList) {
	_ = out.Row(exportColumns...) // a reader that has gone away ends the request, and Flush says so
	for rows := 0; ; {
		for _, row := range list.Incidents {
			_ = out.Row(s.exportRow(row, r)...)
		}
		rows += len(list.Incidents)
		if out.Flush() != nil || list.Next == "" {
			return
		}
		if rows >= ExportRows {
			s.lastRow(out, "There is more: this file ends after 50,000 incidents. Narrow the list, by day of receipt for example.")
			return
		}
		var err error
		q.Cursor = list.Next
		if list, err = s.App.Incidents(r.Context(), r.By(), q); err != nil {
			s.Log.Error("export broke off", "error", err.Error())
			s.lastRow(out, "The export broke off here. Download it again.")
			return
		}
	}
}

func (s *Site) lastRow(out *sheet.Writer, text string) {
	cells := make([]string, len(exportColumns))
	cells[len(cells)-1] = text
	_ = out.Row(cells...)
	_ = out.Flush()
}

func (s *Site) exportRow(row app.IncidentRow, r *Request) []string {
	at := func(t time.Time) string { return t.In(r.Zone).Format(time.RFC3339) }
	due := ""
	if row.NextDue != nil {
		due = at(*row.NextDue)
	}
	var kinds []string
	for _, c := range row.Categories {
		kinds = append(kinds, Frame{label: s.Label}.Term("", c))
	}
	yes := map[bool]string{true: "yes", false: "no"}
	status := row.Status
	if status == incident.StatusTelephoned {
		status = "telephoned, not filed"
	}
	return []string{row.Incident, app.MarkingLabel(row.Marking), row.EntityName, row.Entity, status, strings.ToLower(LevelWords(row.Level)),
		yes[row.Provisional], row.Reportable,
		strings.Join(kinds, "; "), at(row.ReceivedAt), at(row.UpdatedAt), due, yes[row.Overdue], row.Summary}
}
