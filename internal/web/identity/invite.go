package identity

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

type invitationsBody struct {
	Search  string
	List    []app.InvitableView
	More    bool
	Chosen  string // whom the reader was about to invite
	Invited *app.Invited
}

func invitations(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showInvitations(s, w, r, http.StatusOK, invitationsBody{Search: strings.TrimSpace(r.URL.Query().Get("q"))}, nil)
}

func showInvitations(s *page.Site, w http.ResponseWriter, r *page.Request, status int, b invitationsBody, problems []page.Problem) error {
	if !page.ProperText(b.Search) {
		return page.ErrAbsent
	}
	var err error
	if b.List, b.More, err = s.App.Invitable(r.Context(), r.By(), cmp.Or(b.Chosen, b.Search)); err != nil {
		return err
	}
	// Whoever was about to be invited stands first, and alone but for ids that hold theirs.
	slices.SortStableFunc(b.List, func(x, y app.InvitableView) int { return rank(x.ID != b.Chosen) - rank(y.ID != b.Chosen) })
	return s.Render(w, r, status, "invitations", page.Page{Title: "Invite people", Wide: true, Problems: problems, Done: page.Confirmed(r),
		Crumbs: page.Crumbs("Home", "/"), Body: b})
}

func rank(later bool) int {
	if later {
		return 1
	}
	return 0
}

func reopenInvitations(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showInvitations(s, w, r, http.StatusOK, invitationsBody{Chosen: r.Form.Get("person")}, nil)
}

// invite sends an invitation. Its link is shown where no mail could go, in this answer and never again.
func invite(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	person := r.Form.Get("person")
	made, err := s.App.Invite(r.Context(), r.By(), person)
	if k := fault.KindOf(err); k == fault.KindConflict || k == fault.KindInvalid {
		return showInvitations(s, w, r, http.StatusConflict, invitationsBody{Chosen: person}, passkeyProblems(err))
	}
	if err != nil {
		return err
	}
	return showInvitations(s, w, r, http.StatusOK, invitationsBody{Chosen: person, Invited: &made}, nil)
}

type invitationBody struct {
	V    app.InvitationView
	Name page.Control
	codesBody
	Token      string
	ByPassword bool // the form for a password stands open
}

func invitationPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showInvitation(s, w, r, http.StatusOK, nil)
}

func showInvitation(s *page.Site, w http.ResponseWriter, r *page.Request, status int, problems []page.Problem) error {
	v, err := s.App.Invitation(r.Context(), r.PathValue("token"), r.Form.Get("carried"))
	if kind := fault.KindOf(err); kind != "" {
		// Never made, used, run out and taken back look alike.
		return s.Render(w, r, http.StatusNotFound, "deadinvitation", page.Page{Title: "This invitation does not work any more"})
	}
	if err != nil {
		return err
	}
	b := invitationBody{V: v, Token: r.PathValue("token"), codesBody: codesForm(v.Codes, problems, true),
		Name: page.FormView{Values: r.Form}.Text("name", "What to call this passkey",
			"Such as: work laptop. Left empty, it is called after this browser.")}
	b.ByPassword = v.PasskeyOffer == "" || r.Form.Has("password")
	return s.Render(w, r, status, "invitation", page.Page{Title: "Set up how you sign in", Problems: problems, Body: b})
}

// accept uses an invitation up, by passkey or by password and app, and signs the person in.
func accept(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	token := r.PathValue("token")
	var session string
	var recovery []string
	var err error
	byPasskey := r.Form.Get("passkey") != ""
	if byPasskey {
		session, err = s.App.AcceptWithPasskey(r.Context(), token, r.Text("name"), r.Form.Get("passkey"))
	} else {
		session, recovery, err = s.App.AcceptWithPassword(r.Context(), token, setup(r))
	}
	switch kind := fault.KindOf(err); {
	case kind == fault.KindInvalid && byPasskey:
		return showInvitation(s, w, r, http.StatusUnprocessableEntity, passkeyProblems(err))
	case kind != "":
		return showInvitation(s, w, r, http.StatusUnprocessableEntity, page.ProblemsOf(err))
	case err != nil:
		return err
	}
	if len(recovery) > 0 {
		if err := handOver(s, w, r, session); err != nil {
			return err
		}
		return showRecovery(s, w, r, recovery)
	}
	return signedIn(s, w, r, session, "/account?done=passkey")
}
