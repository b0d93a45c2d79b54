package communication

import (
	"net/http"

	"tocsin/internal/app"
	"tocsin/internal/web/page"
)

// communicationsBody is everything that was said about an incident, and the form for what was said elsewhere.
type communicationsBody struct {
	page.ActForms
	V  app.CommunicationsView
	Me string
}

// Channel offers by which way it was said.
func (b communicationsBody) Channel() page.Control {
	return b.Select("log", "", "channel", "By", "", "telephone", channelOptions[1:])
}

// Direction asks who told whom.
func (b communicationsBody) Direction() page.Control {
	return b.Select("log", "", "direction", "Direction", "", "out", []page.Option{{Value: "out", Label: "We told them"},
		{Value: "in", Label: "They told us"}})
}

// Who is who of us it was: the reader, until somebody types another name.
func (b communicationsBody) Who() page.Control {
	return b.Control("log", "", "who", "Who of us", "", b.Me)
}

// KindWords says what an entry is.
func (communicationsBody) KindWords(kind string) string {
	if kind == "logged" {
		return "Logged"
	}
	return page.Sentence(kind)
}

func communicationsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return showCommunications(s, w, r)(http.StatusOK, page.ActForms{})
}

func showCommunications(s *page.Site, w http.ResponseWriter, r *page.Request) func(int, page.ActForms) error {
	return func(status int, f page.ActForms) error {
		v, err := s.App.Communications(r.Context(), r.By(), r.PathValue("number"))
		if err != nil {
			return err
		}
		r.ReadIn(s, v.PackID)
		f.F.Zone = page.FormZone(s, r, v.PackID)
		return s.Render(w, r, status, "communications", page.Page{Title: "Communications about " + v.Incident, Wide: true, Problems: f.F.Problems,
			Done:   toldWords[r.URL.Query().Get("done")],
			Crumbs: page.IncidentCrumbs(v.Incident), Body: communicationsBody{ActForms: f, V: v, Me: r.By().Name}})
	}
}

func logCommunication(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	return onCommunication(w, r, "communications", showCommunications(s, w, r),
		page.Act{Name: "log", Done: "logged", Run: func(number string) error {
			d := page.NewDecoder(r.Form)
			l := app.CommunicationLog{Channel: d.Text("channel"), Incoming: d.Text("direction") == "in", At: d.When("at"), Who: d.Text("who"),
				Whom: d.Text("whom"), Summary: d.Text("summary")}
			if err := d.Err(); err != nil {
				return err
			}
			return s.App.LogCommunication(r.Context(), r.By(), number, l)
		}})
}
