package calendar

import (
	"fmt"
	"time"
)

// Shift says which day closes when a holiday falls on a Saturday or a Sunday.
type Shift string

// The shifts. There is no common rule: federal offices close on the Friday before a Saturday holiday, California and
// Massachusetts offices do not.
const (
	Stay      Shift = ""          // no other day closes
	Preceding Shift = "preceding" // the last weekday before
	Following Shift = "following" // the next weekday after
)

// Name is what a holiday is called, from a date on. The date of a holiday and its name change independently, so holidays
// are known by their id.
type Name struct {
	Text string
	From Date // zero: always
}

// Holiday is one rule for a day on which offices close, every year from FromYear to ToYear.
type Holiday struct {
	ID    string
	Names []Name // in order of From

	// Exactly one of three: a fixed date (Month, Day); the Nth Weekday of Month, or the last where Nth is -1; or Offset
	// days after the holiday whose ID is After.
	Month   time.Month
	Day     int
	Nth     int
	Weekday time.Weekday
	After   string
	Offset  int

	Saturday, Sunday Shift
	FromYear, ToYear int // 0: no limit. The year is that of the holiday's own date, before any shift.
}

// Closure is one day on which offices are closed for a holiday.
type Closure struct {
	Date    Date   // the day that is closed
	Actual  Date   // the holiday's own date
	Holiday string // its id
	Name    string // what it is called on that date
}

// validate says what is wrong with the rule; known holds the ids that After may name.
func (h Holiday) validate(known map[string]Holiday) error {
	for _, s := range []Shift{h.Saturday, h.Sunday} {
		if s != Stay && s != Preceding && s != Following {
			return fmt.Errorf("holiday %s: unknown shift %q", h.ID, s)
		}
	}
	switch {
	case h.ID == "":
		return fmt.Errorf("a holiday has no id")
	case len(h.Names) == 0 || h.Names[0].Text == "":
		return fmt.Errorf("holiday %s has no name", h.ID)
	case h.ToYear != 0 && h.ToYear < h.FromYear:
		return fmt.Errorf("holiday %s ends before it begins", h.ID)
	case h.After != "":
		base, ok := known[h.After]
		if !ok || base.After != "" {
			return fmt.Errorf("holiday %s counts from %q, which is no holiday of this calendar with a date of its own", h.ID, h.After)
		}
		return nil
	case h.Month < time.January || h.Month > time.December:
		return fmt.Errorf("holiday %s has no month", h.ID)
	case h.Nth != 0:
		if h.Nth < -1 || h.Nth > 4 {
			return fmt.Errorf("holiday %s: nth is 1 to 4, or -1 for the last", h.ID)
		}
	case h.Day < 1 || DateOf(Date{2024, h.Month, h.Day}.utc()).Month != h.Month:
		return fmt.Errorf("holiday %s: no such day in that month", h.ID)
	}
	return nil
}

// actual is the holiday's own date in a year; ok is false where there is none (out of its years, 29 February).
func (h Holiday) actual(year int, all map[string]Holiday) (d Date, ok bool) {
	if year < h.FromYear || (h.ToYear != 0 && year > h.ToYear) {
		return Date{}, false
	}
	switch {
	case h.After != "":
		base := all[h.After]
		base.FromYear, base.ToYear = 0, 0 // the day it counts from exists even where it is no holiday yet
		d, ok = base.actual(year, all)
		return d.AddDays(h.Offset), ok
	case h.Nth != 0:
		return nthWeekday(year, h.Month, h.Nth, h.Weekday), true
	}
	d = Date{year, h.Month, h.Day}
	return d, DateOf(d.utc()) == d
}

// observed is the day that closes for a holiday whose own date is d.
func (h Holiday) observed(d Date) Date {
	shift := Stay
	switch d.Weekday() {
	case time.Saturday:
		shift = h.Saturday
	case time.Sunday:
		shift = h.Sunday
	}
	step := map[Shift]int{Preceding: -1, Following: 1}[shift]
	if step == 0 {
		return d
	}
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.AddDays(step)
	}
	return d
}

// name is what the holiday is called on d.
func (h Holiday) name(d Date) string {
	text := h.Names[0].Text
	for _, n := range h.Names[1:] {
		if !d.Before(n.From) {
			text = n.Text
		}
	}
	return text
}

// nthWeekday is the nth weekday of a month, or the last one where nth is -1.
func nthWeekday(year int, month time.Month, nth int, day time.Weekday) Date {
	if nth < 0 {
		last := Date{year, month + 1, 1}.AddDays(-1) // month 13 is January of the next year
		return last.AddDays(-int((last.Weekday() - day + 7) % 7))
	}
	first := Date{year, month, 1}
	return first.AddDays(int((day-first.Weekday()+7)%7) + 7*(nth-1))
}
