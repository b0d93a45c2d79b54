package policy_test

import (
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/policy"
)

// By when a designation is confirmed and replaced: by the pack's day of the year and period, or else a year and ten business days later.
func TestDesignations(t *testing.T) {
	const rule = "designations: {id: d, title: Designate, cite: X 4, source: law, change_within: 3 business days, attest_month: 1, attest_day: 31}\n"
	with, without := load(t, small+rule).Designations(), load(t, small).Designations()
	day := func(at time.Time) string { return at.UTC().Format(time.DateOnly) }
	for from, want := range map[string][2]string{
		"2026-11-20": {"2027-01-31", "2027-11-20"}, "2027-01-30": {"2027-01-31", "2028-01-30"}, "2027-01-31": {"2028-01-31", "2028-01-31"}, "2028-02-29": {"2029-01-31", "2029-03-01"},
	} {
		at, _ := time.Parse(time.DateOnly, from)
		at = at.Add(18 * time.Hour)
		if got := [2]string{day(with.AttestDue(at)), day(without.AttestDue(at))}; got != want {
			t.Errorf("from %s: %v, want %v", from, got, want)
		}
	}
	friday := time.Date(2026, 6, 12, 18, 0, 0, 0, time.UTC)
	if with.ChangeDue(friday).Sub(friday) >= without.ChangeDue(friday).Sub(friday) || with.Clause != "X 4" || without.Clause != "configuration" {
		t.Errorf("changes are due %v and %v", with.ChangeDue(friday), without.ChangeDue(friday))
	}
	for _, bad := range []string{"attest_day: 31", "attest_day: 30"} {
		src := strings.Replace(rule, "attest_month: 1, attest_day: 31", "attest_month: 2, "+bad, 1)
		if _, err := policy.Load(files(small+src), "small", nil); err == nil || !strings.Contains(err.Error(), "no day of a year") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
