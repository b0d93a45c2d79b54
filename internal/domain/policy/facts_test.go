package policy_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"tocsin/internal/domain/incident"
)

// The facts that a pack is asked with are a filing: every field of the filing contract is known to it, with its path.
func TestFactsAreAFiling(t *testing.T) {
	p := load(t, small)
	for _, path := range paths(reflect.TypeFor[incident.Filing](), "") {
		segments := strings.Split(path, ".")
		for i, s := range segments {
			if s == "devices" && i == 0 {
				segments[i] = "devices[]"
			}
		}
		if _, err := p.Facts("f", []byte(at(segments[:len(segments)-1], segments[len(segments)-1]+": null"))); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Required items bind to fields that the filing contract has.
func TestItemFieldsAreOfTheFiling(t *testing.T) {
	known := append(paths(reflect.TypeFor[incident.Filing](), ""), "entity.name", "entity.address", "record.received_at", "record.status")
	for _, path := range known {
		pack := strings.Replace(small, "fields: [description,", "fields: ["+path+",", 1)
		got := loadError(pack)
		if kept := slices.Contains([]string{"entity", "kind", "incident", "devices"}, path); kept != strings.Contains(got, "has no field") {
			t.Errorf("%s: %s", path, got)
		}
	}
	for _, path := range []string{"reporter.fax", "devices.colour", "management.discovered_by"} {
		if got := loadError(strings.Replace(small, "fields: [description,", "fields: ["+path+",", 1)); !strings.Contains(got, "has no field") {
			t.Errorf("%s is accepted", path)
		}
	}
}

// paths lists the JSON paths of a struct's leaves; lists of structs count as one.
func paths(typ reflect.Type, prefix string) []string {
	var out []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			out = append(out, paths(inner, prefix+name+".")...)
		} else {
			out = append(out, prefix+name)
		}
	}
	return out
}

func TestFactsStated(t *testing.T) {
	p := load(t, small)
	in, err := p.Facts("f", []byte(`{"entity": "e", "occurred_at": null, "description": "d", "reporter": {"name": "n", "phones": ["1"]},
		"devices": [{"serial": "1", "os": "x", "encrypted": true}, {"serial": "2", "encrypted": true}],
		"impact": {"human_safety": false, "liability_usd": 0}, "personal_information": {"involved": "unknown", "residents": {"CA": 2}},
		"discovered_at": "2026-03-02T09:00:00-08:00"}`))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"description": true, "occurred_at": false, "reporter.name": true, "reporter.email": false, "reporter.phones": true,
		"devices.serial": true, "devices.os": false, "impact.human_safety": true, "impact.liability_usd": true, "impact.asset_rating": false,
		"personal_information.involved": true, "personal_information.residents": true, "discovered_at": true, "entity.name": true} {
		if in.Stated[path] != want {
			t.Errorf("%s stated: %v", path, in.Stated[path])
		}
	}
	if in.DevicesEncrypted == nil || !*in.DevicesEncrypted || in.Events["discovered"].IsZero() || *in.LiabilityUSD != 0 {
		t.Errorf("%+v", in)
	}
}
