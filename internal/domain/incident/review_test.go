package incident

import (
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

const aWeek = 7 * 24 * time.Hour

func (l *life) written() {
	for _, s := range AnalysisSections {
		now, _ := l.state().Review.Section(s)
		l.do(WriteAnalysis{Section: s, Base: now.Version, Texts: map[string]string{TextAnalysis: s + "!"}})
	}
}

// The analysis is signed when every section is written, discharges what was owed, and is taken up again with a new edition.
func TestAnalysisIsSignedWholeAndInEditions(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	l.facts = append(l.facts, Recorded{Fact: &DutiesOwed{Duties: []OwedDuty{{ID: "d99", Rule: "report", Discharge: policy.DischargeAnalysis}}},
		Version: int64(len(l.facts) + 1), At: l.env.Now})
	if _, err := l.try(SignAnalysis{}); fault.KindOf(err) != fault.KindConflict || !strings.Contains(err.Error(), SectionMotives) {
		t.Fatalf("signed with nothing written: %v", err)
	}
	l.written()
	if _, err := l.try(WriteAnalysis{Section: SectionRisk, Base: 0}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("another's words overwritten unread: %v", err)
	}
	l.do(SignAnalysis{})
	if d, _ := l.state().Duty("d99"); !d.Discharged || d.How != policy.DischargeAnalysis {
		t.Errorf("%+v", d)
	}
	if facts := l.do(SignAnalysis{}); len(facts) != 0 {
		t.Errorf("signed twice: %v", facts)
	}
	if _, err := l.try(WriteAnalysis{Section: SectionRisk}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("a signed analysis was changed: %v", err)
	}
	l.facts = append(l.facts, Recorded{Fact: &Closed{Outcome: OutcomeResolved}, Version: int64(len(l.facts) + 1), At: l.env.Now},
		Recorded{Fact: &Reopened{}, Version: int64(len(l.facts) + 2), At: l.env.Now})
	if l.state().Review.Signed {
		t.Error("the incident was reopened, and its analysis stands")
	}
	now, _ := l.state().Review.Section(SectionCauses)
	l.do(WriteAnalysis{Section: SectionCauses, Cause: "error", Base: now.Version, Texts: map[string]string{TextAnalysis: "new"}})
	l.do(SignAnalysis{})
	x := l.state().Review
	if len(x.Editions) != 2 || x.Editions[0].Sections[4].Digest != "causes!" || x.Editions[1].Sections[4].Digest != "new" ||
		x.Cause != "error" || len(x.Sections[SectionCauses]) != 2 {
		t.Errorf("%+v", x.Editions)
	}
	l.do(ReopenAnalysis{})
	if l.state().Review.Signed {
		t.Error("still signed")
	}
}

func TestAnalysisRefusals(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	for name, c := range map[string]Command{
		"no such section": WriteAnalysis{Section: "gossip"}, "a cause elsewhere": WriteAnalysis{Section: SectionRisk, Cause: "error"},
		"no such cause": WriteAnalysis{Section: SectionCauses, Cause: "aliens"}, "never signed": ReopenAnalysis{},
	} {
		if facts, err := l.try(c); err == nil || len(facts) > 0 {
			t.Errorf("%s: %v", name, facts)
		}
	}
}

// An action is chased by the one clock after the incident is closed: its owner, then also the coordinator.
func TestActionIsChasedAfterClosing(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	due := l.env.Now.Add(4 * aWeek)
	l.do(AssignAction{Owner: "head", Due: due})
	l.facts = append(l.facts, Recorded{Fact: &Closed{Outcome: OutcomeResolved}, Version: int64(len(l.facts) + 1), At: l.env.Now})
	if got := l.messages(KindDutyOwed); len(got) != 1 || got[0].Person != "head" {
		t.Fatalf("told %+v", got)
	}
	count := func(kind string) (n int) {
		for _, m := range l.messages(kind) {
			if d, _ := l.state().Duty(m.Duty); d.Discharge == policy.DischargeAction {
				n++
			}
		}
		return n
	}
	for _, step := range []struct {
		at                         time.Time
		warned, overdue, escalated int
	}{{due.Add(-aWeek - time.Hour), 0, 0, 0}, {due.Add(-aWeek), 1, 0, 0}, {due, 1, 1, 1}, {due.Add(aWeek), 1, 2, 2}} {
		l.env.Now = step.at
		l.do(RunClock{})
		if w, o, e := count(KindDutyWarning), count(KindDutyOverdue), count(KindDutyEscalated); w != step.warned || o != step.overdue ||
			e != step.escalated {
			t.Errorf("at %s: %d warned, %d overdue, %d escalated", step.at, w, o, e)
		}
	}
	if a, _ := l.state().Action("c1"); !a.Overdue(l.env.Now) {
		t.Errorf("%+v", a)
	}
}

// Table of what may be done to an action in which state, by whom.
func TestActionStates(t *testing.T) {
	for _, c := range []struct {
		name string
		do   []Command
		as   string
		last Command
		kind fault.Kind
		now  string
	}{
		{"completed", nil, "head", CompleteAction{Action: "c1"}, "", ActionIsDone},
		{"verified unfinished", nil, "coord", VerifyAction{Action: "c1"}, fault.KindConflict, ActionIsOpen},
		{"verified", []Command{CompleteAction{Action: "c1"}}, "coord", VerifyAction{Action: "c1"}, "", ActionIsVerified},
		{"verified by its owner", []Command{CompleteAction{Action: "c1"}}, "head", VerifyAction{Action: "c1"}, fault.KindConflict, ActionIsDone},
		{"returned", []Command{CompleteAction{Action: "c1"}}, "coord", ReturnAction{Action: "c1", Due: t0.Add(aWeek)}, "", ActionIsOpen},
		{"returned into the past", []Command{CompleteAction{Action: "c1"}}, "coord", ReturnAction{Action: "c1", Due: t0}, fault.KindInvalid,
			ActionIsDone},
		{"dropped", nil, "coord", DropAction{Action: "c1"}, "", ActionIsDropped},
		{"dropped when verified", []Command{CompleteAction{Action: "c1"}, VerifyAction{Action: "c1"}}, "coord", DropAction{Action: "c1"},
			fault.KindConflict, ActionIsVerified},
		{"completed when dropped", []Command{DropAction{Action: "c1"}}, "head", CompleteAction{Action: "c1"}, fault.KindConflict,
			ActionIsDropped},
		{"changed", nil, "coord", ChangeAction{Action: "c1", Owner: "iso", Due: t0.Add(2 * aWeek)}, "", ActionIsOpen},
		{"given to somebody from elsewhere", nil, "coord", ChangeAction{Action: "c1", Owner: "officer", Due: t0.Add(2 * aWeek)},
			fault.KindInvalid, ActionIsOpen},
		{"put off for ever", nil, "coord", ChangeAction{Action: "c1", Owner: "iso", Due: t0.AddDate(9, 0, 0)}, fault.KindInvalid, ActionIsOpen},
		{"unknown", nil, "coord", DropAction{Action: "c9"}, fault.KindNotFound, ActionIsOpen},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := begin(t)
			l.do(files(Initial, nil))
			l.as("coord")
			l.do(AssignAction{Owner: "head", Due: t0.Add(4 * aWeek)})
			for _, before := range c.do {
				if _, ok := before.(CompleteAction); ok {
					l.as("head")
				} else {
					l.as("coord")
				}
				l.do(before)
			}
			l.as(c.as)
			_, err := l.try(c.last)
			if a, _ := l.state().Action("c1"); fault.KindOf(err) != c.kind || a.Status != c.now {
				t.Errorf("%v; %s", err, a.Status)
			}
		})
	}
}

// An owner who has left leaves their work to the coordinator.
func TestPersonWhoOwesLeaves(t *testing.T) {
	dir := book(t)
	if got := Holders(dir, policy.Recipient{Person: "head"}, "dmv"); len(got) != 1 || got[0] != "head" {
		t.Errorf("%v", got)
	}
	if got := Holders(dir, policy.Recipient{Person: "long-gone"}, "dmv"); len(got) != 1 || got[0] != "coord" {
		t.Errorf("%v", got)
	}
}

func TestProposals(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	for _, bad := range []ProposeChange{{Kind: "law"}, {Kind: ProposePlaybook, Target: "none"}, {Kind: ProposeControl, Target: "x"},
		{Kind: ProposePolicy, Target: "x"}, {Kind: ProposePlan, Target: "x"}} {
		if _, err := l.try(bad); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	for _, good := range []ProposeChange{{Kind: ProposePlaybook, Target: "play"}, {Kind: ProposeControl, Target: "Post-Incident Analysis"},
		{Kind: ProposePolicy, Target: "start-high"}, {Kind: ProposePlan}} {
		l.do(good)
	}
	if _, err := l.try(FinishProposal{Proposal: "p1", Version: "2"}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("carried out before it was accepted: %v", err)
	}
	l.do(DecideProposal{Proposal: "p1", Accepted: true})
	l.do(DecideProposal{Proposal: "p2"})
	if _, err := l.try(FinishProposal{Proposal: "p1"}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("carried out nowhere: %v", err)
	}
	l.do(FinishProposal{Proposal: "p1", Version: "2026.12"})
	if got := l.state().Review.Proposals; got[0].Status != ProposalIsDone || got[1].Status != ProposalRejected ||
		got[2].Status != ProposalOpen {
		t.Errorf("%+v", got)
	}
	if _, err := l.try(DecideProposal{Proposal: "p1"}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("rejected after it was made: %v", err)
	}
}
