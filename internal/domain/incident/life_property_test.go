package incident

import (
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/fault"
)

// Any history of the life cycle, mixed with filings, questions and tasks, keeps to the allowed graph of phases and of closing, loses no
// duty, leaves what was closed closed until it is reopened, and replays to the same state.
func TestAnyLifeKeepsToTheGraph(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := begin(t)
		l.do(files(Initial, nil))
		for range rapid.IntRange(1, 30).Draw(r, "steps") {
			before := l.state()
			l.as(rapid.SampledFrom([]string{"iso", "coord", "head"}).Draw(r, "actor"))
			c := lifeCommand(r, before)
			if rapid.IntRange(0, 3).Draw(r, "other") == 0 {
				c = command(r, before)
			}
			l.wait(time.Duration(rapid.IntRange(0, 5).Draw(r, "hours")) * time.Hour)
			if _, err := l.try(c); err != nil {
				if kind := fault.KindOf(err); kind != fault.KindInvalid && kind != fault.KindConflict && kind != fault.KindNotFound &&
					kind != fault.KindForbidden {
					r.Fatalf("%T failed: %v", c, err)
				}
				if l.state().Version != before.Version {
					r.Fatalf("%T was refused and left facts", c)
				}
				continue
			}
			promises(r, before, l.state())
			keepsToTheGraph(r, c, before, l.state())
		}
		if a, b := Fold(l.facts), Fold(slices.Clone(l.facts)); !reflect.DeepEqual(a, b) {
			r.Fatal("replaying gives another state")
		}
	})
}

func lifeCommand(r *rapid.T, s State) Command {
	text := maps.Clone(map[string]string{TextReason: rapid.SampledFrom([]string{"", "why"}).Draw(r, "reason"), TextPlay: "play",
		TextBegun: "begun"})
	person := rapid.SampledFrom([]string{"iso", "coord", "rep", "nobody"}).Draw(r, "person")
	task := rapid.SampledFrom([]string{"t1", "t2", "t3", "t9"}).Draw(r, "task")
	var seen []string
	for _, o := range Remains(s) {
		seen = append(seen, o.ID)
	}
	closing := Close{Outcome: rapid.SampledFrom([]string{OutcomeResolved, OutcomeDeclined, "won"}).Draw(r, "outcome"),
		As:   rapid.SampledFrom(Classes).Draw(r, "class"),
		Seen: seen[:rapid.IntRange(max(0, len(seen)-1), len(seen)).Draw(r, "seen")], Accepts: rapid.Bool().Draw(r, "accepts"), Texts: text}
	stream := rapid.SampledFrom([]string{"s2", "s3"}).Draw(r, "stream")
	all := []Command{
		StartResponse{Lead: person, Playbooks: []string{"play"}, Texts: text},
		EnterPhase{Phase: rapid.SampledFrom(append([]string{"preparation"}, WorkPhases...)).Draw(r, "phase"), Texts: text},
		StateMilestone{Milestone: rapid.SampledFrom(Milestones).Draw(r, "milestone"), At: t0.Add(time.Duration(rapid.IntRange(-9, 9).Draw(r,
			"at")) * time.Hour)},
		closing, Reopen{Texts: text}, KeepClosed{Texts: text}, Classify{As: closing.As, Texts: text},
		LinkTo{Relation: rapid.SampledFrom(Relations).Draw(r, "relation"), Number: stream, Stream: stream, Closing: closing},
		MirrorLink{Relation: DuplicatedBy, Number: stream, Stream: stream},
		HandOver{Lead: person, Texts: text}, AnswerHandover{Accept: closing.Accepts, Withdraw: rapid.Bool().Draw(r, "withdraw"), Texts: text},
		EndTask{Task: task, Skip: rapid.Bool().Draw(r, "skip"), Texts: text}, ReopenTask{Task: task, Texts: text},
		ReturnWork{Person: person, Cause: CauseAbsent, To: []string{rapid.SampledFrom([]string{"coord", "nobody", "iso"}).Draw(r, "to")}},
		OrderTasks{Tasks: []string{"t3", "t1", "t2"}}, DecideContinuity{Activate: closing.Accepts, Texts: text},
		files(Supplement, nil), ValidateResults{Texts: text},
		Await{Item: rapid.SampledFrom([]string{"location", "measures"}).Draw(r, "item"), Person: person}, stating("location", text[TextReason]),
	}
	return rapid.SampledFrom(all).Draw(r, "life")
}

// keepsToTheGraph holds one step against what may follow what.
func keepsToTheGraph(r *rapid.T, c Command, before, after State) {
	was, is := slices.Index(WorkPhases, before.Lifecycle.Phase), slices.Index(WorkPhases, after.Lifecycle.Phase)
	switch {
	case was < 0 && is > 0:
		r.Fatalf("%T entered %s without the first phase", c, after.Lifecycle.Phase)
	case is >= 0 && after.Response.StartedAt.IsZero():
		r.Fatalf("%T entered a phase before the response began", c)
	case is > was && len(ExitTasks(before, rules{}.Phases(), after.Lifecycle.Phase)) > 0:
		r.Fatalf("%T went on to %s over open tasks", c, after.Lifecycle.Phase)
	case is < was && after.Lifecycle.Phases[len(after.Lifecycle.Phases)-1].Why == "":
		r.Fatalf("%T went back without a reason", c)
	case before.Status == StatusClosed && is != was:
		r.Fatalf("%T changed the phase of a closed incident", c)
	}
	if _, reopens := c.(Reopen); before.Status == StatusClosed && after.Status != StatusClosed && !reopens {
		r.Fatalf("%T reopened it", c)
	}
	if before.Status != StatusClosed && after.Status == StatusClosed {
		left := Remains(before)
		if len(after.Lifecycle.Remains) != len(left) || after.Lifecycle.ClosedAt.IsZero() {
			r.Fatalf("%T closed over %v and recorded %v", c, left, after.Lifecycle.Remains)
		}
	}
	if after.Unvalidated() && (after.Status != StatusClosed || after.Lifecycle.Validated != nil) {
		r.Fatalf("%T left something to be validated of what is open, or validated", c)
	}
	for _, w := range after.Assessment.Awaiting {
		if !slices.ContainsFunc(after.Duties, func(d Duty) bool { return !d.Discharged && itemOf(d.Rule) == w.Item }) {
			r.Fatalf("%T: %s is awaited and nobody owes it", c, w.Item)
		}
	}
	if len(after.Filings) > len(before.Filings) && before.Status == StatusClosed && !slices.ContainsFunc(after.Duties, toTriage) {
		r.Fatal("a filing after closing is nobody's to look at")
	}
	if back, ok := c.(ReturnWork); ok && before.Response.Lead != back.Person && after.Response.Lead != before.Response.Lead {
		r.Fatal("work of one came back and another's lead moved")
	} else if ok {
		return
	}
	if _, answers := c.(AnswerHandover); after.Response.Lead != before.Response.Lead && before.Response.Lead != "" && !answers {
		if h, ok := c.(HandOver); !ok || h.Lead != after.Response.Lead {
			r.Fatalf("%T changed the lead", c)
		}
	}
}
