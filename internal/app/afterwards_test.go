package app_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
	"tocsin/internal/testkit"
)

// written writes every section of an analysis.
func written(t *testing.T, h *testkit.Harness, person, number string) {
	t.Helper()
	v, err := h.Analysis(ctx, h.As(person), number)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range v.Sections {
		cause := ""
		if s.ID == incident.SectionCauses {
			cause = "social"
		}
		if err := h.WriteAnalysis(ctx, h.As(person), number, s.ID, "Words on "+s.ID, cause, s.Base); err != nil {
			t.Fatal(s.ID, err)
		}
	}
}

// afterwards takes an incident of the Registry through everything that comes after it.
func afterwards(t *testing.T, h *testkit.Harness, number string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	coord, analyst, week := h.As("ma-coordinator"), h.As("ma-analyst"), 7*24*time.Hour
	written(t, h, "ma-analyst", number)
	must(h.SignAnalysis(ctx, coord, number))
	must(h.ReopenAnalysis(ctx, coord, number, "The vendor wrote."))
	for range 3 {
		must(h.AssignAction(ctx, coord, number, "Rotate every key.", "Keys lay in a share.", "ma-analyst", h.Clock.Now().Add(4*week)))
	}
	must(h.ChangeAction(ctx, coord, number, "c1", "ma-rmv-iso", h.Clock.Now().Add(5*week), "The analyst is on leave."))
	must(h.CompleteAction(ctx, h.As("ma-rmv-iso"), number, "c1", "The log of the vault shows it.", "https://vault.example/log"))
	must(h.ReturnAction(ctx, coord, number, "c1", "Two are missing.", h.Clock.Now().Add(week)))
	must(h.CompleteAction(ctx, h.As("ma-rmv-iso"), number, "c1", "Now all.", ""))
	must(h.VerifyAction(ctx, coord, number, "c1", "Looked at the vault."))
	must(h.DropAction(ctx, coord, number, "c2", "The same as the first."))
	must(h.ProposeChange(ctx, analyst, number, "playbook", "ma-play-malware", "Begin with the backup store."))
	must(h.DecideProposal(ctx, coord, number, "p1", true, "Seen twice this year."))
	must(h.FinishProposal(ctx, coord, number, "p1", "2026.12.1", ""))
}

// appendFacts appends facts that no command of this part leads to.
func appendFacts(t *testing.T, h *testkit.Harness, number, actor string, facts ...incident.Fact) {
	t.Helper()
	stream, found, err := h.Record.Find(ctx, number)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	_, err = h.Record.Update(ctx, stream, func(incident.State) (ledger.Decision, error) {
		d := ledger.Decision{At: h.Clock.Now(), Actor: actor}
		for _, f := range facts {
			d.Drafts = append(d.Drafts, ledger.Draft{Fact: f})
		}
		return d, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func registryIncident(t *testing.T, h *testkit.Harness, liability int64) app.Answer {
	t.Helper()
	return file(t, h, "ma-rmv-iso", incident.Filing{Entity: "ma-demo-rmv", Description: "Ransom note", Categories: []string{"malware"}, DiscoveredAt: "2026-06-18T08:00:00-04:00",
		Devices: []incident.Device{{Hostname: "rmv-web-4", Serial: "SN-7"}}, Impact: &incident.Impact{LiabilityUSD: &liability}})
}

// The inventory is drawn from the affected assets with their states and times, and from what only a filing named; who has access again
// from what was stated before a return. People complete both, and the papers say as much as the reader may see. MA 6.8.1, MA 6.8.2, MA 6.5.4
func TestInventoryAndPapers(t *testing.T) {
	h := testkit.Start(t)
	number := registryIncident(t, h, 2_000_000).Incident
	containmentStory(t, h, number)
	coord := h.As("ma-coordinator")
	v, err := h.Analysis(ctx, coord, number)
	check(t, err)
	for i, want := range map[int][]string{0: {"Liability: $2,000,000."}, 1: {"Kiosk 4 in Quincy", "Suspected ", "Returned to service ", "rmv-web-4, SN-7: named in a filing, not on the list"}, 2: {"Twelve clerks; all others removed."}} {
		for _, words := range want {
			if !strings.Contains(v.Sections[i].Draft, words) {
				t.Errorf("%s begins without %q:\n%s", v.Sections[i].ID, words, v.Sections[i].Draft)
			}
		}
	}
	if v.Owner == nil || !strings.HasSuffix(v.Owner.Name, ": Bertrand Lowell") {
		t.Errorf("the owner of the analysis: %+v", v.Owner)
	}
	if len(v.Systems) != 2 || v.Systems[0].State != incident.AssetReturned || len(v.Systems[0].Steps) != 5 || v.Systems[0].OffAt == nil || v.Systems[0].Later {
		t.Errorf("%+v", v.Systems)
	}
	check(t, h.WriteAnalysis(ctx, coord, number, incident.SectionInventory, "Both.", "", 0))
	h.Clock.Move(time.Hour)
	check(t, h.AddAssets(ctx, coord, number, []app.AssetEntry{{Name: "RMV-WEB-4"}}))
	v, err = h.Analysis(ctx, coord, number)
	check(t, err)
	if len(v.Systems) != 3 || v.Systems[0].Later || !v.Systems[2].Later {
		t.Errorf("what was added since is not told apart: %+v", v.Systems)
	}

	var now, first bytes.Buffer
	check(t, h.PrintAnalysis(ctx, coord, number, 0, &now))
	written(t, h, "ma-analyst", number)
	check(t, h.SignAnalysis(ctx, coord, number))
	check(t, h.PrintAnalysis(ctx, coord, number, 1, &first))
	for _, b := range []bytes.Buffer{now, first} {
		if !bytes.HasPrefix(b.Bytes(), []byte("%PDF-1.7")) {
			t.Errorf("%.20q", b.Bytes())
		}
	}
	for _, edition := range []int{-1, 2} {
		if err := h.PrintAnalysis(ctx, coord, number, edition, io.Discard); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("edition %d: %v", edition, err)
		}
	}
	if err := h.PrintAnalysis(ctx, h.As("ca-coordinator"), number, 0, io.Discard); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("printed outside: %v", err)
	}
}

func analysisDuty(v app.AnalysisView) string {
	if v.Owed == nil {
		return "not owed"
	}
	return v.Owed.Status
}

// The analysis is owed by rating, drafted from the record, written by the team, signed by the coordinator alone, and then owed no
// more. MA 6.3.1.3.5, MA 6.5.1, MA 6.6.1.3, MA 6.8, MA 6.8.1, MA 6.8.2, MA 6.8.3, MA 6.8.4
func TestAnalysisOwedWrittenSigned(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a := registryIncident(t, h, 2_000_000)
		coord := h.As("ma-coordinator")
		v, err := h.Analysis(ctx, coord, a.Incident)
		if err != nil || analysisDuty(v) != "owed" || len(v.Unwritten) != len(incident.AnalysisSections) || !v.MaySign {
			t.Fatalf("%+v, %v", v, err)
		}
		if got := v.Sections[1].Draft; !strings.Contains(got, "rmv-web-4") || !strings.Contains(got, "SN-7") {
			t.Errorf("the inventory begins with %q", got)
		}
		if err := h.Discharge(ctx, coord, a.Incident, v.Owed.ID, "Done, believe me."); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("discharged by a word: %v", err)
		}
		if err := h.SignAnalysis(ctx, coord, a.Incident); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("signed with nothing in it: %v", err)
		}
		written(t, h, "ma-analyst", a.Incident)
		for who, kind := range map[string]fault.Kind{"ma-analyst": fault.KindForbidden, "ca-coordinator": fault.KindNotFound} {
			if err := h.SignAnalysis(ctx, h.As(who), a.Incident); fault.KindOf(err) != kind {
				t.Errorf("%s signs: %v", who, err)
			}
		}
		if err := h.WriteAnalysis(ctx, coord, a.Incident, incident.SectionRisk, "Mine", "", 0); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("another's words overwritten: %v", err)
		}
		if err := h.SignAnalysis(ctx, coord, a.Incident); err != nil {
			t.Fatal(err)
		}
		v, err = h.Analysis(ctx, coord, a.Incident)
		if err != nil || analysisDuty(v) != "discharged" || !v.Signed || v.Cause != "social" || v.Editions[0].Sections[0].Text != "Words on impact" || v.Sections[0].History[0].By == "" {
			t.Errorf("%+v, %v", v, err)
		}
		h.Sequence()
		h.Sound()
	})
}

// At Low an analysis is owed only where the coordinator decides so. MA 6.5.1
func TestAnalysisAtLowOnlyWhenDecided(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		coord := h.As("ma-coordinator")
		for _, decide := range []bool{false, true} {
			a := registryIncident(t, h, 10)
			if v, err := h.Analysis(ctx, coord, a.Incident); err != nil || v.Owed != nil || v.Level != policy.Low {
				t.Fatalf("%s %+v, %v", v.Level, v.Owed, err)
			}
			if err := h.DecidePostIncidentReport(ctx, coord, a.Incident, decide, "We want to learn."); err != nil {
				t.Fatal(err)
			}
			if v, err := h.Analysis(ctx, coord, a.Incident); err != nil || (v.Owed != nil) != decide {
				t.Errorf("decided %v: owed %+v, %v", decide, v.Owed, err)
			}
		}
	})
}

// An action that is overdue is chased after the incident was closed: by mail to its owner and the coordinator, and on the owner's
// home page; it is nobody else's. Information is kept three years from the closing. MA 6.6.1.2, MA 6.6.2.5, MA 6.7.5
func TestActionChasedAfterClosure(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a := registryIncident(t, h, 2_000_000)
		coord, due := h.As("ma-coordinator"), h.Clock.Now().Add(28*24*time.Hour)
		if err := h.AssignAction(ctx, h.As("ma-analyst"), a.Incident, "x", "", "ma-analyst", due); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("an analyst assigns: %v", err)
		}
		if err := h.AssignAction(ctx, coord, a.Incident, "Rotate every key.", "", "ma-analyst", due); err != nil {
			t.Fatal(err)
		}
		appendFacts(t, h, a.Incident, coord.ID, &incident.Closed{Outcome: incident.OutcomeResolved})
		h.Tick(0)
		h.Tick(29 * 24 * time.Hour)
		for address, want := range map[string]string{mailOf(h, "ma-analyst"): "overdue, complete corrective action c1", mailOf(h, "ma-coordinator"): "overdue at another, complete corrective action c1"} {
			if got := strings.ToLower(strings.Join(h.Subjects(address), "\n")); !strings.Contains(got, want) {
				t.Errorf("%s was told:\n%s", address, got)
			}
		}
		owes := func(person string) (n int) {
			list, err := h.Owed(ctx, h.As(person), 50)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range list.Mine {
				if d.Discharge == policy.DischargeAction && d.Status == "overdue" && d.Act == app.ActActions {
					n++
				}
			}
			return n
		}
		if owes("ma-analyst") != 1 || owes("ma-rmv-iso") != 0 || owes("ma-coordinator") != 0 {
			t.Errorf("owed by the analyst %d, the ISO %d, the coordinator %d", owes("ma-analyst"), owes("ma-rmv-iso"), owes("ma-coordinator"))
		}
		if err := h.CompleteAction(ctx, h.As("ma-analyst"), a.Incident, "c1", "The vault's log.", "javascript:alert(1)"); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("a link that runs: %v", err)
		}
		if err := h.CompleteAction(ctx, h.As("ma-analyst"), a.Incident, "c1", "The vault's log.", "https://vault.example"); err != nil {
			t.Fatal(err)
		}
		v, err := h.Lessons(ctx, coord, a.Incident)
		if err != nil || v.Actions[0].Status != incident.ActionIsDone || v.Actions[0].Link != "https://vault.example" || owes("ma-analyst") != 0 {
			t.Errorf("%+v, %v", v.Actions, err)
		}
		x, err := h.Analysis(ctx, coord, a.Incident)
		if err != nil || x.KeepUntil == nil || x.KeepUntil.Format("2006-01-02T15:04") != "2029-06-19T04:00" || x.KeepClause != "MA 6.7.5" {
			t.Errorf("kept until %v, %v", x.KeepUntil, err)
		}
	})
}

func mailOf(h *testkit.Harness, person string) string {
	for _, p := range h.DemoPeople() {
		if p.ID == person {
			return p.Email
		}
	}
	return ""
}
