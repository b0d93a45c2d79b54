package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/testkit"
)

func TestOperationsIsForOperators(t *testing.T) {
	h := testkit.Start(t)
	for person, may := range map[string]bool{"ca-admin": true, "ma-coordinator": true, "ca-ciso": true, "ca-dmv-iso": false, "ca-ois-duty": false, "ca-auditor": false} {
		_, err := h.Operations(ctx, h.As(person))
		if may != (err == nil) || !may && fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("%s: %v", person, err)
		}
	}
}

// A recipient whose server takes nothing is named with what it said, to those who operate that part of the tree; others see
// that something fails, and not whose mailbox it is.
func TestOperationsNamesWhoIsNotReached(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		h.Post.Answer = func(m notify.Mail) notify.Outcome {
			switch m.To.Email {
			case "cciu@chp.ca.example":
				return notify.NewOutcome(notify.Deferred, h.Clock.Now(), "451 4.7.1 try again, cciu@chp.ca.example")
			case "priya.venkataraman@dmv.ca.example":
				return notify.NewOutcome(notify.Refused, h.Clock.Now(), "550 5.1.1 no such user")
			}
			return notify.NewOutcome(notify.Delivered, h.Clock.Now(), "250 ok")
		}
		a, err := h.File(ctx, h.As("ca-dmv-iso"), laptop(), keyed("a"))
		if err != nil {
			t.Fatal(err)
		}
		h.Deliver()
		h.Clock.Move(10 * time.Second)
		v, err := h.Operations(ctx, h.As("ca-coordinator"))
		if err != nil || len(v.Failing) != 1 {
			t.Fatalf("%+v, %v", v.Failing, err)
		}
		f := v.Failing[0]
		if !strings.HasPrefix(f.To, "Highway Patrol") || f.Attempts != 1 || !strings.HasPrefix(f.Reply, "451") || f.Incident != a.Incident || !f.Next.After(h.Clock.Now()) {
			t.Errorf("%+v", f)
		}
		var failed int64
		for _, l := range v.Lanes {
			failed += l.Failed
		}
		if failed != 1 || len(v.Lanes) == 0 || v.Lanes[0].Oldest.IsZero() {
			t.Errorf("lanes %+v", v.Lanes)
		}
		admin, err := h.Operations(ctx, h.As("ca-admin"))
		if err != nil || len(admin.Failing) != 1 || admin.Failing[0].Incident != "" {
			t.Errorf("an administrator is led to a report: %+v, %v", admin.Failing, err)
		}
		other, err := h.Operations(ctx, h.As("ma-coordinator"))
		if err != nil || len(other.Failing) != 1 || strings.Contains(fmt.Sprint(other.Failing), "Patrol") || strings.Contains(fmt.Sprint(other.Failing), "chp") || other.Failing[0].Incident != "" {
			t.Errorf("the other state: %+v, %v", other.Failing, err)
		}
	})
}

func TestOperationsShowsLedgerAndStore(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		if _, err := h.File(ctx, h.As("ca-dmv-iso"), laptop(), keyed("a")); err != nil {
			t.Fatal(err)
		}
		before, err := h.Operations(ctx, h.As("ca-admin"))
		if err != nil || before.Tree.Size != 0 || before.Tree.Backlog == 0 || before.Tree.BacklogSince.IsZero() {
			t.Fatalf("%+v, %v", before.Tree, err)
		}
		h.Sequence()
		h.Clock.Move(20 * 24 * time.Hour) // clocks have something to say, and nobody lets them
		v, err := h.Operations(ctx, h.As("ca-admin"))
		if err != nil || v.Tree.Size == 0 || v.Tree.Backlog != 0 || v.Tree.Covers.IsZero() || v.Clocks.Waiting != 1 || v.Clocks.Since.IsZero() {
			t.Errorf("%+v %+v, %v", v.Tree, v.Clocks, err)
		}
		if v.Store.Engine != h.Record.Dialect().Name || v.Store.Bytes < 4096 {
			t.Errorf("%+v", v.Store)
		}
	})
}

// The canary goes through the whole path; when it does not come out, the operator is alarmed, once in hours.
func TestPeer_R07_CanaryAndItsAlarm(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		h.App.Canary = app.Canary{To: "canary@tocsin.test", Every: 15 * time.Minute}
		run := func(steps int) {
			t.Helper()
			for range steps {
				if err := h.RunCanary(ctx); err != nil {
					t.Fatal(err)
				}
				h.Deliver()
				h.Clock.Move(time.Minute)
			}
		}
		run(60)
		if n := len(h.Subjects("canary@tocsin.test")); n != 4 {
			t.Errorf("%d canaries in an hour", n)
		}
		v, err := h.Operations(ctx, h.As("ca-admin"))
		if err != nil || v.Canary.Arrived == nil || v.Canary.Late != 0 {
			t.Errorf("%+v, %v", v.Canary, err)
		}
		h.Post.Answer = func(m notify.Mail) notify.Outcome {
			if m.To.Email == "canary@tocsin.test" {
				return notify.NewOutcome(notify.Deferred, h.Clock.Now(), "451 not now")
			}
			return notify.NewOutcome(notify.Delivered, h.Clock.Now(), "250 ok")
		}
		run(120)
		if n := len(h.Subjects("operator@tocsin.test")); n != 1 {
			t.Errorf("%d alarms: %s", n, h.Post)
		}
		if v, err = h.Operations(ctx, h.As("ca-admin")); err != nil || v.Canary.Late < time.Hour || v.Canary.Last.Reply == "" || len(v.Alarms) != 1 {
			t.Errorf("%+v, %v", v.Canary, err)
		}
		if left, err := h.Record.Deliveries(ctx); err != nil || len(left) != 1 {
			t.Errorf("canaries pile up: %d, %v", len(left), err)
		}
		h.Post.Answer = nil
		run(20)
		if v, err = h.Operations(ctx, h.As("ca-admin")); err != nil || v.Canary.Late != 0 {
			t.Errorf("mail works again: %+v, %v", v.Canary, err)
		}
	})
}
