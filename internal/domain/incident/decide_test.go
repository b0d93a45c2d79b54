package incident

import (
	"slices"
	"testing"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

func TestInitialFilingOwesAndTells(t *testing.T) {
	l := begin(t)
	facts := l.do(files(Initial, nil))
	var names []string
	for _, f := range facts {
		names = append(names, f.FactName())
	}
	want := []string{"incident.reported.v1", "incident.rated.v1", "incident.duties_owed.v1", "incident.messages_owed.v1",
		"incident.duties_owed.v1"}
	if !slices.Equal(names, want) {
		t.Errorf("facts %v, want %v", names, want)
	}
	st := l.state()
	if st.Rating.Level != policy.Unrated || len(st.Tracks) != 2 || len(st.Duties) != 5 || len(st.Messages) != 2 {
		t.Errorf("rating %v, %d tracks, %d duties, %d messages", st.Rating.Level, len(st.Tracks), len(st.Duties), len(st.Messages))
	}
	if st.Status != StatusOpen || st.Number != "N" {
		t.Errorf("status %q number %q", st.Status, st.Number)
	}
}

// MA 6.5.1: a supplement that raises the rating re-fires the difference, and only the difference.
func TestSupplementRaises(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(50_000)))
	before := l.state()
	l.wait(time.Hour)
	l.do(files(Supplement, usd(2_000_000)))
	st := l.state()
	if st.Rating.Level != policy.High || st.Rating.By != "pack" {
		t.Fatalf("rating %+v", st.Rating)
	}
	if got := len(l.messages(KindRoleNotice)); got != 1 {
		t.Errorf("%d notices to the head, want 1", got)
	}
	if got := len(st.Duties) - len(before.Duties); got != 1 || st.Duties[len(st.Duties)-1].Rule != "start-high" {
		t.Errorf("%d new duties: %+v", got, st.Duties)
	}
	if len(st.Tracks) != 2 || len(l.messages(KindAuthorityNotice)) != 2 || len(l.messages(KindAuthorityUpdate)) != 2 {
		t.Errorf("tracks %d, notices %d, updates %d", len(st.Tracks), len(l.messages(KindAuthorityNotice)), len(l.messages(KindAuthorityUpdate)))
	}
}

func TestLoweringNeedsTheCoordinator(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(2_000_000)))
	l.do(files(Supplement, usd(50_000)))
	st := l.state()
	if st.Rating.Level != policy.High || st.Rating.Proposed == nil || st.Rating.Proposed.Level != policy.Low {
		t.Fatalf("rating %+v", st.Rating)
	}
	if got := l.messages(KindLoweringProposed); len(got) != 1 || got[0].Person != "coord" {
		t.Errorf("the coordinator was told %+v", got)
	}
	l.do(files(Supplement, usd(50_000)))
	if got := len(l.messages(KindLoweringProposed)); got != 1 {
		t.Errorf("the same proposal was made %d times", got)
	}
	owed := len(l.state().Duties)
	l.env.Actor.ID = "person:coord"
	l.do(Rate{Level: policy.Low, Texts: map[string]string{TextReason: "d"}})
	st = l.state()
	if st.Rating.Level != policy.Low || st.Rating.Proposed != nil || st.Rating.By != "person:coord" {
		t.Errorf("rating %+v", st.Rating)
	}
	if len(st.Duties) < owed {
		t.Error("lowering took duties away")
	}
	// A supplement with no higher facts leaves the decision alone; one with higher facts raises again.
	l.do(files(Supplement, usd(60_000)))
	if got := l.state().Rating; got.Level != policy.Low || got.By != "person:coord" {
		t.Errorf("a supplement without news changed the decision: %+v", got)
	}
	l.do(files(Supplement, usd(150_000)))
	if got := l.state().Rating; got.Level != policy.Medium || got.By != "pack" {
		t.Errorf("higher facts did not raise: %+v", got)
	}
}

func TestConfirmationsOnceEach(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	l.deliver("soc")
	if got := len(l.messages(KindConfirmDelivered)); got != 0 {
		t.Fatalf("confirmed %d times after one of two deliveries", got)
	}
	l.deliver("police")
	if got := l.messages(KindConfirmDelivered); len(got) != 2 || got[0].Person != "iso" || got[1].Person != "rep" {
		t.Fatalf("confirmed to %+v, want both designated reporters", got)
	}
	l.do(Acknowledge{Authority: "soc", Via: "link"})
	l.do(Acknowledge{Authority: "police", Via: "link"})
	if facts := l.do(Acknowledge{Authority: "police", Via: "link"}); len(facts) != 0 {
		t.Errorf("acknowledging twice led to %v", facts)
	}
	if got := len(l.messages(KindConfirmAcknowledged)); got != 2 {
		t.Errorf("%d second confirmations, want 2", got)
	}
	for _, d := range l.state().Duties {
		if d.Discharge == policy.DischargeAcknowledged && !d.Discharged {
			t.Errorf("duty %s is still owed", d.Rule)
		}
	}
}

// Who does not acknowledge is chased, then a named person is told, then the operator, each once. MA 6.1.1.3
func TestChaseEscalateAlarm(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	l.wait(61 * time.Minute)
	l.do(RunClock{})
	if got := l.messages(KindChase); len(got) != 2 {
		t.Fatalf("chased %+v", got)
	}
	if facts := l.do(RunClock{}); len(facts) != 0 {
		t.Fatalf("fired twice: %v", facts)
	}
	l.do(Acknowledge{Authority: "soc", Via: "link"})
	l.wait(time.Hour)
	l.do(RunClock{})
	if got := l.messages(KindEscalation); len(got) != 1 || got[0].Person != "coord" || got[0].About != "police" {
		t.Errorf("escalated to %+v", got)
	}
	l.wait(3 * time.Hour)
	l.do(RunClock{})
	alarms := l.messages(KindAlarm)
	if len(alarms) != 1 || !alarms[0].Operator || alarms[0].About != "police" {
		t.Errorf("alarms %+v", alarms)
	}
}

// An outage of days: every stage is recorded once with how late, and each duty's people are told once.
func TestOverdueAfterOutage(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	sent := len(l.state().Messages)
	l.wait(30 * 24 * time.Hour)
	facts := l.do(RunClock{})
	stages := 0
	for _, f := range facts {
		if s, ok := f.(*DutyStageReached); ok {
			stages++
			if s.LateBy != l.env.Now.UnixMicro()-s.At {
				t.Errorf("late by %d", s.LateBy)
			}
		}
	}
	if stages != 9 { // 3 duties with a due instant, 2 acknowledgements with three instants each
		t.Errorf("%d stages fired, want 9", stages)
	}
	if l.state().NextClock() != 0 {
		t.Error("a clock still has something to say")
	}
	perDuty := map[string]int{}
	for _, m := range l.state().Messages[sent:] {
		if m.Kind == KindDutyOverdue || m.Kind == KindChase {
			perDuty[m.Duty]++
		}
	}
	for duty, n := range perDuty {
		if n != 1 {
			t.Errorf("the owner of %s was told %d times", duty, n)
		}
	}
}

// A question is a duty of the entity's reporters until it is answered. MA 6.5.2.3, CA step 5
func TestQuestionAndAnswer(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	l.do(Ask{Authority: "police", Texts: map[string]string{TextQuestion: "digest"}})
	st := l.state()
	if tr := st.track("police"); tr.Status != TrackAsked || !tr.Acknowledged {
		t.Errorf("track %+v", tr)
	}
	if got := len(l.messages(KindQuestion)); got != 2 {
		t.Errorf("%d reporters asked, want 2", got)
	}
	l.do(AnswerQuestion{Question: "q1", Texts: map[string]string{TextAnswer: "digest"}})
	st = l.state()
	if tr := st.track("police"); tr.Status != TrackAcknowledged {
		t.Errorf("track after the answer %+v", tr)
	}
	for _, d := range st.Duties {
		if d.Question == "q1" && !d.Discharged {
			t.Error("the duty to answer is still owed")
		}
	}
	if _, err := l.try(AnswerQuestion{Question: "q1"}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("answering twice: %v", err)
	}
	if _, err := l.try(AnswerQuestion{Question: "q9"}); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("unknown question: %v", err)
	}
}

// CA step 1 important, CA step 4: a telephone report starts duties, never counts as filed, and the later filing keeps the discovery time.
func TestTelephoneThenFiling(t *testing.T) {
	l := begin(t)
	discovered := Moment{At: t0.Add(-time.Hour).UnixMicro()}
	l.do(TakeCall{Entity: "dmv", Number: "T", CalledAt: Moment{At: t0.UnixMicro()}, Discovered: &discovered, AfterHours: true})
	st := l.state()
	if st.Status != StatusTelephoned || len(st.Filings) != 0 || len(st.Tracks) != 0 || len(st.Duties) != 1 {
		t.Fatalf("after the call: %+v", st)
	}
	l.wait(2 * time.Hour)
	later := files(Initial, nil)
	moved := Moment{At: t0.Add(time.Hour).UnixMicro()}
	later.Discovered = &moved
	l.do(later)
	st = l.state()
	if st.Number != "T" || st.Status != StatusOpen {
		t.Errorf("number %q status %q", st.Number, st.Status)
	}
	if !st.Known.Events["discovered"].Equal(discovered.Time()) {
		t.Errorf("the discovery time moved to %v", st.Known.Events["discovered"])
	}
	if d := st.Duties[0]; !d.Discharged || d.How != policy.DischargeFiled {
		t.Errorf("the duty to file: %+v", d)
	}
}

func TestRefusalEscalatesOneRecipient(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	notices := l.messages(KindAuthorityNotice)
	l.do(MessageOutcome{Message: notices[0].ID, Outcome: OutcomeRefused})
	if got := l.messages(KindUndeliverable); len(got) != 1 || got[0].Person != "coord" || got[0].About != notices[0].ID {
		t.Fatalf("told %+v", got)
	}
	st := l.state()
	if m := st.message(notices[1].ID); m.Status != MessageOwed {
		t.Errorf("the other authority's message is %s", m.Status)
	}
	undeliverable := l.messages(KindUndeliverable)[0]
	l.do(MessageOutcome{Message: undeliverable.ID, Outcome: OutcomeRefused})
	if got := l.messages(KindUndeliverable); len(got) != 2 || !got[1].Operator {
		t.Errorf("when the coordinator cannot be reached either: %+v", got)
	}
	l.do(MessageOutcome{Message: l.messages(KindUndeliverable)[1].ID, Outcome: OutcomeRefused})
	if got := len(l.messages(KindUndeliverable)); got != 2 {
		t.Errorf("escalation does not end: %d", got)
	}
}

func TestRefusedCommands(t *testing.T) {
	l := begin(t)
	if _, err := l.try(RunClock{}); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("a clock without an incident: %v", err)
	}
	if _, err := l.try(files(Supplement, nil)); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("a supplement to nothing: %v", err)
	}
	l.do(files(Initial, nil))
	if _, err := l.try(files(Initial, nil)); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("a second initial filing: %v", err)
	}
	other := files(Supplement, nil)
	other.Filing.Entity = "state"
	if _, err := l.try(other); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("a supplement for another entity: %v", err)
	}
	if _, err := l.try(DischargeDuty{Duty: "d1"}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("stating what the system sees itself: %v", err)
	}
	if _, err := l.try(Rate{Level: policy.Unrated}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("rating as unrated: %v", err)
	}
	if _, err := l.try(Acknowledge{Authority: "ag"}); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("an authority that was not told: %v", err)
	}
}

// The clock and every page agree on the very instant at which a duty becomes overdue: its due instant.
func TestOverdueAtTheDueInstant(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	due, _ := l.state().Duty("d3") // triage, within an hour
	for _, c := range []struct {
		after   time.Duration
		overdue bool
	}{{time.Hour - time.Microsecond, false}, {time.Hour, true}, {time.Hour + time.Microsecond, true}} {
		l.env.Now = t0.Add(c.after)
		drafts, err := Decide(l.state(), RunClock{}, l.env)
		if err != nil {
			t.Fatal(err)
		}
		if fired := len(drafts) > 0; fired != c.overdue || due.Overdue(l.env.Now) != c.overdue {
			t.Errorf("%v after the start: the clock fires %v, the duty is overdue %v, want %v", c.after, fired, due.Overdue(l.env.Now), c.overdue)
		}
	}
	if Overdue(0, t0) {
		t.Error("what has no time is overdue")
	}
}

func TestOnlyCommandsAreDecided(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	for _, c := range []Command{nil, "close", &Closed{}, struct{}{}} {
		if drafts, err := Decide(l.state(), c, l.env); err == nil || len(drafts) > 0 {
			t.Errorf("%T led to %v", c, drafts)
		}
	}
}
