package directory

import (
	"net/http"
	"net/url"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/web/page"
)

// crumbs leads back from every page of the directory; rest are further pairs of a title and an address.
func crumbs(rest ...string) []page.Crumb {
	return page.Crumbs(append([]string{"Directory", "/directory"}, rest...)...)
}

// directoryPage shows entities as a tree, the authorities, and what a search finds.
func directoryPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	search := r.URL.Query().Get("q")
	if !page.ProperText(search) || len(search) > 500 {
		return fault.Invalid("", "The search holds characters that are not text, or is very long.", "")
	}
	t, err := s.App.DirectoryTree(r.Context(), r.By(), search)
	if err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, "directory", page.Page{Title: "Directory", Wide: true, Done: directoryDone[r.URL.Query().Get("done")],
		Body: t})
}

// directoryDone says what was just done; the address carries only which of these it was.
var directoryDone = map[string]string{
	"saved":    "The directory was changed. It holds from the next second on.",
	"removed":  "The entry was taken out.",
	"gone":     "The person is marked as gone and can no longer sign in.",
	"tested":   "The test is on its way. Its result appears below within moments: reload the page.",
	"imported": "The files were imported.",
}

func entityPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.EntityPage(r.Context(), r.By(), r.PathValue("id"))
	if err != nil {
		return err
	}
	trail := crumbs()
	for _, e := range v.Above {
		trail = append(trail, page.Crumb{Title: e.Name, Address: "/directory/entities/" + url.PathEscape(e.ID)})
	}
	return s.Render(w, r, http.StatusOK, "entity", page.Page{Title: v.Name, Crumbs: trail, Wide: true,
		Done: directoryDone[r.URL.Query().Get("done")], Body: v})
}

func personPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.PersonPage(r.Context(), r.By(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, "person", page.Page{Title: v.Name, Crumbs: crumbs(), Done: directoryDone[r.URL.Query().Get("done")],
		Body: v})
}

func authorityPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showAuthority(s, w, r, http.StatusOK, nil)
}

func showAuthority(s *page.Site, w http.ResponseWriter, r *page.Request, status int, problems []page.Problem) error {
	v, err := s.App.AuthorityPage(r.Context(), r.By(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.Render(w, r, status, "authority", page.Page{Title: v.Name, Crumbs: crumbs(), Problems: problems, Wide: true,
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

func sendTest(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	err := s.App.SendTest(r.Context(), r.By(), r.PathValue("id"), r.Form.Get("channel"))
	if fault.KindOf(err) == fault.KindInvalid {
		return showAuthority(s, w, r, http.StatusUnprocessableEntity, entryProblems(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/directory/authorities/"+url.PathEscape(r.PathValue("id"))+"?done=tested", http.StatusSeeOther)
	return nil
}

func directoryHistory(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	edits, err := s.App.DirectoryHistory(r.Context(), r.By())
	if err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, "dirhistory", page.Page{Title: "Changes of the directory", Crumbs: crumbs(), Wide: true, Body: edits})
}

func leavingPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showLeaving(s, w, r, http.StatusOK, nil)
}

func showLeaving(s *page.Site, w http.ResponseWriter, r *page.Request, status int, problems []page.Problem) error {
	v, err := s.App.Leaving(r.Context(), r.By(), r.PathValue("id"))
	if err != nil {
		return err
	}
	back := page.Crumb{Title: v.Person.Name, Address: "/directory/people/" + url.PathEscape(v.Person.ID)}
	return s.Render(w, r, status, "leaving", page.Page{Title: v.Person.Name + " has left", Crumbs: append(crumbs(), back), Problems: problems,
		Body: v})
}

func leave(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	err := s.App.MarkGone(r.Context(), r.By(), r.PathValue("id"), r.Form.Get("stamp"))
	if kind := fault.KindOf(err); kind == fault.KindInvalid || kind == fault.KindConflict {
		return showLeaving(s, w, r, http.StatusConflict, entryProblems(err))
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
func entryProblems(err error) []page.Problem {
	var list []page.Problem
	for _, e := range fault.All(err) {
		p := page.Problem{Text: full(e.Detail) + " " + full(e.Remedy)}
		if label := entryLabels[e.Field]; label != "" {
			p.ID, p.Label = page.FieldID(e.Field), label
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
