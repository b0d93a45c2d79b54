package app_test

import (
	"slices"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/testkit"
)

// Corrective actions of all incidents on both engines: by state, owner and entity, page by page, and never one that the reader may not read. MA 6.6.1.2
func TestActionsOverAllIncidents(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		coord, day := h.As("ma-coordinator"), 24*time.Hour
		var numbers []string
		for i := range 3 {
			a := registryIncident(t, h, 2_000_000)
			numbers = append(numbers, a.Incident)
			for j, owner := range []string{"ma-analyst", "ma-rmv-iso"} {
				check(t, h.AssignAction(ctx, coord, a.Incident, "Rotate every key.", "", owner, h.Clock.Now().Add(time.Duration(10*i+j+1)*day)))
			}
		}
		list := func(who string, q app.ActionsQuery) (v app.ActionsView, ids []string) {
			t.Helper()
			for {
				page, err := h.Actions(ctx, h.As(who), q)
				check(t, err)
				v.Actions = append(v.Actions, page.Actions...)
				v.Open, v.Overdue, v.Completed = page.Open, page.Overdue, page.Completed
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
			for _, a := range v.Actions {
				ids = append(ids, string(rune('0'+slices.Index(numbers, a.Incident)))+a.ID)
			}
			return v, ids
		}
		expect := func(who string, q app.ActionsQuery, want ...string) app.ActionsView {
			t.Helper()
			v, got := list(who, q)
			if !slices.Equal(got, want) {
				t.Errorf("%s with %+v sees %v, want %v", who, q, got, want)
			}
			return v
		}
		all := []string{"0c1", "0c2", "1c1", "1c2", "2c1", "2c2"}
		v := expect("ma-coordinator", app.ActionsQuery{}, all...)
		if v.Open.Count != 6 || v.Overdue.Count != 0 || v.Actions[0].What != "Rotate every key." || v.Actions[0].EntityName == "" || v.Actions[0].OwnerName == "" {
			t.Errorf("%+v", v)
		}
		expect("ma-coordinator", app.ActionsQuery{Limit: 1}, all...)
		expect("ma-rmv-iso", app.ActionsQuery{Limit: 4}, all...)
		expect("ma-rmv-iso", app.ActionsQuery{Mine: true, Limit: 2}, "0c2", "1c2", "2c2")
		expect("ma-coordinator", app.ActionsQuery{Owner: "ma-analyst"}, "0c1", "1c1", "2c1")
		expect("ma-coordinator", app.ActionsQuery{Owner: "no such person"})
		expect("ma-coordinator", app.ActionsQuery{Under: "ma-demo-rmv"}, all...)
		expect("ma-coordinator", app.ActionsQuery{Under: "ca-demo-dmv"})
		expect("ca-coordinator", app.ActionsQuery{State: app.ActionsAll})

		check(t, h.CompleteAction(ctx, h.As("ma-rmv-iso"), numbers[0], "c2", "The log shows it.", "https://vault.example/log"))
		check(t, h.DropAction(ctx, coord, numbers[1], "c1", "The same as another."))
		h.Tick(25 * day)
		v = expect("ma-coordinator", app.ActionsQuery{State: app.ActionsOverdue}, "0c1", "1c2", "2c1", "2c2")
		if v.Open.Count != 4 || v.Overdue.Count != 4 || v.Completed.Count != 1 || !v.Actions[0].Overdue {
			t.Errorf("%+v", v)
		}
		v = expect("ma-coordinator", app.ActionsQuery{State: app.ActionsCompleted}, "0c2")
		if a := v.Actions[0]; a.Evidence != "The log shows it." || a.Link != "https://vault.example/log" || a.DoneAt == nil || a.Overdue {
			t.Errorf("%+v", a)
		}
		check(t, h.VerifyAction(ctx, coord, numbers[0], "c2", ""))
		expect("ma-coordinator", app.ActionsQuery{State: app.ActionsEnded, Limit: 1}, "1c1", "0c2")
		expect("ma-coordinator", app.ActionsQuery{State: app.ActionsAll, Limit: 2}, "2c2", "2c1", "1c2", "1c1", "0c2", "0c1")

		check(t, h.Restrict(ctx, coord, numbers[2], []string{"ma-lead"}, "An insider."))
		expect("ma-rmv-iso", app.ActionsQuery{State: app.ActionsAll}, "1c2", "1c1", "0c2", "0c1")
		expect("ma-rmv-iso", app.ActionsQuery{Mine: true}, "1c2")
		if v := expect("ma-lead", app.ActionsQuery{Under: "ma-demo-rmv"}, "0c1", "1c2", "2c1", "2c2"); v.Actions[2].Marking != "restricted" {
			t.Errorf("%+v", v.Actions[2])
		}
		for _, bad := range []app.ActionsQuery{{State: "late"}, {Limit: 201}, {Cursor: "x"}} {
			if _, err := h.Actions(ctx, coord, bad); fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		h.Sequence()
		h.Sound()
	})
}
