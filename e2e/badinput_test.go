package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// problem is what every refusal looks like. RFC 9457
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Errors []struct {
		Field, Detail, Remedy string
	} `json:"errors"`
	EmergencyContacts []struct{ Name, Phone string } `json:"emergency_contacts"`
}

// badInput is one body that must be refused, and the field that must be blamed.
type badInput struct {
	name, path, body string
	status           int
	field            string
}

func badInputs(number string) []badInput {
	with := func(name string, value any) string {
		f := laptop()
		f[name] = value
		b, err := json.Marshal(f)
		if err != nil {
			panic(err)
		}
		return string(b)
	}
	const file = "/api/v1/filings"
	good := with("description", "x")
	spoiled := func(old, now string) string {
		if !strings.Contains(good, old) {
			panic(old)
		}
		return strings.Replace(good, old, now, 1)
	}
	hour := func(d time.Duration) string { return time.Now().Add(d).Format(time.RFC3339) }
	devices := make([]map[string]string, 10_000)
	for i := range devices {
		devices[i] = map[string]string{"serial": fmt.Sprint(i)}
	}
	return []badInput{
		{"unknown field", file, with("colour", "red"), 422, "colour"},
		{"unknown field inside", file, with("impact", map[string]any{"colour": 1}), 422, "impact.colour"},
		{"unknown field in a list", file, with("devices", []any{map[string]any{}, map[string]any{"colour": 1}}), 422, "devices[1].colour"},
		{"word for a yes or no", file, with("crime_suspected", "yes"), 422, "crime_suspected"},
		{"number for a text", file, with("description", 7), 422, "description"},
		{"text for a list", file, with("categories", "equipment"), 422, "categories"},
		{"fraction of a dollar", file, with("impact", map[string]any{"liability_usd": 1.5}), 422, "impact.liability_usd"},
		{"list for a report", file, "[" + good + "]", 422, "body"},
		{"second value", file, good + good, 400, "body"},
		{"words behind the value", file, good + " and more", 400, "body"},
		{"no value", file, "", 400, "body"},
		{"half a value", file, `{"entity":"ca-demo-dmv","description":"cut o`, 400, "description"},
		{"duplicate key", file, spoiled(`"description":"x"`, `"description":"x","description":"y"`), 422, "description"},
		{"duplicate key, escaped", file, spoiled(`"description":"x"`, `"description":"x","descriptio\u006e":"y"`), 422, "description"},
		{"duplicate key inside", file, spoiled(`"residents":{"CA":612`, `"residents":{"CA":1,"CA":612`), 422,
			"personal_information.residents.CA"},
		{"10 MiB of description", file, with("description", strings.Repeat("long ", 2<<20)), 413, "description"},
		{"a description over the limit", file, with("description", strings.Repeat("long ", 60<<10)), 422, "description"},
		{"NUL, escaped", file, spoiled(`"description":"x"`, `"description":"x\u0000y"`), 422, "description"},
		{"NUL, raw", file, spoiled(`"description":"x"`, "\"description\":\"x\x00y\""), 400, "description"},
		{"broken UTF-8", file, spoiled(`"description":"x"`, "\"description\":\"x\xff\xfe\""), 422, "description"},
		{"half a surrogate pair", file, spoiled(`"description":"x"`, `"description":"x\ud800"`), 422, "description"},
		{"discovered in the future", file, with("discovered_at", hour(48*time.Hour)), 422, "discovered_at"},
		{"occurred in the future", file, with("occurred_at", hour(48*time.Hour)), 422, "occurred_at"},
		{"discovered before it occurred", file, with("occurred_at", hour(-time.Hour)), 422, "discovered_at"},
		{"time without offset", file, with("discovered_at", "2026-01-02T03:04:05"), 422, "discovered_at"},
		{"no such day", file, with("discovered_at", "2026-02-30T03:04:05Z"), 422, "discovered_at"},
		{"entity of others", file, with("entity", "ca-demo-ftb"), 403, "entity"},
		{"entity of another state", file, with("entity", "ma-demo-rmv"), 403, "entity"},
		{"no such entity", file, with("entity", "ca-demo-none"), 403, "entity"},
		{"no entity", file, with("entity", nil), 422, "entity"},
		{"nothing said", file, `{"entity":"ca-demo-dmv"}`, 422, "description"},
		{"check character", file, strings.Replace(with("incident", mistyped(number)), `"initial"`, `"supplement"`, 1), 422, "incident"},
		{"supplement to nothing", file, strings.Replace(good, `"initial"`, `"supplement"`, 1), 422, "incident"},
		{"negative liability", file, with("impact", map[string]any{"liability_usd": -1}), 422, "impact.liability_usd"},
		{"liability beyond numbers", file, strings.Replace(good, "250000", "1e400", 1), 422, "impact.liability_usd"},
		{"negative residents", file, with("personal_information", map[string]any{"residents": map[string]int{"CA": -1}}), 422,
			"personal_information.residents.CA"},
		{"residents of no state", file, with("personal_information", map[string]any{"residents": map[string]int{"California": 1}}), 422,
			"personal_information.residents"},
		{"negative outage", file, with("outage_minutes", -5), 422, "outage_minutes"},
		{"10,000 devices", file, with("devices", devices), 422, "devices"},
		{"category of nobody", file, with("categories", []string{"equipment", "weather"}), 422, "categories[1]"},
		{"line break in a name", file, with("reporter", map[string]any{"name": "Dana\r\nBcc: x@example.com"}), 422, "reporter.name"},
		{"kind of nothing", file, with("kind", "final"), 422, "kind"},
		{"telephone: no caller", "/api/v1/telephone-reports",
			`{"entity":"ca-demo-dmv","called":"x","called_at":"2026-01-02T03:04:05Z"}`, 422, "caller"},
		{"telephone: in the future", "/api/v1/telephone-reports", `{"entity":"ca-demo-dmv","caller":"x","called":"x","called_at":"` +
			hour(48*time.Hour) + `"}`, 422, "called_at"},
	}
}

// mistyped is a number with one character read wrongly over the telephone.
func mistyped(number string) string {
	last := byte('7')
	if number[len(number)-2] == last {
		last = '8'
	}
	return number[:len(number)-2] + string(last) + number[len(number)-1:]
}

// trace is everything that a refused request could have changed.
type trace struct{ entries, texts, requests, owed, incidents, mails int }

func (s *server) trace(t *testing.T) trace {
	t.Helper()
	db := openRecord(t, s.dir)
	return trace{number(t, db, "SELECT count(*) FROM entry"), number(t, db, "SELECT count(*) FROM text"),
		number(t, db, "SELECT count(*) FROM leaf"),
		number(t, db, "SELECT count(*) FROM delivery"), len(s.numbers(t, "ca-dmv-iso")), len(s.mails())}
}

// TestBadInput: every bad input is refused with the field and the remedy, and leaves no trace.
func TestBadInput(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	a := s.fileLaptop(t)
	s.quiet(t)
	before := s.trace(t)
	for i, c := range badInputs(a.Incident) {
		for _, key := range []string{"", fmt.Sprintf("bad-%d", i)} {
			headers := map[string]string{}
			if key != "" {
				headers["Idempotency-Key"] = key
			}
			res, text, err := s.ask(s.key("ca-dmv-iso"), "POST", c.path, c.body, headers)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if kind := res.Header.Get("Content-Type"); kind != "application/problem+json" {
				t.Errorf("%s: answered with %s", c.name, kind)
			}
			c.check(t, res.StatusCode, text)
		}
	}
	if after := s.trace(t); after != before {
		t.Errorf("before %+v, after %+v", before, after)
	}
	sound(t, s.dir)
}

func (c badInput) check(t *testing.T, status int, text string) {
	t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(text), &p); err != nil || status != c.status || p.Status != status || p.Title == "" || p.Type == "" {
		t.Errorf("%s: %d, want %d: %v %.300s", c.name, status, c.status, err, text)
		return
	}
	for _, e := range p.Errors {
		if e.Field == c.field && e.Detail != "" && e.Remedy != "" {
			return
		}
	}
	t.Errorf("%s: blames not %s with a remedy: %.400s", c.name, c.field, text)
}

// quiet waits until nothing is owed and everything has its place in the tree.
func (s *server) quiet(t *testing.T) {
	t.Helper()
	db := openRecord(t, s.dir)
	last := -1
	await(t, 20*time.Second, "the server does not come to rest", func() bool {
		n := number(t, db, "SELECT count(*) FROM entry")
		rest := n == last && number(t, db, "SELECT count(*) FROM delivery") == 0 && number(t, db, "SELECT count(*) FROM unsequenced") == 0
		last = n
		time.Sleep(200 * time.Millisecond)
		return rest
	})
}

// TestBadRequest: what is wrong with the request around the report is refused as clearly.
func TestBadRequest(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	body, err := json.Marshal(laptop())
	if err != nil {
		t.Fatal(err)
	}
	key := s.key("ca-dmv-iso")
	for _, c := range []struct {
		name, key string
		headers   map[string]string
		status    int
	}{
		{"no key", "", nil, 401},
		{"a wrong key", "tk_wrong", nil, 401},
		{"a form", key, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 415},
		{"plain text", key, map[string]string{"Content-Type": "text/plain"}, 415},
		{"another character set", key, map[string]string{"Content-Type": "application/json; charset=utf-16"}, 415},
		{"from a page elsewhere", key, map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"an idempotency key with a space", key, map[string]string{"Idempotency-Key": "a b"}, 422},
		{"an endless idempotency key", key, map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}, 422},
		{"reading only", s.key("ca-auditor"), nil, 403},
	} {
		status, text, err := s.try(c.key, "POST", "/api/v1/filings", string(body), c.headers)
		var p problem
		if err != nil || status != c.status || json.Unmarshal([]byte(text), &p) != nil || p.Detail == "" {
			t.Errorf("%s: %d, want %d: %v %.300s", c.name, status, c.status, err, text)
		}
	}
	if status, _ := s.call("ca-dmv-iso", "PUT", "/api/v1/filings", nil, nil, nil); status != http.StatusMethodNotAllowed {
		t.Errorf("PUT: %d", status)
	}
	if n := s.numbers(t, "ca-dmv-iso"); len(n) > 0 {
		t.Errorf("filed all the same: %v", n)
	}
}
