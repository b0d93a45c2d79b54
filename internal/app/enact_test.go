package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/testkit"
)

// stricter is the pack of Massachusetts as an operator would change it: half a million is High already.
func stricter(t *testing.T, version string, edits ...string) (out []policy.Upload) {
	t.Helper()
	shipped, ok := testkit.Packs("us-ma")
	if !ok {
		t.Fatal("no pack")
	}
	edit := strings.NewReplacer(append([]string{`version: "2026.11.22"`, `version: "` + version + `"`,
		"impact.liability_usd >= 1000000}", "impact.liability_usd >= 500000}"}, edits...)...)
	for name, data := range shipped.Files() {
		if !strings.HasPrefix(name, "cases/") {
			out = append(out, policy.Upload{Name: name, Data: []byte(edit.Replace(string(data)))})
		}
	}
	return append(out, policy.Upload{Name: "own.txtar", Data: []byte("-- half/facts --\nentity: e\nimpact: {liability_usd: 500000}\n" +
		"record: {events: {received: \"2026-03-02T09:00:00-05:00\"}}\n-- half/want --\nlevel: high\n")})
}

// costly files a report with a liability of 600,000 dollars at a process, and answers how it is rated.
func costly(t *testing.T, h *testkit.Harness, at *app.App, key string) (number string, level policy.Level) {
	t.Helper()
	a, err := at.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "A contract was leaked",
		Impact: &incident.Impact{LiabilityUSD: ptr(int64(600_000))}}, keyed(key))
	if err != nil {
		t.Fatal(err)
	}
	return a.Incident, a.Rating.Level
}

// A version is proposed, looked at, and enacted from a date on; before it the old rules decide, from it on the new ones, on every
// process, and what was decided before stays.
func TestAVersionOfAPackComesIntoForce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		other := h.Replica()
		before, level := costly(t, h, h.App, "a")
		if level != policy.Medium {
			t.Fatalf("rated %s from the start", level)
		}
		old, _ := h.PackInForce("us-ma")
		coordinator := h.As("ma-coordinator")
		proposal, err := h.ProposePack(ctx, coordinator, "us-ma", stricter(t, "2027.1"))
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.PreviewPack(ctx, coordinator, "us-ma", proposal, "2026-07-01")
		if err != nil {
			t.Fatal(err)
		}
		if v.Refusal != "" || v.Proposal.Cases != 1 || !v.May.Enact || !v.From.Equal(time.Date(2026, 7, 1, 4, 0, 0, 0, time.UTC)) || len(v.Changes) != 2 || v.Changes[0].ID != "ma-high-liability" {
			t.Errorf("preview: %+v", v)
		}
		if v.Past.Looked != 1 || len(v.Past.Effects) != 1 || v.Past.Effects[0].Incident != before || v.Past.Effects[0].LevelWas != policy.Medium ||
			v.Past.Effects[0].LevelIs != policy.High || !slices.Contains(v.Past.Effects[0].Told, "risk governance committee of the state") {
			t.Errorf("what it would have changed: %+v", v.Past)
		}
		if err := h.EnactPack(ctx, coordinator, "us-ma", proposal, "2026-07-01", "The committee decided so on 10 June."); err != nil {
			t.Fatal(err)
		}
		if _, err := h.PreviewPack(ctx, coordinator, "us-ma", proposal, ""); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("the proposal is still there: %v", err)
		}
		h.Clock.Move(time.Date(2026, 7, 1, 4, 0, 0, 0, time.UTC).Add(-time.Second).Sub(h.Clock.Now()))
		for i, at := range []*app.App{h.App, other} {
			if _, level := costly(t, h, at, "b"+string(rune('0'+i))); level != policy.Medium {
				t.Errorf("a second before its date, process %d rates %s", i, level)
			}
		}
		h.Clock.Move(time.Second)
		third := h.Replica()
		if err := third.PreparePolicy(ctx); err != nil {
			t.Fatal(err)
		}
		for i, at := range []*app.App{h.App, other, third} {
			if _, level := costly(t, h, at, "c"+string(rune('0'+i))); level != policy.High {
				t.Errorf("on its date, process %d rates %s", i, level)
			}
		}
		if got, err := h.Incident(ctx, h.As("ma-coordinator"), before); err != nil || got.Rating.Level != policy.Medium || got.PackVersion != "2027.1" {
			t.Errorf("what was rated before: %s under %s, %v", got.Rating.Level, got.PackVersion, err)
		}
		readable(t, h, old.Digest)
		h.Deliver()
		h.Sequence()
		was := dump(t, h)
		if err := h.Record.Rebuild(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if dump(t, h) != was {
			t.Error("rebuilding gives other tables")
		}
		h.Sound()
	})
}

// readable checks that both versions can be read by everybody, with what the second one changed.
func readable(t *testing.T, h *testkit.Harness, old string) {
	t.Helper()
	reader := h.As("ma-rmv-iso")
	history, err := h.PolicyHistory(ctx, reader, "us-ma")
	if err != nil || len(history.Versions) != 2 || history.Proposals != nil || history.May.Propose {
		t.Fatalf("%+v, %v", history, err)
	}
	is, was := history.Versions[0], history.Versions[1]
	if !is.InForce || was.InForce || is.Version != "2027.1" || !is.From.Equal(*was.Until) || is.Reason != "The committee decided so on 10 June." || is.By == "" || was.Digest != old || !was.Shipped {
		t.Errorf("%+v\n%+v", is, was)
	}
	v, err := h.PolicyVersion(ctx, reader, "us-ma", is.Digest)
	if err != nil || v.Before != old || len(v.Changes) != 2 {
		t.Errorf("%+v, %v", v, err)
	}
	if k, found, err := h.Record.KeptPack(ctx, old); err != nil || !found || k.Version != "2026.11.22" {
		t.Errorf("the version that the program came with is not kept: %v", err)
	}
	if name, data, err := h.PolicyFiles(ctx, reader, "us-ma", old); err != nil || name != "us-ma-2026.11.22" || len(data) == 0 {
		t.Errorf("%s, %v", name, err)
	}
	if _, err := h.PolicyVersion(ctx, reader, "us-ma", strings.Repeat("0", 64)); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("a version that never was: %v", err)
	}
}

// What is not sound, not allowed or not in order is refused, and changes nothing.
func TestWhatCannotComeIntoForce(t *testing.T) {
	h := testkit.Start(t)
	coordinator := h.As("ma-coordinator")
	var refused *app.PackRefused
	_, err := h.ProposePack(ctx, coordinator, "us-ma", stricter(t, "2", "id: ma-high-safety, level: high", "id: ma-high-safety, level: hihg"))
	if !errors.As(err, &refused) || len(refused.Problems) != 1 || refused.Problems[0].Pos.String() != "us-ma/rating.yaml:4:33" || fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("a pack with a mistake: %v", err)
	}
	shipped, _ := testkit.Packs("us-ma")
	refused = nil
	_, err = h.ProposePack(ctx, coordinator, "us-ma", append(stricter(t, "2"), policy.Upload{Name: "matrix.txtar", Data: shipped.Files()["cases/matrix.txtar"]}))
	if !errors.As(err, &refused) || len(refused.Failed) == 0 || refused.Ran < 10 || !strings.Contains(err.Error(), "does not hold") {
		t.Errorf("a pack whose cases do not hold: %v", err)
	}
	if _, err := h.ProposePack(ctx, coordinator, "us-ca", stricter(t, "2")); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("another state's pack: %v", err)
	}
	california, _ := testkit.Packs("us-ca")
	ours := []policy.Upload{{Name: "us-ca.zip", Data: california.Files().Archive()}}
	if _, err := h.ProposePack(ctx, coordinator, "us-ma", ours); fault.KindOf(err) != fault.KindInvalid || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a pack of another id: %v", err)
	}
	// The administrator prepares; the coordinator decides. To everybody else there is nothing.
	same, err := h.ProposePack(ctx, h.As("ca-admin"), "us-ca", ours)
	if err != nil {
		t.Fatal(err)
	}
	v, err := h.PreviewPack(ctx, h.As("ca-admin"), "us-ca", same, "")
	if err != nil || v.May.Enact || !strings.Contains(v.Refusal, "version in force") || len(v.Changes) != 0 || v.Past.Looked != 0 {
		t.Errorf("%+v, %v", v, err)
	}
	for _, who := range []string{"ca-admin", "ca-dmv-iso", "ma-coordinator", "ca-auditor"} {
		if err := h.EnactPack(ctx, h.As(who), "us-ca", same, "", "So be it."); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("%s enacts: %v", who, err)
		}
	}
	for _, who := range []string{"ca-dmv-iso", "ca-auditor", "ma-coordinator"} {
		if _, err := h.PreviewPack(ctx, h.As(who), "us-ca", same, ""); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("%s looks: %v", who, err)
		}
	}
	outOfOrder(t, h)
	if st, err := h.Record.PackHistory(ctx, "us-ca"); err != nil || len(st.Enactments) != 0 {
		t.Errorf("%+v, %v", st, err)
	}
}

// outOfOrder is what the dates forbid.
func outOfOrder(t *testing.T, h *testkit.Harness) {
	t.Helper()
	coordinator := h.As("ma-coordinator")
	proposal, err := h.ProposePack(ctx, coordinator, "us-ma", stricter(t, "2027.1", "confidential_mail: false", "confidential_mail: false\nsession_idle: 10 minutes"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, reason, words string
		kind                fault.Kind
	}{{"2026-06-18", "So be it.", "begun", fault.KindInvalid}, {"tomorrow", "So be it.", "no date", fault.KindInvalid}, {"", " ", "whose decision", fault.KindInvalid}} {
		if err := h.EnactPack(ctx, coordinator, "us-ma", proposal, c.from, c.reason); fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.words) {
			t.Errorf("from %q because %q: %v", c.from, c.reason, err)
		}
	}
	policyStory(t, h)
	if err := h.EnactPack(ctx, coordinator, "us-ma", proposal, "", "At once."); err != nil {
		t.Fatal(err)
	}
	if _, level := costly(t, h, h.App, "z"); level != policy.High {
		t.Errorf("at once is not at once: rated %s", level)
	}
	restless(t, h)
	// Back to what the installation came with, by the same way.
	shipped, _ := testkit.Packs("us-ma")
	if proposal, err = h.ProposeAgain(ctx, coordinator, "us-ma", shipped.Digest); err != nil {
		t.Fatal(err)
	}
	if err := h.EnactPack(ctx, coordinator, "us-ma", proposal, "", "It went too far."); err != nil {
		t.Fatal(err)
	}
	if _, level := costly(t, h, h.App, "y"); level != policy.Medium {
		t.Errorf("the old version is not back: rated %s", level)
	}
}

// restless: a pack shortens the sessions of those who work under it, and of nobody else.
func restless(t *testing.T, h *testkit.Harness) {
	t.Helper()
	tokens := map[string]string{}
	for _, person := range []string{"ma-rmv-iso", "ca-dmv-iso"} {
		token, err := h.SignInAs(ctx, person)
		if err != nil {
			t.Fatal(err)
		}
		tokens[person] = token
	}
	h.Clock.Move(11 * time.Minute)
	if _, err := h.ActorForSession(ctx, tokens["ma-rmv-iso"]); fault.KindOf(err) != fault.KindForbidden {
		t.Errorf("a session outlasts what the pack allows: %v", err)
	}
	if _, err := h.ActorForSession(ctx, tokens["ca-dmv-iso"]); err != nil {
		t.Errorf("another state's pack ends a session: %v", err)
	}
}

// policyStory enacts a version for later and withdraws it.
func policyStory(t *testing.T, h *testkit.Harness) {
	t.Helper()
	coordinator := h.As("ma-coordinator")
	proposal, err := h.ProposePack(ctx, coordinator, "us-ma", stricter(t, "2028.1"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := h.ProposePack(ctx, coordinator, "us-ma", stricter(t, "2028.2"))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.EnactPack(ctx, coordinator, "us-ma", proposal, h.Clock.Now().AddDate(0, 6, 0).Format(time.DateOnly), "For the new year."); err != nil {
		t.Fatal(err)
	}
	if v, err := h.PreviewPack(ctx, coordinator, "us-ma", second, ""); err != nil || !strings.Contains(v.Refusal, "waits to come into force") {
		t.Errorf("%q, %v", v.Refusal, err)
	}
	if err := h.EnactPack(ctx, coordinator, "us-ma", second, "", "Sooner."); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("a second one while one waits: %v", err)
	}
	all, err := h.PolicyPacks(ctx, coordinator)
	i := slices.IndexFunc(all, func(v app.PackView) bool { return v.ID == "us-ma" })
	if err != nil || all[i].Next == nil || all[i].Next.Version != "2028.1" || all[i].Since != nil {
		t.Fatalf("%+v, %v", all, err)
	}
	digest := all[i].Next.Digest
	if err := h.WithdrawPack(ctx, h.As("ca-coordinator"), "us-ma", digest, "No."); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("another state withdraws: %v", err)
	}
	if err := h.WithdrawPack(ctx, coordinator, "us-ma", digest, "The budget was not passed."); err != nil {
		t.Fatal(err)
	}
	history, err := h.PolicyHistory(ctx, coordinator, "us-ma")
	if err != nil || !history.Versions[0].Withdrawn || history.Versions[0].WhyNot != "The budget was not passed." || !history.Versions[1].InForce || len(history.Proposals) == 0 {
		t.Errorf("%+v, %v", history, err)
	}
	if err := h.DiscardProposal(ctx, coordinator, "us-ma", second); err != nil {
		t.Fatal(err)
	}
}

// A version that this program cannot read stops no filing: the last one that it can read goes on, and the operator is told.
func TestAVersionThatCannotBeReadStopsNothing(t *testing.T) {
	h := testkit.Start(t)
	proposal, err := h.ProposePack(ctx, h.As("ma-coordinator"), "us-ma", stricter(t, "2027.1"))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.EnactPack(ctx, h.As("ma-coordinator"), "us-ma", proposal, "", "At once."); err != nil {
		t.Fatal(err)
	}
	shipped, _ := testkit.Packs("us-ma")
	if err := h.Exec("UPDATE pack_kept SET archive = (SELECT archive FROM pack_kept WHERE version = '2026.11.22') WHERE version = '2027.1'"); err != nil {
		t.Fatal(err)
	}
	later := h.Replica()
	if err := later.PreparePolicy(ctx); err != nil {
		t.Fatal(err)
	}
	if _, level := costly(t, h, later, "a"); level != policy.Medium {
		t.Errorf("rated %s", level)
	}
	v, err := later.Operations(ctx, h.As("ma-coordinator"))
	if err != nil || len(v.Policy) != 1 || !strings.Contains(v.Policy[0], "2027.1") || !strings.Contains(v.Policy[0], "its files were changed") {
		t.Errorf("%v, %v", v.Policy, err)
	}
	if p, ok := later.PackInForce("us-ma"); !ok || p.Digest != shipped.Digest {
		t.Error("another version goes on")
	}
	if _, level := costly(t, h, h.App, "b"); level != policy.High {
		t.Errorf("the process that had read it rates %s", level)
	}
}
