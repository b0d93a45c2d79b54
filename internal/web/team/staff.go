package team

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/team"
	"tocsin/internal/web/page"
)

type teamsBody struct{ Teams []app.TeamLine }

// teamsPage leads to the response team of each entity that the reader may read; with one only, at once.
func teamsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	all, err := s.App.TeamList(r.Context(), r.By())
	if err != nil {
		return err
	}
	if len(all) == 1 {
		http.Redirect(w, r.Request, teamAddress(all[0].Entity), http.StatusSeeOther)
		return nil
	}
	return s.Render(w, r, http.StatusOK, "teams", page.Page{Title: "Response teams", Wide: true, Body: teamsBody{all}})
}

func teamAddress(entity string) string { return "/team/" + url.PathEscape(entity) }

// teamBody is the page of one response team. MA 6.3
type teamBody struct {
	V  app.TeamView
	At string
	page.ActForms
}

var teamDoneWords = map[string]string{
	"added":    "They are of the team.",
	"changed":  "The plan for this member is changed.",
	"removed":  "They are no longer of the team.",
	"accepted": "You have accepted what your role answers for.",
	"away":     "The absence is on record. When it begins, what sits with them by name comes back to whoever stands in.",
	"back":     "The absence has ended.",
}

func teamPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showTeam(s, w, r, http.StatusOK, page.ActForms{})
}

func showTeam(s *page.Site, w http.ResponseWriter, r *page.Request, status int, forms page.ActForms) error {
	v, err := s.App.Team(r.Context(), r.By(), r.PathValue("entity"))
	if err != nil {
		return err
	}
	return s.Render(w, r, status, "team", page.Page{Title: "Response team of " + v.EntityName, Wide: true,
		Crumbs:   page.Crumbs("Home", "/", "Response teams", "/team"),
		Problems: forms.F.Problems, Done: teamDoneWords[r.URL.Query().Get("done")],
		Body: teamBody{V: v, At: teamAddress(v.Entity), ActForms: forms}})
}

// Gap says in words what is missing.
func (teamBody) Gap(g app.TeamGapView) string {
	switch g.Kind {
	case team.GapVacant:
		return "Nobody is named as " + g.RoleName + "."
	case team.GapLeft:
		return g.Name + " has left and is still named as " + g.RoleName + "."
	case team.GapWithout:
		return g.Name + " is named as " + g.RoleName + ", and the directory does not give them the office."
	case team.GapNoDeputy:
		return g.Name + " is the only " + g.RoleName + " and has no deputy."
	case team.GapNobody:
		return "Nobody of " + g.RoleName + " can be reached now."
	case team.GapNoRetainer:
		return "No forensics provider is on retainer."
	case team.GapNotBegun:
		return "The retainer of " + g.Name + " has not begun."
	case team.GapEnds:
		return "The retainer of " + g.Name + " ends within 30 days."
	}
	return "The retainer of " + g.Name + " has run out."
}

// RetainerState says in words whether a contract holds.
func (teamBody) RetainerState(state string) string {
	return map[string]string{"holds": "Holds", team.GapNotBegun: "Has not begun", team.GapEnds: "Ends within 30 days",
		team.GapEnded: "Has run out"}[state]
}

// Whom offers who can be taken in: people who hold an office of the team.
func (b teamBody) Whom() page.Control {
	options := []page.Option{{Value: "", Label: "Choose"}}
	for _, p := range b.V.Choices {
		names := make([]string, len(p.Roles))
		for i, role := range p.Roles {
			names[i] = app.RoleName(string(role))
		}
		options = append(options, page.Option{Value: p.ID, Label: p.Name + ": " + strings.Join(names, ", ")})
	}
	c := b.Select("add", "", "person", "Who", "", "", options)
	c.Hint = "People who hold an office of the team in the directory, here or above. Who is missing is first given the office there."
	return c
}

// Role offers the roles of a team.
func (b teamBody) Role() page.Control {
	return b.Select("add", "", "role", "As", "", "", page.OptionsOf(team.Roles, page.RoleName, page.Option{Value: "", Label: "Choose"}))
}

// Deputy offers who can stand in for a member.
func (b teamBody) Deputy(act, member, chosen string) page.Control {
	return b.Select(act, member, "deputy", "Deputy", "", chosen, page.PeopleOptions(b.V.Deputies, page.Option{Value: "", Label: "Nobody"}))
}

// StandIn offers who can stand in during an absence.
func (b teamBody) StandIn() page.Control {
	return b.Select("away", "", "stand_in", "Who stands in", "", "", page.PeopleOptions(b.V.Deputies,
		page.Option{Value: "", Label: "The deputy, or else the coordinator"}))
}

// Away offers who can be put down as away.
func (b teamBody) Away() page.Control {
	return b.Select("away", "", "person", "Who is away", "", "", page.PeopleOptions(b.V.Known, page.Option{Value: "", Label: "Choose"}))
}

// Order is the place in the order of calls.
func (b teamBody) Order(act, subject string, value int64) page.Control {
	v := ""
	if value > 0 {
		v = strconv.FormatInt(value, 10)
	}
	c := b.Control(act, subject, "order", "Place in the order of calls", "1 is called first. Empty: behind the others of the role.", v)
	c.Mode = "numeric"
	return c
}

// Provider says that a role is the forensics provider's.
func (teamBody) Provider(role string) bool { return role == string(directory.Forensics) }

// Retainer is what a member's contract says now; an empty one where there is none.
func (teamBody) Retainer(m app.TeamMemberView) app.Retainer {
	if m.Retainer == nil {
		return app.Retainer{}
	}
	return m.Retainer.Retainer
}

func placeOf(r *page.Request) (app.PlaceRequest, error) {
	p := app.PlaceRequest{Person: r.Text("person"), Role: r.Text("role"), Deputy: r.Text("deputy")}
	if text := r.Text("order"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return p, fault.Invalid("order", "The place in the order of calls is no number.", "Write 1 for whoever is called first.")
		}
		p.Order = n
	}
	if slices.ContainsFunc([]string{"provider", "contract", "telephone", "valid_from", "valid_until"},
		func(f string) bool { return r.Text(f) != "" }) {
		p.Retainer = &app.Retainer{Provider: r.Text("provider"), Contract: r.Text("contract"), Telephone: r.Text("telephone"),
			From: r.Text("valid_from"), Until: r.Text("valid_until")}
	}
	return p, nil
}

func addTeamMember(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onTeam(s, w, r, page.Act{Name: "add", Done: "added", Run: func(string) error {
		p, err := placeOf(r)
		if err != nil {
			return err
		}
		return s.App.AddTeamMember(r.Context(), r.By(), r.PathValue("entity"), p)
	}})
}

func changeTeamMember(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	member := r.Form.Get("member")
	return onTeam(s, w, r, page.Act{Name: "change", Subject: member, Done: "changed", Run: func(string) error {
		p, err := placeOf(r)
		if err != nil {
			return err
		}
		return s.App.ChangeTeamMember(r.Context(), r.By(), r.PathValue("entity"), member, p)
	}})
}

func removeTeamMember(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	member := r.Form.Get("member")
	return onTeam(s, w, r, page.Act{Name: "remove", Subject: member, Done: "removed", Needs: page.ReasonNeeded, Run: func(string) error {
		return s.App.RemoveTeamMember(r.Context(), r.By(), r.PathValue("entity"), member, r.Text("reason"))
	}})
}

func acceptRole(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	member := r.Form.Get("member")
	return onTeam(s, w, r, page.Act{Name: "accept", Subject: member, Done: "accepted", Run: func(string) error {
		return s.App.AcceptResponsibilities(r.Context(), r.By(), r.PathValue("entity"), member)
	}})
}

func declareAbsence(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	away := app.AbsenceRequest{Person: r.Text("person"), StandIn: r.Text("stand_in"), From: r.Text("from"), Until: r.Text("until"),
		Reason: r.Text("reason")}
	return onTeam(s, w, r, page.Act{Name: "away", Done: "away", Run: func(string) error {
		return s.App.DeclareAbsence(r.Context(), r.By(), r.PathValue("entity"), away)
	}})
}

func endAbsence(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	absence := r.Form.Get("absence")
	return onTeam(s, w, r, page.Act{Name: "back", Subject: absence, Done: "back", Run: func(string) error {
		return s.App.EndAbsence(r.Context(), r.By(), r.PathValue("entity"), absence)
	}})
}

// onTeam performs an act on a team and comes back to its page.
func onTeam(s *page.Site, w http.ResponseWriter, r *page.Request, a page.Act) error {
	a.To = teamAddress(r.PathValue("entity"))
	a.Show = func(status int, f page.ActForms) error { return showTeam(s, w, r, status, f) }
	return page.Perform(w, r, a)
}
