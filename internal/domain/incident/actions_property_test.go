package incident

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/domain/policy"
)

// Whatever is done to corrective actions, in any order and at any time: an open one is owed by its owner by its time, once; one that
// waits for the coordinator is owed by the coordinator; one that is verified or dropped is owed by nobody; nothing owed vanishes; and
// the facts fold to the same state again.
func TestAnyLifeOfActions(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := begin(t)
		l.do(files(Initial, nil))
		for range rapid.IntRange(1, 30).Draw(r, "steps") {
			before := l.state()
			l.as(rapid.SampledFrom([]string{"coord", "iso", "head"}).Draw(r, "actor"))
			_, err := l.try(actionCommand(r, l.env.Now))
			after := l.state()
			if err != nil && after.Version != before.Version {
				r.Fatalf("refused, and left facts: %v", err)
			}
			promises(r, before, after)
			owedAsTheyStand(r, after)
			l.wait(time.Duration(rapid.IntRange(0, 400).Draw(r, "hours")) * time.Hour)
		}
		if a, b := Fold(l.facts), Fold(l.facts); !reflect.DeepEqual(a, b) {
			r.Fatal("folding twice gives two states")
		}
	})
}

func actionCommand(r *rapid.T, now time.Time) Command {
	id := rapid.SampledFrom([]string{"c1", "c2", "c9"}).Draw(r, "action")
	owner := rapid.SampledFrom([]string{"iso", "head", "officer"}).Draw(r, "owner")
	due := now.Add(time.Duration(rapid.IntRange(-10, 1000).Draw(r, "due")) * time.Hour)
	switch rapid.IntRange(0, 7).Draw(r, "command") {
	case 0, 1:
		return AssignAction{Owner: owner, Due: due}
	case 2:
		return ChangeAction{Action: id, Owner: owner, Due: due}
	case 3:
		return CompleteAction{Action: id}
	case 4:
		return VerifyAction{Action: id}
	case 5:
		return ReturnAction{Action: id, Due: due}
	case 6:
		return DropAction{Action: id}
	}
	return RunClock{}
}

func owedAsTheyStand(r *rapid.T, s State) {
	for _, a := range s.Review.Actions {
		var open []Duty
		for _, d := range s.Duties {
			if !d.Discharged && (strings.HasPrefix(d.Rule, "action:"+a.ID+":") || strings.HasPrefix(d.Rule, "verify:"+a.ID+":")) {
				open = append(open, d)
			}
		}
		switch {
		case a.Status == ActionIsVerified || a.Status == ActionIsDropped:
			if len(open) > 0 {
				r.Fatalf("%s is %s, and owed: %+v", a.ID, a.Status, open)
			}
		case len(open) != 1:
			r.Fatalf("%s is %s, and %d duties are open", a.ID, a.Status, len(open))
		case a.Status == ActionIsOpen && (open[0].By.Person != a.Owner || open[0].Due != a.Due.UnixMicro() ||
			open[0].Discharge != policy.DischargeAction):
			r.Fatalf("%+v is owed as %+v", a, open[0].OwedDuty)
		case a.Status == ActionIsDone && open[0].Discharge != policy.DischargeVerified:
			r.Fatalf("%s waits for the coordinator, and %s is owed", a.ID, open[0].Discharge)
		}
	}
}
