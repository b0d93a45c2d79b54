package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

type listBody struct {
	Rows           []app.IncidentRow
	Search, Cursor string
	Entity         control
	Level          control
	Status         control
	Filtered       bool
	Next, Previous string // addresses; empty where there is none
}

// incidents lists what the reader may see, newest first, a page at a time.
func incidents(s *site, w http.ResponseWriter, r *request) error {
	q := r.URL.Query()
	for _, values := range q {
		if slices.ContainsFunc(values, func(v string) bool { return !properText(v) }) {
			return fault.Invalid("", "The search holds characters that are not text.", "")
		}
	}
	query := app.ListQuery{Search: strings.TrimSpace(q.Get("q")), Entity: q.Get("entity"), Level: policy.Level(q.Get("level")),
		Status: q.Get("status"), Cursor: q.Get("page"), Limit: 50}
	list, err := s.Records.Incidents(r.Context(), r.by(), query)
	if err != nil {
		return err
	}
	entities, err := s.Filings.Entities(r.Context(), r.by())
	if err != nil {
		return err
	}
	f := formView{typed: q}
	b := listBody{Rows: list.Incidents, Search: query.Search, Cursor: query.Cursor,
		Level: f.one("level", "Rating", "", []option{{Value: "", Label: "Any rating"}, {Value: "high", Label: "High"},
			{Value: "medium", Label: "Medium"}, {Value: "low", Label: "Low"}, {Value: "unrated", Label: "Not rated"}}),
		Status: f.one("status", "Status", "", []option{{Value: "", Label: "Any status"}, {Value: "telephoned", Label: "Telephoned, not filed"},
			{Value: "open", Label: "Open"}, {Value: "closed", Label: "Closed"}}),
		Entity: f.one("entity", "Agency", "", entityOptions(entities)),
		Next:   pageAddress(r.URL, list.Next), Previous: pageAddress(r.URL, list.Previous)}
	b.Filtered = query.Search+query.Entity+string(query.Level)+query.Status != ""
	if len(entities) > 0 {
		r.readIn(s, entities[0].Pack)
	}
	return s.render(w, r, http.StatusOK, "incidents", page{Title: "Incidents", Wide: true, Body: b})
}

func entityOptions(all []app.EntityView) []option {
	options := []option{{Value: "", Label: "All agencies"}}
	for _, e := range all {
		options = append(options, option{Value: e.ID, Label: e.Name})
	}
	return options
}

// pageAddress is the address of the same list at another cursor.
func pageAddress(u *url.URL, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := u.Query()
	q.Set("page", cursor)
	return u.Path + "?" + q.Encode()
}

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
