package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"tocsin/internal/api"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// bodies holds a sound body for each route that needs one.
var bodies = map[string]string{
	"POST /api/v1/filings":           `{"entity":"ca-dmv","description":"d","occurred_at":null,"reporter":null,"kind":null,"devices":[{"serial":null}],"personal_information":{"residents":{"CA":3}}}`,
	"POST /api/v1/preview":           `{"entity":"ca-dmv","iso":null,"impact":{"asset_rating":null}}`,
	"POST /api/v1/telephone-reports": `{"entity":"ca-dmv","caller":"A","called":"B","called_at":"2026-11-20T09:00:00Z","after_hours":null}`,
	"POST /api/v1/incidents/{number}/tracks/{authority}/acknowledge": ``,
	"POST /api/v1/incidents/{number}/tracks/{authority}/questions":   `{"question":"q"}`,
	"POST /api/v1/incidents/{number}/tracks/{authority}/decline":     `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/tracks/{authority}/close":       `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/questions/{id}/answer":          `{"answer":"a"}`,
	"POST /api/v1/incidents/{number}/rating":                         `{"level":"low","reason":"r"}`,
	"POST /api/v1/incidents/{number}/post-incident-report":           `{"required":true,"reason":"r"}`,
	"POST /api/v1/incidents/{number}/duties/{id}/discharge":          `{"statement":"s"}`,
	"POST /api/v1/incidents/{number}/response":                       `{"begun":"b","lead":null,"playbooks":["p"]}`,
	"POST /api/v1/incidents/{number}/response/handover":              `{"lead":"l","state_of_play":"s"}`,
	"POST /api/v1/incidents/{number}/response/playbooks":             `{"playbook":"p"}`,
	"POST /api/v1/incidents/{number}/tasks":                          `{"what":"w","aim":"evidence","role":"ir_lead"}`,
	"POST /api/v1/incidents/{number}/tasks/{id}/take":                `{"person":""}`,
	"POST /api/v1/incidents/{number}/tasks/{id}/done":                `{"note":null}`,
	"POST /api/v1/incidents/{number}/tasks/{id}/skip":                `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/lifecycle/phase":                `{"phase":"containment"}`,
	"POST /api/v1/incidents/{number}/lifecycle/milestone":            `{"milestone":"contained","at":"2026-06-18T17:00:00Z"}`,
	"POST /api/v1/incidents/{number}/lifecycle/classify":             `{"as":"near_miss","reason":"r"}`,
	"POST /api/v1/incidents/{number}/lifecycle/unlink":               `{"relation":"related","other":"n","reason":"r"}`,
	"POST /api/v1/incidents/{number}/lifecycle/split":                `{"what":"w","reason":"r"}`,
	"POST /api/v1/incidents/{number}/response/import":                `{"playbook":"{}"}`,
	"POST /api/v1/incidents/{number}/lifecycle/link":                 `{"relation":"related","other":"n","reason":"r"}`,
	"POST /api/v1/incidents/{number}/lifecycle/end":                  `{"outcome":"declined","as":"event","reason":"r","accepted":["duty:d1"]}`,
	"POST /api/v1/incidents/{number}/lifecycle/validate":             `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/lifecycle/resume":               `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/response/handover/answer":       `{"answer":"decline","reason":"r"}`,
	"POST /api/v1/incidents/{number}/response/engage":                `{"person":"p","reason":"r"}`,
	"POST /api/v1/incidents/{number}/response/continuity":            `{"activate":true,"reason":"r"}`,
	"POST /api/v1/teams/{entity}/members":                            `{"person":"p","role":"forensics","deputy":null,"order":1,"retainer":{"provider":"p","contract":"c","telephone":"t","valid_from":"2026-01-01","valid_until":"2026-12-31"}}`,
	"POST /api/v1/teams/{entity}/members/{id}/change":                `{"deputy":"p","order":2,"retainer":null}`,
	"POST /api/v1/teams/{entity}/members/{id}/remove":                `{"reason":"r"}`,
	"POST /api/v1/teams/{entity}/members/{id}/accept":                ``,
	"POST /api/v1/teams/{entity}/absences":                           `{"person":"p","from":"2026-11-20","until":null,"stand_in":"s","reason":"r"}`,
	"POST /api/v1/teams/{entity}/absences/{id}/end":                  ``,
	"POST /api/v1/incidents/{number}/sections/{section}":             `{"note":"n"}`,
	"POST /api/v1/incidents/{number}/tasks/{id}/order":               `{"before":"t2"}`,
	"POST /api/v1/incidents/{number}/tasks/{id}/reopen":              `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/restrict":                       `{"members":["m"],"reason":"r"}`,
	"POST /api/v1/incidents/{number}/release":                        `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/members":                        `{"member":"m"}`,
	"POST /api/v1/incidents/{number}/members/{id}/remove":            ``,
	"POST /api/v1/incidents/{number}/break-glass":                    `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/reviews/{id}":                   `{"finding":"f"}`,
	"POST /api/v1/incidents/{number}/tracks/{authority}/assign":      `{"person":null,"note":"n"}`,
	"POST /api/v1/incidents/{number}/timeline":                       `{"events":[{"at":"2026-11-20T09:00:00Z","description":"d","kind":null,"discovered_at":"2026-11-20T09:00:00-05:00"}]}`,
	"POST /api/v1/incidents/{number}/timeline/lines/preview":         `{"text":"t"}`,
	"POST /api/v1/incidents/{number}/timeline/lines/record":          `{"text":"t","dates":"mdy","leave_out_problems":true}`,
	"POST /api/v1/incidents/{number}/timeline/{id}/correct":          `{"event":{"at":"2026-11-20T09:00:00Z","description":"d"},"reason":null}`,
	"POST /api/v1/incidents/{number}/timeline/{id}/withdraw":         `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/indicators":                     `{"text":"t","tlp":"amber+strict","techniques":["T1566"]}`,
	"POST /api/v1/incidents/{number}/indicators/preview":             `{"text":"t"}`,
	"POST /api/v1/incidents/{number}/indicators/{id}/tlp":            `{"tlp":"clear"}`,
	"POST /api/v1/incidents/{number}/indicators/{id}/sightings":      `{"at":"2026-11-20T09:00:00Z","where":"w"}`,
	"POST /api/v1/incidents/{number}/indicators/{id}/withdraw":       `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/findings":                       `{"statement":"s","confidence":"low"}`,
	"POST /api/v1/incidents/{number}/findings/{id}/arguments":        `{"text":"t","against":true,"events":["e1"]}`,
	"POST /api/v1/incidents/{number}/findings/{id}/judgements":       `{"confidence":"high","status":"refuted","reason":"r"}`,
	"POST /api/v1/incidents/{number}/decisions":                      `{"what":"w","why":"y","decided_at":"2026-11-20T09:00:00Z"}`,
	"POST /api/v1/incidents/{number}/notes":                          `{"text":"t"}`,
	"POST /api/v1/incidents/{number}/notes/{id}/change":              `{"text":"t"}`,
	"POST /api/v1/incidents/{number}/notes/{id}/withdraw":            `{"reason":"r"}`,
	"POST /api/v1/policy/{pack}/proposals":                           `{"files":[{"name":"pack.yaml","text":"id: us-ca"}]}`,
	"POST /api/v1/policy/{pack}/proposals/{id}/enact":                `{"from":"2027-01-01","reason":"r"}`,
	"POST /api/v1/policy/{pack}/proposals/{id}/discard":              ``,
	"POST /api/v1/policy/{pack}/versions/{digest}/withdraw":          `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/analysis":                       `{"section":"causes","text":"t","cause":"error","base":0}`,
	"POST /api/v1/incidents/{number}/analysis/sign":                  ``,
	"POST /api/v1/incidents/{number}/analysis/revise":                `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/actions":                        `{"what":"w","lesson":null,"owner":"o","due":"2026-11-30T17:00:00-08:00"}`,
	"POST /api/v1/incidents/{number}/actions/{id}/change":            `{"owner":"o","due":"2026-11-30T17:00:00-08:00","reason":"r"}`,
	"POST /api/v1/incidents/{number}/actions/{id}/complete":          `{"evidence":"e","link":null}`,
	"POST /api/v1/incidents/{number}/actions/{id}/verify":            `{"note":null}`,
	"POST /api/v1/incidents/{number}/actions/{id}/return":            `{"reason":"r","due":"2026-11-30T17:00:00-08:00"}`,
	"POST /api/v1/incidents/{number}/actions/{id}/drop":              `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/proposals":                      `{"kind":"plan","what":"w"}`,
	"POST /api/v1/incidents/{number}/proposals/{id}/decide":          `{"accepted":true,"reason":"r"}`,
	"POST /api/v1/incidents/{number}/proposals/{id}/finish":          `{"version":"2","link":null}`,
	"POST /api/v1/incidents/{number}/management":                     `{"seen":null}`,
	"POST /api/v1/incidents/{number}/assessment":                     `{"item":"location","value":"v","contact":null,"at":null}`,
	"POST /api/v1/incidents/{number}/assessment/await":               `{"item":"location","role":"iso","person":null,"until":null}`,
	"POST /api/v1/incidents/{number}/marking":                        `{"marking":"confidential","reason":"r"}`,
	"POST /api/v1/incidents/{number}/updates":                        `{"audience":"public","text":"t"}`,
	"POST /api/v1/incidents/{number}/updates/{id}/revise":            `{"text":"t"}`,
	"POST /api/v1/incidents/{number}/updates/{id}/approve":           ``,
	"POST /api/v1/incidents/{number}/updates/{id}/return":            `{"reason":"r"}`,
	"POST /api/v1/incidents/{number}/updates/{id}/send":              `{"via":null}`,
	"POST /api/v1/incidents/{number}/updates/{id}/drop":              ``,
	"POST /api/v1/incidents/{number}/communications":                 `{"channel":"telephone","at":"2026-11-20T09:00:00Z","who":"a","whom":"b","summary":"c"}`,
}

// fill puts sound values into a pattern.
func fill(pattern string) string {
	return strings.NewReplacer("{number}", "7K2-9QX-4D", "{authority}", "ca-chp", "{entity}", "ca-dmv", "{filing}", "1", "{pack}", "us-ca", "{digest}", "d1", "{report}", "1", "{id}", "d1", "{section}", "legal", "{command}", "k1").Replace(pattern)
}

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
		proposal := strings.HasSuffix(r.Pattern, "/proposals") || strings.HasSuffix(r.Pattern, "/discard") // no part of the record until it is enacted
		if r.Method == "POST" && r.Audit != "fact" && !strings.HasSuffix(r.Pattern, "/preview") && !proposal {
			t.Errorf("%s changes the record and leaves no fact", name(r))
		}
		if _, ok := bodies[name(r)]; r.Method == "POST" && !ok {
			t.Errorf("%s has no body in this test", name(r))
		}
	}
}

// TestEveryRouteNeedsItsKey walks all routes with everything that is no valid key. None reaches the application, and
// none says more than that a key is needed.
func TestEveryRouteNeedsItsKey(t *testing.T) {
	f := &fake{}
	srv := serve(t, f)
	for _, r := range api.Routes() {
		if r.Permission == "" {
			if res, body := ask(t, srv, r.Method, fill(r.Pattern), "", "Authorization", ""); res.StatusCode != 200 {
				t.Errorf("%s: %d %s", name(r), res.StatusCode, body)
			}
			continue
		}
		for _, credential := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Basic dXNlcjp0Y25fZ29vZA==", "Basic " + goodKey, goodKey, "Bearer " + strings.Repeat("x", 600)} {
			res, body := ask(t, srv, r.Method, fill(r.Pattern), bodies[name(r)], "Authorization", credential, "Cookie", "session="+goodKey)
			if p := problemOf(t, res, body); p.Status != 401 || res.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %q: %d %s", name(r), credential, res.StatusCode, body)
			}
		}
	}
	if len(f.calls) > 0 {
		t.Errorf("reached the application: %v", f.calls)
	}
}

// TestKeyWithScopes: a key made for one thing does not do another.
func TestKeyWithScopes(t *testing.T) {
	for _, scope := range access.Actions {
		f := &fake{scopes: []access.Action{scope}}
		srv := serve(t, f)
		for _, r := range api.Routes() {
			res, body := ask(t, srv, r.Method, fill(r.Pattern), bodies[name(r)])
			if permitted := r.Permission == "" || r.Permission == scope; permitted != (res.StatusCode < 300) {
				t.Errorf("%s with a key for %s: %d %s", name(r), scope, res.StatusCode, body)
			}
		}
	}
}

// fileKinds are the kinds of the answers that are files, by how their address ends.
var fileKinds = map[string]string{".pdf": "application/pdf", ".csv": "text/csv; charset=utf-8"}

// TestMethodsAndAccept: neither method, nor Accept, nor an override header leads around the key, and what a route does
// not take it refuses in the same way.
func TestMethodsAndAccept(t *testing.T) {
	f := &fake{}
	srv := serve(t, f)
	routes := map[string]map[string]bool{}
	for _, r := range api.Routes() {
		if routes[r.Pattern] == nil {
			routes[r.Pattern] = map[string]bool{}
		}
		routes[r.Pattern][r.Method] = true
		routes[r.Pattern]["HEAD"] = routes[r.Pattern]["GET"]
	}
	for pattern, methods := range routes {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
			for _, accept := range []string{"", "application/json", "text/html", "application/xml;q=0.9"} {
				for _, override := range []string{"", "DELETE"} {
					res, body := ask(t, srv, method, fill(pattern), bodies[method+" "+pattern], "Accept", accept, "X-HTTP-Method-Override", override)
					switch {
					case methods[method] && (res.StatusCode >= 300):
						t.Errorf("%s %s Accept %q: %d %s", method, pattern, accept, res.StatusCode, body)
					case !methods[method] && (res.StatusCode != 405 || res.Header.Get("Allow") == ""):
						t.Errorf("%s %s Accept %q: %d %s", method, pattern, accept, res.StatusCode, body)
					}
					if ct := res.Header.Get("Content-Type"); body != "" && !strings.Contains(ct, "json") && !(ct == fileKinds[path.Ext(pattern)] && res.StatusCode == 200) {
						t.Errorf("%s %s Accept %q: answered as %q", method, pattern, accept, ct)
					}
				}
			}
		}
	}
}

// TestCrossSite: a page of another site changes nothing, even if it knew a key.
func TestCrossSite(t *testing.T) {
	f := &fake{}
	srv := serve(t, f)
	for _, r := range api.Routes() {
		if r.Method != "POST" {
			continue
		}
		for _, h := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			if res, body := ask(t, srv, r.Method, fill(r.Pattern), bodies[name(r)], h[0], h[1]); res.StatusCode != 403 {
				t.Errorf("%s %v: %d %s", name(r), h, res.StatusCode, body)
			}
		}
	}
	if len(f.calls) > 0 {
		t.Errorf("reached the application: %v", f.calls)
	}
}

func TestUnknownPaths(t *testing.T) {
	srv := serve(t, &fake{})
	for _, path := range []string{"/", "/api", "/api/v1", "/api/v1/", "/api/v1/docs", "/api/v1/schemas/Filing", "/api/v2/filings", "/api/v1/filings/", "/api/v1/incidents/a%00b", "/api/v1/%ff"} {
		res, body := ask(t, srv, "GET", path, "")
		if p := problemOf(t, res, body); p.Status != 404 {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
}

func TestRateLimit(t *testing.T) {
	srv := serve(t, &fake{}, func(c *api.Config) { c.RequestsPerSecond, c.Burst = 0.001, 2 })
	var last int
	for range 3 {
		res, body := ask(t, srv, "GET", "/api/v1/duties", "")
		if last = res.StatusCode; last == 429 {
			if p := problemOf(t, res, body); res.Header.Get("Retry-After") == "" || len(p.EmergencyContacts) == 0 {
				t.Error(body)
			}
		}
	}
	if last != 429 {
		t.Errorf("third request: %d", last)
	}
	if res, _ := ask(t, srv, "GET", "/api/v1/emergency-contacts", "", "Authorization", ""); res.StatusCode != 200 {
		t.Errorf("emergency contacts: %d", res.StatusCode)
	}
}

// TestRecordDownBehindKeys: where even the keys cannot be read, the answer is 503 with contacts, not 401.
func TestRecordDownBehindKeys(t *testing.T) {
	res, body := ask(t, serve(t, &fake{keyErr: &broken{"locked"}}), "POST", filings, `{"entity":"a"}`)
	if p := problemOf(t, res, body); p.Status != 503 || len(p.EmergencyContacts) == 0 {
		t.Error(body)
	}
}

func TestReceiptKeepsItsBytes(t *testing.T) {
	f := &fake{}
	res, body := ask(t, serve(t, f), "GET", "/api/v1/incidents/7K2-9QX-4D/filings/3/receipt", "")
	if !strings.Contains(body, `"entry":`+entryBytes) {
		t.Errorf("entry changed: %s", body)
	}
	if got := res.Header.Get("Content-Disposition"); got != `attachment; filename="receipt-7K2-9QX-4D-1.json"` {
		t.Error(got)
	}
	if f.calls[0] != "Receipt 7K2-9QX-4D 3" {
		t.Error(f.calls)
	}
}

// TestDocument: the published document is sound OpenAPI 3.1, lists exactly the routes, and every real request and answer
// conforms to it, refusals included.
func TestDocument(t *testing.T) {
	f := &fake{}
	srv := serve(t, f)
	_, text := ask(t, srv, "GET", "/api/v1/openapi.json", "", "Authorization", "")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
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
	openapi3filter.RegisterBodyDecoder("application/openapi+json", openapi3filter.JSONBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/pdf", openapi3filter.FileBodyDecoder)
	for _, refusal := range []error{nil, fault.Invalid("a", "b", "c"), fault.NotFound("x"), &broken{"x"}} {
		f.err = refusal
		for _, r := range api.Routes() {
			if err := conforms(doc, srv.URL, r); err != nil {
				t.Errorf("%s (%v): %v", name(r), refusal, err)
			}
		}
	}
}

// conforms sends a sound request and holds both sides against the document.
func conforms(doc *openapi3.T, base string, r api.Route) error {
	body := bodies[name(r)]
	req, err := http.NewRequest(r.Method, base+fill(r.Pattern), strings.NewReader(body))
	if err != nil {
		return err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bearer "+goodKey)
	item := doc.Paths.Find(r.Pattern)
	if item == nil || item.GetOperation(r.Method) == nil {
		return errors.New("not in the document")
	}
	routed := &routers.Route{Spec: doc, Path: r.Pattern, PathItem: item, Method: r.Method, Operation: item.GetOperation(r.Method)}
	params := map[string]string{"pack": "us-ca", "digest": "d1", "number": "7K2-9QX-4D", "authority": "ca-chp", "entity": "ca-dmv", "filing": "1", "report": "1", "id": "d1", "section": "legal", "command": "k1"}
	in := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: routed,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true}}
	if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
		return fmt.Errorf("request: %w", err)
	}
	req.Body = io.NopCloser(strings.NewReader(body))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: res.StatusCode, Header: res.Header, Options: in.Options}
	out.SetBodyBytes(bytes.Clone(answer))
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		return fmt.Errorf("response %d %s: %w", res.StatusCode, answer, err)
	}
	return nil
}
