package policy

import (
	"time"

	"tocsin/internal/domain/calendar"
)

// clock turns an event's instant into the instants of a duty.
//
// Hours and minutes are elapsed time, whatever the wall clock does meanwhile. A period in business days leaves out the
// date of the event in the calendar's zone, counts the last day, and ends when offices close on it; an event after closing
// time still counts as of its date, which is the stricter reading where no text says otherwise. A period in calendar
// days ends at midnight after its last day and is not moved off a weekend. "At once" is the event's own instant.
type clock struct {
	due, warn, escalate period
	calendar            *calendar.Calendar
	escalateTo          Recipient
}

func (c *checker) clock(d clockDoc) clock {
	k := clock{due: d.Due, warn: d.Warn, escalate: d.Escalate, calendar: c.calendar(d.Calendar), escalateTo: c.recipient(d.EscalateTo, false)}
	switch {
	case d.Due.Unit == noPeriod && (d.Warn.Unit != noPeriod || d.Escalate.Unit != noPeriod):
		c.add(d.Warn.orElse(d.Escalate).Pos, "add due, or leave these out", "a rule that sets no time has nothing to warn before or escalate after")
	case (d.Escalate.Unit != noPeriod) != (k.escalateTo != Recipient{}):
		c.add(d.Escalate.orElse(d.Due).Pos, "give both escalate_after and escalate_to, or neither", "an escalation needs a time and a person")
	}
	return k
}

func (p period) orElse(q period) period {
	if p.Unit == noPeriod {
		return q
	}
	return p
}

// after is the end of the period that begins at t; zero where there is no period.
func (k *clock) after(t time.Time, p period) time.Time {
	if d, ok := p.elapsed(); ok {
		return t.Add(d)
	}
	local := calendar.DateOf(t.In(k.calendar.Zone()))
	switch p.Unit {
	case businessDays:
		return k.calendar.EndOfBusinessDays(t, p.N)
	case calendarDays:
		return local.AddDays(p.N+1).At(0, k.calendar.Zone())
	}
	return time.Time{}
}

// before is the instant a period ahead of t; whole days keep to closing time and midnight as after does.
func (k *clock) before(t time.Time, p period) time.Time {
	if d, ok := p.elapsed(); ok {
		return t.Add(-d)
	}
	local := calendar.DateOf(t.In(k.calendar.Zone()))
	switch p.Unit {
	case businessDays:
		return k.calendar.CloseOn(k.calendar.AddBusinessDays(local, -p.N))
	case calendarDays:
		return local.AddDays(-p.N).At(0, k.calendar.Zone())
	}
	return time.Time{}
}

// apply sets the instants of a duty that begins at start. A warning never comes before the beginning.
func (k *clock) apply(d *Duty, start time.Time) {
	if k.due.Unit == noPeriod {
		return
	}
	d.Due = k.after(start, k.due).UTC()
	d.Clock = k.due.String()
	if k.due.Unit == businessDays || k.due.Unit == calendarDays {
		d.Calendar = k.calendar.ID()
		d.Clock += " (" + d.Calendar + ")"
	}
	if k.warn.Unit != noPeriod {
		d.Warn = k.before(d.Due, k.warn).UTC()
		if d.Warn.Before(start) {
			d.Warn = time.Time{}
		}
	}
	if k.escalate.Unit != noPeriod {
		d.Escalate = k.after(d.Due, k.escalate).UTC()
		d.EscalateTo = k.escalateTo
	}
}
