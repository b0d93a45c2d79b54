package policy

import (
	"slices"
	"time"

	"tocsin/internal/domain/calendar"
)

// ContactHours is a contact with the spans of time in which it is the one to call, worked out beforehand: for a copy that
// answers "whom do I call now?" where neither the program nor its calendars can be reached. CA step 4.
type ContactHours struct {
	Contact
	// Spans are half-open, in minutes since 1970 UTC, in order and apart from each other.
	Spans [][2]int64 `json:"spans"`
}

// ContactTable works out the contacts of a period: inside it, a contact's spans hold an instant exactly where Contacts
// lists it. Opening hours are whole minutes, so nothing is rounded.
func (p *Pack) ContactTable(from, to time.Time) []ContactHours {
	out := make([]ContactHours, 0, len(p.contacts))
	for i := range p.contacts {
		c := &p.contacts[i]
		one := ContactHours{Contact: c.contact, Spans: [][2]int64{}}
		zone := c.calendar.Zone()
		last := calendar.DateOf(to.In(zone))
		for d := calendar.DateOf(from.In(zone)); !last.Before(d); d = d.AddDays(1) {
			for _, s := range c.spansOn(d) {
				one.add(clip(s, from, to))
			}
		}
		out = append(out, one)
	}
	return slices.Clip(out)
}

// spansOn says when on one date the contact is the one to call.
func (c *calling) spansOn(d calendar.Date) [][2]time.Time {
	if !c.holds(d) {
		return nil
	}
	zone := c.calendar.Zone()
	begin, end := d.At(0, zone), d.AddDays(1).At(0, zone)
	opens, closes := c.calendar.OpenOn(d), c.calendar.CloseOn(d)
	business := c.calendar.IsBusinessDay(d)
	switch {
	case c.hours == "any" || c.hours != "business" && !business:
		return [][2]time.Time{{begin, end}}
	case c.hours != "business":
		return [][2]time.Time{{begin, opens}, {closes, end}}
	case business:
		return [][2]time.Time{{opens, closes}}
	}
	return nil
}

func clip(s [2]time.Time, from, to time.Time) [2]int64 {
	minute := func(t time.Time) int64 { return t.Unix() / 60 }
	return [2]int64{max(minute(s[0]), minute(from)), min(minute(s[1]), minute(to))}
}

// add appends a span, or lengthens the last one where they touch.
func (h *ContactHours) add(s [2]int64) {
	if s[0] >= s[1] {
		return
	}
	if n := len(h.Spans); n > 0 && h.Spans[n-1][1] == s[0] {
		h.Spans[n-1][1] = s[1]
		return
	}
	h.Spans = append(h.Spans, s)
}
