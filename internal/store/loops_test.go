package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/identity"
)

func TestLeases(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		a, ok, err := s.AcquireLease(ctx, "clock", "a", time.Minute, testNow)
		if err != nil || !ok || a.Fence != 1 {
			t.Fatalf("%+v %v %v", a, ok, err)
		}
		if _, ok, err := s.AcquireLease(ctx, "clock", "b", time.Minute, testNow.Add(59*time.Second)); ok || err != nil {
			t.Errorf("b has it too: %v", err)
		}
		if a, err = s.Renew(ctx, a, time.Minute, testNow.Add(30*time.Second)); err != nil || a.Until != testNow.Add(90*time.Second).UnixMicro() {
			t.Errorf("renew: %+v %v", a, err)
		}
		b, ok, err := s.AcquireLease(ctx, "clock", "b", time.Minute, testNow.Add(91*time.Second))
		if err != nil || !ok || b.Fence <= a.Fence {
			t.Fatalf("after its end: %+v %v %v", b, ok, err)
		}
		if _, err := s.Renew(ctx, a, time.Hour, testNow); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a renews what b holds: %v", err)
		}
		if err := s.Release(ctx, a); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a releases what b holds: %v", err)
		}
		if err := s.Release(ctx, b); err != nil {
			t.Error(err)
		}
		c, ok, err := s.AcquireLease(ctx, "clock", "c", time.Minute, testNow.Add(92*time.Second))
		if err != nil || !ok || c.Fence <= b.Fence {
			t.Errorf("after release: %+v %v %v", c, ok, err)
		}
	})
}

// TestFencedWrites has a holder wake up after another took its lease: nothing of what it writes may land.
func TestFencedWrites(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		signer, _ := testKey(t)
		old, _, _ := s.AcquireLease(ctx, "clock", "a", time.Second, testNow)
		current, ok, err := s.AcquireLease(ctx, "clock", "b", time.Hour, testNow.Add(2*time.Second))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		c := toyChange(t, s, "toy/a", 1, "x")
		c.Fence = &old
		if err := s.Commit(ctx, c); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("the old holder commits: %v", err)
		}
		wantNothingOf(t, s, "toy/a")
		c.Fence = &current
		mustCommit(t, s, c)
		if _, _, err := s.Sequence(ctx, old, signer, testNow); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("the old holder sequences: %v", err)
		}
		if _, _, err := s.Sequence(ctx, current, signer, testNow.Add(2*time.Hour)); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a lease that ran out sequences: %v", err)
		}
		if n, _, err := s.Sequence(ctx, current, signer, testNow.Add(3*time.Second)); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}

func ids(ds []engine.Delivery) []string {
	var out []string
	for _, d := range ds {
		out = append(out, d.Message)
	}
	return out
}

// Each courier takes its own lanes, lowest first, and leaves the others alone.
func TestClaimLanes(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		c := toyChange(t, s, "toy/a", 1, "x")
		for _, lane := range []int64{9, 0, 8, 2, 7} {
			c.Deliveries = append(c.Deliveries, engine.Delivery{Message: fmt.Sprint(lane), Lane: lane, NextAt: testNow.UnixMicro()})
		}
		mustCommit(t, s, c)
		for _, step := range []struct {
			lanes notify.Lanes
			limit int
			want  []string
		}{{notify.WebhookLanes, 1, []string{"8"}}, {notify.MailLanes, 10, []string{"0", "2", "7"}}, {notify.MailLanes, 10, nil}, {notify.Lanes{}, 10, []string{"9"}}} {
			got, err := s.ClaimDeliveries(context.Background(), "x", step.lanes, step.limit, time.Hour, testNow)
			if err != nil || !slices.Equal(ids(got), step.want) {
				t.Errorf("%+v: %v, %v; want %v", step.lanes, ids(got), err, step.want)
			}
		}
	})
}

func TestDeliveries(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		us := testNow.UnixMicro()
		c := toyChange(t, s, "toy/a", 1, "x")
		c.Deliveries = []engine.Delivery{{Message: "digest", Lane: 5, NextAt: us - 9, CreatedAt: us}, {Message: "late", Lane: 0, NextAt: us + 1, CreatedAt: us},
			{Message: "second", Lane: 0, NextAt: us, CreatedAt: us}, {Message: "first", Lane: 0, NextAt: us - 1, CreatedAt: us}}
		mustCommit(t, s, c)
		claim := func(who string, limit int, after time.Duration) []engine.Delivery {
			t.Helper()
			d, err := s.ClaimDeliveries(ctx, who, notify.Lanes{}, limit, time.Minute, testNow.Add(after))
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		got := claim("a", 3, 0)
		if !slices.Equal(ids(got), []string{"first", "second", "digest"}) || got[0].Attempts != 1 || got[0].Holder != "a" || got[0].NextAt != us-1 {
			t.Fatalf("claimed %+v", got)
		}
		if again := claim("b", 10, 0); len(again) != 0 {
			t.Errorf("claimed twice: %v", ids(again))
		}
		if err := s.DeferDelivery(ctx, got[0], testNow.Add(time.Hour), engine.Attempt{Message: "first", At: us, Outcome: "deferred", Reply: "451 later"}); err != nil {
			t.Error(err)
		}
		// "second" is left to its lease, as by a courier that died; "late" has become due.
		if again := ids(claim("b", 10, 2*time.Minute)); !slices.Equal(again, []string{"late", "second", "digest"}) {
			t.Errorf("after the lease: %v", again)
		}
		if err := s.DeferDelivery(ctx, got[1], testNow, engine.Attempt{Message: "second", At: us, Outcome: "deferred", Reply: ""}); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a gives back what b has: %v", err)
		}
		c = toyChange(t, s, "toy/a", 1, "x")
		c.Settled, c.Attempts = []string{"second", "late"}, []engine.Attempt{{Message: "second", At: us, Outcome: "accepted", Reply: "250 ok"}}
		c.Deliveries = []engine.Delivery{{Message: "first", Lane: 9}}
		mustCommit(t, s, c)
		left, err := s.Deliveries(ctx)
		if err != nil || !slices.Equal(ids(left), []string{"first", "digest"}) || left[0].LastReply != "451 later" || left[0].Lane != 0 {
			t.Errorf("left %+v, %v", left, err)
		}
		var log []string
		err = s.View(ctx, func(tx engine.Tx) error {
			return engine.Each(ctx, tx, func(r engine.Rows) error {
				var m, o, reply string
				err := r.Scan(&m, &o, &reply)
				log = append(log, m+" "+o+" "+reply)
				return err
			}, "SELECT message, outcome, reply FROM delivery_log ORDER BY id")
		})
		if err != nil || !slices.Equal(log, []string{"first deferred 451 later", "second accepted 250 ok"}) {
			t.Errorf("log %q, %v", log, err)
		}
	})
}

// TestKeepMessages: a claim that is prolonged stays; one that was lost meanwhile stays with who has it now.
func TestKeepMessages(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		cases := New(s.Store, nil)
		c := toyChange(t, s, "toy/a", 1, "x")
		c.Deliveries = []engine.Delivery{{Message: "kept"}, {Message: "lost"}}
		mustCommit(t, s, c)
		claim := func(who string, after time.Duration) []notify.Queued {
			t.Helper()
			got, err := cases.ClaimMessages(ctx, who, notify.Lanes{}, 10, time.Minute, testNow.Add(after))
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		mine := claim("a", 0)
		if err := cases.KeepMessages(ctx, mine[:1], testNow.Add(5*time.Minute)); err != nil || len(mine) != 2 {
			t.Fatal(mine, err)
		}
		theirs := claim("b", 2*time.Minute)
		if len(theirs) != 1 || theirs[0].Message == mine[0].Message {
			t.Fatalf("b claimed %+v, a keeps %s", theirs, mine[0].Message)
		}
		if err := cases.KeepMessages(ctx, mine, testNow.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if again := claim("c", 4*time.Minute); len(again) != 1 || again[0].Message != theirs[0].Message {
			t.Errorf("after b's minute c claimed %+v", again)
		}
	})
}

// TestCouriersShare lets several couriers drain one queue: each message goes to exactly one of them.
func TestCouriersShare(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		c := toyChange(t, s, "toy/a", 1, "x")
		for i := range 300 {
			c.Deliveries = append(c.Deliveries, engine.Delivery{Message: fmt.Sprintf("m%03d", i), Lane: int64(i % 3)})
		}
		mustCommit(t, s, c)
		var mu sync.Mutex
		claimed := map[string]int{}
		var wg sync.WaitGroup
		for w := range 6 {
			wg.Go(func() {
				for {
					d, err := s.ClaimDeliveries(ctx, fmt.Sprint("courier", w), notify.Lanes{}, 7, time.Hour, testNow)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					for _, one := range d {
						claimed[one.Message]++
					}
					n := len(claimed)
					mu.Unlock()
					if len(d) == 0 && n == 300 {
						return
					}
				}
			})
		}
		wg.Wait()
		for m, n := range claimed {
			if n != 1 {
				t.Errorf("%s was claimed %d times", m, n)
			}
		}
	})
}

func TestPlainTables(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		err := s.Streams.Update(ctx, func(tx engine.Tx) error {
			if _, err := tx.Exec(ctx, "INSERT INTO session ("+identity.SessionColumns+") VALUES ($1, 'i', $2, '', '', '', '', $3, $3, $3, $4, 0)", []byte{1, 2}, "p", int64(5), int64(9)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "INSERT INTO api_key (hash, id, person, label, scopes, created_us, expires_us, last_used_us, revoked_us) VALUES ($1, 'k', 'p', 'l', '', 1, 0, 0, 0)", []byte{3}); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, engine.PutSetting, "a", "b")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		failed := s.Streams.Update(ctx, func(tx engine.Tx) error {
			if _, err := tx.Exec(ctx, "DELETE FROM session"); err != nil {
				return err
			}
			return errInjected
		})
		var person, value string
		err = s.View(ctx, func(tx engine.Tx) error {
			if err := engine.One(ctx, tx, []any{&person}, "SELECT person FROM session WHERE token_hash = $1 AND expires_us > $2", []byte{1, 2}, int64(8)); err != nil {
				return err
			}
			return engine.One(ctx, tx, []any{&value}, "SELECT value FROM setting WHERE name = $1", "a")
		})
		if err != nil || person != "p" || value != "b" || failed == nil {
			t.Errorf("%q %q %v %v", person, value, err, failed)
		}
	})
}

func TestViewIsOneSnapshotAndReadOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		mustCommit(t, s, toyChange(t, s, "toy/a", 1, "x"))
		err := s.View(ctx, func(tx engine.Tx) error {
			var before, after int64
			if err := engine.One(ctx, tx, []any{&before}, "SELECT count(*) FROM entry"); err != nil {
				return err
			}
			mustCommit(t, s, toyChange(t, s, "toy/b", 1, "x"))
			if err := engine.One(ctx, tx, []any{&after}, "SELECT count(*) FROM entry"); err != nil || before != after {
				t.Errorf("%d, then %d, %v", before, after, err)
			}
			_, err := tx.Exec(ctx, engine.PutSetting, "a", "b")
			if err == nil {
				t.Error("a view can write")
			}
			return nil
		})
		if err != nil && s.Dialect().Name == "sqlite" {
			t.Error(err)
		}
		if n, err := s.Unsequenced(ctx); err != nil || n != 2 {
			t.Errorf("%d unsequenced, %v", n, err)
		}
	})
}
