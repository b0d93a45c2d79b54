package web

import (
	"net/http"
	"strings"

	"tocsin/internal/domain/access"
)

// New returns the handler for every address of the pages. It does not serve the API.
func New(c Config) (http.Handler, error) { return serveRoutes(c, routes, navFor) }

func navFor(by access.Actor, at string) []navItem {
	items := []navItem{{Title: "Home", Address: "/"}, {Title: "File a report", Address: "/report"}, {Title: "Incidents", Address: "/incidents"}}
	if len(by.Authorities) > 0 {
		items = append(items[:1], navItem{Title: "Inbox", Address: "/inbox"}, navItem{Title: "Incidents", Address: "/incidents"})
	}
	if len(access.EntitiesFor(by, access.Read)) > 0 {
		items = append(items, navItem{Title: "My work", Address: "/work"}, navItem{rare: true, Title: "Board", Address: "/board"}, navItem{rare: true, Title: "Response teams", Address: "/team"})
	}
	if mayTriage(by) {
		items = append(items, navItem{Title: "Triage", Address: "/triage"})
	}
	if len(access.EntitiesFor(by, access.Review)) > 0 {
		items = append(items, navItem{rare: true, Title: "Reviews", Address: "/reviews"})
	}
	if mayCount(by) {
		items = append(items, navItem{rare: true, Title: "Actions", Address: "/actions"}, navItem{rare: true, Title: "Statistics", Address: "/statistics"})
	}
	items = append(items, navItem{rare: true, Title: "Directory", Address: "/directory"})
	items = append(items, navItem{rare: true, Title: "Policy", Address: "/policy"})
	if operates(by) {
		items = append(items, navItem{rare: true, Title: "Operations", Address: "/operations"})
	}
	if mayInvite(by) {
		items = append(items, navItem{rare: true, Title: "Invite people", Address: "/invitations"})
	}
	for i := range items {
		a := items[i].Address
		items[i].Current = at == a || a != "/" && strings.HasPrefix(at, a+"/")
	}
	return items
}
