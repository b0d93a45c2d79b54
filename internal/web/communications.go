package web

import (
	"net/http"

	"tocsin/internal/app"
)

// communicationsBody is everything that was said about an incident, and the form for what was said elsewhere.
type communicationsBody struct {
	acts
	V  app.CommunicationsView
	Me string
}

// Channel offers by which way it was said.
func (b communicationsBody) Channel() control {
	c := b.Control("log", "", "channel", "By", "")
	if c.Value == "" {
		c.Value = "telephone"
	}
	return c.chosen(channelOptions("Choose")[1:])
}

// Direction asks who told whom.
func (b communicationsBody) Direction() control {
	c := b.Control("log", "", "direction", "Direction", "")
	if c.Value == "" {
		c.Value = "out"
	}
	return c.chosen([]option{{Value: "out", Label: "We told them"}, {Value: "in", Label: "They told us"}})
}

// Who is who of us it was: the reader, until somebody types another name.
func (b communicationsBody) Who() control {
	c := b.Control("log", "", "who", "Who of us", "")
	if !b.Opened("log", "") {
		c.Value = b.Me
	}
	return c
}

// KindWords says what an entry is.
func (communicationsBody) KindWords(kind string) string {
	if kind == "logged" {
		return "Logged"
	}
	return sentence(kind)
}

func communicationsPage(s *site, w http.ResponseWriter, r *request) error {
	return s.showCommunications(w, r)(http.StatusOK, acts{})
}

func (s *site) showCommunications(w http.ResponseWriter, r *request) func(int, acts) error {
	return func(status int, a acts) error {
		v, err := s.Updating.Communications(r.Context(), r.by(), r.PathValue("number"))
		if err != nil {
			return err
		}
		r.readIn(s, v.PackID)
		a.F.zone = s.formZone(r, v.PackID)
		return s.render(w, r, status, "communications", page{Title: "Communications about " + v.Incident, Wide: true, Problems: a.F.problems, Done: toldWords[r.URL.Query().Get("done")],
			Crumbs: incidentCrumbs(v.Incident), Body: communicationsBody{acts: a, V: v, Me: r.by().Name}})
	}
}

func logCommunication(s *site, w http.ResponseWriter, r *request) error {
	return s.tell(w, r, "log", "", "communications", "logged", func(number string) error {
		d := newDecoder(r.form)
		l := app.CommunicationLog{Channel: d.text("channel"), Incoming: d.text("direction") == "in", At: d.when("at"), Who: d.text("who"), Whom: d.text("whom"), Summary: d.text("summary")}
		if err := d.err(); err != nil {
			return err
		}
		return s.Updating.LogCommunication(r.Context(), r.by(), number, l)
	}, s.showCommunications(w, r))
}
