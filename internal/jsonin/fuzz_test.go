package jsonin_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/jsonin"
)

// FuzzDecode holds the strict reader against the standard library's: what it accepts, encoding/json accepts too and
// understands the same; what it calls malformed is no JSON, or is JSON that means two things; and what it read, written
// out and read again, is the same.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, ``, `{"entity":"a","description":"b"}`, `{"entity":"a","entity":"b"}`, `{"a":[1,2,{"b":null}]}`,
		`{"categories":["x",null,""],"devices":[{"ip":["10.0.0.1"]},null]}`, `{"impact":{"liability_usd":-1}}`,
		`{"personal_information":{"involved":"yes","residents":{"CA":612,"MA":null}}}`, `{"description":"\u0000"}`,
		`{"description":"\ud83d\ude00 \ud800"}`, "{\"description\":\"\xff\"}", `{"outage_minutes":1e3}`, `{"entity":"a"}{}`,
		`{"reporter":{"phones":[]},"iso":{}}`, `{"outage_minutes":-0}`, `{"description":"a\/b\n"}`, "\xef\xbb\xbf{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got incident.Filing
		err := jsonin.Decode(data, &got, jsonin.Contract)
		if err != nil {
			checkRefusal(t, data, err)
			return
		}
		plain, err := nullsRemoved(data)
		if err != nil {
			t.Fatalf("encoding/json refuses what was accepted: %v", err)
		}
		var want incident.Filing
		dec := json.NewDecoder(bytes.NewReader(plain))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&want); err != nil {
			t.Fatalf("encoding/json refuses what was accepted: %v", err)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("understood differently:\n%s", d)
		}
		canonical, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var again incident.Filing
		if err := jsonin.Decode(canonical, &again, jsonin.Contract); err != nil {
			t.Fatalf("refuses its own writing: %v", err)
		}
		if d := cmp.Diff(got, again, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("does not round-trip:\n%s", d)
		}
	})
}

func checkRefusal(t *testing.T, data []byte, err error) {
	for _, e := range fault.All(err) {
		if e.Field == "" || e.Remedy == "" {
			t.Fatalf("incomplete refusal %+v", e)
		}
	}
	var m *jsonin.Malformed
	if !errors.As(err, &m) || !json.Valid(data) {
		return
	}
	if !strings.Contains(m.Fault.Detail, "nested too deeply") {
		t.Fatalf("called malformed, and is JSON: %v", err)
	}
}

// nullsRemoved is the document without null, and without the empty texts in lists, which state nothing either.
func nullsRemoved(data []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	return json.Marshal(withoutNulls(v))
}

func withoutNulls(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if e == nil {
				delete(v, k)
			} else {
				v[k] = withoutNulls(e)
			}
		}
	case []any:
		kept := []any{}
		for _, e := range v {
			if e != nil && e != "" {
				kept = append(kept, withoutNulls(e))
			}
		}
		return kept
	}
	return v
}
