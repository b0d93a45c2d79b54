package incident

import (
	"slices"
	"testing"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
	"tocsin/internal/testkit/decisions"
)

type (
	row   = decisions.Row[Command]
	facts = []Fact
)

var (
	allTexts = decisions.Said(TextReason, TextBegun, TextPlay, TextTask, TextNote, TextStatement)
	aReason  = decisions.Said(TextReason)
)

// decided checks rows on an incident of the motor vehicle department that was reported and told to two authorities.
func decided(t *testing.T, rows []row) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.Name, func(t *testing.T) {
			at := row.Case(t)
			at.Pack, at.How, at.NewID = rules{}, rules{}, func() string { return "m" }
			drafts, err := Decide(Fold(decisions.Recorded(allTexts, append(toldTwo(), row.Given...)...)), row.When, at.Env)
			row.Check(t, []part.Outcome{outcomeOf(drafts)}, err)
		})
	}
}

func toldTwo() facts {
	return facts{&Reported{Number: "N", Filing: 1, Kind: Initial, Entity: "dmv", ReceivedAt: decisions.Start.UnixMicro(), Stated: []string{}},
		&MessagesOwed{Tracks: []OpenedTrack{{Authority: "soc"}, {Authority: "police"}}, Messages: []OwedMessage{}}}
}

// outcomeOf tells the facts of what was done from those of what follows for messages and duties.
func outcomeOf(drafts []Draft) (o part.Outcome) {
	for _, d := range drafts {
		switch f := d.Fact.(type) {
		case *MessagesOwed:
			for _, m := range f.Messages {
				n := part.Notice{OwedMessage: m, People: []string{m.Person}, To: policy.Recipient{Authority: m.Authority}}
				if m.Operator {
					n.People = []string{"operator"}
				}
				o.Tell = append(o.Tell, n)
			}
		case *DutiesOwed:
			for _, x := range f.Duties {
				o.Owe = append(o.Owe, part.Owe{Duty: x})
			}
		case *DutyDischarged:
			o.Discharge = append(o.Discharge, part.Discharge{How: f.How, Rules: []string{f.Duty}})
		default:
			o.Facts = append(o.Facts, d)
		}
	}
	return o
}

// owed is a duty of the coordinator as the first of the incident.
func owed(rule, discharge string) *DutiesOwed {
	return &DutiesOwed{Duties: []OwedDuty{{ID: "d1", Rule: rule, By: rules{}.Coordinator(), Discharge: discharge}}}
}

// started is a response with the tasks of the playbook: the first must be done before the second, the third is optional.
func started(more ...Fact) facts {
	return append(facts{&ResponseStarted{Lead: "coord"}, &PhaseEntered{Phase: PhaseDetection}, playbook()}, more...)
}

func playbook() *TasksAdded {
	task := func(id, step, title string, aim policy.Aim, role string, optional bool, after ...string) NewTask {
		return NewTask{ID: id, Step: step, Title: title, Aim: string(aim), Role: role, After: append([]string{}, after...), Optional: optional}
	}
	return &TasksAdded{Playbook: "play", Tasks: []NewTask{task("t1", "cut", "Cut", policy.AimContainment, "technical_support", false),
		task("t2", "clean", "Clean", policy.AimEradication, "technical_support", false, "t1"),
		task("t3", "tell", "Tell", policy.AimCommunication, "communications", true)}}
}

func closed() Fact { return &Closed{Outcome: OutcomeResolved} }

// members are those of a restriction that the coordinator began.
func members(people ...string) Fact { return &Restricted{Members: people} }

func TestStartAndFollow(t *testing.T) {
	start := func(lead string, books ...string) Command {
		return StartResponse{Lead: lead, Playbooks: books, Texts: allTexts}
	}
	decided(t, []row{
		{Name: "start", When: start("iso"), Then: facts{&ResponseStarted{Lead: "iso"}, &PhaseEntered{Phase: PhaseDetection}},
			Leads: []string{}},
		{Name: "start with a playbook", When: start("coord", "play"), Then: started()},
		{Name: "start what was owed", Given: facts{owed("start-high", policy.DischargeResponse)}, When: start("iso"),
			Then:  facts{&ResponseStarted{Lead: "iso"}, &PhaseEntered{Phase: PhaseDetection}},
			Leads: []string{"end d1 as " + policy.DischargeResponse}},
		{Name: "start twice", Given: started(), When: start("iso")},
		{Name: "led by somebody from elsewhere", When: start("ranger"), Refused: fault.KindInvalid, About: "lead"},
		{Name: "restricted: led by one who is no member", Given: facts{members("coord")}, When: start("iso"),
			Refused: fault.KindInvalid, About: "lead"},
		{Name: "start a closed one", Given: facts{closed()}, When: start("iso"), Refused: fault.KindConflict, About: "closed"},
		{Name: "follow", When: FollowPlaybook{Playbook: "play"}, Then: facts{playbook()}},
		{Name: "follow twice", Given: started(), When: FollowPlaybook{Playbook: "play"}},
		{Name: "follow none", When: FollowPlaybook{Playbook: "weather"}, Refused: fault.KindInvalid, About: "playbook"},
		{Name: "follow in a closed one", Given: facts{closed()}, When: FollowPlaybook{Playbook: "play"}, Refused: fault.KindConflict},
	})
}

func TestTaskDecisions(t *testing.T) {
	end := func(id string) Command { return EndTask{Task: id, Texts: allTexts} }
	skip := func(id string, texts map[string]string) Command { return EndTask{Task: id, Skip: true, Texts: texts} }
	cut, clean := &TaskDone{Task: "t1"}, &TaskDone{Task: "t2"}
	order := func(ids ...string) Command { return OrderTasks{Tasks: ids} }
	decided(t, []row{
		{Name: "note", When: NoteTask{Aim: string(policy.AimContainment), Role: "iso", Texts: allTexts},
			Then: facts{&TaskNoted{ID: "t1", Aim: string(policy.AimContainment), Role: "iso"}}},
		{Name: "note for no aim", When: NoteTask{Aim: "weather", Role: "iso"}, Refused: fault.KindInvalid, About: "aim"},
		{Name: "note for no role", When: NoteTask{Aim: string(policy.AimContainment), Role: "king"}, Refused: fault.KindInvalid,
			About: "role"},
		{Name: "take", Given: started(), When: TakeTask{Task: "t1", Person: "tech"},
			Then: facts{&TaskTaken{Task: "t1", Person: "tech"}}},
		{Name: "take twice", Given: started(&TaskTaken{Task: "t1", Person: "tech"}), When: TakeTask{Task: "t1", Person: "tech"}},
		{Name: "let go", Given: started(&TaskTaken{Task: "t1", Person: "tech"}), When: TakeTask{Task: "t1"},
			Then: facts{&TaskTaken{Task: "t1"}}},
		{Name: "give to somebody from elsewhere", Given: started(), When: TakeTask{Task: "t1", Person: "ranger"},
			Refused: fault.KindInvalid, About: "person"},
		{Name: "restricted: give to one who is no member", Given: started(members("coord")),
			When:    TakeTask{Task: "t1", Person: "tech"},
			Refused: fault.KindInvalid, About: "person"},
		{Name: "take what is done", Given: started(cut), When: TakeTask{Task: "t1", Person: "tech"}, Refused: fault.KindConflict,
			About: "done"},
		{Name: "take none", When: TakeTask{Task: "t1", Person: "tech"}, Refused: fault.KindNotFound},
		{Name: "end", Given: started(), When: end("t1"), Then: facts{cut}},
		{Name: "end before what comes first", Given: started(), When: end("t2"), Refused: fault.KindConflict, About: "first do t1"},
		{Name: "end after what comes first", Given: started(cut), When: end("t2"), Then: facts{clean}},
		{Name: "end after what comes first was left out", Given: started(&TaskSkipped{Task: "t1"}), When: end("t2"),
			Then: facts{clean}},
		{Name: "leave out without a reason", Given: started(), When: skip("t1", nil), Refused: fault.KindInvalid, About: "reason"},
		{Name: "leave out with a reason", Given: started(), When: skip("t1", aReason), Then: facts{&TaskSkipped{Task: "t1"}}},
		{Name: "leave out what is optional", Given: started(), When: skip("t3", nil), Then: facts{&TaskSkipped{Task: "t3"}}},
		{Name: "reopen", Given: started(cut), When: ReopenTask{Task: "t1", Texts: aReason}, Then: facts{&TaskReopened{Task: "t1"}}},
		{Name: "reopen what is open", Given: started(), When: ReopenTask{Task: "t1", Texts: aReason}},
		{Name: "reopen none", When: ReopenTask{Task: "t1"}, Refused: fault.KindNotFound},
		{Name: "order", Given: started(), When: order("t3", "t1", "t2"),
			Then: facts{&TasksOrdered{Tasks: []string{"t3", "t1", "t2"}}}},
		{Name: "order as it is", Given: started(), When: order("t1", "t2", "t3")},
		{Name: "order against what comes first", Given: started(), When: order("t2", "t1", "t3"), Refused: fault.KindConflict,
			About: "t2 comes after t1"},
		{Name: "order a part", Given: started(), When: order("t1", "t2"), Refused: fault.KindConflict, About: "changed"},
		{Name: "end in a closed one", Given: started(closed()), When: end("t1"), Refused: fault.KindConflict, About: "closed"},
	})
}

// The lead changes only by the word of who takes it. MA 6.3.1.2.1
func TestHandoverDecisions(t *testing.T) {
	offer := &HandoverOffered{To: "iso"}
	hand := func(to string) Command { return HandOver{Lead: to, Texts: allTexts} }
	answer := func(accept, withdraw bool) Command {
		return AnswerHandover{Accept: accept, Withdraw: withdraw, Texts: allTexts}
	}
	decided(t, []row{
		{Name: "offer", Given: started(), When: hand("iso"), Then: facts{offer}, Leads: []string{"tell handover_offered: iso"}},
		{Name: "offer twice", Given: started(offer), When: hand("iso")},
		{Name: "take over", Given: started(), Actor: "iso", When: hand("iso"), Then: facts{&LeadChanged{Lead: "iso"}},
			Leads: []string{}},
		{Name: "offer to who leads", Given: started(), When: hand("coord")},
		{Name: "offer to somebody from elsewhere", Given: started(), When: hand("ranger"), Refused: fault.KindInvalid, About: "lead"},
		{Name: "offer before the start", When: hand("iso"), Refused: fault.KindConflict, About: "start the response"},
		{Name: "accept", Given: started(offer), Actor: "iso", When: answer(true, false), Then: facts{&LeadChanged{Lead: "iso"}},
			Leads: []string{"tell handover_answered: coord"}},
		{Name: "decline", Given: started(offer), Actor: "iso", When: answer(false, false), Then: facts{&HandoverDeclined{}},
			Leads: []string{"tell handover_answered: coord"}},
		{Name: "accept for another", Given: started(offer), Actor: "tech", When: answer(true, false), Refused: fault.KindForbidden},
		{Name: "withdraw", Given: started(offer), When: answer(false, true), Then: facts{&HandoverDeclined{Withdrawn: true}},
			Leads: []string{}},
		{Name: "accept nothing", Given: started(), Actor: "iso", When: answer(true, false), Refused: fault.KindConflict},
		{Name: "engage", Given: started(), When: Engage{Person: "counsel", Texts: aReason},
			Then:  facts{&Engaged{Person: "counsel", Role: "legal"}},
			Leads: []string{"tell engaged: counsel"}},
		{Name: "engage twice", Given: started(&Engaged{Person: "counsel", Role: "legal"}), When: Engage{Person: "counsel"}},
		{Name: "engage one of no such office", Given: started(), When: Engage{Person: "iso"}, Refused: fault.KindInvalid,
			About: "person"},
		{Name: "restricted: engage one who is no member", Given: started(members("coord")), When: Engage{Person: "counsel"},
			Refused: fault.KindInvalid, About: "no member"},
		{Name: "continuity", When: DecideContinuity{Activate: true},
			Then: facts{&ContinuityDecided{Activated: true, Criteria: []string{}}}},
		{Name: "continuity twice", Given: facts{&ContinuityDecided{Activated: true}}, When: DecideContinuity{Activate: true}},
	})
}

func TestPhaseDecisions(t *testing.T) {
	enter := func(phase string, texts map[string]string) Command { return EnterPhase{Phase: phase, Texts: texts} }
	to := func(phase string) *PhaseEntered { return &PhaseEntered{Phase: phase} }
	milestone := func(at time.Time) Command { return StateMilestone{Milestone: Contained, At: at} }
	reached := &MilestoneReached{Milestone: Contained, At: decisions.Start.UnixMicro()}
	decided(t, []row{
		{Name: "on", Given: started(), When: enter(PhaseContainment, nil), Then: facts{to(PhaseContainment)}},
		{Name: "on with tasks left", Given: started(), When: enter(PhasePostIncident, nil), Refused: fault.KindConflict,
			About: "t1, t2"},
		{Name: "on with tasks settled", Given: started(&TaskDone{Task: "t1"}, &TaskSkipped{Task: "t2"}),
			When: enter(PhasePostIncident, nil),
			Then: facts{to(PhasePostIncident)}},
		{Name: "where it is", Given: started(), When: enter(PhaseDetection, nil)},
		{Name: "back without a reason", Given: started(to(PhaseContainment)), When: enter(PhaseDetection, nil),
			Refused: fault.KindInvalid, About: "reason"},
		{Name: "back", Given: started(to(PhaseContainment)), When: enter(PhaseDetection, aReason), Then: facts{to(PhaseDetection)}},
		{Name: "before the start", When: enter(PhaseContainment, nil), Refused: fault.KindConflict, About: "not started"},
		{Name: "nowhere", Given: started(), When: enter("weather", nil), Refused: fault.KindInvalid, About: "phase"},
		{Name: "in a closed one", Given: started(closed()), When: enter(PhaseContainment, nil), Refused: fault.KindConflict,
			About: "closed"},
		{Name: "milestone", When: milestone(decisions.Start), Then: facts{reached}},
		{Name: "milestone twice", Given: facts{reached}, When: milestone(decisions.Start)},
		{Name: "milestone to come", When: milestone(decisions.Now.Add(time.Second)), Refused: fault.KindInvalid, About: "future"},
		{Name: "milestone at no time", When: milestone(time.Time{}), Refused: fault.KindInvalid, About: "at: "},
		{Name: "no such milestone", When: StateMilestone{Milestone: "weather", At: decisions.Start}, Refused: fault.KindInvalid,
			About: "milestone"},
	})
}

// What remains open is accepted by who may, having seen all of it; the results are looked at by another than who ended the response.
// MA 6.3.1.1.3, MA 6.7.5
func TestClosingDecisions(t *testing.T) {
	tracks := []string{"track:soc", "track:police"}
	end := func(accepts bool, seen ...string) Command {
		return Close{Outcome: OutcomeResolved, Accepts: accepts, Seen: seen, Texts: aReason}
	}
	answered := facts{&Acknowledged{Authority: "soc"}, &Acknowledged{Authority: "police"}}
	validate := owed("validate:1", policy.DischargeValidated)
	triage := owed("after-closing:2", DischargeTriaged)
	ended := append(slices.Clone(answered), closed(), validate)
	decided(t, []row{
		{Name: "close with nothing left", Given: answered, When: end(false), Then: facts{closed()},
			Leads: []string{"owe validate:1: ir_coordinator", "tell duty_owed: coord second", "tell incident_closed: rep"}},
		{Name: "close with something left", When: end(false, tracks...), Refused: fault.KindConflict, About: "2 things"},
		{Name: "accept what remains", When: end(true, tracks...), Then: facts{&Closed{Outcome: OutcomeResolved, Remains: tracks}},
			Leads: []string{"tell incident_closed: rep"}},
		{Name: "accept what was not shown", When: end(true, "track:soc"), Refused: fault.KindConflict, About: "track:police"},
		{Name: "close twice", Given: facts{closed()}, When: end(false)},
		{Name: "close as nothing known", Given: answered, When: Close{Outcome: "weather"}, Refused: fault.KindInvalid,
			About: "outcome"},
		{Name: "decline", Given: answered, When: Close{Outcome: OutcomeDeclined, As: ClassEvent, Accepts: true},
			Then:  facts{&Classified{As: ClassEvent}, &Closed{Outcome: OutcomeDeclined}},
			Leads: []string{"tell incident_declined: rep"}},
		{Name: "decline as an incident", Given: answered, When: Close{Outcome: OutcomeDeclined, As: ClassIncident, Accepts: true},
			Refused: fault.KindInvalid, About: "as"},
		{Name: "classify", When: Classify{As: ClassNearMiss}, Then: facts{&Classified{As: ClassNearMiss}}},
		{Name: "classify twice", Given: facts{&Classified{As: ClassNearMiss}}, When: Classify{As: ClassNearMiss}},
		{Name: "classify as nothing known", When: Classify{As: "weather"}, Refused: fault.KindInvalid, About: "as"},
		{Name: "validate", Given: ended, Actor: "second", When: ValidateResults{Texts: aReason}, Then: facts{&ResultsValidated{}},
			Leads: []string{"end d1 as " + policy.DischargeValidated}},
		{Name: "validate one's own", Given: ended, When: ValidateResults{}, Refused: fault.KindConflict, About: "ended the response"},
		{Name: "validate twice", Given: append(slices.Clone(ended), decisions.By("second", &ResultsValidated{})),
			When: ValidateResults{}},
		{Name: "validate an open one", When: ValidateResults{}, Refused: fault.KindConflict, About: "nothing awaits"},
		{Name: "reopen", Given: ended, When: Reopen{Texts: aReason}, Then: facts{&Reopened{}},
			Leads: []string{"end d1 as " + policy.DischargeReplaced}},
		{Name: "reopen an open one", When: Reopen{}},
		{Name: "reopen for what came in", Given: facts{closed(), triage}, When: Reopen{}, Then: facts{&Reopened{}},
			Leads: []string{"end d1 as triaged"}},
		{Name: "keep closed", Given: facts{closed(), triage}, When: KeepClosed{}, Then: facts{&KeptClosed{}},
			Leads: []string{"end d1 as triaged"}},
		{Name: "keep closed though nothing came in", Given: facts{closed()}, When: KeepClosed{}, Refused: fault.KindConflict},
	})
}

// What is on its way to somebody who may not know any more is taken back, and the alarm of a broken glass never. MA 6.5.4
func TestRestrictionDecisions(t *testing.T) {
	on := members("coord", "iso")
	owing := &MessagesOwed{Messages: []OwedMessage{{ID: "m1", Kind: KindGlassBroken, Operator: true},
		{ID: "m2", Kind: KindGlassBroken, Person: "second"},
		{ID: "m3", Kind: KindRoleNotice, Person: "iso"}, {ID: "m4", Kind: KindRoleNotice, Person: "coord"},
		{ID: "m5", Kind: KindAuthorityNotice, Authority: "police"}, {ID: "m6", Kind: KindChase, Person: "officer"}}}
	broken := &GlassBroken{Breaking: "g1", Person: "head", Until: decisions.Now.Add(time.Hour).UnixMicro()}
	removed := func(person, why string) Fact { return &MemberRemoved{Person: person, Why: why} }
	decided(t, []row{
		{Name: "restrict", Given: facts{owing}, When: Restrict{Members: []string{"counsel"}, Texts: aReason},
			Then:  facts{members("coord", "counsel"), &MessagesWithdrawn{Messages: []string{"m3"}}},
			Leads: []string{"tell member_added: counsel"}},
		{Name: "restrict with nobody who could end it", Actor: "iso", When: Restrict{Members: []string{"rep"}},
			Refused: fault.KindInvalid, About: "members"},
		{Name: "restrict twice", Given: facts{on}, When: Restrict{}, Refused: fault.KindConflict},
		{Name: "remove", Given: facts{on, broken, owing}, When: RemoveMember{Person: "iso"},
			Then: facts{removed("iso", RemovedByMember), &MessagesWithdrawn{Messages: []string{"m3"}}}},
		{Name: "remove the last who can end it", Given: facts{on}, When: RemoveMember{Person: "coord"}, Refused: fault.KindConflict},
		{Name: "remove one who is none", Given: facts{on}, When: RemoveMember{Person: "rep"}},
		{Name: "add", Given: facts{on}, When: AddMember{Person: "rep"}, Then: facts{&MemberAdded{Person: "rep"}},
			Leads: []string{"tell member_added: rep"}},
		{Name: "add twice", Given: facts{on}, When: AddMember{Person: "iso"}},
		{Name: "add nobody known", Given: facts{on}, When: AddMember{Person: "stranger"}, Refused: fault.KindInvalid},
		{Name: "add to an open one", When: AddMember{Person: "rep"}, Refused: fault.KindConflict},
		{Name: "break the glass", Given: facts{on}, Actor: "head", When: BreakGlass{Texts: aReason},
			Then:  facts{&GlassBroken{Breaking: "g1", Person: "head", Until: decisions.Now.Add(glassHolds).UnixMicro()}},
			Leads: []string{"tell glass_broken: coord iso operator second"}},
		{Name: "break the glass as a member", Given: facts{on}, Actor: "iso", When: BreakGlass{}},
		{Name: "review one's own", Given: facts{on, broken}, Actor: "head", When: ReviewGlass{Breaking: "g1"},
			Refused: fault.KindConflict},
		{Name: "review", Given: facts{on, broken}, When: ReviewGlass{Breaking: "g1"}, Then: facts{&GlassReviewed{Breaking: "g1"}}},
		{Name: "review twice", Given: facts{on, broken, &GlassReviewed{Breaking: "g1"}}, When: ReviewGlass{Breaking: "g1"},
			Refused: fault.KindConflict},
		{Name: "review none", When: ReviewGlass{Breaking: "g1"}, Refused: fault.KindNotFound},
		{Name: "the day of a broken glass ends",
			Given: facts{on, &GlassBroken{Breaking: "g1", Person: "head", Until: decisions.Now.UnixMicro()}, owing},
			When:  RunClock{}, Then: facts{removed("head", RemovedByClock)}},
		{Name: "release", Given: facts{on}, When: Release{}, Then: facts{&Released{}}},
		{Name: "release an open one", When: Release{}},
	})
}

// At its very instant a duty is overdue, for the clock as for the page.
func TestClockDecisions(t *testing.T) {
	due := func(at time.Time) facts {
		f := owed("again", policy.DischargeStatement)
		f.Duties[0].Due = at.UnixMicro()
		if got, want := (Duty{OwedDuty: f.Duties[0]}).Overdue(decisions.Now), !at.After(decisions.Now); got != want {
			t.Errorf("due at %s, overdue %v", at, got)
		}
		return facts{f}
	}
	reached := func(late time.Duration) facts {
		return facts{&DutyStageReached{Duty: "d1", Stage: StageOverdue, At: decisions.Now.Add(-late).UnixMicro(), LateBy: late.Microseconds()}}
	}
	decided(t, []row{
		{Name: "not yet due", Given: due(decisions.Now.Add(time.Microsecond)), When: RunClock{}, Leads: []string{}},
		{Name: "due now", Given: due(decisions.Now), When: RunClock{}, Then: reached(0),
			Leads: []string{"tell duty_overdue: coord second"}},
		{Name: "due a minute ago", Given: due(decisions.Now.Add(-time.Minute)), When: RunClock{}, Then: reached(time.Minute)},
		{Name: "said already", Given: append(due(decisions.Now), reached(0)...), When: RunClock{}},
		{Name: "state it", Given: due(decisions.Now), When: DischargeDuty{Duty: "d1", Texts: allTexts},
			Leads: []string{"end d1 as statement"}},
		{Name: "state what only the act fulfills", Given: facts{owed("triage", policy.DischargeRated)},
			When:    DischargeDuty{Duty: "d1"},
			Refused: fault.KindConflict},
		{Name: "state none", When: DischargeDuty{Duty: "d1"}, Refused: fault.KindNotFound},
	})
}

// A message that cannot be delivered is given to the coordinators once. That theirs cannot be delivered either is the operator's to see
// to, however many coordinators there are.
func TestUndeliverableDecisions(t *testing.T) {
	owing := func(m OwedMessage) facts {
		m.ID = "m1"
		return facts{&MessagesOwed{Messages: []OwedMessage{m}}}
	}
	refused := MessageOutcome{Message: "m1", Outcome: OutcomeRefused}
	then := facts{&MessageRefused{Message: "m1"}}
	decided(t, []row{
		{Name: "to a reporter", Given: owing(OwedMessage{Kind: KindRoleNotice, Person: "rep"}), When: refused, Then: then,
			Leads: []string{"tell undeliverable: coord second"}},
		{Name: "to a coordinator", Given: owing(OwedMessage{Kind: KindRoleNotice, Person: "coord"}), When: refused, Then: then,
			Leads: []string{"tell undeliverable: second"}},
		{Name: "about one to a reporter", Given: owing(OwedMessage{Kind: KindUndeliverable, Person: "coord"}), When: refused,
			Then:  then,
			Leads: []string{"tell undeliverable: operator"}},
		{Name: "to the operator", Given: owing(OwedMessage{Kind: KindUndeliverable, Operator: true}), When: refused, Then: then,
			Leads: []string{}},
		{Name: "restricted: to a member",
			Given: append(owing(OwedMessage{Kind: KindRoleNotice, Person: "iso"}), members("coord", "iso")), When: refused,
			Then: then, Leads: []string{"tell undeliverable: coord"}},
		{Name: "given up, then refused",
			Given: append(owing(OwedMessage{Kind: KindRoleNotice, Person: "rep"}), &MessageRefused{Message: "m1", GaveUp: true}),
			When:  MessageOutcome{Message: "m1", Outcome: OutcomeGaveUp}},
		{Name: "no such message", When: refused, Refused: fault.KindNotFound},
	})
}

// Who declined, or is done, is not told of what comes in later.
func TestUpdatesGoToThoseWhoAreAtIt(t *testing.T) {
	for name, c := range map[string]struct {
		given Command
		want  []string
	}{
		"none":     {nil, []string{"soc", "police"}},
		"declined": {Decline{Authority: "police"}, []string{"soc"}},
		"done":     {CloseTrack{Authority: "soc"}, []string{"police"}},
	} {
		l := begin(t)
		l.do(files(Initial, nil))
		if c.given != nil {
			l.do(c.given)
		}
		l.do(files(Supplement, nil))
		var got []string
		for _, m := range l.messages(KindAuthorityUpdate) {
			got = append(got, m.Authority)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q told of the supplement, want %q", name, got, c.want)
		}
	}
}

// What a supplement states of devices, kinds and residents comes on top of what is known; a single value takes the place of the earlier
// one.
func TestWhatASupplementAdds(t *testing.T) {
	first := &Reported{Entity: "dmv", Filing: 1, Kind: Initial, Devices: 2, Categories: []string{"malware"}, PITypes: []string{"name"},
		Residents: map[string]int64{"CA": 5, "NV": 1}, LiabilityUSD: usd(1), Discovered: &Moment{At: 7}}
	second := &Reported{Entity: "dmv", Filing: 2, Kind: Supplement, Devices: 3, Categories: []string{"theft"},
		PITypes:   []string{"name", "account"},
		Residents: map[string]int64{"CA": 9}, LiabilityUSD: usd(2), Discovered: &Moment{At: 8}}
	k := Fold(decisions.Recorded(nil, first, second)).Known
	if k.Devices != 5 || !slices.Equal(k.Categories, []string{"malware", "theft"}) || !slices.Equal(k.PITypes, []string{"name", "account"}) ||
		k.Residents["CA"] != 9 || k.Residents["NV"] != 1 || *k.LiabilityUSD != 2 || k.Events["discovered"].UnixMicro() != 7 {
		t.Errorf("%+v", k)
	}
}
