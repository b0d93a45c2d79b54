package app_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/designation"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/testkit"
)

const dmv = "ca-demo-dmv"

func letterOf(person string) app.DesignationRequest {
	return app.DesignationRequest{Person: person, Letter: "2026-06-15", Reference: "DMV-2026-117"}
}

// newcomers puts two people without roles into the entity.
func newcomers(t *testing.T, h *testkit.Harness) {
	t.Helper()
	edit(t, h, func(in *directory.Import) {
		for _, id := range []string{"nina", "otto"} {
			in.People = append(in.People, directory.Person{ID: id, Name: strings.ToUpper(id[:1]) + id[1:] + " New", Email: id + "@dmv.test", Entity: dmv})
		}
	})
}

func edit(t *testing.T, h *testkit.Harness, f func(*directory.Import)) {
	t.Helper()
	if err := h.EditDirectory(ctx, access.System("test"), func(in *directory.Import) error { f(in); return nil }); err != nil {
		t.Fatal(err)
	}
}

func reporters(t *testing.T, h *testkit.Harness, who string) app.ReportersView {
	t.Helper()
	v, err := h.Reporters(ctx, h.As(who), dmv)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A designation gives the role with the letter on record, and withdrawing it takes both away; each designee is told.
func TestDesignation(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		newcomers(t, h)
		head := h.As("ca-dmv-head")
		before := reporters(t, h, "ca-dmv-head")
		if len(before.Unlettered) == 0 || len(before.Active) != 0 || !before.MayDesignate {
			t.Fatalf("at first %+v", before)
		}
		if err := h.DesignateReporter(ctx, head, dmv, letterOf("nina")); err != nil {
			t.Fatal(err)
		}
		nina := h.As("nina")
		if !access.Allow(nina, access.File, access.Object{Entity: dmv}) {
			t.Error("the designee may not file")
		}
		v := reporters(t, h, "nina")
		if len(v.Active) != 1 || v.Active[0].Reference != "DMV-2026-117" || v.Active[0].Letter != "2026-06-15" || v.Active[0].DesignatedBy == "" || v.MayDesignate || len(v.Choices) != 0 {
			t.Fatalf("the designee reads %+v", v)
		}
		if due := v.Active[0].AttestDue.In(time.FixedZone("", -8*3600)).Format(time.DateOnly); due != "2027-01-31" {
			t.Errorf("to be confirmed by %s", due)
		}
		h.Deliver()
		if got := h.Subjects("nina@dmv.test"); len(got) != 1 || !strings.Contains(got[0], "You report for") {
			t.Errorf("the designee was told %q", got)
		}
		entries := len(h.Entries())
		if err := h.DesignateReporter(ctx, head, dmv, letterOf("nina")); err != nil || len(h.Entries()) != entries {
			t.Errorf("pressed twice: %v, %d entries more", err, len(h.Entries())-entries)
		}
		if err := h.WithdrawReporter(ctx, head, dmv, "d1"); err != nil {
			t.Fatal(err)
		}
		if access.Allow(h.As("nina"), access.File, access.Object{Entity: dmv}) {
			t.Error("after the withdrawal they may still file")
		}
		v = reporters(t, h, "ca-dmv-head")
		if len(v.Active) != 0 || len(v.Ended) != 1 || v.Ended[0].Reason != designation.Withdrawn || v.ChangeDue.In(time.FixedZone("", -7*3600)).Format(time.DateOnly) != "2026-07-02" {
			t.Errorf("afterwards %+v", v)
		}
		h.Deliver()
		h.Sequence()
		h.Sound()
		live := dump(t, h)
		if err := h.Record.Rebuild(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if dump(t, h) != live {
			t.Error("a rebuild gives other tables")
		}
		if strings.Contains(live, "DMV-2026-117") {
			t.Error("the reference stands in a derived table")
		}
	})
}

// Whoever is not the entity's head names nobody; who may not read it does not learn that it is there.
func TestDesignationAccess(t *testing.T) {
	h := testkit.Start(t)
	newcomers(t, h)
	for _, who := range []string{"ca-dmv-iso", "ca-dhcs-head", "ma-rmv-head", "ca-ois-duty", "nina"} {
		by := h.As(who)
		if err := h.DesignateReporter(ctx, by, dmv, letterOf("otto")); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("%s designates: %v", who, err)
		}
		if err := h.WithdrawReporter(ctx, by, dmv, "d1"); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("%s withdraws: %v", who, err)
		}
		if err := h.AttestDesignation(ctx, by, dmv); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("%s attests: %v", who, err)
		}
		_, err := h.Reporters(ctx, by, dmv)
		if may := who == "ca-dmv-iso"; may != (err == nil) || !may && fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("%s reads: %v", who, err)
		}
	}
	head := h.As("ca-dmv-head")
	for field, r := range map[string]app.DesignationRequest{
		"letter":    {Person: "nina", Letter: "2026-06-19"},
		"person":    {Person: "ma-rmv-iso", Letter: "2026-06-15"}, // of another agency: not there for this head
		"reference": {Person: "nina", Letter: "2026-06-15", Reference: strings.Repeat("x", 201)},
	} {
		if err := h.DesignateReporter(ctx, head, dmv, r); len(fault.All(err)) != 1 || fault.All(err)[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, letter := range []string{"", "yesterday", "2025-06-01", "2026-02-30"} {
		if err := h.DesignateReporter(ctx, head, dmv, app.DesignationRequest{Person: "nina", Letter: letter}); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("letter of %q: %v", letter, err)
		}
	}
}

// A yearly confirmation is asked for in time, shown as late, and done by the designee alone.
func TestAttestation(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		newcomers(t, h)
		if err := h.DesignateReporter(ctx, h.As("ca-dmv-head"), dmv, letterOf("nina")); err != nil {
			t.Fatal(err)
		}
		h.Deliver()
		nina := h.As("nina")
		entries := len(h.Entries())
		if err := h.AttestDesignation(ctx, nina, dmv); err != nil || len(h.Entries()) != entries {
			t.Errorf("too early: %v, %d entries more", err, len(h.Entries())-entries)
		}
		sweep := func(to time.Time) {
			t.Helper()
			h.Clock.Move(to.Sub(h.Clock.Now()))
			for range 2 { // the second time changes nothing
				if err := h.SweepDesignations(ctx); err != nil {
					t.Fatal(err)
				}
				h.Deliver()
			}
		}
		told := func(who string) int { t.Helper(); return len(h.Subjects(who)) }
		sweep(time.Date(2027, 1, 5, 12, 0, 0, 0, time.UTC))
		if told("nina@dmv.test") != 1 {
			t.Errorf("early in January: %q", h.Subjects("nina@dmv.test"))
		}
		sweep(time.Date(2027, 1, 20, 12, 0, 0, 0, time.UTC))
		if told("nina@dmv.test") != 2 || !reporters(t, h, "nina").Active[0].MayAttest || reporters(t, h, "ca-dmv-head").Active[0].MayAttest {
			t.Errorf("ten business days before: %q", h.Subjects("nina@dmv.test"))
		}
		sweep(time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC))
		if v := reporters(t, h, "nina"); !v.Active[0].Overdue || told("nina@dmv.test") != 3 {
			t.Errorf("late: %+v, %q", v.Active[0], h.Subjects("nina@dmv.test"))
		}
		if err := h.AttestDesignation(ctx, h.As("nina"), dmv); err != nil {
			t.Fatal(err)
		}
		if d := reporters(t, h, "nina").Active[0]; d.Overdue || d.AttestDue.Year() != 2028 || d.AttestedAt.IsZero() {
			t.Errorf("confirmed: %+v", d)
		}
	})
}

// Who leaves is found, the next letter is due in ten business days, and their open work goes to the alternate, or to the coordinator
// where there is none. Confirmations go to whoever is designated.
func TestReporterLeaves(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		newcomers(t, h)
		edit(t, h, func(in *directory.Import) { // nobody but by letter
			for i, p := range in.People {
				in.People[i].Roles = slices.DeleteFunc(p.Roles, func(r directory.Assignment) bool { return r.Role == directory.DesignatedReporter && r.Entity == dmv })
			}
		})
		head := h.As("ca-dmv-head")
		alternate := letterOf("otto")
		alternate.Alternate = true
		for _, r := range []app.DesignationRequest{letterOf("nina"), alternate} {
			if err := h.DesignateReporter(ctx, head, dmv, r); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.File(ctx, h.As("nina"), laptop(), keyed("left")); err != nil {
			t.Fatal(err)
		}
		h.Deliver()
		if !slices.ContainsFunc(h.Subjects("otto@dmv.test"), func(s string) bool { return strings.HasPrefix(s, "[DEMONSTRATION] Incident") }) {
			t.Errorf("the alternate is told of the filing with %q", h.Subjects("otto@dmv.test"))
		}
		leave := func(id string) {
			t.Helper()
			edit(t, h, func(in *directory.Import) {
				for i := range in.People {
					in.People[i].Gone = in.People[i].Gone || in.People[i].ID == id
				}
			})
			for range 2 {
				if err := h.SweepDesignations(ctx); err != nil {
					t.Fatal(err)
				}
			}
			h.Deliver()
		}
		leave("nina")
		v := reporters(t, h, "ca-dmv-head")
		if len(v.Active) != 1 || len(v.HandOvers) != 1 || v.HandOvers[0].As != designation.ToDesignees || !slices.Equal(v.HandOvers[0].To, []string{"Otto New"}) || v.HandOvers[0].Duties == 0 {
			t.Fatalf("after the first left: %+v", v.HandOvers)
		}
		if v.Ended[0].Reason != designation.Left || v.ChangeDue.In(time.FixedZone("", -7*3600)).Format(time.DateOnly) != "2026-07-02" {
			t.Errorf("the next letter is due %v, %+v", v.ChangeDue, v.Ended)
		}
		handed := func(who string) bool {
			return slices.ContainsFunc(h.Subjects(who), func(s string) bool { return strings.Contains(s, "are with you now") })
		}
		if !handed("otto@dmv.test") {
			t.Errorf("the alternate: %q", h.Subjects("otto@dmv.test"))
		}
		leave("otto")
		v = reporters(t, h, "ca-dmv-head")
		if len(v.Active) != 0 || v.HandOvers[1].As != designation.ToCoordinator || len(v.HandOvers[1].To) == 0 {
			t.Fatalf("after both left: %+v", v.HandOvers)
		}
		in, _, _ := h.Record.ReadDirectory(ctx)
		i := slices.IndexFunc(in.People, func(p directory.Person) bool { return p.Name == v.HandOvers[1].To[0] })
		if !handed(in.People[i].Email) {
			t.Errorf("the coordinator: %q", h.Subjects(in.People[i].Email))
		}
		owed, err := h.Owed(ctx, h.As(in.People[i].ID), 50)
		if err != nil || !slices.ContainsFunc(owed.Mine, func(o app.OwedView) bool { return o.Rule == "ca-complete-items" }) {
			t.Errorf("the coordinator owes %v, %v", owed.Mine, err)
		}
		h.Clock.Move(30 * 24 * time.Hour)
		if err := h.SweepDesignations(ctx); err != nil {
			t.Fatal(err)
		}
		h.Deliver()
		if v := reporters(t, h, "ca-dmv-head"); !v.ChangeOverdue {
			t.Error("the change is not late")
		}
		h.Sequence()
		h.Sound()
	})
}

// An import that takes the role away ends the designation; a server that stopped between the act and the directory finishes the work.
func TestDesignationAndDirectoryAgree(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		newcomers(t, h)
		if err := h.DesignateReporter(ctx, h.As("ca-dmv-head"), dmv, letterOf("nina")); err != nil {
			t.Fatal(err)
		}
		edit(t, h, func(in *directory.Import) {
			for i := range in.People {
				if in.People[i].ID == "nina" {
					in.People[i].Roles = nil
				}
			}
		})
		if err := h.SweepDesignations(ctx); err != nil {
			t.Fatal(err)
		}
		if v := reporters(t, h, "ca-dmv-head"); len(v.Ended) != 1 || v.Ended[0].Reason != designation.RoleRemoved {
			t.Errorf("%+v", v.Ended)
		}
		stopped := stoppedBook{Book: h.App.Book}
		h.App.Book = &stopped
		if err := h.DesignateReporter(ctx, h.As("ca-dmv-head"), dmv, letterOf("otto")); err == nil {
			t.Fatal("the directory was to fail")
		}
		h.App.Book = stopped.Book
		if err := h.SweepDesignations(ctx); err != nil {
			t.Fatal(err)
		}
		if v := reporters(t, h, "ca-dmv-head"); len(v.Active) != 1 || !access.Allow(h.As("otto"), access.File, access.Object{Entity: dmv}) {
			t.Errorf("after the sweep %+v", v.Active)
		}
	})
}

// A message that no server takes is brought to the operator, once.
func TestDesignationMailRefused(t *testing.T) {
	h := testkit.Start(t)
	newcomers(t, h)
	h.Post.Answer = func(m notify.Mail) notify.Outcome {
		if m.To.Email == "nina@dmv.test" {
			return notify.Outcome{Kind: notify.Refused, Reply: "550 no such user"}
		}
		return notify.Outcome{Kind: notify.Delivered}
	}
	if err := h.DesignateReporter(ctx, h.As("ca-dmv-head"), dmv, letterOf("nina")); err != nil {
		t.Fatal(err)
	}
	h.Deliver()
	if got := h.Subjects("operator@tocsin.test"); len(got) != 1 || !strings.Contains(got[0], "could not be delivered") {
		t.Errorf("the operator is told %q", got)
	}
	for _, m := range h.Post.Taken() {
		if err := m.Check(); err != nil {
			t.Errorf("%s: %v", m.Subject, err)
		}
	}
}

// stoppedBook stops where the directory would be written.
type stoppedBook struct{ app.Book }

func (s *stoppedBook) ReplaceDirectory(context.Context, directory.Import, int64, string, time.Time) error {
	return errors.New("stopped")
}

// designationStory is a life of designations that leaves every kind of fact.
func designationStory(t *testing.T, h *testkit.Harness) {
	t.Helper()
	newcomers(t, h)
	head := h.As("ca-dmv-head")
	for _, who := range []string{"nina", "otto"} {
		r := letterOf(who)
		r.Alternate = who == "otto"
		if err := h.DesignateReporter(ctx, head, dmv, r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.File(ctx, h.As("nina"), laptop(), keyed("story")); err != nil {
		t.Fatal(err)
	}
	h.Deliver()
	h.Clock.Move(220 * 24 * time.Hour)
	if err := h.SweepDesignations(ctx); err != nil {
		t.Fatal(err)
	}
	if err := h.AttestDesignation(ctx, h.As("nina"), dmv); err != nil {
		t.Fatal(err)
	}
	if err := h.WithdrawReporter(ctx, head, dmv, "d1"); err != nil {
		t.Fatal(err)
	}
	h.Deliver()
}
