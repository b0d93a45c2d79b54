package page

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

func asError[T error](err error, target *T) bool { return errors.As(err, target) }

// CookieName binds the cookie to this host over https by its prefix. Over plain http, which is for loopback, browsers
// refuse that prefix.
func (s *Site) CookieName() string {
	if s.Secure {
		return "__Host-tocsin"
	}
	return "tocsin"
}

// SetCookie gives the browser the token of its session.
func (s *Site) SetCookie(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: s.CookieName(), Value: token, Path: "/", HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// signInAddress leads to the sign-in page and back. Only a page that was read is worth coming back to.
func signInAddress(r *Request) string {
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return "/signin"
	}
	return "/signin?next=" + url.QueryEscape(r.URL.RequestURI())
}

// OwnPath answers where to go after signing in: an address of ours as it stood, or home. What a browser could read as
// another host is not ours.
func OwnPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\t\r\n") || !ProperText(next) {
		return "/"
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.Contains(u.Path, "//") ||
		strings.ContainsAny(u.Path, "\\\t\r\n") {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}).String()
}

type resendBody struct{ Fields []FormField }

// FormField is one field of a form that is sent again.
type FormField struct{ Name, Value string }

// resend keeps what was typed when a session ended meanwhile: the form comes back as it was sent, to be sent again after
// signing in elsewhere. Nothing of it is stored.
func (s *Site) resend(w http.ResponseWriter, r *Request) error {
	var b resendBody
	for _, name := range slices.Sorted(maps.Keys(r.Form)) {
		for _, v := range r.Form[name] {
			b.Fields = append(b.Fields, FormField{name, v})
		}
	}
	return s.Render(w, r, http.StatusUnauthorized, "resend", Page{Title: "Sign in, then send it again", Body: b})
}
