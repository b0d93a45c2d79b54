package identity

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

type keysBody struct {
	app.KeyList
	Label, Scopes, Days page.Control
}

// keyDays are the lives that the page offers.
var keyDays = []string{"1", "7", "30", "90", "180", "365"}

func keysPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	list, err := s.App.Keys(r.Context(), r.By(), r.URL.Query().Get("person"))
	if err != nil {
		return err
	}
	done := ""
	if r.URL.Query().Has("revoked") {
		done = "The key is revoked. What used it is refused from now on."
	}
	return showKeys(s, w, r, http.StatusOK, list, url.Values{"days": {strconv.Itoa(app.KeyDays)}}, nil, done)
}

// reopenKeys shows the form of a new key as it was filled in, after the proof.
func reopenKeys(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	list, err := s.App.Keys(r.Context(), r.By(), "")
	if err != nil {
		return err
	}
	return showKeys(s, w, r, http.StatusOK, list, r.Form, nil, page.Confirmed(r))
}

func showKeys(s *page.Site, w http.ResponseWriter, r *page.Request, status int, list app.KeyList, typed url.Values, problems []page.Problem,
	done string) error {
	f := page.FormView{Values: typed, Problems: problems}
	b := keysBody{KeyList: list}
	b.Label = f.Text("label", "What is it for", "The name of the program that uses it, so that you know it again in a year.")
	var scopes []page.Option
	for _, a := range list.Offer {
		scopes = append(scopes, page.Option{Value: string(a), Label: page.ScopeWords(a)})
	}
	b.Scopes = f.Many("scopes", "What it may do", "Choose what the program needs and no more. It never gives more than your roles do.", scopes)
	var days []page.Option
	for _, d := range keyDays {
		label := d + " days"
		if d == "1" {
			label = "1 day"
		}
		days = append(days, page.Option{Value: d, Label: label})
	}
	b.Days = f.One("days", "How long it works", "", days)
	title := "Access keys"
	if !list.Own {
		title = "Access keys of " + list.Name
	}
	return s.Render(w, r, status, "keys", page.Page{Title: title, Wide: true, Problems: problems, Done: done, Body: b})
}

type madeBody struct{ Secret, Label string }

// makeKey shows the new key in the answer itself: it is kept nowhere that a second page could take it from.
func makeKey(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	k := app.KeyRequest{Label: r.Text("label")}
	k.Days, _ = strconv.Atoi(r.Text("days")) // 0 is refused like every other number that is not offered
	for _, v := range r.Form["scopes"] {
		k.Scopes = append(k.Scopes, access.Action(v))
	}
	secret, err := s.App.MakeKey(r.Context(), r.By(), k)
	if fault.KindOf(err) == fault.KindInvalid {
		list, again := s.App.Keys(r.Context(), r.By(), "")
		if again != nil {
			return again
		}
		return showKeys(s, w, r, http.StatusUnprocessableEntity, list, r.Form, keyProblems(err), "")
	}
	if err != nil {
		return err
	}
	s.Log.Info("access key made", "by", r.By().ID, "scopes", k.Scopes, "days", k.Days)
	return s.Render(w, r, http.StatusOK, "keymade", page.Page{Title: "Copy your new key now", Crumbs: keyCrumbs(""),
		Body: madeBody{secret, k.Label}})
}

// keyProblems names the fields as the page does.
func keyProblems(err error) []page.Problem {
	names := map[string]string{"f-label": "What is it for", "f-scopes": "What it may do", "f-days": "How long it works"}
	return page.ProblemsNamed(err, names)
}

func keyCrumbs(person string) []page.Crumb {
	return page.Crumbs("Home", "/", "Access keys", keysAddress(person))
}

func keysAddress(person string) string {
	if person == "" {
		return "/account/keys"
	}
	return "/account/keys?person=" + url.QueryEscape(person)
}

type revokeBody struct {
	Key    app.KeyView
	Person string // empty for one's own
	Name   string
	Back   string
}

// revokePage asks before a key is ended: something may stop working.
func revokePage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	person := r.URL.Query().Get("person")
	list, err := s.App.Keys(r.Context(), r.By(), person)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list.Keys, func(k app.KeyView) bool { return k.ID == r.PathValue("id") && k.Status == "in_force" })
	if i < 0 {
		return page.ErrAbsent
	}
	b := revokeBody{Key: list.Keys[i], Back: keysAddress(person)}
	if !list.Own {
		b.Person, b.Name = list.Person, list.Name
	}
	return s.Render(w, r, http.StatusOK, "keyrevoke", page.Page{Title: "Revoke this key?", Crumbs: keyCrumbs(b.Person), Body: b})
}

func revokeKey(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	person := r.Text("person")
	if err := s.App.RevokeKey(r.Context(), r.By(), person, r.PathValue("id")); err != nil {
		return err
	}
	s.Log.Info("access key revoked", "by", r.By().ID, "id", r.PathValue("id"))
	to := keysAddress(person)
	if person == "" {
		to += "?revoked"
	} else {
		to += "&revoked"
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}
