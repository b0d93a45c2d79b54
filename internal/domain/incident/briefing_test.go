package incident

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

func (l *life) issue() []Fact {
	l.t.Helper()
	return l.do(IssueManagementReport{Seen: l.state().Briefing.Touched, Texts: map[string]string{TextReport: "rr"}})
}

func stating(item, value string) Assess {
	return Assess{Item: item, Texts: map[string]string{TextValue: value}}
}

// Scope, nature, severity and impact, the root cause, and how long response and recovery take are stated, and stated anew as facts come;
// what was stated before stays. MA 6.6.4, MA 6.6.4.2, MA 6.6.4.3, MA 6.6.4.4
func TestWhatIsDetermined(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(10)))
	for _, item := range []string{"scope", "nature", "severity", "root_cause", "response_expectation", "recovery_expectation"} {
		before := len(l.state().Assessment.Statements)
		l.do(stating(item, "first"))
		l.do(stating(item, "second"))
		st := l.state()
		now, ok := st.Stated(item)
		if all := st.Assessment.Statements[before:]; !ok || now.Value != "second" || len(all) != 2 || all[0].Value != "first" ||
			all[0].By == "" || all[0].At.IsZero() {
			t.Errorf("%s: %+v", item, all)
		}
	}
}

// What somebody is asked for is owed by them, by the agreed time or else the pack's; asking another moves it; stating it, or a filing that
// does, ends it. MA 6.5.2.3
func TestAskedItemIsOwed(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(10)))
	owed := func() (open []Duty) {
		return slices.DeleteFunc(l.state().Duties, func(d Duty) bool { return d.Discharge != policy.DischargeItem || d.Discharged })
	}
	l.do(Await{Item: "location", Person: "iso", Until: t0.Add(4 * time.Hour)})
	if d := owed(); len(d) != 1 || d[0].By.Person != "iso" || d[0].Due != t0.Add(4*time.Hour).UnixMicro() ||
		d[0].Warn != t0.Add(2*time.Hour).UnixMicro() ||
		d[0].Escalate != t0.Add(5*time.Hour).UnixMicro() || d[0].To.Role != "ir_coordinator" {
		t.Fatalf("%+v", d)
	}
	l.wait(6 * time.Hour)
	l.do(RunClock{})
	for kind, person := range map[string]string{KindDutyOverdue: "iso", KindDutyEscalated: "coord"} {
		if !slices.ContainsFunc(l.messages(kind), func(m Message) bool { return m.Person == person }) {
			t.Errorf("%s is not told: %s", person, kind)
		}
	}
	l.do(Await{Item: "location", Role: "designated_reporter"})
	if d := owed(); len(d) != 1 || d[0].By.Role != "designated_reporter" || d[0].Due != l.env.Now.Add(24*time.Hour).UnixMicro() ||
		d[0].ID == l.state().Duties[0].ID {
		t.Fatalf("asked again: %+v", d)
	}
	l.do(stating("location", "v1"))
	if d := owed(); len(d) != 0 {
		t.Errorf("stated, and still owed: %+v", d)
	}
	if how := l.state().Duties[len(l.state().Duties)-1]; how.How != policy.DischargeItem {
		t.Errorf("ended by %q", how.How)
	}
	l.do(Await{Item: "measures", Person: "rep"})
	more := files(Supplement, nil)
	more.Filing.Management = &Management{Measures: "Filtered."}
	l.do(more)
	if _, waits := l.state().AwaitedFrom("measures"); waits || len(owed()) != 0 {
		t.Error("a filing that states it ends nothing")
	}
}

// What is stated answers the fields that reports ask for, keeps its history and ends the waiting. MA 6.5.2.3
func TestAssessment(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(10)))
	l.do(Await{Item: "location", Role: "iso", Until: t0.Add(time.Hour)})
	if w, ok := l.state().AwaitedFrom("location"); !ok || w.Role != "iso" || !w.Until.Equal(t0.Add(time.Hour)) {
		t.Fatalf("awaited: %+v, %v", w, ok)
	}
	if asked := l.messages(KindItemAwaited); len(asked) != 1 || asked[0].Person != "iso" || asked[0].Brings != "location" {
		t.Errorf("asked: %+v", asked)
	}
	if facts := l.do(Await{Item: "location", Role: "iso", Until: t0.Add(time.Hour)}); len(facts) != 0 {
		t.Errorf("asked twice: %v", facts)
	}
	l.do(stating("location", "v1"))
	l.do(stating("location", "v2"))
	st := l.state()
	if now, ok := st.Stated("location"); !ok || now.Value != "v2" || len(st.Assessment.Statements) != 2 ||
		!st.Known.Stated["management.location"] {
		t.Errorf("%+v", st.Assessment)
	}
	if _, waits := st.AwaitedFrom("location"); waits {
		t.Error("what is stated is still awaited")
	}
	l.do(Assess{Item: "discovered_by", Mail: true, Texts: map[string]string{TextValue: "n", TextContact: "c"}})
	if k := l.state().Known.Stated; !k["management.discovered_by.name"] || !k["management.discovered_by.email"] ||
		k["management.discovered_by.phones"] {
		t.Errorf("%v", k)
	}
	at := &Moment{At: t0.UnixMicro(), Offset: -300}
	l.do(Assess{Item: "reported_to_management_at", Moment: at})
	if facts := l.do(Assess{Item: "reported_to_management_at", Moment: at}); len(facts) != 0 {
		t.Errorf("the same moment is recorded twice: %v", facts)
	}
	for name, c := range map[string]Command{
		"no such item": stating("colour", "v"), "no value": Assess{Item: "scope"}, "no moment": stating("reported_to_management_at", "v"),
		"in the future":    Assess{Item: "reported_to_management_at", Moment: &Moment{At: t0.Add(time.Hour).UnixMicro()}},
		"awaited of whom":  Await{Item: "scope"},
		"awaited of two":   Await{Item: "scope", Person: "iso", Role: "iso"},
		"awaited of none":  Await{Item: "scope", Person: "officer"},
		"awaited too late": Await{Item: "scope", Role: "iso", Until: t0.Add(-time.Hour)},
	} {
		if _, err := l.try(c); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The duty to complete what the report lacks is fulfilled by statements as it is by filings.
func TestStatementsCompleteTheItems(t *testing.T) {
	l := begin(t)
	l.env.Pack = lacking{}
	l.do(files(Initial, usd(10)))
	if l.duty("items").Discharged {
		t.Fatal("complete from the beginning")
	}
	l.do(stating("location", "v"))
	if !l.duty("items").Discharged {
		t.Error("the statement does not complete the items")
	}
}

// lacking asks for the location alone.
type lacking struct{ rules }

func (lacking) Assess(in policy.Inputs) policy.Assessment {
	a := rules{}.Assess(in)
	a.Missing = nil
	if !in.Stated["management.location"] {
		a.Missing = []policy.Item{{ID: "where"}}
	}
	return a
}

// briefed owes a report to management at high.
type briefed struct{ rules }

func (briefed) Assess(in policy.Inputs) policy.Assessment {
	a := rules{}.Assess(in)
	if a.Rating.Level == policy.High {
		a.Duties = append(a.Duties, policy.Duty{Rule: "brief-high", Due: in.Events["rated"], Discharge: policy.DischargeManagement,
			By: policy.Recipient{Role: "ir_coordinator", At: "state"}})
	}
	return a
}

// The report goes to those whom the policy names, once for each version; a material change makes it a duty again. MA 6.5.3
func TestManagementReport(t *testing.T) {
	l := begin(t)
	l.env.Pack = briefed{}
	l.do(files(Initial, usd(10)))
	if _, err := l.try(IssueManagementReport{Seen: l.state().Briefing.Touched}); fault.KindOf(err) != fault.KindConflict {
		t.Fatalf("issued where nobody gets it: %v", err)
	}
	l.do(files(Supplement, usd(2_000_000)))
	if d := l.duty("brief-high"); d.Discharged || d.Due != t0.UnixMicro() {
		t.Fatalf("%+v", d)
	}
	if _, err := l.try(IssueManagementReport{Seen: 1}); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("issued from what was seen earlier: %v", err)
	}
	l.wait(time.Minute)
	l.issue()
	first, _ := l.state().Briefing.Last()
	if first.Report != 1 || first.Level != policy.High || first.Text != "rr" || !slices.Equal(first.Unknown, []string{"where", "who"}) ||
		!slices.Equal(first.Known, []string{"status"}) {
		t.Errorf("%+v", first)
	}
	if d := l.duty("brief-high"); !d.Discharged || d.How != policy.DischargeManagement || d.LateBy != time.Minute {
		t.Errorf("%+v", d)
	}
	if got := l.messages(KindManagementReport); len(got) != 1 || got[0].Person != "head" || got[0].Brings != "r1" || got[0].Clause != "X 2" {
		t.Errorf("%+v", got)
	}
	if facts := l.issue(); len(facts) != 0 {
		t.Errorf("issued twice without news: %v", facts)
	}
	l.do(Assess{Item: "discovered_by", Texts: map[string]string{TextValue: "n", TextContact: "c"}})
	if n := len(l.messages(KindDutyOwed)); n != 0 {
		t.Errorf("an item that is not material makes %d duties", n)
	}
	l.do(stating("location", "v"))
	l.do(stating("location", "w"))
	d := l.duty("again:r1")
	if told := l.messages(KindDutyOwed); len(told) != 1 || told[0].Person != "coord" || told[0].Duty != d.ID || d.Discharged {
		t.Errorf("%+v, %+v", d, told)
	}
	l.issue()
	second, _ := l.state().Briefing.Last()
	if !l.duty("again:r1").Discharged || second.Report != 2 || !slices.Equal(second.Changed, []string{"where", "who"}) ||
		len(l.messages(KindManagementReport)) != 2 {
		t.Errorf("%+v", second)
	}
	l.do(StartResponse{Lead: "coord", Texts: map[string]string{TextBegun: "b"}})
	if l.duty("again:r2").Discharged {
		t.Error("the status of the response changed, and nothing is owed")
	}
}

func TestMarking(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	if m := l.state().Marking(); m != MarkNone {
		t.Errorf("at first: %s", m)
	}
	if facts := l.do(Mark{Marking: MarkNone}); len(facts) != 0 {
		t.Errorf("nothing is marked: %v", facts)
	}
	l.do(Mark{Marking: MarkConfidential, Texts: map[string]string{TextReason: "w"}})
	if st := l.state(); st.Marking() != MarkConfidential || st.Confidence.Why != "w" {
		t.Errorf("%+v", st.Confidence)
	}
	if _, err := l.try(Mark{Marking: MarkRestricted}); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("restricted by a mark: %v", err)
	}
	l.as("coord").do(Restrict{Texts: map[string]string{TextReason: "r"}})
	if m := l.state().Marking(); m != MarkRestricted {
		t.Errorf("restricted: %s", m)
	}
}

// What leaves the government is approved by everybody who must, one of whom did not write it. MA 6.3.2.2, MA 6.3.2.4
func TestStatusUpdates(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, nil))
	refused := func(c Command, kind fault.Kind, why string) {
		t.Helper()
		if _, err := l.try(c); fault.KindOf(err) != kind || !strings.Contains(fmt.Sprint(err), why) {
			t.Errorf("%+v: %v, want %v %q", c, err, kind, why)
		}
	}
	text := map[string]string{TextUpdate: "t1"}
	refused(DraftUpdate{Audience: "friends", Texts: text}, fault.KindInvalid, "no such audience")
	l.do(DraftUpdate{Audience: "managers", Texts: text})
	l.do(SendUpdate{Update: "u1"})
	if sent := l.messages(KindStatusUpdate); len(sent) != 1 || sent[0].Person != "head" || sent[0].Brings != "u1" {
		t.Errorf("%+v", sent)
	}
	refused(ReviseUpdate{Update: "u1", Texts: text}, fault.KindConflict, "sent already")
	if facts := l.do(SendUpdate{Update: "u1"}); len(facts) != 0 {
		t.Errorf("sent twice: %v", facts)
	}

	l.as("press").do(DraftUpdate{Audience: "police", Texts: text})
	if asked := l.messages(KindUpdateApproval); len(asked) != 1 || asked[0].Person != "counsel" {
		t.Errorf("%+v", asked)
	}
	l.do(ApproveUpdate{Update: "u2"})
	refused(SendUpdate{Update: "u2"}, fault.KindConflict, "needs the approval of legal")
	l.as("iso")
	refused(ApproveUpdate{Update: "u2"}, fault.KindForbidden, "approved by others")
	l.as("counsel").do(ReturnUpdate{Update: "u2", Texts: map[string]string{TextReason: "too much"}})
	if back := l.messages(KindUpdateReturned); len(back) != 1 || back[0].Person != "press" {
		t.Errorf("%+v", back)
	}
	l.do(ApproveUpdate{Update: "u2"})
	refused(SendUpdate{Update: "u2"}, fault.KindConflict, "sent back")
	l.as("press").do(ReviseUpdate{Update: "u2", Texts: map[string]string{TextUpdate: "t2"}})
	refused(SendUpdate{Update: "u2"}, fault.KindConflict, "communications and legal")
	l.do(ApproveUpdate{Update: "u2"})
	l.as("counsel").do(ApproveUpdate{Update: "u2"})
	refused(SendUpdate{Update: "u2", Via: "press"}, fault.KindInvalid, "gets mail from here")
	l.do(SendUpdate{Update: "u2"})
	if sent := l.messages(KindStatusUpdate); len(sent) != 2 || sent[1].Authority != "police" {
		t.Errorf("%+v", sent)
	}

	l.as("press").do(DraftUpdate{Audience: "public", Texts: text})
	l.do(ApproveUpdate{Update: "u3"})
	l.as("counsel").do(ApproveUpdate{Update: "u3"})
	refused(SendUpdate{Update: "u3"}, fault.KindInvalid, "nobody of this audience")
	l.do(SendUpdate{Update: "u3", Via: "press"})
	if u, _ := l.state().Update("u3"); u.Status != UpdateLeft || u.Via != "press" || len(l.messages(KindStatusUpdate)) != 2 {
		t.Errorf("%+v", u)
	}
	l.do(DraftUpdate{Audience: "public", Texts: text})
	l.do(DropUpdate{Update: "u4"})
	refused(SendUpdate{Update: "u4", Via: "press"}, fault.KindConflict, "dropped already")
	l.do(LogCommunication{Channel: "telephone", At: t0, Texts: map[string]string{TextCommunication: "c"}})
	refused(LogCommunication{Channel: "pigeon", At: t0}, fault.KindInvalid, "no such way")
	refused(LogCommunication{Channel: "telephone", At: t0.Add(time.Hour)}, fault.KindInvalid, "future")
	if got := l.state().Communications; len(got) != 1 || got[0].ID != "k1" {
		t.Errorf("%+v", got)
	}
}

// Where the writer holds every office that approves, somebody else must still agree: the same person is not enough.
func TestNobodyApprovesAlone(t *testing.T) {
	u := Update{Writer: "person:a", Approvals: []policy.Recipient{{Role: "legal"}}, Approved: []Approval{{For: policy.Recipient{Role: "legal"},
		By: "person:a"}}}
	if !u.Alone() || len(u.Open()) != 0 {
		t.Errorf("%+v", u)
	}
	u.Approved = append(u.Approved, Approval{By: "person:b"})
	if u.Alone() {
		t.Error("two are still alone")
	}
}

// A restricted incident is reported to members only, whatever the policy says of others: whoever issues it says why, and the record names
// whom the restriction kept from it. With a member of the office nothing is to be said. MA 6.5.4, MA 6.5.1
func TestReportOfARestrictedIncident(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(2_000_000)))
	l.as("coord").do(Restrict{Members: []string{"iso"}, Texts: map[string]string{TextReason: "r"}})
	l.refused(IssueManagementReport{Seen: l.state().Briefing.Touched, Texts: map[string]string{TextReport: "rr"}}, fault.KindInvalid,
		"keeps somebody")
	l.do(IssueManagementReport{Seen: l.state().Briefing.Touched, Texts: map[string]string{TextReport: "rr", TextReason: "told in person"}})
	if v, _ := l.state().Briefing.Last(); !slices.Equal(v.Kept, []string{"tell-head"}) || v.Why != "told in person" {
		t.Errorf("%+v", v)
	}
	for _, m := range l.messages(KindManagementReport) {
		if m.Person != "coord" && m.Person != "iso" {
			t.Errorf("told outside: %+v", m)
		}
	}
	if len(l.messages(KindManagementReport)) != 2 {
		t.Errorf("%+v", l.messages(KindManagementReport))
	}
	l.do(AddMember{Person: "head"})
	l.do(stating("location", "v"))
	l.issue()
	if v, _ := l.state().Briefing.Last(); v.Report != 2 || len(v.Kept) != 0 {
		t.Errorf("with a member of the office: %+v", v)
	}
}

// Whatever is told in whatever order keeps what the record promises, and what is sent was approved.
func TestAnyTellingKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := begin(t)
		l.do(files(Initial, usd(2_000_000)))
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			l.as(rapid.SampledFrom([]string{"iso", "coord", "press", "counsel"}).Draw(r, "who"))
			before := l.state()
			c := telling(r, before)
			l.wait(time.Duration(rapid.IntRange(0, 90).Draw(r, "minutes")) * time.Minute)
			if _, err := l.try(c); err != nil {
				if l.state().Version != before.Version {
					r.Fatalf("%T was refused and left facts", c)
				}
				continue
			}
			after := l.state()
			promises(r, before, after)
			if len(before.Assessment.Statements) > len(after.Assessment.Statements) || len(before.Briefing.Versions) > len(after.Briefing.Versions) {
				r.Fatal("something stated is gone")
			}
			for i, u := range after.Updates {
				if was := before.Updates; i < len(was) && was[i].Status != u.Status && u.Status == UpdateLeft && (len(was[i].Open()) > 0 ||
					was[i].Alone() || was[i].Returned != "") {
					r.Fatalf("sent without approval: %+v", was[i])
				}
			}
		}
	})
}

func telling(r *rapid.T, s State) Command {
	update := rapid.SampledFrom([]string{"u1", "u2", "u3"}).Draw(r, "update")
	item := rapid.SampledFrom([]string{"location", "scope", "discovered_by"}).Draw(r, "item")
	texts := map[string]string{TextUpdate: "u", TextValue: "v", TextReport: "r", TextReason: "w"}
	switch rapid.IntRange(0, 10).Draw(r, "telling") {
	case 0:
		return Assess{Item: item, Texts: texts}
	case 1:
		return Await{Item: item, Role: "iso"}
	case 2:
		return IssueManagementReport{Seen: s.Briefing.Touched, Texts: texts}
	case 3:
		return DraftUpdate{Audience: rapid.SampledFrom([]string{"managers", "police", "public"}).Draw(r, "audience"), Texts: texts}
	case 4, 5:
		return ApproveUpdate{Update: update}
	case 6:
		return SendUpdate{Update: update, Via: rapid.SampledFrom([]string{"", "press"}).Draw(r, "via")}
	case 7:
		return ReviseUpdate{Update: update, Texts: texts}
	case 8:
		return ReturnUpdate{Update: update, Texts: texts}
	case 9:
		return Mark{Marking: rapid.SampledFrom([]string{MarkNone, MarkConfidential}).Draw(r, "marking"), Texts: texts}
	}
	return RunClock{}
}
