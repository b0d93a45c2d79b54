package communication

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/web/page"
)

// updatesBody is the status updates of an incident, and the form for a new one.
type updatesBody struct {
	page.ActForms
	V   app.UpdatesView
	For *app.AudienceView // whom a new one is for; nil until somebody chooses
}

// Text is what a new update says: what was typed, or what the policy begins it with.
func (b updatesBody) Text() page.Control {
	begin := ""
	if b.For != nil {
		begin = b.For.Template
	}
	return b.Area("draft", "", "text", "The update",
		"Say what is known, what is not, and when the next one comes. Names only where they are needed.", begin, 14)
}

// Revised is the text of an update as it stands, to be changed.
func (b updatesBody) Revised(u app.UpdateView) page.Control {
	return b.Area("revise", u.ID, "text", "The update", "", u.Text, 12)
}

// Via asks how an update was passed on.
func (b updatesBody) Via(update string) page.Control {
	return b.Select("send", update, "via", "How you pass it on", "Nobody of this audience gets mail from here.", "", channelOptions)
}

func updatesPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showUpdates(s, w, r, r.URL.Query().Get("audience"))(http.StatusOK, page.ActForms{})
}

func showUpdates(s *page.Site, w http.ResponseWriter, r *page.Request, audience string) func(int, page.ActForms) error {
	return func(status int, f page.ActForms) error {
		v, err := s.App.Updates(r.Context(), r.By(), r.PathValue("number"))
		if err != nil {
			return err
		}
		r.ReadIn(s, v.PackID)
		b := updatesBody{ActForms: f, V: v}
		for i := range v.Audiences {
			if v.Audiences[i].ID == audience {
				b.For = &v.Audiences[i]
			}
		}
		return s.Render(w, r, status, "updates", page.Page{Title: "Status updates on " + v.Incident, Problems: f.F.Problems,
			Done:   toldWords[r.URL.Query().Get("done")],
			Crumbs: page.IncidentCrumbs(v.Incident), Body: b})
	}
}

func draftUpdate(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	audience := r.Form.Get("audience")
	return onCommunication(w, r, "updates", showUpdates(s, w, r, audience),
		page.Act{Name: "draft", Done: "drafted", Needs: []string{"text", "The update"}, Run: func(number string) error {
			return s.App.DraftUpdate(r.Context(), r.By(), number, audience, r.Text("text"))
		}})
}

func reviseUpdate(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	update := r.Form.Get("update")
	return onCommunication(w, r, "updates", showUpdates(s, w, r, ""), page.Act{Name: "revise", Subject: update, Done: "revised",
		Needs: []string{"text", "The update"}, Run: func(number string) error {
			return s.App.ReviseUpdate(r.Context(), r.By(), number, update, r.Text("text"))
		}})
}

// updateAct approves, returns, sends or gives up an update.
func updateAct(name, done string, needs ...string) page.Handler {
	return func(s *page.Site, w http.ResponseWriter, r *page.Request) error {
		x := app.UpdateAct{Update: r.Form.Get("update"), Act: name, Reason: r.Text("reason"), Via: r.Form.Get("via")}
		a := page.Act{Name: name, Subject: x.Update, Done: done, Needs: needs, Run: func(number string) error {
			return s.App.ActOnUpdate(r.Context(), r.By(), number, x)
		}}
		return onCommunication(w, r, "updates", showUpdates(s, w, r, ""), a)
	}
}
