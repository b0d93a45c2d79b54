package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"tocsin/internal/api"
	"tocsin/internal/api/policy"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

func name(r api.Route) string { return r.Method + " " + r.Pattern }

// TestRoutesAreComplete: each row says what it needs, and only the two that must answer to anybody need no key.
func TestRoutesAreComplete(t *testing.T) {
	open := map[string]bool{"GET /api/v1/emergency-contacts": true, "GET /api/v1/openapi.json": true}
	for _, r := range api.Routes() {
		if (r.Permission == "") != open[name(r)] {
			t.Errorf("%s needs %q", name(r), r.Permission)
		}
		if r.Permission != "" && r.Object == "" || r.Audit == "" {
			t.Errorf("%s says nothing of its object or audit", name(r))
		}
		// No part of the record until it is enacted.
		proposal := strings.HasSuffix(r.Pattern, "/proposals") || strings.HasSuffix(r.Pattern, "/discard")
		if r.Method == "POST" && r.Audit != "fact" && !strings.HasSuffix(r.Pattern, "/preview") && !proposal {
			t.Errorf("%s changes the record and leaves no fact", name(r))
		}
	}
}

// TestEveryRouteNeedsItsKey walks all routes with everything that is no valid key. None reaches the record, and none says more than
// that a key is needed.
func TestEveryRouteNeedsItsKey(t *testing.T) {
	w := start(t)
	good := w.key("ca-coordinator")
	before := w.writes.Load()
	for _, s := range w.every(t, w.places()) {
		if s.Permission == "" {
			if res, body := w.ask("", s.Method, s.path, ""); res.StatusCode != 200 {
				t.Errorf("%s: %d %s", s.name(), res.StatusCode, body)
			}
			continue
		}
		for _, credential := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Bearer tcn_wrong", "Basic dXNlcjp0Y25fZ29vZA==",
			"Basic " + good, good, "Bearer " + strings.Repeat("x", 600)} {
			res, body := w.ask("", s.Method, s.path, s.body, "Authorization", credential, "Cookie", "session="+good)
			if p := problemOf(t, res, body); p.Status != 401 || res.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %q: %d %s", s.name(), credential, res.StatusCode, body)
			}
		}
	}
	if w.writes.Load() != before {
		t.Error("something was written")
	}
}

// TestTwoKeys: of two Authorization headers neither counts, though both are good: which of them a proxy before us has looked at is
// anybody's guess.
func TestTwoKeys(t *testing.T) {
	w := start(t)
	good, other := "Bearer "+w.key("ca-coordinator"), "Bearer "+w.key("ca-dmv-iso")
	for _, both := range [][]string{{good, good}, {good, other}, {good, ""}, {"", good}} {
		req, err := http.NewRequest("GET", w.URL+"/api/v1/entities", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header["Authorization"] = both
		if res, body := w.send(req); problemOf(t, res, body).Status != 401 {
			t.Errorf("%q: %d %s", both, res.StatusCode, body)
		}
	}
}

// notForThat is what a key is told that was not made for what it is used for.
const notForThat = "This key may not be used for that"

// TestKeyWithScopes: a key made for one thing does not do another.
func TestKeyWithScopes(t *testing.T) {
	w := start(t)
	all := w.every(t, w.places())
	for _, scope := range access.Actions {
		key := w.Key("ca-coordinator", scope)
		for _, s := range all {
			res, body := w.ask("", s.Method, s.path, s.body, "Authorization", "Bearer "+key)
			refused := res.StatusCode == 403 && strings.Contains(body, notForThat)
			if permitted := s.Permission == "" || s.Permission == scope; permitted == refused || res.StatusCode == 401 {
				t.Errorf("%s with a key for %s: %d %s", s.name(), scope, res.StatusCode, body)
			}
		}
	}
}

// TestKeyForEverythingIsNotForThis: what asks a person for a new proof, a key gives only where it was made for it by name.
func TestKeyForEverythingIsNotForThis(t *testing.T) {
	w := start(t)
	for _, scopes := range [][]access.Action{nil, {access.Read, access.Rate}, access.Named} {
		key, err := w.NewKey(t.Context(), "ca-coordinator", "test", scopes, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		tried := 0
		for _, s := range w.every(t, w.places()) {
			if !slices.Contains(access.Named, s.Permission) {
				continue
			}
			tried++
			res, body := w.ask("", s.Method, s.path, s.body, "Authorization", "Bearer "+key)
			refused := res.StatusCode == 403 && strings.Contains(body, notForThat)
			if named := slices.Contains(scopes, s.Permission); named == refused {
				t.Errorf("%s with a key for %v: %d %s", s.name(), scopes, res.StatusCode, body)
			}
		}
		if tried < 7 {
			t.Fatalf("only %d routes need a key by name", tried)
		}
	}
}

// fileKinds are the kinds of the answers that are files, by how their address ends.
var fileKinds = map[string]string{".pdf": "application/pdf"}

// TestMethodsAndAccept: neither method, nor Accept, nor an override header leads around the key, and what a route does
// not take it refuses in the same way.
func TestMethodsAndAccept(t *testing.T) {
	w := start(t)
	all := w.every(t, w.places())
	methods := map[string][]string{}
	for _, s := range all {
		methods[s.Pattern] = append(methods[s.Pattern], s.Method)
		if s.Method == "GET" {
			methods[s.Pattern] = append(methods[s.Pattern], "HEAD")
		}
	}
	for _, s := range all {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
			for _, accept := range []string{"", "text/html", "application/xml;q=0.9"} {
				res, body := w.ask("ca-auditor", method, s.path, s.body, "Accept", accept, "X-HTTP-Method-Override", "DELETE")
				taken := slices.Contains(methods[s.Pattern], method)
				if taken == (res.StatusCode == 405) || !taken && res.Header.Get("Allow") == "" || res.StatusCode >= 500 {
					t.Errorf("%s %s Accept %q: %d %s", method, s.Pattern, accept, res.StatusCode, body)
				}
				ct := res.Header.Get("Content-Type")
				if file := ct == fileKinds[path.Ext(s.Pattern)] && res.StatusCode == 200; body != "" && !strings.Contains(ct, "json") && !file {
					t.Errorf("%s %s Accept %q: answered as %q", method, s.Pattern, accept, ct)
				}
			}
		}
	}
}

// TestCrossSite: a page of another site changes nothing, even if it knew a key.
func TestCrossSite(t *testing.T) {
	w := start(t)
	for _, s := range w.every(t, w.places()) {
		if s.Method != "POST" {
			continue
		}
		w.key(s.who)
		before := w.writes.Load()
		for _, h := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"},
			{"Origin", "null"}} {
			if res, body := w.ask(s.who, s.Method, s.path, s.body, h[0], h[1]); res.StatusCode != 403 || w.writes.Load() != before {
				t.Errorf("%s %v: %d %s", s.name(), h, res.StatusCode, body)
			}
		}
	}
}

func TestUnknownPaths(t *testing.T) {
	w := start(t)
	for _, path := range []string{"/", "/api", "/api/v1", "/api/v1/", "/api/v1/docs", "/api/v1/schemas/Filing",
		"/api/v2/filings", "/api/v1/filings/", "/api/v1/incidents/a%00b", "/api/v1/%ff"} {
		res, body := w.ask("ca-coordinator", "GET", path, "")
		if p := problemOf(t, res, body); p.Status != 404 {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
}

func TestRateLimit(t *testing.T) {
	w := start(t, func(c *api.Config) { c.RequestsPerSecond, c.Burst = 0.001, 2 })
	var last int
	for range 3 {
		res, body := w.ask("ca-coordinator", "GET", "/api/v1/duties", "")
		if last = res.StatusCode; last == 429 {
			if p := problemOf(t, res, body); res.Header.Get("Retry-After") == "" || len(p.EmergencyContacts) == 0 {
				t.Error(body)
			}
		}
	}
	if last != 429 {
		t.Errorf("third request: %d", last)
	}
	if res, _ := w.ask("", "GET", "/api/v1/emergency-contacts", ""); res.StatusCode != 200 {
		t.Errorf("emergency contacts: %d", res.StatusCode)
	}
}

// TestRecordDownBehindKeys: where even the keys cannot be read, the answer is 503 with contacts, not 401.
func TestRecordDownBehindKeys(t *testing.T) {
	w := start(t)
	w.keys["ca-dmv-iso"] = w.Key("ca-dmv-iso") // not used yet, so that nothing remembers it
	w.Down(&broken{"locked"})
	res, body := w.ask("ca-dmv-iso", "POST", filings, `{"entity":"a"}`)
	if p := problemOf(t, res, body); p.Status != 503 || len(p.EmergencyContacts) == 0 {
		t.Error(body)
	}
}

func TestReceiptKeepsItsBytes(t *testing.T) {
	w := start(t)
	r, err := w.Receipt(t.Context(), w.As("ca-dmv-iso"), w.cases.Filed, 1)
	if err != nil {
		t.Fatal(err)
	}
	res, body := w.ask("ca-dmv-iso", "GET", "/api/v1/incidents/"+strings.ToLower(w.cases.Filed)+"/filings/1/receipt", "")
	if !strings.Contains(body, `"entry":`+string(r.Entry)) {
		t.Errorf("entry changed: %s, was %s", body, r.Entry)
	}
	if got := res.Header.Get("Content-Disposition"); got != `attachment; filename="receipt-`+w.cases.Filed+`-1.json"` {
		t.Error(got)
	}
}

// TestDocument: the published document is sound OpenAPI 3.1, lists exactly the routes, and every real request and answer
// conforms to it, refusals included.
func TestDocument(t *testing.T) {
	w := start(t)
	places := w.walk(t)
	_, text := w.ask("", "GET", "/api/v1/openapi.json", "")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !doc.IsOpenAPI31OrLater() || strings.Contains(text, "127.0.0.1") || strings.Contains(text, "unpkg") {
		t.Errorf("version %s, or a link to somewhere", doc.OpenAPI)
	}
	documented := 0
	for _, item := range doc.Paths.Map() {
		documented += len(item.Operations())
	}
	if documented != len(api.Routes()) {
		t.Errorf("%d operations documented, %d routes", documented, len(api.Routes()))
	}
	_, made := w.ask("ma-admin", "POST", "/api/v1/policy/us-ma/proposals", put(places, `{"files":{files}}`))
	var proposed policy.Proposed
	if err := json.Unmarshal([]byte(made), &proposed); err != nil {
		t.Fatal(err)
	}
	places["{proposal}"] = proposed.ID
	openapi3filter.RegisterBodyDecoder("application/openapi+json", openapi3filter.JSONBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/pdf", openapi3filter.FileBodyDecoder)
	all := w.every(t, places)
	for _, failing := range []error{nil, fault.Invalid("a", "b", "c"), fault.NotFound("x"), &broken{"x"}} {
		for _, s := range all {
			key := w.key(s.who)
			w.Down(failing)
			status, err := w.conforms(doc, s, key)
			w.Down(nil)
			if err != nil || failing == nil && s.Method == "GET" && status != 200 {
				t.Errorf("%s (%v): %d %v", s.name(), failing, status, err)
			}
		}
	}
}

// conforms sends a sound request and holds both sides against the document.
func (w *world) conforms(doc *openapi3.T, s sound, key string) (status int, err error) {
	req, err := http.NewRequest(s.Method, w.URL+s.path, strings.NewReader(s.body))
	if err != nil {
		return 0, err
	}
	if s.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bearer "+key)
	item := doc.Paths.Find(s.Pattern)
	if item == nil || item.GetOperation(s.Method) == nil {
		return 0, errors.New("not in the document")
	}
	routed := &routers.Route{Spec: doc, Path: s.Pattern, PathItem: item, Method: s.Method, Operation: item.GetOperation(s.Method)}
	params := map[string]string{}
	parts := strings.Split(s.path, "/")
	for i, p := range strings.Split(s.Pattern, "/") {
		if strings.HasPrefix(p, "{") {
			params[strings.Trim(p, "{}")] = parts[i]
		}
	}
	in := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: routed,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true}}
	if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
		return 0, fmt.Errorf("request: %w", err)
	}
	req.Body = io.NopCloser(strings.NewReader(s.body))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: res.StatusCode, Header: res.Header, Options: in.Options}
	out.SetBodyBytes(bytes.Clone(answer))
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		return res.StatusCode, fmt.Errorf("response %d %s: %w", res.StatusCode, answer, err)
	}
	return res.StatusCode, nil
}
