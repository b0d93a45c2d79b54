package incident

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// affected begins an incident with assets; each asset has two networks named.
func affected(t testing.TB, n int) *life {
	l := begin(t)
	l.env.Dir = owned(t)
	l.env.Actor = access.Actor{ID: "person:coord", Person: "coord"}
	l.do(files(Initial, nil))
	var c AffectAssets
	for range n {
		c.Assets = append(c.Assets, NewAsset{Networks: 2, Texts: map[string]string{TextAsset: "tt"}})
	}
	l.do(c)
	return l
}

// owned is the directory with an information owner, technical support, and an asset.
func owned(t testing.TB) *directory.Snapshot {
	t.Helper()
	in := directory.Import{Entities: book(t).Entities(), People: book(t).People(), Assets: []directory.Asset{{ID: "web", Entity: "dmv",
		Name: "Portal", Rating: "high", Owner: "owner"}}}
	for _, id := range []string{"soc", "police"} {
		a, _ := book(t).Authority(id)
		in.Authorities = append(in.Authorities, a)
	}
	in.People = append(in.People,
		directory.Person{ID: "owner", Name: "Owner", Email: "owner@example.org", Roles: []directory.Assignment{{Role: "information_owner",
			Entity: "dmv"}}},
		directory.Person{ID: "tech", Name: "Tech", Email: "tech@example.org", Roles: []directory.Assignment{{Role: "technical_support",
			Entity: "dmv"}}})
	s, err := directory.NewSnapshot(in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var said = map[string]string{TextDone: "dd", TextReason: "rr", TextSource: "ss", TextStatement: "st"}

// An asset's way through a response: off its networks one after the other, refused wherever something is missing, and told to its
// owner and its support once each. MA 6.6.3.2, MA 6.7.3, MA 6.8.2
func TestAssetLife(t *testing.T) {
	l := affected(t, 1)
	at := t0.UnixMicro()
	only := func(names ...string) map[string]string {
		out := map[string]string{}
		for _, n := range names {
			out[n] = said[n]
		}
		return out
	}
	for _, step := range []struct {
		name string
		c    Command
		kind fault.Kind
		want string
	}{
		{"cleaned without a word on the network", MoveAsset{Asset: "a1", To: AssetCleaned, At: at, Texts: only(TextDone)}, fault.KindInvalid,
			AssetSuspected},
		{"accepted by nobody who may", AcceptNetwork{Asset: "a1", AcceptedBy: "rep", Texts: said}, fault.KindInvalid, AssetSuspected},
		{"accepted without a reason", AcceptNetwork{Asset: "a1", AcceptedBy: "iso"}, fault.KindInvalid, AssetSuspected},
		{"asked", AskIsolation{Asset: "a1", At: at}, "", AssetSuspected},
		{"off a third network", TakeOff{Asset: "a1", How: OffRemoved, Networks: []int64{3}, At: at}, fault.KindInvalid, AssetSuspected},
		{"off the first", TakeOff{Asset: "a1", How: OffRemoved, Networks: []int64{1}, At: at, Texts: only(TextDone)}, "", AssetSuspected},
		{"off the first again", TakeOff{Asset: "a1", How: OffRemoved, Networks: []int64{1}, At: at}, fault.KindInvalid, AssetSuspected},
		{"networks described anew", DescribeAsset{Asset: "a1", Networks: 3}, fault.KindConflict, AssetSuspected},
		{"off the rest", TakeOff{Asset: "a1", How: OffQuarantined, At: at + 60e6, Texts: only(TextDone)}, "", AssetIsolated},
		{"off what it is off", TakeOff{Asset: "a1", How: OffRemoved, At: at}, fault.KindConflict, AssetIsolated},
		{"cleaned", MoveAsset{Asset: "a1", To: AssetCleaned, At: at, Texts: only(TextDone)}, "", AssetCleaned},
		{"returned at once", MoveAsset{Asset: "a1", To: AssetReturned, At: at, Texts: said}, fault.KindConflict, AssetCleaned},
		{"restored from nowhere", MoveAsset{Asset: "a1", To: AssetRestored, At: at, Texts: only(TextDone)}, fault.KindInvalid, AssetCleaned},
		{"restored", MoveAsset{Asset: "a1", To: AssetRestored, At: at, Texts: only(TextDone, TextSource)}, "", AssetRestored},
		{"validated too early", StateReturn{Asset: "a1", What: ReturnValidated, Texts: said}, fault.KindConflict, AssetRestored},
		{"verified", MoveAsset{Asset: "a1", To: AssetVerified, At: at, Texts: only(TextDone)}, "", AssetVerified},
		{"validated before access", StateReturn{Asset: "a1", What: ReturnValidated, Texts: said}, fault.KindConflict, AssetVerified},
		{"access", StateReturn{Asset: "a1", What: ReturnAccess, Texts: said}, "", AssetVerified},
		{"returned without validation", MoveAsset{Asset: "a1", To: AssetReturned, At: at, Texts: said}, fault.KindConflict, AssetVerified},
		{"validated", StateReturn{Asset: "a1", What: ReturnValidated, Texts: said}, "", AssetVerified},
		{"changes stated anew", StateReturn{Asset: "a1", What: ReturnChanges, Texts: said}, "", AssetVerified},
		{"returned on the old validation", MoveAsset{Asset: "a1", To: AssetReturned, At: at, Texts: said}, fault.KindConflict, AssetVerified},
		{"validated again", StateReturn{Asset: "a1", What: ReturnValidated, Texts: said}, "", AssetVerified},
		{"returned", MoveAsset{Asset: "a1", To: AssetReturned, At: at, Texts: said}, "", AssetReturned},
		{"called when it is over", CallTool{Asset: "a1", Tool: agent}, fault.KindConflict, AssetReturned},
		{"affected again", MoveAsset{Asset: "a1", To: AssetSuspected, At: at, Texts: said}, "", AssetSuspected},
	} {
		facts, err := l.try(step.c)
		a, _ := l.state().Asset("a1")
		if fault.KindOf(err) != step.kind || err != nil && len(facts) > 0 || a.State != step.want {
			t.Fatalf("%s: %v, %s", step.name, err, a.State)
		}
		switch step.name {
		case "off the rest":
			if !a.OffAt().Equal(t0.Add(time.Minute)) || a.StandsOut() || !a.Asked.At.Equal(t0) {
				t.Errorf("%+v", a)
			}
		case "returned on the old validation":
			if !strings.Contains(err.Error(), "the coordinator's validation") || strings.Contains(err.Error(), "access") {
				t.Errorf("the refusal says %v", err)
			}
		case "returned":
			if len(l.state().AssetsOut()) != 0 {
				t.Error("it is still out")
			}
		case "affected again":
			if len(a.Off)+len(a.Return) != 0 || !a.Asked.At.IsZero() || !a.StandsOut() || len(l.state().AssetsOut()) != 1 {
				t.Errorf("the new round begins with %+v", a)
			}
		}
	}
	// owner and support each, twice affected
	for kind, want := range map[string]int{KindAssetAffected: 4, KindAssetIsolated: 2, KindAssetReturned: 2} {
		if got := l.messages(kind); len(got) != want {
			t.Errorf("%s: %d messages, want %d: %+v", kind, len(got), want, got)
		}
	}
}

// What cannot be taken off may be cleaned where it is once somebody who may has accepted that.
func TestAcceptedOnTheNetwork(t *testing.T) {
	l := affected(t, 2)
	l.do(AcceptNetwork{Asset: "a1", AcceptedBy: "coord", Texts: said})
	a, _ := l.state().Asset("a1")
	b, _ := l.state().Asset("a2")
	if a.StandsOut() || !b.StandsOut() || len(a.OnNetworks()) != 2 {
		t.Errorf("%+v %+v", a, b)
	}
	l.do(MoveAsset{Asset: "a1", To: AssetCleaned, At: t0.UnixMicro(), Texts: map[string]string{TextDone: "dd"}})
	if _, err := l.try(TakeOff{Asset: "a1", How: OffRemoved, At: t0.UnixMicro()}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("taken off after cleaning without a reason: %v", err)
	}
	l.do(TakeOff{Asset: "a1", How: OffRemoved, At: t0.UnixMicro(), Texts: said})
	if a, _ = l.state().Asset("a1"); a.State != AssetIsolated {
		t.Errorf("%+v", a)
	}
}

// Many assets put on the list together are one message to each of their people; one of the directory comes once.
func TestOwnersAreToldOnceOfMany(t *testing.T) {
	l := affected(t, 3)
	l.do(AffectAssets{Assets: []NewAsset{{Directory: "web", Texts: map[string]string{TextAsset: "t"}}, {Directory: "web",
		Texts: map[string]string{TextAsset: "t"}}}})
	l.do(AffectAssets{Assets: []NewAsset{{Directory: "web", Texts: map[string]string{TextAsset: "t"}}}})
	if n := len(l.state().Containment.Assets); n != 4 {
		t.Errorf("%d assets", n)
	}
	var got []string
	for _, m := range l.messages(KindAssetAffected) {
		got = append(got, m.Person+": "+m.About)
	}
	if want := []string{"owner: a1 a2 a3", "tech: a1 a2 a3", "owner: a4", "tech: a4"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if _, err := l.try(AffectAssets{Assets: []NewAsset{{Directory: "nothing"}}}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("an asset that the directory does not have: %v", err)
	}
}

var agent = Tool{ID: "edr", Name: "Agents", Entity: "state", Actions: []string{"contain", "allow"}, Targets: []string{"device"},
	AnswerWithin: 10 * time.Minute}

func call() CallTool {
	return CallTool{Asset: "a1", Tool: agent, Action: "contain", Target: "device", Texts: map[string]string{TextTarget: "tt"}}
}

// A tool's success isolates only where the operator said so; its failure and its silence are told to people, once.
func TestToolAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		answers  []AnswerCall
		wait     time.Duration
		isolated bool
		failed   int
	}{
		"success":           {answers: []AnswerCall{{Status: 102}, {Status: 200, Isolates: true}, {Status: 200, Isolates: true}}, isolated: true},
		"success, reported": {answers: []AnswerCall{{Status: 200}}},
		"failure":           {answers: []AnswerCall{{Status: 500, Isolates: true}, {Status: 500, Isolates: true}}, failed: 1},
		"failure, by hand":  {answers: []AnswerCall{{Status: 500, ByHand: true}}},
		"silence":           {wait: time.Hour, failed: 1},
		"late success":      {wait: time.Hour, answers: []AnswerCall{{Status: 200, Isolates: true}}, isolated: true, failed: 1},
	} {
		t.Run(name, func(t *testing.T) {
			l := affected(t, 1)
			l.do(call())
			if _, err := l.try(call()); fault.KindOf(err) != fault.KindConflict {
				t.Errorf("told twice: %v", err)
			}
			if c.wait > 0 {
				if next := l.state().NextClock(); next == 0 || next > t0.Add(agent.AnswerWithin).UnixMicro() {
					t.Errorf("the clock speaks at %d", next)
				}
				l.wait(c.wait)
				l.do(RunClock{})
				l.do(RunClock{})
			}
			for _, a := range c.answers {
				a.Command = "k1"
				l.do(a)
			}
			a, _ := l.state().Asset("a1")
			if (a.State == AssetIsolated) != c.isolated {
				t.Errorf("the asset is %s", a.State)
			}
			if got := l.messages(KindContainmentFailed); len(got) != c.failed {
				t.Errorf("%d told of a failure: %+v", len(got), got)
			}
			k, _ := l.state().Call("k1")
			calls := l.messages(KindContainmentCall)
			want := MessageWithdrawn // what never left
			if c.wait == 0 && !c.answers[0].ByHand {
				want = MessageAccepted
			}
			if k.Open() || len(calls) != 1 || calls[0].Status != want || calls[0].Tool != "edr" {
				t.Errorf("%+v %+v", k, calls)
			}
		})
	}
	l := affected(t, 1)
	l.do(call())
	for status, kind := range map[int64]fault.Kind{0: fault.KindInvalid, 300: fault.KindInvalid, 999: fault.KindInvalid} {
		if _, err := l.try(AnswerCall{Command: "k1", Status: status}); fault.KindOf(err) != kind {
			t.Errorf("status %d: %v", status, err)
		}
	}
	l.do(AnswerCall{Command: "k1", Status: 200})
	if _, err := l.try(AnswerCall{Command: "k1", Status: 404}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("answered otherwise: %v", err)
	}
	if _, err := l.try(AnswerCall{Command: "k9", Status: 200}); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("no such command: %v", err)
	}
}

// A command that has not left is taken back when its asset is settled: it must not contain what is in service again.
func TestSettledAssetTakesItsCallsBack(t *testing.T) {
	l := affected(t, 1)
	l.do(call())
	l.do(MoveAsset{Asset: "a1", To: AssetCleared, At: t0.UnixMicro(), Texts: said})
	k, _ := l.state().Call("k1")
	if k.Ended != CallOvertaken || l.messages(KindContainmentCall)[0].Status != MessageWithdrawn ||
		len(l.messages(KindContainmentFailed)) != 0 {
		t.Errorf("%+v", k)
	}
}

func TestTargets(t *testing.T) {
	for _, c := range []struct{ kind, value, want string }{
		{"device", " dmv-ws-114 ", "dmv-ws-114"}, {"device", "DMV_WS.dmv.ca.example", "DMV_WS.dmv.ca.example"}, {"device", "a b", ""}, {"device",
			"-x", ""}, {"device", "", ""},
		{"device", `x","action":"allow`, ""}, {"ipv4_net", "10.1.2.3", "10.1.2.3/32"}, {"ipv4_net", "10.1.2.3/24", "10.1.2.0/24"}, {"ipv4_net",
			"0.0.0.0/0", ""},
		{"ipv4_net", "2001:db8::1", ""}, {"ipv6_net", "2001:db8::1", "2001:db8::1/128"}, {"ipv6_net", "fe80::1%eth0", ""}, {"mac_addr",
			"00-1B-44-11-3A-B7", "00-1b-44-11-3a-b7"},
		{"mac_addr", "00:1b:44", ""}, {"domain_name", "bad.example", "bad.example"}, {"file", "x", ""},
	} {
		got, err := CheckTarget(c.kind, c.value)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s %q: %q, %v", c.kind, c.value, got, err)
		}
	}
}

// Any order of commands keeps every asset inside the graph, returns none that is not fully stated, owes the owners what they are
// told of, and folds to the same state again.
func TestAnyContainmentKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := affected(t, 3)
		for range rapid.IntRange(5, 40).Draw(r, "steps") {
			before := l.state()
			c := containmentCommand(r)
			l.wait(time.Duration(rapid.IntRange(0, 30).Draw(r, "minutes")) * time.Minute)
			facts, err := l.try(c)
			if err != nil && len(facts) > 0 {
				r.Fatalf("%T was refused and left facts", c)
			}
			after := l.state()
			for i, a := range before.Containment.Assets {
				keeps(r, fmt.Sprintf("%T %+v", c, c), a, after.Containment.Assets[i])
			}
			promises(r, before, after)
		}
		if a, b := Fold(l.facts), Fold(l.facts); !reflect.DeepEqual(a, b) {
			r.Fatal("folding twice gives two states")
		}
	})
}

func keeps(r *rapid.T, what string, was, is Asset) {
	if was.State != is.State {
		if !slices.Contains(was.Next(), is.State) {
			r.Fatalf("%s took %s from %s to %s", what, was.ID, was.State, is.State)
		}
	}
	if is.State == AssetReturned && len(is.Unstated()) > 0 {
		r.Fatalf("%s returned %s without %v", what, is.ID, is.Unstated())
	}
	if is.State == AssetIsolated && len(is.OnNetworks()) > 0 {
		r.Fatalf("%s: %s is isolated and on %v", what, is.ID, is.OnNetworks())
	}
	if len(is.Steps) < len(was.Steps) || !slices.Equal(is.Steps[:len(was.Steps)], was.Steps) {
		r.Fatalf("%s changed the steps of %s", what, is.ID)
	}
}

func containmentCommand(r *rapid.T) Command {
	asset := rapid.SampledFrom([]string{"a1", "a2", "a3"}).Draw(r, "asset")
	texts := map[string]string{TextDone: "d", TextSource: "s", TextStatement: "x"}
	if rapid.Bool().Draw(r, "reason") {
		texts[TextReason] = "r"
	}
	at := t0.UnixMicro()
	switch rapid.IntRange(0, 11).Draw(r, "command") {
	case 0:
		return AskIsolation{Asset: asset, At: at}
	case 1:
		return AcceptNetwork{Asset: asset, AcceptedBy: rapid.SampledFrom([]string{"iso", "coord", "rep"}).Draw(r, "who"), Texts: texts}
	case 2:
		return TakeOff{Asset: asset, How: OffRemoved, Networks: rapid.SampledFrom([][]int64{nil, {1}, {2}, {1, 2}, {3}}).Draw(r, "networks"),
			At: at, Texts: texts}
	case 3:
		return CallTool{Asset: asset, Tool: agent, Action: "contain", Target: "device"}
	case 4:
		return AnswerCall{Command: rapid.SampledFrom([]string{"k1", "k2", "k9"}).Draw(r, "command"), Status: rapid.SampledFrom([]int64{102, 200,
			500}).Draw(r, "status"), Isolates: true}
	case 5:
		return RunClock{}
	case 6, 7:
		return StateReturn{Asset: asset, What: rapid.SampledFrom(ReturnItems).Draw(r, "what"), Texts: texts}
	}
	return MoveAsset{Asset: asset, To: rapid.SampledFrom(AssetStates).Draw(r, "to"), At: at, Texts: texts}
}
