package policy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/domain/calendar"
)

// period is a length of time as a pack writes it: "at once", "30 minutes", "4 hours", "10 business days", "60 calendar days".
// Hours and minutes are elapsed time; days of either kind end at an hour of their own (see clock.go).
type period struct {
	Pos
	N    int
	Unit unit
}

type unit string

const (
	noPeriod     unit = ""
	atOnce       unit = "at once"
	minutes      unit = "minutes"
	hours        unit = "hours"
	calendarDays unit = "calendar days"
	businessDays unit = "business days"
)

// maxPeriod bounds the number in a period.
const maxPeriod = 10000

var errPeriod = errors.New(`write "at once", or a number from 1 to 10000 with minutes, hours, calendar days or business days, such as "10 business days"`)

func (p *period) scan(s string) error {
	if s == string(atOnce) {
		p.Unit = atOnce
		return nil
	}
	number, rest, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > maxPeriod || number[0] == '+' {
		return errPeriod
	}
	for _, u := range []unit{minutes, hours, calendarDays, businessDays} {
		if rest == string(u) || (n == 1 && rest+"s" == string(u)) {
			p.N, p.Unit = n, u
			return nil
		}
	}
	return errPeriod
}

func (*period) schema() map[string]any {
	return map[string]any{"type": "string", "pattern": `^(at once|[1-9][0-9]{0,4} (minute|hour|calendar day|business day)s?)$`,
		"description": "A length of time. Hours and minutes are elapsed time; business days count in a named calendar, without the first day and with the last."}
}

// String writes the period in plain words; it is empty where there is none.
func (p period) String() string {
	switch {
	case p.Unit == noPeriod || p.Unit == atOnce:
		return string(p.Unit)
	case p.N == 1:
		return "1 " + strings.TrimSuffix(string(p.Unit), "s")
	}
	return fmt.Sprintf("%d %s", p.N, p.Unit)
}

// elapsed is the period as a duration; ok is false for days, whose length depends on where they fall.
func (p period) elapsed() (d time.Duration, ok bool) {
	switch p.Unit {
	case atOnce:
		return 0, true
	case minutes:
		return time.Duration(p.N) * time.Minute, true
	case hours:
		return time.Duration(p.N) * time.Hour, true
	}
	return 0, false
}

// day is a date in a pack.
type day struct {
	Pos
	Date calendar.Date
}

func (d *day) scan(s string) (err error) {
	d.Date, err = calendar.ParseDate(s)
	return err
}

func (*day) schema() map[string]any { return map[string]any{"type": "string", "format": "date"} }

// String is empty for no date.
func (d day) String() string {
	if d.Date.IsZero() {
		return ""
	}
	return d.Date.String()
}

// clockTime is an hour of the day, "08:45", in minutes after midnight.
type clockTime struct {
	Pos
	Minute int
}

func (c *clockTime) scan(s string) error {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return fmt.Errorf("%q is no time of day such as 08:45", s)
	}
	c.Minute = t.Hour()*60 + t.Minute()
	return nil
}

func (*clockTime) schema() map[string]any {
	return map[string]any{"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
}

// instant is a point in time with its offset; facts carry it, packs do not.
type instant struct {
	Pos
	T time.Time
}

func (i *instant) scan(s string) (err error) {
	if i.T, err = time.Parse(time.RFC3339, s); err != nil {
		return fmt.Errorf("%q is no time with an offset such as 2026-11-21T14:05:00-08:00", s)
	}
	return nil
}

func (*instant) schema() map[string]any {
	return map[string]any{"type": "string", "format": "date-time"}
}

// weekday is "monday" to "sunday".
type weekday struct {
	Pos
	D time.Weekday
}

var weekdayNames = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

func (w *weekday) scan(s string) error {
	for i, name := range weekdayNames {
		if s == name {
			w.D = time.Weekday(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no day of the week; %s", s, oneOf(s, weekdayNames))
}

func (*weekday) schema() map[string]any {
	return map[string]any{"type": "string", "enum": weekdayNames}
}
