package listing

import (
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// MilestoneRow is one incident as the statistics count it: where it stands, and when it reached what, in microseconds; 0 for what
// it has not reached, or nobody stated.
type MilestoneRow struct {
	Entity, Status, Phase string
	Level                 policy.Level
	Categories            string // ids joined by commas
	Cause                 string // one of Causes; empty until stated

	Received     int64 // of the first filing or telephone report: by it an incident falls into a period
	Reported     int64 // of the first filing
	Occurred     int64
	Discovered   int64
	Acknowledged int64 // the first answer of any authority
	Started      int64
	Contained    int64
	Recovered    int64
	Closed       int64 // 0 while open, or open again
}

// Measure is one span between two milestones, with its definition as it is printed beside the numbers.
type Measure struct {
	ID, Title, Definition string
	from, to              func(MilestoneRow) int64
}

// Measures lists what is measured, in the order of an incident's life. MA 6.5.2.1
var Measures = []Measure{
	{"detect", "Time to detect", "from when it occurred to when it was discovered, where both are stated", whenOccurred, whenDiscovered},
	{"report", "Time to report", "from when it was discovered to when the first filing was received, where the discovery is stated",
		whenDiscovered, func(m MilestoneRow) int64 { return m.Reported }},
	{"acknowledge", "Time to acknowledge", "from the first filing to the first answer of any authority that was told", whenReported,
		func(m MilestoneRow) int64 { return m.Acknowledged }},
	{"start", "Time to start of response", "from the first filing to the start of the response, which is not its end", whenReported,
		func(m MilestoneRow) int64 { return m.Started }},
	{"contain", "Time to contain", "from the discovery, or the first filing where no discovery is stated, to when it was contained", whenKnown,
		func(m MilestoneRow) int64 { return m.Contained }},
	{"recover", "Time to recover", "from the discovery, or the first filing where no discovery is stated, to when everything was recovered",
		whenKnown, func(m MilestoneRow) int64 { return m.Recovered }},
	{"close", "Time to close", "from the first filing, or telephone report, to the closing that stands",
		func(m MilestoneRow) int64 { return m.Received }, func(m MilestoneRow) int64 { return m.Closed }},
}

func whenOccurred(m MilestoneRow) int64   { return m.Occurred }
func whenDiscovered(m MilestoneRow) int64 { return m.Discovered }
func whenReported(m MilestoneRow) int64   { return m.Reported }

func whenKnown(m MilestoneRow) int64 {
	if m.Discovered > 0 {
		return m.Discovered
	}
	return m.Reported
}

// Of answers the span of an incident; ok is false where an end of it is missing. Ends in the wrong order count as no time at all: a
// response can begin before its report arrives.
func (x Measure) Of(m MilestoneRow) (span time.Duration, ok bool) {
	from, to := x.from(m), x.to(m)
	if from == 0 || to == 0 {
		return 0, false
	}
	return time.Duration(max(0, to-from)) * time.Microsecond, true
}

// Spread is how long something took over many incidents: the median, and what nine of ten did not exceed.
type Spread struct {
	Count       int64
	Median, P90 time.Duration
}

// SpreadOf answers the spread of spans by the nearest rank. It sorts them.
func SpreadOf(spans []time.Duration) Spread {
	n := len(spans)
	if n == 0 {
		return Spread{}
	}
	slices.Sort(spans)
	rank := func(percent int) time.Duration { return spans[(n*percent+99)/100-1] }
	return Spread{Count: int64(n), Median: rank(50), P90: rank(90)}
}

// Statistics are the numbers over many incidents.
type Statistics struct {
	At     int64 // the instant of the counts, in microseconds
	Total  int64
	Open   int64
	Spans  []Spread // one for each of Measures
	Counts map[string]map[string]int64
	Duties []DutyShare
	// ActionsOpen and ActionsOverdue count corrective actions that are not carried out yet.
	ActionsOpen, ActionsOverdue int64
}

// What Statistics.Counts counts by. Open ones are those not closed.
const (
	ByPhase    = "open_by_phase"
	ByRating   = "open_by_rating"
	ByCategory = "category"
	ByEntity   = "entity"
	ByCause    = "cause"
	ByQuarter  = "quarter"
)

// DutyShare is how often duties of one rule were kept. Those whose time has not come, that have none, or that were replaced in time
// are in neither number.
type DutyShare struct {
	Rule, What   string
	OnTime, Late int64 // late: fulfilled after their time, or open past it
}

// AddShare adds duties of one rule. Those of one kind are put together: the rule of an answer or of an action also names which one it
// is.
func (s *Statistics) AddShare(d DutyShare) {
	rule, _, several := strings.Cut(d.Rule, ":")
	if words := sharedWords[rule]; several && words != "" {
		d.What = words
	}
	d.Rule = rule
	i, found := slices.BinarySearchFunc(s.Duties, d, func(a, b DutyShare) int { return strings.Compare(a.Rule, b.Rule) })
	switch {
	case found:
		x := &s.Duties[i]
		x.OnTime, x.Late, x.What = x.OnTime+d.OnTime, x.Late+d.Late, min(x.What, d.What)
	case d.OnTime+d.Late > 0:
		s.Duties = slices.Insert(s.Duties, i, d)
	}
}

var sharedWords = map[string]string{"action": "Complete corrective actions", "verify": "Verify corrective actions",
	"asked": "State what was asked for"}

// Share is the part that was on time, in percent; 0 where there is none at all.
func (d DutyShare) Share() float64 {
	if d.OnTime+d.Late == 0 {
		return 0
	}
	return 100 * float64(d.OnTime) / float64(d.OnTime+d.Late)
}

// Counter adds incidents up to Statistics.
type Counter struct {
	zone  *time.Location
	out   Statistics
	spans [][]time.Duration
}

// NewCounter begins to count. Quarters are those of the zone.
func NewCounter(zone *time.Location) *Counter {
	c := &Counter{zone: zone, spans: make([][]time.Duration, len(Measures))}
	c.out.Counts = map[string]map[string]int64{}
	for _, by := range []string{ByPhase, ByRating, ByCategory, ByEntity, ByCause, ByQuarter} {
		c.out.Counts[by] = map[string]int64{}
	}
	return c
}

// Add counts one incident. One of two categories counts in both.
func (c *Counter) Add(m MilestoneRow) {
	c.out.Total++
	if m.Status != part.StatusClosed {
		c.out.Open++
		c.out.Counts[ByPhase][m.Phase]++
		c.out.Counts[ByRating][string(m.Level)]++
	}
	for _, category := range strings.Split(m.Categories, ",") {
		c.out.Counts[ByCategory][category]++
	}
	c.out.Counts[ByEntity][m.Entity]++
	c.out.Counts[ByCause][m.Cause]++
	c.out.Counts[ByQuarter][Quarter(time.UnixMicro(m.Received).In(c.zone))]++
	for i, x := range Measures {
		if span, ok := x.Of(m); ok {
			c.spans[i] = append(c.spans[i], span)
		}
	}
}

// Result is what was counted.
func (c *Counter) Result() Statistics {
	for _, spans := range c.spans {
		c.out.Spans = append(c.out.Spans, SpreadOf(spans))
	}
	return c.out
}

// Quarter names the calendar quarter of a time in its zone: "2026-Q3".
func Quarter(t time.Time) string {
	return t.Format("2006-Q") + string(rune('1'+(int(t.Month())-1)/3))
}

// Cut chooses what is counted. Empty fields choose everything.
type Cut struct {
	Under        []string // entities; nil for all that may be seen
	From, Before int64    // of the receipt, in microseconds; 0 is no bound
	Level        policy.Level
	Category     string
}
