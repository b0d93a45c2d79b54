package incidents

import (
	"net/http"
	"net/url"

	"tocsin/internal/app"
	"tocsin/internal/web/page"
)

type inboxBody struct {
	Groups []trackGroup
	Tabs   []page.NavItem
	State  string
	Who    page.Control // whose work is shown
	Me     string       // person id of the reader
}

// inboxStates are the states an authority sorts its incidents by; the first is what it owes an answer.
var inboxStates = []struct{ state, title string }{
	{"waiting", "Waiting for you"}, {"asked", "You asked"}, {"acknowledged", "Acknowledged"}, {"declined", "Declined"}, {"closed", "Closed"},
}

// inbox shows an authority what was sent to it, what waits first.
func inbox(s *page.Site, w http.ResponseWriter, r *page.Request) error {
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
		b.Tabs = append(b.Tabs, page.NavItem{Title: st.title, Address: inboxPage(st.state, mine, "", ""), Current: st.state == b.State})
	}
	b.Me = r.By().Person
	b.Who = page.FormView{Values: url.Values{"who": {mine}}}.One("who", "Whose work", "",
		[]page.Option{{Value: "", Label: "Everybody's"}, {Value: "mine", Label: "Mine"},
			{Value: "unassigned", Label: "Nobody's yet"}})
	for _, authority := range r.By().Authorities {
		cursorPage := func(cursor string) string {
			if cursor == "" {
				return ""
			}
			return inboxPage(b.State, mine, authority, cursor)
		}
		list, err := s.App.Incidents(r.Context(), r.By(), app.ListQuery{Authority: authority, TrackState: b.State, Assignee: mine,
			Cursor: r.URL.Query().Get("page." + authority), Limit: 25})
		if err != nil {
			return err
		}
		b.Groups = append(b.Groups, trackGroup{Authority: authority, State: b.State, Rows: list.Incidents,
			Next: cursorPage(list.Next), Previous: cursorPage(list.Previous)})
	}
	return s.Render(w, r, http.StatusOK, "inbox", page.Page{Title: "Inbox", Wide: true, Done: page.DoneWords[r.URL.Query().Get("done")],
		Body: b})
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
