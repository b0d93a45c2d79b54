package calendar

import (
	"fmt"
	"time"
)

// How often something regular falls.
const (
	Weekly    = "weekly"
	Monthly   = "monthly"
	Quarterly = "quarterly"
)

// Cadences lists them once.
var Cadences = []string{Weekly, Monthly, Quarterly}

// Cadence is when something regular falls: on a day of the week (1 is Monday), or of the month, or of the first month of the quarter, at
// a full hour; where offices are closed that day, on the next business day.
type Cadence struct {
	Every     string
	Day, Hour int
}

// Turn is one time that a cadence falls on, with the period that it reports: the last whole week, month or quarter before it.
type Turn struct {
	At       time.Time
	From, To Date // the last day is part of it
}

// Check says what is wrong with a cadence; nil where nothing is.
func (c Cadence) Check() error {
	last := map[string]int{Weekly: 7, Monthly: 28, Quarterly: 28}[c.Every]
	switch {
	case last == 0:
		return fmt.Errorf("%q is no cadence", c.Every)
	case c.Day < 1 || c.Day > last:
		return fmt.Errorf("the day is 1 to %d", last)
	case c.Hour < 0 || c.Hour > 23:
		return fmt.Errorf("the hour is 0 to 23")
	}
	return nil
}

// Next is the first turn after an instant, in the calendar's zone and by its business days.
func (c Cadence) Next(after time.Time, cal *Calendar) Turn {
	start := c.periodOf(DateOf(after.In(cal.Zone())))
	// The turn of the period before can still be to come, where it was put off to a business day of this one.
	for p := c.before(start); ; p = c.following(p) {
		day := p.AddDays(c.Day - 1)
		if !cal.IsBusinessDay(day) {
			day = cal.NextBusinessDay(day)
		}
		if at := day.At(c.Hour*60, cal.Zone()); at.After(after) {
			return Turn{At: at, From: c.before(p), To: p.AddDays(-1)}
		}
	}
}

// periodOf is the first day of the period that a day is in.
func (c Cadence) periodOf(d Date) Date {
	switch c.Every {
	case Weekly:
		return d.AddDays(-((int(d.Weekday()) + 6) % 7))
	case Monthly:
		return Date{d.Year, d.Month, 1}
	}
	return Date{d.Year, (d.Month-1)/3*3 + 1, 1}
}

func (c Cadence) before(start Date) Date { return c.periodOf(start.AddDays(-1)) }

func (c Cadence) following(start Date) Date {
	return c.periodOf(start.AddDays(map[string]int{Weekly: 7, Monthly: 31, Quarterly: 92}[c.Every]))
}
