package review

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// StatisticsQuery chooses what is counted. Empty fields choose everything that the reader may see.
type StatisticsQuery struct {
	From, To string // days of receipt, the last one counted whole: "2026-11-30"
	Entity   string // with everything below it
	Level    string
	Category string
}

// StatisticsView are the numbers over many incidents, each with its definition. MA 6.5.2.1, MA 6.6.2.4
type StatisticsView struct {
	At             time.Time     `json:"at" doc:"When it was counted."`
	Counting       bool          `json:"counting" doc:"The first counts are still being made; there are no numbers yet. Ask again in a moment."`
	Old            bool          `json:"old" doc:"Newer numbers are still being counted."`
	From           string        `json:"from,omitempty"`
	To             string        `json:"to,omitempty"`
	Total          int64         `json:"total" doc:"Incidents received in the period."`
	Open           int64         `json:"open" doc:"Of these not closed."`
	ActionsOpen    int64         `json:"actions_open" doc:"Their corrective actions that are not carried out."`
	ActionsOverdue int64         `json:"actions_overdue" doc:"Of these past their time."`
	Measures       []MeasureView `json:"measures"`
	Duties         []ShareView   `json:"duties" doc:"How often duties were kept, by rule."`
	Groups         []GroupView   `json:"groups"`
}

// MeasureView is how long something took.
type MeasureView struct {
	ID            string        `json:"id"`
	Title         string        `json:"title"`
	Definition    string        `json:"definition"`
	Count         int64         `json:"count" doc:"Incidents of which both ends are known."`
	MedianSeconds int64         `json:"median_seconds"`
	P90Seconds    int64         `json:"p90_seconds" doc:"What nine of ten did not exceed."`
	Median        time.Duration `json:"-"`
	P90           time.Duration `json:"-"`
}

// ShareView is how often duties of a rule were kept.
type ShareView struct {
	Rule    string  `json:"rule"`
	What    string  `json:"what"`
	OnTime  int64   `json:"on_time"`
	Late    int64   `json:"late"`
	Percent float64 `json:"percent"`
}

// GroupView counts incidents by one thing.
type GroupView struct {
	ID         string      `json:"id"`
	Title      string      `json:"title"`
	Definition string      `json:"definition"`
	Rows       []CountView `json:"rows"`
}

// CountView is one line of such counts.
type CountView struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// DutiesDefinition says what counts as kept.
const DutiesDefinition = "on time: fulfilled no later than it was due. Late: fulfilled later, or open past its time. Duties without a time, not yet due, or replaced in time are not counted"

// groupsOf are what incidents are counted by, with their definitions.
var groupsOf = []GroupView{
	{ID: incident.ByPhase, Title: "Open, by phase", Definition: "incidents that are not closed, by the phase they are in now"},
	{ID: incident.ByRating, Title: "Open, by rating", Definition: "incidents that are not closed, by the rating in force now"},
	{ID: incident.ByCategory, Title: "By type", Definition: "what was reported; an incident of two types counts in both"},
	{ID: incident.ByEntity, Title: "By agency", Definition: "the agency whose incident it is"},
	{ID: incident.ByCause, Title: "By cause", Definition: "the kind of root cause that the post-incident analysis states"},
	{ID: incident.ByQuarter, Title: "By quarter", Definition: "the calendar quarter of the receipt"},
}

// Statistics answers the numbers over what the reader may see. Days and quarters are those of the zone. MA 6.5.2.1
func (a *Room) Statistics(ctx context.Context, by access.Actor, q StatisticsQuery, zone *time.Location) (StatisticsView, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return StatisticsView{}, err
	}
	cut, err := cutFor(q, dir, zone)
	if err != nil {
		return StatisticsView{}, err
	}
	counts, err := a.statisticsOf(ctx, access.ScopeOf(by), cut, zone)
	if err != nil {
		return StatisticsView{}, err
	}
	terms, err := a.Categories(ctx, by)
	if err != nil {
		return StatisticsView{}, err
	}
	v := a.statisticsView(counts, dir, terms)
	v.From, v.To = q.From, q.To
	return v, nil
}

// cutFor reads a query. An entity that is not there chooses nothing, as one that the reader may not see does.
func cutFor(q StatisticsQuery, dir *directory.Snapshot, zone *time.Location) (incident.Cut, error) {
	var faults fault.List
	cut := incident.Cut{Level: policy.Level(q.Level), Category: q.Category}
	day := func(field, s string, after int) int64 {
		if s == "" {
			return 0
		}
		t, err := time.ParseInLocation("2006-01-02", s, zone)
		if err != nil || t.Year() < 1970 || t.Year() > 9000 {
			faults = append(faults, fault.Invalid(field, "this is no date", "write it like 2026-11-30"))
		}
		return t.AddDate(0, 0, after).UnixMicro()
	}
	cut.From, cut.Before = day("from", q.From, 0), day("to", q.To, 1)
	if len(faults) == 0 && cut.From > 0 && cut.Before > 0 && cut.Before <= cut.From {
		faults = append(faults, fault.Invalid("to", "the last day is before the first", "exchange the two"))
	}
	if q.Level != "" && q.Level != string(policy.Unrated) && cut.Level.Rank() == 0 {
		faults = append(faults, fault.Invalid("level", "this rating is not known", "use one of: high, medium, low, unrated"))
	}
	if len(q.Category) > 64 {
		faults = append(faults, fault.Invalid("category", "this type is not known", "choose one of the list"))
	}
	if q.Entity != "" {
		cut.Under = []string{}
		if _, ok := dir.Entity(q.Entity); ok {
			cut.Under = dir.Below(q.Entity)
		}
	}
	return cut, faults.Err()
}

// statisticsOf answers from memory, or counts.
func (a *Room) statisticsOf(ctx context.Context, scope access.Scope, cut incident.Cut, zone *time.Location) (incident.Statistics, error) {
	key := fmt.Sprintf("%q %q %q %q %d %d %q %q %s", scope.Entities, scope.Authorities, scope.Person, cut.Under, cut.From, cut.Before, cut.Level, cut.Category, zone)
	return a.statistics.Get(ctx, key, a.Now, func(ctx context.Context) (incident.Statistics, time.Time, error) {
		a.counting.Lock()
		defer a.counting.Unlock()
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		began := a.Now()
		out, err := a.Desk.Statistics(ctx, scope, cut, began, zone)
		return out, began, err
	})
}

func (a *Room) statisticsView(x incident.Statistics, dir *directory.Snapshot, terms []policy.Term) StatisticsView {
	v := StatisticsView{Measures: []MeasureView{}, Duties: []ShareView{}, Groups: []GroupView{}}
	if x.At == 0 {
		v.Counting = true
		return v
	}
	v.At, v.Old = time.UnixMicro(x.At).UTC(), a.Now().Sub(time.UnixMicro(x.At)) > act.CountKept
	v.Total, v.Open, v.ActionsOpen, v.ActionsOverdue = x.Total, x.Open, x.ActionsOpen, x.ActionsOverdue
	for i, m := range incident.Measures {
		s := x.Spans[i]
		v.Measures = append(v.Measures, MeasureView{ID: m.ID, Title: m.Title, Definition: m.Definition, Count: s.Count,
			MedianSeconds: int64(s.Median / time.Second), P90Seconds: int64(s.P90 / time.Second), Median: s.Median, P90: s.P90})
	}
	for _, d := range x.Duties {
		v.Duties = append(v.Duties, ShareView{Rule: d.Rule, What: d.What, OnTime: d.OnTime, Late: d.Late, Percent: float64(int(d.Share()*10+0.5)) / 10})
	}
	for _, g := range groupsOf {
		g.Rows = a.countRows(g.ID, x.Counts[g.ID], dir, terms)
		v.Groups = append(v.Groups, g)
	}
	return v
}

// countRows names what was counted: quarters in their order, ratings highest first, everything else most first.
func (a *Room) countRows(by string, counts map[string]int64, dir *directory.Snapshot, terms []policy.Term) []CountView {
	out := []CountView{}
	for id, n := range counts {
		out = append(out, CountView{ID: id, Name: a.countName(by, id, dir, terms), Count: n})
	}
	slices.SortFunc(out, func(x, y CountView) int {
		switch by {
		case incident.ByQuarter:
			return strings.Compare(x.ID, y.ID)
		case incident.ByRating:
			return cmp.Or(cmp.Compare(policy.Level(y.ID).Rank(), policy.Level(x.ID).Rank()), strings.Compare(x.ID, y.ID))
		}
		return cmp.Or(cmp.Compare(y.Count, x.Count), strings.Compare(x.Name, y.Name), strings.Compare(x.ID, y.ID))
	})
	return out
}

func (a *Room) countName(by, id string, dir *directory.Snapshot, terms []policy.Term) string {
	switch {
	case by == incident.ByEntity:
		return act.EntityNamer(dir)(id)
	case by == incident.ByPhase && id == "":
		return "Not begun"
	case by == incident.ByPhase:
		for _, pack := range a.PackIDs {
			if p, ok := a.Packs(pack); ok && phaseName(id, p) != id {
				return phaseName(id, p)
			}
		}
	case by == incident.ByQuarter:
		return id
	case id == "":
		return "Not stated"
	case by == incident.ByCategory:
		for _, t := range terms {
			if t.ID == id {
				return t.Label
			}
		}
	}
	words := strings.ReplaceAll(id, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}
