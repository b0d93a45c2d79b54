package review

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/sheet"
	"tocsin/internal/web/page"
)

// statisticsBody is the page of the numbers over many incidents.
type statisticsBody struct {
	V                       app.StatisticsView
	Groups                  []groupChart
	Entity, Level, Category page.Control
	From, To                page.Control
	Export                  string
	MayReport               bool // has a mailbox of their own, to have the numbers sent to
	Definition              string
}

// groupChart is one count drawn, with the table beneath it.
type groupChart struct {
	app.GroupView
	Bars page.Bars
}

func statisticsQuery(s *page.Site, r *page.Request) (app.StatisticsQuery, url.Values) {
	q := r.URL.Query()
	return app.StatisticsQuery{From: q.Get("from"), To: q.Get("to"), Entity: q.Get("entity"), Level: q.Get("level"),
		Category: q.Get("category")}, q
}

func statisticsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	query, typed := statisticsQuery(s, r)
	entities, err := s.App.Entities(r.Context(), r.By())
	if err != nil {
		return err
	}
	if len(entities) > 0 {
		r.ReadIn(s, entities[0].Pack)
	}
	categories, err := s.App.Categories(r.Context(), r.By())
	if err != nil {
		return err
	}
	v, err := s.App.Statistics(r.Context(), r.By(), query, r.Zone)
	status := http.StatusOK
	f := page.FormView{Values: typed}
	if err != nil {
		if fault.KindOf(err) != fault.KindInvalid {
			return err
		}
		f.Problems, status = page.ProblemsOf(err), http.StatusUnprocessableEntity
	}
	b := statisticsBody{V: v, MayReport: r.By().Person != "", Definition: app.DutiesDefinition}
	b.filters(f, entities, categories)
	b.Groups = drawStatistics(v)
	if status == http.StatusOK && !v.Counting {
		typed.Del("done")
		b.Export = "/statistics/export?" + typed.Encode()
	}
	return s.Render(w, r, status, "statistics", page.Page{Title: "Statistics", Wide: true, Problems: f.Problems, Body: b})
}

func (b *statisticsBody) filters(f page.FormView, entities []app.EntityView, categories []policy.Term) {
	list := func(name, label, all string, options []page.Option) page.Control {
		return f.One(name, label, "", append([]page.Option{{Label: all}}, options...))
	}
	var places, terms []page.Option
	for _, e := range entities {
		places = append(places, page.Option{Value: e.ID, Label: e.Name})
	}
	for _, c := range categories {
		terms = append(terms, page.Option{Value: c.ID, Label: c.Label})
	}
	b.Entity = list("entity", "Agency, with all below it", "All", places)
	b.Level = list("level", "Rating", "All", []page.Option{{Value: "high", Label: "High"}, {Value: "medium", Label: "Medium"},
		{Value: "low", Label: "Low"}, {Value: "unrated", Label: "Not rated"}})
	b.Category = list("category", "Type", "All", terms)
	b.From, b.To = f.Text("from", "Received from", ""), f.Text("to", "Received up to", "")
	b.From.Type, b.To.Type = "date", "date"
}

// drawStatistics draws what was counted; every number of a chart stands in the table beneath it too.
func drawStatistics(v app.StatisticsView) (groups []groupChart) {
	for _, g := range v.Groups {
		c := groupChart{GroupView: g}
		for i, row := range g.Rows {
			if i >= page.ShownBars && g.ID != "quarter" {
				c.Bars.More += row.Count
				continue
			}
			tint := "plain"
			if g.ID == "open_by_rating" {
				tint = page.LevelTint(policy.Level(row.ID))
			}
			c.Bars.Rows = append(c.Bars.Rows, page.Bar{Label: row.Name, Tint: tint, Count: row.Count})
		}
		c.Bars.Measure()
		groups = append(groups, c)
	}
	return groups
}

// Took shows a measured time.
func (statisticsBody) Took(d time.Duration, count int64) string {
	if count == 0 {
		return "–"
	}
	return page.Span(d)
}

// exportStatistics sends the numbers as a file for spreadsheets, one number a row, with its definition.
func exportStatistics(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	query, _ := statisticsQuery(s, r)
	entities, err := s.App.Entities(r.Context(), r.By())
	if err != nil {
		return err
	}
	if len(entities) > 0 { // quarters and days are those of the page
		r.ReadIn(s, entities[0].Pack)
	}
	v, err := s.App.Statistics(r.Context(), r.By(), query, r.Zone)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="statistics-`+r.ReadAt.In(r.Zone).Format("2006-01-02")+`.csv"`)
	out := sheet.NewWriter(w, sheet.CSV)
	_ = out.Row("Group", "What", "Measure", "Value", "Definition") // a reader that has gone away ends the request, and Flush says so
	if v.Counting {
		_ = out.Row("", "", "", "", "The incidents are being counted. Download it again in a moment.")
	}
	for _, line := range statisticsRows(v) {
		_ = out.Row(line[:]...)
	}
	return out.Flush()
}

func statisticsRows(v app.StatisticsView) (out [][5]string) {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	out = append(out, [5]string{"Incidents", "All", "count", number(v.Total), "received in the period"},
		[5]string{"Incidents", "Open", "count", number(v.Open), "of these not closed"},
		[5]string{"Corrective actions", "Open", "count", number(v.ActionsOpen), "not carried out"},
		[5]string{"Corrective actions", "Overdue", "count", number(v.ActionsOverdue), "of these past their time"})
	for _, m := range v.Measures {
		out = append(out, [5]string{"Time", m.Title, "count", number(m.Count), m.Definition})
		if m.Count > 0 {
			out = append(out, [5]string{"Time", m.Title, "median, seconds", number(m.MedianSeconds), m.Definition},
				[5]string{"Time", m.Title, "90th percentile, seconds", number(m.P90Seconds), m.Definition})
		}
	}
	for _, d := range v.Duties {
		out = append(out, [5]string{"Duties", d.What, "on time", number(d.OnTime), app.DutiesDefinition},
			[5]string{"Duties", d.What, "late", number(d.Late), app.DutiesDefinition},
			[5]string{"Duties", d.What, "percent on time", fmt.Sprintf("%.1f", d.Percent), app.DutiesDefinition})
	}
	for _, g := range v.Groups {
		for _, row := range g.Rows {
			out = append(out, [5]string{g.Title, row.Name, "count", number(row.Count), g.Definition})
		}
	}
	return out
}
