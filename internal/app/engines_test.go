package app_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
	"tocsin/internal/testkit"
	pgtest "tocsin/internal/testkit/pg"
)

// onBoth runs a test on each engine.
func onBoth(t *testing.T, f func(t *testing.T, h *testkit.Harness)) {
	t.Run("sqlite", func(t *testing.T) { f(t, testkit.Start(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, testkit.StartOn(t, pgtest.Database(t))) })
}

func keyed(key string) app.FileOptions {
	return app.FileOptions{IdempotencyKey: key, BodyDigest: ledger.Digest{byte(len(key))}}
}

// story is a life of several incidents that touches every command. It is the same, ids and all, on each engine.
func story(t *testing.T, h *testkit.Harness) (numbers []string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	iso, rmv := h.As("ca-dmv-iso"), h.As("ma-rmv-iso")
	a, err := h.File(ctx, iso, laptop(), keyed("a"))
	must(err)
	h.Deliver()
	must(h.Acknowledge(ctx, h.As("ca-ois-duty"), a.Incident, "ca-ois"))
	must(h.Ask(ctx, h.As("ca-cciu-investigator"), a.Incident, "ca-chp-cciu", "Was the disk encrypted?"))
	must(h.AnswerQuestion(ctx, iso, a.Incident, "q1", "No."))
	h.Clock.Move(26 * time.Hour)
	supplement := incident.Filing{Entity: "ca-demo-dmv", Kind: incident.Supplement, Incident: a.Incident, Description: "The laptop held licence records",
		PersonalInformation: &incident.PersonalInformation{Residents: map[string]int64{"CA": 1200}}}
	_, err = h.File(ctx, iso, supplement, keyed("a2"))
	must(err)
	h.Tick(24 * time.Hour)
	b, err := h.File(ctx, rmv, incident.Filing{Entity: "ma-demo-rmv", Description: "Registry host shows malware", Categories: []string{"malware"},
		Impact: &incident.Impact{LiabilityUSD: ptr(int64(100_000))}}, keyed("b"))
	must(err)
	h.Tick(5 * time.Hour)
	_, err = h.File(ctx, rmv, incident.Filing{Entity: "ma-demo-rmv", Kind: incident.Supplement, Incident: b.Incident, Description: "It is worse",
		Impact: &incident.Impact{LiabilityUSD: ptr(int64(1_000_000))}}, keyed("b2"))
	must(err)
	_, err = h.File(ctx, rmv, incident.Filing{Entity: "ma-demo-rmv", Kind: incident.Supplement, Incident: b.Incident, Description: "It is better",
		Impact: &incident.Impact{LiabilityUSD: ptr(int64(10))}}, keyed("b3"))
	must(err)
	must(h.Rate(ctx, h.As("ma-coordinator"), b.Incident, policy.Low, "The estimate was wrong."))
	must(h.DecidePostIncidentReport(ctx, h.As("ma-coordinator"), b.Incident, true, "We want to learn from it."))
	lead := h.As("ma-lead")
	must(h.StartResponse(ctx, lead, b.Incident, "", "The host is off the network.", []string{"ma-play-malware"}))
	must(h.TakeTask(ctx, lead, b.Incident, "t1", "ma-analyst"))
	must(h.FinishTask(ctx, h.As("ma-analyst"), b.Incident, "t1", "Port 14 is shut."))
	must(h.SkipTask(ctx, lead, b.Incident, "t2", "There is no backup store."))
	must(h.ReopenTask(ctx, lead, b.Incident, "t2", "There is one after all."))
	must(h.AddTask(ctx, lead, b.Incident, "Call the vendor of the registry.", "communication", "ir_lead"))
	must(h.FollowPlaybook(ctx, lead, b.Incident, "ma-play-every"))
	must(h.HandOver(ctx, lead, b.Incident, "ma-coordinator", "The host is rebuilt tonight."))
	containmentStory(t, h, b.Incident)
	c, err := h.Telephone(ctx, iso, incident.Telephone{Entity: "ca-demo-dmv", Caller: "Dana Whitfield", Called: "ENTAC", CalledAt: "2026-06-18T03:00:00-07:00",
		Reference: "E-17", Description: "Portal defaced"}, keyed("c"))
	must(err)
	_, err = h.File(ctx, iso, incident.Filing{Entity: "ca-demo-dmv", Incident: c.Incident, Description: "Portal defaced", Categories: []string{"unauth_access"}}, keyed("c2"))
	must(err)
	must(h.Decline(ctx, h.As("ca-cciu-investigator"), a.Incident, "ca-chp-cciu", "No crime on state property."))
	must(h.CloseTrack(ctx, h.As("ca-ois-duty"), a.Incident, "ca-ois", "Done."))
	d, err := h.File(ctx, iso, laptop(), keyed("d"))
	must(err)
	confide(t, h, d.Incident)
	h.Tick(40 * 24 * time.Hour)
	h.Sequence()
	return []string{a.Incident, b.Incident, c.Incident}
}

func dump(t *testing.T, h *testkit.Harness) string {
	t.Helper()
	var b bytes.Buffer
	if err := h.Record.Dump(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The record verifies, a rebuild gives the same tables, and both engines give the same ones.
func TestRebuildIsIdenticalOnBothEngines(t *testing.T) {
	dumps := map[string]string{}
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		story(t, h)
		live := dump(t, h)
		if n := strings.Count(live, "\n"); n < 30 {
			t.Fatalf("the story left %d rows", n)
		}
		h.Sound()
		if err := h.Record.Rebuild(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(live, dump(t, h)); diff != "" {
			t.Errorf("rebuild changed the tables:\n%s", diff)
		}
		dumps[h.Record.Dialect().Name] = live
	})
	if len(dumps) == 2 {
		if diff := cmp.Diff(dumps["sqlite"], dumps["postgres"]); diff != "" {
			t.Errorf("the engines differ:\n%s", diff)
		}
	}
}

func TestReceiptVerifiesOffline(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		numbers := story(t, h)
		iso := h.As("ca-dmv-iso")
		for filing := 1; filing <= 2; filing++ {
			r, err := h.Receipt(ctx, iso, numbers[0], filing)
			if err != nil {
				t.Fatal(err)
			}
			v, err := ledger.VerifyReceipt(r, h.Public)
			if err != nil || r.Filing != filing || r.Incident != numbers[0] {
				t.Errorf("receipt %+v: %+v, %v", r, v, err)
			}
		}
		if _, err := h.Receipt(ctx, h.As("ma-rmv-iso"), numbers[0], 1); err == nil {
			t.Error("somebody else got the receipt")
		}
	})
}

// Two worlds: whatever happens at one entity leaves no trace in what an outsider can ask.
func TestOutsiderSeesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		numbers := story(t, h)
		outsider := h.As("ca-cdph-iso")
		list, err := h.Incidents(ctx, outsider, app.ListQuery{})
		if err != nil || len(list.Incidents) != 0 || list.Next != "" {
			t.Errorf("list %+v, %v", list, err)
		}
		found, err := h.Incidents(ctx, outsider, app.ListQuery{Search: "laptop"})
		if err != nil || len(found.Incidents) != 0 {
			t.Errorf("search %+v, %v", found, err)
		}
		duties, err := h.Duties(ctx, outsider)
		if err != nil || len(duties) != 0 {
			t.Errorf("duties %+v, %v", duties, err)
		}
		_, there := h.Incident(ctx, outsider, numbers[0])
		_, absent := h.Incident(ctx, outsider, "222-222-222"+"2")
		if there == nil || absent == nil || there.Error() != absent.Error() && !strings.Contains(absent.Error(), "check character") {
			t.Errorf("denied %v, absent %v", there, absent)
		}
		for name, act := range map[string]func() error{
			"rate":        func() error { return h.Rate(ctx, outsider, numbers[0], policy.High, "x") },
			"discharge":   func() error { return h.Discharge(ctx, outsider, numbers[0], "d1", "x") },
			"acknowledge": func() error { return h.Acknowledge(ctx, outsider, numbers[0], "ca-ois") },
			"answer":      func() error { return h.AnswerQuestion(ctx, outsider, numbers[0], "q1", "x") },
		} {
			if err := act(); err == nil || err.Error() != there.Error() {
				t.Errorf("%s: %v, want %v", name, err, there)
			}
		}
	})
}

func TestSearchAndPages(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		iso, coordinator := h.As("ca-dmv-iso"), h.As("ca-coordinator")
		var last app.Answer
		for i := range 25 {
			f := laptop()
			if i == 7 {
				f.Description = "Ein seltenes Wort: Zwetschgendatschi"
			}
			var err error
			if last, err = h.File(ctx, iso, f, app.FileOptions{}); err != nil {
				t.Fatal(err)
			}
			h.Clock.Move(time.Second)
		}
		var seen []string
		q := app.ListQuery{Limit: 10}
		for range 3 {
			page, err := h.Incidents(ctx, coordinator, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Incidents {
				seen = append(seen, r.Incident)
			}
			q.Cursor = page.Next
		}
		if len(seen) != 25 || q.Cursor != "" || seen[0] != last.Incident {
			t.Errorf("%d rows over the pages, cursor %q", len(seen), q.Cursor)
		}
		for search, want := range map[string]int{"zwetschgendatschi": 1, "ZWETSCHGEN*": 1, "stolen laptop": 24, last.Incident: 1, "nothingofthekind": 0, "PF-1": 25} {
			page, err := h.Incidents(ctx, coordinator, app.ListQuery{Search: search, Limit: 50})
			if err != nil || len(page.Incidents) != want {
				t.Errorf("search %q: %d found, %v; want %d", search, len(page.Incidents), err, want)
			}
		}
		officer := h.As("ca-ois-duty")
		page, err := h.Incidents(ctx, officer, app.ListQuery{Authority: "ca-ois", TrackState: "waiting"})
		if err != nil || len(page.Incidents) != 25 || page.Incidents[0].TrackStatus != "owed" {
			t.Errorf("inbox: %d, %v", len(page.Incidents), err)
		}
	})
}

// Lawful disposal deletes text and salt; the words are gone from views, search and tables, and every proof still verifies.
func TestDisposalLeavesProofs(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		iso := h.As("ca-dmv-iso")
		a := file(t, h, "ca-dmv-iso", laptop())
		h.Sequence()
		receipt, err := h.Receipt(ctx, iso, a.Incident, 1)
		if err != nil {
			t.Fatal(err)
		}
		stream, _, err := h.Record.Find(ctx, a.Incident)
		if err != nil {
			t.Fatal(err)
		}
		_, facts, err := h.Record.History(ctx, stream)
		if err != nil {
			t.Fatal(err)
		}
		var digests []string
		var gone []ledger.Digest
		for _, hexed := range facts[0].Texts {
			d, err := ledger.ParseDigest(hexed)
			if err != nil {
				t.Fatal(err)
			}
			digests, gone = append(digests, hexed), append(gone, d)
		}
		env := incident.Env{Now: h.Clock.Now().Add(time.Second), NewID: func() string { return "" }}
		_, err = h.Record.Update(ctx, stream, func(st incident.State) (ledger.Decision, error) {
			drafts, err := incident.Decide(st, incident.Dispose{Digests: digests, Basis: "records schedule 42"}, env)
			return ledger.Decision{At: env.Now, Actor: "person:records", Drafts: []ledger.Draft{{Fact: drafts[0].Fact}}, Dispose: gone}, err
		})
		if err != nil {
			t.Fatal(err)
		}
		h.Sequence()
		v, err := h.Incident(ctx, iso, a.Incident)
		if err != nil || v.Filings[0].Content != nil {
			t.Errorf("the text is still shown: %+v, %v", v.Filings, err)
		}
		found, err := h.Incidents(ctx, iso, app.ListQuery{Search: "stolen"})
		if err != nil || len(found.Incidents) != 0 {
			t.Errorf("the text is still found: %+v, %v", found, err)
		}
		if strings.Contains(dump(t, h), "parked") {
			t.Error("the words are still in the tables")
		}
		if _, err := ledger.VerifyReceipt(receipt, h.Public); err != nil {
			t.Errorf("the receipt of before: %v", err)
		}
		if disposed := h.Sound(); disposed != 2 {
			t.Errorf("%d texts disposed, want 2", disposed)
		}
	})
}

// Copies of one request that race lead to one incident and one answer; another body under the key is refused.
func TestRacingCopiesOfARequest(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		iso := h.As("ca-dmv-iso")
		const copies = 24
		var wg sync.WaitGroup
		answers, errs := make([]app.Answer, copies), make([]error, copies)
		for i := range copies {
			wg.Go(func() {
				o := keyed("race")
				if i%8 == 7 {
					o.BodyDigest = ledger.Digest{99}
				}
				answers[i], errs[i] = h.File(ctx, iso, laptop(), o)
			})
		}
		wg.Wait()
		numbers, refused := map[string]int{}, 0
		for i, err := range errs {
			switch {
			case err == nil:
				numbers[answers[i].Incident]++
			case fault.KindOf(err) == fault.KindInvalid:
				refused++
			default:
				t.Errorf("copy %d: %v", i, err)
			}
		}
		// Whichever body was first decides who is refused.
		if len(numbers) != 1 || (refused != 3 && refused != copies-3) {
			t.Errorf("%d incidents, %d refused: %v", len(numbers), refused, numbers)
		}
		list, err := h.Incidents(ctx, iso, app.ListQuery{})
		if err != nil || len(list.Incidents) != 1 {
			t.Errorf("the list has %d incidents, %v", len(list.Incidents), err)
		}
	})
}
