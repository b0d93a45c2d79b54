package page

import (
	"net/url"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/policy"
)

// Picture is how things stand, drawn: every number that a chart shows stands in a table beneath it too.
type Picture struct {
	app.PictureView
	Levels     Bars
	OverdueBy  Bars
	AnswersDue Bars
	Weekly     bool
	Total      columns
	Categories []columns
	Entities   []columns
	Starts     []time.Time
	// Outstanding is how many answers of authorities are not there, over all of them.
	Outstanding int64
}

// Bars is a chart of bars that lie, one for each of several things.
type Bars struct {
	Rows []Bar
	More int64 // counts of those that are not shown
}

// Bar is one line: what, how many, and how long in percent. Part of it can be set off.
type Bar struct {
	Label, Tint, Address string
	Count, Part          int64
	Long, PartLong       float64
}

// columns is a small chart of columns that stand, one for each period.
type columns struct {
	Label, Address string
	Counts         []int64
	Columns        []column
	Sum            int64
}

// column is one period: its place and height in the drawing's units. The last period is not over.
type column struct {
	X, Y, Width, Height float64
	Running             bool
}

// How much a chart shows.
const (
	ShownBars   = 8
	shownSeries = 8
	// Units of the drawing of one period chart; the page stretches it.
	drawnWidth, drawnHeight, drawnGap = 240.0, 40.0, 4.0
)

// Draw draws a chart as an image that needs no script.
func (s *Site) Draw(v app.PictureView, weekly bool) *Picture {
	p := &Picture{PictureView: v, Weekly: weekly}
	for _, l := range v.ByLevel {
		p.Levels.Rows = append(p.Levels.Rows, Bar{Label: LevelWords(l.Level), Tint: LevelTint(l.Level), Count: l.Count, Part: l.Provisional,
			Address: listAddress("level", levelValue(l.Level))})
	}
	p.Levels.Measure()
	p.OverdueBy = barsOf(v.OverdueAt, func(n app.NamedCount) string { return listAddress("entity", n.ID, "overdue", "1", "sort", "due") })
	p.AnswersDue = barsOf(v.Unanswered, func(app.NamedCount) string { return "" })
	for _, n := range v.Unanswered {
		p.Outstanding += n.Count
	}
	periods := v.Months
	if weekly {
		periods = v.Weeks
	}
	p.Starts = periods.Starts
	p.Total = series("All incidents", "", periods.Total, maxOf(periods.Total))
	p.Categories = several(periods.Categories, func(c app.Series) (string, string) {
		if c.ID == "" {
			return "Not stated", ""
		}
		if s.Label != nil {
			if words := s.Label("", c.ID); words != "" {
				return words, listAddress("category", c.ID)
			}
		}
		return Sentence(c.ID), listAddress("category", c.ID)
	})
	p.Entities = several(periods.Entities, func(e app.Series) (string, string) { return e.Name, listAddress("entity", e.ID) })
	return p
}

func levelValue(l policy.Level) string {
	if l.Rank() == 0 {
		return string(policy.Unrated)
	}
	return string(l)
}

// listAddress is the address of the list with these filters, given as names and values.
func listAddress(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "/incidents?" + q.Encode()
}

func barsOf(counts []app.NamedCount, address func(app.NamedCount) string) (out Bars) {
	for i, n := range counts {
		if i >= ShownBars {
			out.More += n.Count
			continue
		}
		out.Rows = append(out.Rows, Bar{Label: n.Name, Tint: "plain", Count: n.Count, Address: address(n)})
	}
	out.Measure()
	return out
}

// Measure makes the longest bar fill the width.
func (b *Bars) Measure() {
	var most int64 = 1
	for _, r := range b.Rows {
		most = max(most, r.Count)
	}
	for i, r := range b.Rows {
		b.Rows[i].Long, b.Rows[i].PartLong = 100*float64(r.Count)/float64(most), 100*float64(r.Part)/float64(most)
	}
}

// several draws the largest series to one measure, so that they can be compared, and adds up the rest.
func several(all []app.Series, name func(app.Series) (label, address string)) []columns {
	var out []columns
	rest := app.Series{}
	most := int64(1)
	for i, s := range all {
		if i < shownSeries {
			most = max(most, maxOf(s.Counts))
			continue
		}
		if rest.Counts == nil {
			rest.Counts = make([]int64, len(s.Counts))
		}
		for at, n := range s.Counts {
			rest.Counts[at] += n
		}
	}
	most = max(most, maxOf(rest.Counts))
	for i, s := range all {
		if i < shownSeries {
			label, address := name(s)
			out = append(out, series(label, address, s.Counts, most))
		}
	}
	if rest.Counts != nil {
		out = append(out, series("All others", "", rest.Counts, most))
	}
	return out
}

func series(label, address string, counts []int64, most int64) columns {
	c := columns{Label: label, Address: address, Counts: counts}
	step := drawnWidth / float64(max(1, len(counts)))
	for i, n := range counts {
		c.Sum += n
		height := (drawnHeight - 2) * float64(n) / float64(max(1, most))
		if n > 0 {
			height = max(height, 1.5) // one among thousands is still seen
		}
		c.Columns = append(c.Columns, column{X: float64(i)*step + drawnGap/2, Y: drawnHeight - height, Width: step - drawnGap, Height: height,
			Running: i == len(counts)-1})
	}
	return c
}

func maxOf(counts []int64) (most int64) {
	for _, n := range counts {
		most = max(most, n)
	}
	return most
}

// Period names a month or a week by its first day.
func (c Clock) Period(start time.Time, weekly bool) string {
	if weekly {
		return start.In(c.Zone).Format("Jan 2")
	}
	return start.In(c.Zone).Format("Jan 06")
}

// Precise is an instant for a form that gives it back.
func (c Clock) Precise(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
