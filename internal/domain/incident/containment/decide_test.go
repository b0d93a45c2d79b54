package containment_test

import (
	"slices"
	"testing"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/containment"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/record"
	"tocsin/internal/testkit/decisions"
)

type (
	row   = decisions.Row[containment.Command]
	facts = []record.Fact
)

var (
	at  = decisions.Now.UnixMicro()
	all = decisions.Said(containment.TextAsset, containment.TextDone, containment.TextSource, containment.TextTarget, part.TextReason,
		part.TextStatement, part.TextNote, part.TextAnswer)
)

func run(t *testing.T, rows []row) {
	t.Helper()
	decisions.Run(t, all, containment.Apply, containment.Decide, rows)
}

// affected is an asset with two networks; more facts follow.
func affected(more ...record.Fact) facts {
	return append(facts{&containment.AssetAffected{ID: "a1", Entity: "dmv", Owner: "owner", Networks: 2}}, more...)
}

// off takes it off both networks, moved makes its steps.
func off() record.Fact {
	return &containment.AssetTakenOff{Asset: "a1", How: containment.OffRemoved, Networks: []int64{1, 2}, At: at}
}

func moved(states ...string) (out facts) {
	for _, to := range states {
		out = append(out, &containment.AssetMoved{Asset: "a1", To: to, At: at})
	}
	return out
}

func stated(items ...string) (out facts) {
	for _, what := range items {
		out = append(out, &containment.ReturnStated{Asset: "a1", What: what})
	}
	return out
}

func restored() facts {
	return affected(append(facts{off()}, moved(containment.AssetCleaned, containment.AssetRestored)...)...)
}

func verified(items ...string) facts {
	return slices.Concat(restored(), moved(containment.AssetVerified), stated(items...))
}

func TestAffectAssets(t *testing.T) {
	fresh := containment.NewAsset{Rating: "high", Owner: "iso"}
	known := containment.AssetAffected{ID: "a1", Directory: "web", Entity: "dmv", Rating: "high", Owner: "owner"}
	run(t, []row{
		{Name: "a new one", When: containment.AffectAssets{Assets: []containment.NewAsset{fresh}},
			Then:  facts{&containment.AssetAffected{ID: "a1", Entity: "dmv", Rating: "high", Owner: "iso"}},
			Leads: []string{"tell asset_affected: iso tech"}},
		{Name: "one of the directory, twice",
			When: containment.AffectAssets{Assets: []containment.NewAsset{{Directory: "web"}, {Directory: "web"}}},
			Then: facts{&known}, Leads: []string{"tell asset_affected: owner tech"}},
		{Name: "one that is there", Given: facts{&known},
			When: containment.AffectAssets{Assets: []containment.NewAsset{{Directory: "web"}}}, Leads: []string{}},
		{Name: "one of another agency", When: containment.AffectAssets{Assets: []containment.NewAsset{{Directory: "trees"}}},
			Refused: fault.KindInvalid, About: "directory"},
		{Name: "a rating that nobody knows", When: containment.AffectAssets{Assets: []containment.NewAsset{{Rating: "huge"}}},
			Refused: fault.KindInvalid, About: "rating"},
		{Name: "an owner from elsewhere", When: containment.AffectAssets{Assets: []containment.NewAsset{{Owner: "ranger"}}},
			Refused: fault.KindInvalid, About: "owner"},
		{Name: "restricted: an owner who may not know", Restricted: []string{"coord", "tech"},
			When:  containment.AffectAssets{Assets: []containment.NewAsset{fresh}},
			Then:  facts{&containment.AssetAffected{ID: "a1", Entity: "dmv", Rating: "high", Owner: "iso"}},
			Leads: []string{"tell asset_affected: tech"}},
	})
}

// Whoever becomes the owner of an affected asset is told of it, as the owner before was. MA 6.6.3.1
func TestDescribeAsset(t *testing.T) {
	as := func(owner string, networks int64) containment.Command {
		return containment.DescribeAsset{Asset: "a1", Owner: owner, Networks: networks}
	}
	described := func(owner string, networks int64) facts {
		return facts{&containment.AssetDescribed{Asset: "a1", Owner: owner, Networks: networks}}
	}
	run(t, []row{
		{Name: "another owner", Given: affected(), When: as("iso", 2), Then: described("iso", 2),
			Leads: []string{"tell asset_affected: iso tech"}},
		{Name: "the same owner", Given: affected(), When: as("owner", 3), Then: described("owner", 3), Leads: []string{}},
		{Name: "another owner of one that is settled", Given: affected(moved(containment.AssetCleared)...), When: as("iso", 2),
			Then:  described("iso", 2),
			Leads: []string{}},
		{Name: "an owner from elsewhere", Given: affected(), When: as("ranger", 2), Refused: fault.KindInvalid, About: "owner"},
		{Name: "other networks after it came off some", Given: affected(off()), When: as("owner", 3), Refused: fault.KindConflict,
			About: "networks"},
		{Name: "none such", When: as("owner", 2), Refused: fault.KindNotFound},
	})
}

func TestAskIsolation(t *testing.T) {
	ask := containment.AskIsolation{Asset: "a1", At: at, Person: "iso"}
	asked := &containment.IsolationAsked{Asset: "a1", At: at, Person: "iso"}
	run(t, []row{
		{Name: "first", Given: affected(), When: ask, Then: facts{asked}},
		{Name: "again", Given: affected(asked), When: ask},
		{Name: "when it is off", Given: affected(off()), When: ask, Refused: fault.KindConflict, About: "off its networks"},
		{Name: "by somebody from elsewhere", Given: affected(), When: containment.AskIsolation{Asset: "a1", At: at, Person: "ranger"},
			Refused: fault.KindInvalid, About: "person"},
		{Name: "of one that is settled", Given: affected(moved(containment.AssetCleared)...), When: ask, Refused: fault.KindConflict,
			About: "cleared"},
	})
}

// Only the offices that the standard names accept that an asset stays on a network, with a reason. MA 6.6.3.2
func TestAcceptNetwork(t *testing.T) {
	accept := func(person string) containment.Command {
		return containment.AcceptNetwork{Asset: "a1", AcceptedBy: person, Texts: all}
	}
	run(t, []row{
		{Name: "by the ISO", Given: affected(), When: accept("iso"),
			Then: facts{&containment.IsolationInfeasible{Asset: "a1", AcceptedBy: "iso"}}},
		{Name: "by the owner", Given: affected(), When: accept("owner"), Refused: fault.KindInvalid, About: "accepted_by"},
		{Name: "by an ISO from elsewhere", Given: affected(), When: accept("ranger"), Refused: fault.KindInvalid,
			About: "accepted_by"},
		{Name: "restricted: by an ISO who is no member", Given: affected(), Restricted: []string{"coord"}, When: accept("iso"),
			Refused: fault.KindInvalid, About: "accepted_by"},
		{Name: "without a reason", Given: affected(), When: containment.AcceptNetwork{Asset: "a1", AcceptedBy: "iso"},
			Refused: fault.KindInvalid, About: "reason"},
		{Name: "when it is off", Given: affected(off()), When: accept("iso"), Refused: fault.KindConflict},
	})
}

func TestTakeOff(t *testing.T) {
	take := func(how, person string, networks ...int64) containment.Command {
		return containment.TakeOff{Asset: "a1", How: how, Person: person, Networks: networks, At: at}
	}
	taken := func(networks ...int64) facts {
		return facts{&containment.AssetTakenOff{Asset: "a1", How: containment.OffRemoved, Networks: networks, At: at}}
	}
	run(t, []row{
		{Name: "one of two", Given: affected(), When: take(containment.OffRemoved, "", 2), Then: taken(2), Leads: []string{}},
		{Name: "all, named twice and in no order", Given: affected(), When: take(containment.OffRemoved, "", 2, 1, 2),
			Then:  taken(1, 2),
			Leads: []string{"tell asset_isolated: owner tech"}},
		{Name: "all that are left", Given: affected(taken(1)...), When: take(containment.OffRemoved, ""), Then: taken(2),
			Leads: []string{"tell asset_isolated: owner tech"}},
		{Name: "one that it is off", Given: affected(taken(1)...), When: take(containment.OffRemoved, "", 1),
			Refused: fault.KindInvalid, About: "networks"},
		{Name: "one that it never was on", Given: affected(), When: take(containment.OffRemoved, "", 3), Refused: fault.KindInvalid,
			About: "networks"},
		{Name: "without a way", Given: affected(), When: take("", ""), Refused: fault.KindInvalid, About: "how"},
		{Name: "by somebody from elsewhere", Given: affected(), When: take(containment.OffRemoved, "ranger"),
			Refused: fault.KindInvalid, About: "person"},
		{Name: "again", Given: affected(off()), When: take(containment.OffRemoved, ""), Refused: fault.KindConflict},
		{Name: "after it was cleaned in place, without a reason", Given: affected(moved(containment.AssetCleaned)...),
			When:    take(containment.OffRemoved, ""),
			Refused: fault.KindInvalid, About: "reason"},
	})
}

// The coordinator looks at the results last: when the asset is verified and everything else is stated. MA 6.8.2, MA 6.3.1.1.3
func TestStateReturn(t *testing.T) {
	say := func(what string) containment.Command {
		return containment.StateReturn{Asset: "a1", What: what, Texts: all}
	}
	run(t, []row{
		{Name: "access", Given: restored(), When: say(containment.ReturnAccess), Then: stated(containment.ReturnAccess)},
		{Name: "validated before it is verified",
			Given: slices.Concat(restored(), stated(containment.ReturnChanges, containment.ReturnAccess)),
			When:  say(containment.ReturnValidated), Refused: fault.KindConflict, About: "it is restored"},
		{Name: "validated before access is stated", Given: verified(), When: say(containment.ReturnValidated),
			Refused: fault.KindConflict, About: "access"},
		{Name: "validated", Given: verified(containment.ReturnAccess), When: say(containment.ReturnValidated),
			Then: stated(containment.ReturnValidated)},
		{Name: "of something else", Given: restored(), When: say("weather"), Refused: fault.KindInvalid, About: "about"},
		{Name: "without words", Given: restored(), When: containment.StateReturn{Asset: "a1", What: containment.ReturnAccess},
			Refused: fault.KindInvalid, About: "statement"},
		{Name: "of one that is settled", Given: affected(moved(containment.AssetCleared)...), When: say(containment.ReturnAccess),
			Refused: fault.KindConflict},
	})
}

func TestMoveAsset(t *testing.T) {
	ready := verified(containment.ReturnAccess, containment.ReturnValidated)
	call := &containment.ContainmentCalled{Command: "k1", Asset: "a1", Tool: "edr", Action: "contain", Target: "device", AnswerBy: at + 1}
	to := func(state string, texts ...string) containment.Command {
		return containment.MoveAsset{Asset: "a1", To: state, At: at, Texts: decisions.Said(texts...)}
	}
	run(t, []row{
		{Name: "cleaned when it is isolated", Given: affected(off()), When: to(containment.AssetCleaned),
			Then: moved(containment.AssetCleaned), Leads: []string{}},
		{Name: "cleaned on the network", Given: affected(), When: to(containment.AssetCleaned), Refused: fault.KindInvalid,
			About: "reason"},
		{Name: "cleaned on the network, which was accepted",
			Given: affected(&containment.IsolationInfeasible{Asset: "a1", AcceptedBy: "iso"}),
			When:  to(containment.AssetCleaned), Then: moved(containment.AssetCleaned)},
		{Name: "isolated by a word", Given: affected(), When: to(containment.AssetIsolated, part.TextReason),
			Refused: fault.KindConflict},
		{Name: "where it is", Given: affected(), When: to(containment.AssetSuspected)},
		{Name: "restored from nowhere", Given: affected(append(facts{off()}, moved(containment.AssetCleaned)...)...),
			When:    to(containment.AssetRestored),
			Refused: fault.KindInvalid, About: "source"},
		{Name: "returned with everything stated", Given: ready, When: to(containment.AssetReturned),
			Then:  moved(containment.AssetReturned),
			Leads: []string{"tell asset_returned: owner tech"}},
		{Name: "returned on a validation of what has changed since", Given: slices.Concat(ready, stated(containment.ReturnChanges)),
			When: to(containment.AssetReturned), Refused: fault.KindConflict, About: "validation"},
		{Name: "cleared", Given: affected(), When: to(containment.AssetCleared, part.TextReason),
			Then:  moved(containment.AssetCleared),
			Leads: []string{"tell asset_settled: owner tech"}},
		{Name: "cleared while a tool was told to act", Given: affected(call), When: to(containment.AssetCleared, part.TextReason),
			Then:  append(moved(containment.AssetCleared), &containment.ContainmentCallEnded{Command: "k1", Why: containment.CallOvertaken}),
			Leads: []string{"tell asset_settled: owner tech", "withdraw containment_call"}},
		{Name: "suspected again", Given: append(ready, moved(containment.AssetReturned)...),
			When: to(containment.AssetSuspected, part.TextReason),
			Then: moved(containment.AssetSuspected), Leads: []string{"tell asset_affected: owner tech"}},
		{Name: "by somebody from elsewhere", Given: affected(off()),
			When:    containment.MoveAsset{Asset: "a1", To: containment.AssetCleaned, Person: "ranger"},
			Refused: fault.KindInvalid, About: "person"},
		{Name: "none such", When: to(containment.AssetCleaned), Refused: fault.KindNotFound},
	})
}

func TestCallAndAnswer(t *testing.T) {
	tool := containment.Tool{ID: "edr", Entity: "state", Actions: []string{"contain"}, Targets: []string{"device"}}
	call := func(change func(*containment.CallTool)) containment.Command {
		c := containment.CallTool{Asset: "a1", Tool: tool, Action: "contain", Target: "device", Texts: all}
		change(&c)
		return c
	}
	as := func(*containment.CallTool) {}
	called := &containment.ContainmentCalled{Command: "k1", Asset: "a1", Tool: "edr", Action: "contain", Target: "device", AnswerBy: at}
	answered := func(status int64) *containment.ContainmentAnswered {
		return &containment.ContainmentAnswered{Command: "k1", Status: status}
	}
	answer := func(status int64) containment.Command {
		return containment.AnswerCall{Command: "k1", Status: status, Isolates: true}
	}
	run(t, []row{
		{Name: "a call", Given: affected(), When: call(as), Then: facts{called}, Leads: []string{"tell containment_call: tool edr"}},
		{Name: "the same call again", Given: affected(called), When: call(as), Refused: fault.KindConflict, About: "k1"},
		{Name: "a tool of another agency", Given: affected(), When: call(func(c *containment.CallTool) { c.Tool.Entity = "parks" }),
			Refused: fault.KindInvalid, About: "tool"},
		{Name: "what the tool does not do", Given: affected(), When: call(func(c *containment.CallTool) { c.Action = "deny" }),
			Refused: fault.KindInvalid, About: "action"},
		{Name: "what the tool does not act on", Given: affected(),
			When:    call(func(c *containment.CallTool) { c.Target = "mac_addr" }),
			Refused: fault.KindInvalid, About: "target_kind"},
		{Name: "success that isolates", Given: affected(called), When: answer(200),
			Then: facts{answered(200), &containment.AssetTakenOff{Asset: "a1", How: containment.OffQuarantined, Networks: []int64{1, 2},
				At: at, Command: "k1"}},
			Leads: []string{"arrived containment_call", "tell asset_isolated: owner tech"}},
		{Name: "still at it", Given: affected(called), When: answer(102), Then: facts{answered(102)}, Leads: []string{}},
		{Name: "still at it, after it was done", Given: affected(called, answered(200)), When: answer(102)},
		{Name: "failure", Given: affected(called), When: answer(500), Then: facts{answered(500)},
			Leads: []string{"arrived containment_call", "tell containment_failed: coord second"}},
		{Name: "another end", Given: affected(called, answered(200)), When: answer(500), Refused: fault.KindConflict, About: "200"},
		{Name: "no status", Given: affected(called), When: answer(300), Refused: fault.KindInvalid, About: "status"},
		{Name: "to no call", When: answer(200), Refused: fault.KindNotFound},
	})
}
