package response

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/sheet"
	"tocsin/internal/web/page"
)

// assetColumns head the file of affected assets.
var assetColumns = []string{"Incident", "Marking", "Asset", "Name", "Kind", "Agency", "Rating", "Owner", "Networks", "State", "Since",
	"On the list since", "Asked to be taken off",
	"Off the last network", "Seconds from the request to off", "Still on a network", "Accepted by", "Restored from", "Validated by"}

// exportAssets sends the inventory of affected assets as a file that no spreadsheet runs. MA 6.8.1
func exportAssets(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	comma, kind := sheet.CSV, "csv"
	switch r.URL.Query().Get("format") {
	case "", "csv":
	case "tsv":
		comma, kind = sheet.TSV, "tsv"
	default:
		return fault.Invalid("format", "This format is not known.", "Use csv or tsv.")
	}
	v, err := s.App.Containment(r.Context(), r.By(), r.PathValue("number"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", map[string]string{"csv": "text/csv; charset=utf-8; header=present",
		"tsv": "text/tab-separated-values; charset=utf-8"}[kind])
	h.Set("Content-Disposition", `attachment; filename="assets-`+v.Incident+`.`+kind+`"`)
	out := sheet.NewWriter(w, comma)
	_ = out.Row(assetColumns...) // a reader that has gone away ends the request, and Flush says so
	for _, a := range v.Assets {
		_ = out.Row(assetRow(v, a, r.Zone)...)
	}
	_ = out.Flush()
	return nil
}

func assetRow(v app.ContainmentView, a app.AssetView, zone *time.Location) []string {
	at := func(t time.Time) string { return t.In(zone).Format(time.RFC3339) }
	maybe := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return at(*t)
	}
	stated := func(s *app.StatementView) (string, string, string) {
		if s == nil {
			return "", "", ""
		}
		return at(s.At), s.By, s.Text
	}
	var networks, on []string
	for _, n := range a.Networks {
		if n.Name != "" {
			networks = append(networks, n.Name)
		}
		if n.OffAt == nil {
			on = append(on, n.Name)
		}
	}
	toOff := ""
	if a.ToOff != nil {
		toOff = strconv.FormatInt(*a.ToOff, 10)
	}
	still := "no"
	if len(on) > 0 {
		still = strings.TrimSuffix("yes: "+strings.Join(on, "; "), ": ")
	}
	asked, _, _ := stated(a.Asked)
	_, accepted, _ := stated(a.Infeasible)
	_, _, source := stated(a.Return[0].Stated)
	_, validated, _ := stated(a.Return[len(a.Return)-1].Stated)
	return []string{v.Incident, app.MarkingLabel(v.Marking), a.ID, a.Name, a.Kind, a.EntityName, a.Rating, a.OwnerName,
		strings.Join(networks, "; "), strings.ReplaceAll(a.State, "_", " "), at(a.Since),
		at(a.AddedAt), asked, maybe(a.OffAt), toOff, still, accepted, source, validated}
}
