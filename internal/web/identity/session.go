package identity

import (
	"net/http"
	"slices"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

type signInBody struct {
	Groups []personGroup
	Next   string
	Demo   bool
	// Passkey is what the script hands to the browser; empty where passkeys do not work.
	Passkey              string
	Email, Password, Key page.Control
	With                 []access.Provider
}

// personGroup is people who do the same kind of work, for the demonstration's list.
type personGroup struct {
	ID, Title, Text string
	People          []app.PersonView
}

func signInPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showSignIn(s, w, r, http.StatusOK, page.OwnPath(r.URL.Query().Get("next")), nil)
}

func showSignIn(s *page.Site, w http.ResponseWriter, r *page.Request, status int, next string, problems []page.Problem) error {
	request, err := s.App.PasskeyRequest(r.Context())
	if err != nil {
		return err
	}
	body := signInBody{Next: next, Demo: s.Demo, Passkey: request, With: providers(s)}
	if s.Demo {
		body.Groups = groupPeople(s.App.DemoPeople())
	}
	f := page.FormView{Values: r.Form, Problems: problems}
	body.Email = f.Contact("email", "E-mail address", "", "email")
	body.Email.Auto = "username"
	body.Password = f.Secret("password", "Password", "", "current-password")
	body.Key = f.Secret("key", "Access key", "It begins with tocsin_ and was shown once, when it was made.", "off")
	return s.Render(w, r, status, "signin", page.Page{Title: "Sign in", Wide: s.Demo, Problems: problems, Body: body})
}

// signIn takes whichever way was used. What is wrong is said in the same words whoever it was tried for.
func signIn(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	next := page.OwnPath(r.Form.Get("next"))
	var token string
	var err error
	switch {
	case r.Form.Get("person") != "" && s.Demo:
		token, err = s.App.SignInAs(r.Context(), r.Form.Get("person"))
	case r.Form.Get("passkey") != "":
		token, err = s.App.SignInWithPasskey(r.Context(), r.Form.Get("passkey"))
	case r.Form.Get("email") != "" || r.Form.Get("password") != "":
		half, err := s.App.SignInWithPassword(r.Context(), r.Form.Get("email"), r.Form.Get("password"))
		if err == nil {
			return showCode(s, w, r, http.StatusOK, half, next, nil)
		}
		return refuseSignIn(s, w, r, next, err, page.ProblemsOf(err))
	default:
		token, err = s.App.SignInWithKey(r.Context(), r.Text("key"))
		if fault.KindOf(err) != "" {
			// One answer for a wrong, an expired and a revoked key.
			return refuseSignIn(s, w, r, next, err,
				[]page.Problem{{ID: "f-key", Text: "This key does not open anything. Check that all of it was copied, or ask for a new one."}})
		}
	}
	if err != nil {
		return refuseSignIn(s, w, r, next, err, page.ProblemsOf(err))
	}
	return signedIn(s, w, r, token, next)
}

// refuseSignIn shows the page again; an error of ours goes on as it is.
func refuseSignIn(s *page.Site, w http.ResponseWriter, r *page.Request, next string, err error, problems []page.Problem) error {
	if fault.KindOf(err) == "" {
		return err
	}
	for i := range problems {
		if problems[i].ID == "f-passkey" {
			problems[i].ID = "" // the button that it stands for does not exist without script
		}
	}
	return showSignIn(s, w, r, http.StatusUnprocessableEntity, next, problems)
}

// signedIn hands the new session over and goes on to where the reader wanted to be.
func signedIn(s *page.Site, w http.ResponseWriter, r *page.Request, token, next string) error {
	if err := handOver(s, w, r, token); err != nil {
		return err
	}
	http.Redirect(w, r.Request, next, http.StatusSeeOther)
	return nil
}

// handOver gives the browser its new session. What it held before ends: whoever planted it there gains nothing.
func handOver(s *page.Site, w http.ResponseWriter, r *page.Request, token string) error {
	if r.Token != "" {
		if err := s.App.SignOut(r.Context(), r.Token); err != nil && fault.KindOf(err) == "" {
			return err
		}
	}
	s.SetCookie(w, token)
	return nil
}

type codeBody struct {
	Half, Next string
	Code       page.Control
}

func showCode(s *page.Site, w http.ResponseWriter, r *page.Request, status int, half, next string, problems []page.Problem) error {
	code := page.FormView{Problems: problems}.Control("code", "Code", "Six digits from your authenticator app, or one of your recovery codes.")
	code.Auto, code.Mode = "one-time-code", "text"
	return s.Render(w, r, status, "code", page.Page{Title: "Enter your code", Problems: problems,
		Body: codeBody{Half: half, Next: next, Code: code}})
}

// signInCode is the second step of the way by password.
func signInCode(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	next := page.OwnPath(r.Form.Get("next"))
	token, err := s.App.SignInWithCode(r.Context(), r.Form.Get("half"), r.Text("code"))
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return showCode(s, w, r, http.StatusUnprocessableEntity, r.Form.Get("half"), next, page.ProblemsOf(err))
	case fault.KindGone, fault.KindForbidden:
		return showSignIn(s, w, r, http.StatusUnprocessableEntity, next, []page.Problem{{Text: "The first step was too long ago. Begin again."}})
	}
	if err != nil {
		return err
	}
	return signedIn(s, w, r, token, next)
}

func signOut(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	if c, err := r.Cookie(s.CookieName()); err == nil {
		if err := s.App.SignOut(r.Context(), c.Value); err != nil && fault.KindOf(err) == "" {
			return err
		}
	}
	s.SetCookie(w, "")
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
		[]directory.Role{directory.IRCoordinator, directory.IRLead, directory.IRAnalyst, directory.Forensics, directory.SOCAnalyst,
			directory.HelpDesk, directory.TechnicalSupport}},
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
