package app_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// lived is one incident of the test's own count.
type lived struct {
	entity         string
	level          string
	restricted     bool
	report, start  time.Duration // -1: not reached
	contain, close time.Duration
}

// random makes incidents of two agencies that reached some of their milestones, and says what it did.
func randomLives(t *testing.T, h *testkit.Harness, n int) (out []lived) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	people := map[string]string{"ma-demo-rmv": "ma-rmv-iso", "ma-demo-dph": "ma-dph-iso"}
	levels := map[string]int64{"low": 10, "medium": 200_000, "high": 3_000_000}
	for i := range n {
		hours := func() time.Duration { return time.Duration(1+r.IntN(30)) * time.Hour }
		x := lived{entity: []string{"ma-demo-rmv", "ma-demo-dph"}[i%2], level: []string{"low", "medium", "high"}[r.IntN(3)], restricted: i%5 == 4, report: hours(), start: -1, contain: -1, close: -1}
		liability := levels[x.level]
		found := h.Clock.Now()
		h.Clock.Move(x.report)
		a := file(t, h, people[x.entity], incident.Filing{Entity: x.entity, Description: "It happened", Categories: []string{"malware"}, DiscoveredAt: found.Format(time.RFC3339), Impact: &incident.Impact{LiabilityUSD: &liability}})
		filed := h.Clock.Now()
		if r.IntN(3) > 0 {
			h.Clock.Move(hours())
			x.start = h.Clock.Now().Sub(filed)
			if err := h.StartResponse(ctx, h.As("ma-coordinator"), a.Incident, "ma-lead", "Begun.", nil); err != nil {
				t.Fatal(err)
			}
		}
		if r.IntN(2) > 0 {
			h.Clock.Move(hours())
			x.contain = h.Clock.Now().Sub(found)
			appendFacts(t, h, a.Incident, "person:ma-lead", &incident.PhaseEntered{Phase: incident.PhaseContainment}, &incident.MilestoneReached{Milestone: incident.Contained, At: h.Clock.Now().UnixMicro()})
		}
		if r.IntN(2) > 0 {
			h.Clock.Move(hours())
			x.close = h.Clock.Now().Sub(filed)
			appendFacts(t, h, a.Incident, "person:ma-coordinator", &incident.Closed{Outcome: incident.OutcomeResolved})
		}
		if x.restricted {
			if err := h.Restrict(ctx, h.As("ma-coordinator"), a.Incident, []string{"ma-legal"}, "An insider."); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, x)
	}
	return out
}

// counted is what a reader's numbers ought to be, worked out another way.
func counted(all []lived, sees func(lived) bool) (total, open int64, spread map[string]incident.Spread, byLevel map[string]int64) {
	spans := map[string][]time.Duration{}
	byLevel, spread = map[string]int64{}, map[string]incident.Spread{}
	for _, x := range all {
		if !sees(x) {
			continue
		}
		total++
		if x.close < 0 {
			open++
			byLevel[x.level]++
		}
		for id, d := range map[string]time.Duration{"report": x.report, "start": x.start, "contain": x.contain, "close": x.close} {
			if d >= 0 {
				spans[id] = append(spans[id], d)
			}
		}
	}
	for id, s := range spans {
		slices.Sort(s)
		at := func(q float64) time.Duration { // the smallest that at least this part does not exceed
			for i := range s {
				if float64(i+1) >= q*float64(len(s)) {
					return s[i]
				}
			}
			return 0
		}
		spread[id] = incident.Spread{Count: int64(len(s)), Median: at(0.5), P90: at(0.9)}
	}
	return total, open, spread, byLevel
}

// The numbers equal a count of the test's own, for each reader over what that reader may see: restricted incidents for members alone.
// MA 6.5.2.1, MA 6.6.2.4
func TestStatisticsEqualAnotherCount(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		all := randomLives(t, h, 14)
		h.Tick(0)
		totals := map[int64]bool{}
		for person, sees := range map[string]func(lived) bool{
			"ma-coordinator": func(lived) bool { return true }, // restricted them, and so is a member
			"ma-ciso":        func(x lived) bool { return !x.restricted },
			"ma-rmv-iso":     func(x lived) bool { return !x.restricted && x.entity == "ma-demo-rmv" },
			"ca-coordinator": func(lived) bool { return false },
		} {
			v := statistics(t, h, h.As(person), app.StatisticsQuery{})
			total, open, spread, byLevel := counted(all, sees)
			if v.Total != total || v.Open != open {
				t.Errorf("%s: %d of which %d open, want %d and %d", person, v.Total, v.Open, total, open)
			}
			for _, m := range v.Measures {
				if want, ok := spread[m.ID]; ok && (m.Count != want.Count || m.Median != want.Median || m.P90 != want.P90) {
					t.Errorf("%s, %s: %d %s %s, want %+v", person, m.ID, m.Count, m.Median, m.P90, want)
				}
			}
			for _, g := range v.Groups {
				if g.ID != incident.ByRating {
					continue
				}
				got := map[string]int64{}
				for _, row := range g.Rows {
					got[row.ID] = row.Count
				}
				for level, n := range byLevel {
					if got[level] != n {
						t.Errorf("%s: %d open at %s, want %d", person, got[level], level, n)
					}
				}
			}
			totals[v.Total] = true
		}
		if len(totals) != 4 {
			t.Errorf("four readers with four scopes, and totals %v", totals)
		}
		rmv := statistics(t, h, h.As("ma-ciso"), app.StatisticsQuery{Entity: "ma-demo-dot", Level: "high"})
		if want, _, _, _ := counted(all, func(x lived) bool { return !x.restricted && x.entity == "ma-demo-rmv" && x.level == "high" }); rmv.Total != want {
			t.Errorf("cut to a part of the tree and a rating: %d, want %d", rmv.Total, want)
		}
		var late int64
		for _, d := range statistics(t, h, h.As("ma-coordinator"), app.StatisticsQuery{}).Duties {
			late += d.Late
			if d.Rule == "ma-start-response-high" && d.OnTime+d.Late == 0 {
				t.Error("nobody ever owed a start")
			}
		}
		if late == 0 {
			t.Error("nothing was ever late")
		}
		if _, err := h.Statistics(ctx, h.As("ma-ciso"), app.StatisticsQuery{From: "2026-09-09", To: "2026-01-01", Level: "huge"}, time.UTC); fault.KindOf(err) != fault.KindInvalid || len(fault.All(err)) != 2 {
			t.Errorf("%v", err)
		}
	})
}

func statistics(t *testing.T, h *testkit.Harness, by access.Actor, q app.StatisticsQuery) app.StatisticsView {
	t.Helper()
	for range 20 {
		v, err := h.Statistics(ctx, by, q, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if !v.Counting {
			return v
		}
	}
	t.Fatal("the count does not come to an end")
	return app.StatisticsView{}
}
