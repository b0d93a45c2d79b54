package policy_test

import (
	"testing"
	"time"

	"tocsin/internal/domain/policy"
	"tocsin/packs"
)

// A time that was agreed takes the place of the rule's; the warning and the escalation keep their distance, and there is always time to act on a warning.
func TestAgreed(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	rule := policy.Duty{Warn: now.Add(20 * time.Hour), Due: now.Add(24 * time.Hour), Escalate: now.Add(26 * time.Hour)}
	for name, c := range map[string]struct {
		rule         policy.Duty
		due          time.Duration
		warn, beyond time.Duration // beyond 0: never
	}{
		"later":              {rule, 100 * time.Hour, 96 * time.Hour, 102 * time.Hour},
		"sooner":             {rule, 2 * time.Hour, time.Hour, 4 * time.Hour},
		"no warning":         {policy.Duty{Due: rule.Due, Escalate: rule.Escalate}, 10 * time.Hour, 5 * time.Hour, 12 * time.Hour},
		"no escalation":      {policy.Duty{Due: rule.Due, Warn: rule.Warn}, 10 * time.Hour, 6 * time.Hour, 0},
		"no time of its own": {policy.Duty{}, 10 * time.Hour, 5 * time.Hour, 0},
	} {
		got := c.rule.Agreed(now, now.Add(c.due))
		beyond := time.Time{}
		if c.beyond > 0 {
			beyond = now.Add(c.beyond)
		}
		if !got.Due.Equal(now.Add(c.due)) || !got.Warn.Equal(now.Add(c.warn)) || !got.Escalate.Equal(beyond) {
			t.Errorf("%s: warn %v, due %v, escalate %v", name, got.Warn, got.Due, got.Escalate)
		}
	}
}

// A clause that the program names is shown where the pack rests on that text, and nowhere else.
func TestCited(t *testing.T) {
	for pack, cites := range map[string]map[string]bool{"us-ma": {"MA 6.7.3": true, "MA 6.5.1; MA 6.8": true, "CA step 1": false, "": false}, "us-ca": {"MA 6.7.3": false, "CA step 1": true, "SIMM 5340-A": true}} {
		p, err := packs.Load(pack)
		if err != nil {
			t.Fatal(err)
		}
		for clause, want := range cites {
			if got := p.Cited(clause); got != map[bool]string{true: clause, false: ""}[want] {
				t.Errorf("%s on %q: %q", pack, clause, got)
			}
		}
	}
}
