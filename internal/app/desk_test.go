package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/testkit"
)

// many files incidents of several entities, kinds and ratings, a minute apart, and answers a few of them.
func many(t *testing.T, h *testkit.Harness) {
	t.Helper()
	people := []struct{ person, entity string }{{"ca-dmv-iso", "ca-demo-dmv"}, {"ca-cdph-iso", "ca-demo-cdph"}, {"ma-rmv-iso", "ma-demo-rmv"}}
	for i := range 24 {
		who := people[i%3]
		f := incident.Filing{Entity: who.entity, Description: fmt.Sprintf("Case %d", i), Categories: []string{[]string{"outage", "equipment"}[i%2]}}
		if who.entity == "ma-demo-rmv" {
			f.Categories = []string{"malware"}
		}
		if i%4 == 0 {
			f.Impact = &incident.Impact{AssetRating: "high"}
		}
		a, err := h.File(ctx, h.As(who.person), f, app.FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if i%5 == 0 && i%3 < 2 {
			if err := h.Acknowledge(ctx, h.As("ca-ois-duty"), a.Incident, "ca-ois"); err != nil {
				t.Fatal(err)
			}
		}
		h.Clock.Move(time.Minute)
	}
	if _, err := h.Telephone(ctx, h.As("ca-dmv-iso"), incident.Telephone{Entity: "ca-demo-dmv", Caller: "Dana", Called: "ENTAC",
		CalledAt: "2026-06-18T10:00:00-07:00", Description: "By telephone"}, app.FileOptions{}); err != nil {
		t.Fatal(err)
	}
	h.Deliver()
	h.Clock.Move(26 * time.Hour)
}

// all walks a list to its end, two rows at a time, and back.
func all(t *testing.T, h *testkit.Harness, by access.Actor, q app.ListQuery) (out []app.IncidentRow) {
	t.Helper()
	q.Limit = 2
	var last app.IncidentList
	for {
		page, err := h.Incidents(ctx, by, q)
		if err != nil {
			t.Fatal(err)
		}
		out, last = append(out, page.Incidents...), page
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	back := slices.Clone(last.Incidents)
	for last.Previous != "" {
		q.Cursor = last.Previous
		var err error
		if last, err = h.Incidents(ctx, by, q); err != nil {
			t.Fatal(err)
		}
		back = append(slices.Clone(last.Incidents), back...)
	}
	if !slices.EqualFunc(out, back, func(a, b app.IncidentRow) bool { return a.Incident == b.Incident }) {
		t.Errorf("%+v: %d rows forward, %d back", q, len(out), len(back))
	}
	return out
}

// Each filter keeps what its words say, for readers who see much, little, and by an authority, in every order.
func TestFiltersKeepWhatTheySay(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		many(t, h)
		noon := h.Clock.Now()
		cases := map[string]struct {
			q    app.ListQuery
			keep func(app.IncidentRow) bool
		}{
			"everything":  {app.ListQuery{}, func(app.IncidentRow) bool { return true }},
			"level":       {app.ListQuery{Level: policy.High}, func(r app.IncidentRow) bool { return r.Level == policy.High }},
			"unrated":     {app.ListQuery{Level: policy.Unrated}, func(r app.IncidentRow) bool { return r.Level == policy.Unrated }},
			"provisional": {app.ListQuery{Provisional: true}, func(r app.IncidentRow) bool { return r.Provisional }},
			"status":      {app.ListQuery{Status: "telephoned"}, func(r app.IncidentRow) bool { return r.Status == "telephoned" }},
			"category":    {app.ListQuery{Category: "outage"}, func(r app.IncidentRow) bool { return slices.Contains(r.Categories, "outage") }},
			"reportable":  {app.ListQuery{Reportable: "yes"}, func(r app.IncidentRow) bool { return r.Reportable == "yes" }},
			"overdue":     {app.ListQuery{Overdue: true}, func(r app.IncidentRow) bool { return r.Overdue }},
			"from":        {app.ListQuery{ReceivedFrom: noon.Add(-26*time.Hour - 10*time.Minute)}, func(r app.IncidentRow) bool { return !r.ReceivedAt.Before(noon.Add(-26*time.Hour - 10*time.Minute)) }},
			"before":      {app.ListQuery{ReceivedBefore: noon.Add(-26*time.Hour - 10*time.Minute)}, func(r app.IncidentRow) bool { return r.ReceivedAt.Before(noon.Add(-26*time.Hour - 10*time.Minute)) }},
			"subtree":     {app.ListQuery{Under: "ca-demo-transport"}, func(r app.IncidentRow) bool { return r.Entity == "ca-demo-dmv" }},
			"no such":     {app.ListQuery{Under: "nothing"}, func(r app.IncidentRow) bool { return false }},
			"two at once": {app.ListQuery{Under: "ca-state", Category: "equipment", Level: policy.Unrated}, func(r app.IncidentRow) bool {
				return strings.HasPrefix(r.Entity, "ca-") && slices.Contains(r.Categories, "equipment") && r.Level == policy.Unrated
			}},
		}
		for _, person := range []string{"ca-coordinator", "ca-dmv-iso", "ca-ois-duty", "ma-coordinator"} {
			by := h.As(person)
			everything := all(t, h, by, app.ListQuery{})
			if len(everything) < 8 {
				t.Fatalf("%s sees %d", person, len(everything))
			}
			for name, c := range cases {
				want := 0
				for _, r := range everything {
					if c.keep(r) {
						want++
					}
				}
				for _, order := range []incident.Order{incident.Newest, incident.Oldest, incident.Changed, incident.Soonest} {
					q := c.q
					q.Order = order
					got := all(t, h, by, q)
					expect := want
					if order == incident.Soonest {
						expect = 0
						for _, r := range everything {
							if c.keep(r) && r.NextDue != nil {
								expect++
							}
						}
					}
					if len(got) != expect || slices.ContainsFunc(got, func(r app.IncidentRow) bool { return !c.keep(r) }) {
						t.Errorf("%s, %s, %q: %d rows, want %d", person, name, order, len(got), expect)
					}
					if !inOrder(got, order) {
						t.Errorf("%s, %s: not in the order %q", person, name, order)
					}
				}
			}
		}
	})
}

func inOrder(rows []app.IncidentRow, order incident.Order) bool {
	return slices.IsSortedFunc(rows, func(a, b app.IncidentRow) int {
		switch order {
		case incident.Oldest:
			return a.ReceivedAt.Compare(b.ReceivedAt)
		case incident.Soonest:
			return a.NextDue.Compare(*b.NextDue)
		case incident.Changed:
			return b.UpdatedAt.Compare(a.UpdatedAt)
		}
		return b.ReceivedAt.Compare(a.ReceivedAt)
	})
}

// Who answered leaves the list of the unanswered; what one owes is in one's own.
func TestUnansweredAndMine(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		many(t, h)
		iso := h.As("ca-dmv-iso")
		for _, r := range all(t, h, iso, app.ListQuery{Unanswered: true}) {
			v, err := h.Incident(ctx, iso, r.Incident)
			if err != nil || !slices.ContainsFunc(v.Tracks, func(tr app.TrackView) bool { return tr.Status != "acknowledged" }) {
				t.Errorf("%s has no track without an answer: %+v, %v", r.Incident, v.Tracks, err)
			}
		}
		owed, err := h.Owed(ctx, iso, 200)
		if err != nil || len(owed.Mine) == 0 {
			t.Fatalf("owed %+v, %v", owed, err)
		}
		want := map[string]bool{}
		for _, d := range owed.Mine {
			want[d.Incident] = true
			if !strings.Contains(d.By, "Information Security Officer") && !strings.Contains(d.By, "Designated reporter") {
				t.Errorf("not mine: %+v", d.DutyView)
			}
		}
		mine := all(t, h, iso, app.ListQuery{Mine: true})
		for _, r := range mine {
			if !want[r.Incident] {
				t.Errorf("%s is listed as mine and owes me nothing", r.Incident)
			}
		}
		if len(mine) != len(want) {
			t.Errorf("%d incidents are mine, want %d", len(mine), len(want))
		}
		everything, err := h.Duties(ctx, iso)
		if err != nil || len(everything) != len(owed.Mine)+len(owed.Others) {
			t.Errorf("%d duties, of them %d mine and %d others', %v", len(everything), len(owed.Mine), len(owed.Others), err)
		}
	})
}

// What ends a duty is offered to those who may, and ends it.
func TestOwedActs(t *testing.T) {
	h := testkit.Start(t)
	many(t, h)
	offered := map[string]map[string]bool{}
	for _, person := range []string{"ca-dmv-iso", "ma-rmv-iso", "ca-coordinator", "ca-ois-duty", "ca-auditor"} {
		owed, err := h.Owed(ctx, h.As(person), 200)
		if err != nil {
			t.Fatal(err)
		}
		offered[person] = map[string]bool{}
		for _, d := range append(owed.Mine, owed.Others...) {
			offered[person][d.Act] = true
		}
	}
	for person, acts := range map[string][]string{"ca-dmv-iso": {app.ActFile, app.ActWritten}, "ca-coordinator": {app.ActState}, "ca-ois-duty": {app.ActAcknowledge}} {
		for _, act := range acts {
			if !offered[person][act] {
				t.Errorf("%s is not offered to %s: %v", person, act, offered[person])
			}
		}
	}
	for act := range offered["ca-auditor"] {
		if act != "" {
			t.Errorf("an auditor is offered to %s", act)
		}
	}
	coordinator := h.As("ca-coordinator")
	owed, err := h.Owed(ctx, coordinator, 200)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(owed.Mine, func(d app.OwedView) bool { return d.Act == app.ActState })
	if i < 0 {
		t.Fatalf("nothing to state: %+v", owed.Mine)
	}
	d := owed.Mine[i]
	if err := h.Discharge(ctx, coordinator, d.Incident, d.ID, "Done."); err != nil {
		t.Fatal(err)
	}
	if owed, err = h.Owed(ctx, coordinator, 200); err != nil || slices.ContainsFunc(owed.Mine, func(o app.OwedView) bool { return o.Incident == d.Incident && o.ID == d.ID }) {
		t.Errorf("still owed, %v", err)
	}
}

// What others did is news until it is marked as seen; reading alone moves nothing, and what one did oneself is none.
func TestChangesSinceSeen(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		iso, officer, outsider := h.As("ca-dmv-iso"), h.As("ca-ois-duty"), h.As("ca-cdph-iso")
		a := file(t, h, "ca-dmv-iso", laptop())
		h.Clock.Move(time.Minute)
		if err := h.Acknowledge(ctx, officer, a.Incident, "ca-ois"); err != nil {
			t.Fatal(err)
		}
		h.Clock.Move(time.Minute)
		for range 2 {
			list, err := h.Changes(ctx, iso)
			if err != nil || !list.Never || len(list.Changes) != 1 || !strings.Contains(list.Changes[0].What[0].Words, "acknowledged") {
				t.Fatalf("changes %+v, %v", list, err)
			}
			for _, f := range list.Changes[0].What {
				if f.Actor == iso.Name {
					t.Errorf("one's own act is news: %+v", f)
				}
			}
		}
		if list, err := h.Changes(ctx, outsider); err != nil || len(list.Changes) != 0 {
			t.Errorf("an outsider sees %+v, %v", list, err)
		}
		list, _ := h.Changes(ctx, iso)
		if err := h.MarkSeen(ctx, iso, list.Through); err != nil {
			t.Fatal(err)
		}
		if list, err := h.Changes(ctx, iso); err != nil || list.Never || len(list.Changes) != 0 {
			t.Errorf("after marking: %+v, %v", list, err)
		}
		if err := h.MarkSeen(ctx, iso, list.Through.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got, err := h.Changes(ctx, iso); err != nil || !got.Since.Equal(list.Through) {
			t.Errorf("the mark went back to %v, %v", got.Since, err)
		}
		if err := h.MarkSeen(ctx, iso, h.Clock.Now().Add(time.Hour)); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("marking the future: %v", err)
		}
	})
}

// The picture counts what a list would, month by month, and only for the central office and its part of the tree.
func TestPicture(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		many(t, h)
		for _, person := range []string{"ca-coordinator", "ca-soc", "ca-ciso", "ma-coordinator"} {
			by := h.As(person)
			p, found, err := h.Picture(ctx, by, time.UTC)
			if err != nil || !found {
				t.Fatalf("%s: %v, %v", person, found, err)
			}
			rows := all(t, h, by, app.ListQuery{})
			if p.Open != int64(len(rows)) || p.Months.Total[11] != int64(len(rows)) || p.Weeks.Total[11] != int64(len(rows)) {
				t.Errorf("%s: %d open, %v by month, %v by week; the list has %d", person, p.Open, p.Months.Total, p.Weeks.Total, len(rows))
			}
			for _, l := range p.ByLevel {
				if n := len(all(t, h, by, app.ListQuery{Level: l.Level})); int64(n) != l.Count {
					t.Errorf("%s: %d %s, the list has %d", person, l.Count, l.Level, n)
				}
			}
			for _, c := range p.Months.Categories {
				if n := len(all(t, h, by, app.ListQuery{Category: c.ID})); c.ID != "" && int64(n) != c.Sum {
					t.Errorf("%s: %d of %s, the list has %d", person, c.Sum, c.ID, n)
				}
			}
			duties, err := h.Duties(ctx, by)
			late := 0
			for _, d := range duties {
				if d.Status == "overdue" {
					late++
				}
			}
			if err != nil || int64(late) != p.Overdue || late == 0 {
				t.Errorf("%s: %d duties overdue, want %d, %v", person, p.Overdue, late, err)
			}
			if len(p.Unanswered) == 0 {
				t.Errorf("%s: everyone answered", person)
			}
		}
		for _, person := range []string{"ca-dmv-iso", "ca-ois-duty", "ca-auditor", "ca-admin"} {
			if p, found, err := h.Picture(ctx, h.As(person), time.UTC); err != nil || found || p.Open != 0 {
				t.Errorf("%s gets the picture %+v, %v", person, p, err)
			}
		}
	})
}

// The counts come from memory for a moment, and are then made anew.
func TestPictureIsRenewed(t *testing.T) {
	h := testkit.Start(t)
	by := h.As("ca-coordinator")
	open := func() int64 {
		p, _, err := h.Picture(ctx, by, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		return p.Open
	}
	before := open()
	file(t, h, "ca-dmv-iso", laptop())
	if open() != before {
		t.Error("the counts are not kept")
	}
	h.Clock.Move(10 * time.Second)
	open() // starts the next count
	for range 200 {
		if open() == before+1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the counts were never made anew")
}

func TestSavedViews(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		iso, other := h.As("ca-dmv-iso"), h.As("ca-cdph-iso")
		save := func(name, query string, first bool) error {
			return h.SaveView(ctx, iso, incident.SavedView{Name: name, Query: query, First: first})
		}
		for i, err := range []error{save("Late  ones", "overdue=1", true), save("High", "level=high", true), save("High", "level=high&mine=1", true)} {
			if err != nil {
				t.Fatal(i, err)
			}
		}
		views, err := h.SavedViews(ctx, iso)
		want := []incident.SavedView{{Name: "High", Query: "level=high&mine=1", First: true}, {Name: "Late ones", Query: "overdue=1"}}
		if err != nil || !slices.Equal(views, want) {
			t.Errorf("views %+v, %v", views, err)
		}
		if views, err := h.SavedViews(ctx, other); err != nil || len(views) != 0 {
			t.Errorf("somebody else sees %+v, %v", views, err)
		}
		if err := h.DropView(ctx, other, "High"); err != nil {
			t.Error(err)
		}
		if views, _ := h.SavedViews(ctx, iso); len(views) != 2 {
			t.Error("somebody else took a view away")
		}
		if err := h.DropView(ctx, iso, "High"); err != nil {
			t.Error(err)
		}
		for name, err := range map[string]error{"no name": save(" ", "", false), "long name": save(strings.Repeat("x", 61), "", false),
			"not text": save("a\x00b", "", false), "no query": save("a", "%zz", false), "long query": save("a", strings.Repeat("q", 3000), false)} {
			if fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		for i := range 29 {
			if err := save(fmt.Sprint("v", i), "", false); err != nil {
				t.Fatal(err)
			}
		}
		if err := save("one more", "", false); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("the 31st view: %v", err)
		}
		if err := save("v3", "status=open", false); err != nil {
			t.Errorf("changing one of thirty: %v", err)
		}
	})
}

// slowDesk counts only when it is let.
type slowDesk struct {
	app.Desk
	let chan struct{}
}

func (d slowDesk) Picture(ctx context.Context, s access.Scope, now time.Time, p []incident.Span) (incident.Picture, error) {
	<-d.let
	return d.Desk.Picture(ctx, s, now, p)
}

// Counts that take long hold nobody up: there are none yet, and then there are.
func TestSlowPicture(t *testing.T) {
	h := testkit.Start(t)
	file(t, h, "ca-dmv-iso", laptop())
	slow := slowDesk{h.ListsRoom.Desk, make(chan struct{})}
	h.ListsRoom.Desk = slow
	by := h.As("ca-coordinator")
	p, found, err := h.Picture(ctx, by, time.UTC)
	if err != nil || !found || !p.Counting {
		t.Fatalf("while counting: %+v, %v, %v", p, found, err)
	}
	close(slow.let)
	for range 500 {
		if p, _, err = h.Picture(ctx, by, time.UTC); err != nil || p.Open == 1 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil || p.Counting || p.Open != 1 {
		t.Errorf("after counting: %+v, %v", p, err)
	}
}
