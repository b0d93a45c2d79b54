package api_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/api"
	"tocsin/internal/api/incidents"
	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

const (
	filings = "/api/v1/filings"
	filing  = `{"entity":"ca-demo-dmv","description":"b"}`
)

// TestFilingOfTheContract: the example of the contract, null and all, arrives as it was meant, the answer has every key that clients are
// promised, and the same request again has the same answer.
func TestFilingOfTheContract(t *testing.T) {
	w := start(t)
	const doc = `{"entity": "ca-demo-dmv", "kind": "initial", "incident": null,
		"reporter": {"name":"A","email":"a@b","phones":[],"address":null}, "iso": null,
		"alternate_contact": null, "description": "d", "occurred_at": null, "discovered_at": "2026-06-17T09:00:00-07:00", "actions_taken": null,
		"categories": ["equipment"], "crime_suspected": true,
		"devices": [{"make_model":"m","serial":"s","asset_id":"a","ip":["10.0.0.1"],"hostname":"h","os":"o","location":"l","encrypted":false}],
		"personal_information": {"involved": "yes", "types": ["ssn"], "residents": {"CA": 612, "MA": 3}},
		"impact": {"human_safety": false, "asset_rating": "critical", "liability_usd": 250000, "information_class": "restricted"},
		"outage_minutes": null, "media_coverage": null}`
	res, body := w.ask("ca-dmv-iso", "POST", filings, doc, "Idempotency-Key", "k-1")
	if res.StatusCode != 201 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"incident", "filing", "received_at", "rating", "duties", "tracks", "missing", "receipt"} {
		if v, ok := answer[key]; !ok || v == nil {
			t.Errorf("%s is %v", key, v)
		}
	}
	if strings.Contains(body, "$schema") || res.Header.Get("Link") != "" {
		t.Errorf("links to a schema: %s %s", res.Header.Get("Link"), body)
	}
	_, seen := w.ask("ca-dmv-iso", "GET", fmt.Sprint("/api/v1/incidents/", answer["incident"]), "")
	var v incidents.Incident
	if err := json.Unmarshal([]byte(seen), &v); err != nil || len(v.Filings) != 1 {
		t.Fatalf("%v: %s", err, seen)
	}
	if c := v.Filings[0].Content; c.PersonalInformation.Residents["CA"] != 612 || *c.Impact.LiabilityUSD != 250000 || c.OutageMinutes != nil {
		t.Errorf("understood as %+v", c)
	}
	if res, again := w.ask("ca-dmv-iso", "POST", filings, doc, "Idempotency-Key", "k-1"); res.StatusCode != 201 || again != body {
		t.Errorf("the second time %d %s", res.StatusCode, again)
	}
	res, body = w.ask("ca-dmv-iso", "POST", filings, doc+" ", "Idempotency-Key", "k-1")
	if p := problemOf(t, res, body); p.Status != 422 || p.Errors[0].Field != "Idempotency-Key" {
		t.Errorf("the same key with other bytes: %d %s", res.StatusCode, body)
	}
}

// TestBadInput is the list of A6: each is refused with a problem that names the field and a remedy, repeats no value, and
// nothing is recorded. MA 6.5.2.2
func TestBadInput(t *testing.T) {
	const secret = "555-12-3456"
	w := start(t)
	w.key("ca-dmv-iso")
	for _, c := range []struct {
		name, body string
		status     int
		field      string
	}{
		{"unknown field", `{"entity":"a","ssn":"555-12-3456"}`, 422, "ssn"},
		{"mass assignment", `{"entity":"a","number":"555-12-3456","receipt":1,"__proto__":{}}`, 422, "number"},
		{"wrong type", `{"entity":"a","crime_suspected":"555-12-3456"}`, 422, "crime_suspected"},
		{"wrong type inside", `{"entity":"a","devices":[{"encrypted":5551234}]}`, 422, "devices[0].encrypted"},
		{"second value", `{"entity":"a","description":"b"}{"entity":"555-12-3456"}`, 400, "body"},
		{"duplicate key", `{"entity":"a","entity":"555-12-3456"}`, 422, "entity"},
		{"10 MiB of description", `{"entity":"a","description":"` + strings.Repeat("x", 10<<20) + `"}`, 413, "description"},
		{"long description", `{"entity":"a","description":"` + strings.Repeat("x", 300<<10) + `"}`, 422, "description"},
		{"NUL", "{\"entity\":\"a\",\"description\":\"555-12-3456\x00\"}", 400, "description"},
		{"escaped NUL", `{"entity":"a","description":"555-12-3456\u0000"}`, 422, "description"},
		{"broken UTF-8", "{\"entity\":\"a\",\"description\":\"555-12-3456\xff\"}", 422, "description"},
		{"negative liability", `{"entity":"a","impact":{"liability_usd":-555123456}}`, 422, "impact.liability_usd"},
		{"10,000 devices", `{"entity":"a","devices":[` + strings.Repeat(`{"serial":"555-12-3456"},`, 9_999) + `{}]}`, 422, "devices"},
		{"10,000 large devices", `{"entity":"a","devices":[` + strings.Repeat(`{"serial":"`+strings.Repeat("5", 150)+`"},`, 9_999) + `{}]}`,
			413, "devices"},
		{"no JSON", `entity=555-12-3456`, 400, "body"},
		{"nothing", ``, 400, "body"},
		{"null", `null`, 422, "body"},
		{"deep", `{"entity":` + strings.Repeat("[", 10_000), 400, "entity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := w.writes.Load()
			res, body := w.ask("ca-dmv-iso", "POST", filings, c.body)
			p := problemOf(t, res, body)
			if res.StatusCode != c.status {
				t.Errorf("%d, want %d: %s", res.StatusCode, c.status, body)
			}
			if len(p.Errors) == 0 || p.Errors[0].Field != c.field || p.Errors[0].Remedy == "" {
				t.Errorf("names %+v, want %s", p.Errors, c.field)
			}
			if strings.Contains(body, secret) || strings.Contains(body, "5551234") || len(body) > 16<<10 {
				t.Errorf("repeats the value: %.300s", body)
			}
			if w.writes.Load() != before {
				t.Error("something was written")
			}
		})
	}
}

// TestRefusalsOfTheApplication: what goes wrong below comes back from the application, and is said the same way.
func TestRefusalsOfTheApplication(t *testing.T) {
	down := &broken{"disk full"}
	w := start(t)
	w.key("ca-dmv-iso")
	for _, c := range []struct {
		name   string
		err    error
		status int
		field  string
	}{
		{"discovery in the future", fault.Invalid("discovered_at", "This lies in the future.", "Correct it."), 422, "discovered_at"},
		{"two at once", fault.List{fault.Invalid("entity", "Unknown.", "Ask."),
			fault.Invalid("incident", "The check character is wrong.", "Read it again.")}, 422, "entity"},
		{"wrapped", fmt.Errorf("file: %w", fault.Invalid("entity", "x", "")), 422, "entity"},
		{"changed meanwhile", fault.Conflict("changed"), 409, ""},
		{"not permitted", fault.Forbidden("not yours"), 403, ""},
		{"absent", fault.NotFound("incident 123"), 404, ""},
		{"gone", fault.Gone("disposed"), 410, ""},
		{"record cannot be written", fmt.Errorf("commit: %w", down), 503, ""},
		{"too slow", fmt.Errorf("query: %w", context.DeadlineExceeded), 503, ""},
		{"a failure of whatever kind", sql.ErrNoRows, 503, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.OnWrite(func() error { return c.err })
			res, body := w.ask("ca-dmv-iso", "POST", filings, filing)
			p := problemOf(t, res, body)
			if res.StatusCode != c.status {
				t.Errorf("%d, want %d: %s", res.StatusCode, c.status, body)
			}
			if c.field != "" && (len(p.Errors) == 0 || p.Errors[0].Field != c.field || p.Errors[0].Remedy == "") {
				t.Errorf("names %+v", p.Errors)
			}
			if c.status >= 500 && (len(p.EmergencyContacts) == 0 || p.EmergencyContacts[0].Phone == "") {
				t.Errorf("no emergency contacts: %s", body)
			}
			if c.status == 503 && res.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			if c.status >= 500 && strings.Contains(body, "disk full") {
				t.Errorf("shows the cause: %s", body)
			}
			if p.Type == "" || p.Title == "" || p.Detail == "" {
				t.Errorf("incomplete: %s", body)
			}
		})
	}
}

type broken struct{ why string }

func (b *broken) Error() string   { return b.why }
func (*broken) Unavailable() bool { return true }

// TestFailureOfAQuestion: where nothing was to be recorded, an unknown failure is ours and no reason to come again.
func TestFailureOfAQuestion(t *testing.T) {
	w := start(t)
	w.key("ca-dmv-iso")
	w.Down(sql.ErrNoRows)
	res, body := w.ask("ca-dmv-iso", "GET", "/api/v1/duties", "")
	if p := problemOf(t, res, body); p.Status != 500 || len(p.EmergencyContacts) == 0 || strings.Contains(body, "sql") {
		t.Error(body)
	}
}

// TestAbsentLooksTheSame: an incident of others and one that never was are answered with the same bytes.
func TestAbsentLooksTheSame(t *testing.T) {
	w := start(t)
	w.key("ca-cdph-iso")
	_, a := w.ask("ca-cdph-iso", "GET", "/api/v1/incidents/"+w.cases.Filed, "")
	absent, _ := incident.NewNumber(bytes.Repeat([]byte{7}, 24)) // nobody's
	_, b := w.ask("ca-cdph-iso", "GET", "/api/v1/incidents/"+absent, "")
	if a != b || a == "" {
		t.Errorf("differ:\n%s\n%s", a, b)
	}
}

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	var log interface{ String() string }
	w := start(t, func(c *api.Config) { log = logged(c) })
	w.key("ca-dmv-iso")
	w.Refuse(func(string) error { panic("broken disk") })
	res, body := w.ask("ca-dmv-iso", "GET", "/api/v1/duties", "")
	w.Refuse(nil)
	if p := problemOf(t, res, body); p.Status != 500 || len(p.EmergencyContacts) == 0 {
		t.Error(body)
	}
	w.Server.Close()
	if !strings.Contains(log.String(), "broken disk") || strings.Contains(body, "broken") {
		t.Errorf("log %s\nbody %s", log, body)
	}
}

// TestContentTypes: nothing that a page of another site can send unasked is taken, and no XML.
func TestContentTypes(t *testing.T) {
	w := start(t)
	w.key("ca-dmv-iso")
	for kind, want := range map[string]int{
		"application/json": 201, "application/json; charset=utf-8": 201, "Application/JSON;charset=UTF-8": 201,
		"": 415, "text/plain": 415, "application/x-www-form-urlencoded": 415, "multipart/form-data": 415, "application/xml": 415,
		"application/problem+json": 415, "application/json; charset=utf-16": 415, "application/json, text/plain": 415,
	} {
		before := w.writes.Load()
		res, body := w.ask("ca-dmv-iso", "POST", filings, filing, "Content-Type", kind)
		if res.StatusCode != want {
			t.Errorf("%q: %d %s", kind, res.StatusCode, body)
		}
		if want != 201 && w.writes.Load() != before {
			t.Errorf("%q was recorded", kind)
		}
	}
}

func TestIdempotencyKeySyntax(t *testing.T) {
	w := start(t)
	for key, want := range map[string]int{
		"a": 201, strings.Repeat("k", 255): 201, strings.Repeat("k", 256): 422, "with space": 422, "caf\xc3\xa9": 422,
	} {
		res, body := w.ask("ca-dmv-iso", "POST", filings, filing, "Idempotency-Key", key)
		if res.StatusCode != want {
			t.Errorf("%q: %d %s", key, res.StatusCode, body)
			continue
		}
		if want != 201 {
			if p := problemOf(t, res, body); p.Errors[0].Field != "Idempotency-Key" {
				t.Errorf("%q: names %+v", key, p.Errors)
			}
		}
	}
}

func TestListQuery(t *testing.T) {
	w := start(t)
	for query, want := range map[string][]string{
		"search=laptop+missing": {w.cases.Filed}, "entity=ca-demo-dmv&status=open&search=portal": {w.cases.Asked}, "level=high": {},
		"authority=ca-chp-cciu&track=asked": {w.cases.Asked}, "authority=ca-ois&track=acknowledged&search=phone": {w.cases.Acknowledged},
		"authority=ca-chp-cciu&track=waiting&search=portal": {}, "status=telephoned": {}, "entity=ca-demo-dhcs": {},
	} {
		res, body := w.ask("ca-coordinator", "GET", "/api/v1/incidents?"+query, "")
		var list app.IncidentList
		if err := json.Unmarshal([]byte(body), &list); err != nil || res.StatusCode != 200 || !slices.Equal(numbers(list), want) {
			t.Errorf("%s: %d %s", query, res.StatusCode, body)
		}
	}
	var all, first, rest app.IncidentList
	for path, list := range map[string]*app.IncidentList{"": &all, "?limit=2": &first} {
		_, body := w.ask("ca-coordinator", "GET", "/api/v1/incidents"+path, "")
		if err := json.Unmarshal([]byte(body), list); err != nil {
			t.Fatal(err)
		}
	}
	_, body := w.ask("ca-coordinator", "GET", "/api/v1/incidents?cursor="+url.QueryEscape(first.Next), "")
	err := json.Unmarshal([]byte(body), &rest)
	if err != nil || len(first.Incidents) != 2 || !slices.Equal(append(numbers(first), numbers(rest)...), numbers(all)) {
		t.Errorf("%v and %v of %v, %v", numbers(first), numbers(rest), numbers(all), err)
	}
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=201": "limit", "limit=x-secret": "limit", "level=secret": "level", "sort=secret": "sort",
		"entity=a&entity=b": "entity", "search=%00": "search", "search=%ff": "search", "search=%zz": "query", "%ff=1": "query",
	} {
		res, body := w.ask("ca-coordinator", "GET", "/api/v1/incidents?"+query, "")
		if p := problemOf(t, res, body); res.StatusCode != 422 || p.Errors[0].Field != field || strings.Contains(body, "secret") {
			t.Errorf("%s: %d %s", query, res.StatusCode, body)
		}
	}
}

func numbers(list app.IncidentList) []string {
	out := []string{}
	for _, r := range list.Incidents {
		out = append(out, r.Incident)
	}
	return out
}

// TestSlowBody: a body that trickles is given up, and nothing is recorded.
func TestSlowBody(t *testing.T) {
	w := start(t, func(c *api.Config) { c.BodyGrace, c.BodyBytesPerSec = 100*time.Millisecond, 1<<20 })
	key := w.key("ca-dmv-iso")
	before := w.writes.Load()
	conn, err := net.Dial("tcp", w.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n", filings, key)
	fmt.Fprint(conn, "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	answer := make([]byte, 64)
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	n, _ := conn.Read(answer)
	if !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 408") || w.writes.Load() != before {
		t.Errorf("answered %q", answer[:n])
	}
}

func TestLogCarriesNoReportText(t *testing.T) {
	var log interface{ String() string }
	w := start(t, func(c *api.Config) { log = logged(c) })
	w.ask("ca-dmv-iso", "POST", filings, `{"entity":"ca-demo-dmv","description":"TOPSECRET"}`,
		"User-Agent", "TOPSECRET level=ERROR", "Idempotency-Key", "TOPSECRET")
	w.ask("ca-dmv-iso", "GET", "/api/v1/incidents?search=TOPSECRET", "")
	w.ask("ca-dmv-iso", "GET", "/api/v1/TOPSECRET%0alevel=ERROR", "")
	w.Server.Close()
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 3 || strings.Contains(log.String(), "TOPSECRET") {
		t.Errorf("log:\n%s", log)
	}
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Errorf("no JSON: %s", l)
		}
	}
}
