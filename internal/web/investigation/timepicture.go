package investigation

import (
	"slices"
	"strconv"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/web/page"
)

// timePicture is a timeline drawn: one lane for each group, time from left to right, and a colour for each of something else. The
// table beneath has every event, and a table of the lanes stands beside the picture.
type timePicture struct {
	Height      int
	Lanes       []timeLane
	Keys        []timeKey
	Ticks       []timeTick
	Zooms       []timeZoom
	From, Until time.Time
}

// timeLane is one group.
type timeLane struct {
	Label       string
	Y           int
	Marks       []timeMark
	Count       int
	First, Last app.EventView
}

// timeMark stands for one event, or for several that fall together.
type timeMark struct {
	X, Width, Y, Height float64
	Colour              int
}

// timeKey explains a colour.
type timeKey struct {
	Label  string
	Colour int
	Count  int
}

// timeTick is a line in the picture, with its time.
type timeTick struct {
	X    float64
	Text string
}

// timeZoom leads to a part of the time.
type timeZoom struct{ Text, Address string }

const (
	pictureWidth   = 960.0
	laneHeight     = 26
	pictureLanes   = 12 // more groups are drawn as one
	pictureColours = 7  // more values share the last
	pictureColumns = 240
	pictureTicks   = 6
)

// groupOf is the value by which an event is grouped or coloured.
func groupOf(e app.EventView, by string) string {
	switch by {
	case app.BySource:
		return e.Source
	case app.ByTactic:
		return tacticWords(e.Tactic)
	case app.ByAsset:
		if len(e.Assets) > 0 {
			return e.Assets[0].Name
		}
		return ""
	case app.ByPerson:
		if len(e.People) > 0 {
			return e.People[0].Name
		}
		return ""
	}
	return whoWords[e.Kind]
}

// frequent lists the values by how many have them, the most frequent first, at most some; all others count for the last, nameless.
func frequent(events []app.EventView, by string, most int) (labels []string, place func(app.EventView) int) {
	if by == "" || by == app.ByKind { // always the same, so that a colour means the same on every page
		for _, k := range investigation.Kinds {
			labels = append(labels, whoWords[k])
		}
		return labels, func(e app.EventView) int { return max(0, slices.Index(investigation.Kinds, e.Kind)) }
	}
	counts := map[string]int{}
	for _, e := range events {
		counts[groupOf(e, by)]++
	}
	for v := range counts {
		if v != "" {
			labels = append(labels, v)
		}
	}
	slices.SortFunc(labels, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		if a < b {
			return -1
		}
		return 1
	})
	rest := counts[""] > 0 || len(labels) > most
	labels = labels[:min(len(labels), most)]
	if rest {
		labels = append(labels, "")
	}
	at := map[string]int{}
	for i, l := range labels {
		at[l] = i
	}
	return labels, func(e app.EventView) int {
		if i, ok := at[groupOf(e, by)]; ok {
			return i
		}
		return len(labels) - 1
	}
}

// drawTimeline draws events; nil where there are none. zoom is the address of a part of the time.
func drawTimeline(events []app.EventView, group, colour string, p page.Clock, zoom func(from, until time.Time) string) *timePicture {
	if len(events) == 0 {
		return nil
	}
	if group == "" {
		group = telling(events)
	}
	pic := &timePicture{From: events[0].At, Until: events[0].End}
	for _, e := range events {
		if e.At.Before(pic.From) {
			pic.From = e.At
		}
		if e.End.After(pic.Until) {
			pic.Until = e.End
		}
	}
	pic.From = pic.From.Truncate(time.Second)
	span := max(pic.Until.Sub(pic.From), time.Minute)
	pic.Until = pic.From.Add(span)
	x := func(t time.Time) float64 { return pictureWidth * float64(t.Sub(pic.From)) / float64(span) }
	lanes, lane := frequent(events, group, pictureLanes)
	colours, tint := frequent(events, colour, pictureColours)
	for i, l := range lanes {
		pic.Lanes = append(pic.Lanes, timeLane{Label: named(l), Y: i * laneHeight})
	}
	for i, l := range colours {
		pic.Keys = append(pic.Keys, timeKey{Label: named(l), Colour: i + 1})
	}
	pic.fill(events, lane, tint, x)
	pic.Height = len(lanes) * laneHeight
	layout := "Jan 2 15:04"
	if span > 5*24*time.Hour {
		layout = "Jan 2, 2006"
	} else if span < time.Hour {
		layout = "15:04:05"
	}
	for i := range pictureTicks {
		from, until := pic.From.Add(span*time.Duration(i)/pictureTicks), pic.From.Add(span*time.Duration(i+1)/pictureTicks)
		text := from.In(p.Zone).Format(layout)
		pic.Ticks = append(pic.Ticks, timeTick{X: x(from), Text: text})
		pic.Zooms = append(pic.Zooms, timeZoom{Text: text, Address: zoom(from, until)})
	}
	return pic
}

// telling is what events differ in that can be drawn as lanes: their tactics, else their sources, else who made them happen.
func telling(events []app.EventView) string {
	for _, by := range []string{app.ByTactic, app.BySource} {
		if slices.ContainsFunc(events, func(e app.EventView) bool { return groupOf(e, by) != "" }) {
			return by
		}
	}
	return app.ByKind
}

func named(label string) string {
	if label == "" {
		return "Others, or not stated"
	}
	return label
}

// spot is where marks fall together.
type spot struct{ lane, colour, column, width int }

// fill puts the events into the lanes. Those of one colour that fall onto the same place are one mark, the higher the more they are.
func (pic *timePicture) fill(events []app.EventView, lane, tint func(app.EventView) int, x func(time.Time) float64) {
	spots := map[spot]int{}
	for _, e := range events {
		l := &pic.Lanes[lane(e)]
		if l.Count == 0 || e.At.Before(l.First.At) {
			l.First = e
		}
		if l.Count == 0 || e.At.After(l.Last.At) {
			l.Last = e
		}
		l.Count++
		pic.Keys[tint(e)].Count++
		left, right := x(e.At), x(e.End)
		s := spot{lane(e), tint(e) + 1, int(left / pictureWidth * pictureColumns), int((right - left) / pictureWidth * pictureColumns)}
		spots[s]++
	}
	for s, n := range spots {
		height := min(6+3*float64(n), laneHeight-6)
		m := timeMark{X: float64(s.column) / pictureColumns * pictureWidth, Width: max(4, float64(s.width)/pictureColumns*pictureWidth),
			Height: height, Colour: s.colour}
		m.X = min(m.X, pictureWidth-4)
		m.Y = float64(pic.Lanes[s.lane].Y) + (laneHeight-height)/2
		pic.Lanes[s.lane].Marks = append(pic.Lanes[s.lane].Marks, m)
	}
	for _, l := range pic.Lanes {
		slices.SortFunc(l.Marks, func(a, b timeMark) int {
			if a.X != b.X {
				return int(a.X*1000) - int(b.X*1000)
			}
			return a.Colour*1000 + int(a.Width) - b.Colour*1000 - int(b.Width)
		})
	}
}

// Box is the drawing's extent.
func (pic *timePicture) Box() string { return "0 0 960 " + strconv.Itoa(pic.Height) }
