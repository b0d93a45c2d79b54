// Package calendar counts business days: which days an office is closed, in which hours it is open, which business day
// comes next, and the instant at which a period that is counted in business days ends. Holidays are data. A calendar is
// always a named one, because the same date is a working day in one office and a holiday in the next.
package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a day in the civil calendar, without zone. The zero Date is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the date that the wall clock of t's own location shows.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads "2026-11-26". A day that does not exist is an error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date such as 2026-11-26", s)
	}
	return DateOf(t), nil
}

// String gives the date as ISO 8601 writes it.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// IsZero says that d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// AddDays is the date n days later, or earlier where n is negative.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// Compare is negative where d comes before e, zero where they are the same and positive where d comes after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Before says that d comes before e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// At is the instant at which the wall clock in zone shows minute minutes after midnight of d. Where that wall time does
// not exist or exists twice because the clocks change, time.Date's choice holds.
func (d Date) At(minute int, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, minute/60, minute%60, 0, 0, zone)
}

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// number counts days from 1 January 1970.
func (d Date) number() int { return int(d.utc().Unix() / 86400) }
