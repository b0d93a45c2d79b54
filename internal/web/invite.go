package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
)

type invitationsBody struct {
	Search  string
	List    []app.InvitableView
	More    bool
	Chosen  string // whom the reader was about to invite
	Invited *app.Invited
}

func invitations(s *site, w http.ResponseWriter, r *request) error {
	return s.showInvitations(w, r, http.StatusOK, invitationsBody{Search: strings.TrimSpace(r.URL.Query().Get("q"))}, nil)
}

func (s *site) showInvitations(w http.ResponseWriter, r *request, status int, b invitationsBody, problems []problem) error {
	if !properText(b.Search) {
		return errAbsent
	}
	var err error
	if b.List, b.More, err = s.Invitations.Invitable(r.Context(), r.by(), cmp.Or(b.Chosen, b.Search)); err != nil {
		return err
	}
	// Whoever was about to be invited stands first, and alone but for ids that hold theirs.
	slices.SortStableFunc(b.List, func(x, y app.InvitableView) int { return rank(x.ID != b.Chosen) - rank(y.ID != b.Chosen) })
	return s.render(w, r, status, "invitations", page{Title: "Invite people", Wide: true, Problems: problems, Done: confirmed(r), Crumbs: []crumb{{"Home", "/"}}, Body: b})
}

func rank(later bool) int {
	if later {
		return 1
	}
	return 0
}

func reopenInvitations(s *site, w http.ResponseWriter, r *request) error {
	return s.showInvitations(w, r, http.StatusOK, invitationsBody{Chosen: r.form.Get("person")}, nil)
}

// invite sends an invitation. Its link is shown where no mail could go, in this answer and never again.
func invite(s *site, w http.ResponseWriter, r *request) error {
	person := r.form.Get("person")
	made, err := s.Invitations.Invite(r.Context(), r.by(), person)
	if k := fault.KindOf(err); k == fault.KindConflict || k == fault.KindInvalid {
		return s.showInvitations(w, r, http.StatusConflict, invitationsBody{Chosen: person}, passkeyProblems(err))
	}
	if err != nil {
		return err
	}
	return s.showInvitations(w, r, http.StatusOK, invitationsBody{Chosen: person, Invited: &made}, nil)
}

type invitationBody struct {
	V    app.InvitationView
	Name control
	codesBody
	Token      string
	ByPassword bool // the form for a password stands open
}

func invitationPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showInvitation(w, r, http.StatusOK, nil)
}

func (s *site) showInvitation(w http.ResponseWriter, r *request, status int, problems []problem) error {
	v, err := s.Invitations.Invitation(r.Context(), r.PathValue("token"), r.form.Get("carried"))
	if kind := fault.KindOf(err); kind != "" {
		// Never made, used, run out and taken back look alike.
		return s.render(w, r, http.StatusNotFound, "deadinvitation", page{Title: "This invitation does not work any more"})
	}
	if err != nil {
		return err
	}
	b := invitationBody{V: v, Token: r.PathValue("token"), codesBody: codesForm(v.Codes, problems, true),
		Name: formView{typed: r.form}.Text("name", "What to call this passkey", "Such as: work laptop. Left empty, it is called after this browser.")}
	b.ByPassword = v.PasskeyOffer == "" || r.form.Has("password")
	return s.render(w, r, status, "invitation", page{Title: "Set up how you sign in", Problems: problems, Body: b})
}

// accept uses an invitation up, by passkey or by password and app, and signs the person in.
func accept(s *site, w http.ResponseWriter, r *request) error {
	token := r.PathValue("token")
	var session string
	var recovery []string
	var err error
	byPasskey := r.form.Get("passkey") != ""
	if byPasskey {
		session, err = s.Invitations.AcceptWithPasskey(r.Context(), token, r.text("name"), r.form.Get("passkey"))
	} else {
		session, recovery, err = s.Invitations.AcceptWithPassword(r.Context(), token, setup(r))
	}
	switch kind := fault.KindOf(err); {
	case kind == fault.KindInvalid && byPasskey:
		return s.showInvitation(w, r, http.StatusUnprocessableEntity, passkeyProblems(err))
	case kind != "":
		return s.showInvitation(w, r, http.StatusUnprocessableEntity, problemsOf(err))
	case err != nil:
		return err
	}
	if len(recovery) > 0 {
		if err := s.handOver(w, r, session); err != nil {
			return err
		}
		return s.showRecovery(w, r, recovery)
	}
	return s.signedIn(w, r, session, "/account?done=passkey")
}
