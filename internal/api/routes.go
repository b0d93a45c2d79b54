package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
)

// Route is one row of the registry: what may be asked, what it needs, and what remains of it. There is no other way to
// add a path, so a test that walks Routes sees all of them.
type Route struct {
	Method  string
	Pattern string // of http.ServeMux, without the method
	// Permission is what the actor needs; empty where nobody needs to sign in.
	Permission access.Action
	// Object names what the permission is judged on: "entity", "incident", "authority", or "list" where the answer is
	// filtered by the actor's scope.
	Object string
	// Audit says what is kept of the act: "fact" (an entry in the ledger), "log" (the request log) or "none".
	Audit string
}

// bodyRule says whether a request carries a body.
type bodyRule int

const (
	noBody bodyRule = iota
	needsBody
	emptyBody // nothing, or an empty object
)

// route is a Route with how it is served.
type route struct {
	Route
	id, summary string
	status      int // of success
	body        bodyRule
	sample      func() any // the type of the body, to blame a field when it is too large
	register    func(*server, huma.Operation)
}

// Routes lists every route once.
func Routes() []Route {
	out := make([]Route, 0, len(table))
	for _, r := range table {
		out = append(out, r.Route)
	}
	return out
}

const (
	get, post = http.MethodGet, http.MethodPost
	one       = "/api/v1/incidents/{number}"
	track     = one + "/tracks/{authority}"
)

var table []route

func init() { // in init, because the handlers mention the table in turn
	table = []route{
		{Route{post, "/api/v1/filings", access.File, "entity", "fact"}, "file", "File a report", 201, needsBody, of[incident.Filing], with((*server).file)},
		{Route{post, "/api/v1/telephone-reports", access.File, "entity", "fact"}, "telephone", "Record a report made by telephone", 201, needsBody, of[incident.Telephone], with((*server).telephone)},
		{Route{post, "/api/v1/preview", access.File, "entity", "log"}, "preview", "Say what a filing would lead to, recording nothing", 200, needsBody, of[incident.Filing], with((*server).preview)},
		{Route{get, "/api/v1/forms/{entity}", access.File, "entity", "log"}, "form", "What a filing for an entity asks", 200, noBody, nil, with((*server).form)},
		{Route{get, "/api/v1/entities", access.Read, "list", "log"}, "entities", "Entities that this key may see", 200, noBody, nil, with((*server).entities)},
		{Route{get, "/api/v1/incidents", access.Read, "list", "log"}, "incidents", "A page of incidents, newest first", 200, noBody, nil, with((*server).incidents)},
		{Route{get, one, access.Read, "incident", "log"}, "incident", "One incident as of now", 200, noBody, nil, with((*server).incident)},
		{Route{get, one + "/filings/{filing}/receipt", access.Read, "incident", "log"}, "receipt", "The receipt of a filing, to be checked offline", 200, noBody, nil, with((*server).receipt)},
		{Route{post, track + "/acknowledge", access.Respond, "authority", "fact"}, "acknowledge", "Acknowledge that the authority has the report", 204, emptyBody, nil, with((*server).acknowledge)},
		{Route{post, track + "/questions", access.Respond, "authority", "fact"}, "ask", "Ask the entity for more", 204, needsBody, of[question], with((*server).ask)},
		{Route{post, track + "/decline", access.Respond, "authority", "fact"}, "decline", "Decline to act, with a reason", 204, needsBody, of[reason], with((*server).decline)},
		{Route{post, track + "/close", access.Respond, "authority", "fact"}, "close", "Close the authority's track", 204, needsBody, of[reason], with((*server).closeTrack)},
		{Route{post, one + "/questions/{id}/answer", access.Reply, "incident", "fact"}, "answer", "Answer an authority's question", 204, needsBody, of[answer], with((*server).answer)},
		{Route{post, one + "/rating", access.Rate, "incident", "fact"}, "rate", "Decide the rating, with a reason", 204, needsBody, of[rating], with((*server).rate)},
		{Route{post, one + "/post-incident-report", access.Rate, "incident", "fact"}, "post-incident-report", "Decide whether a post-incident report is required", 204, needsBody, of[postIncident], with((*server).postIncident)},
		{Route{post, one + "/duties/{id}/discharge", access.Discharge, "incident", "fact"}, "discharge", "State that a duty was fulfilled", 204, needsBody, of[statement], with((*server).discharge)},
		{Route{get, one + "/response", access.Read, "incident", "log"}, "response", "How the incident is responded to", 200, noBody, nil, with((*server).response)},
		{Route{post, one + "/response", access.Discharge, "incident", "fact"}, "start-response", "Start the response: who leads, what was begun", 204, needsBody, of[start], with((*server).startResponse)},
		{Route{post, one + "/response/handover", access.Discharge, "incident", "fact"}, "hand-over", "Hand the lead over with a state of play", 204, needsBody, of[handOver], with((*server).handOver)},
		{Route{post, one + "/response/playbooks", access.Work, "incident", "fact"}, "follow-playbook", "Put a procedure's steps on the list", 204, needsBody, of[followed], with((*server).follow)},
		{Route{post, one + "/tasks", access.Work, "incident", "fact"}, "add-task", "Add a task", 204, needsBody, of[newTask], with((*server).addTask)},
		{Route{post, one + "/tasks/{id}/take", access.Work, "incident", "fact"}, "take-task", "Say who does a task", 204, needsBody, of[taken], with((*server).takeTask)},
		{Route{post, one + "/tasks/{id}/done", access.Work, "incident", "fact"}, "finish-task", "Say that a task was done", 204, needsBody, of[note], with((*server).finishTask)},
		{Route{post, one + "/tasks/{id}/skip", access.Work, "incident", "fact"}, "skip-task", "Leave a task out", 204, needsBody, of[whySkipped], with((*server).skipTask)},
		{Route{post, one + "/tasks/{id}/reopen", access.Work, "incident", "fact"}, "reopen-task", "Put a task back on the list", 204, needsBody, of[reason], with((*server).reopenTask)},
		{Route{get, "/api/v1/duties", access.Read, "list", "log"}, "duties", "What is owed, soonest first", 200, noBody, nil, with((*server).duties)},
		{Route{get, "/api/v1/emergency-contacts", "", "", "none"}, "emergency-contacts", "Whom to call at this hour", 200, noBody, nil, with((*server).emergency)},
		{Route{get, "/api/v1/openapi.json", "", "", "none"}, "openapi", "This document", 200, noBody, nil, (*server).serveDocument},
	}
	table = append(table, restrictRoutes()...)
	table = append(table, afterwardsRoutes()...)
	table = append(table, teamRoutes()...)
	table = append(table, lifeRoutes()...)
	table = append(table, courseRoutes()...)
	table = append(table, inquiryRoutes()...)
	table = append(table, tellingRoutes()...)
	table = append(table, containmentRoutes()...)
	table = append(table, policyRoutes()...)
}

func of[T any]() any { return new(T) }

// with makes a handler that answers with an error into one that answers with a problem document.
func with[I, O any](h func(*server, context.Context, *I) (*O, error)) func(*server, huma.Operation) {
	return func(s *server, op huma.Operation) {
		huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := h(s, ctx, in)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			noNulls(out)
			return out, nil
		})
	}
}
