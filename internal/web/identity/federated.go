package identity

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

// providers lists the identity providers that the sign-in page offers.
func providers(s *page.Site) []access.Provider {
	return s.App.SignInProviders()
}

// provider answers the provider that an address names.
func provider(s *page.Site, r *page.Request) (access.Provider, error) {
	all := providers(s)
	i := slices.IndexFunc(all, func(p access.Provider) bool { return p.ID == r.PathValue("provider") })
	if i < 0 {
		return access.Provider{}, page.ErrAbsent
	}
	return all[i], nil
}

// attemptCookie keeps a sign-in that is on its way. SameSite=Lax lets it come along when the provider sends the browser back.
func attemptCookie(s *page.Site, value string, life time.Duration) *http.Cookie {
	c := &http.Cookie{Name: s.CookieName() + "-signin", Value: value, Path: "/", HttpOnly: true, Secure: s.Secure,
		SameSite: http.SameSiteLaxMode,
		MaxAge:   int(life / time.Second)}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// beginSignIn sends the browser to an identity provider. It is a page to be read and no form, because browsers do not let a form lead to
// another site; what it changes is one cookie of an attempt that is worth nothing alone.
func beginSignIn(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	p, err := provider(s, r)
	if err != nil {
		return err
	}
	start, err := s.App.BeginSignIn(r.Context(), p.ID, page.OwnPath(r.URL.Query().Get("next")))
	if err != nil {
		return signInFailed(s, w, r, p, err)
	}
	http.SetCookie(w, attemptCookie(s, start.Attempt, start.Life))
	http.Redirect(w, r.Request, start.Address, http.StatusSeeOther)
	return nil
}

// finishSignIn takes the browser back from an identity provider. The attempt's cookie goes whatever comes out of it, so that an
// answer is used once.
func finishSignIn(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	p, err := provider(s, r)
	if err != nil {
		return err
	}
	http.SetCookie(w, attemptCookie(s, "", 0))
	kept, err := r.Cookie(attemptCookie(s, "", 0).Name)
	if err != nil {
		kept = &http.Cookie{}
	}
	back, ok := answerOf(r.URL.Query())
	if !ok {
		return signInFailed(s, w, r, p, fault.Forbidden("the provider's answer is damaged; begin again"))
	}
	token, next, err := s.App.FinishSignIn(r.Context(), p.ID, kept.Value, back)
	if err != nil {
		return signInFailed(s, w, r, p, err)
	}
	if old, err := r.Cookie(s.CookieName()); err == nil && old.Value != "" {
		if err := s.App.SignOut(r.Context(), old.Value); err != nil && fault.KindOf(err) == "" {
			return err
		}
	}
	s.SetCookie(w, token)
	http.Redirect(w, r.Request, page.OwnPath(next), http.StatusSeeOther)
	return nil
}

// answerOf reads what a provider put into the address. A parameter that stands twice is refused: which of the two counts would be
// anybody's guess.
func answerOf(q url.Values) (back access.SignInAnswer, ok bool) {
	for _, name := range []string{"state", "code", "iss", "error"} {
		if len(q[name]) > 1 || len(q.Get(name)) > 4096 || !page.ProperText(q.Get(name)) {
			return back, false
		}
	}
	return access.SignInAnswer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Refused: q.Has("error")}, true
}

type signInFailedBody struct{ Text, Again string }

// signInFailed says in plain words what to do next. Why an answer was refused stands in the log: it would help who forged it.
func signInFailed(s *page.Site, w http.ResponseWriter, r *page.Request, p access.Provider, err error) error {
	b, status := signInFailedBody{Again: "/signin/with/" + url.PathEscape(p.ID)}, http.StatusForbidden
	switch {
	case errors.Is(err, access.ErrUnreachable):
		status = http.StatusServiceUnavailable
		b.Text = p.Name + " does not answer just now, so nobody can sign in with it. Try again in a minute, or use another way. Everything " +
			"else here works."
	case fault.KindOf(err) == fault.KindForbidden:
		b.Text = page.Sentence(fault.All(err)[0].Detail) + "."
	default:
		return err
	}
	s.Log.Warn("sign-in refused", "provider", p.ID, "error", err.Error())
	return s.Render(w, r, status, "signinfailed", page.Page{Title: "You are not signed in", Body: b})
}
