package web

import (
	"net/http"
	"net/url"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
)

// directoryCrumb leads back from every page of the directory.
var directoryCrumb = crumb{"Directory", "/directory"}

// directoryPage shows entities as a tree, the authorities, and what a search finds.
func directoryPage(s *site, w http.ResponseWriter, r *request) error {
	search := r.URL.Query().Get("q")
	if !properText(search) || len(search) > 500 {
		return fault.Invalid("", "The search holds characters that are not text, or is very long.", "")
	}
	t, err := s.Directory.DirectoryTree(r.Context(), r.by(), search)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "directory", page{Title: "Directory", Wide: true, Done: directoryDone[r.URL.Query().Get("done")], Body: t})
}

// directoryDone says what was just done; the address carries only which of these it was.
var directoryDone = map[string]string{
	"saved":    "The directory was changed. It holds from the next second on.",
	"removed":  "The entry was taken out.",
	"gone":     "The person is marked as gone and can no longer sign in.",
	"tested":   "The test is on its way. Its result appears below within moments: reload the page.",
	"imported": "The files were imported.",
}

func entityPage(s *site, w http.ResponseWriter, r *request) error {
	v, err := s.Directory.EntityPage(r.Context(), r.by(), r.PathValue("id"))
	if err != nil {
		return err
	}
	crumbs := []crumb{directoryCrumb}
	for _, e := range v.Above {
		crumbs = append(crumbs, crumb{e.Name, "/directory/entities/" + url.PathEscape(e.ID)})
	}
	return s.render(w, r, http.StatusOK, "entity", page{Title: v.Name, Crumbs: crumbs, Wide: true, Done: directoryDone[r.URL.Query().Get("done")], Body: v})
}

func personPage(s *site, w http.ResponseWriter, r *request) error {
	v, err := s.Directory.PersonPage(r.Context(), r.by(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "person", page{Title: v.Name, Crumbs: []crumb{directoryCrumb}, Done: directoryDone[r.URL.Query().Get("done")], Body: v})
}

func authorityPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showAuthority(w, r, http.StatusOK, nil)
}

func (s *site) showAuthority(w http.ResponseWriter, r *request, status int, problems []problem) error {
	v, err := s.Directory.AuthorityPage(r.Context(), r.by(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.render(w, r, status, "authority", page{Title: v.Name, Crumbs: []crumb{directoryCrumb}, Problems: problems, Wide: true,
		Done: directoryDone[r.URL.Query().Get("done")], Body: authorityBody{v}})
}

type authorityBody struct{ app.AuthorityPage }

// TestWords says what became of a test message.
func (authorityBody) TestWords(t app.TestView) string {
	switch t.Outcome {
	case notify.Delivered:
		return "Taken by the receiving server"
	case notify.Refused:
		return "Refused"
	case notify.Deferred:
		return "Not taken; it is not tried again"
	}
	return "On its way"
}

// TestTint is the tint of a test's tag.
func (authorityBody) TestTint(t app.TestView) string {
	switch t.Outcome {
	case notify.Delivered:
		return "delivered"
	case notify.Refused, notify.Deferred:
		return "escalated"
	}
	return "owed"
}

func sendTest(s *site, w http.ResponseWriter, r *request) error {
	err := s.Editing.SendTest(r.Context(), r.by(), r.PathValue("id"), r.form.Get("channel"))
	if fault.KindOf(err) == fault.KindInvalid {
		return s.showAuthority(w, r, http.StatusUnprocessableEntity, entryProblems(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/directory/authorities/"+url.PathEscape(r.PathValue("id"))+"?done=tested", http.StatusSeeOther)
	return nil
}

func directoryHistory(s *site, w http.ResponseWriter, r *request) error {
	edits, err := s.Directory.DirectoryHistory(r.Context(), r.by())
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "dirhistory", page{Title: "Changes of the directory", Crumbs: []crumb{directoryCrumb}, Wide: true, Body: edits})
}

func leavingPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showLeaving(w, r, http.StatusOK, nil)
}

func (s *site) showLeaving(w http.ResponseWriter, r *request, status int, problems []problem) error {
	v, err := s.Directory.Leaving(r.Context(), r.by(), r.PathValue("id"))
	if err != nil {
		return err
	}
	back := crumb{v.Person.Name, "/directory/people/" + url.PathEscape(v.Person.ID)}
	return s.render(w, r, status, "leaving", page{Title: v.Person.Name + " has left", Crumbs: []crumb{directoryCrumb, back}, Problems: problems, Body: v})
}

func leave(s *site, w http.ResponseWriter, r *request) error {
	err := s.Editing.MarkGone(r.Context(), r.by(), r.PathValue("id"), r.form.Get("stamp"))
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindConflict {
		return s.showLeaving(w, r, http.StatusConflict, entryProblems(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/directory/people/"+url.PathEscape(r.PathValue("id"))+"?done=gone", http.StatusSeeOther)
	return nil
}

// entryLabels names the fields of entries.
var entryLabels = map[string]string{
	"id": "Id", "name": "Name", "parent": "Above it", "pack": "Policy pack", "address": "Address", "org_code": "Organisation code",
	"email": "E-mail", "phones": "Telephone numbers", "entity": "Entity", "title": "Title", "gone": "Has left", "roles": "Roles",
	"webhook": "Webhook address", "webhook_secret": "Webhook secret", "phone": "Telephone", "rating": "Rating", "owner": "Information owner",
	"channel": "Test",
}

// entryProblems puts refusals of the directory into sentences, each leading to its field.
func entryProblems(err error) []problem {
	var list []problem
	for _, e := range fault.All(err) {
		p := problem{Text: full(e.Detail) + " " + full(e.Remedy)}
		if label := entryLabels[e.Field]; label != "" {
			p.ID, p.Label = fieldID(e.Field), label
		} else {
			p.Label = e.Field
		}
		list = append(list, p)
	}
	return list
}

// full makes a sentence of words.
func full(words string) string {
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + strings.TrimSuffix(words[1:], ".") + "."
}

// kindPath names the kinds of entries in addresses.
var kindPath = map[string]string{
	"entities": directory.KindEntity, "people": directory.KindPerson, "authorities": directory.KindAuthority, "assets": directory.KindAsset,
}
