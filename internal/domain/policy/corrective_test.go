package policy_test

import (
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/policy"
)

// Reminders, escalations and the look at the evidence follow the pack: elapsed hours, calendar days by the clock on the wall, business days until
// offices close. Without a rule the program's own setting holds, and says so. MA 6.6.1.2
func TestCorrective(t *testing.T) {
	const rule = "corrective_actions: {id: c, title: Chase, cite: X 5, source: law, remind_before: 36 hours, escalate_after: 3 business days, verify_within: 2 calendar days}\n"
	with, without := load(t, small+rule).Corrective(), load(t, small).Corrective()
	friday := time.Date(2026, 6, 12, 18, 0, 0, 0, time.UTC)
	long := friday.AddDate(0, 0, -60)
	if got := friday.Sub(with.Remind(long, friday)); got != 36*time.Hour {
		t.Errorf("reminded %v before", got)
	}
	if got := with.Remind(friday.Add(-10*time.Hour), friday); !got.Equal(friday.Add(-5 * time.Hour)) {
		t.Errorf("with ten hours at hand reminded at %v", got)
	}
	if got := with.Escalate(friday); got.Weekday() != time.Wednesday || got.Sub(friday) > 6*24*time.Hour {
		t.Errorf("escalated at %v", got)
	}
	if got := with.Verify(friday).Sub(friday); got != 48*time.Hour || with.Within != "2 calendar days" || with.Clause != "X 5" {
		t.Errorf("looked at after %v, %q by %q", got, with.Within, with.Clause)
	}
	if without.Clause != "configuration" || without.Within != "14 calendar days" || friday.Sub(without.Remind(long, friday)) != 7*24*time.Hour {
		t.Errorf("%+v", without)
	}
	for _, bad := range []string{"remind_before: at once", "remind_before: a week"} {
		if _, err := policy.Load(files(small+strings.Replace(rule, "remind_before: 36 hours", bad, 1)), "small", nil); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
