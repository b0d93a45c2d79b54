package web

import (
	"net/http"
	"strings"
)

func proposeChange(s *site, w http.ResponseWriter, r *request) error {
	return s.learn(w, r, "propose", "", "proposed", func(number string) error {
		what, err := r.required("what", "The proposal")
		if err != nil {
			return err
		}
		kind, target, _ := strings.Cut(r.form.Get("about"), ":")
		return s.Lessons.ProposeChange(r.Context(), r.by(), number, kind, target, what)
	})
}

func decideProposal(s *site, w http.ResponseWriter, r *request) error {
	id := r.form.Get("proposal")
	return s.learn(w, r, "decide", id, "decided", func(number string) error {
		reason, err := r.required("reason", "The reason")
		if err != nil {
			return err
		}
		return s.Lessons.DecideProposal(r.Context(), r.by(), number, id, r.form.Get("accepted") == "yes", reason)
	})
}

func finishProposal(s *site, w http.ResponseWriter, r *request) error {
	id := r.form.Get("proposal")
	return s.learn(w, r, "finish", id, "finished", func(number string) error {
		return s.Lessons.FinishProposal(r.Context(), r.by(), number, id, r.text("version"), r.text("link"))
	})
}
