package calendar

import (
	"testing"
	"time"
)

func TestCadence(t *testing.T) {
	cal := office(t)
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, cal.Zone())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		name           string
		c              Cadence
		after          string
		want, from, to string
	}{
		{"the Monday to come", Cadence{Weekly, 1, 8}, "2026-06-18 10:00", "2026-06-22 08:00", "2026-06-15", "2026-06-21"},
		{"this very Monday, before the hour", Cadence{Weekly, 1, 8}, "2026-06-22 07:59", "2026-06-22 08:00", "2026-06-15", "2026-06-21"},
		{"and at the hour", Cadence{Weekly, 1, 8}, "2026-06-22 08:00", "2026-06-29 08:00", "2026-06-22", "2026-06-28"},
		{"a Sunday is put off to Monday", Cadence{Weekly, 7, 8}, "2026-06-18 10:00", "2026-06-22 08:00", "2026-06-08", "2026-06-14"},
		{"the first of the month", Cadence{Monthly, 1, 9}, "2026-06-18 10:00", "2026-07-01 09:00", "2026-06-01", "2026-06-30"},
		{"a Saturday into the next month", Cadence{Monthly, 28, 9}, "2026-02-27 10:00", "2026-03-02 09:00", "2026-01-01", "2026-01-31"},
		{"over the new year", Cadence{Quarterly, 5, 6}, "2026-10-06 10:00", "2027-01-05 06:00", "2026-10-01", "2026-12-31"},
	} {
		got := c.c.Next(at(c.after), cal)
		if !got.At.Equal(at(c.want)) || got.From.String() != c.from || got.To.String() != c.to {
			t.Errorf("%s: %s for %s to %s, want %s for %s to %s", c.name, got.At.In(cal.Zone()), got.From, got.To, c.want, c.from, c.to)
		}
	}
	for _, bad := range []Cadence{{"daily", 1, 1}, {Weekly, 8, 1}, {Monthly, 29, 1}, {Monthly, 0, 1}, {Quarterly, 1, 24}} {
		if bad.Check() == nil {
			t.Errorf("%+v passes", bad)
		}
	}
}

// Turns of one cadence follow each other without a period left out or reported twice.
func TestCadenceLeavesNoPeriodOut(t *testing.T) {
	cal := office(t)
	for _, c := range []Cadence{{Weekly, 6, 23}, {Monthly, 28, 0}, {Monthly, 1, 12}, {Quarterly, 28, 8}} {
		turn := c.Next(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), cal)
		for range 120 {
			next := c.Next(turn.At, cal)
			if next.From != turn.To.AddDays(1) || !next.At.After(turn.At) {
				t.Fatalf("%+v: %s to %s is followed by %s to %s", c, turn.From, turn.To, next.From, next.To)
			}
			turn = next
		}
	}
}
