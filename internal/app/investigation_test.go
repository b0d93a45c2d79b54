package app_test

import (
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// investigate is a life of an investigation that touches every command.
func investigate(t *testing.T, h *testkit.Harness, by access.Actor, number string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	at := h.Clock.Now().Add(-3 * time.Hour).In(time.FixedZone("", -4*3600))
	found := at.Add(time.Hour)
	must(h.RecordIndicators(ctx, by, number, app.IndicatorInput{Text: "hxxp://evil[.]example/a\n203[.]0.113.7 and payload.exe\nuser: j.doe", TLP: "amber", Source: "mail gateway", Techniques: []string{"T1566"}}))
	must(h.RecordEvents(ctx, by, number, []app.EventInput{
		{At: at, Precision: "minute", Zone: "EDT", Discovered: &found, Kind: "adversary", Source: "mail gateway", Description: "Mail with a macro opened", Assets: []string{"WS-14"}, People: []string{"j.doe"},
			Indicators: []string{"i1"}, Techniques: []string{"T1566.001"}},
		{At: at.Add(time.Minute), Description: "Beacon", Tactic: "command-and-control"}}))
	must(h.PasteEvents(ctx, by, number, app.PasteInput{Text: "2026-06-18 09:00:01 EDT first\nnonsense\n2026-06-18 09:00:02 EDT second", Source: "firewall", Skip: true}))
	must(h.CorrectEvent(ctx, by, number, "e2", app.EventInput{At: at.Add(2 * time.Minute), About: true, Precision: "hour", Kind: "adversary", Description: "Beacon to 203.0.113.7"}, "The clock was wrong."))
	must(h.WithdrawEvent(ctx, by, number, "e4", "Seen twice."))
	must(h.MarkIndicator(ctx, by, number, "i1", "red"))
	must(h.SightIndicator(ctx, by, number, "i2", at, "On the proxy.", nil))
	must(h.WithdrawIndicator(ctx, by, number, "i3", "It is ours."))
	must(h.RecordFinding(ctx, by, number, "They came by mail.", "low"))
	must(h.Argue(ctx, by, number, "f1", app.ArgumentInput{Text: "The mail is there.", Events: []string{"e1"}, Indicators: []string{"i1"}}))
	must(h.JudgeFinding(ctx, by, number, "f1", "moderate", "supported", "The gateway's log shows it."))
	must(h.RecordDecision(ctx, by, number, app.DecisionInput{What: "Block the domain.", Why: "The mail came from there.", Findings: []string{"f1"}}))
	must(h.RecordDecision(ctx, by, number, app.DecisionInput{What: "Block the address too.", Why: "It moved.", Replaces: "d1", At: &found}))
	must(h.WriteNote(ctx, by, number, "", "# Heard\n\n*It* rained."))
	must(h.WriteNote(ctx, by, number, "n1", "# Heard\n\nIt did not."))
	must(h.WriteNote(ctx, by, number, "", "Gone soon"))
	must(h.WithdrawNote(ctx, by, number, "n2", "Wrong incident."))
}

func malware(t *testing.T, h *testkit.Harness, key string) string {
	t.Helper()
	a, err := h.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "Registry workstation encrypted after mail attachment opened", Categories: []string{"malware"}}, keyed(key))
	if err != nil {
		t.Fatal(err)
	}
	return a.Incident
}

// An investigation is shown as it was recorded, corrected and withdrawn, on both engines. MA 6.6.4.1, MA 6.6.4.5
func TestInvestigation(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		number, lead := malware(t, h, "i"), h.As("ma-lead")
		investigate(t, h, lead, number)
		v, err := h.Timeline(ctx, lead, number, app.TimelineQuery{})
		if err != nil || v.Total != 3 || v.Matching != 3 || !v.MayWork {
			t.Fatalf("%+v, %v", v, err)
		}
		var order []string
		for _, e := range v.Events {
			order = append(order, e.ID)
		}
		if strings.Join(order, " ") != "e3 e1 e2" { // by the instant, whatever the offset
			t.Errorf("order %v", order)
		}
		e1 := v.Events[1]
		if _, offset := e1.At.Zone(); offset != -4*3600 || e1.Zone != "EDT" || e1.Precision != "minute" || e1.Discovered == nil || e1.Tactic != "initial-access" ||
			e1.Techniques[0].Name != "Phishing: Spearphishing Attachment" || e1.People[0].Name != "j.doe" || e1.Source != "mail gateway" {
			t.Errorf("%+v", e1)
		}
		e2, err := h.Event(ctx, lead, number, "e2")
		if err != nil || e2.Description != "Beacon to 203.0.113.7" || !e2.About || len(e2.Earlier) != 1 || e2.Earlier[0].Description != "Beacon" || e2.Reason != "The clock was wrong." {
			t.Errorf("%+v, %v", e2, err)
		}
		for name, ask := range map[string]app.TimelineQuery{"kind": {Kind: "adversary"}, "words": {Words: "MAIL opened"}, "source": {Source: "firewall"}, "asset": {Asset: "ws-14"},
			"tactic": {Tactic: "initial-access"}, "from": {From: e1.At.Add(90 * time.Second)}, "withdrawn": {Withdrawn: true, Words: "second"}, "limit": {Limit: 1, Skip: 1}} {
			got, err := h.Timeline(ctx, lead, number, ask)
			want := map[string]int{"kind": 2}[name]
			if err != nil || len(got.Events) != max(want, 1) {
				t.Errorf("%s: %d events, %v", name, len(got.Events), err)
			}
		}
		list, err := h.Indicators(ctx, lead, number, app.IndicatorQuery{})
		if err != nil || list.Total != 3 || list.Indicators[0].Defanged != "hxxp[://]evil[.]example/a" || list.Indicators[0].TLP != "red" || list.Indicators[1].Sightings[0].Where != "On the proxy." ||
			list.Indicators[0].Events[0] != "e1" {
			t.Errorf("%+v, %v", list, err)
		}
		f, err := h.Findings(ctx, lead, number)
		if err != nil || f.Findings[0].Status != "supported" || f.Findings[0].History[1].Reason != "The gateway's log shows it." || f.Findings[0].For[0].Events[0] != "e1" ||
			f.Decisions[0].ReplacedBy != "d2" || f.Decisions[0].By == "" || len(f.People) < 3 {
			t.Errorf("%+v, %v", f, err)
		}
		n, err := h.Notes(ctx, lead, number)
		if err != nil || len(n.Notes) != 2 || n.Notes[0].Withdrawn == nil || n.Notes[0].Text != "" || !strings.Contains(n.Notes[1].Text, "did not") || len(n.Notes[1].Earlier) != 1 {
			t.Errorf("%+v, %v", n, err)
		}
		all, err := h.Investigation(ctx, lead, number)
		if err != nil || all.Events != 3 || all.Indicators != 3 || all.Notes != 1 || all.First == nil || all.Owner == nil || all.Owner.Clause != "MA 6.5.4" {
			t.Errorf("%+v, %v", all, err)
		}
		for who, kind := range map[string]fault.Kind{"ca-coordinator": fault.KindNotFound, "ma-risk-chair": fault.KindForbidden} {
			if err := h.WriteNote(ctx, h.As(who), number, "", "x"); fault.KindOf(err) != kind {
				t.Errorf("%s writes: %v", who, err)
			}
		}
	})
}

// What is pasted is shown before it is recorded, with the problem of each line; nothing of it is recorded while one has a problem. MA 6.6.4.6
func TestPaste(t *testing.T) {
	h := testkit.Start(t)
	number, lead := malware(t, h, "p"), h.As("ma-lead")
	in := app.PasteInput{Text: "2026-06-18 09:00 first\n6/7/2026 9:01 AM second\nwhat\n"}
	v, err := h.PreviewEvents(ctx, lead, number, in)
	if err != nil || v.Good != 0 || v.Problems != 3 || !v.Lines[0].NeedsZone || !v.Lines[1].NeedsDate {
		t.Fatalf("%+v, %v", v, err)
	}
	in.Zone, in.Dates = "America/New_York", "mdy"
	if v, err = h.PreviewEvents(ctx, lead, number, in); err != nil || v.Good != 2 || v.Problems != 1 || v.Lines[1].Event.At.Month() != time.June {
		t.Fatalf("%+v, %v", v, err)
	}
	if err := h.PasteEvents(ctx, lead, number, in); fault.KindOf(err) != fault.KindInvalid || !strings.Contains(err.Error(), "Line 3") {
		t.Errorf("recorded with a problem: %v", err)
	}
	if now, _ := h.Timeline(ctx, lead, number, app.TimelineQuery{}); now.Total != 0 {
		t.Errorf("%d events are there", now.Total)
	}
	var many strings.Builder
	for i := range 600 {
		many.WriteString("2026-06-18 09:00:0" + string(rune('0'+i%10)) + "Z line\n")
	}
	before := len(h.Entries())
	if err := h.PasteEvents(ctx, lead, number, app.PasteInput{Text: many.String()}); err != nil {
		t.Fatal(err)
	}
	if now, _ := h.Timeline(ctx, lead, number, app.TimelineQuery{Limit: 10}); now.Total != 600 || len(now.Events) != 10 {
		t.Errorf("%d events, %d shown", now.Total, len(now.Events))
	}
	if after := len(h.Entries()); after-before != 3 {
		t.Errorf("600 lines became %d facts", after-before)
	}
	found, err := h.PreviewIndicators(ctx, lead, number, app.IndicatorInput{Text: "203.0.113.7\nhm\n"})
	if err != nil || found.New != 1 || len(found.Unread) != 1 {
		t.Errorf("%+v, %v", found, err)
	}
	if err := h.RecordIndicators(ctx, lead, number, app.IndicatorInput{Text: "203.0.113.7"}); err != nil {
		t.Fatal(err)
	}
	if err := h.RecordIndicators(ctx, lead, number, app.IndicatorInput{Text: "203[.]0.113.7"}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("the same indicator twice: %v", err)
	}
}

// Two worlds: an incident that the reader may not see shares indicators, assets, time and words, and the answers stay as they were.
func TestSharedIndicatorsKeepSecrets(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		lead, coordinator := h.As("ma-lead"), h.As("ma-coordinator")
		mine, hers := malware(t, h, "s1"), malware(t, h, "s2")
		const traces = "203.0.113.9\nevil.example"
		for _, n := range []string{mine, hers} {
			if err := h.RecordIndicators(ctx, coordinator, n, app.IndicatorInput{Text: traces}); err != nil {
				t.Fatal(err)
			}
			h.Clock.Move(time.Minute)
		}
		shared := func(by access.Actor) (n int, related []string, looked int) {
			t.Helper()
			list, err := h.Indicators(ctx, by, mine, app.IndicatorQuery{})
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range list.Indicators {
				n += len(i.Shared)
			}
			r, err := h.Related(ctx, by, mine)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range r.Related {
				related = append(related, one.Incident+", "+one.Marking+": "+strings.Join(one.Reasons, "; "))
			}
			found, err := h.LookUp(ctx, by, "hxxp://nothing.example")
			if err != nil || len(found.Incidents) != 0 {
				t.Errorf("%+v, %v", found, err)
			}
			if found, err = h.LookUp(ctx, by, "evil[.]example"); err != nil {
				t.Fatal(err)
			}
			return n, related, len(found.Incidents)
		}
		if n, related, looked := shared(lead); n != 2 || len(related) != 1 || !strings.Contains(related[0], "has the indicator evil[.]example") || !strings.Contains(related[0], "similar words") ||
			!strings.Contains(related[0], "same organisation") || looked != 2 {
			t.Fatalf("shared %d, related %v, looked up %d", n, related, looked)
		}
		if err := h.Restrict(ctx, coordinator, hers, nil, "An insider."); err != nil {
			t.Fatal(err)
		}
		if n, related, looked := shared(lead); n != 0 || len(related) != 0 || looked != 1 {
			t.Errorf("to an outsider: shared %d, related %v, looked up %d", n, related, looked)
		}
		if n, related, looked := shared(coordinator); n != 2 || len(related) != 1 || !strings.Contains(related[0], ", restricted: ") || looked != 2 {
			t.Errorf("to a member: shared %d, related %v, looked up %d", n, related, looked)
		}
		if _, err := h.Timeline(ctx, lead, hers, app.TimelineQuery{}); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("an outsider reads: %v", err)
		}
		if found, err := h.LookUp(ctx, h.As("ca-coordinator"), "203.0.113.9"); err != nil || len(found.Incidents) != 0 {
			t.Errorf("another state finds %+v, %v", found, err)
		}
		if err := h.WithdrawIndicator(ctx, coordinator, hers, "i1", "It is ours."); err != nil {
			t.Fatal(err)
		}
		if n, _, _ := shared(coordinator); n != 1 {
			t.Errorf("a withdrawn indicator is shared still: %d", n)
		}
	})
}
