package api_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/api"
	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
)

const filings = "/api/v1/filings"

// TestFilingOfTheContract: the example of the contract, null and all, arrives as it was meant, and the answer has every
// key that clients are promised.
func TestFilingOfTheContract(t *testing.T) {
	f := &fake{}
	srv := serve(t, f)
	const doc = `{"entity": "ca-demo-dmv", "kind": "initial", "incident": null, "reporter": {"name":"A","email":"a@b","phones":[],"address":null}, "iso": null,
		"alternate_contact": null, "description": "d", "occurred_at": null, "discovered_at": "2026-11-20T09:00:00-08:00", "actions_taken": null,
		"categories": ["equipment"], "crime_suspected": true, "devices": [{"make_model":"m","serial":"s","asset_id":"a","ip":["10.0.0.1"],"hostname":"h","os":"o","location":"l","encrypted":false}],
		"personal_information": {"involved": "yes", "types": ["ssn"], "residents": {"CA": 612, "MA": 3}},
		"impact": {"human_safety": false, "asset_rating": "critical", "liability_usd": 250000, "information_class": "restricted"}, "outage_minutes": null, "media_coverage": null}`
	res, body := ask(t, srv, "POST", filings, doc, "Idempotency-Key", "k-1")
	if res.StatusCode != 201 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if f.filing.PersonalInformation.Residents["CA"] != 612 || *f.filing.Impact.LiabilityUSD != 250000 || f.filing.OutageMinutes != nil {
		t.Errorf("understood as %+v", f.filing)
	}
	want := app.FileOptions{IdempotencyKey: "k-1", BodyDigest: sha256.Sum256([]byte(doc))}
	if f.options != want {
		t.Errorf("options %+v", f.options)
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
}

// TestBadInput is the list of A6: each is refused with a problem that names the field and a remedy, repeats no value, and
// never reaches the application. MA 6.5.2.2
func TestBadInput(t *testing.T) {
	const secret = "555-12-3456"
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
		{"10,000 large devices", `{"entity":"a","devices":[` + strings.Repeat(`{"serial":"`+strings.Repeat("5", 150)+`"},`, 9_999) + `{}]}`, 413, "devices"},
		{"no JSON", `entity=555-12-3456`, 400, "body"},
		{"nothing", ``, 400, "body"},
		{"null", `null`, 422, "body"},
		{"deep", `{"entity":` + strings.Repeat("[", 10_000), 400, "entity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{}
			res, body := ask(t, serve(t, f), "POST", filings, c.body)
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
			if len(f.calls) > 0 {
				t.Errorf("the application was asked: %v", f.calls)
			}
		})
	}
}

// TestRefusalsOfTheApplication: what needs the domain comes back from the application, and is said the same way.
func TestRefusalsOfTheApplication(t *testing.T) {
	down := &broken{"disk full"}
	for _, c := range []struct {
		name   string
		err    error
		status int
		field  string
	}{
		{"discovery in the future", fault.Invalid("discovered_at", "This lies in the future.", "Correct it."), 422, "discovered_at"},
		{"two at once", fault.List{fault.Invalid("entity", "Unknown.", "Ask."), fault.Invalid("incident", "The check character is wrong.", "Read it again.")}, 422, "entity"},
		{"wrapped", fmt.Errorf("file: %w", fault.Invalid("entity", "x", "")), 422, "entity"},
		{"changed meanwhile", fault.Conflict("changed"), 409, ""},
		{"key used otherwise", &fault.Error{Kind: fault.KindConflict, Field: "Idempotency-Key", Detail: "used", Remedy: "Use a new key."}, 422, "Idempotency-Key"},
		{"not permitted", fault.Forbidden("not yours"), 403, ""},
		{"absent", fault.NotFound("incident 123"), 404, ""},
		{"gone", fault.Gone("disposed"), 410, ""},
		{"record cannot be written", fmt.Errorf("commit: %w", down), 503, ""},
		{"too slow", fmt.Errorf("query: %w", context.DeadlineExceeded), 503, ""},
		{"a failure of whatever kind", sql.ErrNoRows, 503, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, body := ask(t, serve(t, &fake{err: c.err}), "POST", filings, `{"entity":"a","description":"b"}`)
			p := problemOf(t, res, body)
			if res.StatusCode != c.status {
				t.Errorf("%d, want %d: %s", res.StatusCode, c.status, body)
			}
			if c.field != "" && (len(p.Errors) == 0 || p.Errors[0].Field != c.field || p.Errors[0].Remedy == "") {
				t.Errorf("names %+v", p.Errors)
			}
			if c.status >= 500 && (len(p.EmergencyContacts) != 1 || p.EmergencyContacts[0].Phone == "") {
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
	res, body := ask(t, serve(t, &fake{err: sql.ErrNoRows}), "GET", "/api/v1/duties", "")
	if p := problemOf(t, res, body); p.Status != 500 || len(p.EmergencyContacts) == 0 || strings.Contains(body, "sql") {
		t.Error(body)
	}
}

// TestAbsentLooksTheSame: an incident of others and one that never was are answered with the same bytes.
func TestAbsentLooksTheSame(t *testing.T) {
	_, a := ask(t, serve(t, &fake{err: fault.NotFound("incident 1 of another entity")}), "GET", "/api/v1/incidents/1", "")
	_, b := ask(t, serve(t, &fake{err: fault.NotFound("no incident 2")}), "GET", "/api/v1/incidents/2", "")
	if a != b || a == "" {
		t.Errorf("differ:\n%s\n%s", a, b)
	}
}

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	f := &fake{panics: true}
	var log interface{ String() string }
	srv := serve(t, f, func(c *api.Config) { log = logged(c) })
	res, body := ask(t, srv, "GET", "/api/v1/duties", "")
	if p := problemOf(t, res, body); p.Status != 500 || len(p.EmergencyContacts) == 0 {
		t.Error(body)
	}
	srv.Close()
	if !strings.Contains(log.String(), "broken: Duties") || strings.Contains(body, "broken") {
		t.Errorf("log %s\nbody %s", log, body)
	}
}

// TestContentTypes: nothing that a page of another site can send unasked is taken, and no XML.
func TestContentTypes(t *testing.T) {
	for kind, want := range map[string]int{
		"application/json": 201, "application/json; charset=utf-8": 201, "Application/JSON;charset=UTF-8": 201,
		"": 415, "text/plain": 415, "application/x-www-form-urlencoded": 415, "multipart/form-data": 415, "application/xml": 415,
		"application/problem+json": 415, "application/json; charset=utf-16": 415, "application/json, text/plain": 415,
	} {
		f := &fake{}
		res, body := ask(t, serve(t, f), "POST", filings, `{"entity":"a","description":"b"}`, "Content-Type", kind)
		if res.StatusCode != want {
			t.Errorf("%q: %d %s", kind, res.StatusCode, body)
		}
		if want != 201 && len(f.calls) > 0 {
			t.Errorf("%q reached the application", kind)
		}
	}
}

func TestIdempotencyKeySyntax(t *testing.T) {
	srv := serve(t, &fake{})
	for key, want := range map[string]int{
		"a": 201, strings.Repeat("k", 255): 201, strings.Repeat("k", 256): 422, "with space": 422, "caf\xc3\xa9": 422,
	} {
		res, body := ask(t, srv, "POST", filings, `{"entity":"a","description":"b"}`, "Idempotency-Key", key)
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
	f := &fake{}
	srv := serve(t, f)
	res, body := ask(t, srv, "GET", "/api/v1/incidents?search=laptop+stolen&level=high&authority=ca-chp&track=waiting&limit=20&cursor=abc&entity=e&status=open", "")
	want := app.ListQuery{Search: "laptop stolen", Entity: "e", Level: "high", Status: "open", Authority: "ca-chp", TrackState: "waiting", Cursor: "abc", Limit: 20}
	if res.StatusCode != 200 || f.query != want {
		t.Errorf("%d %s %+v", res.StatusCode, body, f.query)
	}
	if ask(t, srv, "GET", "/api/v1/incidents", ""); f.query.Limit != 50 {
		t.Errorf("default limit %d", f.query.Limit)
	}
	f.calls = nil
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=201": "limit", "limit=x-secret": "limit", "level=secret": "level", "sort=secret": "sort",
		"entity=a&entity=b": "entity", "search=%00": "search", "search=%ff": "search", "search=%zz": "query", "%ff=1": "query",
	} {
		res, body := ask(t, srv, "GET", "/api/v1/incidents?"+query, "")
		if p := problemOf(t, res, body); res.StatusCode != 422 || p.Errors[0].Field != field || strings.Contains(body, "secret") {
			t.Errorf("%s: %d %s", query, res.StatusCode, body)
		}
	}
	if len(f.calls) > 0 {
		t.Errorf("reached the application: %v", f.calls)
	}
}

// TestActs: every act reaches its use case once, answers nothing, and needs its reason.
func TestActs(t *testing.T) {
	for path, c := range map[string]struct{ body, call string }{
		"/tracks/ca-chp/acknowledge": {"", "Acknowledge 7K2-9QX-4D ca-chp"},
		"/tracks/ca-chp/questions":   {`{"question":"Which devices?"}`, "Ask 7K2-9QX-4D ca-chp Which devices?"},
		"/tracks/ca-chp/decline":     {`{"reason":"Not ours"}`, "Decline 7K2-9QX-4D ca-chp Not ours"},
		"/tracks/ca-chp/close":       {`{"reason":"Done"}`, "CloseTrack 7K2-9QX-4D ca-chp Done"},
		"/questions/q1/answer":       {`{"answer":"Two laptops"}`, "AnswerQuestion 7K2-9QX-4D q1 Two laptops"},
		"/rating":                    {`{"level":"low","reason":"No data"}`, "Rate 7K2-9QX-4D low No data"},
		"/post-incident-report":      {`{"required":false,"reason":"Minor"}`, "DecidePostIncidentReport 7K2-9QX-4D false Minor"},
		"/duties/d1/discharge":       {`{"statement":"Sent on Monday"}`, "Discharge 7K2-9QX-4D d1 Sent on Monday"},
		"/response":                  {`{"lead":"ann","begun":"Cut off","playbooks":["p","q"]}`, "StartResponse 7K2-9QX-4D ann Cut off p q"},
		"/response/handover":         {`{"lead":"bob","state_of_play":"All quiet"}`, "HandOver 7K2-9QX-4D bob All quiet"},
		"/response/playbooks":        {`{"playbook":"p"}`, "FollowPlaybook 7K2-9QX-4D p"},
		"/lifecycle/unlink":          {`{"relation":"related","other":"n","reason":"Not"}`, "UnlinkIncident 7K2-9QX-4D related n Not"},
		"/response/import":           {`{"playbook":"{}","file":"p.json"}`, "ImportPlaybook 7K2-9QX-4D p.json {}"},
		"/tasks":                     {`{"what":"Call","aim":"communication","role":"ir_lead"}`, "AddTask 7K2-9QX-4D Call communication ir_lead"},
		"/tasks/t1/take":             {`{"person":"ann"}`, "TakeTask 7K2-9QX-4D t1 ann"},
		"/tasks/t1/done":             {`{"note":"Found"}`, "FinishTask 7K2-9QX-4D t1 Found"},
		"/tasks/t1/skip":             {`{"reason":"None"}`, "SkipTask 7K2-9QX-4D t1 None"},
		"/lifecycle/phase":           {`{"phase":"containment","reason":"r"}`, "EnterPhase 7K2-9QX-4D containment r"},
		"/lifecycle/milestone":       {`{"milestone":"contained","at":"2026-06-18T17:00:00Z"}`, "StateMilestone 7K2-9QX-4D contained 2026-06-18T17:00:00Z"},
		"/lifecycle/classify":        {`{"as":"near_miss","reason":"Luck"}`, "Classify 7K2-9QX-4D near_miss Luck"},
		"/lifecycle/link":            {`{"relation":"related","other":"n","reason":"Alike"}`, "LinkIncident 7K2-9QX-4D related n Alike "},
		"/lifecycle/end":             {`{"outcome":"declined","as":"event","reason":"Test","accepted":["duty:d1"]}`, "CloseIncident 7K2-9QX-4D declined event Test duty:d1"},
		"/lifecycle/validate":        {`{"reason":"Watched"}`, "ValidateResults 7K2-9QX-4D Watched"},
		"/lifecycle/resume":          {`{"keep_closed":true,"reason":"Same"}`, "KeepClosed 7K2-9QX-4D Same"},
		"/response/handover/answer":  {`{"answer":"decline","reason":"Leave"}`, "AnswerHandover 7K2-9QX-4D false Leave"},
		"/response/engage":           {`{"person":"p","reason":"Law"}`, "Engage 7K2-9QX-4D p Law"},
		"/response/continuity":       {`{"activate":true,"reason":"Down"}`, "DecideContinuity 7K2-9QX-4D true Down"},
		"/sections/legal":            {`{"note":"Hush"}`, "NoteInSection 7K2-9QX-4D legal Hush"},
		"/tasks/t1/order":            {`{"before":"t2"}`, "OrderTasks 7K2-9QX-4D t1 t2"},
		"/tasks/t1/reopen":           {`{"reason":"Again"}`, "ReopenTask 7K2-9QX-4D t1 Again"},
	} {
		f := &fake{}
		srv := serve(t, f)
		res, body := ask(t, srv, "POST", "/api/v1/incidents/7K2-9QX-4D"+path, c.body)
		if res.StatusCode != 204 || body != "" || !slices.Equal(f.calls, []string{c.call}) {
			t.Errorf("%s: %d %q %v", path, res.StatusCode, body, f.calls)
		}
		if c.body == "" || slices.Contains([]string{"/tasks/t1/take", "/tasks/t1/done", "/tasks/t1/skip", "/tasks/t1/order"}, path) { // these need no words
			continue
		}
		res, body = ask(t, srv, "POST", "/api/v1/incidents/7K2-9QX-4D"+path, `{}`)
		if p := problemOf(t, res, body); p.Status != 422 || len(p.Errors) == 0 || len(f.calls) != 1 {
			t.Errorf("%s without its reason: %d %s %v", path, res.StatusCode, body, f.calls)
		}
	}
}

// TestSlowBody: a body that trickles is given up, and nothing is recorded.
func TestSlowBody(t *testing.T) {
	f := &fake{}
	srv := serve(t, f, func(c *api.Config) { c.BodyGrace, c.BodyBytesPerSec = 100*time.Millisecond, 1<<20 })
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", filings, goodKey)
	answer := make([]byte, 64)
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	n, _ := conn.Read(answer)
	if !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 408") || len(f.calls) > 0 {
		t.Errorf("answered %q, %v", answer[:n], f.calls)
	}
}

func TestLogCarriesNoReportText(t *testing.T) {
	f := &fake{}
	var log interface{ String() string }
	srv := serve(t, f, func(c *api.Config) { log = logged(c) })
	ask(t, srv, "POST", filings, `{"entity":"a","description":"TOPSECRET"}`, "User-Agent", "TOPSECRET level=ERROR", "Idempotency-Key", "TOPSECRET")
	ask(t, srv, "GET", "/api/v1/incidents?search=TOPSECRET", "")
	ask(t, srv, "GET", "/api/v1/TOPSECRET%0alevel=ERROR", "")
	srv.Close()
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

func BenchmarkFiling(b *testing.B) {
	c := configFor(&fake{})
	c.RequestsPerSecond = -1
	h := api.New(c)
	doc := fmt.Sprintf(`{"entity":"ca-demo-dmv","kind":"initial","description":%q,"discovered_at":"2026-11-20T09:00:00-08:00","categories":["equipment"],"crime_suspected":true,"impact":{"liability_usd":250000}}`, strings.Repeat("word ", 100))
	b.ReportAllocs()
	for b.Loop() {
		req, _ := http.NewRequest("POST", filings, strings.NewReader(doc))
		req.Header.Set("Authorization", "Bearer "+goodKey)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", "k")
		w := &discard{header: http.Header{}}
		h.ServeHTTP(w, req)
		if w.status != 201 {
			b.Fatal(w.status)
		}
	}
}

type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(s int)           { d.status = s }
