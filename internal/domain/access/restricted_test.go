package access

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tocsin/internal/domain/directory"
)

// The expected matrix of a restricted incident of the clinic that the police were told of; health-iso and roads-iso are its
// members, the second without any role there.
func TestRestrictedMatrix(t *testing.T) {
	s := tree(t)
	o := Object{Entity: "clinic", Told: []string{"police"}, Authority: "police", Restricted: true, Members: []string{"health-iso", "roads-iso"}}
	want := map[string][]Action{
		"coord":      {Break, Review},
		"health-iso": {Read, File, Discharge, Reply, Work, Contain, Staff},
		"clinic-rep": nil,
		"roads-iso":  {Read},
		"admin":      nil,
		"auditor":    nil,
		"officer":    {Read, Respond},
	}
	check := func() {
		t.Helper()
		for person, may := range want {
			a, _ := NewActor(s, person)
			for _, do := range Actions {
				if got := Allow(a, do, o); got != slices.Contains(may, do) {
					t.Errorf("%s may %s: %v", person, do, got)
				}
			}
		}
	}
	check()
	o.Members = append(o.Members, "coord")
	want["coord"] = []Action{Read, File, Rate, Discharge, Reply, Triage, Restrict, Review, Work, Contain, Staff, Operate, Invite, Enact}
	check()
	o.Owner = []string{"clinic-rep"} // who owes a duty of a restricted incident is not told of it by that
	check()
}

func anyObject(t *rapid.T) Object {
	people := rapid.SampledFrom([]string{"coord", "health-iso", "clinic-rep", "roads-iso", "admin", "auditor", "officer", "gone"})
	return Object{
		Entity:     rapid.SampledFrom([]string{"state", "health", "clinic", "roads"}).Draw(t, "entity"),
		Told:       rapid.SliceOfDistinct(rapid.SampledFrom([]string{"police", "soc"}), rapid.ID[string]).Draw(t, "told"),
		Restricted: rapid.Bool().Draw(t, "restricted"),
		Members:    rapid.SliceOfDistinct(people, rapid.ID[string]).Draw(t, "members"),
	}
}

// listed is what a query does with a scope.
func listed(s Scope, o Object) bool {
	return slices.ContainsFunc(o.Told, func(x string) bool { return slices.Contains(s.Authorities, x) }) ||
		!o.Restricted && slices.Contains(s.Entities, o.Entity) ||
		o.Restricted && s.Person != "" && slices.Contains(o.Members, s.Person)
}

// The filter of lists, the list of readers and the decision on one object agree on every incident, for sessions, keys and
// links alike.
func TestScopeAndReadersAgreeWithAllow(t *testing.T) {
	s := tree(t)
	rapid.Check(t, func(t *rapid.T) {
		o := anyObject(t)
		readers := Readers(s, o)
		for _, p := range s.People() {
			a, ok := NewActor(s, p.ID)
			is := slices.ContainsFunc(readers, func(r Reader) bool { return r.Person.ID == p.ID })
			if got := ok && Allow(a, Read, o); got != is || got != (ok && listed(ScopeOf(a), o)) {
				t.Fatalf("%s on %+v: allow %v, listed %v, among the readers %v", p.ID, o, got, listed(ScopeOf(a), o), is)
			}
			a.Scopes = rapid.SliceOfDistinct(rapid.SampledFrom(Actions), rapid.ID[Action]).Draw(t, "scopes")
			if got := ok && Allow(a, Read, o); got != (ok && listed(ScopeOf(a), o)) {
				t.Fatalf("a key of %s for %v on %+v: allow %v", p.ID, a.Scopes, o, got)
			}
		}
		link := ByLink("police", "Police")
		if listed(ScopeOf(link), o) || Allow(link, Read, o) {
			t.Fatal("a mailed link reads")
		}
	})
}

// Restricting never widens: whoever sees a restricted incident without being a member is of an authority it was sent to.
func TestRestrictingNeverWidens(t *testing.T) {
	s := tree(t)
	rapid.Check(t, func(t *rapid.T) {
		o := anyObject(t)
		o.Restricted = true
		open := o
		open.Restricted = false
		for _, r := range Readers(s, o) {
			if !r.Member && r.Authority == "" {
				t.Fatalf("%s sees it by %s at %s", r.Person.ID, r.Role, r.Entity)
			}
		}
		for _, p := range s.People() {
			a, ok := NewActor(s, p.ID)
			for _, do := range Actions {
				narrower := do == Break || do == Read && slices.Contains(o.Members, p.ID)
				if ok && !narrower && Allow(a, do, o) && !Allow(a, do, open) {
					t.Fatalf("%s may %s only because it is restricted", p.ID, do)
				}
			}
		}
	})
}

func TestReasonsOfReaders(t *testing.T) {
	s := tree(t)
	why := map[string]Reader{}
	for _, r := range Readers(s, Object{Entity: "clinic", Told: []string{"police"}}) {
		why[r.Person.ID] = r
	}
	if r := why["coord"]; r.Role != directory.IRCoordinator || r.Entity != "state" {
		t.Errorf("the coordinator: %+v", r)
	}
	if r := why["officer"]; r.Authority != "police" {
		t.Errorf("the officer: %+v", r)
	}
	if len(why) != 6 { // with the head of the agency
		t.Errorf("%d readers: %v", len(why), why)
	}
}
