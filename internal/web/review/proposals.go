package review

import (
	"net/http"
	"strings"

	"tocsin/internal/web/page"
)

func proposeChange(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onLessons(s, w, r, page.Act{Name: "propose", Done: "proposed", Needs: []string{"what", "The proposal"},
		Run: func(number string) error {
			kind, target, _ := strings.Cut(r.Form.Get("about"), ":")
			return s.App.ProposeChange(r.Context(), r.By(), number, kind, target, r.Text("what"))
		}})
}

func decideProposal(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("proposal")
	return onLessons(s, w, r, page.Act{Name: "decide", Subject: id, Done: "decided", Needs: page.ReasonNeeded, Run: func(number string) error {
		return s.App.DecideProposal(r.Context(), r.By(), number, id, r.Form.Get("accepted") == "yes", r.Text("reason"))
	}})
}

func finishProposal(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	id := r.Form.Get("proposal")
	return onLessons(s, w, r, page.Act{Name: "finish", Subject: id, Done: "finished", Run: func(number string) error {
		return s.App.FinishProposal(r.Context(), r.By(), number, id, r.Text("version"), r.Text("link"))
	}})
}
