package app_test

import (
	"context"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/intake"
	"tocsin/internal/testkit"
)

const formKey = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// TestDraftsOfTheirWriter: a draft is its writer's alone, needs the right to file, and is gone once filed or left for 30 days.
func TestDraftsOfTheirWriter(t *testing.T) {
	h, ctx := testkit.Start(t), context.Background()
	dana, other := h.As("ca-dmv-iso"), h.As("ma-dor-iso")
	d := intake.Draft{Key: formKey, Entity: "ca-demo-dmv", Kind: incident.Initial, Form: "description=half+a+sentence"}
	saved, kept, err := h.SaveDraft(ctx, dana, d)
	if err != nil || saved.Revision != 1 || kept != nil || saved.Person != dana.Person {
		t.Fatalf("save: %+v %v %v", saved, kept, err)
	}
	if _, _, err := h.SaveDraft(ctx, other, d); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("for an entity that is not theirs: %v", err)
	}
	if _, _, err := h.SaveDraft(ctx, dana, intake.Draft{Key: "short", Entity: "ca-demo-dmv"}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("without a key: %v", err)
	}
	if list, err := h.Drafts(ctx, other); len(list) != 0 || err != nil {
		t.Errorf("another sees %v %v", list, err)
	}
	if err := h.DropDraft(ctx, other, formKey); err != nil {
		t.Fatal(err)
	}
	if list, _ := h.Drafts(ctx, dana); len(list) != 1 || list[0].Form != d.Form {
		t.Fatalf("the writer sees %v", list)
	}
	h.Clock.Move(intake.DraftLife + time.Minute)
	if list, _ := h.Drafts(ctx, dana); len(list) != 0 {
		t.Errorf("after 30 days: %v", list)
	}
	if err := h.SweepDrafts(ctx); err != nil {
		t.Fatal(err)
	}
	h.Clock.Move(-intake.DraftLife - time.Minute)
	if list, _ := h.Drafts(ctx, dana); len(list) != 0 {
		t.Errorf("swept, and still there: %v", list)
	}
}

// TestDraftOfWhatWasFiled: a draft that outlived its filing is cleared away, and takes no more words.
func TestDraftOfWhatWasFiled(t *testing.T) {
	h, ctx := testkit.Start(t), context.Background()
	dana := h.As("ca-dmv-iso")
	d := intake.Draft{Key: formKey, Entity: "ca-demo-dmv", Kind: incident.Initial, Form: "description=x"}
	if _, _, err := h.SaveDraft(ctx, dana, d); err != nil {
		t.Fatal(err)
	}
	answer, err := h.File(ctx, dana, incident.Filing{Entity: "ca-demo-dmv", Description: "x"}, app.PageFiling(formKey))
	if err != nil {
		t.Fatal(err)
	}
	if number, found, err := h.FiledFrom(ctx, dana, formKey); number != answer.Incident || !found || err != nil {
		t.Errorf("filed from the form: %s %v %v", number, found, err)
	}
	if _, found, _ := h.FiledFrom(ctx, h.As("ca-caltrans-iso"), formKey); found {
		t.Error("another's key finds it")
	}
	if list, err := h.Drafts(ctx, dana); len(list) != 0 || err != nil {
		t.Errorf("left over: %v %v", list, err)
	}
	if _, _, err := h.SaveDraft(ctx, dana, d); fault.KindOf(err) != fault.KindGone {
		t.Errorf("saved after filing: %v", err)
	}
}

// TestOfflineTable: the table reaches 13 months from today and names the packs that it was worked out from.
func TestOfflineTable(t *testing.T) {
	h := testkit.Start(t)
	table := h.OfflineTable()
	if months := time.Unix(table.Until*60, 0).Sub(time.Unix(table.From*60, 0)); months < 395*24*time.Hour || h.Clock.Now().Unix()/60 < table.From {
		t.Errorf("from %d until %d", table.From, table.Until)
	}
	if len(table.Packs) != 1 || len(table.Packs[0].Digest) != 64 || len(table.Packs[0].Categories) == 0 || len(table.Packs[0].Contacts) == 0 {
		t.Errorf("packs: %+v", table.Packs)
	}
}
