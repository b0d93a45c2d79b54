package app_test

import (
	"slices"
	"strings"
	"testing"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// courseStory touches every fact about procedures from outside.
func courseStory(t *testing.T, h *testkit.Harness) {
	t.Helper()
	number := ransom(t, h, 2_000_000)
	lead := h.As("ma-lead")
	check(t, h.StartResponse(ctx, lead, number, "", "Cut off.", nil))
	check(t, h.ImportPlaybook(ctx, lead, number, "play.json", testkit.ExportedPlaybook(t, "us-ma", "ma-play-malware")))
	part, err := h.SplitIncident(ctx, lead, number, app.SplitRequest{What: "The scanner in Worcester", Reason: "Another vendor."})
	check(t, err)
	check(t, h.UnlinkIncident(ctx, lead, number, app.UnlinkRequest{Relation: incident.SplitInto, Other: part, Reason: "It is the same after all."}))
	check(t, h.WriteNote(ctx, lead, number, "", "@ma-analyst, look."))
}

// A procedure that was exported and is imported puts the same tasks on the list as following it: role, aim, time, guidance, order,
// and what may be left out; and the incident says where it came from. MA 6.6.2.2
func TestImportedPlaybookIsFollowedLikeAnother(t *testing.T) {
	h := testkit.Start(t)
	followed, number := ransom(t, h, 2_000_000), ransom(t, h, 2_000_000)
	lead := h.As("ma-lead")
	file := testkit.ExportedPlaybook(t, "us-ma", "ma-play-malware")
	if err := h.ImportPlaybook(ctx, lead, number, "play.json", file); fault.KindOf(err) != fault.KindConflict || !strings.Contains(err.Error(), "start it") {
		t.Errorf("before the response began: %v", err)
	}
	check(t, h.StartResponse(ctx, lead, followed, "", "Cut off.", []string{"ma-play-malware"}))
	check(t, h.StartResponse(ctx, lead, number, "", "Cut off.", nil))
	check(t, h.ImportPlaybook(ctx, lead, number, "play.json", file))
	check(t, h.ImportPlaybook(ctx, lead, number, "again.json", file)) // changes nothing
	want, err := h.Response(ctx, lead, followed)
	check(t, err)
	got, err := h.Response(ctx, lead, number)
	check(t, err)
	if len(got.Tasks) != len(want.Tasks) || len(got.Imports) != 1 {
		t.Fatalf("%d tasks, want %d; imports %+v", len(got.Tasks), len(want.Tasks), got.Imports)
	}
	for i, a := range got.Tasks {
		b := want.Tasks[i]
		if a.ID != b.ID || a.Title != b.Title || a.Guide != b.Guide || a.Aim != b.Aim || a.Role != b.Role || a.Within != b.Within || !slices.Equal(a.After, b.After) ||
			a.Optional != b.Optional || a.Clause != b.Clause {
			t.Errorf("task %+v\nwant %+v", a, b)
		}
	}
	if x := got.Imports[0]; x.File != "play.json" || len(x.SHA256) != 64 || x.By == "" || x.Tasks != len(got.Tasks) || !strings.HasPrefix(x.Origin, "playbook--") {
		t.Errorf("import %+v", x)
	}
	if err := h.EnterPhase(ctx, lead, number, "post_incident", ""); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("required tasks of the import do not gate the phase: %v", err)
	}
	refused(t, h, number, file)
}

// refused: who may not work here, and files that are none, change nothing.
func refused(t *testing.T, h *testkit.Harness, number string, file []byte) {
	t.Helper()
	for _, c := range []struct {
		by   access.Actor
		data []byte
		kind fault.Kind
	}{{h.As("ma-auditor"), file, fault.KindForbidden}, {h.As("ca-coordinator"), file, fault.KindNotFound}, {h.As("ma-lead"), []byte("{"), fault.KindInvalid}, {h.As("ma-lead"), nil, fault.KindInvalid}} {
		if err := h.ImportPlaybook(ctx, c.by, number, "f", c.data); fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v, want %s", c.by.Person, err, c.kind)
		}
	}
}

// links are the ties of an incident as somebody sees them: "related!" is one that was undone.
func links(t *testing.T, h *testkit.Harness, by access.Actor, number string) (out []string) {
	t.Helper()
	v, err := h.Lifecycle(ctx, by, number)
	check(t, err)
	for _, l := range v.Links {
		if l.Undone != nil {
			l.Relation += "!"
		}
		out = append(out, l.Relation)
	}
	return out
}

// A link is undone and made again; both sides follow, both keep what was, and settling again changes nothing.
func TestLinksAreUndone(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a, b, lead := ransom(t, h, 1), ransom(t, h, 1), h.As("ma-lead")
		tie := func() error {
			return h.LinkIncident(ctx, lead, a, app.LinkRequest{Relation: incident.Related, Other: b, Reason: "Alike."})
		}
		untie := func(at, other, reason string) error {
			return h.UnlinkIncident(ctx, lead, at, app.UnlinkRequest{Relation: incident.Related, Other: other, Reason: reason})
		}
		want := func(state ...string) {
			t.Helper()
			check(t, h.SettleLinks(ctx))
			for _, n := range []string{a, b} {
				if got := links(t, h, lead, n); !slices.Equal(got, state) {
					t.Errorf("%s shows %q, want %q", n, got, state)
				}
			}
		}
		if err := untie(a, b, "x"); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("there is no link: %v", err)
		}
		check(t, tie())
		want("related")
		if err := untie(a, b, " "); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("without a reason: %v", err)
		}
		check(t, untie(b, a, "The other side says no.")) // by the side that has the mirror
		want("related!")
		check(t, untie(b, a, "Again."))
		check(t, tie())
		want("related", "related!")
		check(t, untie(a, b, "No."))
		want("related!", "related!")
		v, err := h.Lifecycle(ctx, lead, b)
		check(t, err)
		if l := v.Links[len(v.Links)-1]; l.Undone.Reason != "" || l.Undone.By == "" {
			t.Errorf("the reason stands where it was not said: %+v", l.Undone)
		}
	})
}

// Undoing what closed an incident opens it again, on its own side only, and by whom may reopen it.
func TestUndoneDuplicateIsOpenAgain(t *testing.T) {
	h := testkit.Start(t)
	a, b, coord := ransom(t, h, 1), ransom(t, h, 1), h.As("ma-coordinator")
	check(t, h.LinkIncident(ctx, coord, a, app.LinkRequest{Relation: incident.DuplicateOf, Other: b, Reason: "Twice.", Seen: seen(t, h, coord, a)}))
	err := h.UnlinkIncident(ctx, coord, b, app.UnlinkRequest{Relation: incident.DuplicatedBy, Other: a, Reason: "x"})
	if fault.KindOf(err) != fault.KindConflict || !strings.Contains(err.Error(), a) {
		t.Errorf("from the other side: %v", err)
	}
	if err := h.UnlinkIncident(ctx, h.As("ma-analyst"), a, app.UnlinkRequest{Relation: incident.DuplicateOf, Other: b, Reason: "x"}); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("an analyst reopens: %v", err)
	}
	check(t, h.UnlinkIncident(ctx, coord, a, app.UnlinkRequest{Relation: incident.DuplicateOf, Other: b, Reason: "Two hosts."}))
	v, err := h.Lifecycle(ctx, coord, a)
	check(t, err)
	if v.Status != "open" || !slices.Equal(links(t, h, coord, b), []string{"duplicated_by!"}) {
		t.Errorf("it is %s; the other has %q", v.Status, links(t, h, coord, b))
	}
}

// Undoing a link with a restricted incident leaves no trace on the other one, and whoever may not see it is told nothing.
func TestUnlinkingTellsOutsidersNothing(t *testing.T) {
	h := testkit.Start(t)
	a, b, coord := ransom(t, h, 1), ransom(t, h, 1), h.As("ma-coordinator")
	check(t, h.LinkIncident(ctx, coord, a, app.LinkRequest{Relation: incident.Related, Other: b, Reason: "Alike."}))
	check(t, h.Restrict(ctx, coord, b, nil, "An insider."))
	iso := h.As("ma-rmv-iso")
	before, err := h.Incident(ctx, iso, a)
	check(t, err)
	tied := h.UnlinkIncident(ctx, iso, a, app.UnlinkRequest{Relation: incident.Related, Other: b, Reason: "x"})
	none := h.UnlinkIncident(ctx, iso, a, app.UnlinkRequest{Relation: incident.Related, Other: "7K2-9QX-4D", Reason: "x"})
	if tied == nil || none == nil || tied.Error() != none.Error() {
		t.Errorf("a link that is hidden: %v; none: %v", tied, none)
	}
	check(t, h.UnlinkIncident(ctx, coord, b, app.UnlinkRequest{Relation: incident.Related, Other: a, Reason: "Another hand."}))
	check(t, h.SettleLinks(ctx))
	after, err := h.Incident(ctx, iso, a)
	if check(t, err); after.Version != before.Version {
		t.Errorf("the open one changed: %d facts, then %d", before.Version, after.Version)
	}
	if got := links(t, h, iso, a); len(got) != 0 {
		t.Errorf("an outsider sees %q", got)
	}
	if got := links(t, h, coord, a); !slices.Equal(got, []string{"related!"}) {
		t.Errorf("a member sees %q", got)
	}
}

// A part becomes an incident of its own, once, linked on both sides; who may not work there, and what is closed or restricted, is refused.
func TestIncidentIsSplit(t *testing.T) {
	h := testkit.Start(t)
	n, lead := ransom(t, h, 2_000_000), h.As("ma-lead")
	r := app.SplitRequest{What: "The scanner in Worcester", Categories: []string{"malware"}, Reason: "Another vendor."}
	part, err := h.SplitIncident(ctx, lead, n, r)
	check(t, err)
	again, err := h.SplitIncident(ctx, lead, n, r)
	if check(t, err); again != part || part == n {
		t.Errorf("split into %s, and a second time into %s", part, again)
	}
	if got := links(t, h, lead, part); !slices.Equal(got, []string{"split_from"}) {
		t.Errorf("the part has %q", got)
	}
	v, err := h.Incident(ctx, h.As("ma-rmv-iso"), part)
	if check(t, err); v.Entity != "ma-demo-rmv" || v.Status != "open" || !slices.Equal(v.Filings[0].Content.Categories, r.Categories) {
		t.Errorf("the part: %+v", v.Answer)
	}
	unknown := app.SplitRequest{What: "Another part", Categories: []string{"poltergeist"}, Reason: "x"}
	if _, err := h.SplitIncident(ctx, lead, n, unknown); fault.KindOf(err) != fault.KindInvalid || !strings.HasPrefix(fault.All(err)[0].Field, "categories") {
		t.Errorf("a category that the policy does not know: %v", err)
	}
	if _, err := h.SplitIncident(ctx, h.As("ma-auditor"), n, r); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("an auditor: %v", err)
	}
	if _, err := h.SplitIncident(ctx, h.As("ca-coordinator"), n, r); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("an outsider: %v", err)
	}
	check(t, h.Restrict(ctx, h.As("ma-coordinator"), n, []string{"ma-lead"}, "An insider."))
	if _, err := h.SplitIncident(ctx, lead, n, app.SplitRequest{What: "More", Reason: "x"}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("restricted: %v", err)
	}
}
