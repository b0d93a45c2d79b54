package calendar

import (
	"fmt"
	"time"
)

// NextBusinessDay is the first business day after d, never d itself.
func (c *Calendar) NextBusinessDay(d Date) Date { return c.AddBusinessDays(d, 1) }

// AddBusinessDays is the nth business day after d: d itself is left out, the last day counts, and d need not be a
// business day. A negative n counts backwards in the same way. With n = 0 it is d, or the next business day where d is none.
func (c *Calendar) AddBusinessDays(d Date, n int) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	if n == 0 && c.IsBusinessDay(d) {
		return d
	}
	for n = max(n, 1); n > 0; {
		d = d.AddDays(step)
		if c.IsBusinessDay(d) {
			n--
		}
	}
	return d
}

// OpenOn is the instant at which offices open, or would open, on d.
func (c *Calendar) OpenOn(d Date) time.Time { return d.At(c.spec.Open, c.spec.Zone) }

// CloseOn is the instant at which offices close, or would close, on d. Periods in business days end here.
func (c *Calendar) CloseOn(d Date) time.Time { return d.At(c.spec.Close, c.spec.Zone) }

// EndOfBusinessDays is the instant at which a period of n business days ends that was set off at t: the close of the nth
// business day after the date that t has in the calendar's zone. The hour of t does not matter: what happens after
// closing time still happens on that date.
func (c *Calendar) EndOfBusinessDays(t time.Time, n int) time.Time {
	return c.CloseOn(c.AddBusinessDays(DateOf(t.In(c.spec.Zone)), n))
}

// InHours says that t falls into opening hours: on a business day, from opening up to but not at closing time.
func (c *Calendar) InHours(t time.Time) bool {
	local := t.In(c.spec.Zone)
	minute := local.Hour()*60 + local.Minute()
	return minute >= c.spec.Open && minute < c.spec.Close && c.IsBusinessDay(DateOf(local))
}

// Hours says when offices are open, in plain words: "08:00 to 17:00 on business days, America/Los_Angeles".
func (c *Calendar) Hours() string {
	return fmt.Sprintf("%02d:%02d to %02d:%02d on business days, %s", c.spec.Open/60, c.spec.Open%60, c.spec.Close/60, c.spec.Close%60, c.spec.Zone)
}
