package communication

import (
	"net/http"

	"tocsin/internal/app"
	webincidents "tocsin/internal/web/incidents"
	"tocsin/internal/web/page"
)

// updatesBody is the status updates of an incident, and the form for a new one.
type updatesBody struct {
	acts
	V   app.UpdatesView
	For *app.AudienceView // whom a new one is for; nil until somebody chooses
}

// Text is what a new update says: what was typed, or what the policy begins it with.
func (b updatesBody) Text() page.Control {
	c := b.Control("draft", "", "text", "The update", "Say what is known, what is not, and when the next one comes. Names only where they are needed.")
	c.Rows = 14
	if b.For != nil && !b.Opened("draft", "") {
		c.Value = b.For.Template
	}
	return c
}

// Revised is the text of an update as it stands, to be changed.
func (b updatesBody) Revised(u app.UpdateView) page.Control {
	c := b.Control("revise", u.ID, "text", "The update", "")
	c.Rows = 12
	if !b.Opened("revise", u.ID) {
		c.Value = u.Text
	}
	return c
}

// Via asks how an update was passed on.
func (b updatesBody) Via(update string) page.Control {
	return b.Control("send", update, "via", "How you pass it on", "Nobody of this audience gets mail from here.").Offering(channelOptions("Choose"))
}

func updatesPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showUpdates(s, w, r, r.URL.Query().Get("audience"))(http.StatusOK, acts{})
}

func showUpdates(s *page.Site, w http.ResponseWriter, r *page.Request, audience string) func(int, acts) error {
	return func(status int, a acts) error {
		v, err := s.Updating.Updates(r.Context(), r.By(), r.PathValue("number"))
		if err != nil {
			return err
		}
		r.ReadIn(s, v.PackID)
		b := updatesBody{acts: a, V: v}
		for i := range v.Audiences {
			if v.Audiences[i].ID == audience {
				b.For = &v.Audiences[i]
			}
		}
		return s.Render(w, r, status, "updates", page.Page{Title: "Status updates on " + v.Incident, Problems: a.F.Problems, Done: toldWords[r.URL.Query().Get("done")],
			Crumbs: incidentCrumbs(v.Incident), Body: b})
	}
}

func draftUpdate(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	audience := r.Form.Get("audience")
	return tell(s, w, r, "draft", "", "updates", "drafted", func(number string) error {
		text, err := webincidents.Required(r, "text", "The update")
		if err != nil {
			return err
		}
		return s.Updating.DraftUpdate(r.Context(), r.By(), number, audience, text)
	}, showUpdates(s, w, r, audience))
}

func reviseUpdate(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	update := r.Form.Get("update")
	return tell(s, w, r, "revise", update, "updates", "revised", func(number string) error {
		text, err := webincidents.Required(r, "text", "The update")
		if err != nil {
			return err
		}
		return s.Updating.ReviseUpdate(r.Context(), r.By(), number, update, text)
	}, showUpdates(s, w, r, ""))
}

// updateAct approves, returns, sends or gives up an update.
func updateAct(act, done string) page.Handler {
	return func(s *page.Site, w http.ResponseWriter, r *page.Request) error {
		x := app.UpdateAct{Update: r.Form.Get("update"), Act: act, Reason: r.Text("reason"), Via: r.Form.Get("via")}
		return tell(s, w, r, act, x.Update, "updates", done, func(number string) error {
			if act == "return" {
				if _, err := webincidents.Required(r, "reason", "The reason"); err != nil {
					return err
				}
			}
			return s.Updating.ActOnUpdate(r.Context(), r.By(), number, x)
		}, showUpdates(s, w, r, ""))
	}
}
