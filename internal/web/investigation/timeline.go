package investigation

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/sheet"
	"tocsin/internal/web/page"
)

// eventsShown is how many events a page lists; the picture has all of them.
const eventsShown = 200

// timelineBody is the page of a timeline.
type timelineBody struct {
	V app.TimelineView
	inquiryNav
	Ask      url.Values
	Picture  *timePicture
	Filtered bool
	Skip     int
	p        page.Clock
}

// queryOf reads what is asked of a timeline.
func timelineAsk(q url.Values, zone *time.Location) (ask app.TimelineQuery, err error) {
	if err := page.ProperQuery(q); err != nil {
		return ask, err
	}
	ask = app.TimelineQuery{Sort: q.Get("sort"), Descending: q.Get("down") == "1", Kind: q.Get("kind"), Source: q.Get("source"),
		Tactic: q.Get("tactic"), Technique: strings.ToUpper(strings.TrimSpace(q.Get("technique"))),
		Asset: q.Get("asset"), Person: q.Get("person"), Indicator: q.Get("indicator"), Words: q.Get("q"), Withdrawn: q.Get("withdrawn") == "1"}
	if ask.From, err = bound(q.Get("from"), "from", zone); err != nil {
		return ask, err
	}
	ask.Until, err = bound(q.Get("until"), "until", zone)
	return ask, err
}

// bound reads one end of a time range: a day, or a day with time of day.
func bound(s, field string, zone *time.Location) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t, nil
	}
	return time.Time{}, fault.Invalid(field, "This is no date.", "Write it like 2026-06-18 or 2026-06-18 15:04.")
}

func timelinePage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	q := r.URL.Query()
	ask, wrong := timelineAsk(q, r.Zone)
	b := timelineBody{Ask: q, p: r.Clock, Filtered: filtered(q)}
	b.Skip, _ = strconv.Atoi(q.Get("skip"))
	b.Skip = max(0, min(b.Skip, investigation.MaxEvents))
	ask.Skip, ask.Limit = b.Skip, eventsShown
	status, f := http.StatusOK, page.ActForms{Failed: "filter", F: page.FormView{Values: q}}
	v, err := s.App.Timeline(r.Context(), r.By(), r.PathValue("number"), ask)
	if fault.KindOf(err) == fault.KindInvalid {
		ask.Sort, wrong = "", err
		v, err = s.App.Timeline(r.Context(), r.By(), r.PathValue("number"), ask)
	}
	if err != nil {
		return err
	}
	if wrong != nil {
		status, f.F.Problems = http.StatusUnprocessableEntity, page.ProblemsOf(wrong)
		for i, p := range f.F.Problems {
			f.F.Problems[i].ID = strings.Replace(p.ID, "f-", "f-filter--", 1)
		}
	}
	b.V, b.inquiryNav = v, navOf(v.Incident, "/timeline", v.Closed)
	b.Picture = drawTimeline(v.All, q.Get("group"), q.Get("colour"), r.Clock, func(from, until time.Time) string {
		return b.with("from", from.In(r.Zone).Format(time.RFC3339), "until", until.In(r.Zone).Format(time.RFC3339), "skip", "")
	})
	return inquiryPage(s, w, r, status, "timeline", "Timeline", v.Incident, f, struct {
		timelineBody
		page.ActForms
	}{b, f})
}

// filtered says whether a query leaves some events out.
func filtered(q url.Values) bool {
	for _, name := range []string{"q", "kind", "source", "tactic", "technique", "asset", "person", "indicator", "from", "until"} {
		if q.Get(name) != "" {
			return true
		}
	}
	return false
}

// with is the address of this page with some values changed, given as names and values.
func (b timelineBody) with(pairs ...string) string {
	q := url.Values{}
	for name, v := range b.Ask {
		if len(v) > 0 && v[0] != "" && name != "done" {
			q.Set(name, v[0])
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if q.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return "?" + q.Encode()
}

// Sorted is the address of the page sorted by a column; asked for again, the other way.
func (b timelineBody) Sorted(by string) string {
	down := ""
	if b.Sorting(by) == "ascending" {
		down = "1"
	}
	return b.with("sort", by, "down", down, "skip", "")
}

// Sorting says how the page is sorted by a column, for assistive technology.
func (b timelineBody) Sorting(by string) string {
	now := b.Ask.Get("sort")
	if now == "" {
		now = app.ByTime
	}
	switch {
	case now != by:
		return ""
	case b.Ask.Get("down") == "1":
		return "descending"
	}
	return "ascending"
}

// Facet offers the values that events have, with how many have it.
func (b timelineBody) Facet(name, label string) page.Control {
	c := page.Control{Name: name, Label: label, ID: "f-filter--" + name, Value: b.Ask.Get(name)}
	c.Options = []page.Option{{Value: "", Label: "All"}}
	found := c.Value == ""
	for i, f := range b.V.Facets[name] {
		if i >= 200 {
			break
		}
		label := f.Label
		switch name {
		case app.ByKind:
			label = whoWords[f.Value]
		case app.ByTactic:
			label = tacticWords(f.Value)
		}
		found = found || f.Value == c.Value
		c.Options = append(c.Options, page.Option{Value: f.Value, Label: shortened(label) + " (" + strconv.Itoa(f.Count) + ")",
			Chosen: f.Value == c.Value})
	}
	if !found {
		c.Options = append(c.Options, page.Option{Value: c.Value, Label: c.Value + " (0)", Chosen: true})
	}
	return c
}

// Shown offers how the picture is drawn.
func (b timelineBody) Shown(name, label, first string) page.Control {
	c := page.Control{Name: name, Label: label, ID: "f-filter--" + name, Value: b.Ask.Get(name)}
	if c.Value == "" {
		c.Value = first
	}
	for _, o := range []page.Option{{Value: app.ByKind, Label: "Who"}, {Value: app.BySource, Label: "Source"},
		{Value: app.ByTactic, Label: "Tactic"}, {Value: app.ByAsset, Label: "Asset"}, {Value: app.ByPerson, Label: "Person"}} {
		o.Chosen = o.Value == c.Value
		c.Options = append(c.Options, o)
	}
	return c
}

// Next and Previous lead to the other pages of the table.
func (b timelineBody) Next() string {
	if b.Skip+len(b.V.Events) < b.V.Matching {
		return b.with("skip", strconv.Itoa(b.Skip+eventsShown))
	}
	return ""
}

// Previous leads back.
func (b timelineBody) Previous() string {
	if b.Skip == 0 {
		return ""
	}
	return b.with("skip", strconv.Itoa(max(0, b.Skip-eventsShown)))
}

// First is the number of the first event of the page.
func (b timelineBody) First() int { return b.Skip + 1 }

// Last is the number of its last event.
func (b timelineBody) Last() int { return b.Skip + len(b.V.Events) }

// Export is the address of the same events as a file.
func (b timelineBody) Export(format string) string {
	return inquiryAddress(b.Number) + "/timeline/export" + b.with("format", format, "skip", "", "group", "", "colour", "")
}

// exportColumns are those that timeline tools read, with what else is known behind them.
var timelineColumns = []string{"datetime", "timestamp_desc", "message", "timestamp", "event", "precision", "about", "zone", "discovered",
	"recorded", "recorded_by", "kind", "source", "tactic", "techniques", "assets", "people", "indicators", "marking"}

// exportTimeline sends the events as a table for spreadsheets, or as lines of JSON with the fields that timeline tools ask for.
func exportTimeline(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	ask, err := timelineAsk(r.URL.Query(), r.Zone)
	if err != nil {
		return err
	}
	format := r.URL.Query().Get("format")
	if format == "" {
		format = "csv"
	}
	kind := map[string]string{"csv": "text/csv; charset=utf-8; header=present", "jsonl": "application/x-ndjson"}[format]
	if kind == "" {
		return fault.Invalid("format", "This format is not known.", "Use csv or jsonl.")
	}
	v, err := s.App.Timeline(r.Context(), r.By(), r.PathValue("number"), ask)
	if err != nil {
		return err
	}
	marking, err := s.App.MarkingOf(r.Context(), r.By(), v.Incident)
	if err != nil {
		return err
	}
	label := app.MarkingLabel(marking)
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="timeline-`+v.Incident+`.`+format+`"`)
	if format == "jsonl" {
		lines := json.NewEncoder(w)
		for _, e := range v.Events {
			row := map[string]any{}
			for i, cell := range timelineRow(e, label) {
				row[timelineColumns[i]] = cell
			}
			row["timestamp"] = e.At.UnixMicro()
			_ = lines.Encode(row) // a reader that has gone away is no error of ours
		}
		return nil
	}
	out := sheet.NewWriter(w, sheet.CSV)
	_ = out.Row(timelineColumns...)
	for _, e := range v.Events {
		_ = out.Row(timelineRow(e, label)...)
	}
	_ = out.Flush()
	return nil
}

func timelineRow(e app.EventView, label string) []string {
	names := func(list []app.NamedView) string {
		var out []string
		for _, n := range list {
			out = append(out, n.Name)
		}
		return strings.Join(out, "; ")
	}
	ids := func(list []app.NamedView) string {
		var out []string
		for _, n := range list {
			out = append(out, n.ID)
		}
		return strings.Join(out, "; ")
	}
	about, discovered, desc := "", "", e.Source
	if e.About {
		about = "yes"
	}
	if e.Discovered != nil {
		discovered = e.Discovered.Format(time.RFC3339Nano)
	}
	if desc == "" {
		desc = "event"
	}
	return []string{e.At.Format("2006-01-02T15:04:05.000000-07:00"), desc, e.Description, strconv.FormatInt(e.At.UnixMicro(), 10), e.ID,
		e.Precision, about, e.Zone, discovered,
		e.RecordedAt.UTC().Format(time.RFC3339), e.RecordedBy, e.Kind, e.Source, e.Tactic, ids(e.Techniques), names(e.Assets), names(e.People),
		names(e.Indicators), label}
}
