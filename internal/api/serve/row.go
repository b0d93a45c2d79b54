package serve

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Route is one row of the registry: what may be asked, what it needs, and what remains of it. There is no other way to
// add a path, so a test that walks Routes sees all of them. Rows are made by view, ask, do and their relatives below.
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

	id, summary string
	status      int        // of success
	body        func() any // makes what the body is decoded into; nil where there is no body
	register    func(*server, huma.Operation)
}

// Call is one request as the function of its row sees it.
type Call struct {
	context.Context
	App *app.App
	By  access.Actor // who asks; the zero actor, which may do nothing, on a route that needs nobody
	req *request
}

// Nothing stands where there are no parameters, no body or no answer. A body of nothing may be left out, or be an empty object.
type Nothing struct{}

// reply is an answer with a body.
type reply[T any] struct{ Body T }

// objects are what permissions are judged on, by the parameter that names one; the narrowest comes first.
var objects = []struct{ parameter, object string }{
	{"{authority}", "authority"}, {"{section}", "section"}, {"{number}", "incident"}, {"{entity}", "entity"}, {"{pack}", "pack"}, {"", "list"},
}

// row completes a route with the function that answers it. P are the parameters of path, query and headers, O is the
// whole answer as the library writes it: headers and body.
func row[P, O any](r Route, f func(c Call, at P) (*O, error)) Route {
	for _, o := range objects {
		if r.Permission != "" && r.Object == "" && strings.Contains(r.Pattern, o.parameter) {
			r.Object = o.object
		}
	}
	if r.Permission == "" {
		r.Audit = "none"
	}
	r.register = func(s *server, op huma.Operation) {
		huma.Register(s.huma, op, func(ctx context.Context, at *P) (*O, error) {
			req := requestOf(ctx)
			out, err := f(Call{ctx, s.App, req.actor, req}, *at)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			noNulls(out)
			return out, nil
		})
	}
	return r
}

// AskWhole is a question whose answer has headers beside its body.
func AskWhole[P, O any](pattern, id string, needs access.Action, summary string, f func(c Call, at P) (*O, error)) Route {
	r := Route{Method: http.MethodGet, Pattern: pattern, Permission: needs, Audit: "log", id: id, summary: summary, status: 200}
	return row(r, f)
}

// Ask is a question.
func Ask[P, O any](pattern, id string, needs access.Action, summary string, f func(c Call, at P) (O, error)) Route {
	return AskWhole(pattern, id, needs, summary, func(c Call, at P) (*reply[O], error) {
		v, err := f(c, at)
		return &reply[O]{v}, err
	})
}

// View is a question about one incident that takes nothing but its number.
func View[O any](pattern, id, summary string, f func(*app.App, context.Context, access.Actor, string) (O, error)) Route {
	return Ask(pattern, id, access.Read, summary, func(c Call, at IncidentPath) (O, error) { return f(c.App, c, c.By, at.Number) })
}

// Submit is a request with a body that is answered by another: with status, and kept as audit says.
func Submit[P, B, O any](status int, audit, pattern, id string, needs access.Action, summary string,
	f func(c Call, at P, v B) (O, error)) Route {
	r := Route{Method: http.MethodPost, Pattern: pattern, Permission: needs, Audit: audit, id: id, summary: summary, status: status}
	r.body = func() any { return new(B) }
	return row(r, func(c Call, at P) (*reply[O], error) {
		v, err := f(c, at, *c.req.body.(*B))
		return &reply[O]{v}, err
	})
}

// Do is an act: it leaves a fact, and there is nothing more to say. Each act may be repeated.
func Do[P, B any](pattern, id string, needs access.Action, summary string, f func(c Call, at P, v B) error) Route {
	r := Route{Method: http.MethodPost, Pattern: pattern, Permission: needs, Audit: "fact", id: id, summary: summary, status: 204}
	r.body = func() any { return new(B) }
	return row(r, func(c Call, at P) (*Nothing, error) { return &Nothing{}, f(c, at, *c.req.body.(*B)) })
}

// On says what the permission is judged on where the pattern does not: the body names it.
func (r Route) On(object string) Route {
	r.Object = object
	return r
}

// Logged is an act that leaves no fact, because what it is about is no part of the record yet.
func (r Route) Logged() Route {
	r.Audit = "log"
	return r
}

// mayBeEmpty says whether there is nothing to state in the body.
func (r Route) mayBeEmpty() bool {
	_, empty := r.body().(*Nothing)
	return empty
}
