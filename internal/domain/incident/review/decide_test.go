package review_test

import (
	"testing"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/incident/review"
	"tocsin/internal/domain/record"
	"tocsin/internal/testkit/decisions"
)

type (
	row   = decisions.Row[review.Command]
	facts = []record.Fact
)

var (
	day    = 24 * time.Hour
	due    = decisions.Now.Add(30 * day)
	later  = decisions.Now.Add(60 * day)
	all    = decisions.Said(review.TextAnalysis, review.TextAction, review.TextEvidence, review.TextLink, review.TextProposal, part.TextReason)
	linked = decisions.Said(review.TextLink)
)

func run(t *testing.T, rows []row) {
	t.Helper()
	decisions.Run(t, all, review.Apply, review.Decide, rows)
}

// written is an analysis with every section.
func written() (out facts) {
	for _, s := range review.AnalysisSections {
		out = append(out, &review.AnalysisWritten{Section: s})
	}
	return out
}

func signed() record.Fact {
	f := review.AnalysisSigned{Edition: 1, Sections: []review.SignedSection{}}
	for _, s := range review.AnalysisSections {
		f.Sections = append(f.Sections, review.SignedSection{Section: s, Digest: all[review.TextAnalysis]})
	}
	return &f
}

// Nobody overwrites a section that they have not read, and nobody changes a signed analysis without taking it up again.
func TestWriteAnalysis(t *testing.T) {
	write := func(section, cause string, base int64) review.Command {
		return review.WriteAnalysis{Section: section, Cause: cause, Base: base, Texts: all}
	}
	impact := &review.AnalysisWritten{Section: review.SectionImpact}
	run(t, []row{
		{Name: "first", When: write(review.SectionImpact, "", 0), Then: facts{impact}},
		{Name: "anew", Given: facts{impact}, When: write(review.SectionImpact, "", 1), Then: facts{impact}},
		{Name: "over what was not read", Given: facts{impact}, When: write(review.SectionImpact, "", 0), Refused: fault.KindConflict,
			About: "since"},
		{Name: "with a kind of cause", When: write(review.SectionCauses, "error", 0),
			Then: facts{&review.AnalysisWritten{Section: review.SectionCauses, Cause: "error"}}},
		{Name: "a kind of cause that nobody counts", When: write(review.SectionCauses, "fate", 0), Refused: fault.KindInvalid,
			About: "cause"},
		{Name: "a kind of cause elsewhere", When: write(review.SectionImpact, "error", 0), Refused: fault.KindInvalid,
			About: "cause"},
		{Name: "no such section", When: write("weather", "", 0), Refused: fault.KindInvalid, About: "section"},
		{Name: "a signed one", Given: append(written(), signed()), When: write(review.SectionImpact, "", 1),
			Refused: fault.KindConflict, About: "signed"},
		{Name: "one taken up again", Given: append(written(), signed(), &review.AnalysisReopened{}),
			When: write(review.SectionImpact, "", 1),
			Then: facts{impact}},
	})
}

// A signature stands under every section, and ends the duty that it was owed under. MA 6.8, MA 6.3.1.1
func TestSignAndReopenAnalysis(t *testing.T) {
	reopen := review.ReopenAnalysis{Texts: all}
	run(t, []row{
		{Name: "sign", Given: written(), When: review.SignAnalysis{}, Then: facts{signed()},
			Leads: []string{"end analysis_signed as analysis_signed"}},
		{Name: "sign with a section left", Given: written()[1:], When: review.SignAnalysis{}, Refused: fault.KindConflict,
			About: "impact"},
		{Name: "sign twice", Given: append(written(), signed()), When: review.SignAnalysis{}},
		{Name: "reopen", Given: append(written(), signed()), When: reopen, Then: facts{&review.AnalysisReopened{}}},
		{Name: "reopen twice", Given: append(written(), signed(), &review.AnalysisReopened{}), When: reopen},
		{Name: "reopen what nobody signed", Given: written(), When: reopen, Refused: fault.KindConflict, About: "never signed"},
	})
}

func assigned() record.Fact {
	return &review.ActionAssigned{ID: "c1", Owner: "tech", Due: due.UnixMicro()}
}

var (
	completed = &review.ActionCompleted{Action: "c1"}
	verified  = &review.ActionVerified{Action: "c1"}
	dropped   = &review.ActionDropped{Action: "c1"}
)

func TestAssignAndChangeAction(t *testing.T) {
	change := func(owner string, due time.Time) review.Command {
		return review.ChangeAction{Action: "c1", Owner: owner, Due: due, Texts: all}
	}
	changed := func(owner string, due time.Time) facts {
		return facts{&review.ActionChanged{Action: "c1", Owner: owner, Due: due.UnixMicro()}}
	}
	assign := func(owner string, due time.Time) review.Command { return review.AssignAction{Owner: owner, Due: due} }
	run(t, []row{
		{Name: "assign", When: assign("tech", due), Then: facts{assigned()}, Leads: []string{"owe action:c1: tech"}},
		{Name: "assign to somebody from elsewhere", When: assign("ranger", due), Refused: fault.KindInvalid, About: "owner"},
		{Name: "restricted: to somebody who is no member", Restricted: []string{"coord"}, When: assign("tech", due),
			Refused: fault.KindInvalid, About: "owner"},
		{Name: "due now", When: assign("tech", decisions.Now), Refused: fault.KindInvalid, About: "due"},
		{Name: "due in six years", When: assign("tech", decisions.Now.Add(6*366*day)), Refused: fault.KindInvalid, About: "due"},
		{Name: "change the owner", Given: facts{assigned()}, When: change("iso", due), Then: changed("iso", due),
			Leads: []string{"end action:c1 verify:c1 as replaced", "owe action:c1: iso"}},
		{Name: "change the time", Given: facts{assigned()}, When: change("tech", later), Then: changed("tech", later),
			Leads: []string{"end action:c1 verify:c1 as replaced", "owe action:c1: tech"}},
		{Name: "change nothing", Given: facts{assigned()}, When: change("tech", due)},
		{Name: "change to somebody from elsewhere", Given: facts{assigned()}, When: change("ranger", due),
			Refused: fault.KindInvalid, About: "owner"},
		{Name: "change one that is completed", Given: facts{assigned(), completed}, When: change("iso", due),
			Refused: fault.KindConflict, About: "completed"},
		{Name: "change none", When: change("iso", due), Refused: fault.KindNotFound},
	})
}

// Whoever carried an action out does not verify it, even where they hold the office. MA 6.3.1.1.3
func TestCompleteVerifyReturnDrop(t *testing.T) {
	complete, verify := review.CompleteAction{Action: "c1", Texts: all}, review.VerifyAction{Action: "c1"}
	back, drop := review.ReturnAction{Action: "c1", Due: later, Texts: all}, review.DropAction{Action: "c1", Texts: all}
	done := facts{assigned(), decisions.By("tech", completed)}
	run(t, []row{
		{Name: "complete", Given: facts{assigned()}, When: complete, Then: facts{completed},
			Leads: []string{"end action:c1 verify:c1 as action_completed", "owe verify:c1: ir_coordinator"}},
		{Name: "complete twice", Given: done, When: complete, Refused: fault.KindConflict},
		{Name: "verify", Given: done, When: verify, Then: facts{verified}, Leads: []string{"end action:c1 verify:c1 as action_verified"}},
		{Name: "verify twice", Given: append(done, verified), When: verify},
		{Name: "verify one's own", Given: done, Actor: "tech", When: verify, Refused: fault.KindConflict, About: "carried"},
		{Name: "verify what one stated for the owner", Given: facts{assigned(), completed}, When: verify,
			Refused: fault.KindConflict, About: "carried"},
		{Name: "verify what is open", Given: facts{assigned()}, When: verify, Refused: fault.KindConflict, About: "open"},
		{Name: "return", Given: done, When: back, Then: facts{&review.ActionReturned{Action: "c1", Due: later.UnixMicro()}},
			Leads: []string{"end action:c1 verify:c1 as action_verified", "owe action:c1: tech"}},
		{Name: "return until yesterday", Given: done, When: review.ReturnAction{Action: "c1", Due: decisions.Now.Add(-day)},
			Refused: fault.KindInvalid, About: "due"},
		{Name: "return what is open", Given: facts{assigned()}, When: back, Refused: fault.KindConflict},
		{Name: "drop", Given: done, When: drop, Then: facts{dropped}, Leads: []string{"end action:c1 verify:c1 as replaced"}},
		{Name: "drop twice", Given: append(done, dropped), When: drop},
		{Name: "drop what is verified", Given: append(done, verified), When: drop, Refused: fault.KindConflict},
	})
}

func TestProposals(t *testing.T) {
	propose := func(kind, target string) review.Command {
		return review.ProposeChange{Kind: kind, Target: target, Texts: all}
	}
	proposed := func(kind, target string) *review.ChangeProposed {
		return &review.ChangeProposed{ID: "p1", Kind: kind, Target: target}
	}
	plan := proposed(review.ProposePlan, "")
	decided := func(accepted bool) *review.ProposalDecided {
		return &review.ProposalDecided{Proposal: "p1", Accepted: accepted}
	}
	decide := func(accepted bool) review.Command {
		return review.DecideProposal{Proposal: "p1", Accepted: accepted, Texts: all}
	}
	done := &review.ProposalDone{Proposal: "p1"}
	finish := review.FinishProposal{Proposal: "p1", Texts: linked}
	run(t, []row{
		{Name: "the plan", When: propose(review.ProposePlan, ""), Then: facts{plan}},
		{Name: "a playbook", When: propose(review.ProposePlaybook, "play"), Then: facts{proposed(review.ProposePlaybook, "play")}},
		{Name: "a control", When: propose(review.ProposeControl, "Post-Incident Analysis"),
			Then: facts{proposed(review.ProposeControl, "Post-Incident Analysis")}},
		{Name: "a rule", When: propose(review.ProposePolicy, "start-high"),
			Then: facts{proposed(review.ProposePolicy, "start-high")}},
		{Name: "the plan, of something", When: propose(review.ProposePlan, "play"), Refused: fault.KindInvalid, About: "target"},
		{Name: "no such playbook", When: propose(review.ProposePlaybook, "start-high"), Refused: fault.KindInvalid, About: "target"},
		{Name: "no such control", When: propose(review.ProposeControl, "play"), Refused: fault.KindInvalid, About: "target"},
		{Name: "no such rule", When: propose(review.ProposePolicy, "play"), Refused: fault.KindInvalid, About: "target"},
		{Name: "no such kind", When: propose("weather", ""), Refused: fault.KindInvalid, About: "kind"},
		{Name: "accept", Given: facts{plan}, When: decide(true), Then: facts{decided(true)}},
		{Name: "accept twice", Given: facts{plan, decided(true)}, When: decide(true)},
		{Name: "reject after all", Given: facts{plan, decided(true)}, When: decide(false), Then: facts{decided(false)}},
		{Name: "reject what is done", Given: facts{plan, decided(true), done}, When: decide(false), Refused: fault.KindConflict,
			About: "made already"},
		{Name: "decide on none", When: decide(true), Refused: fault.KindNotFound},
		{Name: "done", Given: facts{plan, decided(true)}, When: finish, Then: facts{done}},
		{Name: "done twice", Given: facts{plan, decided(true), done}, When: finish},
		{Name: "done before it is accepted", Given: facts{plan}, When: finish, Refused: fault.KindConflict, About: "proposed"},
		{Name: "done though rejected", Given: facts{plan, decided(false)}, When: finish, Refused: fault.KindConflict,
			About: "rejected"},
		{Name: "done nowhere", Given: facts{plan, decided(true)}, When: review.FinishProposal{Proposal: "p1"},
			Refused: fault.KindInvalid, About: "version"},
	})
}
