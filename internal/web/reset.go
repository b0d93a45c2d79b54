package web

import (
	"context"
	"net/http"
	"net/url"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
)

// Resets is the way back for somebody who lost what they sign in with.
type Resets interface {
	RequestReset(ctx context.Context, address string) error
	Reset(ctx context.Context, token string) (app.ResetView, error)
	ProveReset(ctx context.Context, token, code string) (invitation string, err error)
	AskForInvitation(ctx context.Context, token string) error
}

func resetRoutes() []route {
	return []route{
		{Route: Route{Method: "GET", Pattern: "/recover", Permission: Anyone}, do: recoverPage},
		{Route: Route{Method: "POST", Pattern: "/recover", Permission: Anyone}, do: requestReset, fields: []string{"email"}},
		{Route: Route{Method: "GET", Pattern: "/recover/{token}", Permission: LinkHeld, Object: "account"}, do: resetPage},
		{Route: Route{Method: "POST", Pattern: "/recover/{token}", Permission: LinkHeld, Object: "account", Audit: "invitation"}, do: proveReset,
			fields: []string{"code", "ask"}},
	}
}

type recoverBody struct{ Email control }

func recoverPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showRecover(w, r, http.StatusOK, nil)
}

func (s *site) showRecover(w http.ResponseWriter, r *request, status int, problems []problem) error {
	email := formView{typed: r.form, problems: problems}.Contact("email", "E-mail address", "The one that the directory has of you.", "email")
	email.Auto = "username"
	return s.render(w, r, status, "recover", page{Title: "Lost how you sign in", Problems: problems, Crumbs: []crumb{{"Sign in", "/signin"}}, Body: recoverBody{email}})
}

// requestReset answers the same for every address, whether anybody has it or not.
func requestReset(s *site, w http.ResponseWriter, r *request) error {
	err := s.Resets.RequestReset(r.Context(), r.form.Get("email"))
	if fault.KindOf(err) == fault.KindInvalid {
		return s.showRecover(w, r, http.StatusUnprocessableEntity, problemsOf(err))
	}
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "recoversent", page{Title: "Look into your mail"})
}

type resetBody struct {
	V     app.ResetView
	Token string
	Code  control
}

func resetPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showReset(w, r, http.StatusOK, nil)
}

func (s *site) showReset(w http.ResponseWriter, r *request, status int, problems []problem) error {
	token := r.PathValue("token")
	v, err := s.Resets.Reset(r.Context(), token)
	if fault.KindOf(err) != "" {
		return s.deadReset(w, r)
	}
	if err != nil {
		return err
	}
	code := formView{problems: problems}.control("code", "Code", "Six digits from your authenticator app, or one of your recovery codes.")
	code.Auto = "one-time-code"
	title := "Prove that it is you"
	if !v.Code {
		title = "Ask to be invited anew"
	}
	return s.render(w, r, status, "reset", page{Title: title, Problems: problems, Body: resetBody{V: v, Token: token, Code: code}})
}

// deadReset answers a link that has run out, was used, is void, or never was: all alike.
func (s *site) deadReset(w http.ResponseWriter, r *request) error {
	return s.render(w, r, http.StatusNotFound, "deadreset", page{Title: "This link does not work any more"})
}

// proveReset takes the code and goes on to set up anew, or asks an administrator for an invitation.
func proveReset(s *site, w http.ResponseWriter, r *request) error {
	token := r.PathValue("token")
	if r.form.Get("ask") == "yes" {
		return askInvitation(s, w, r, token)
	}
	invitation, err := s.Resets.ProveReset(r.Context(), token, r.text("code"))
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return s.showReset(w, r, http.StatusUnprocessableEntity, problemsOf(err))
	case fault.KindGone:
		return s.deadReset(w, r)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/invite/"+url.PathEscape(invitation), http.StatusSeeOther)
	return nil
}

func askInvitation(s *site, w http.ResponseWriter, r *request, token string) error {
	err := s.Resets.AskForInvitation(r.Context(), token)
	switch fault.KindOf(err) {
	case fault.KindConflict:
		return s.showReset(w, r, http.StatusConflict, problemsOf(err))
	case fault.KindGone:
		return s.deadReset(w, r)
	}
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "resetasked", page{Title: "An administrator was asked"})
}
