package incident

import (
	"maps"
	"reflect"
	"slices"
	"testing"
)

// replaced are the lists and maps of a state that Apply replaces as a whole, and never changes or lengthens where they are.
var replaced = []string{
	"Filings.Texts", "Calls.Texts", "Known.Categories", "Known.PITypes", "Known.InformationImpact", "Known.Residents",
	"Rating.Reasons", "Rating.Open", "Rating.Reportability.Reasons", "Duties.Texts", "Lifecycle.Milestones",
	"Lifecycle.Remains", "Response.Tasks.After", "Containment.Assets.Off", "Containment.Assets.Return",
	"Containment.Assets.Steps", "Briefing.Versions.Changed", "Briefing.Versions.Known", "Briefing.Versions.Unknown",
	"Response.Continuity.Criteria", "Updates.Approvals", "Updates.Approved", "Review.Actions.Moves", "Response.Returned.Tasks",
	"Response.Returned.Actions", "Response.Returned.Items", "Briefing.Versions.Kept", "Review.Editions.Sections",
	"Review.Sections",
}

// A state may be shared by many who decide on it at once, so nothing that Apply changes in place, or appends to, is shared
// with its clone. A new list or map in State is cloned in clone(), or named in replaced where it is only ever replaced.
func TestCloneSharesNothingThatChanges(t *testing.T) {
	var s State
	fill(reflect.ValueOf(&s).Elem())
	shared := map[string]bool{}
	compare(reflect.ValueOf(s), reflect.ValueOf(s.clone()), "", shared)
	for _, path := range slices.Sorted(maps.Keys(shared)) {
		if !slices.Contains(replaced, path) {
			t.Errorf("State.%s is shared with the clone", path)
		}
	}
	if len(shared) == 0 {
		t.Error("nothing is shared at all: the test does not see what it should")
	}
}

// No fact changes a state that somebody else holds: neither what is in it, nor what its lists have room for. Every id in a filled state
// and in a filled fact is empty, so that each fact finds what it is about.
func TestFactsLeaveASharedStateAlone(t *testing.T) {
	for _, k := range Facts {
		f := k.New()
		fill(reflect.ValueOf(f).Elem())
		var shared, same State
		fill(reflect.ValueOf(&shared).Elem())
		fill(reflect.ValueOf(&same).Elem())
		r := Recorded{Fact: f, Version: 2, At: t0, Actor: "person:x", Texts: map[string]string{TextReason: "d"}}
		Extend(shared, []Recorded{r, r})
		if !reflect.DeepEqual(shared, same) {
			t.Errorf("%s changes a state that is shared", k.Name)
		}
		untouched(t, k.Name, reflect.ValueOf(shared))
	}
}

// untouched goes through lists that hold one element and have room for another: nothing was put there.
func untouched(t *testing.T, fact string, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			untouched(t, fact, v.Field(i))
		}
	case reflect.Slice:
		if v.Len() == 1 && v.Cap() > 1 && !v.Slice(0, 2).Index(1).IsZero() {
			t.Errorf("%s puts a %v into room that is shared", fact, v.Type().Elem())
		}
		for i := range v.Len() {
			untouched(t, fact, v.Index(i))
		}
	}
}

// fill gives each list and map one element, all the way down. What stands behind a pointer is a fact, which nobody changes.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 2))
		fill(v.Index(0))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value)
		v.SetMapIndex(reflect.New(v.Type().Key()).Elem(), value)
	}
}

func compare(a, b reflect.Value, path string, shared map[string]bool) {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			f := a.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			at := path
			if !f.Anonymous {
				at = join(path, f.Name)
			}
			compare(a.Field(i), b.Field(i), at, shared)
		}
	case reflect.Slice:
		if a.Pointer() == b.Pointer() {
			shared[path] = true
		}
		compare(a.Index(0), b.Index(0), path, shared)
	case reflect.Map:
		if a.Pointer() == b.Pointer() {
			shared[path] = true
		}
		key := a.MapKeys()[0]
		compare(a.MapIndex(key), b.MapIndex(key), path, shared)
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
