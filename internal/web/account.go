package web

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
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

func accountPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showAccount(w, r, http.StatusOK, nil)
}

func (s *site) showAccount(w http.ResponseWriter, r *request, status int, problems []problem) error {
	v, err := s.Accounts.OwnAccount(r.Context(), r.token)
	if err != nil {
		return err
	}
	return s.render(w, r, status, "account", page{Title: "Your account", Problems: problems, Done: accountDone[r.URL.Query().Get("done")],
		Crumbs: []crumb{{"Home", "/"}}, Wide: true, Body: accountBody{V: v}})
}

// changed hands over the session that takes the place of the one before a change, and goes back to the account.
func (s *site) changed(w http.ResponseWriter, r *request, token, done string, err error) error {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict:
		problems := problemsOf(err)
		for i := range problems {
			problems[i].ID = ""
		}
		return s.showAccount(w, r, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	if token != "" {
		s.setCookie(w, token)
	}
	http.Redirect(w, r.Request, "/account?done="+done, http.StatusSeeOther)
	return nil
}

type passkeyBody struct {
	Offer string
	Name  control
}

func passkeyPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showPasskey(w, r, http.StatusOK, nil)
}

func (s *site) showPasskey(w http.ResponseWriter, r *request, status int, problems []problem) error {
	v, err := s.Accounts.OwnAccount(r.Context(), r.token)
	if err != nil {
		return err
	}
	name := formView{typed: r.form, problems: problems}.Text("name", "What to call it", "Such as: work laptop, blue security key. Left empty, it is called after this browser.")
	return s.render(w, r, status, "passkey", page{Title: "Add a passkey", Problems: problems, Done: accountDone[r.URL.Query().Get("done")],
		Crumbs: []crumb{{"Home", "/"}, {"Your account", "/account"}}, Body: passkeyBody{Offer: v.PasskeyOffer, Name: name}})
}

func addPasskey(s *site, w http.ResponseWriter, r *request) error {
	token, err := s.Accounts.AddPasskey(r.Context(), r.token, r.text("name"), r.form.Get("passkey"))
	if k := fault.KindOf(err); k == fault.KindInvalid || k == fault.KindConflict {
		return s.showPasskey(w, r, http.StatusUnprocessableEntity, passkeyProblems(err))
	}
	return s.changed(w, r, token, "passkey", err)
}

// passkeyProblems lead nowhere: the button that they are about does not exist without script.
func passkeyProblems(err error) []problem {
	problems := problemsOf(err)
	for i := range problems {
		problems[i].ID, problems[i].Label = "", ""
	}
	return problems
}

func removePasskey(s *site, w http.ResponseWriter, r *request) error {
	token, err := s.Accounts.RemovePasskey(r.Context(), r.token, r.form.Get("id"))
	return s.changed(w, r, token, "removed", err)
}

// codesBody is a form with a new password and an authenticator app: on the account and in an invitation.
type codesBody struct {
	Codes              app.CodeSetup
	Password, Repeated control
	Code               control
	New                bool // the app must be set up: there is none
}

func codesForm(codes app.CodeSetup, problems []problem, isNew bool) codesBody {
	f := formView{problems: problems}
	b := codesBody{Codes: codes, New: isNew, Password: f.Secret("password", "Password", "12 characters or more. Several unrelated words in a row are good; no digits or signs are asked for.", "new-password"),
		Repeated: f.Secret("repeated", "The same password again", "", "new-password"), Code: f.control("code", "Code that the app shows now", "")}
	b.Code.Auto, b.Code.Mode = "one-time-code", "numeric"
	return b
}

func passwordPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showPassword(w, r, http.StatusOK, nil)
}

func (s *site) showPassword(w http.ResponseWriter, r *request, status int, problems []problem) error {
	v, err := s.Accounts.OwnAccount(r.Context(), r.token)
	if err != nil {
		return err
	}
	codes, err := s.Accounts.NewCodes(r.Context(), r.token, r.form.Get("carried"))
	if err != nil {
		return err
	}
	title := "Set up a password"
	if v.Password {
		title = "Change your password"
	}
	return s.render(w, r, status, "password", page{Title: title, Problems: problems, Done: accountDone[r.URL.Query().Get("done")], Crumbs: []crumb{{"Home", "/"}, {"Your account", "/account"}},
		Body: codesForm(codes, problems, !v.Password)})
}

func setup(r *request) app.PasswordSetup {
	return app.PasswordSetup{Password: r.form.Get("password"), Repeated: r.form.Get("repeated"), Carried: r.form.Get("carried"), Code: r.text("code")}
}

func setPassword(s *site, w http.ResponseWriter, r *request) error {
	token, recovery, err := s.Accounts.SetPassword(r.Context(), r.token, setup(r))
	if fault.KindOf(err) == fault.KindInvalid {
		return s.showPassword(w, r, http.StatusUnprocessableEntity, problemsOf(err))
	}
	if err == nil && len(recovery) > 0 {
		s.setCookie(w, token)
		return s.showRecovery(w, r, recovery)
	}
	return s.changed(w, r, token, "password", err)
}

func removePassword(s *site, w http.ResponseWriter, r *request) error {
	token, err := s.Accounts.RemovePassword(r.Context(), r.token)
	return s.changed(w, r, token, "removed", err)
}

func newRecoveryCodes(s *site, w http.ResponseWriter, r *request) error {
	token, recovery, err := s.OwnSessions.NewRecoveryCodes(r.Context(), r.token)
	if err != nil {
		return s.changed(w, r, token, "", err)
	}
	s.setCookie(w, token)
	return s.showRecovery(w, r, recovery)
}

type recoveryBody struct{ Codes []string }

// showRecovery shows recovery codes, once: they are in this answer and nowhere else.
func (s *site) showRecovery(w http.ResponseWriter, r *request, codes []string) error {
	return s.render(w, r, http.StatusOK, "recovery", page{Title: "Your recovery codes", Body: recoveryBody{Codes: codes}})
}

func endSession(s *site, w http.ResponseWriter, r *request) error {
	return s.changed(w, r, "", "ended", s.OwnSessions.EndOneSession(r.Context(), r.token, r.form.Get("id")))
}

func endOthers(s *site, w http.ResponseWriter, r *request) error {
	return s.changed(w, r, "", "others", s.OwnSessions.EndOtherSessions(r.Context(), r.token))
}

// mayInvite says whether the reader may invite anybody: it only shows or hides a link, the application decides.
func mayInvite(by access.Actor) bool {
	return somewhere(by, access.Invite)
}
