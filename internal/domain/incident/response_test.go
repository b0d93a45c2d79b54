package incident

import (
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/fault"
)

// duty answers the duty of a rule.
func (l *life) duty(rule string) Duty {
	l.t.Helper()
	for _, d := range l.state().Duties {
		if d.Rule == rule {
			return d
		}
	}
	l.t.Fatalf("%s is not owed", rule)
	return Duty{}
}

// The start of the response is what the clock of the rating runs to; a rating that rises later owes no second start. MA 6.5.1
func TestStartOfResponse(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(2_000_000)))
	if d := l.duty("start-high"); d.Discharged {
		t.Fatal("the start is fulfilled before it")
	}
	l.wait(10 * time.Minute)
	l.do(StartResponse{Lead: "coord", Playbooks: []string{"play"}, Texts: map[string]string{TextBegun: "aa"}})
	d := l.duty("start-high")
	if !d.Discharged || d.LateBy != 10*time.Minute || l.state().Response.Lead != "coord" || l.state().Response.Begun != "aa" ||
		len(l.state().Response.Tasks) != 3 {
		t.Errorf("%+v\n%+v", d, l.state().Response)
	}
	before := l.state().Version
	l.do(StartResponse{Lead: "coord", Texts: map[string]string{TextBegun: "bb"}})
	if l.state().Version != before {
		t.Error("a second start is recorded")
	}
}

func TestStartBeforeTheRatingRises(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(10)))
	l.do(StartResponse{Lead: "coord", Texts: map[string]string{TextBegun: "aa"}})
	l.do(files(Supplement, usd(2_000_000)))
	for _, d := range l.state().Duties {
		if d.Rule == "start-high" {
			t.Errorf("a start is owed that was made: %+v", d)
		}
	}
}

// Tasks are done in the order that the procedure gives, left out only with a reason where they are required, and reopened
// with one.
func TestTasks(t *testing.T) {
	l := begin(t)
	l.do(files(Initial, usd(10)))
	l.do(StartResponse{Lead: "coord", Playbooks: []string{"play"}, Texts: map[string]string{TextBegun: "aa"}})
	reason := map[string]string{TextReason: "rr"}
	for _, step := range []struct {
		name string
		c    Command
		kind fault.Kind
		want string // of the tasks afterwards
	}{
		{"the second before the first", EndTask{Task: "t2"}, fault.KindConflict, "open open open"},
		{"leave out what is required", EndTask{Task: "t1", Skip: true}, fault.KindInvalid, "open open open"},
		{"no such task", EndTask{Task: "t9"}, fault.KindNotFound, "open open open"},
		{"taken by nobody known", TakeTask{Task: "t1", Person: "nobody"}, fault.KindInvalid, "open open open"},
		{"taken", TakeTask{Task: "t1", Person: "coord"}, "", "open open open"},
		{"the first", EndTask{Task: "t1"}, "", "done open open"},
		{"again", EndTask{Task: "t1"}, fault.KindConflict, "done open open"},
		{"the second", EndTask{Task: "t2", Texts: map[string]string{TextNote: "nn"}}, "", "done done open"},
		{"the optional one left out", EndTask{Task: "t3", Skip: true}, "", "done done skipped"},
		{"reopened", ReopenTask{Task: "t1", Texts: reason}, "", "open done skipped"},
		{"left out with a reason", EndTask{Task: "t1", Skip: true, Texts: reason}, "", "skipped done skipped"},
		{"one more", NoteTask{Aim: "evidence", Role: "ir_analyst", Texts: map[string]string{TextTask: "tt"}}, "", "skipped done skipped open"},
		{"for nothing known", NoteTask{Aim: "fun", Role: "ir_analyst"}, fault.KindInvalid, "skipped done skipped open"},
		{"by nobody known", NoteTask{Aim: "evidence", Role: "wizard"}, fault.KindInvalid, "skipped done skipped open"},
		{"the same procedure again", FollowPlaybook{Playbook: "play"}, "", "skipped done skipped open"},
		{"no such procedure", FollowPlaybook{Playbook: "other"}, fault.KindInvalid, "skipped done skipped open"},
		{"handed to nobody known", HandOver{Lead: "nobody"}, fault.KindInvalid, "skipped done skipped open"},
	} {
		_, err := l.try(step.c)
		if fault.KindOf(err) != step.kind {
			t.Errorf("%s: %v", step.name, err)
		}
		var got []string
		for _, task := range l.state().Response.Tasks {
			got = append(got, task.Status)
		}
		if strings.Join(got, " ") != step.want {
			t.Fatalf("%s: %v, want %s", step.name, got, step.want)
		}
	}
	if task, _ := l.state().Task("t2"); task.Note != "nn" || task.EndedAt.IsZero() || task.Person != "" {
		t.Errorf("%+v", task)
	}
	if task, _ := l.state().Task("t1"); task.Person != "coord" || task.Note != "rr" {
		t.Errorf("%+v", task)
	}
}
