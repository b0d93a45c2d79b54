package review

import (
	"net/http"
	"strings"

	webincidents "tocsin/internal/web/incidents"
	"tocsin/internal/web/page"
)

func proposeChange(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return learn(s, w, r, "propose", "", "proposed", func(number string) error {
		what, err := webincidents.Required(r, "what", "The proposal")
		if err != nil {
			return err
		}
		kind, target, _ := strings.Cut(r.Form.Get("about"), ":")
		return s.Lessons.ProposeChange(r.Context(), r.By(), number, kind, target, what)
	})
}

func decideProposal(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("proposal")
	return learn(s, w, r, "decide", id, "decided", func(number string) error {
		reason, err := webincidents.Required(r, "reason", "The reason")
		if err != nil {
			return err
		}
		return s.Lessons.DecideProposal(r.Context(), r.By(), number, id, r.Form.Get("accepted") == "yes", reason)
	})
}

func finishProposal(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("proposal")
	return learn(s, w, r, "finish", id, "finished", func(number string) error {
		return s.Lessons.FinishProposal(r.Context(), r.By(), number, id, r.Text("version"), r.Text("link"))
	})
}
