package app_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/policy"
	"tocsin/internal/testkit"
)

func file(t *testing.T, h *testkit.Harness, person string, f incident.Filing) app.Answer {
	t.Helper()
	a, err := h.File(ctx, h.As(person), f, app.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// link finds the acknowledgement link in the latest mail to an address.
func link(t *testing.T, h *testkit.Harness, to string) string {
	t.Helper()
	for _, m := range h.Post.Taken() {
		if _, after, ok := strings.Cut(m.Text, "http://tocsin.test/a/"); ok && m.To.Email == to {
			token, _, _ := strings.Cut(after, "\n")
			return strings.TrimSpace(token)
		}
	}
	t.Fatalf("no link in the mails to %s:\n%s", to, h.Post)
	return ""
}

func TestAcknowledgeByMailedLink(t *testing.T) {
	h := testkit.Start(t)
	a := file(t, h, "ca-dmv-iso", laptop())
	h.Deliver()
	token := link(t, h, "cciu@chp.ca.example")
	for range 2 { // looking changes nothing
		v, err := h.Link(ctx, token)
		if err != nil || v.Status != incident.TrackDelivered || v.Incident != a.Incident || v.AuthorityID != "ca-chp-cciu" {
			t.Fatalf("%+v, %v", v, err)
		}
	}
	for range 2 { // pressing twice changes nothing more
		if v, err := h.AcknowledgeByLink(ctx, token); err != nil || v.Status != incident.TrackAcknowledged {
			t.Fatalf("%+v, %v", v, err)
		}
	}
	for i := range token {
		if i%7 != 0 {
			continue
		}
		other := byte('A')
		if token[i] == other {
			other = 'B'
		}
		changed := token[:i] + string(other) + token[i+1:]
		if _, err := h.Link(ctx, changed); err == nil {
			t.Errorf("a link changed at %d still opens", i)
		}
	}
	h.Clock.Move(31 * 24 * time.Hour)
	if _, err := h.AcknowledgeByLink(ctx, token); fault.KindOf(err) != fault.KindGone {
		t.Errorf("a link of last month: %v", err)
	}
}

func TestKeysAndSessions(t *testing.T) {
	h := testkit.Start(t)
	narrow, err := h.NewKey(ctx, "ca-dmv-iso", "siem", []access.Action{access.File}, h.Clock.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	by, err := h.ActorForKey(ctx, narrow)
	if err != nil {
		t.Fatal(err)
	}
	a, err := h.File(ctx, by, laptop(), app.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Incident(ctx, by, a.Incident); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("a key for filing reads: %v", err)
	}
	if _, err := h.SignInWithKey(ctx, narrow); err == nil {
		t.Error("a narrow key opened a session that may more")
	}
	for _, bad := range []string{"", "tocsin_", narrow + "x", strings.ToLower(narrow), strings.Repeat("x", 1000)} {
		if _, err := h.ActorForKey(ctx, bad); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("key %.20q: %v", bad, err)
		}
	}
	h.Clock.Move(2 * time.Hour)
	if _, err := h.ActorForKey(ctx, narrow); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("a key that ran out: %v", err)
	}
	wide, err := h.NewKey(ctx, "ca-dmv-iso", "", nil, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	token, err := h.SignInWithKey(ctx, wide)
	if err != nil {
		t.Fatal(err)
	}
	h.Clock.Move(13 * time.Hour)
	if _, err := h.ActorForSession(ctx, token); err == nil {
		t.Error("a session of yesterday still works")
	}
}

// Bad input names its field and leaves no trace in the record.
func TestBadInputLeavesNoTrace(t *testing.T) {
	h := testkit.Start(t)
	iso := h.As("ca-dmv-iso")
	future := h.Clock.Now().Add(24 * time.Hour).Format(time.RFC3339)
	var before, after bytes.Buffer
	if err := h.Record.Dump(ctx, &before); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*incident.Filing){
		"entity":                            func(f *incident.Filing) { f.Entity = "ca-demo-ftb" },
		"entity ":                           func(f *incident.Filing) { f.Entity = "nowhere" },
		"description":                       func(f *incident.Filing) { f.Description, f.Categories = "", nil },
		"description ":                      func(f *incident.Filing) { f.Description = strings.Repeat("x", 10<<20) },
		"description  ":                     func(f *incident.Filing) { f.Description = "a\x00b" },
		"actions_taken":                     func(f *incident.Filing) { f.ActionsTaken = "\xff" },
		"discovered_at":                     func(f *incident.Filing) { f.DiscoveredAt = future },
		"discovered_at ":                    func(f *incident.Filing) { f.DiscoveredAt = "2026-06-01T00:00:00Z" },
		"occurred_at":                       func(f *incident.Filing) { f.OccurredAt = "yesterday" },
		"incident":                          func(f *incident.Filing) { f.Kind, f.Incident = "supplement", "222-222-2222"+"2" },
		"incident ":                         func(f *incident.Filing) { f.Kind, f.Incident = "supplement", "234-567-89BC" },
		"kind":                              func(f *incident.Filing) { f.Kind = "final" },
		"impact.liability_usd":              func(f *incident.Filing) { f.Impact = &incident.Impact{LiabilityUSD: ptr(int64(-1))} },
		"impact.asset_rating":               func(f *incident.Filing) { f.Impact = &incident.Impact{AssetRating: "huge"} },
		"outage_minutes":                    func(f *incident.Filing) { f.OutageMinutes = ptr(int64(-5)) },
		"categories[0]":                     func(f *incident.Filing) { f.Categories = []string{"no-such"} },
		"devices":                           func(f *incident.Filing) { f.Devices = make([]incident.Device, 10_000) },
		"devices[0].serial":                 func(f *incident.Filing) { f.Devices[0].Serial = "a\r\nBcc: x@y" },
		"reporter.email":                    func(f *incident.Filing) { f.Reporter = &incident.Contact{Email: "a@b\nSubject: x"} },
		"personal_information.residents":    func(f *incident.Filing) { f.PersonalInformation.Residents = map[string]int64{"California": 1} },
		"personal_information.residents.CA": func(f *incident.Filing) { f.PersonalInformation.Residents = map[string]int64{"CA": -1} },
	} {
		f := laptop()
		f.Devices = append([]incident.Device(nil), f.Devices...)
		pi := *f.PersonalInformation
		f.PersonalInformation = &pi
		change(&f)
		_, err := h.File(ctx, iso, f, app.FileOptions{})
		named := false
		for _, e := range fault.All(err) {
			named = named || e.Field == strings.TrimSpace(field) && e.Remedy != ""
		}
		if !named {
			t.Errorf("%q: %v", field, err)
		}
	}
	if err := h.Record.Dump(ctx, &after); err != nil {
		t.Fatal(err)
	}
	if before.String() != after.String() {
		t.Error("bad input left a trace")
	}
}

func TestPreviewRecordsNothing(t *testing.T) {
	h := testkit.Start(t)
	rmv := h.As("ma-rmv-iso")
	p, err := h.Preview(ctx, rmv, incident.Filing{Entity: "ma-demo-rmv", Impact: &incident.Impact{HumanSafety: ptr(true)}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Rating.Level != policy.High || len(p.Tell) < 4 || len(p.Duties) == 0 {
		t.Errorf("preview %+v", p)
	}
	list, err := h.Incidents(ctx, rmv, app.ListQuery{})
	if err != nil || len(list.Incidents) != 0 {
		t.Errorf("a preview was recorded: %+v, %v", list, err)
	}
}

// MA 6.5.1: who is told at each level, and when the response has to start.
func TestMassachusettsLevels(t *testing.T) {
	for _, c := range []struct {
		liability int64
		level     policy.Level
		told      string
		start     time.Duration
	}{{1_000_000, policy.High, "theodore.barros@state.ma.example", 0}, {999_999, policy.Medium, "bertrand.lowell@state.ma.example", 4 * time.Hour},
		{100_000, policy.Medium, "malik.thornton@rmv.ma.example", 4 * time.Hour}, {99_999, policy.Low, "vikram.chaudhary@rmv.ma.example", 24 * time.Hour}} {
		h := testkit.Start(t)
		a := file(t, h, "ma-rmv-iso", incident.Filing{Entity: "ma-demo-rmv", Description: "x", Impact: &incident.Impact{LiabilityUSD: ptr(c.liability)}})
		h.Deliver()
		if a.Rating.Level != c.level {
			t.Errorf("%d is rated %s", c.liability, a.Rating.Level)
		}
		if len(h.Subjects(c.told)) == 0 {
			t.Errorf("%d: %s was not told\n%s", c.liability, c.told, h.Post)
		}
		for _, d := range a.Duties {
			if d.Discharge == policy.DischargeResponse {
				if got := d.Due.Sub(a.ReceivedAt); c.level != policy.Low && got != c.start {
					t.Errorf("%s: start due after %v, want %v", c.level, got, c.start)
				}
			}
		}
	}
}

// A refusal escalates that recipient to a person and leaves the others alone; a deferral is tried again, under the same id.
func TestRefusedAndDeferredMail(t *testing.T) {
	h := testkit.Start(t)
	tries := 0
	h.Post.Answer = func(m notify.Mail) notify.Outcome {
		switch m.To.Email {
		case "cciu@chp.ca.example":
			return notify.Outcome{Kind: notify.Refused, Reply: "550 no such user"}
		case "incidents@ois.ca.example":
			if tries++; tries < 3 {
				return notify.Outcome{Kind: notify.Deferred, Uncertain: true, Reply: "451 later"}
			}
		}
		return notify.Outcome{Kind: notify.Delivered}
	}
	a := file(t, h, "ca-dmv-iso", laptop())
	h.Deliver()
	if got := h.Subjects("imani.reyes@state.ca.example"); len(got) != 1 || !strings.Contains(got[0], "not delivered") {
		t.Errorf("the coordinator got %q", got)
	}
	v, err := h.Incident(ctx, h.As("ca-dmv-iso"), a.Incident)
	if err != nil {
		t.Fatal(err)
	}
	status := map[string]string{}
	for _, tr := range v.Tracks {
		status[tr.Authority] = tr.Status
	}
	if status["ca-ois"] != incident.TrackSent || status["ca-chp-cciu"] != incident.TrackOwed {
		t.Errorf("tracks %v", status)
	}
	h.Clock.Move(2 * time.Minute)
	h.Deliver()
	h.Clock.Move(10 * time.Minute)
	h.Deliver()
	ids := map[string]int{}
	for _, m := range h.Post.Taken() {
		if m.To.Email == "incidents@ois.ca.example" {
			ids[m.MessageID]++
		}
	}
	if tries != 3 || len(ids) != 1 {
		t.Errorf("%d tries, ids %v", tries, ids)
	}
	if got := h.Subjects("marcus.ellery@dmv.ca.example"); len(got) != 0 {
		t.Errorf("confirmed although one authority was never reached: %q", got)
	}
}

// CA step 4: the telephone report's duties, and the filing that follows it.
func TestTelephoneReport(t *testing.T) {
	h := testkit.Start(t)
	iso := h.As("ca-dmv-iso")
	a, err := h.Telephone(ctx, iso, incident.Telephone{Entity: "ca-demo-dmv", Caller: "Dana", Called: "ENTAC", CalledAt: "2026-06-17T22:00:00-07:00",
		DiscoveredAt: "2026-06-17T21:30:00-07:00"}, app.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if a.Status != incident.StatusTelephoned || a.Filing != 0 || a.Receipt != "" || len(a.Tracks) != 0 {
		t.Errorf("%+v", a)
	}
	rules := map[string]app.DutyView{}
	for _, d := range a.Duties {
		rules[d.Rule] = d
	}
	own, ok := rules["ca-own-notification"]
	if !ok || own.Due == nil || own.Due.UTC().Format(time.RFC3339) != "2026-06-19T00:00:00Z" { // Thursday 18 June, end of business in Sacramento
		t.Errorf("duties %+v", a.Duties)
	}
	f := laptop()
	f.Incident, f.DiscoveredAt, f.OccurredAt = a.Incident, "2026-06-18T08:00:00-07:00", ""
	b, err := h.File(ctx, iso, f, app.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if b.Incident != a.Incident || b.Status != incident.StatusOpen || b.Filing != 1 {
		t.Errorf("%+v", b)
	}
	for _, d := range b.Duties {
		if d.Rule == "ca-own-notification" && d.Status != "discharged" {
			t.Errorf("%+v", d)
		}
	}
	h.Deliver()
	for _, m := range h.Post.Taken() {
		if m.To.Email == "cciu@chp.ca.example" && !strings.Contains(m.Text, "9:30 PM") {
			t.Errorf("the discovery time moved:\n%s", m.Text)
		}
	}
}
