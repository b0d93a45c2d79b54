package web

import (
	"slices"

	"tocsin/internal/web/communication"
	"tocsin/internal/web/directory"
	"tocsin/internal/web/filing"
	"tocsin/internal/web/identity"
	"tocsin/internal/web/incidents"
	"tocsin/internal/web/investigation"
	"tocsin/internal/web/operations"
	"tocsin/internal/web/page"
	"tocsin/internal/web/policy"
	"tocsin/internal/web/response"
	"tocsin/internal/web/review"
	"tocsin/internal/web/team"
)

// routes is set in init because the handlers refer to pages that refer to addresses.
var routes []page.Row

func init() {
	routes = slices.Concat(identity.Routes(), filing.Routes(), incidents.Routes(), response.Routes(), investigation.Routes(),
		communication.Routes(),
		review.Routes(), team.Routes(), directory.Routes(), policy.Routes(), operations.Routes())
}

// Routes lists every address of the pages, for the access matrix.
func Routes() []page.Route {
	list := make([]page.Route, len(routes))
	for i, r := range routes {
		list[i] = r.Route
	}
	return list
}
