package policy

import (
	"time"

	"tocsin/internal/domain/calendar"
)

// Designations says by when an entity's designations of reporters are renewed and replaced.
type Designations struct {
	Title, Clause string
	Unverified    bool
	Change        string // the period for a change, in plain words

	change     period
	calendar   *calendar.Calendar
	month, day int // of the yearly confirmation; 0 for a year after each
}

// defaultChange holds where a pack says nothing: this program's own setting, no law.
var defaultChange = period{N: 10, Unit: businessDays}

func (c *checker) designations() Designations {
	d := c.doc.Designations
	if d == nil {
		return Designations{Title: "Designate reporters, and confirm each designation yearly", Clause: "configuration", Change: defaultChange.String(),
			change: defaultChange, calendar: c.pack.calendar}
	}
	r := c.rule("designations", d.ruleDoc)
	out := Designations{Title: r.title, Clause: r.clause, Unverified: r.unverified, Change: d.Change.String(), change: d.Change,
		calendar: c.pack.calendar, month: d.AttestMonth, day: d.AttestDay}
	if d.Calendar.S != "" {
		known, ok := c.pack.calendars[d.Calendar.S]
		if !ok {
			c.add(d.Calendar.Pos, "name a calendar of the pack", "there is no calendar %q", d.Calendar.S)
		}
		out.calendar = known
	}
	date := calendar.Date{Year: 2023, Month: time.Month(d.AttestMonth), Day: d.AttestDay} // a year without 29 February
	if (d.AttestMonth != 0 || d.AttestDay != 0) && (d.AttestMonth == 0 || d.AttestDay == 0 || date.AddDays(0) != date) {
		c.add(d.Pos, "write a month from 1 to 12 and a day that every year has", "attest_month and attest_day are no day of a year")
	}
	return out
}

// ChangeDue is by when the next designee is to be named after one is gone.
func (d Designations) ChangeDue(gone time.Time) time.Time {
	switch d.change.Unit {
	case businessDays:
		return d.calendar.EndOfBusinessDays(gone, d.change.N)
	case calendarDays:
		return d.calendar.CloseOn(calendar.DateOf(gone.In(d.calendar.Zone())).AddDays(d.change.N))
	}
	wait, _ := d.change.elapsed()
	return gone.Add(wait)
}

// AttestDue is by when a designation that was made or confirmed at an instant is to be confirmed again: the close of the pack's
// day of the year that comes next, or of the same day a year later.
func (d Designations) AttestDue(from time.Time) time.Time {
	date := calendar.DateOf(from.In(d.calendar.Zone()))
	if d.month == 0 {
		next := time.Date(date.Year+1, date.Month, date.Day, 0, 0, 0, 0, time.UTC)
		return d.calendar.CloseOn(calendar.DateOf(next))
	}
	due := calendar.Date{Year: date.Year, Month: time.Month(d.month), Day: d.day}
	if !date.Before(due) {
		due.Year++
	}
	return d.calendar.CloseOn(due)
}

// Warn is when a reminder of something due goes out: ten business days before.
func (d Designations) Warn(due time.Time) time.Time {
	return d.calendar.CloseOn(d.calendar.AddBusinessDays(calendar.DateOf(due.In(d.calendar.Zone())), -10))
}

// Today is the date in the zone in which the designations count.
func (d Designations) Today(now time.Time) string {
	return calendar.DateOf(now.In(d.calendar.Zone())).String()
}
