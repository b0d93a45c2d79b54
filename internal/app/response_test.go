package app_test

import (
	"strings"
	"testing"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// A response from its start to its tasks, on both engines: what is shown, what is discharged, and who may; business
// continuity is the coordinator's to decide, on the criteria that are met. MA 6.3.1.3.1, MA 6.5.1, MA 6.6.1, MA 6.6.2.6
func TestResponse(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		safety := true
		a, err := h.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "Ransom note", Categories: []string{"malware"},
			Impact: &incident.Impact{HumanSafety: &safety}}, keyed("r"))
		if err != nil {
			t.Fatal(err)
		}
		lead := h.As("ma-lead")
		before, err := h.Response(ctx, lead, a.Incident)
		if err != nil || before.StartedAt != nil || !before.MayLead || len(before.Tasks) != 0 || !before.Playbooks[0].Suits || before.Playbooks[0].ID != "ma-play-malware" {
			t.Fatalf("%+v, %v", before, err)
		}
		for who, kind := range map[string]fault.Kind{"ca-coordinator": fault.KindNotFound, "ma-risk-chair": fault.KindForbidden} {
			if err := h.StartResponse(ctx, h.As(who), a.Incident, "", "x", nil); fault.KindOf(err) != kind {
				t.Errorf("%s starts: %v", who, err)
			}
		}
		if err := h.StartResponse(ctx, lead, a.Incident, "", " ", nil); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("started without a word: %v", err)
		}
		if err := h.StartResponse(ctx, lead, a.Incident, "", "The server is off the network.", []string{"ma-play-malware"}); err != nil {
			t.Fatal(err)
		}
		if err := h.FinishTask(ctx, lead, a.Incident, "t1", "Segment 4 is cut."); err != nil {
			t.Fatal(err)
		}
		v, err := h.Response(ctx, lead, a.Incident)
		if err != nil {
			t.Fatal(err)
		}
		if v.Lead != "ma-lead" || v.Begun != "The server is off the network." || v.Tasks[0].Status != "done" || v.Tasks[0].Note != "Segment 4 is cut." || v.Tasks[0].EndedBy == "" {
			t.Errorf("%+v", v)
		}
		if w := v.Tasks[3]; strings.Join(w.Waits, "") != "t3" || w.Status != "open" {
			t.Errorf("the fourth task: %+v", w)
		}
		if !v.Playbooks[0].Following || len(v.People) < 3 {
			t.Errorf("%+v", v.Playbooks[0])
		}
		if err := h.DecideContinuity(ctx, lead, a.Incident, true, "x"); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("decided by a lead: %v", err)
		}
		if err := h.DecideContinuity(ctx, h.As("ma-coordinator"), a.Incident, true, "People are at risk."); err != nil {
			t.Fatal(err)
		}
		if v, err = h.Response(ctx, lead, a.Incident); err != nil || len(v.Decisions) != 1 || strings.Join(v.Decisions[0].Criteria, "") != "ma-continuity-safety" {
			t.Errorf("%+v, %v", v.Decisions, err)
		}
		now, err := h.Incident(ctx, lead, a.Incident)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range now.Duties {
			if d.Rule == "ma-start-response-high" && d.Status != "discharged" {
				t.Errorf("the start is still owed: %+v", d)
			}
		}
	})
}
