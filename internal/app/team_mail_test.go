package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/notify"
	"tocsin/internal/testkit"
)

// mailed lists the kinds and subjects of what the team was told since the last call, with its addressees.
func mailed(t *testing.T, h *testkit.Harness, from *int) (out []string) {
	t.Helper()
	h.Deliver()
	all := h.Post.Taken()
	for _, m := range all[*from:] {
		if err := m.Check(); err != nil {
			t.Errorf("%s: %v", m.Subject, err)
		}
		if kind := m.Headers["X-Tocsin-Kind"]; strings.HasPrefix(kind, "team_") {
			out = append(out, kind+" "+m.To.Name)
		}
	}
	*from = len(all)
	slices.Sort(out)
	return out
}

// sweptTeams lets the clock of teams speak; the second time changes nothing.
func sweptTeams(t *testing.T, h *testkit.Harness) {
	t.Helper()
	noError(t, h.SweepTeams(ctx))
	before := len(h.Entries())
	noError(t, h.SweepTeams(ctx))
	if after := len(h.Entries()); after != before {
		t.Errorf("a second sweep writes %d entries", after-before)
	}
}

// Who is taken into the team, made a deputy or asked to stand in hears what the role answers for; the coordinator hears of a role without
// anybody, and of a retainer's end, each once. MA 6.3.1, MA 6.3.2.1
func TestTeamMails(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		seen := 0
		expect := func(what string, want ...string) {
			t.Helper()
			if got := mailed(t, h, &seen); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		coord := h.As("ma-coordinator")
		staffed(t, h)
		expect("named", "team_deputy Bertrand Lowell", "team_deputy Rafael Sousa", "team_member Claudine Hartwell", "team_member Fiona Cabral", "team_member Jerome Pacheco",
			"team_member Katrin Medeiros", "team_member Rafael Sousa")
		noError(t, h.AddTeamMember(ctx, coord, maState, app.PlaceRequest{Person: "ma-hr", Role: "human_resources"}))
		noError(t, h.ChangeTeamMember(ctx, coord, maState, "m6", app.PlaceRequest{Order: 1, Deputy: "ma-legal"}))
		noError(t, h.ChangeTeamMember(ctx, coord, maState, "m6", app.PlaceRequest{Order: 1, Deputy: "ma-legal"}))
		expect("a deputy, named twice", "team_deputy Jerome Pacheco", "team_member Winifred Amaral")
		sweptTeams(t, h)
		expect("the retainer ends within a month", "team_retainer_ends Fiona Cabral")

		noError(t, h.DeclareAbsence(ctx, h.As("ma-lead"), maState, app.AbsenceRequest{StandIn: "ma-ciso", Reason: "A secret matter.", Until: h.Clock.Now().AddDate(0, 0, 11).Format(time.DateOnly)}))
		sweptTeams(t, h)
		expect("somebody stands in", "team_stand_in Bertrand Lowell")
		noError(t, h.DeclareAbsence(ctx, coord, maState, app.AbsenceRequest{Person: "ma-hr", Reason: "Ill.", StandIn: "ma-lead", From: h.Clock.Now().AddDate(0, 0, 20).Format(time.DateOnly)}))
		expect("asked to stand in later", "team_stand_in Katrin Medeiros")
		noError(t, h.DeclareAbsence(ctx, h.As("ma-legal"), maState, app.AbsenceRequest{From: h.Clock.Now().AddDate(0, 0, 2).Format(time.DateOnly)}))
		sweptTeams(t, h)
		expect("Legal without anybody", "team_role_uncovered Fiona Cabral")
		for range 6 {
			h.Clock.Move(4 * 24 * time.Hour)
			sweptTeams(t, h)
		}
		expect("the retainer has ended", "team_retainer_ended Fiona Cabral")
		renewed := lab
		renewed.Until = "2027-06-30"
		noError(t, h.ChangeTeamMember(ctx, h.As("ma-coordinator"), maState, "m4", app.PlaceRequest{Retainer: &renewed}))
		sweptTeams(t, h)
		expect("renewed")

		for _, m := range h.Post.Taken() {
			if strings.Contains(m.Text+m.HTML, "secret matter") || strings.Contains(m.Text, lab.Telephone) || strings.Contains(m.Text, lab.Provider) {
				t.Errorf("%q says more than it should", m.Subject)
			}
			if m.Headers["X-Tocsin-Kind"] == "team_deputy" && m.To.Name == "Rafael Sousa" && (!strings.Contains(m.Text, "/team/ma-state") || !strings.Contains(m.Text, "What the role answers for") || !strings.Contains(m.Text, "MA 6.3.1.2")) {
				t.Errorf("the deputy reads %s", m.Text)
			}
		}
		h.Sequence()
		h.Sound()
		live := dump(t, h)
		noError(t, h.Record.Rebuild(ctx, nil))
		if dump(t, h) != live {
			t.Error("a rebuild gives other tables")
		}
	})
}

// A message to a member that no server takes is brought to the operator, once, and the operator's page names whom it was for while it is
// still tried. An entity without a coordinator has the operator told.
func TestTeamMailRefused(t *testing.T) {
	h := testkit.Start(t)
	h.Post.Answer = func(m notify.Mail) notify.Outcome {
		switch m.To.Name {
		case "Katrin Medeiros":
			return notify.Outcome{Kind: notify.Refused, Reply: "550 no such user"}
		case "Rafael Sousa":
			return notify.Outcome{Kind: notify.Deferred, Reply: "451 try again"}
		}
		return notify.Outcome{Kind: notify.Delivered}
	}
	staffed(t, h)
	h.Deliver()
	if got := h.Subjects("operator@tocsin.test"); len(got) != 1 || !strings.Contains(got[0], "response team of") {
		t.Errorf("the operator is told %q", got)
	}
	v, err := h.Operations(ctx, h.As("ma-admin"))
	if noError(t, err); len(v.Failing) != 1 || !strings.HasPrefix(v.Failing[0].To, "Rafael Sousa") || v.Failing[0].Messages != 2 {
		t.Errorf("failing: %+v", v.Failing)
	}
	noError(t, h.DeclareAbsence(ctx, h.As("ma-legal"), maState, app.AbsenceRequest{}))
	edit(t, h, func(in *directory.Import) {
		for i := range in.People {
			in.People[i].Gone = in.People[i].Gone || in.People[i].ID == "ma-coordinator" || in.People[i].ID == "ma-ciso"
		}
	})
	sweptTeams(t, h)
	h.Deliver()
	if got := h.Subjects("operator@tocsin.test"); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "Nobody is there as Legal") }) {
		t.Errorf("nobody coordinates, and the operator is told %q", got)
	}
}

// teamMailStory leaves the facts that follow from time and delivery.
func teamMailStory(t *testing.T, h *testkit.Harness) {
	t.Helper()
	h.Deliver()
	coord := h.As("ma-coordinator")
	noError(t, h.ChangeTeamMember(ctx, coord, maState, "m4", app.PlaceRequest{Retainer: &lab}))
	noError(t, h.DeclareAbsence(ctx, coord, maState, app.AbsenceRequest{Person: "ma-forensics", Reason: "Closed."}))
	noError(t, h.SweepTeams(ctx))
}
