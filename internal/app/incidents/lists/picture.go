package lists

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// PictureView is how things stand over a jurisdiction, with what was received month by month and week by week.
type PictureView struct {
	At         time.Time // the instant of the counts
	Counting   bool      // the first counts are still being made: there are no numbers yet
	Old        bool      // newer ones are still being counted
	Open       int64
	ByLevel    []LevelCount // high first
	Telephoned int64        // known by telephone, not filed
	Overdue    int64        // duties past their time
	OverdueAt  []NamedCount // by entity, most first
	Unanswered []NamedCount // tracks without an answer, by authority, most first
	Months     Periods
	Weeks      Periods
}

// LevelCount is how many open incidents have a rating, and how many of these are provisional.
type LevelCount struct {
	Level              policy.Level
	Count, Provisional int64
}

// NamedCount is how many of something fall to an entity, an authority or a category.
type NamedCount struct {
	ID, Name string
	Count    int64
}

// Periods counts what was received in each of twelve periods, the last of which is not over.
type Periods struct {
	Starts     []time.Time // in the zone that the picture was asked for in
	Total      []int64
	Categories []Series // most first; an incident of two categories counts in both
	Entities   []Series
}

// Series is one line of counts over the periods.
type Series struct {
	ID, Name string
	Counts   []int64
	Sum      int64
}

const periodCount = 12

// centralRoles are those that look after a whole jurisdiction from its root.
var centralRoles = []directory.Role{directory.IRCoordinator, directory.CISO, directory.SOCAnalyst}

// Picture answers the statewide picture for the central office: whoever coordinates at the root of the tree. found is
// false for everyone else. Days and months are those of the zone.
func (a *Room) Picture(ctx context.Context, by access.Actor, zone *time.Location) (out PictureView, found bool, err error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil || !central(by, dir) {
		return out, false, err
	}
	months, weeks := periodsBefore(a.Now().In(zone))
	scope := access.ScopeOf(by)
	p, err := a.pictureOf(ctx, scope, zone.String(), spans(months, weeks))
	if err != nil {
		return out, false, err
	}
	if p.At == 0 {
		return PictureView{Counting: true}, true, nil
	}
	return a.pictureView(p, dir, months, weeks), true, nil
}

func central(by access.Actor, dir *directory.Snapshot) bool {
	return slices.ContainsFunc(by.Roles, func(r directory.Assignment) bool {
		return r.Entity != "" && dir.Root(r.Entity) == r.Entity && slices.Contains(centralRoles, r.Role)
	})
}

// pictureOf answers the counts of a scope from memory, or counts.
func (a *Room) pictureOf(ctx context.Context, scope access.Scope, zone string, periods []incident.Span) (incident.Picture, error) {
	// The periods are part of the key: at midnight on the first of a month the old counts are not taken for the new.
	key := strings.Join(scope.Entities, "\x00") + "\x00\x00" + zone + time.UnixMicro(periods[0].From).String()
	return a.pictures.Get(ctx, key, a.Now, func(ctx context.Context) (incident.Picture, time.Time, error) {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		began := a.Now()
		p, err := a.Desk.Picture(ctx, scope, began, periods)
		return p, began, err
	})
}

// periodsBefore answers the starts of the twelve months and the twelve weeks that end with the running one. Weeks begin on
// Monday.
func periodsBefore(now time.Time) (months, weeks []time.Time) {
	y, m, d := now.Date()
	monday := d - (int(now.Weekday())+6)%7
	for i := periodCount - 1; i >= 0; i-- {
		months = append(months, time.Date(y, m-time.Month(i), 1, 0, 0, 0, 0, now.Location()))
		weeks = append(weeks, time.Date(y, m, monday-7*i, 0, 0, 0, 0, now.Location()))
	}
	return months, weeks
}

func spans(months, weeks []time.Time) []incident.Span {
	var out []incident.Span
	for i, start := range months {
		out = append(out, incident.Span{From: start.UnixMicro(), Before: months[0].AddDate(0, i+1, 0).UnixMicro()})
	}
	for i, start := range weeks {
		out = append(out, incident.Span{From: start.UnixMicro(), Before: weeks[0].AddDate(0, 0, 7*(i+1)).UnixMicro()})
	}
	return out
}

func (a *Room) pictureView(p incident.Picture, dir *directory.Snapshot, months, weeks []time.Time) PictureView {
	v := PictureView{At: time.UnixMicro(p.At).UTC(), Old: a.Now().Sub(time.UnixMicro(p.At)) > act.CountKept}
	s := act.Setting{Dir: dir}
	for _, l := range []policy.Level{policy.High, policy.Medium, policy.Low, policy.Unrated} {
		count := LevelCount{Level: l}
		for _, t := range p.Standing {
			if t.Level == l {
				count.Count += t.Count
				if t.Provisional {
					count.Provisional += t.Count
				}
			}
		}
		v.Open += count.Count
		v.ByLevel = append(v.ByLevel, count)
	}
	for _, t := range p.Standing {
		if t.Status == incident.StatusTelephoned {
			v.Telephoned += t.Count
		}
	}
	v.OverdueAt = named(p.Overdue, func(t incident.Tally) string { return t.Entity }, act.EntityNamer(dir))
	for _, n := range v.OverdueAt {
		v.Overdue += n.Count
	}
	v.Unanswered = named(p.Unanswered, func(t incident.Tally) string { return t.Authority }, func(id string) string { return a.AuthorityName(id, s) })
	v.Months = periodsOf(p.Received, 0, months, dir)
	v.Weeks = periodsOf(p.Received, periodCount, weeks, dir)
	return v
}

// named adds counts up by a key, most first.
func named(tallies []incident.Tally, key func(incident.Tally) string, name func(string) string) []NamedCount {
	sums := map[string]int64{}
	for _, t := range tallies {
		sums[key(t)] += t.Count
	}
	out := make([]NamedCount, 0, len(sums))
	for id, n := range sums {
		out = append(out, NamedCount{ID: id, Name: name(id), Count: n})
	}
	slices.SortFunc(out, func(a, b NamedCount) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	return out
}

// periodsOf takes from the counts the twelve periods that begin with index first.
func periodsOf(tallies []incident.Tally, first int, starts []time.Time, dir *directory.Snapshot) Periods {
	out := Periods{Starts: starts, Total: make([]int64, len(starts))}
	categories, entities := map[string]*Series{}, map[string]*Series{}
	add := func(to map[string]*Series, id, name string, at int, n int64) {
		if to[id] == nil {
			to[id] = &Series{ID: id, Name: name, Counts: make([]int64, len(starts))}
		}
		to[id].Counts[at] += n
		to[id].Sum += n
	}
	for _, t := range tallies {
		at := t.Period - first
		if at < 0 || at >= len(starts) {
			continue
		}
		out.Total[at] += t.Count
		add(entities, t.Entity, act.EntityNamer(dir)(t.Entity), at, t.Count)
		for _, c := range strings.Split(t.Categories, ",") {
			add(categories, c, "", at, t.Count) // the page names categories; the empty one is "not stated"
		}
	}
	out.Categories, out.Entities = mostFirst(categories), mostFirst(entities)
	return out
}

func mostFirst(m map[string]*Series) []Series {
	out := make([]Series, 0, len(m))
	for _, s := range m {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Series) int { return cmp.Or(cmp.Compare(b.Sum, a.Sum), cmp.Compare(a.ID, b.ID)) })
	return out
}
