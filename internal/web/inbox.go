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
	Who    control // whose work is shown
	Me     string  // person id of the reader
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
	mine := r.URL.Query().Get("who")
	if mine != "mine" && mine != "unassigned" {
		mine = ""
	}
	for _, st := range inboxStates {
		b.Tabs = append(b.Tabs, navItem{Title: st.title, Address: inboxPage(st.state, mine, "", ""), Current: st.state == b.State})
	}
	b.Me = r.by().Person
	b.Who = formView{typed: url.Values{"who": {mine}}}.one("who", "Whose work", "", []option{{Value: "", Label: "Everybody's"}, {Value: "mine", Label: "Mine"},
		{Value: "unassigned", Label: "Nobody's yet"}})
	for _, authority := range r.by().Authorities {
		cursorPage := func(cursor string) string {
			if cursor == "" {
				return ""
			}
			return inboxPage(b.State, mine, authority, cursor)
		}
		list, err := s.Records.Incidents(r.Context(), r.by(), app.ListQuery{Authority: authority, TrackState: b.State, Assignee: mine,
			Cursor: r.URL.Query().Get("page." + authority), Limit: 25})
		if err != nil {
			return err
		}
		b.Groups = append(b.Groups, trackGroup{Authority: authority, State: b.State, Rows: list.Incidents,
			Next: cursorPage(list.Next), Previous: cursorPage(list.Previous)})
	}
	return s.render(w, r, http.StatusOK, "inbox", page{Title: "Inbox", Wide: true, Done: doneWords[r.URL.Query().Get("done")], Body: b})
}

func inboxPage(state, who, authority, cursor string) string {
	q := url.Values{"state": {state}}
	if cursor != "" {
		q.Set("page."+authority, cursor)
	}
	if who != "" {
		q.Set("who", who)
	}
	return "/inbox?" + q.Encode()
}
