package jsonin_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/jsonin"
)

func ptr[T any](v T) *T { return &v }

// TestDecodeMeansWhatItSays: one document with every kind of value, and null in every place that may carry one.
func TestDecodeMeansWhatItSays(t *testing.T) {
	const doc = `{ "entity": "ca-demo-dmv", "incident": null, "reporter": {"name": "Zoë \u00e9 \ud83d\ude00", "phones": ["916-555-0100", null]},
		"iso": null, "categories": ["equipment", null], "crime_suspected": true, "media_coverage": null, "devices": [null, {"serial": "S1", "encrypted": false}, {}],
		"personal_information": {"involved": "yes", "residents": {"CA": 612, "MA": null}}, "impact": {"liability_usd": 0},
		"outage_minutes": null, "description": "" }`
	want := incident.Filing{
		Entity:              "ca-demo-dmv",
		Reporter:            &incident.Contact{Name: "Zoë é 😀", Phones: []string{"916-555-0100"}},
		Categories:          []string{"equipment"},
		CrimeSuspected:      ptr(true),
		Devices:             []incident.Device{{Serial: "S1", Encrypted: ptr(false)}, {}},
		PersonalInformation: &incident.PersonalInformation{Involved: "yes", Residents: map[string]int64{"CA": 612}},
		Impact:              &incident.Impact{LiabilityUSD: ptr(int64(0))},
	}
	var got incident.Filing
	if err := jsonin.Decode([]byte(doc), &got, jsonin.Contract); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestDecodeRefuses: every refusal names its field and a remedy, and never repeats what was sent.
func TestDecodeRefuses(t *testing.T) {
	const secret = "hunter2"
	deep := strings.Repeat(`{"reporter":`, 20) + "1" + strings.Repeat("}", 20)
	for _, c := range []struct{ name, doc, field, detail string }{
		{"empty", "", "body", "empty"},
		{"null", "null", "body", "must be a JSON object"},
		{"list", `[{"entity":"a"}]`, "body", "must be a JSON object"},
		{"second value", `{"entity":"a"} {}`, "body", "second value"},
		{"second value after a scalar", `{"entity":"a"}1`, "body", "second value"},
		{"cut", `{"entity":"a","reporter":{"name":"hun`, "reporter.name", "ends too early"},
		{"trailing comma", `{"entity":"a",}`, "body", "not valid JSON"},
		{"single quotes", `{'entity':'hunter2'}`, "body", "not valid JSON"},
		{"byte order mark", "\xef\xbb\xbf{}", "body", "byte order mark"},
		{"unknown field", `{"entity":"a","storage_path":"hunter2"}`, "storage_path", "no such field"},
		{"unknown field inside", `{"devices":[{},{"seriall":"hunter2"}]}`, "devices[1].seriall", "no such field"},
		{"name in other letters", `{"Entity":"a"}`, "Entity", "no such field"},
		{"prototype", `{"__proto__":{"a":1}}`, "__proto__", "no such field"},
		{"odd name is not echoed", `{"<script>hunter2":1}`, "?", "no such field"},
		{"duplicate", `{"entity":"a","entity":"b"}`, "entity", "twice"},
		{"duplicate by escape", `{"entity":"a","\u0065ntity":"b"}`, "entity", "twice"},
		{"duplicate state", `{"personal_information":{"residents":{"CA":1,"CA":2}}}`, "personal_information.residents.CA", "twice"},
		{"duplicate, first null", `{"entity":null,"entity":"b"}`, "entity", "twice"},
		{"number for text", `{"entity":5}`, "entity", "must be a text"},
		{"text for flag", `{"crime_suspected":"hunter2"}`, "crime_suspected", "true or false"},
		{"text for number", `{"outage_minutes":"12"}`, "outage_minutes", "whole number"},
		{"fraction", `{"outage_minutes":1.5}`, "outage_minutes", "whole number"},
		{"exponent", `{"outage_minutes":1e2}`, "outage_minutes", "whole number"},
		{"huge number", `{"impact":{"liability_usd":9223372036854775808}}`, "impact.liability_usd", "out of range"},
		{"negative liability", `{"impact":{"liability_usd":-1}}`, "impact.liability_usd", "too small"},
		{"leading zero", `{"outage_minutes":012}`, "outage_minutes", "not valid JSON"},
		{"object for list", `{"categories":{"a":1}}`, "categories", "must be a list"},
		{"text for object", `{"reporter":"hunter2"}`, "reporter", "must be an object"},
		{"not one of", `{"kind":"hunter2"}`, "kind", "none of the allowed"},
		{"escaped NUL", `{"description":"a\u0000b"}`, "description", "NUL"},
		{"raw NUL", "{\"description\":\"a\x00b\"}", "description", "NUL"},
		{"raw line break", "{\"description\":\"a\nb\"}", "description", "control character"},
		{"broken UTF-8", "{\"description\":\"a\xffb\"}", "description", "not valid UTF-8"},
		{"overlong UTF-8", "{\"iso\":{\"name\":\"\xc0\x80\"}}", "iso.name", "not valid UTF-8"},
		{"encoded surrogate", "{\"iso\":{\"name\":\"\xed\xa0\x80\"}}", "iso.name", "not valid UTF-8"},
		{"half a pair", `{"description":"\ud800x"}`, "description", "surrogate"},
		{"wrong pair", `{"description":"\ud800\u0041"}`, "description", "surrogate"},
		{"bad escape", `{"description":"\x41"}`, "description", "unknown escape"},
		{"short escape", `{"description":"\u00"}`, "description", "four hexadecimal"},
		{"deep", deep, "reporter.reporter", "no such field|nested too deeply"},
		{"deep lists", `{"entity":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}", "entity", "nested too deeply"},
		{"10,000 devices", `{"devices":[` + strings.Repeat("{},", 9_999) + `{}]}`, "devices", "too many"},
		{"long description", `{"description":"` + strings.Repeat("x", 256<<10+1) + `"}`, "description", "too long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var f incident.Filing
			err := jsonin.Decode([]byte(c.doc), &f, jsonin.Contract)
			all := fault.All(err)
			if len(all) == 0 {
				t.Fatalf("accepted as %+v", f)
			}
			if all[0].Field != c.field {
				t.Errorf("field %q, want %q", all[0].Field, c.field)
			}
			if !containsAny(err.Error(), c.detail) {
				t.Errorf("%q does not say %q", err, c.detail)
			}
			for _, e := range all {
				if e.Remedy == "" || e.Detail == "" || e.Field == "" || e.Kind != fault.KindInvalid {
					t.Errorf("incomplete: %+v", e)
				}
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("echoes the value: %v", err)
			}
		})
	}
}

func containsAny(s, alternatives string) bool {
	for a := range strings.SplitSeq(alternatives, "|") {
		if strings.Contains(s, a) {
			return true
		}
	}
	return false
}

// TestDecodeNamesWhatSwelled: of a document that is too large only a part is read, and still the field is named.
func TestDecodeNamesWhatSwelled(t *testing.T) {
	device := `{"make_model":"` + strings.Repeat("x", 200) + `"},`
	for _, c := range []struct{ name, doc, field string }{
		{"description", `{"entity":"a","description":"` + strings.Repeat("x", 10<<20) + `"}`, "description"},
		{"devices", `{"entity":"a","devices":[` + strings.Repeat(device, 10_000) + `{}]}`, "devices"},
		{"spaces", strings.Repeat(" ", 2<<20) + `{}`, "body"},
		{"no JSON at all", strings.Repeat("A", 2<<20), "body"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var f incident.Filing
			err := jsonin.Decode([]byte(c.doc), &f, jsonin.Contract)
			var large *jsonin.TooLarge
			if !errors.As(err, &large) {
				t.Fatalf("got %v", err)
			}
			if large.Faults[0].Field != c.field || large.Faults[0].Remedy == "" {
				t.Errorf("got %+v, want the field %s", large.Faults[0], c.field)
			}
		})
	}
}

// TestDecodeReportsAllAtOnce: a person mends a file in one go.
func TestDecodeReportsAllAtOnce(t *testing.T) {
	var f incident.Filing
	err := jsonin.Decode([]byte(`{"entity":1,"descripton":"x","impact":{"liability_usd":-5,"asset_rating":"huge"},"devices":[{"encrypted":"no"}]}`), &f, jsonin.Contract)
	var got []string
	for _, e := range fault.All(err) {
		got = append(got, e.Field)
	}
	want := []string{"entity", "descripton", "impact.liability_usd", "impact.asset_rating", "devices[0].encrypted"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if !strings.Contains(err.Error(), "Did you mean description?") {
		t.Errorf("no suggestion: %v", err)
	}
}

func TestDecodeRequiredAndBounds(t *testing.T) {
	type decision struct {
		Reason string   `json:"reason" required:"true" maxLength:"5"`
		Needed *bool    `json:"needed" required:"true"`
		Tags   []string `json:"tags,omitempty" maxItems:"2" enum:"a,b"`
	}
	for _, c := range []struct{ doc, fields string }{
		{`{"reason":"héllö","needed":false,"tags":["a","b"]}`, ""},
		{`{}`, "reason needed"},
		{`{"reason":"","needed":null}`, "reason needed"},
		{`{"reason":"longer","needed":true}`, "reason"},
		{`{"reason":"x","needed":true,"tags":["a","c"]}`, "tags[1]"},
		{`{"reason":"x","needed":true,"tags":["a","b","a"]}`, "tags"},
	} {
		var v decision
		var fields []string
		for _, e := range fault.All(jsonin.Decode([]byte(c.doc), &v, jsonin.Contract)) {
			fields = append(fields, e.Field)
		}
		if got := strings.Join(fields, " "); got != c.fields {
			t.Errorf("%s: refused %q, want %q", c.doc, got, c.fields)
		}
	}
}

func BenchmarkDecodeFiling(b *testing.B) {
	doc := []byte(fmt.Sprintf(`{"entity":"ca-demo-dmv","kind":"initial","description":%q,"discovered_at":"2026-11-20T09:00:00-08:00","categories":["equipment"],
		"crime_suspected":true,"reporter":{"name":"A","email":"a@example.gov","phones":["1"]},"impact":{"liability_usd":250000}}`, strings.Repeat("word ", 100)))
	b.ReportAllocs()
	for b.Loop() {
		var f incident.Filing
		if err := jsonin.Decode(doc, &f, jsonin.Contract); err != nil {
			b.Fatal(err)
		}
	}
}
