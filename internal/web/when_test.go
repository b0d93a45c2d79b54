package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/web/page"
)

func TestSpan(t *testing.T) {
	cases := map[time.Duration]string{
		0: "less than a minute", 59 * time.Second: "less than a minute", time.Minute: "1 min", 59*time.Minute + 59*time.Second: "59 min",
		time.Hour: "1 h", 3*time.Hour + 20*time.Minute: "3 h 20 min", 24*time.Hour - time.Second: "23 h 59 min", 24 * time.Hour: "1 day 0 h",
		47 * time.Hour: "1 day 23 h", 48 * time.Hour: "2 days", 10*24*time.Hour + time.Hour: "10 days",
	}
	for d, want := range cases {
		if got := page.Span(d); got != want {
			t.Errorf("span(%v) = %q, want %q", d, got, want)
		}
	}
	c := page.Clock{ReadAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for d, want := range map[time.Duration]string{-time.Second: "overdue by less than a minute", 0: "due now", time.Hour: "due in 1 h", -49 * time.Hour: "overdue by 2 days"} {
		if got := c.Left(c.ReadAt.Add(d)); got != want {
			t.Errorf("%v from now: %q, want %q", d, got, want)
		}
	}
}

// TestLocalTime covers what zones do to a time of day: offsets in summer and winter, hours that are skipped or come twice.
func TestLocalTime(t *testing.T) {
	const la, ny = "America/Los_Angeles", "America/New_York"
	cases := []struct{ value, zone, want, refused string }{
		{"2026-11-21T15:04", la, "2026-11-21T15:04:00-08:00", ""},
		{"2026-07-04T15:04:05", ny, "2026-07-04T15:04:05-04:00", ""},
		{"2026-11-21 15:04", "UTC", "2026-11-21T15:04:00Z", ""},
		{"11/21/2026 3:04 pm", la, "2026-11-21T15:04:00-08:00", ""},
		{"2026-03-08T02:30", la, "", "did not exist"},
		{"2026-03-08T03:00", la, "2026-03-08T03:00:00-07:00", ""},
		{"2026-11-01T01:30", la, "", "came twice"},
		{"2026-11-01T01:30", "UTC-07:00", "2026-11-01T01:30:00-07:00", ""},
		{"2026-11-01T01:30", "UTC-08:00", "2026-11-01T01:30:00-08:00", ""},
		{"2026-11-01T01:30", "America/Phoenix", "2026-11-01T01:30:00-07:00", ""},
		{"2026-11-01T00:59", la, "2026-11-01T00:59:00-07:00", ""},
		{"2026-11-01T02:00", la, "2026-11-01T02:00:00-08:00", ""},
		{"2026-02-29T10:00", la, "", "not a date"}, {"soon", la, "", "not a date"}, {"", la, "", "not a date"},
		{"2026-11-21T15:04", "Local", "", "not known"}, {"2026-11-21T15:04", "../etc/passwd", "", "not known"}, {"2026-11-21T15:04", "", "", "not known"},
	}
	for _, c := range cases {
		got, choices, err := page.LocalTime("f", c.value, c.zone)
		if c.refused == "" && (err != nil || got != c.want) {
			t.Errorf("%s in %s: %q, %v; want %q", c.value, c.zone, got, err, c.want)
		}
		if c.refused != "" && (err == nil || !strings.Contains(err.Detail, c.refused)) {
			t.Errorf("%s in %s: %v; want refusal %q", c.value, c.zone, err, c.refused)
		}
		for _, choice := range choices {
			if at, _, err := page.LocalTime("f", c.value, choice.ID); err != nil || at == "" {
				t.Errorf("the choice %q offered for %s is not taken: %v", choice.ID, c.value, err)
			}
		}
	}
}

// TestLocalTimeRoundTrip: an instant written as local time and read back is the same instant, unless that hour came twice.
func TestLocalTimeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(page.ZoneChoices).Draw(t, "zone")
		loc, err := time.LoadLocation(zone.ID)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at")/60*60, 0).In(loc)
		got, choices, refused := page.LocalTime("f", at.Format("2006-01-02T15:04"), zone.ID)
		if len(choices) == 2 {
			return
		}
		back, err := time.Parse(time.RFC3339, got)
		if refused != nil || err != nil || !back.Equal(at) {
			t.Fatalf("%v in %s came back as %q (%v)", at, zone.ID, got, refused)
		}
	})
}

func TestReaderZone(t *testing.T) {
	for value, want := range map[string]string{"America%2FLos_Angeles": "America/Los_Angeles", "Etc/GMT+5": "Etc/GMT+5", "": "", "Local": "", "Mars": "",
		"../../etc/passwd": "", "/etc/localtime": "", strings.Repeat("A", 100): ""} {
		r := &http.Request{Header: http.Header{"Cookie": {page.ZoneCookie + "=" + value}}}
		got := ""
		if zone := page.ReaderZone(r); zone != nil {
			got = zone.String()
		}
		if got != want {
			t.Errorf("cookie %q gives zone %q, want %q", value, got, want)
		}
	}
}

// FuzzLocalTime: whatever is typed, the answer is a time with an offset or a refusal.
func FuzzLocalTime(f *testing.F) {
	f.Add("2026-11-01T01:30", "America/Los_Angeles")
	f.Add("2026-03-08T02:30", "America/New_York")
	f.Add("11/21/2026 3:04 PM", "UTC-07:00")
	f.Add("", "")
	f.Add("9999-12-31T23:59", "Pacific/Pago_Pago")
	f.Fuzz(func(t *testing.T, value, zone string) {
		got, _, err := page.LocalTime("f", value, zone)
		if err != nil {
			return
		}
		if _, e := time.Parse(time.RFC3339, got); e != nil {
			t.Fatalf("%q in %q gives %q", value, zone, got)
		}
	})
}

// FuzzOwnPath: where signing in leads is always a path of ours, for a browser too.
func FuzzOwnPath(f *testing.F) {
	for _, s := range []string{"/incidents?q=1", "//evil.test", `/\evil.test`, "/%09/x", "javascript:alert(1)", "/a//b", "/\u2028", "/;//x", "/.//evil.test", "/..//evil.test", "/%2e//evil.test"} {
		f.Add(s)
	}
	base, _ := url.Parse("https://tocsin.test/signin")
	f.Fuzz(func(t *testing.T, next string) {
		got := page.OwnPath(next)
		ref, err := url.Parse(got)
		if err != nil || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t\x00") {
			t.Fatalf("%q leads to %q (%v)", next, got, err)
		}
		to := base.ResolveReference(ref)
		if to.Host != "tocsin.test" || to.Scheme != "https" || strings.HasPrefix(to.EscapedPath(), "//") {
			t.Fatalf("%q leads to %q", next, to)
		}
	})
}
