package filing

import (
	"net/http"
	"net/url"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

type linkBody struct {
	V        app.LinkView
	Token    string
	Answered bool
	Contacts []policy.Contact
}

// linkPage shows what a mailed link stands for. Reading it changes nothing: mail filters open links before people do.
func linkPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	token := r.PathValue("token")
	v, err := s.App.Link(r.Context(), token)
	if err != nil {
		return deadLink(s, w, r, err)
	}
	done := ""
	if v.Status == "acknowledged" && r.URL.Query().Get("done") == "acknowledged" {
		done = "Thank you. Your acknowledgement is recorded and " + v.EntityName + " sees it."
	}
	return s.Render(w, r, http.StatusOK, "link", page.Page{Title: "Acknowledge incident " + v.Incident, Done: done,
		Body: linkBody{V: v, Token: token, Answered: v.Status == "acknowledged" || v.Status == "declined" || v.Status == "closed"}})
}

func linkAcknowledge(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	token := r.PathValue("token")
	if _, err := s.App.AcknowledgeByLink(r.Context(), token); err != nil {
		return deadLink(s, w, r, err)
	}
	http.Redirect(w, r.Request, "/a/"+url.PathEscape(token)+"?done=acknowledged", http.StatusSeeOther)
	return nil
}

// deadLink answers a link that has run out, or was never made, or was cut in two by a mail program: all alike.
func deadLink(s *page.Site, w http.ResponseWriter, r *page.Request, err error) error {
	if fault.KindOf(err) == "" {
		return err
	}
	status := http.StatusNotFound
	if fault.KindOf(err) == fault.KindGone {
		status = http.StatusGone
	}
	return s.Render(w, r, status, "deadlink", page.Page{Title: "This link does not work any more",
		Body: linkBody{Contacts: s.App.Emergency()}})
}
