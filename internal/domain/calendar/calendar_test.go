package calendar

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// zone fails the test where the zone is unknown; the test binary carries its own zone data.
func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

func named(s string) []Name { return []Name{{Text: s}} }

// office is a made-up office that has every kind of rule.
func office(t testing.TB) *Calendar {
	t.Helper()
	c, err := New(Spec{
		ID: "office", Title: "An office", Zone: zone(t, "America/Los_Angeles"), Workdays: weekdays, Open: 8 * 60, Close: 17 * 60,
		Holidays: []Holiday{
			{ID: "new-year", Names: named("New Year's Day"), Month: 1, Day: 1, Sunday: Following, Saturday: Preceding},
			{ID: "march", Names: []Name{{Text: "Old Name"}, {Text: "New Name", From: Date{2026, 3, 26}}}, Month: 3, Day: 31, Sunday: Following},
			{ID: "memorial", Names: named("Memorial Day"), Month: 5, Nth: -1, Weekday: time.Monday},
			{ID: "veterans", Names: named("Veterans Day"), Month: 11, Day: 11, Sunday: Following, Saturday: Preceding},
			{ID: "thanksgiving", Names: named("Thanksgiving"), Month: 11, Nth: 4, Weekday: time.Thursday},
			{ID: "day-after", Names: named("Day after"), After: "thanksgiving", Offset: 1, FromYear: 2025},
			{ID: "leap", Names: named("Leap Day"), Month: 2, Day: 29},
			{ID: "once", Names: named("Day of mourning"), Month: 1, Day: 9, FromYear: 2025, ToYear: 2025},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClosures(t *testing.T) {
	c := office(t)
	for year, want := range map[int]string{
		2025: "2025-01-01 2025-01-09 2025-03-31 2025-05-26 2025-11-11 2025-11-27 2025-11-28",
		// New Year's Day 2028 is a Saturday and closes the Friday before it, in the year before.
		2027: "2027-01-01 2027-03-31 2027-05-31 2027-11-11 2027-11-25 2027-11-26 2027-12-31",
		2028: "2028-02-29 2028-03-31 2028-05-29 2028-11-10 2028-11-23 2028-11-24",
		2030: "2030-01-01 2030-04-01 2030-05-27 2030-11-11 2030-11-28 2030-11-29",
		2024: "2024-01-01 2024-02-29 2024-05-27 2024-11-11 2024-11-28", // 31 March is a Sunday: 1 April
		1999: "1999-01-01 1999-03-31 1999-05-31 1999-11-11 1999-11-25 1999-12-31",
		2100: "2100-01-01 2100-03-31 2100-05-31 2100-11-11 2100-11-25 2100-11-26 2100-12-31", // no leap year, beyond the table
	} {
		if year == 2024 {
			want = strings.Replace(want, "2024-05", "2024-04-01 2024-05", 1)
		}
		var got []string
		for _, cl := range c.Closures(year) {
			got = append(got, cl.Date.String())
			if c.IsBusinessDay(cl.Date) {
				t.Errorf("%s is a closure and a business day", cl.Date)
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%d: %s", year, diff)
		}
	}
}

func TestNamesChangeByDate(t *testing.T) {
	c := office(t)
	for date, want := range map[Date]string{{2025, 3, 31}: "Old Name", {2026, 3, 31}: "New Name", {2030, 4, 1}: "New Name"} {
		if got, ok := c.ClosureOn(date); !ok || got.Name != want || got.Holiday != "march" {
			t.Errorf("%s: %+v, want %s", date, got, want)
		}
	}
}

func TestCounting(t *testing.T) {
	c := office(t)
	for _, tc := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-25", 1, "2026-11-30"}, // over Thanksgiving and the day after
		{"2026-11-26", 1, "2026-11-30"},
		{"2026-11-27", 0, "2026-11-30"}, // a holiday and n = 0
		{"2026-11-30", 0, "2026-11-30"},
		{"2026-11-30", -1, "2026-11-25"},
		{"2026-11-28", -1, "2026-11-25"},
		{"2026-12-31", 1, "2027-01-04"},
		{"2027-12-30", 1, "2028-01-03"}, // 31 December is closed for New Year's Day 2028
	} {
		from, err := ParseDate(tc.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.AddBusinessDays(from, tc.n).String(); got != tc.want {
			t.Errorf("%s + %d = %s, want %s", tc.from, tc.n, got, tc.want)
		}
	}
}

func TestHours(t *testing.T) {
	c := office(t)
	for at, want := range map[string]bool{
		"2026-11-25T07:59:59-08:00": false,
		"2026-11-25T08:00:00-08:00": true,
		"2026-11-25T16:59:59-08:00": true,
		"2026-11-25T17:00:00-08:00": false,
		"2026-11-26T10:00:00-08:00": false, // Thanksgiving
		"2026-11-28T10:00:00-08:00": false, // Saturday
		"2026-11-25T16:30:00Z":      true,  // 08:30 in Los Angeles
		"2026-03-09T15:30:00Z":      true,  // 08:30 on the first day of summer time
		"2026-03-06T15:30:00Z":      false, // 07:30 on the last of winter time
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.InHours(when); got != want {
			t.Errorf("%s: %v", at, got)
		}
	}
}

func TestEndOfBusinessDaysOverClockChange(t *testing.T) {
	c := office(t)
	for from, want := range map[string]string{
		"2026-03-06T12:00:00-08:00": "2026-03-09T17:00:00-07:00", // over the spring change
		"2026-10-30T12:00:00-07:00": "2026-11-02T17:00:00-08:00", // over the autumn change
		"2026-11-30T23:30:00-08:00": "2026-12-01T17:00:00-08:00", // after closing time: still that date
		"2026-12-01T07:30:00Z":      "2026-12-01T17:00:00-08:00", // the same instant in UTC: 30 November in Los Angeles
	} {
		at, err := time.Parse(time.RFC3339, from)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.EndOfBusinessDays(at, 1).Format(time.RFC3339); got != want {
			t.Errorf("%s: %s, want %s", from, got, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	good := Spec{ID: "x", Zone: time.UTC, Workdays: weekdays, Open: 480, Close: 1020}
	day := Holiday{ID: "a", Names: named("A"), Month: 1, Day: 1}
	for name, spoil := range map[string]func(*Spec){
		"has no id":          func(s *Spec) { s.ID = "" },
		"no time zone":       func(s *Spec) { s.Zone = nil },
		"no working day":     func(s *Spec) { s.Workdays = nil },
		"open before":        func(s *Spec) { s.Open = 1020 },
		"more than 100":      func(s *Spec) { s.Holidays = make([]Holiday, 101) },
		"there twice":        func(s *Spec) { s.Holidays = []Holiday{day, day} },
		"a holiday has no":   func(s *Spec) { s.Holidays = []Holiday{{}} },
		"has no name":        func(s *Spec) { s.Holidays = []Holiday{{ID: "b"}} },
		"no such day":        func(s *Spec) { s.Holidays = []Holiday{{ID: "b", Names: named("B"), Month: 2, Day: 30}} },
		"has no month":       func(s *Spec) { s.Holidays = []Holiday{{ID: "b", Names: named("B"), Day: 30}} },
		"nth is 1 to 4":      func(s *Spec) { s.Holidays = []Holiday{{ID: "b", Names: named("B"), Month: 2, Nth: 5}} },
		"no holiday of this": func(s *Spec) { s.Holidays = []Holiday{{ID: "b", Names: named("B"), After: "c"}} },
		"unknown shift":      func(s *Spec) { s.Holidays = []Holiday{{ID: "b", Names: named("B"), Month: 1, Day: 1, Sunday: "up"}} },
		"ends before": func(s *Spec) {
			s.Holidays = []Holiday{{ID: "b", Names: named("B"), Month: 1, Day: 1, FromYear: 2, ToYear: 1}}
		},
	} {
		s := good
		spoil(&s)
		if _, err := New(s); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q, got %v", name, err)
		}
	}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
	if _, err := ParseDate("2026-02-30"); err == nil {
		t.Error("30 February was accepted")
	}
}

// Counting n business days passes over exactly n of them, ends on one, and counting back undoes it.
func TestCountingProperties(t *testing.T) {
	c := office(t)
	rapid.Check(t, func(t *rapid.T) {
		from := Date{2000, 1, 1}.AddDays(rapid.IntRange(-2000, 40000).Draw(t, "day"))
		n := rapid.IntRange(1, 60).Draw(t, "n")
		end := c.AddBusinessDays(from, n)
		if !c.IsBusinessDay(end) || !from.Before(end) {
			t.Fatalf("%s + %d = %s is no later business day", from, n, end)
		}
		passed := 0
		for d := from.AddDays(1); !end.Before(d); d = d.AddDays(1) {
			if c.IsBusinessDay(d) {
				passed++
			}
		}
		if passed != n {
			t.Fatalf("%s + %d = %s passes over %d", from, n, end, passed)
		}
		if c.AddBusinessDays(end, -n).Compare(c.AddBusinessDays(from, 0)) > 0 {
			t.Fatalf("%s + %d - %d is later than it began", from, n, n)
		}
		if c.AddBusinessDays(from, n+1).Compare(c.NextBusinessDay(end)) != 0 {
			t.Fatal("n + 1 is not the business day after n")
		}
	})
}

// The table and the rules agree, and what is due at the end of a business day is due in no opening hour.
func TestTableAgreesWithRules(t *testing.T) {
	c := office(t)
	for d := (Date{1999, 12, 1}); d.Year < 2101; d = d.AddDays(1) {
		_, holiday := c.ClosureOn(d)
		want := c.workday[d.Weekday()] && !holiday
		if d.Year%9 == 0 && c.IsBusinessDay(d) != want {
			t.Fatalf("%s: business day %v, want %v", d, c.IsBusinessDay(d), want)
		}
		if d.Year%9 != 0 {
			d = Date{d.Year, 12, 31}
		}
	}
	end := c.CloseOn(Date{2026, 11, 25})
	if c.InHours(end) || !c.InHours(end.Add(-time.Second)) || !c.InHours(c.OpenOn(Date{2026, 11, 25})) {
		t.Error("hours must include opening and exclude closing time")
	}
	if got, want := c.Hours(), "08:00 to 17:00 on business days, America/Los_Angeles"; got != want {
		t.Error(got)
	}
}

func BenchmarkTenBusinessDays(b *testing.B) {
	c := office(b)
	at := time.Date(2026, 6, 18, 20, 0, 0, 0, time.UTC)
	for b.Loop() {
		c.EndOfBusinessDays(at, 10)
	}
}

func ExampleCalendar_EndOfBusinessDays() {
	c, _ := New(Spec{ID: "plain", Zone: time.UTC, Workdays: weekdays, Open: 8 * 60, Close: 17 * 60})
	fmt.Println(c.EndOfBusinessDays(time.Date(2026, 6, 18, 20, 0, 0, 0, time.UTC), 10))
	// Output: 2026-07-02 17:00:00 +0000 UTC
}
