package identity

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

type accountBody struct{ V app.AccountView }

// accountDone are what the page says after a change; the address carries the key only.
var accountDone = map[string]string{
	"passkey":   "The passkey is set up. Everywhere else you were signed out.",
	"removed":   "Removed. Everywhere else you were signed out.",
	"password":  "The password is changed. Everywhere else you were signed out.",
	"ended":     "That session has ended.",
	"others":    "You are signed out everywhere else.",
	"confirmed": "Confirmed. Nothing is changed yet: press the button once more.",
}

func accountPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showAccount(s, w, r, http.StatusOK, nil)
}

func showAccount(s *page.Site, w http.ResponseWriter, r *page.Request, status int, problems []page.Problem) error {
	v, err := s.App.OwnAccount(r.Context(), r.Token)
	if err != nil {
		return err
	}
	return s.Render(w, r, status, "account", page.Page{Title: "Your account", Problems: problems, Done: accountDone[r.URL.Query().Get("done")],
		Crumbs: page.Crumbs("Home", "/"), Wide: true, Body: accountBody{V: v}})
}

// changed hands over the session that takes the place of the one before a change, and goes back to the account.
func changed(s *page.Site, w http.ResponseWriter, r *page.Request, token, done string, err error) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict:
		problems := page.ProblemsOf(err)
		for i := range problems {
			problems[i].ID = ""
		}
		return showAccount(s, w, r, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	if token != "" {
		s.SetCookie(w, token)
	}
	http.Redirect(w, r.Request, "/account?done="+done, http.StatusSeeOther)
	return nil
}

type passkeyBody struct {
	Offer string
	Name  page.Control
}

func passkeyPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showPasskey(s, w, r, http.StatusOK, nil)
}

func showPasskey(s *page.Site, w http.ResponseWriter, r *page.Request, status int, problems []page.Problem) error {
	v, err := s.App.OwnAccount(r.Context(), r.Token)
	if err != nil {
		return err
	}
	name := page.FormView{Values: r.Form, Problems: problems}.Text("name", "What to call it",
		"Such as: work laptop, blue security key. Left empty, it is called after this browser.")
	return s.Render(w, r, status, "passkey", page.Page{Title: "Add a passkey", Problems: problems,
		Done:   accountDone[r.URL.Query().Get("done")],
		Crumbs: page.Crumbs("Home", "/", "Your account", "/account"), Body: passkeyBody{Offer: v.PasskeyOffer, Name: name}})
}

func addPasskey(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	token, err := s.App.AddPasskey(r.Context(), r.Token, r.Text("name"), r.Form.Get("passkey"))
	if k := fault.KindOf(err); k == fault.KindInvalid || k == fault.KindConflict {
		return showPasskey(s, w, r, http.StatusUnprocessableEntity, passkeyProblems(err))
	}
	return changed(s, w, r, token, "passkey", err)
}

// passkeyProblems lead nowhere: the button that they are about does not exist without script.
func passkeyProblems(err error) []page.Problem {
	problems := page.ProblemsOf(err)
	for i := range problems {
		problems[i].ID, problems[i].Label = "", ""
	}
	return problems
}

func removePasskey(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	token, err := s.App.RemovePasskey(r.Context(), r.Token, r.Form.Get("id"))
	return changed(s, w, r, token, "removed", err)
}

// codesBody is a form with a new password and an authenticator app: on the account and in an invitation.
type codesBody struct {
	Codes              app.CodeSetup
	Password, Repeated page.Control
	Code               page.Control
	New                bool // the app must be set up: there is none
}

func codesForm(codes app.CodeSetup, problems []page.Problem, isNew bool) codesBody {
	f := page.FormView{Problems: problems}
	b := codesBody{Codes: codes, New: isNew, Password: f.Secret("password", "Password",
		"12 characters or more. Several unrelated words in a row are good; no digits or signs are asked for.", "new-password"),
		Repeated: f.Secret("repeated", "The same password again", "", "new-password"), Code: f.Control("code", "Code that the app shows now", "")}
	b.Code.Auto, b.Code.Mode = "one-time-code", "numeric"
	return b
}

func passwordPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showPassword(s, w, r, http.StatusOK, nil)
}

func showPassword(s *page.Site, w http.ResponseWriter, r *page.Request, status int, problems []page.Problem) error {
	v, err := s.App.OwnAccount(r.Context(), r.Token)
	if err != nil {
		return err
	}
	codes, err := s.App.NewCodes(r.Context(), r.Token, r.Form.Get("carried"))
	if err != nil {
		return err
	}
	title := "Set up a password"
	if v.Password {
		title = "Change your password"
	}
	return s.Render(w, r, status, "password", page.Page{Title: title, Problems: problems, Done: accountDone[r.URL.Query().Get("done")],
		Crumbs: page.Crumbs("Home", "/", "Your account", "/account"),
		Body:   codesForm(codes, problems, !v.Password)})
}

func setup(r *page.Request) app.PasswordSetup {
	return app.PasswordSetup{Password: r.Form.Get("password"), Repeated: r.Form.Get("repeated"), Carried: r.Form.Get("carried"),
		Code: r.Text("code")}
}

func setPassword(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	token, recovery, err := s.App.SetPassword(r.Context(), r.Token, setup(r))
	if fault.KindOf(err) == fault.KindInvalid {
		return showPassword(s, w, r, http.StatusUnprocessableEntity, page.ProblemsOf(err))
	}
	if err == nil && len(recovery) > 0 {
		s.SetCookie(w, token)
		return showRecovery(s, w, r, recovery)
	}
	return changed(s, w, r, token, "password", err)
}

func removePassword(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	token, err := s.App.RemovePassword(r.Context(), r.Token)
	return changed(s, w, r, token, "removed", err)
}

func newRecoveryCodes(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	token, recovery, err := s.App.NewRecoveryCodes(r.Context(), r.Token)
	if err != nil {
		return changed(s, w, r, token, "", err)
	}
	s.SetCookie(w, token)
	return showRecovery(s, w, r, recovery)
}

type recoveryBody struct{ Codes []string }

// showRecovery shows recovery codes, once: they are in this answer and nowhere else.
func showRecovery(s *page.Site, w http.ResponseWriter, r *page.Request, codes []string) error {
	return s.Render(w, r, http.StatusOK, "recovery", page.Page{Title: "Your recovery codes", Body: recoveryBody{Codes: codes}})
}

func endSession(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return changed(s, w, r, "", "ended", s.App.EndOneSession(r.Context(), r.Token, r.Form.Get("id")))
}

func endOthers(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return changed(s, w, r, "", "others", s.App.EndOtherSessions(r.Context(), r.Token))
}
