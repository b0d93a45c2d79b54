package app_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// The statistics are sent once for each period, however many replicas look and however often; each reader gets the numbers over what
// that reader may see; after an outage the latest period alone. MA 6.5.2.1
func TestStatisticsByMail(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		iso, ciso := h.As("ma-rmv-iso"), h.As("ma-ciso")
		weekly := calendar.Cadence{Every: calendar.Weekly, Day: 1, Hour: 8}
		for _, who := range []struct {
			person string
			r      app.PlanRequest
			kind   fault.Kind
		}{
			{"ma-rmv-iso", app.PlanRequest{Cadence: weekly}, ""},
			{"ma-ciso", app.PlanRequest{Cadence: weekly, Role: "ir_coordinator", Entity: "ma-state"}, ""},
			{"ma-rmv-iso", app.PlanRequest{Cadence: weekly, Role: "ciso", Entity: "ma-state"}, fault.KindForbidden},
			{"ca-coordinator", app.PlanRequest{Cadence: weekly, Role: "ciso", Entity: "ma-state"}, fault.KindForbidden},
			{"ma-ciso", app.PlanRequest{Cadence: calendar.Cadence{Every: "daily", Day: 1}}, fault.KindInvalid},
		} {
			if err := h.AddReportPlan(ctx, h.As(who.person), who.r); fault.KindOf(err) != who.kind {
				t.Fatalf("%s %+v: %v", who.person, who.r, err)
			}
		}
		file(t, h, "ma-rmv-iso", incident.Filing{Entity: "ma-demo-rmv", Description: "One"})
		file(t, h, "ma-dph-iso", incident.Filing{Entity: "ma-demo-dph", Description: "Two"})
		h.Tick(0)
		mails := func(person string) (out []string) {
			for _, m := range h.Post.Taken() {
				if m.To.Email == mailOf(h, person) && strings.Contains(m.Subject, "statistics") {
					out = append(out, m.Subject+" "+strings.Join(strings.Fields(m.Text), " "))
				}
			}
			return out
		}
		round := func() {
			t.Helper()
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					if err := h.SendReports(ctx); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			h.Deliver()
		}
		round()
		if n := len(mails("ma-rmv-iso")); n != 0 { // it is Thursday
			t.Fatalf("%d mails before the day", n)
		}
		h.Clock.Move(4 * 24 * time.Hour)
		round()
		round()
		for person, total := range map[string]string{"ma-rmv-iso": "Received: 1", "ma-coordinator": "Received: 2"} {
			got := mails(person)
			if len(got) != 1 || !strings.Contains(got[0], total) || !strings.Contains(got[0], "from 2026-06-15 to 2026-06-21") {
				t.Errorf("%s got %d, want one with %q:\n%s", person, len(got), total, strings.Join(got, "\n"))
			}
		}
		if len(mails("ma-ciso")) != 0 {
			t.Error("who set it up for another got it too")
		}
		h.Clock.Move(21 * 24 * time.Hour) // three Mondays later, nobody having looked
		round()
		if got := mails("ma-rmv-iso"); len(got) != 2 || !strings.Contains(got[1], "from 2026-07-06 to 2026-07-12") || !strings.Contains(got[1], "Received: 0") {
			t.Errorf("after an outage: %d\n%s", len(got), strings.Join(got, "\n"))
		}
		mine, err := h.ReportPlans(ctx, iso)
		if err != nil || len(mine.Plans) != 1 || !mine.Plans[0].Own || mine.Plans[0].Last == nil {
			t.Fatalf("%+v, %v", mine, err)
		}
		if err := h.DropReportPlan(ctx, ciso, mine.Plans[0].ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("another's plan dropped: %v", err)
		}
		if err := h.DropReportPlan(ctx, iso, mine.Plans[0].ID); err != nil {
			t.Error(err)
		}
		h.Clock.Move(7 * 24 * time.Hour)
		round()
		if n := len(mails("ma-rmv-iso")); n != 2 {
			t.Errorf("%d mails after it was ended", n)
		}
	})
}
