package policy

import "time"

// Retention says how long information on an incident is kept from its closing on. MA 6.7.5, MA 6.3.1.1.7
type Retention struct {
	Years  int // 0 where the pack sets no time
	Title  string
	Clause string
	zone   *time.Location
}

// KeepUntil is the first instant at which information on an incident that was closed at an instant need no longer be kept: the
// beginning of the day after the last one, in the zone of the pack's calendar. ok is false while nothing is closed, and where the
// pack sets no time.
func (r Retention) KeepUntil(closed time.Time) (at time.Time, ok bool) {
	if r.Years == 0 || closed.IsZero() {
		return time.Time{}, false
	}
	y, m, d := closed.In(r.zone).Date()
	if day := time.Date(y+r.Years, m, d, 0, 0, 0, 0, r.zone).Day(); day != d { // 29 February: what would be that day is 1 March, the day after the last
		return time.Date(y+r.Years, m, d, 0, 0, 0, 0, r.zone).UTC(), true
	}
	return time.Date(y+r.Years, m, d+1, 0, 0, 0, 0, r.zone).UTC(), true
}

// Retention is how long information on incidents is kept.
func (p *Pack) Retention() Retention { return p.retention }

type retentionDoc struct {
	ruleDoc
	Years int `yaml:"years" required:"true" doc:"How many years from the closing of an incident, at least."`
}

func (c *checker) retention() Retention {
	d := c.doc.Retention
	if d == nil {
		return Retention{}
	}
	r := c.rule("retention", d.ruleDoc)
	if d.Years < 1 || d.Years > 100 {
		c.add(d.Pos, "give whole years, at most 100", "information is kept for a year at least")
	}
	out := Retention{Years: d.Years, Title: r.title, Clause: r.clause, zone: time.UTC}
	if c.pack.calendar != nil {
		out.zone = c.pack.calendar.Zone()
	}
	return out
}
