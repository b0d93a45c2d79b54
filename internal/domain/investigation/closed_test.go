package investigation

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// What is taken on a closed incident: what completes or corrects the record, so that the analysis afterwards can be written; not what is new.
// MA 6.8.3
func TestClosedIncidents(t *testing.T) {
	for _, c := range []struct {
		Command
		taken bool
	}{
		{RecordEvents{}, false}, {RecordIndicators{}, false}, {SightIndicator{}, false}, {RecordFinding{}, false}, {TakeDecision{}, false},
		{CorrectEvent{}, true}, {WithdrawEvent{}, true}, {MarkIndicator{}, true}, {WithdrawIndicator{}, true}, {Argue{}, true}, {JudgeFinding{}, true},
		{WriteNote{}, true}, {WithdrawNote{}, true},
	} {
		_, err := Decide(State{}, c.Command, Env{Closed: true})
		refused := fault.KindOf(err) == fault.KindConflict && strings.Contains(err.Error(), "reopen it")
		if refused == c.taken {
			t.Errorf("%T: %v", c.Command, err)
		}
		if _, err := Decide(State{}, c.Command, Env{Dir: &directory.Snapshot{}}); err != nil && strings.Contains(err.Error(), "reopen it") {
			t.Errorf("%T on an open one: %v", c.Command, err)
		}
	}
	// Each command stands in the table.
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.ReadFile("closed_test.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		src, err := os.ReadFile(f.Name())
		if err != nil || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		for _, m := range regexp.MustCompile(`func \(\w+ (\w+)\) decide\(`).FindAllStringSubmatch(string(src), -1) {
			if n++; !strings.Contains(string(self), "{"+m[1]+"{}") {
				t.Errorf("nobody has said whether %s is taken on a closed incident", m[1])
			}
		}
	}
	if n < 13 {
		t.Errorf("only %d commands found", n)
	}
}
