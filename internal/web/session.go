package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

func asError[T error](err error, target *T) bool { return errors.As(err, target) }

// cookieName binds the cookie to this host over https by its prefix. Over plain http, which is for loopback, browsers
// refuse that prefix.
func (s *site) cookieName() string {
	if s.Secure {
		return "__Host-tocsin"
	}
	return "tocsin"
}

func (s *site) setCookie(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: s.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// signInAddress leads to the sign-in page and back. Only a page that was read is worth coming back to.
func signInAddress(r *request) string {
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return "/signin"
	}
	return "/signin?next=" + url.QueryEscape(r.URL.RequestURI())
}

// ownPath answers where to go after signing in: an address of ours as it stood, or home. What a browser could read as
// another host is not ours.
func ownPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\t\r\n") || !properText(next) {
		return "/"
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.Contains(u.Path, "//") || strings.ContainsAny(u.Path, "\\\t\r\n") {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}).String()
}

type resendBody struct{ Fields []formField }

type formField struct{ Name, Value string }

// resend keeps what was typed when a session ended meanwhile: the form comes back as it was sent, to be sent again after
// signing in elsewhere. Nothing of it is stored.
func (s *site) resend(w http.ResponseWriter, r *request) error {
	var b resendBody
	for _, name := range slices.Sorted(maps.Keys(r.form)) {
		for _, v := range r.form[name] {
			b.Fields = append(b.Fields, formField{name, v})
		}
	}
	return s.render(w, r, http.StatusUnauthorized, "resend", page{Title: "Sign in, then send it again", Body: b})
}

type signInBody struct {
	Groups []personGroup
	Next   string
	Demo   bool
	// Passkey is what the script hands to the browser; empty where passkeys do not work.
	Passkey              string
	Email, Password, Key control
	With                 []access.Provider
}

// personGroup is people who do the same kind of work, for the demonstration's list.
type personGroup struct {
	ID, Title, Text string
	People          []app.PersonView
}

func signInPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showSignIn(w, r, http.StatusOK, ownPath(r.URL.Query().Get("next")), nil)
}

func (s *site) showSignIn(w http.ResponseWriter, r *request, status int, next string, problems []problem) error {
	request, err := s.SignIns.PasskeyRequest(r.Context())
	if err != nil {
		return err
	}
	body := signInBody{Next: next, Demo: s.Demo, Passkey: request, With: s.providers()}
	if s.Demo {
		body.Groups = groupPeople(s.Sessions.DemoPeople())
	}
	f := formView{typed: r.form, problems: problems}
	body.Email = f.Contact("email", "E-mail address", "", "email")
	body.Email.Auto = "username"
	body.Password = f.Secret("password", "Password", "", "current-password")
	body.Key = f.Secret("key", "Access key", "It begins with tocsin_ and was shown once, when it was made.", "off")
	return s.render(w, r, status, "signin", page{Title: "Sign in", Wide: s.Demo, Problems: problems, Body: body})
}

// signIn takes whichever way was used. What is wrong is said in the same words whoever it was tried for.
func signIn(s *site, w http.ResponseWriter, r *request) error {
	next := ownPath(r.form.Get("next"))
	var token string
	var err error
	switch {
	case r.form.Get("person") != "" && s.Demo:
		token, err = s.Sessions.SignInAs(r.Context(), r.form.Get("person"))
	case r.form.Get("passkey") != "":
		token, err = s.SignIns.SignInWithPasskey(r.Context(), r.form.Get("passkey"))
	case r.form.Get("email") != "" || r.form.Get("password") != "":
		half, err := s.SignIns.SignInWithPassword(r.Context(), r.form.Get("email"), r.form.Get("password"))
		if err == nil {
			return s.showCode(w, r, http.StatusOK, half, next, nil)
		}
		return s.refuseSignIn(w, r, next, err, problemsOf(err))
	default:
		token, err = s.Sessions.SignInWithKey(r.Context(), r.text("key"))
		if fault.KindOf(err) != "" {
			// One answer for a wrong, an expired and a revoked key.
			return s.refuseSignIn(w, r, next, err,
				[]problem{{ID: "f-key", Text: "This key does not open anything. Check that all of it was copied, or ask for a new one."}})
		}
	}
	if err != nil {
		return s.refuseSignIn(w, r, next, err, problemsOf(err))
	}
	return s.signedIn(w, r, token, next)
}

// refuseSignIn shows the page again; an error of ours goes on as it is.
func (s *site) refuseSignIn(w http.ResponseWriter, r *request, next string, err error, problems []problem) error {
	if fault.KindOf(err) == "" {
		return err
	}
	for i := range problems {
		if problems[i].ID == "f-passkey" {
			problems[i].ID = "" // the button that it stands for does not exist without script
		}
	}
	return s.showSignIn(w, r, http.StatusUnprocessableEntity, next, problems)
}

// signedIn hands the new session over and goes on to where the reader wanted to be.
func (s *site) signedIn(w http.ResponseWriter, r *request, token, next string) error {
	if err := s.handOver(w, r, token); err != nil {
		return err
	}
	http.Redirect(w, r.Request, next, http.StatusSeeOther)
	return nil
}

// handOver gives the browser its new session. What it held before ends: whoever planted it there gains nothing.
func (s *site) handOver(w http.ResponseWriter, r *request, token string) error {
	if r.token != "" {
		if err := s.Sessions.SignOut(r.Context(), r.token); err != nil && fault.KindOf(err) == "" {
			return err
		}
	}
	s.setCookie(w, token)
	return nil
}

type codeBody struct {
	Half, Next string
	Code       control
}

func (s *site) showCode(w http.ResponseWriter, r *request, status int, half, next string, problems []problem) error {
	code := formView{problems: problems}.control("code", "Code", "Six digits from your authenticator app, or one of your recovery codes.")
	code.Auto, code.Mode = "one-time-code", "text"
	return s.render(w, r, status, "code", page{Title: "Enter your code", Problems: problems, Body: codeBody{Half: half, Next: next, Code: code}})
}

// signInCode is the second step of the way by password.
func signInCode(s *site, w http.ResponseWriter, r *request) error {
	next := ownPath(r.form.Get("next"))
	token, err := s.SignIns.SignInWithCode(r.Context(), r.form.Get("half"), r.text("code"))
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return s.showCode(w, r, http.StatusUnprocessableEntity, r.form.Get("half"), next, problemsOf(err))
	case fault.KindGone, fault.KindForbidden:
		return s.showSignIn(w, r, http.StatusUnprocessableEntity, next, []problem{{Text: "The first step was too long ago. Begin again."}})
	}
	if err != nil {
		return err
	}
	return s.signedIn(w, r, token, next)
}

func signOut(s *site, w http.ResponseWriter, r *request) error {
	if c, err := r.Cookie(s.cookieName()); err == nil {
		if err := s.Sessions.SignOut(r.Context(), c.Value); err != nil && fault.KindOf(err) == "" {
			return err
		}
	}
	s.setCookie(w, "")
	http.Redirect(w, r.Request, "/signin", http.StatusSeeOther)
	return nil
}

// peopleGroups sorts the demonstration's people by what they do here. A person stands in the first group that fits.
var peopleGroups = []struct {
	id, title, text string
	roles           []directory.Role
}{
	{"agencies", "Agencies that report", "They file reports and owe what follows from them.",
		[]directory.Role{directory.ISO, directory.DesignatedReporter, directory.CIO, directory.AgencyHead}},
	{"authorities", "Authorities that are told", "They acknowledge, ask and decline.",
		[]directory.Role{directory.AuthorityOfficer}},
	{"response", "The response team", "They rate, coordinate and investigate.",
		[]directory.Role{directory.IRCoordinator, directory.IRLead, directory.IRAnalyst, directory.Forensics, directory.SOCAnalyst, directory.HelpDesk, directory.TechnicalSupport}},
	{"counsel", "Counsel, people and press", "They advise on law, staff and words.",
		[]directory.Role{directory.Legal, directory.HumanResources, directory.Communications}},
	{"oversight", "Oversight", "They are told, decide on policy, and check.",
		[]directory.Role{directory.CISO, directory.RiskGovernance, directory.InformationOwner, directory.Auditor, directory.Administrator}},
}

func groupPeople(people []app.PersonView) []personGroup {
	var groups []personGroup
	seen := map[string]bool{}
	for _, g := range peopleGroups {
		group := personGroup{ID: g.id, Title: g.title, Text: g.text}
		for _, p := range people {
			fits := slices.ContainsFunc(p.Roles, func(r directory.Role) bool { return slices.Contains(g.roles, r) })
			if fits && !seen[p.ID] {
				seen[p.ID] = true
				group.People = append(group.People, p)
			}
		}
		if len(group.People) > 0 {
			groups = append(groups, group)
		}
	}
	rest := personGroup{ID: "others", Title: "Others", Text: "They hold no role of their own."}
	for _, p := range people {
		if !seen[p.ID] {
			rest.People = append(rest.People, p)
		}
	}
	if len(rest.People) > 0 {
		groups = append(groups, rest)
	}
	return groups
}
