package incident

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/response"
	"tocsin/internal/domain/policy"
)

func why(word string) map[string]string { return map[string]string{TextReason: word} }

// begun is an incident whose response runs, with the three tasks of the procedure: two required, one optional.
func begun(t *testing.T) *life {
	l := begin(t)
	l.do(files(Initial, usd(10)))
	l.do(StartResponse{Lead: "iso", Playbooks: []string{"play"}, Texts: map[string]string{TextBegun: "aa"}})
	return l
}

func (l *life) refused(c Command, kind fault.Kind, says string) {
	l.t.Helper()
	if facts, err := l.try(c); fault.KindOf(err) != kind || !strings.Contains(err.Error(), says) {
		l.t.Errorf("%T: %v, %v; want %v with %q", c, facts, err, kind, says)
	}
}

// The start enters the first phase; on goes it once the required tasks for the aims of what is left behind are settled, back with a
// reason. MA 6.2.1
func TestPhases(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(10)))
	l.refused(EnterPhase{Phase: PhaseContainment}, fault.KindConflict, "not started")
	l.do(StartResponse{Lead: "iso", Playbooks: []string{"play"}, Texts: map[string]string{TextBegun: "aa"}})
	if got := l.state().Lifecycle.Phase; got != PhaseDetection {
		t.Fatalf("begun in %q", got)
	}
	l.refused(EnterPhase{Phase: "preparation"}, fault.KindInvalid, "not worked on")
	l.refused(EnterPhase{Phase: PhasePostIncident}, fault.KindConflict, "t1, t2")
	l.do(EnterPhase{Phase: PhaseContainment})
	l.refused(EnterPhase{Phase: PhasePostIncident}, fault.KindConflict, "t1, t2")
	l.do(EndTask{Task: "t1"})
	l.do(EndTask{Task: "t2", Skip: true, Texts: why("x")})
	l.do(EnterPhase{Phase: PhasePostIncident})
	l.refused(EnterPhase{Phase: PhaseDetection}, fault.KindInvalid, "needs a reason")
	l.do(EnterPhase{Phase: PhaseDetection, Texts: why("again")})
	if x := l.state().Lifecycle; len(x.Phases) != 4 || x.Phase != PhaseDetection || x.Phases[3].Why != "again" {
		t.Errorf("%+v", x)
	}
	if facts := l.do(EnterPhase{Phase: PhaseDetection, Texts: why("again")}); len(facts) != 0 {
		t.Errorf("entered twice: %v", facts)
	}
}

func TestMilestones(t *testing.T) {
	l := begun(t)
	l.refused(StateMilestone{Milestone: "won", At: l.env.Now}, fault.KindInvalid, "no such")
	l.refused(StateMilestone{Milestone: Contained, At: l.env.Now.Add(time.Minute)}, fault.KindInvalid, "time")
	l.do(StateMilestone{Milestone: Contained, At: l.env.Now.Add(-time.Hour)})
	l.do(StateMilestone{Milestone: Contained, At: l.env.Now.Add(-2 * time.Hour)})
	if got := l.state().Lifecycle.Milestones[Contained]; !got.Equal(t0.Add(-2 * time.Hour)) {
		t.Errorf("contained at %v", got)
	}
}

// What is open at closing is shown, accepted by somebody who may, and stays owed; the time that information is kept runs from there.
// MA 6.3.1.1.7, MA 6.7.5
func TestClosing(t *testing.T) {
	l := begun(t)
	l.do(Ask{Authority: "police", Texts: map[string]string{TextQuestion: "q"}})
	var seen, kinds []string
	for _, r := range Remains(l.state()) {
		seen, kinds = append(seen, r.ID), append(kinds, r.Kind)
	}
	for _, kind := range []string{"duty", "task", "question", "track"} {
		if !slices.Contains(kinds, kind) {
			t.Errorf("no %s among what remains: %v", kind, seen)
		}
	}
	l.refused(Close{Outcome: OutcomeResolved, Seen: seen, Texts: why("x")}, fault.KindConflict, "coordinator")
	l.refused(Close{Outcome: OutcomeResolved, Seen: seen[1:], Accepts: true, Texts: why("x")}, fault.KindConflict, seen[0])
	l.refused(Close{Outcome: OutcomeDuplicate, Seen: seen, Accepts: true, Texts: why("x")}, fault.KindInvalid, "resolved")
	owed := len(l.open())
	l.do(Close{Outcome: OutcomeResolved, Seen: seen, Accepts: true, Texts: why("x")})
	s := l.state()
	if s.Status != StatusClosed || !slices.Equal(s.Lifecycle.Remains, seen) || !s.Lifecycle.ClosedAt.Equal(l.env.Now) ||
		len(l.open()) != owed {
		t.Errorf("%+v", s.Lifecycle)
	}
	l.refused(EndTask{Task: "t1"}, fault.KindConflict, "closed")
	l.refused(EnterPhase{Phase: PhaseContainment}, fault.KindConflict, "closed")
	if facts := l.do(Close{Outcome: OutcomeResolved, Texts: why("y")}); len(facts) != 0 {
		t.Errorf("closed twice: %v", facts)
	}
	l.do(Reopen{Texts: why("z")})
	if s := l.state(); s.Status != StatusOpen || !s.Lifecycle.ClosedAt.IsZero() {
		t.Errorf("reopened: %+v", s.Lifecycle)
	}
}

// A response that its lead ends is looked at by the coordinator, who is somebody else; reopening puts that off to the next closing. Where
// the
// coordinator ends it, nothing is owed. MA 6.3.1.1.3
func TestValidation(t *testing.T) {
	l := begun(t)
	l.do(EndTask{Task: "t1"})
	l.do(EndTask{Task: "t2"})
	l.do(Acknowledge{Authority: "police", Via: "x"})
	l.do(Acknowledge{Authority: "soc", Via: "x"})
	written := files(Written, nil)
	written.Filing.Reporter = &Contact{Email: "iso@example.org"}
	l.do(written)
	if left := l.remaining(); len(left) > 0 {
		t.Fatalf("left: %v", left)
	}
	l.refused(ValidateResults{Texts: why("x")}, fault.KindConflict, "nothing awaits")
	closing := Close{Outcome: OutcomeResolved, Texts: why("x")}
	l.as("iso")
	l.do(closing)
	if s := l.state(); !s.Unvalidated() || len(l.messages(KindDutyOwed)) == 0 || len(l.remaining()) != 0 {
		t.Fatalf("closed by its lead: %+v", s.Duties)
	}
	l.refused(ValidateResults{Texts: why("x")}, fault.KindConflict, "another")
	l.do(Reopen{Texts: why("z")})
	if l.state().Unvalidated() {
		t.Error("reopened, and still to be validated")
	}
	l.do(closing)
	l.as("coord")
	l.do(ValidateResults{Texts: why("restored and watched")})
	s := l.state()
	if v := s.Lifecycle.Validated; v == nil || v.Why != "restored and watched" || s.Unvalidated() || s.Status != StatusClosed {
		t.Errorf("%+v", s.Lifecycle)
	}
	if facts := l.do(ValidateResults{Texts: why("again")}); len(facts) != 0 {
		t.Errorf("validated twice: %v", facts)
	}
	l.do(Reopen{Texts: why("z")})
	closing.Accepts = true
	l.do(closing)
	if s := l.state(); s.Unvalidated() || s.Lifecycle.Validated != nil {
		t.Error("the coordinator is asked to look at what the coordinator ended")
	}
}

func (l *life) open() (ids []string) {
	for _, d := range l.state().Duties {
		if !d.Discharged {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

func (l *life) remaining() (ids []string) {
	for _, r := range Remains(l.state()) {
		ids = append(ids, r.ID)
	}
	return ids
}

// A decline says what it was instead, and tells the reporters. MA 6.4.1, MA 6.6.3.1
func TestDeclining(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(10)))
	l.refused(Close{Outcome: OutcomeDeclined, As: ClassIncident, Seen: l.remaining(), Accepts: true, Texts: why("x")}, fault.KindInvalid,
		"no incident")
	l.do(Close{Outcome: OutcomeDeclined, As: ClassNearMiss, Seen: l.remaining(), Accepts: true, Texts: why("x")})
	s := l.state()
	told := slices.ContainsFunc(s.Messages, func(m Message) bool { return m.Kind == KindIncidentDeclined && m.Person == "iso" })
	if s.Lifecycle.Class != ClassNearMiss || s.Lifecycle.Outcome != OutcomeDeclined || !told {
		t.Errorf("%+v, told %v", s.Lifecycle, told)
	}
}

// A filing on a closed incident is taken like any other: it stays closed, and a decision on it is owed.
func TestFilingAfterClosing(t *testing.T) {
	for name, decide := range map[string]Command{"reopened": Reopen{Texts: why("z")}, "kept closed": KeepClosed{Texts: why("z")}} {
		l := begin(t)
		l.do(files(Initial, usd(10)))
		l.refused(KeepClosed{Texts: why("z")}, fault.KindConflict, "nothing came in")
		l.do(Close{Outcome: OutcomeResolved, Seen: l.remaining(), Accepts: true, Texts: why("x")})
		l.do(files(Supplement, usd(2_000_000)))
		s := l.state()
		if s.Status != StatusClosed || len(s.Filings) != 2 || s.Rating.Level != "high" || !slices.ContainsFunc(s.Duties, toTriage) ||
			!slices.ContainsFunc(s.Messages, func(m Message) bool { return m.Kind == KindFiledAfterClose && m.Person == "coord" }) {
			t.Fatalf("%s: %+v", name, s)
		}
		l.do(decide)
		if s := l.state(); slices.ContainsFunc(s.Duties, toTriage) || (s.Status == StatusClosed) != (name == "kept closed") {
			t.Errorf("%s: %+v", name, s.Lifecycle)
		}
	}
}

// A link is a fact on both; a duplicate closes; a restricted one is not told on the other side.
func TestLinks(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(10)))
	l.refused(LinkTo{Relation: "cousin", Number: "N2", Stream: "s2"}, fault.KindInvalid, "relate")
	l.do(LinkTo{Relation: SplitFrom, Number: "N2", Stream: "s2", Silent: true, Closing: Close{Texts: why("x")}})
	l.do(MirrorLink{Relation: DuplicatedBy, Number: "N3", Stream: "s3"})
	l.refused(LinkTo{Relation: DuplicateOf, Number: "N4", Stream: "s4", Closing: Close{Texts: why("x")}}, fault.KindConflict, "open")
	l.do(LinkTo{Relation: DuplicateOf, Number: "N4", Stream: "s4", Closing: Close{Seen: l.remaining(), Accepts: true, Texts: why("x")}})
	s := l.state()
	if len(s.Lifecycle.Links) != 3 || s.Lifecycle.Links[0].Owes || !s.Lifecycle.Links[2].Owes || s.Lifecycle.Outcome != OutcomeDuplicate {
		t.Errorf("%+v", s.Lifecycle)
	}
	for _, c := range []Command{MirrorLink{Relation: DuplicatedBy, Number: "N3", Stream: "s3"}, LinkTo{Relation: DuplicateOf, Number: "N4",
		Stream: "s4"}} {
		if facts := l.do(c); len(facts) != 0 {
			t.Errorf("%T twice: %v", c, facts)
		}
	}
	for _, relation := range []string{Related, DuplicateOf, DuplicatedBy, SplitFrom, SplitInto, MergedInto, MergedFrom} {
		if Inverse(Inverse(relation)) != relation {
			t.Errorf("%s turned around twice is %s", relation, Inverse(Inverse(relation)))
		}
	}
}

// Until the receiver accepts, who leads goes on leading. MA 6.3.1.2.1
func TestHandover(t *testing.T) {
	l := begun(t)
	l.as("iso")
	l.do(HandOver{Lead: "coord", Texts: map[string]string{TextPlay: "pp"}})
	if x := l.state().Response; x.Lead != "iso" || x.Offer == nil || x.Offer.To != "coord" {
		t.Fatalf("%+v", x)
	}
	l.refused(AnswerHandover{Accept: true}, fault.KindForbidden, "offered")
	l.as("coord")
	l.do(AnswerHandover{Texts: why("no")})
	if x := l.state().Response; x.Lead != "iso" || x.Offer != nil {
		t.Fatalf("declined: %+v", x)
	}
	l.as("iso")
	l.do(HandOver{Lead: "coord", Texts: map[string]string{TextPlay: "pp"}})
	l.as("coord")
	l.do(AnswerHandover{Accept: true})
	if x := l.state().Response; x.Lead != "coord" || x.Play != "pp" || x.Offer != nil {
		t.Fatalf("accepted: %+v", x)
	}
	l.refused(AnswerHandover{Accept: true}, fault.KindConflict, "no handover")
	l.as("iso")
	l.do(HandOver{Lead: "iso", Texts: map[string]string{TextPlay: "qq"}})
	if x := l.state().Response; x.Lead != "iso" || x.Play != "qq" {
		t.Errorf("taken over: %+v", x)
	}
}

func TestOrderOfTasks(t *testing.T) {
	l := begun(t)
	l.refused(OrderTasks{Tasks: []string{"t1", "t2"}}, fault.KindConflict, "changed")
	l.refused(OrderTasks{Tasks: []string{"t2", "t1", "t3"}}, fault.KindConflict, "t2 comes after t1")
	l.do(OrderTasks{Tasks: []string{"t3", "t1", "t2"}})
	if got := response.TaskIDs(l.state().Response.Tasks); !slices.Equal(got, []string{"t3", "t1", "t2"}) {
		t.Errorf("%v", got)
	}
	l.do(NoteTask{Aim: "review", Role: "ir_lead"})
	if got := response.TaskIDs(l.state().Response.Tasks); got[3] != "t4" {
		t.Errorf("%v", got)
	}
}

// The decision on business continuity stands with the criteria that were met then, and can be changed. MA 6.6.2.6
func TestContinuityIsDecidedOnce(t *testing.T) {
	l := begun(t)
	l.do(DecideContinuity{Activate: true, Criteria: []string{"c1"}, Texts: why("x")})
	if facts := l.do(DecideContinuity{Activate: true, Texts: why("y")}); len(facts) != 0 {
		t.Errorf("decided twice: %v", facts)
	}
	l.do(DecideContinuity{Texts: why("z")})
	if all := l.state().Response.Continuity; len(all) != 2 || all[1].Activated || all[0].Criteria[0] != "c1" {
		t.Errorf("%+v", all)
	}
}

// What remains counts an asset that is neither back nor settled, and does not count an action that lives on beyond closing.
func TestRemainsOfAssetsAndActions(t *testing.T) {
	s := State{Containment: Containment{Assets: []Asset{{AssetAffected: AssetAffected{ID: "a1"}, State: AssetIsolated},
		{AssetAffected: AssetAffected{ID: "a2"}, State: AssetReturned}}}, Duties: []Duty{
		{OwedDuty: OwedDuty{ID: "d1", Discharge: policy.DischargeAction}}, {OwedDuty: OwedDuty{ID: "d2", Discharge: policy.DischargeAnalysis}}}}
	var ids []string
	for _, r := range Remains(s) {
		ids = append(ids, r.ID)
	}
	if !slices.Equal(ids, []string{"duty:d2", "asset:a1"}) {
		t.Errorf("remains: %v", ids)
	}
}
