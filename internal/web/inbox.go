package web

import (
	"net/http"
	"net/url"

	"tocsin/internal/app"
)

type inboxBody struct {
	Groups []trackGroup
	Tabs   []navItem
	State  string
}

// inboxStates are the states an authority sorts its incidents by; the first is what it owes an answer.
var inboxStates = []struct{ state, title string }{
	{"waiting", "Waiting for you"}, {"asked", "You asked"}, {"acknowledged", "Acknowledged"}, {"declined", "Declined"}, {"closed", "Closed"},
}

// inbox shows an authority what was sent to it, what waits first.
func inbox(s *site, w http.ResponseWriter, r *request) error {
	b := inboxBody{State: r.URL.Query().Get("state")}
	known := false
	for _, st := range inboxStates {
		known = known || st.state == b.State
	}
	if !known {
		b.State = inboxStates[0].state
	}
	for _, st := range inboxStates {
		b.Tabs = append(b.Tabs, navItem{Title: st.title, Address: "/inbox?state=" + st.state, Current: st.state == b.State})
	}
	for _, authority := range r.by().Authorities {
		list, err := s.Records.Incidents(r.Context(), r.by(), app.ListQuery{Authority: authority, TrackState: b.State,
			Cursor: r.URL.Query().Get("page." + authority), Limit: 25})
		if err != nil {
			return err
		}
		b.Groups = append(b.Groups, trackGroup{Authority: authority, State: b.State, Rows: list.Incidents,
			Next: inboxPage(b.State, authority, list.Next), Previous: inboxPage(b.State, authority, list.Previous)})
	}
	return s.render(w, r, http.StatusOK, "inbox", page{Title: "Inbox", Wide: true, Done: doneWords[r.URL.Query().Get("done")], Body: b})
}

func inboxPage(state, authority, cursor string) string {
	if cursor == "" {
		return ""
	}
	return "/inbox?" + url.Values{"state": {state}, "page." + authority: {cursor}}.Encode()
}
