package policy_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/policy"
)

// dutyAt loads the small pack with another clock for its one duty and gives that duty for an event at an instant.
func dutyAt(t testing.TB, clock, at string) policy.Duty {
	t.Helper()
	i, j := strings.Index(small, "    due: 2 business days"), strings.Index(small, "    discharge: written_report")
	p := load(t, small[:i]+clock+small[j:])
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	duties := p.Assess(policy.Inputs{HumanSafety: &yes, Events: map[string]time.Time{"received": when}}).Duties
	if len(duties) != 1 {
		t.Fatalf("%d duties", len(duties))
	}
	return duties[0]
}

func TestClocks(t *testing.T) {
	for _, tc := range []struct{ clock, at, due, warn, words string }{
		{"    due: at once\n", "2026-03-07T12:00:00-05:00", "2026-03-07T12:00:00-05:00", "", "at once"},
		{"    due: 90 minutes\n", "2026-03-08T01:00:00-05:00", "2026-03-08T03:30:00-04:00", "", "90 minutes"},
		{"    due: 24 hours\n    warn_before: 1 hour\n", "2026-03-07T12:00:00-05:00", "2026-03-08T13:00:00-04:00", "2026-03-08T12:00:00-04:00", "24 hours"},
		{"    due: 24 hours\n", "2026-10-31T12:00:00-04:00", "2026-11-01T11:00:00-05:00", "", "24 hours"},
		// Calendar days end at midnight and are not moved off a weekend.
		{"    due: 30 calendar days\n    warn_before: 2 calendar days\n", "2026-01-02T09:00:00-05:00", "2026-02-02T00:00:00-05:00", "2026-01-31T00:00:00-05:00", "30 calendar days (office)"},
		{"    due: 1 business day\n    warn_before: 1 business day\n", "2026-01-02T09:00:00-05:00", "2026-01-05T17:00:00-05:00", "2026-01-02T17:00:00-05:00", "1 business day (office)"},
		// A warning would come before the duty began.
		{"    due: 1 hour\n    warn_before: 2 hours\n", "2026-01-02T09:00:00-05:00", "2026-01-02T10:00:00-05:00", "", "1 hour"},
		{"    due: 1 business day\n", "2027-12-31T20:00:00-05:00", "2028-01-03T17:00:00-05:00", "", "1 business day (office)"},
	} {
		d := dutyAt(t, tc.clock, tc.at)
		show := func(at time.Time, like string) string {
			if at.IsZero() {
				return ""
			}
			want, err := time.Parse(time.RFC3339, like)
			if err != nil {
				want = at
			}
			return at.In(want.Location()).Format(time.RFC3339)
		}
		if got := show(d.Due, tc.due); got != tc.due {
			t.Errorf("%q from %s: due %s, want %s", tc.clock, tc.at, got, tc.due)
		}
		if got := show(d.Warn, tc.warn); got != tc.warn {
			t.Errorf("%q from %s: warned %s, want %s", tc.clock, tc.at, got, tc.warn)
		}
		if d.Clock != tc.words {
			t.Errorf("%q: %q", tc.clock, d.Clock)
		}
	}
	if d := dutyAt(t, "", "2026-01-02T09:00:00-05:00"); !d.Due.IsZero() || d.Clock != "" || d.Calendar != "" {
		t.Errorf("a rule without a time: %+v", d)
	}
}

// Whatever the event's instant, a warning comes before the end and the escalation after it, and a later event never ends earlier.
func TestClockOrder(t *testing.T) {
	p := load(t, small)
	yes := true
	owed := func(at time.Time) policy.Duty {
		return p.Assess(policy.Inputs{HumanSafety: &yes, Events: map[string]time.Time{"received": at}}).Duties[0]
	}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(1_600_000_000, 4_000_000_000).Draw(t, "at"), 0)
		d, later := owed(at), owed(at.Add(time.Duration(rapid.IntRange(0, 1_000_000).Draw(t, "later"))*time.Second))
		if !d.Due.After(at) || (!d.Warn.IsZero() && !d.Warn.Before(d.Due)) || !d.Escalate.After(d.Due) || later.Due.Before(d.Due) {
			t.Fatalf("%+v and %+v", d, later)
		}
	})
}

// The place of a problem inside a condition that is written over several lines.
func TestConditionOverLines(t *testing.T) {
	got := loadError(strings.Replace(small, "    when: rating.level == \"high\"\n", "    when: |\n      rating.level == \"high\" &&\n      rating.levl == \"low\"\n", 1))
	if !strings.Contains(got, "small/pack.yaml:50:") || !strings.Contains(got, "undeclared reference") {
		t.Error(got)
	}
}

// A person's decision wins over the matrix and is not provisional; a level once held never falls by itself.
func TestDecisionAndHeldLevel(t *testing.T) {
	p := load(t, small)
	yes, now := true, time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	before := now.Add(-time.Hour)
	events := map[string]time.Time{"received": before, "rated": before}
	for name, tc := range map[string]struct {
		in       policy.Inputs
		level    policy.Level
		proposed policy.Level
		open     bool
		due      time.Time
	}{
		"decided lower":       {policy.Inputs{HumanSafety: &yes, Level: policy.Low}, policy.Low, policy.High, false, time.Time{}},
		"decided higher":      {policy.Inputs{AssetRating: "low", Level: policy.High}, policy.High, policy.Low, false, before},
		"held above":          {policy.Inputs{AssetRating: "low", Held: policy.High}, policy.High, policy.Low, false, before},
		"held, raised":        {policy.Inputs{HumanSafety: &yes, Held: policy.Low, At: now}, policy.High, "", false, now},
		"held, the same":      {policy.Inputs{HumanSafety: &yes, Held: policy.High, At: now}, policy.High, "", false, before},
		"held, still open":    {policy.Inputs{AssetRating: "low", Held: policy.Low}, policy.Low, "", true, time.Time{}},
		"held, nothing known": {policy.Inputs{Held: policy.Low}, policy.Low, policy.Unrated, true, time.Time{}},
	} {
		tc.in.Events = events
		a := p.Assess(tc.in)
		if a.Rating.Level != tc.level || a.Rating.Proposed != tc.proposed || a.Rating.Provisional != tc.open || len(a.Rating.Reasons) == 0 {
			t.Errorf("%s: %+v", name, a.Rating)
		}
		if owed := len(a.Duties) == 1; owed != !tc.due.IsZero() {
			t.Errorf("%s: %+v", name, a.Duties)
		}
	}
}
