package api

import (
	"net/http"
	"slices"
)

// New builds the handler of everything under /api/v1/. Mount it at /api/. It panics where the routes contradict
// themselves, which the first test finds.
func New(c Config) http.Handler { return newServer(c, Routes()) }

// Routes lists every route once.
func Routes() []Route {
	return slices.Concat([]Route{documentRoute}, filingRoutes(), directoryRoutes(), incidentRoutes(), responseRoutes(),
		investigationRoutes(), communicationRoutes(), reviewRoutes(), teamRoutes(), policyRoutes())
}
