package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/intake"
	"tocsin/internal/store/engine"
)

func tip(id, network string, at time.Time) intake.Tip {
	return intake.Tip{ID: id, Entity: "e1", Words: "words of " + id, Contact: "me", Network: network, At: at}
}

// TestTips: a tip waits in its entity's list until it is filed or dismissed; what was done about it stays beside it until both go.
func TestTips(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s, ctx := openConfig(t, cfg), context.Background()
		for i := range 3 {
			if kept, err := s.AddTip(ctx, tip(fmt.Sprint(i), "n", testNow.Add(time.Duration(i)*time.Second))); !kept || err != nil {
				t.Fatal(kept, err)
			}
		}
		if kept, err := s.AddTip(ctx, tip("0", "n", testNow)); !kept || err != nil {
			t.Errorf("sent twice: %v %v", kept, err)
		}
		open, err := s.OpenTips(ctx, []string{"e0", "e1"}, 2)
		if err != nil || len(open) != 2 || open[0].Words != "words of 0" || !open[0].At.Equal(testNow) {
			t.Fatalf("open: %+v %v", open, err)
		}
		for _, entities := range [][]string{nil, {"e2"}} {
			if open, err := s.OpenTips(ctx, entities, 10); len(open) != 0 || err != nil {
				t.Errorf("in %v: %v %v", entities, open, err)
			}
		}
		acts := []intake.TipAct{{Act: intake.TipTaken, Actor: "person:a", Detail: "key", At: testNow}, {Act: intake.TipDismissed, Actor: "person:b", Detail: "known", At: testNow.Add(time.Hour)}}
		for _, a := range acts {
			if err := s.ActOnTip(ctx, "1", a); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.ActOnTip(ctx, "1", acts[1]); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("settled twice: %v", err)
		}
		one, found, err := s.Tip(ctx, "1")
		if err != nil || !found || len(one.Acts) != 2 || one.Acts[0].Detail != "key" || one.Acts[1].Actor != "person:b" {
			t.Errorf("%+v %v %v", one, found, err)
		}
		if open, _ := s.OpenTips(ctx, []string{"e1"}, 10); len(open) != 2 {
			t.Errorf("%d are open", len(open))
		}
		if err := s.SweepTips(ctx, testNow.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, found, _ := s.Tip(ctx, "1"); found {
			t.Error("a closed one is still there")
		}
		if open, _ := s.OpenTips(ctx, []string{"e1"}, 10); len(open) != 2 {
			t.Errorf("%d are open after sweeping", len(open))
		}
	})
}

// TestTipLimits: one network, and all together, have their measure in an hour; the next hour has its own.
func TestTipLimits(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s, ctx := openConfig(t, cfg), context.Background()
		n := 0
		add := func(network string, at time.Time) bool {
			n++
			kept, err := s.AddTip(ctx, tip(fmt.Sprint(n), network, at))
			if err != nil {
				t.Fatal(err)
			}
			return kept
		}
		for range intake.TipsOfNetwork {
			if !add("a", testNow) {
				t.Fatal("refused too early")
			}
		}
		if add("a", testNow) {
			t.Error("one network has no limit")
		}
		if !add("b", testNow) || !add("a", testNow.Add(time.Hour+time.Second)) {
			t.Error("another network, or the next hour, pays for it")
		}
		later := testNow.Add(5 * time.Hour)
		for i := range intake.TipsOfAll {
			if !add(fmt.Sprintf("c%d", i), later) {
				t.Fatalf("refused at %d", i)
			}
		}
		if add("d", later) {
			t.Error("all together have no limit")
		}
	})
}
