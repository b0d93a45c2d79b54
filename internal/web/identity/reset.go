package identity

import (
	"net/http"
	"net/url"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

type recoverBody struct{ Email page.Control }

func recoverPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showRecover(s, w, r, http.StatusOK, nil)
}

func showRecover(s *page.Site, w http.ResponseWriter, r *page.Request, status int, problems []page.Problem) error {
	email := page.FormView{Values: r.Form, Problems: problems}.Contact("email", "E-mail address", "The one that the directory has of you.",
		"email")
	email.Auto = "username"
	return s.Render(w, r, status, "recover", page.Page{Title: "Lost how you sign in", Problems: problems,
		Crumbs: page.Crumbs("Sign in", "/signin"), Body: recoverBody{email}})
}

// requestReset answers the same for every address, whether anybody has it or not.
func requestReset(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	err := s.App.RequestReset(r.Context(), r.Form.Get("email"))
	if fault.KindOf(err) == fault.KindInvalid {
		return showRecover(s, w, r, http.StatusUnprocessableEntity, page.ProblemsOf(err))
	}
	if err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, "recoversent", page.Page{Title: "Look into your mail"})
}

type resetBody struct {
	V     app.ResetView
	Token string
	Code  page.Control
}

func resetPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showReset(s, w, r, http.StatusOK, nil)
}

func showReset(s *page.Site, w http.ResponseWriter, r *page.Request, status int, problems []page.Problem) error {
	token := r.PathValue("token")
	v, err := s.App.Reset(r.Context(), token)
	if fault.KindOf(err) != "" {
		return deadReset(s, w, r)
	}
	if err != nil {
		return err
	}
	code := page.FormView{Problems: problems}.Control("code", "Code", "Six digits from your authenticator app, or one of your recovery codes.")
	code.Auto = "one-time-code"
	title := "Prove that it is you"
	if !v.Code {
		title = "Ask to be invited anew"
	}
	return s.Render(w, r, status, "reset", page.Page{Title: title, Problems: problems, Body: resetBody{V: v, Token: token, Code: code}})
}

// deadReset answers a link that has run out, was used, is void, or never was: all alike.
func deadReset(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return s.Render(w, r, http.StatusNotFound, "deadreset", page.Page{Title: "This link does not work any more"})
}

// proveReset takes the code and goes on to set up anew, or asks an administrator for an invitation.
func proveReset(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	token := r.PathValue("token")
	if r.Form.Get("ask") == "yes" {
		return askInvitation(s, w, r, token)
	}
	invitation, err := s.App.ProveReset(r.Context(), token, r.Text("code"))
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return showReset(s, w, r, http.StatusUnprocessableEntity, page.ProblemsOf(err))
	case fault.KindGone:
		return deadReset(s, w, r)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/invite/"+url.PathEscape(invitation), http.StatusSeeOther)
	return nil
}

func askInvitation(s *page.Site, w http.ResponseWriter, r *page.Request, token string) error {
	err := s.App.AskForInvitation(r.Context(), token)
	switch fault.KindOf(err) {
	case fault.KindConflict:
		return showReset(s, w, r, http.StatusConflict, page.ProblemsOf(err))
	case fault.KindGone:
		return deadReset(s, w, r)
	}
	if err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, "resetasked", page.Page{Title: "An administrator was asked"})
}
