package app_test

import (
	"slices"
	"strings"
	"testing"

	"tocsin/internal/app"
	"tocsin/internal/testkit"
)

// Whom a note names and who may see the incident is told once, by number and link; of others nothing is said, whether they are known or not.
func TestMentionsTellOnlyWhoMaySee(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		n, lead := ransom(t, h, 2_000_000), h.As("ma-lead")
		h.Deliver()
		brought(h, "")
		check(t, h.WriteNote(ctx, lead, n, "", "Zwetschge again. @ma-analyst, @ma-lead, please look; @ca-coordinator and @nobody-at-all too."))
		if to := brought(h, "you are mentioned"); !slices.Equal(to, []string{"ma-analyst"}) && len(to) != 1 {
			t.Errorf("told %q", to)
		}
		v, err := h.Notes(ctx, lead, n)
		check(t, err)
		one := v.Notes[0]
		if len(one.Mentioned) != 1 || !slices.Equal(one.NotFound, []string{"ca-coordinator", "nobody-at-all"}) {
			t.Errorf("told %q, not found %q", one.Mentioned, one.NotFound)
		}
		if !slices.ContainsFunc(v.People, func(p app.PersonView) bool { return p.ID == "ma-analyst" }) || slices.ContainsFunc(v.People, func(p app.PersonView) bool { return strings.HasPrefix(p.ID, "ca-") }) {
			t.Errorf("who can be mentioned: %+v", v.People)
		}
		check(t, h.WriteNote(ctx, lead, n, one.ID, "Zwetschge again. @ma-analyst, once more."))
		check(t, h.SettleMentions(ctx))
		if to := brought(h, "you are mentioned"); len(to) != 0 {
			t.Errorf("told again: %q", to)
		}
	})
}

// Of a restricted incident only members are told, and the mail has neither the words of the note nor those of the report.
func TestMentionsOfARestrictedIncident(t *testing.T) {
	h := testkit.Start(t)
	n, coord := ransom(t, h, 2_000_000), h.As("ma-coordinator")
	check(t, h.Restrict(ctx, coord, n, []string{"ma-lead"}, "An insider."))
	h.Deliver()
	brought(h, "")
	check(t, h.WriteNote(ctx, coord, n, "", "Pflaume: @ma-lead, @ma-analyst"))
	h.Deliver()
	var to []string
	for _, m := range h.Post.Taken() {
		if strings.Contains(m.Subject, "you are mentioned") {
			to = append(to, m.To.Email)
			for _, secret := range []string{"Pflaume", "Zwetschge", "malware"} {
				if strings.Contains(m.Subject+m.Text+m.HTML, secret) {
					t.Errorf("the mail says %q", secret)
				}
			}
			if !strings.Contains(m.Text, n) || !strings.Contains(m.Text, "/incidents/"+n) {
				t.Errorf("the mail has no number or link:\n%s", m.Text)
			}
		}
	}
	v, err := h.Notes(ctx, coord, n)
	check(t, err)
	if len(to) != 1 || !slices.Equal(v.Notes[0].NotFound, []string{"ma-analyst"}) {
		t.Errorf("told %q; not found %q", to, v.Notes[0].NotFound)
	}
}
