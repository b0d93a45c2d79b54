// Package web is the browser's edge. It wires the rooms of the pages over one kernel.
package web

import (
	"net/http"
	"strings"

	"tocsin/internal/domain/access"
	"tocsin/internal/web/page"
)

// New returns the handler for every address of the pages. It does not serve the API.
func New(c page.Config) (http.Handler, error) { return page.ServeRoutes(c, routes, navFor) }

func navFor(by access.Actor, at string) []page.NavItem {
	items := []page.NavItem{{Title: "Home", Address: "/"}, {Title: "File a report", Address: "/report"},
		{Title: "Incidents", Address: "/incidents"}}
	if len(by.Authorities) > 0 {
		items = append(items[:1], page.NavItem{Title: "Inbox", Address: "/inbox"}, page.NavItem{Title: "Incidents", Address: "/incidents"})
	}
	if len(access.EntitiesFor(by, access.Read)) > 0 {
		items = append(items, page.NavItem{Title: "My work", Address: "/work"}, page.NavItem{Rare: true, Title: "Board", Address: "/board"},
			page.NavItem{Rare: true, Title: "Response teams", Address: "/team"})
	}
	if page.MayTriage(by) {
		items = append(items, page.NavItem{Title: "Triage", Address: "/triage"})
	}
	if len(access.EntitiesFor(by, access.Review)) > 0 {
		items = append(items, page.NavItem{Rare: true, Title: "Reviews", Address: "/reviews"})
	}
	if page.MayCount(by) {
		items = append(items, page.NavItem{Rare: true, Title: "Actions", Address: "/actions"},
			page.NavItem{Rare: true, Title: "Statistics", Address: "/statistics"})
	}
	items = append(items, page.NavItem{Rare: true, Title: "Directory", Address: "/directory"})
	items = append(items, page.NavItem{Rare: true, Title: "Policy", Address: "/policy"})
	if page.Operates(by) {
		items = append(items, page.NavItem{Rare: true, Title: "Operations", Address: "/operations"})
	}
	if page.MayInvite(by) {
		items = append(items, page.NavItem{Rare: true, Title: "Invite people", Address: "/invitations"})
	}
	for i := range items {
		a := items[i].Address
		items[i].Current = at == a || a != "/" && strings.HasPrefix(at, a+"/")
	}
	return items
}
