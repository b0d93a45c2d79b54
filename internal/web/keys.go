package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

type keysBody struct {
	app.KeyList
	Label, Scopes, Days control
}

// keyDays are the lives that the page offers.
var keyDays = []string{"1", "7", "30", "90", "180", "365"}

func keysPage(s *site, w http.ResponseWriter, r *request) error {
	list, err := s.Ports.Keys.Keys(r.Context(), r.by(), r.URL.Query().Get("person"))
	if err != nil {
		return err
	}
	done := ""
	if r.URL.Query().Has("revoked") {
		done = "The key is revoked. What used it is refused from now on."
	}
	return s.showKeys(w, r, http.StatusOK, list, url.Values{"days": {strconv.Itoa(app.KeyDays)}}, nil, done)
}

// reopenKeys shows the form of a new key as it was filled in, after the proof.
func reopenKeys(s *site, w http.ResponseWriter, r *request) error {
	list, err := s.Ports.Keys.Keys(r.Context(), r.by(), "")
	if err != nil {
		return err
	}
	return s.showKeys(w, r, http.StatusOK, list, r.form, nil, confirmed(r))
}

func (s *site) showKeys(w http.ResponseWriter, r *request, status int, list app.KeyList, typed url.Values, problems []problem, done string) error {
	f := formView{typed: typed, problems: problems}
	b := keysBody{KeyList: list}
	b.Label = f.Text("label", "What is it for", "The name of the program that uses it, so that you know it again in a year.")
	var scopes []option
	for _, a := range list.Offer {
		scopes = append(scopes, option{Value: string(a), Label: scopeWords(a)})
	}
	b.Scopes = f.many("scopes", "What it may do", "Choose what the program needs and no more. It never gives more than your roles do.", scopes)
	var days []option
	for _, d := range keyDays {
		label := d + " days"
		if d == "1" {
			label = "1 day"
		}
		days = append(days, option{Value: d, Label: label})
	}
	b.Days = f.one("days", "How long it works", "", days)
	title := "Access keys"
	if !list.Own {
		title = "Access keys of " + list.Name
	}
	return s.render(w, r, status, "keys", page{Title: title, Wide: true, Problems: problems, Done: done, Body: b})
}

type madeBody struct{ Secret, Label string }

// makeKey shows the new key in the answer itself: it is kept nowhere that a second page could take it from.
func makeKey(s *site, w http.ResponseWriter, r *request) error {
	k := app.KeyRequest{Label: r.text("label")}
	k.Days, _ = strconv.Atoi(r.text("days")) // 0 is refused like every other number that is not offered
	for _, v := range r.form["scopes"] {
		k.Scopes = append(k.Scopes, access.Action(v))
	}
	secret, err := s.Ports.Keys.MakeKey(r.Context(), r.by(), k)
	if fault.KindOf(err) == fault.KindInvalid {
		list, again := s.Ports.Keys.Keys(r.Context(), r.by(), "")
		if again != nil {
			return again
		}
		return s.showKeys(w, r, http.StatusUnprocessableEntity, list, r.form, keyProblems(err), "")
	}
	if err != nil {
		return err
	}
	s.Log.Info("access key made", "by", r.by().ID, "scopes", k.Scopes, "days", k.Days)
	return s.render(w, r, http.StatusOK, "keymade", page{Title: "Copy your new key now", Crumbs: keyCrumbs(""), Body: madeBody{secret, k.Label}})
}

// keyProblems names the fields as the page does.
func keyProblems(err error) []problem {
	names := map[string]string{"f-label": "What is it for", "f-scopes": "What it may do", "f-days": "How long it works"}
	return problemsNamed(err, names)
}

func keyCrumbs(person string) []crumb {
	return []crumb{{"Home", "/"}, {"Access keys", keysAddress(person)}}
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
func revokePage(s *site, w http.ResponseWriter, r *request) error {
	person := r.URL.Query().Get("person")
	list, err := s.Ports.Keys.Keys(r.Context(), r.by(), person)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list.Keys, func(k app.KeyView) bool { return k.ID == r.PathValue("id") && k.Status == "in_force" })
	if i < 0 {
		return errAbsent
	}
	b := revokeBody{Key: list.Keys[i], Back: keysAddress(person)}
	if !list.Own {
		b.Person, b.Name = list.Person, list.Name
	}
	return s.render(w, r, http.StatusOK, "keyrevoke", page{Title: "Revoke this key?", Crumbs: keyCrumbs(b.Person), Body: b})
}

func revokeKey(s *site, w http.ResponseWriter, r *request) error {
	person := r.text("person")
	if err := s.Ports.Keys.RevokeKey(r.Context(), r.by(), person, r.PathValue("id")); err != nil {
		return err
	}
	s.Log.Info("access key revoked", "by", r.by().ID, "id", r.PathValue("id"))
	to := keysAddress(person)
	if person == "" {
		to += "?revoked"
	} else {
		to += "&revoked"
	}
	http.Redirect(w, r.Request, to, http.StatusSeeOther)
	return nil
}

func scopeWords(a access.Action) string {
	switch a {
	case access.Read:
		return "Read incidents"
	case access.File:
		return "File reports"
	case access.Rate:
		return "Decide ratings"
	case access.Discharge:
		return "State that duties were fulfilled"
	case access.Respond:
		return "Answer for an authority"
	case access.Reply:
		return "Answer questions of authorities"
	case access.Triage:
		return "See what people without an account sent"
	case access.Restrict:
		return "Restrict incidents to members, change them, release"
	case access.Break:
		return "Open restricted incidents without being a member (rings the alarm)"
	case access.Review:
		return "Review how restricted incidents were opened"
	case access.Contain:
		return "Answer for a containment tool"
	case access.Work:
		return "Work on the response"
	case access.Staff:
		return "Say who is of the response team"
	case access.Operate:
		return "See the operator’s pages"
	case access.Enact:
		return "Put versions of packs into force"
	case access.Provision:
		return "Bring in people and groups (SCIM)"
	}
	return sentence(string(a))
}
