package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

const maState = "ma-state"

var lab = app.Retainer{Provider: "Harbor Forensics LLC", Contract: "ITS-2026-77", Telephone: "+1 617 555 0142", From: "2026-01-01", Until: "2026-07-01"}

// staffed names the response team of the state.
func staffed(t *testing.T, h *testkit.Harness) {
	t.Helper()
	coord := h.As("ma-coordinator")
	for _, r := range []app.PlaceRequest{{Person: "ma-coordinator", Role: "ir_coordinator", Deputy: "ma-ciso"}, {Person: "ma-lead", Role: "ir_lead", Deputy: "ma-analyst"},
		{Person: "ma-analyst", Role: "ir_analyst"}, {Person: "ma-forensics", Role: "forensics", Retainer: &lab}, {Person: "ma-legal", Role: "legal"}} {
		noError(t, h.AddTeamMember(ctx, coord, maState, r))
	}
}

// teamStory is a life of a team that touches every command.
func teamStory(t *testing.T, h *testkit.Harness) (number string) {
	t.Helper()
	staffed(t, h)
	coord, lead := h.As("ma-coordinator"), h.As("ma-lead")
	longer := lab
	longer.Until = "2027-06-30"
	noError(t, h.ChangeTeamMember(ctx, coord, maState, "m4", app.PlaceRequest{Order: 2, Retainer: &longer}))
	noError(t, h.AcceptResponsibilities(ctx, lead, maState, "m2"))
	a, err := h.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "Files are encrypted", Categories: []string{"malware"}}, keyed("team"))
	noError(t, err)
	noError(t, h.StartResponse(ctx, lead, a.Incident, "", "Cut off.", []string{"ma-play-malware"}))
	noError(t, h.TakeTask(ctx, lead, a.Incident, "t1", "ma-lead"))
	noError(t, h.HandOver(ctx, lead, a.Incident, "ma-analyst", "All quiet."))
	noError(t, h.DeclareAbsence(ctx, lead, maState, app.AbsenceRequest{Until: h.Clock.Now().AddDate(0, 0, 11).Format(time.DateOnly), Reason: "Leave."}))
	noError(t, h.SweepWork(ctx))
	noError(t, h.EndAbsence(ctx, lead, maState, "a1"))
	noError(t, h.RemoveTeamMember(ctx, coord, maState, "m5", "Another counsel takes it."))
	return a.Incident
}

// The team of the state answers for its agencies too; what is missing is said, and who may change it may. MA 6.1.1.2, MA 6.3, MA 6.3.1, MA 6.3.2.1
func TestTeam(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		iso := h.As("ma-rmv-iso")
		v, err := h.Team(ctx, iso, "ma-demo-rmv")
		if noError(t, err); len(v.Gaps) != 7 || !v.MayStaff {
			t.Errorf("without a team: %+v", v.Gaps)
		}
		staffed(t, h)
		v, err = h.Team(ctx, iso, "ma-demo-rmv")
		noError(t, err)
		role := func(id directory.Role) app.TeamRoleView {
			return v.Roles[slices.IndexFunc(v.Roles, func(r app.TeamRoleView) bool { return r.Role == string(id) })]
		}
		if c := role(directory.IRCoordinator); c.From != maState || len(c.Members) != 1 || c.Members[0].Name != "Fiona Cabral" || len(c.Responsibilities) != 7 || c.Responsibilities[0].Clause != "MA 6.3.1.1.1" {
			t.Errorf("the coordinator: %+v", c)
		}
		if m := role(directory.Forensics).Members; len(m) != 1 || m[0].Retainer.Telephone != lab.Telephone || m[0].Retainer.State != "ends" {
			t.Errorf("the retainer: %+v", m)
		}
		h.Clock.Move(20 * 24 * time.Hour)
		v, err = h.Team(ctx, h.As("ma-rmv-iso"), "ma-demo-rmv")
		noError(t, err)
		var gaps []string
		for _, g := range v.Gaps {
			gaps = append(gaps, g.Role+":"+g.Kind)
		}
		if !slices.Equal(gaps, []string{"forensics:ended", "human_resources:vacant", "communications:vacant"}) {
			t.Errorf("gaps %v", gaps)
		}
		for name, by := range map[string]access.Actor{"another state": h.As("ca-coordinator"), "an administrator": h.As("ma-admin"), "another agency": h.As("ma-dph-iso")} {
			if _, err := h.Team(ctx, by, "ma-demo-rmv"); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s reads the team: %v", name, err)
			}
			if err := h.AddTeamMember(ctx, by, "ma-demo-rmv", app.PlaceRequest{Person: "ma-rmv-iso", Role: "ir_lead"}); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s changes the team: %v", name, err)
			}
		}
		if err := h.AddTeamMember(ctx, h.As("ma-lead"), maState, app.PlaceRequest{Person: "ma-hr", Role: "human_resources"}); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a lead changes the team: %v", err)
		}
		if err := h.DeclareAbsence(ctx, h.As("ma-hr"), maState, app.AbsenceRequest{}); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("somebody who is not of the team: %v", err)
		}
		coord := h.As("ma-coordinator")
		if err := h.DeclareAbsence(ctx, coord, maState, app.AbsenceRequest{Person: "ma-lead"}); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("for somebody else without a reason: %v", err)
		}
		list, err := h.TeamList(ctx, coord)
		if noError(t, err); len(list) != 8 || list[0].Members != 5 || !slices.Equal(list[7].Coordinator, []string{"Fiona Cabral"}) {
			t.Errorf("teams %+v", list)
		}
	})
}

// The work of somebody who is away, and then of somebody who has left, comes back: recorded on the incident, mailed, and visible to whoever
// has it. MA 6.3.1.1.1
func TestWorkComesBack(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		n := teamStory(t, h)
		h.Deliver()
		v, err := h.Response(ctx, h.As("ma-analyst"), n)
		if noError(t, err); v.Lead != "ma-analyst" || v.Offer != nil || v.Tasks[0].Person != "ma-analyst" {
			t.Errorf("the deputy has not got it: %+v", v)
		}
		if got := h.Subjects("rafael.sousa@state.ma.example"); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "a colleague's work is yours now") }) {
			t.Errorf("the deputy's mails: %v", got)
		}
		mine := func(who, kind string) (out []string) {
			v, err := h.MyWork(ctx, h.As(who), app.WorkQuery{Kind: kind, Mine: true})
			noError(t, err)
			for _, i := range v.Items {
				out = append(out, i.Kind)
			}
			return out
		}
		if got := mine("ma-lead", ""); len(got) != 0 {
			t.Errorf("the lead who was away still has %v", got)
		}
		if got := mine("ma-analyst", ""); !slices.Contains(got, "task") || !slices.Contains(got, "lead") {
			t.Errorf("the deputy has %v", got)
		}
		edit(t, h, func(in *directory.Import) {
			for i := range in.People {
				in.People[i].Gone = in.People[i].Gone || in.People[i].ID == "ma-analyst"
			}
		})
		noError(t, h.SweepWork(ctx))
		before := len(h.Entries())
		noError(t, h.SweepWork(ctx))
		if after := len(h.Entries()); after != before {
			t.Errorf("a second sweep writes %d entries", after-before)
		}
		if got := mine("ma-coordinator", "lead"); !slices.Equal(got, []string{"lead"}) {
			t.Errorf("the coordinator has %v", got)
		}
		detail, err := h.Incident(ctx, h.As("ma-coordinator"), n)
		if noError(t, err); !slices.ContainsFunc(detail.Ledger, func(l app.LedgerView) bool {
			return strings.Contains(l.Words, "has left: the lead, 1 open task came to Fiona Cabral")
		}) {
			t.Error("the record does not say it")
		}
		h.Sequence()
		h.Sound()
	})
}

// One's own work and the board show what their reader may see and nothing else, by due time and by rating, each incident with its lead.
// MA 6.3.1.1.1, MA 6.3.1.2.1
func TestWorkAndBoard(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		n := teamStory(t, h)
		coord := h.As("ma-coordinator")
		b, err := h.File(ctx, h.As("ma-dph-iso"), incident.Filing{Entity: "ma-demo-dph", Description: "A stolen laptop"}, keyed("b"))
		noError(t, err)
		secret, err := h.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "An insider"}, keyed("s"))
		noError(t, err)
		noError(t, h.StartResponse(ctx, coord, secret.Incident, "ma-coordinator", "Watched.", []string{"ma-play-malware"}))
		for _, one := range [][2]string{{n, "ir_lead"}, {secret.Incident, "ir_lead"}, {secret.Incident, "ir_analyst"}} {
			noError(t, h.AddTask(ctx, coord, one[0], "Watch the badge reader", "evidence", one[1]))
		}
		noError(t, h.Restrict(ctx, coord, secret.Incident, []string{"Rafael.Sousa@state.ma.example"}, "An insider."))
		cards := func(who string, q app.BoardQuery) (out []string) {
			v, err := h.Board(ctx, h.As(who), q)
			noError(t, err)
			for _, c := range v.Columns {
				for _, card := range c.Cards {
					out = append(out, c.Phase+" "+card.Number)
				}
				if int64(len(c.Cards)) != c.Count {
					t.Errorf("%s counts %d of %d", c.Phase, c.Count, len(c.Cards))
				}
			}
			return out
		}
		open, other, hidden := "detection "+n, "waiting "+b.Incident, "detection "+secret.Incident
		for _, c := range []struct {
			who  string
			q    app.BoardQuery
			want []string
		}{
			{"ma-coordinator", app.BoardQuery{}, []string{other, open, hidden}}, {"ma-lead", app.BoardQuery{}, []string{other, open}}, {"ma-rmv-iso", app.BoardQuery{}, []string{open}},
			{"ma-dph-iso", app.BoardQuery{}, []string{other}}, {"ca-coordinator", app.BoardQuery{}, nil}, {"ma-admin", app.BoardQuery{}, nil}, {"ma-soc-duty", app.BoardQuery{}, nil},
			{"ma-lead", app.BoardQuery{Phase: "waiting"}, []string{other}}, {"ma-coordinator", app.BoardQuery{Entity: "ma-demo-dph"}, []string{other}}, {"ma-lead", app.BoardQuery{Level: "high"}, nil},
		} {
			got, want := cards(c.who, c.q), slices.Clone(c.want)
			slices.Sort(got)
			if slices.Sort(want); !slices.Equal(got, want) {
				t.Errorf("%s, %+v: %v, want %v", c.who, c.q, got, want)
			}
		}
		noError(t, h.Mark(ctx, coord, n, incident.MarkConfidential, "Names of people are in it."))
		board, err := h.Board(ctx, coord, app.BoardQuery{})
		noError(t, err)
		for _, c := range board.Columns {
			for _, card := range c.Cards {
				if want := map[string]string{n: incident.MarkConfidential, secret.Incident: incident.MarkRestricted, b.Incident: incident.MarkNone}[card.Number]; card.Marking != want {
					t.Errorf("%s is marked %q on the board, not %q", card.Number, card.Marking, want)
				}
			}
		}
		about := func(who, number string) bool {
			v, err := h.MyWork(ctx, h.As(who), app.WorkQuery{})
			noError(t, err)
			if !slices.IsSortedFunc(v.Items, func(a, b app.WorkItem) int {
				if a.Due != nil && b.Due != nil {
					return a.Due.Compare(*b.Due)
				}
				return 0
			}) {
				t.Errorf("%s: not by due time", who)
			}
			return slices.ContainsFunc(v.Items, func(i app.WorkItem) bool { return i.Incident == number })
		}
		for who, want := range map[string][2]bool{"ma-lead": {true, false}, "ma-analyst": {true, true}, "ma-coordinator": {true, true}, "ma-dph-iso": {false, false}, "ca-coordinator": {false, false}} {
			if got := [2]bool{about(who, n), about(who, secret.Incident)}; got != want {
				t.Errorf("%s has work on the open and on the restricted one: %v, want %v", who, got, want)
			}
		}
		noError(t, h.DeclareAbsence(ctx, coord, maState, app.AbsenceRequest{Reason: "Leave."}))
		noError(t, h.SweepWork(ctx))
		if v, err := h.Response(ctx, h.As("ma-analyst"), secret.Incident); err != nil || v.Lead == "ma-ciso" {
			t.Errorf("the lead of a restricted incident went to somebody who is no member: %+v, %v", v, err)
		}
		if _, err := h.MyWork(ctx, coord, app.WorkQuery{Kind: "chores"}); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("a kind that is none: %v", err)
		}
	})
}

// Calling in offers the members of the team in the order of calls, with whom to telephone: the forensics provider, Legal,
// Human Resources. MA 6.3.2, MA 6.3.2.1, MA 6.3.2.2, MA 6.3.2.3, MA 6.3.1.2.3
func TestCallOut(t *testing.T) {
	h := testkit.Start(t)
	n := teamStory(t, h)
	noError(t, h.AddTeamMember(ctx, h.As("ma-coordinator"), maState, app.PlaceRequest{Person: "ma-hr", Role: "human_resources", Deputy: "ma-legal"}))
	noError(t, h.DeclareAbsence(ctx, h.As("ma-coordinator"), maState, app.AbsenceRequest{Person: "ma-hr", Reason: "Ill."}))
	v, err := h.Response(ctx, h.As("ma-coordinator"), n)
	noError(t, err)
	var order []string
	for _, c := range v.CallOut {
		order = append(order, c.Person)
	}
	if !slices.Equal(order, []string{"ma-forensics", "ma-legal", "ma-hr", "ma-communications"}) {
		t.Fatalf("offered %v", order)
	}
	if c := v.CallOut[0]; !c.Planned || c.Retainer == nil || c.Retainer.Telephone != lab.Telephone || c.Retainer.State != "holds" {
		t.Errorf("the provider: %+v", c)
	}
	if c := v.CallOut[2]; !c.Away || c.Instead != "Jerome Pacheco" {
		t.Errorf("who is away: %+v", c)
	}
	noError(t, h.Engage(ctx, h.As("ma-coordinator"), n, "ma-forensics", "Take the image."))
	if v, err = h.Response(ctx, h.As("ma-coordinator"), n); err != nil || v.CallOut[0].Person != "ma-legal" {
		t.Errorf("offered again: %v", err)
	}
	if v, err = h.Response(ctx, h.As("ma-soc-analyst"), n); err != nil || len(v.CallOut) != 0 {
		t.Errorf("offered to somebody who may not call: %v", err)
	}
}
