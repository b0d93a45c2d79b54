// Package api serves the JSON interface under /api/v1: the same use cases as the pages, for other systems and the
// command line. It parses strictly, asks the application, and answers; it decides nothing itself. Its OpenAPI document is
// generated from the types that the handlers use, so the two cannot drift apart. This file wires the rooms; serve is their kernel.
package api

import (
	"net/http"
	"slices"

	"tocsin/internal/api/communication"
	"tocsin/internal/api/directory"
	"tocsin/internal/api/filing"
	"tocsin/internal/api/incidents"
	"tocsin/internal/api/investigation"
	"tocsin/internal/api/policy"
	"tocsin/internal/api/response"
	"tocsin/internal/api/review"
	"tocsin/internal/api/serve"
	"tocsin/internal/api/team"
)

// Config is what the interface is built from.
type Config = serve.Config

// Route is one row of the registry.
type Route = serve.Route

// New builds the handler of everything under /api/v1/. Mount it at /api/. It panics where the routes contradict
// themselves, which the first test finds.
func New(c Config) http.Handler { return serve.New(c, Routes()) }

// Routes lists every route once.
func Routes() []Route {
	return slices.Concat([]Route{serve.DocumentRoute}, filing.Routes(), directory.Routes(), incidents.Routes(), response.Routes(),
		investigation.Routes(), communication.Routes(), review.Routes(), team.Routes(), policy.Routes())
}
