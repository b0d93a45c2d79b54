package app_test

import (
	"slices"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// seen lists the ids of what is open on an incident.
func seen(t *testing.T, h *testkit.Harness, by access.Actor, number string) (ids []string) {
	t.Helper()
	v, err := h.Lifecycle(ctx, by, number)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range v.Remains {
		ids = append(ids, r.ID)
	}
	return ids
}

// whole takes an incident of the registry through everything that its life can have.
func whole(t *testing.T, h *testkit.Harness, number string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	coord, lead := h.As("ma-coordinator"), h.As("ma-lead")
	must(h.HandOver(ctx, coord, number, "ma-coordinator", "I have it."))
	must(h.HandOver(ctx, coord, number, "ma-lead", "All quiet."))
	must(h.AnswerHandover(ctx, lead, number, false, "I am on leave."))
	must(h.Engage(ctx, lead, number, "ma-legal", "Are notices owed?"))
	must(h.OrderTasks(ctx, lead, number, "t5", ""))
	must(h.NoteInSection(ctx, h.As("ma-legal"), number, "legal", "Ask nobody outside."))
	must(h.DecideContinuity(ctx, coord, number, true, "The registry is down."))
	must(h.EnterPhase(ctx, lead, number, incident.PhaseContainment, ""))
	must(h.StateMilestone(ctx, lead, number, incident.Contained, h.Clock.Now()))
	must(h.Classify(ctx, coord, number, incident.ClassIncident, "Malware ran."))
	other, err := h.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "The same host again"}, keyed("twin"))
	must(err)
	must(h.LinkIncident(ctx, coord, other.Incident, app.LinkRequest{Relation: incident.DuplicateOf, Other: number, Reason: "The same host.", Seen: seen(t, h, coord, other.Incident)}))
	must(h.CloseIncident(ctx, coord, number, app.Closing{Outcome: incident.OutcomeResolved, Reason: "Rebuilt.", Seen: seen(t, h, coord, number)}))
	_, err = h.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Kind: incident.Supplement, Incident: number, Description: "One more note"}, keyed("late"))
	must(err)
	must(h.KeepClosed(ctx, coord, number, "Nothing new."))
	must(h.ReopenIncident(ctx, coord, number, "It came back."))
}

// ended is an incident with nothing left open, closed by its lead.
func ended(t *testing.T, h *testkit.Harness) string {
	t.Helper()
	no := false
	a, err := h.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "A lost disk", Categories: []string{"malware"}, DiscoveredAt: h.Clock.Now().Add(-time.Hour).Format(time.RFC3339),
		Impact:     &incident.Impact{HumanSafety: &no, LiabilityUSD: new(int64), AssetRating: "low", InformationClass: "public"},
		Management: &incident.Management{DiscoveredBy: &incident.Contact{Name: "Pat", Email: "pat@rmv.ma.example"}}}, keyed("v"))
	check(t, err)
	n, lead := a.Incident, h.As("ma-lead")
	check(t, h.StartResponse(ctx, lead, n, "", "Searched.", nil))
	check(t, h.Rate(ctx, h.As("ma-coordinator"), n, "low", "One disk, encrypted."))
	check(t, h.Acknowledge(ctx, h.As("ma-soc-duty"), n, "ma-soc"))
	check(t, h.CloseIncident(ctx, lead, n, app.Closing{Outcome: incident.OutcomeResolved, Reason: "Found in a drawer.", Seen: seen(t, h, lead, n)}))
	return n
}

// A response that its lead ends is the coordinator's to validate: it stands on their list, is chased, and ends with their word. MA 6.3.1.1.3
func TestValidatingResults(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		lead, coord := h.As("ma-lead"), h.As("ma-coordinator")
		n := ended(t, h)
		owed := func() bool {
			list, err := h.Owed(ctx, coord, 20)
			check(t, err)
			return slices.ContainsFunc(list.Mine, func(d app.OwedView) bool { return d.Rule == "ma-validate-results:1" && d.Act == app.ActValidate })
		}
		v, err := h.Lifecycle(ctx, lead, n)
		check(t, err)
		if v.Closed == nil || !v.Closed.Awaited || v.Closed.Validated != nil || !owed() {
			t.Fatalf("closed by its lead: %+v", v.Closed)
		}
		if err := h.ValidateResults(ctx, lead, n, "I did well."); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("validated by the lead: %v", err)
		}
		if err := h.ValidateResults(ctx, coord, n, " "); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("validated on no grounds: %v", err)
		}
		check(t, h.ValidateResults(ctx, coord, n, "Saw the disk."))
		v, err = h.Lifecycle(ctx, lead, n)
		check(t, err)
		if got := v.Closed.Validated; v.Closed.Awaited || got == nil || got.Reason != "Saw the disk." || got.By != coord.Name || owed() {
			t.Errorf("validated: %+v", v.Closed)
		}
		h.Sequence()
		h.Sound()
	})
}

// The life of an incident on both engines: who may what, what is shown, and that nothing owed is lost. MA 6.2.1, MA 6.7.5
func TestLifecycle(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a, err := h.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "A lost disk", Categories: []string{"malware"}}, keyed("l"))
		if err != nil {
			t.Fatal(err)
		}
		n, lead, coord := a.Incident, h.As("ma-lead"), h.As("ma-coordinator")
		if err := h.StartResponse(ctx, lead, n, "", "Searched.", []string{"ma-play-malware"}); err != nil {
			t.Fatal(err)
		}
		for who, kind := range map[string]fault.Kind{"ca-coordinator": fault.KindNotFound, "ma-risk-chair": fault.KindForbidden} {
			by := h.As(who)
			for what, err := range map[string]error{"phase": h.EnterPhase(ctx, by, n, incident.PhaseContainment, ""), "close": h.CloseIncident(ctx, by, n, app.Closing{Outcome: "resolved", Reason: "x"}),
				"link": h.LinkIncident(ctx, by, n, app.LinkRequest{Relation: incident.Related, Other: n, Reason: "x"}), "classify": h.Classify(ctx, by, n, "event", "x")} {
				if fault.KindOf(err) != kind && what != "link" || what == "link" && err == nil {
					t.Errorf("%s: %s: %v", who, what, err)
				}
			}
		}
		if err := h.CloseIncident(ctx, lead, n, app.Closing{Outcome: incident.OutcomeResolved, Reason: "Found.", Seen: seen(t, h, lead, n)}); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a lead accepts what remains: %v", err)
		}
		whole(t, h, n)
		v, err := h.Lifecycle(ctx, coord, n)
		if err != nil {
			t.Fatal(err)
		}
		if v.Status != incident.StatusOpen || v.Phase != incident.PhaseContainment || v.Class != incident.ClassIncident || v.Triage || v.Closed != nil || len(v.Remains) == 0 {
			t.Errorf("%+v", v)
		}
		if len(v.Links) != 1 || v.Links[0].Relation != incident.DuplicatedBy {
			t.Errorf("links: %+v", v.Links)
		}
		if i := slices.IndexFunc(v.Functions, func(f app.FunctionView) bool { return f.Name == "Recover" }); i < 0 || !v.Functions[i].Now {
			t.Errorf("in terms of CSF: %+v", v.Functions)
		}
		twin, err := h.Lifecycle(ctx, coord, v.Links[0].Incident)
		if err != nil || twin.Closed == nil || twin.Closed.Outcome != incident.OutcomeDuplicate || twin.Closed.Until == nil || twin.Closed.Until.Before(twin.Closed.At.AddDate(3, 0, 0)) {
			t.Errorf("the duplicate: %+v, %v", twin.Closed, err)
		}
	})
}

// A tie to a restricted incident is known to its members only, whichever side it was stated on, and leaves no trace on the other.
func TestLinksToARestrictedIncidentShowNothing(t *testing.T) {
	h := testkit.Start(t)
	file := func(key string) string {
		a, err := h.File(ctx, h.As("ca-dmv-iso"), incident.Filing{Entity: "ca-demo-dmv", Description: key}, keyed(key))
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Move(time.Minute)
		return a.Incident
	}
	open, secret := file("one"), file("two")
	coord, iso := h.As("ca-coordinator"), h.As("ca-dmv-iso")
	if err := h.Restrict(ctx, coord, secret, nil, "An insider."); err != nil {
		t.Fatal(err)
	}
	before, err := h.Incident(ctx, iso, open)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.LinkIncident(ctx, iso, open, app.LinkRequest{Relation: incident.Related, Other: secret, Reason: "x"}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("an outsider ties to it: %v", err)
	}
	if err := h.LinkIncident(ctx, coord, secret, app.LinkRequest{Relation: incident.Related, Other: open, Reason: "The same hand."}); err != nil {
		t.Fatal(err)
	}
	after, err := h.Incident(ctx, iso, open)
	if err != nil || after.Version != before.Version {
		t.Errorf("the open one changed: %d facts, then %d, %v", before.Version, after.Version, err)
	}
	for by, want := range map[*access.Actor]int{&iso: 0, &coord: 1} {
		if v, err := h.Lifecycle(ctx, *by, open); err != nil || len(v.Links) != want {
			t.Errorf("%s sees %d links, %v", by.ID, len(v.Links), err)
		}
	}
}
