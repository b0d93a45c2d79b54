package web

import (
	"net/http"

	"tocsin/internal/app"
)

// updatesBody is the status updates of an incident, and the form for a new one.
type updatesBody struct {
	acts
	V   app.UpdatesView
	For *app.AudienceView // whom a new one is for; nil until somebody chooses
}

// Text is what a new update says: what was typed, or what the policy begins it with.
func (b updatesBody) Text() control {
	c := b.Control("draft", "", "text", "The update", "Say what is known, what is not, and when the next one comes. Names only where they are needed.")
	c.Rows = 14
	if b.For != nil && !b.Opened("draft", "") {
		c.Value = b.For.Template
	}
	return c
}

// Revised is the text of an update as it stands, to be changed.
func (b updatesBody) Revised(u app.UpdateView) control {
	c := b.Control("revise", u.ID, "text", "The update", "")
	c.Rows = 12
	if !b.Opened("revise", u.ID) {
		c.Value = u.Text
	}
	return c
}

// Via asks how an update was passed on.
func (b updatesBody) Via(update string) control {
	return b.Control("send", update, "via", "How you pass it on", "Nobody of this audience gets mail from here.").chosen(channelOptions("Choose"))
}

func updatesPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showUpdates(w, r, r.URL.Query().Get("audience"))(http.StatusOK, acts{})
}

func (s *site) showUpdates(w http.ResponseWriter, r *request, audience string) func(int, acts) error {
	return func(status int, a acts) error {
		v, err := s.Updating.Updates(r.Context(), r.by(), r.PathValue("number"))
		if err != nil {
			return err
		}
		r.readIn(s, v.PackID)
		b := updatesBody{acts: a, V: v}
		for i := range v.Audiences {
			if v.Audiences[i].ID == audience {
				b.For = &v.Audiences[i]
			}
		}
		return s.render(w, r, status, "updates", page{Title: "Status updates on " + v.Incident, Problems: a.F.problems, Done: toldWords[r.URL.Query().Get("done")],
			Crumbs: incidentCrumbs(v.Incident), Body: b})
	}
}

func draftUpdate(s *site, w http.ResponseWriter, r *request) error {
	audience := r.form.Get("audience")
	return s.tell(w, r, "draft", "", "updates", "drafted", func(number string) error {
		text, err := r.required("text", "The update")
		if err != nil {
			return err
		}
		return s.Updating.DraftUpdate(r.Context(), r.by(), number, audience, text)
	}, s.showUpdates(w, r, audience))
}

func reviseUpdate(s *site, w http.ResponseWriter, r *request) error {
	update := r.form.Get("update")
	return s.tell(w, r, "revise", update, "updates", "revised", func(number string) error {
		text, err := r.required("text", "The update")
		if err != nil {
			return err
		}
		return s.Updating.ReviseUpdate(r.Context(), r.by(), number, update, text)
	}, s.showUpdates(w, r, ""))
}

// updateAct approves, returns, sends or gives up an update.
func updateAct(act, done string) handler {
	return func(s *site, w http.ResponseWriter, r *request) error {
		x := app.UpdateAct{Update: r.form.Get("update"), Act: act, Reason: r.text("reason"), Via: r.form.Get("via")}
		return s.tell(w, r, act, x.Update, "updates", done, func(number string) error {
			if act == "return" {
				if _, err := r.required("reason", "The reason"); err != nil {
					return err
				}
			}
			return s.Updating.ActOnUpdate(r.Context(), r.by(), number, x)
		}, s.showUpdates(w, r, ""))
	}
}
