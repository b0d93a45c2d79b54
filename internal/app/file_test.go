package app_test

import (
	"context"
	"reflect"
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

var ctx = context.Background()

func ptr[T any](v T) *T { return &v }

func laptop() incident.Filing {
	return incident.Filing{Entity: "ca-demo-dmv", Description: "Laptop stolen from a parked car", Categories: []string{"equipment"},
		CrimeSuspected: ptr(true), DiscoveredAt: "2026-06-18T08:00:00-07:00", OccurredAt: "2026-06-17T22:00:00-07:00",
		Devices:             []incident.Device{{MakeModel: "Lenovo T14", Serial: "PF-1"}},
		PersonalInformation: &incident.PersonalInformation{Involved: "yes", Types: []string{"ssn"}, Residents: map[string]int64{"CA": 612, "MA": 3}}}
}

func TestFilingTellsConfirmsAndEscalates(t *testing.T) {
	h := testkit.Start(t)
	iso := h.As("ca-dmv-iso")
	a, err := h.File(ctx, iso, laptop(), app.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", a)
	if a.Rating.Level != policy.Unrated || len(a.Tracks) < 2 || a.Filing != 1 || len(a.Missing) == 0 {
		t.Fatalf("answer: %+v", a)
	}
	h.Deliver()
	t.Log(h.Post)
	if got := h.Subjects("cciu@chp.ca.example"); len(got) != 1 || !strings.Contains(got[0], a.Incident) {
		t.Errorf("the computer crimes unit got %q", got)
	}
	if got := h.Subjects("dana.whitfield@dmv.ca.example"); len(got) != 1 {
		t.Errorf("the ISO got %q, want one confirmation", got)
	}
	for _, who := range []struct{ person, authority string }{{"ca-ois-duty", "ca-ois"}, {"ca-cciu-investigator", "ca-chp-cciu"}} {
		if err := h.Acknowledge(ctx, h.As(who.person), a.Incident, who.authority); err != nil {
			t.Fatal(err)
		}
	}
	h.Deliver()
	if got := h.Subjects("marcus.ellery@dmv.ca.example"); len(got) != 2 {
		t.Errorf("the designated reporter got %q, want both confirmations", got)
	}
	v, err := h.Incident(ctx, iso, a.Incident)
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range v.Tracks {
		if tr.Authority != "ca-ag" && tr.Authority != "ca-ohii" && tr.Status != "acknowledged" {
			t.Errorf("track %+v", tr)
		}
	}
}

func TestSameKeySameAnswer(t *testing.T) {
	h := testkit.Start(t)
	iso := h.As("ca-dmv-iso")
	o := app.FileOptions{IdempotencyKey: "k1", BodyDigest: ledger.Digest{1}}
	first, err := h.File(ctx, iso, laptop(), o)
	if err != nil {
		t.Fatal(err)
	}
	h.Clock.Move(time.Hour)
	again, err := h.File(ctx, iso, laptop(), o)
	if err != nil {
		t.Fatal(err)
	}
	if again.Incident != first.Incident || !again.ReceivedAt.Equal(first.ReceivedAt) {
		t.Errorf("first %+v\nagain %+v", first, again)
	}
	_, err = h.File(ctx, iso, laptop(), app.FileOptions{IdempotencyKey: "k1", BodyDigest: ledger.Digest{2}})
	if fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("another body under the same key: %v", err)
	}
}

// TestSameAnswerThoughOthersWroteFirst: the courier's fact, decided later, may be written before the supplement's.
func TestSameAnswerThoughOthersWroteFirst(t *testing.T) {
	h := testkit.Start(t)
	iso := h.As("ca-dmv-iso")
	first, err := h.File(ctx, iso, laptop(), app.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h.Clock.Move(time.Second)
	h.Deliver()
	h.Clock.Move(-time.Millisecond)
	more := incident.Filing{Entity: "ca-demo-dmv", Kind: incident.Supplement, Incident: first.Incident, Description: "It was found."}
	o := app.FileOptions{IdempotencyKey: "k2", BodyDigest: ledger.Digest{2}}
	added, err := h.File(ctx, iso, more, o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.File(ctx, iso, more, o)
	if err != nil || !reflect.DeepEqual(again, added) {
		t.Errorf("the repeated request has another answer: %v\n%+v\n%+v", err, again, added)
	}
}
