package app_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/intake"
	"tocsin/internal/testkit"
)

func send(t *testing.T, h *testkit.Harness, network, words string) (string, error) {
	t.Helper()
	token := h.TipForm()
	h.Clock.Move(5 * time.Second)
	return h.SendTip(context.Background(), token, network, intake.Tip{Entity: "ma-demo-dph", Words: words, Contact: "ext. 4"})
}

// TestTipToReport: what somebody saw waits for those who triage its entity, becomes their draft in the sender's words, and
// leaves the list when the report is filed. MA 6.5.2.2, MA 6.5.2.4
func TestTipToReport(t *testing.T) {
	h, ctx := testkit.Start(t), context.Background()
	id, err := send(t, h, "10.0.0.0/24", "A stranger in the server room")
	if err != nil || !strings.HasPrefix(id, "T-") {
		t.Fatal(id, err)
	}
	desk, other := h.As("ma-dph-helpdesk"), h.As("ma-dor-helpdesk")
	if list, err := h.OpenTips(ctx, other); len(list) != 0 || err != nil {
		t.Errorf("another agency's help desk sees %v %v", list, err)
	}
	for _, err := range []error{h.DismissTip(ctx, other, id, "no"), h.DismissTip(ctx, h.As("ma-dph-iso"), id, "no"), h.DismissTip(ctx, desk, "T-none", "no")} {
		if fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("who does not triage it: %v", err)
		}
	}
	if _, err := h.TakeTip(ctx, other, id); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("taken by another: %v", err)
	}
	key, err := h.TakeTip(ctx, desk, id)
	if err != nil {
		t.Fatal(err)
	}
	drafts, err := h.Drafts(ctx, desk)
	if err != nil || len(drafts) != 1 || drafts[0].Key != key || !strings.Contains(drafts[0].Form, "stranger") {
		t.Fatalf("drafts: %+v %v", drafts, err)
	}
	if list, _ := h.OpenTips(ctx, h.As("ma-soc-analyst")); len(list) != 1 || list[0].TakenBy == "" || list[0].Contact != "ext. 4" {
		t.Errorf("while it is written up: %+v", list)
	}
	if _, err := h.File(ctx, desk, incident.Filing{Entity: "ma-demo-dph", Description: "A stranger"}, app.PageFiling(key)); err != nil {
		t.Fatal(err)
	}
	if list, err := h.OpenTips(ctx, desk); len(list) != 0 || err != nil {
		t.Errorf("after filing: %+v %v", list, err)
	}
	if err := h.DismissTip(ctx, desk, id, "late"); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("dismissed after filing: %v", err)
	}
	if err := h.SweepTips(ctx); err != nil {
		t.Fatal(err)
	}
	if kept, _, err := h.Record.Tip(ctx, id); err != nil || len(kept.Acts) != 2 || kept.Acts[1].Act != intake.TipFiled || kept.Acts[1].Actor != desk.ID {
		t.Errorf("beside the tip: %+v %v", kept.Acts, err)
	}
}

// TestTipDismissed: dismissing needs a reason, happens once, and is kept beside the tip for 90 days.
func TestTipDismissed(t *testing.T) {
	h, ctx := testkit.Start(t), context.Background()
	id, err := send(t, h, "10.0.0.0/24", "The coffee machine blinks")
	if err != nil {
		t.Fatal(err)
	}
	desk := h.As("ma-dph-helpdesk")
	if err := h.DismissTip(ctx, desk, id, " "); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("without a reason: %v", err)
	}
	if err := h.DismissTip(ctx, desk, id, "not ours"); err != nil {
		t.Fatal(err)
	}
	if err := h.DismissTip(ctx, desk, id, "again"); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("twice: %v", err)
	}
	kept, found, err := h.Record.Tip(ctx, id)
	if err != nil || !found || len(kept.Acts) != 1 || kept.Acts[0].Detail != "not ours" || kept.Acts[0].Actor != desk.ID || strings.Contains(kept.Network, "10.0") {
		t.Errorf("beside the tip: %+v %v", kept, err)
	}
	h.Clock.Move(intake.TipKept + time.Hour)
	if err := h.SweepTips(ctx); err != nil {
		t.Fatal(err)
	}
	if _, found, _ := h.Record.Tip(ctx, id); found {
		t.Error("still there after 90 days")
	}
}

// TestTipForms: a form of ours only, not too soon, not too late, and sent twice it is one tip. Limits hold per network.
func TestTipForms(t *testing.T) {
	h, ctx := testkit.Start(t), context.Background()
	tip := intake.Tip{Entity: "ma-demo-dph", Words: "x"}
	token := h.TipForm()
	if _, err := h.SendTip(ctx, token, "n", tip); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("at once: %v", err)
	}
	h.Clock.Move(3 * time.Second)
	first, err := h.SendTip(ctx, token, "n", tip)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := h.SendTip(ctx, token, "n", tip); second != first || err != nil {
		t.Errorf("twice: %s then %s %v", first, second, err)
	}
	raw, _ := base64.RawURLEncoding.DecodeString(token)
	raw[3] ^= 1
	for _, bad := range []string{"", "x", token + "A", base64.RawURLEncoding.EncodeToString(raw), strings.Repeat("A", 54)} {
		if _, err := h.SendTip(ctx, bad, "n", tip); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("with %q: %v", bad, err)
		}
	}
	for _, bad := range []intake.Tip{{Entity: "nobody", Words: "x"}, {Entity: "ma-demo-dph", Words: " \n"}, {Entity: "ma-demo-dph", Words: strings.Repeat("é", 5001)}} {
		if _, err := h.SendTip(ctx, token, "n", bad); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%.20q for %s: %v", bad.Words, bad.Entity, err)
		}
	}
	for i := 1; i < intake.TipsOfNetwork; i++ {
		if _, err := send(t, h, "n", "more"); err != nil {
			t.Fatal(i, err)
		}
	}
	if _, err := send(t, h, "n", "one too many"); err != app.ErrTooManyTips {
		t.Errorf("beyond the limit: %v", err)
	}
	if _, err := send(t, h, "m", "from elsewhere"); err != nil {
		t.Errorf("from another network: %v", err)
	}
	h.Clock.Move(25 * time.Hour)
	if _, err := h.SendTip(ctx, token, "n", tip); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("a day later: %v", err)
	}
}
