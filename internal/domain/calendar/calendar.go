package calendar

import (
	"fmt"
	"slices"
	"time"
)

// Spec is what a calendar is made from.
type Spec struct {
	ID       string
	Title    string
	Zone     *time.Location
	Workdays []time.Weekday
	// Open and Close are minutes after midnight on the wall clock in Zone; a business day's hours are Open <= t < Close.
	Open, Close int
	Holidays    []Holiday
}

// Calendar answers for one kind of office. It never changes and is safe for concurrent use.
type Calendar struct {
	spec     Spec
	workday  [7]bool
	holidays map[string]Holiday
	closed   []bool // by day from tableFrom, so that counting does not work out holidays again and again
}

// The years for which closures are worked out beforehand; outside them they are worked out when asked.
const (
	tableFromYear = 2000
	tableToYear   = 2099
)

var tableFrom = Date{tableFromYear, time.January, 1}.number()

// maxHolidays bounds a calendar so that there always is a next business day.
const maxHolidays = 100

// New checks a Spec and makes the calendar.
func New(s Spec) (*Calendar, error) {
	c := &Calendar{spec: s, holidays: make(map[string]Holiday, len(s.Holidays))}
	switch {
	case s.ID == "":
		return nil, fmt.Errorf("the calendar has no id")
	case s.Zone == nil:
		return nil, fmt.Errorf("calendar %s has no time zone", s.ID)
	case len(s.Workdays) == 0:
		return nil, fmt.Errorf("calendar %s has no working day", s.ID)
	case s.Open < 0 || s.Close > 24*60 || s.Open >= s.Close:
		return nil, fmt.Errorf("calendar %s: it must open before it closes, within one day", s.ID)
	case len(s.Holidays) > maxHolidays:
		return nil, fmt.Errorf("calendar %s has more than %d holidays", s.ID, maxHolidays)
	}
	for _, d := range s.Workdays {
		c.workday[d] = true
	}
	for _, h := range s.Holidays {
		if _, twice := c.holidays[h.ID]; twice {
			return nil, fmt.Errorf("holiday %s is there twice", h.ID)
		}
		c.holidays[h.ID] = h
	}
	for _, h := range s.Holidays {
		if err := h.validate(c.holidays); err != nil {
			return nil, err
		}
	}
	c.fill()
	return c, nil
}

// fill works out the table of closed days.
func (c *Calendar) fill() {
	last := Date{tableToYear, time.December, 31}.number()
	c.closed = make([]bool, last-tableFrom+1)
	for i := range c.closed {
		c.closed[i] = !c.workday[(int(time.Saturday)+i)%7] // 1 January 2000 was a Saturday
	}
	// One year more on each side: 1 January may close 31 December before it, and the other way round.
	for year := tableFromYear - 1; year <= tableToYear+1; year++ {
		for _, cl := range c.ofYear(year) {
			if n := cl.Date.number(); n >= tableFrom && n <= last {
				c.closed[n-tableFrom] = true
			}
		}
	}
}

// ofYear lists the closures whose own date lies in the year, in the order of the Spec.
func (c *Calendar) ofYear(year int) []Closure {
	out := make([]Closure, 0, len(c.spec.Holidays))
	for _, h := range c.spec.Holidays {
		if actual, ok := h.actual(year, c.holidays); ok {
			d := h.observed(actual)
			out = append(out, Closure{Date: d, Actual: actual, Holiday: h.ID, Name: h.name(actual)})
		}
	}
	return out
}

// ID is the calendar's id, such as "ca-state-offices".
func (c *Calendar) ID() string { return c.spec.ID }

// Title is its name in plain words.
func (c *Calendar) Title() string { return c.spec.Title }

// Zone is where its wall clock stands.
func (c *Calendar) Zone() *time.Location { return c.spec.Zone }

// Closures lists the working days of a year on which offices are closed for a holiday, in order of date. A holiday on a
// Saturday that closes no Friday is not among them: nobody would have worked.
func (c *Calendar) Closures(year int) []Closure {
	var out []Closure
	for y := year - 1; y <= year+1; y++ {
		for _, cl := range c.ofYear(y) {
			if cl.Date.Year == year && c.workday[cl.Date.Weekday()] {
				out = append(out, cl)
			}
		}
	}
	slices.SortFunc(out, func(a, b Closure) int { return a.Date.Compare(b.Date) })
	return out
}

// ClosureOn is the holiday for which offices are closed on d, if there is one.
func (c *Calendar) ClosureOn(d Date) (Closure, bool) {
	for _, cl := range c.Closures(d.Year) {
		if cl.Date == d {
			return cl, true
		}
	}
	return Closure{}, false
}

// IsBusinessDay says that offices are open on d.
func (c *Calendar) IsBusinessDay(d Date) bool {
	if n := d.number() - tableFrom; n >= 0 && n < len(c.closed) {
		return !c.closed[n]
	}
	if !c.workday[d.Weekday()] {
		return false
	}
	_, closed := c.ClosureOn(d)
	return !closed
}
