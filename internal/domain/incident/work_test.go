package incident

import (
	"slices"
	"testing"
	"time"
)

// What sits with somebody by name comes to the first who may have it, once: the lead, an offer of it, tasks, corrective actions. What
// a role owes stays. MA 6.3.1.1.1
func TestReturnWork(t *testing.T) {
	l := begun(t)
	l.do(TakeTask{Task: "t1", Person: "iso"})
	l.do(TakeTask{Task: "t3", Person: "coord"})
	l.do(AssignAction{Owner: "iso", Due: l.env.Now.Add(240 * time.Hour)})
	l.do(Await{Item: "location", Person: "iso", Until: l.env.Now.Add(time.Hour)})
	back := ReturnWork{Person: "iso", Cause: CauseAbsent, To: []string{"nobody", "officer", "coord"}}
	facts := l.do(back)
	s := l.state()
	if s.Response.Lead != "coord" || s.Response.Tasks[0].Person != "coord" || s.Response.Tasks[1].Person != "" ||
		s.Review.Actions[0].Owner != "coord" {
		t.Errorf("lead %s, tasks %+v, actions %+v", s.Response.Lead, s.Response.Tasks, s.Review.Actions)
	}
	f, ok := facts[0].(*WorkReturned)
	if !ok || !f.Lead || !slices.Equal(f.Tasks, []string{"t1"}) || !slices.Equal(f.Actions, []string{"c1"}) || !slices.Equal(f.Items,
		[]string{"location"}) || f.To != "coord" {
		t.Errorf("%+v", facts[0])
	}
	if w, ok := s.AwaitedFrom("location"); !ok || w.Person != "coord" || !w.Until.Equal(l.env.Now.Add(time.Hour)) {
		t.Errorf("awaited: %+v", w)
	}
	told := func(kind, person string) bool {
		return slices.ContainsFunc(l.state().Messages, func(m Message) bool { return m.Kind == kind && m.Person == person })
	}
	if !told(KindWorkReturned, "coord") || !told(KindDutyOwed, "coord") {
		t.Error("who has the work now is not told")
	}
	if owes := slices.ContainsFunc(s.Duties, func(d Duty) bool { return d.OwedDuty.By.Person == "iso" && !d.Discharged }); owes {
		t.Error("who is away still owes by name")
	}
	if again := l.do(back); len(again) != 0 {
		t.Errorf("the second time: %v", again)
	}
}

// An offer to somebody who cannot answer ends, whoever leads goes on, and whoever offered it is told.
func TestReturnedOffer(t *testing.T) {
	l := begun(t)
	l.as("coord")
	l.do(HandOver{Lead: "rep", Texts: map[string]string{TextPlay: "p"}})
	l.do(ReturnWork{Person: "rep", Cause: CauseLeft, To: []string{"iso"}})
	s := l.state()
	if s.Response.Offer != nil || s.Response.Lead != "iso" {
		t.Errorf("%+v", s.Response)
	}
	if !slices.ContainsFunc(s.Messages, func(m Message) bool { return m.Kind == KindHandoverAnswered && m.Person == "coord" }) {
		t.Error("whoever offered the lead is not told")
	}
}

// Where nobody may have it, the operator is told once, tasks lie there for anyone of their role, and the lead moves when somebody is there.
func TestStrandedWork(t *testing.T) {
	l := begun(t)
	l.do(TakeTask{Task: "t1", Person: "iso"})
	alone := ReturnWork{Person: "iso", Cause: CauseLeft, To: []string{"officer"}}
	l.do(alone)
	s := l.state()
	if s.Response.Lead != "iso" || s.Response.Stranded != "iso" || s.Response.Tasks[0].Person != "" {
		t.Errorf("%+v", s.Response)
	}
	if n := len(slices.DeleteFunc(slices.Clone(s.Messages), func(m Message) bool {
		return m.Kind != KindWorkReturned ||
			!m.Operator
	})); n != 1 {
		t.Errorf("the operator is told %d times", n)
	}
	if again := l.do(alone); len(again) != 0 {
		t.Errorf("the second time: %v", again)
	}
	alone.To = []string{"coord"}
	l.do(alone)
	if s := l.state(); s.Response.Lead != "coord" || s.Response.Stranded != "" {
		t.Errorf("%+v", s.Response)
	}
}

// A restricted incident's work goes to members only.
func TestReturnedWorkStaysInTheCompartment(t *testing.T) {
	l := begun(t)
	l.as("coord")
	l.do(Restrict{Members: []string{"iso", "counsel"}, Texts: why("insider")})
	l.do(ReturnWork{Person: "iso", Cause: CauseAbsent, To: []string{"rep", "counsel", "coord"}})
	if got := l.state().Response.Lead; got != "counsel" {
		t.Errorf("%s leads", got)
	}
}

// What waits for whom follows from the state: what is done, or of a closed incident, is over and not forgotten.
func TestWork(t *testing.T) {
	l := begun(t)
	l.do(TakeTask{Task: "t3", Person: "iso"})
	states := func() (out []int64) {
		for _, w := range l.state().Work() {
			out = append(out, w.State)
		}
		return out
	}
	if got := states(); !slices.Equal(got, []int64{WorkReady, WorkOver, WorkReady, WorkWaits, WorkReady}) {
		t.Errorf("lead, offer and three tasks: %v", got)
	}
	l.do(EndTask{Task: "t1"})
	l.as("coord")
	l.do(HandOver{Lead: "rep", Texts: map[string]string{TextPlay: "p"}})
	if got := states(); !slices.Equal(got, []int64{WorkReady, WorkReady, WorkOver, WorkReady, WorkReady}) {
		t.Errorf("one done, one offered: %v", got)
	}
	c := l.state().Card()
	if c.Phase != PhaseDetection || c.Lead != "iso" || c.Tasks != 3 || c.Settled != 1 || !c.Open {
		t.Errorf("%+v", c)
	}
}

// A procedure aims at times in minutes, hours and calendar days; what it counts in business days has none here.
func TestAimed(t *testing.T) {
	for within, want := range map[string]time.Duration{"at once": 0, "1 minute": time.Minute, "90 minutes": 90 * time.Minute,
		"4 hours": 4 * time.Hour, "2 calendar days": 48 * time.Hour} {
		if got := (Task{NewTask: NewTask{Within: within}}).Aimed(t0); got != t0.Add(want).UnixMicro() {
			t.Errorf("%s: %d", within, got)
		}
	}
	for _, none := range []string{"", "10 business days"} {
		if got := (Task{NewTask: NewTask{Within: none}}).Aimed(t0); got != 0 {
			t.Errorf("%q: %d", none, got)
		}
	}
}
