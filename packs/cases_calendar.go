package packs

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/policy"
)

// calendarCase is what a calendar of the pack must say.
type calendarCase struct {
	Calendar string              `yaml:"calendar" required:"true"`
	Closures map[string][]string `yaml:"closures"` // year: "2026-07-03 Name", all of the year in order
	Open     []string            `yaml:"open"`     // dates that are business days
	Closed   []string            `yaml:"closed"`   // dates that are none
	Next     map[string]string   `yaml:"next"`     // date: next business day
	InHours  []string            `yaml:"in_hours"` // instants
	OffHours []string            `yaml:"off_hours"`
	Periods  []wantPeriod        `yaml:"periods"`
}

// wantPeriod is a period in business days and the instant at which it ends.
type wantPeriod struct {
	From string `yaml:"from" required:"true"`
	Days int    `yaml:"business_days" required:"true"`
	Ends string `yaml:"ends" required:"true"`
}

func (c *oneCase) calendar(src []byte) {
	var w calendarCase
	if err := policy.DecodeStrict(c.section("calendar"), src, &w); err != nil {
		c.fail("%v", err)
		return
	}
	cal, ok := c.pack.CalendarByID(w.Calendar)
	if !ok {
		c.fail("the pack has no calendar %s", w.Calendar)
		return
	}
	for year, want := range w.Closures {
		c.closures(cal, year, want)
	}
	for _, d := range w.Open {
		if !cal.IsBusinessDay(c.date(d)) {
			c.fail("%s is no business day", d)
		}
	}
	for _, d := range w.Closed {
		if cal.IsBusinessDay(c.date(d)) {
			c.fail("%s is a business day", d)
		}
	}
	for from, want := range w.Next {
		c.equal("business day after "+from, want, cal.NextBusinessDay(c.date(from)).String())
	}
	c.hours(cal, w)
}

func (c *oneCase) closures(cal *calendar.Calendar, year string, want []string) {
	y, err := strconv.Atoi(year)
	if err != nil {
		c.fail("closures: %q is no year", year)
		return
	}
	var got []string
	for _, cl := range cal.Closures(y) {
		got = append(got, fmt.Sprintf("%s %s", cl.Date, cl.Name))
	}
	c.equal("closures of "+year, strings.Join(want, "\n"), strings.Join(got, "\n"))
}

func (c *oneCase) hours(cal *calendar.Calendar, w calendarCase) {
	for _, at := range w.InHours {
		if !cal.InHours(c.time(at)) {
			c.fail("%s is not in hours", at)
		}
	}
	for _, at := range w.OffHours {
		if cal.InHours(c.time(at)) {
			c.fail("%s is in hours", at)
		}
	}
	for _, p := range w.Periods {
		c.instant(fmt.Sprintf("%d business days from %s", p.Days, p.From), p.Ends, cal.EndOfBusinessDays(c.time(p.From), p.Days))
	}
}

func (c *oneCase) date(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		c.fail("%v", err)
	}
	return d
}

func (c *oneCase) time(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		c.fail("%q is no time", s)
	}
	return t
}
