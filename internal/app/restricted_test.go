package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// confide touches every act about who may know, on one incident, and leaves it restricted.
func confide(t *testing.T, h *testkit.Harness, number string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	coordinator := h.As("ca-coordinator")
	must(h.Restrict(ctx, coordinator, number, []string{"Marcus.Ellery@dmv.ca.example"}, "An insider is suspected."))
	must(h.AddMember(ctx, coordinator, number, "ca-dmv-counsel"))
	must(h.RemoveMember(ctx, coordinator, number, "ca-dmv-reporter"))
	must(h.BreakGlass(ctx, h.As("ca-ciso"), number, "The coordinator cannot be reached."))
	for _, b := range breakings(t, h, coordinator) {
		must(h.ReviewGlass(ctx, coordinator, b.Incident, b.ID, "It was needed."))
	}
	must(h.Release(ctx, coordinator, number, "The suspicion was wrong."))
	must(h.Restrict(ctx, coordinator, number, []string{"ca-dmv-counsel"}, "It was right after all."))
	must(h.Assign(ctx, h.As("ca-cciu-investigator"), number, "ca-chp-cciu", "ca-cciu-investigator", "Mine."))
}

func breakings(t *testing.T, h *testkit.Harness, by access.Actor) []app.BreakingView {
	t.Helper()
	out, err := h.Breakings(ctx, by)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sees says in how many ways a person sees an incident: the page, the list, the search, the number, the duties, the receipt.
func sees(t *testing.T, h *testkit.Harness, person, number, word string) (ways int) {
	t.Helper()
	by := h.As(person)
	if _, err := h.Incident(ctx, by, number); err == nil {
		ways++
	} else if fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("%s: %v", person, err)
	}
	for _, q := range []app.ListQuery{{}, {Search: word}, {Search: number}, {Entity: "ca-demo-dmv"}} {
		list, err := h.Incidents(ctx, by, q)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(list.Incidents, func(r app.IncidentRow) bool { return r.Incident == number }) {
			ways++
		}
	}
	duties, err := h.Duties(ctx, by)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(duties, func(d app.DutyView) bool { return d.Incident == number }) {
		ways++
	}
	if _, err := h.Receipt(ctx, by, number, 1); err == nil {
		ways++
	}
	return ways
}

// Disclosure on need to know. MA 6.5.4
func TestRestrictedIsSeenByMembersAndAuthoritiesOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		f := laptop()
		f.Description = "Zwetschge is missing"
		a := file(t, h, "ca-dmv-iso", f)
		file(t, h, "ca-dmv-iso", laptop()) // an open one beside it
		h.Sequence()
		all := []string{"ca-coordinator", "ca-ciso", "ca-soc", "ca-auditor", "ca-dmv-iso", "ca-dmv-reporter", "ca-dmv-cio", "ca-dmv-head", "ca-dmv-counsel"}
		for _, p := range all {
			if n := sees(t, h, p, a.Incident, "zwetschge"); n != 7 {
				t.Errorf("before: %s sees it in %d ways", p, n)
			}
		}
		coordinator := h.As("ca-coordinator")
		if err := h.Restrict(ctx, coordinator, a.Incident, []string{"ca-dmv-counsel", "ma-legal"}, "An insider is suspected."); err != nil {
			t.Fatal(err)
		}
		for _, p := range append(all, "ma-legal", "ca-cciu-investigator", "ma-coordinator", "ca-admin") {
			want := 0
			if slices.Contains([]string{"ca-coordinator", "ca-dmv-counsel", "ma-legal", "ca-cciu-investigator"}, p) {
				want = 7
			}
			if n := sees(t, h, p, a.Incident, "zwetschge"); n != want {
				t.Errorf("restricted: %s sees it in %d ways, want %d", p, n, want)
			}
		}
		if err := h.Release(ctx, coordinator, a.Incident, "It was somebody else."); err != nil {
			t.Fatal(err)
		}
		if n := sees(t, h, "ca-dmv-iso", a.Incident, "zwetschge"); n != 7 {
			t.Errorf("released: the ISO sees it in %d ways", n)
		}
		if n := sees(t, h, "ma-legal", a.Incident, "zwetschge"); n != 0 {
			t.Errorf("released: the counsel of elsewhere sees it in %d ways", n)
		}
		h.Sound()
	})
}

// What is owed, what changed and the picture follow the same rules: a restricted incident is in what its members owe and see changed,
// in nothing of anybody else's, and in nobody's counts.
func TestRestrictedIsInNobodysCounts(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a := file(t, h, "ca-dmv-iso", laptop())
		h.Clock.Move(time.Hour)
		coordinator := h.As("ca-coordinator")
		owed := func(person string) (n int) {
			list, err := h.Owed(ctx, h.As(person), 100)
			if err != nil {
				t.Fatal(err)
			}
			return len(list.Mine) + len(list.Others)
		}
		picture := func(by access.Actor) int64 {
			p, found, err := h.Picture(ctx, by, time.UTC)
			if err != nil || !found {
				t.Fatal(found, err)
			}
			return p.Open
		}
		if owed("ca-dmv-iso") == 0 || owed("ca-soc") == 0 || picture(h.As("ca-soc")) != 1 {
			t.Fatalf("before: %d and %d owed, %d open", owed("ca-dmv-iso"), owed("ca-soc"), picture(h.As("ca-soc")))
		}
		if err := h.Restrict(ctx, coordinator, a.Incident, []string{"ca-dmv-counsel", "ca-dmv-reporter"}, "An insider is suspected."); err != nil {
			t.Fatal(err)
		}
		for person, knows := range map[string]bool{"ca-dmv-iso": false, "ca-soc": false, "ca-auditor": false, "ca-dmv-reporter": true, "ca-dmv-counsel": true} {
			changes, err := h.Changes(ctx, h.As(person))
			if err != nil {
				t.Fatal(err)
			}
			if got := owed(person) > 0; got != knows {
				t.Errorf("%s owes or sees owed: %v", person, got)
			}
			if strings.Contains(fmt.Sprint(changes), a.Incident) && !knows {
				t.Errorf("%s sees what changed: %+v", person, changes)
			}
		}
		h.Clock.Move(time.Hour) // what was counted before is kept for a while, and is counted anew aside
		counted := int64(-1)
		for end := time.Now().Add(10 * time.Second); counted != 0 && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			counted = picture(coordinator)
		}
		if counted != 0 {
			t.Errorf("a restricted incident is counted: %d", counted)
		}
	})
}

// Acts on a restricted incident look, to everybody outside, like acts on one that is not there.
func TestRestrictedActsLookAbsent(t *testing.T) {
	h := testkit.Start(t)
	a := file(t, h, "ca-dmv-iso", laptop())
	confide(t, h, a.Incident)
	_, absent := h.Incident(ctx, h.As("ca-dmv-iso"), "444444444"+"4")
	iso, ciso := h.As("ca-dmv-iso"), h.As("ca-ciso")
	for name, act := range map[string]func() error{
		"rate":     func() error { return h.Rate(ctx, ciso, a.Incident, "high", "x") },
		"release":  func() error { return h.Release(ctx, ciso, a.Incident, "x") },
		"restrict": func() error { return h.Restrict(ctx, ciso, a.Incident, nil, "x") },
		"member":   func() error { return h.AddMember(ctx, ciso, a.Incident, "ca-ciso") },
		"break":    func() error { return h.BreakGlass(ctx, iso, a.Incident, "x") },
		"review":   func() error { return h.ReviewGlass(ctx, iso, a.Incident, "g1", "x") },
		"assign":   func() error { return h.Assign(ctx, iso, a.Incident, "ca-chp-cciu", "ca-dmv-iso", "") },
		"supplement": func() error {
			_, err := h.File(ctx, iso, incident.Filing{Entity: "ca-demo-dmv", Kind: incident.Supplement, Incident: a.Incident, Description: "x"}, app.FileOptions{})
			return err
		},
		"open one by the glass": func() error {
			return h.BreakGlass(ctx, ciso, file(t, h, "ca-dmv-iso", laptop()).Incident, "x")
		},
	} {
		if err := act(); fault.KindOf(err) != fault.KindNotFound || absent == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Mails about a restricted incident go to members and authorities only, and carry no content to a mailbox of a person.
func TestMailsOfARestrictedIncident(t *testing.T) {
	h := testkit.Start(t)
	f := laptop()
	f.Description = "Zwetschge is missing"
	a := file(t, h, "ca-dmv-iso", f) // its mails wait
	if err := h.Restrict(ctx, h.As("ca-coordinator"), a.Incident, []string{"ca-dmv-counsel"}, "An insider is suspected."); err != nil {
		t.Fatal(err)
	}
	h.Deliver()
	if err := h.Ask(ctx, h.As("ca-cciu-investigator"), a.Incident, "ca-chp-cciu", "Who had the key?"); err != nil {
		t.Fatal(err)
	}
	for range 12 {
		h.Tick(7 * 24 * time.Hour) // everything falls due, is late, escalates
	}
	may := []string{"imani.reyes@state.ca.example", "beatriz.almeida@dmv.ca.example", "cciu@chp.ca.example", "incidents@ois.ca.example"}
	told := map[string]int{}
	for _, m := range h.Post.Taken() {
		told[m.To.Email]++
		if !slices.Contains(may, m.To.Email) {
			t.Errorf("%s was written to: %s", m.To.Email, m.Subject)
		}
		if person := !strings.Contains(m.To.Email, "cciu@") && !strings.Contains(m.To.Email, "incidents@"); person && strings.Contains(m.Text, "Zwetschge") {
			t.Errorf("the words stand in the mailbox of %s", m.To.Email)
		}
	}
	for _, to := range may {
		if told[to] == 0 {
			t.Errorf("%s was told nothing", to)
		}
	}
}

func TestBreakingTheGlassIsHeardKeptAndReviewed(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a := file(t, h, "ca-dmv-iso", laptop())
		coordinator, ciso := h.As("ca-coordinator"), h.As("ca-ciso")
		if err := h.Restrict(ctx, coordinator, a.Incident, nil, "An insider is suspected."); err != nil {
			t.Fatal(err)
		}
		h.Deliver()
		if err := h.BreakGlass(ctx, ciso, a.Incident, "The coordinator cannot be reached."); err != nil {
			t.Fatal(err)
		}
		h.Deliver()
		for _, to := range []string{"imani.reyes@state.ca.example", "operator@tocsin.test"} {
			if got := h.Subjects(to); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "opened by somebody who is not a member") }) {
				t.Errorf("%s heard %q", to, got)
			}
		}
		v, err := h.Incident(ctx, ciso, a.Incident)
		if err != nil {
			t.Fatal(err)
		}
		if r := v.Restriction; r == nil || len(r.Members) != 2 || r.Members[1].Until == nil || len(r.Readings) != 1 || r.Readings[0].Who != "Warren Achterberg" {
			t.Errorf("%+v", v.Restriction)
		}
		list := breakings(t, h, coordinator)
		if len(list) != 1 || list[0].Reason != "The coordinator cannot be reached." || !list[0].Holds || !list[0].MayReview {
			t.Fatalf("%+v", list)
		}
		if own := breakings(t, h, ciso); len(own) != 1 || own[0].MayReview {
			t.Errorf("who broke the glass may review it: %+v", own)
		}
		if got := breakings(t, h, h.As("ma-coordinator")); len(got) != 0 {
			t.Errorf("another state reviews it: %+v", got)
		}
		if err := h.ReviewGlass(ctx, coordinator, a.Incident, list[0].ID, "It was needed."); err != nil {
			t.Fatal(err)
		}
		h.Tick(25 * time.Hour)
		if _, err := h.Incident(ctx, ciso, a.Incident); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("after a day: %v", err)
		}
		if got := breakings(t, h, coordinator); got[0].Holds || got[0].Finding != "It was needed." || got[0].Reviewer != "Imani Reyes" {
			t.Errorf("%+v", got)
		}
		h.Sequence()
		h.Sound()
	})
}

// Reads of restricted incidents are kept, reads of others are not, and nobody takes a line back.
func TestReadsAreKept(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a := file(t, h, "ca-dmv-iso", laptop())
		h.Sequence()
		coordinator := h.As("ca-coordinator")
		look := func() *app.RestrictionView {
			v, err := h.Incident(ctx, coordinator, a.Incident)
			if err != nil {
				t.Fatal(err)
			}
			return v.Restriction
		}
		look()
		if err := h.Restrict(ctx, coordinator, a.Incident, nil, "An insider is suspected."); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			look()
		}
		if _, err := h.Receipt(ctx, h.As("ca-cciu-investigator"), a.Incident, 1); err != nil {
			t.Fatal(err)
		}
		h.Clock.Move(time.Minute)
		got := look().Readings
		if len(got) != 3 || got[2].Who != "Joanna Kessler" && got[1].Who != "Joanna Kessler" {
			t.Errorf("%+v", got)
		}
		for _, sql := range []string{"UPDATE read_log SET actor = 'x'", "DELETE FROM read_log"} {
			if err := h.Exec(sql); err == nil {
				t.Errorf("%s went through", sql)
			}
		}
		if len(look().Readings) != 3 {
			t.Error("a line is gone")
		}
	})
}

func TestHandOverBetweenColleagues(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a, b := file(t, h, "ca-dmv-iso", laptop()), file(t, h, "ca-dmv-iso", laptop())
		h.Deliver()
		first, second := h.As("ca-cciu-investigator"), h.As("ca-cciu-sergeant")
		if err := h.Assign(ctx, first, a.Incident, "ca-chp-cciu", second.Person, "You know the mail room."); err != nil {
			t.Fatal(err)
		}
		h.Deliver()
		if got := h.Subjects("luis.amador@chp.ca.example"); len(got) != 1 || !strings.Contains(got[0], "handed to you") {
			t.Errorf("told: %q", got)
		}
		inbox := func(by access.Actor, assignee string) (numbers []string) {
			list, err := h.Incidents(ctx, by, app.ListQuery{Authority: "ca-chp-cciu", TrackState: "waiting", Assignee: assignee})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range list.Incidents {
				numbers = append(numbers, r.Incident)
			}
			return numbers
		}
		if got := inbox(second, "mine"); !slices.Equal(got, []string{a.Incident}) {
			t.Errorf("mine: %v", got)
		}
		if got := inbox(first, "mine"); len(got) != 0 {
			t.Errorf("the one who gave it away still has %v", got)
		}
		if got := inbox(first, "unassigned"); !slices.Equal(got, []string{b.Incident}) {
			t.Errorf("unassigned: %v", got)
		}
		if err := h.Assign(ctx, first, a.Incident, "ca-chp-cciu", "ca-ois-duty", ""); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("handed to another authority: %v", err)
		}
		if err := h.Assign(ctx, h.As("ca-coordinator"), a.Incident, "ca-chp-cciu", "ca-cciu-sergeant", ""); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("handed over by the entity: %v", err)
		}
	})
}
