package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tocsin/internal/domain/policy"
	"tocsin/internal/jsonin"
)

// mount registers the routes with the router and writes the OpenAPI document from the types of the handlers.
func (s *server) mount(routes []Route) {
	schemas := huma.NewMapRegistry("#/components/schemas/", schemaName)
	// A receipt's entry is an object whose bytes are passed on as they are.
	schemas.RegisterTypeAlias(reflect.TypeFor[json.RawMessage](), reflect.TypeFor[map[string]any]())
	// No link built from the Host header, no page with scripts from elsewhere, no second copy of the schemas.
	s.huma = humago.New(s.mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "Tocsin", Version: s.Version,
				Description: "Reporting information-security incidents and following what comes of them."},
			Components: &huma.Components{Schemas: schemas, SecuritySchemes: map[string]*huma.SecurityScheme{
				"key": {Type: "http", Scheme: "bearer", Description: "An API key."},
			}},
		},
		// Answers are written without HTML escapes: a receipt's entry must keep its bytes. "json" is for application/problem+json.
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
	})
	s.routes = map[string]Route{}
	for _, r := range routes {
		name := r.Method + " " + r.Pattern
		if _, twice := s.routes[name]; twice {
			panic("api: route registered twice: " + name)
		}
		s.routes[name] = r
		r.register(s, r.operation())
		if r.body != nil && !r.mayBeEmpty() {
			// After the registration, so that the library describes the body and does not read it: guard has.
			s.huma.OpenAPI().Paths[r.Pattern].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
				"application/json": {Schema: schemas.Schema(reflect.TypeOf(r.body()), true, "")}}}
		}
	}
	nullable(schemas, routes)
	document, err := json.Marshal(s.huma.OpenAPI())
	if err != nil {
		panic(fmt.Sprintf("api: the document cannot be written: %v", err))
	}
	s.document = document
}

// operation describes a route to the library.
func (r Route) operation() huma.Operation {
	op := huma.Operation{
		OperationID: r.id, Method: r.Method, Path: r.Pattern, Summary: r.summary, DefaultStatus: r.status, RejectUnknownQueryParameters: true,
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable},
	}
	if r.Permission != "" {
		op.Security = []map[string][]string{{"key": {}}}
		op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden)
	}
	if r.body != nil {
		op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusRequestTimeout, http.StatusConflict, http.StatusGone,
			http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	slices.Sort(op.Errors)
	return op
}

// schemaName keeps apart types of one name: a person to reach and a desk to call are both contacts.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[policy.Contact]() {
		return "EmergencyContact"
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if strings.HasPrefix(t.PkgPath(), "tocsin/internal/api") && t.Name() != "" && t.Name()[0] >= 'a' {
		return name + "Input" // bodies of acts are not exported; their names would meet those of answers
	}
	return name
}

// nullable publishes what jsonin does: in what is sent, null stands for "not stated" wherever a field may be left out,
// and everything has a bound.
func nullable(schemas huma.Registry, routes []Route) {
	seen := map[string]bool{}
	var open func(name string)
	open = func(name string) {
		s := schemas.Map()[name]
		if s == nil || seen[name] {
			return
		}
		seen[name] = true
		for field, p := range s.Properties {
			bound(p)
			for _, ref := range []*huma.Schema{p, p.Items} {
				if ref != nil {
					open(strings.TrimPrefix(ref.Ref, "#/components/schemas/"))
				}
			}
			if !slices.Contains(s.Required, field) {
				s.Properties[field] = orNull(p)
			}
		}
	}
	for _, r := range routes {
		if r.body != nil {
			open(schemaName(reflect.TypeOf(r.body()), ""))
		}
	}
	for name, s := range schemas.Map() {
		if !seen[name] {
			s.AdditionalProperties = nil // answers may gain keys; clients must not break on them
		}
	}
}

// bound writes the standing limits into the schema where the type sets none of its own.
func bound(s *huma.Schema) {
	text, items := jsonin.Contract.Text, jsonin.Contract.Items
	switch {
	case s.Type == "string" && s.MaxLength == nil && s.Enum == nil:
		s.MaxLength = &text
	case s.Type == "array" && s.MaxItems == nil:
		s.MaxItems = &items
		bound(s.Items)
	case s.Type == "object" && s.MaxProperties == nil && s.Ref == "":
		s.MaxProperties = &items
	}
}

func orNull(s *huma.Schema) *huma.Schema {
	if s.Ref != "" {
		return &huma.Schema{Description: s.Description, AnyOf: []*huma.Schema{{Ref: s.Ref}, {Type: "null"}}}
	}
	s.Nullable = true
	if s.Enum != nil {
		s.Enum = append(slices.Clip(s.Enum), nil)
	}
	return s
}

// documentOut is the document as bytes, written once.
type documentOut struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

// DocumentRoute hands out the document that mount wrote.
var DocumentRoute = Route{Method: http.MethodGet, Pattern: "/api/v1/openapi.json", Audit: "none",
	id: "openapi", summary: "This document", status: http.StatusOK, register: func(s *server, op huma.Operation) {
		op.Responses = bytesOf("application/openapi+json", &huma.Schema{Type: "object"})
		huma.Register(s.huma, op, func(context.Context, *Nothing) (*documentOut, error) {
			return &documentOut{ContentType: "application/openapi+json", Body: s.document}, nil
		})
	}}
