package investigation

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

func environment(t testing.TB) Env {
	t.Helper()
	dir, err := directory.NewSnapshot(directory.Import{Entities: []directory.Entity{{ID: "state", Name: "State", Pack: "us-ma"}},
		People: []directory.Person{{ID: "ana", Name: "Ana", Entity: "state", Email: "ana@state.example"}}})
	if err != nil {
		t.Fatal(err)
	}
	return Env{Now: now, Actor: access.Actor{ID: "person:ana", Person: "ana"}, Dir: dir}
}

func happened() Event {
	return Event{At: Moment{At: now.Add(-time.Hour).UnixMicro()}, Precision: Minute, Kind: Adversary}
}

// run decides and records, as the store does.
func run(s *[]Recorded, c Command, env Env) error {
	drafts, err := Decide(Fold(*s), c, env)
	for _, d := range drafts {
		*s = append(*s, Recorded{Fact: d.Fact, Version: int64(len(*s) + 1), At: env.Now, Actor: env.Actor.ID, Texts: d.Texts})
	}
	return err
}

func TestDecide(t *testing.T) {
	env := environment(t)
	begun := func() (facts []Recorded) {
		for _, c := range []Command{RecordIndicators{[]IndicatorBatch{{[]Indicator{{Type: IPv4, TLP: TLPAmber}}, "x"}}}, RecordEvents{[]EventBatch{{[]Event{happened()}, "x"}}},
			RecordFinding{"low", "x"}, TakeDecision{By: "ana", At: Moment{At: now.UnixMicro()}, What: "x", Why: "y"}, WriteNote{Note: "", Text: "x"}} {
			if err := run(&facts, c, env); err != nil {
				t.Fatal(err)
			}
		}
		return facts
	}
	change := func(f func(*Event)) RecordEvents {
		e := happened()
		f(&e)
		return RecordEvents{[]EventBatch{{[]Event{e}, "x"}}}
	}
	for name, c := range map[string]struct {
		do   Command
		kind fault.Kind
		says int // facts
	}{
		"an event":                 {change(func(*Event) {}), "", 1},
		"in the future":            {change(func(e *Event) { e.At.At = now.Add(25 * time.Hour).UnixMicro() }), fault.KindInvalid, 0},
		"before computers":         {change(func(e *Event) { e.At.At = 0 }), fault.KindInvalid, 0},
		"no such technique":        {change(func(e *Event) { e.Techniques = []string{"T0"} }), fault.KindInvalid, 0},
		"no such tactic":           {change(func(e *Event) { e.Tactic = "luck" }), fault.KindInvalid, 0},
		"nobody":                   {change(func(e *Event) { e.People = []string{"bob"} }), fault.KindInvalid, 0},
		"somebody":                 {change(func(e *Event) { e.People = []string{"ana"} }), "", 1},
		"no such indicator":        {change(func(e *Event) { e.Indicators = []string{"i9"} }), fault.KindInvalid, 0},
		"an indicator":             {change(func(e *Event) { e.Indicators = []string{"i1"} }), "", 1},
		"nothing":                  {RecordEvents{[]EventBatch{{}}}, fault.KindInvalid, 0},
		"a correction":             {CorrectEvent{Event: Event{ID: "e1", At: happened().At, Precision: Day, Kind: Bystander}, Text: "y"}, "", 1},
		"of no event":              {CorrectEvent{Event: Event{ID: "e2"}, Text: "y"}, fault.KindNotFound, 0},
		"withdrawn":                {WithdrawEvent{"e1", "r"}, "", 1},
		"another marking":          {MarkIndicator{"i1", TLPRed}, "", 1},
		"the same marking":         {MarkIndicator{"i1", TLPAmber}, "", 0},
		"no marking":               {MarkIndicator{"i1", "blue"}, fault.KindInvalid, 0},
		"a sighting":               {SightIndicator{Indicator: "i1", At: Moment{At: now.UnixMicro()}, Where: "w"}, "", 1},
		"of no type":               {RecordIndicators{[]IndicatorBatch{{[]Indicator{{Type: "smell", TLP: TLPRed}}, "x"}}}, fault.KindInvalid, 0},
		"supported by nothing":     {JudgeFinding{"f1", "high", FindingSupported, "r"}, fault.KindInvalid, 0},
		"surer":                    {JudgeFinding{"f1", "moderate", FindingOpen, "r"}, "", 1},
		"as it stands":             {JudgeFinding{"f1", "low", FindingOpen, "r"}, "", 0},
		"an argument":              {Argue{Finding: "f1", Events: []string{"e1"}, Text: "a"}, "", 1},
		"from nowhere":             {Argue{Finding: "f1", Events: []string{"e7"}, Text: "a"}, fault.KindInvalid, 0},
		"a decision":               {TakeDecision{By: "ana", At: Moment{At: now.UnixMicro()}, Replaces: "d1", Findings: []string{"f1"}, What: "x", Why: "y"}, "", 1},
		"by nobody":                {TakeDecision{By: "bob", At: Moment{At: now.UnixMicro()}}, fault.KindInvalid, 0},
		"replacing nothing":        {TakeDecision{By: "ana", At: Moment{At: now.UnixMicro()}, Replaces: "d9"}, fault.KindInvalid, 0},
		"a note changed":           {WriteNote{Note: "n1", Text: "y"}, "", 1},
		"no such note":             {WriteNote{Note: "n2", Text: "y"}, fault.KindNotFound, 0},
		"a note withdrawn":         {WithdrawNote{"n1", "r"}, "", 1},
		"an indicator withdrawn":   {WithdrawIndicator{"i1", "r"}, "", 1},
		"no indicator to withdraw": {WithdrawIndicator{"i2", "r"}, fault.KindNotFound, 0},
	} {
		facts := begun()
		drafts, err := Decide(Fold(facts), c.do, env)
		if fault.KindOf(err) != c.kind || err == nil && len(drafts) != c.says {
			t.Errorf("%s: %d facts, %v", name, len(drafts), err)
		}
	}
}

// What was supported says why, what was corrected keeps its history, and what was withdrawn is not changed any more.
func TestHistory(t *testing.T) {
	env := environment(t)
	var facts []Recorded
	must := func(c Command) {
		t.Helper()
		if err := run(&facts, c, env); err != nil {
			t.Fatal(err)
		}
	}
	must(RecordEvents{[]EventBatch{{[]Event{happened(), happened()}, "t1"}}})
	better := happened()
	better.ID, better.Precision = "e2", Hour
	must(CorrectEvent{better, "t2", "r1"})
	must(WithdrawEvent{"e1", "r2"})
	must(RecordFinding{"low", "s"})
	must(Argue{Finding: "f1", Events: []string{"e2"}, Text: "a"})
	must(JudgeFinding{"f1", "high", FindingSupported, "r3"})
	if err := run(&facts, CorrectEvent{Event{ID: "e1"}, "t", ""}, env); fault.KindOf(err) != fault.KindConflict {
		t.Errorf("a withdrawn event was corrected: %v", err)
	}
	s := Fold(facts)
	e2, _ := s.Event("e2")
	if e2.Precision != Hour || e2.Text != "t2" || len(e2.Earlier) != 1 || e2.Earlier[0].Place != 1 || e2.Earlier[0].Text != "t1" {
		t.Errorf("%+v", e2)
	}
	if e1, _ := s.Event("e1"); e1.Ended == nil || e1.Ended.Reason != "r2" {
		t.Errorf("%+v", e1)
	}
	if f := s.Findings[0]; f.Status != FindingSupported || len(f.Judgements) != 2 || f.Judgements[1].Reason != "r3" || f.Arguments[0].Argument != "a1" {
		t.Errorf("%+v", f)
	}
}

// Random histories replay to the same state, step by step and at once; a state that was handed out stays as it is; ids are given once.
func TestReplay(t *testing.T) {
	env := environment(t)
	rapid.Check(t, func(t *rapid.T) {
		var facts []Recorded
		s := Fold(nil)
		id := func(letter string) string { return fmt.Sprint(letter, rapid.IntRange(1, 4).Draw(t, "id")) }
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			e := happened()
			e.ID = id("e")
			c := rapid.SampledFrom([]Command{RecordEvents{[]EventBatch{{[]Event{e, e}, "t"}, {[]Event{e}, "u"}}}, CorrectEvent{e, "v", ""}, WithdrawEvent{e.ID, "r"},
				RecordIndicators{[]IndicatorBatch{{[]Indicator{{Type: URL, TLP: TLPGreen}}, "t"}}}, MarkIndicator{id("i"), TLPRed}, WithdrawIndicator{id("i"), "r"},
				SightIndicator{Indicator: id("i"), At: e.At, Where: "w"}, RecordFinding{"low", "s"}, Argue{Finding: id("f"), Against: true, Text: "a"},
				JudgeFinding{id("f"), "high", FindingRefuted, "r"}, TakeDecision{By: "ana", At: e.At, Replaces: id("d")}, TakeDecision{By: "ana", At: e.At},
				WriteNote{Note: "", Text: "n"}, WriteNote{Note: id("n"), Text: "m"}, WithdrawNote{id("n"), "r"}}).Draw(t, "command")
			drafts, err := Decide(s, c, env)
			if err != nil {
				continue
			}
			before := Fold(facts)
			for _, d := range drafts {
				r := Recorded{Fact: d.Fact, Version: int64(len(facts) + 1), At: env.Now, Actor: "x", Texts: d.Texts}
				facts = append(facts, r)
			}
			s = Fold(facts)
			if !reflect.DeepEqual(before, Fold(facts[:before.Version])) {
				t.Fatal("an earlier state has changed")
			}
		}
		if !reflect.DeepEqual(s, Fold(facts)) {
			t.Fatal("replaying gives another state")
		}
		seen := map[string]bool{}
		for _, e := range s.Events {
			if seen[e.ID] {
				t.Fatalf("%s was given twice", e.ID)
			}
			seen[e.ID] = true
		}
	})
}
