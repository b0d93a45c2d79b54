package directory

import (
	"slices"
	"strings"
	"testing"

	"tocsin/internal/domain/fault"
)

func TestFaultsNameTheEntry(t *testing.T) {
	root := Entity{ID: "s", Name: "S", Pack: "p"}
	for name, c := range map[string]struct {
		in    Import
		field string
	}{
		"id twice":        {Import{Entities: []Entity{root, root}}, "entities[1].id"},
		"space in id":     {Import{Entities: []Entity{{ID: "a b", Name: "x", Pack: "p"}}}, "entities[0].id"},
		"no name":         {Import{Entities: []Entity{{ID: "a", Pack: "p"}}}, "entities[0].name"},
		"root no pack":    {Import{Entities: []Entity{{ID: "a", Name: "A"}}}, "entities.a.pack"},
		"unknown parent":  {Import{Entities: []Entity{root, {ID: "a", Name: "A", Parent: "x"}}}, "entities.a.parent"},
		"circle":          {Import{Entities: []Entity{{ID: "a", Name: "A", Parent: "b"}, {ID: "b", Name: "B", Parent: "a"}}}, "entities.a.parent"},
		"unknown role":    {Import{Entities: []Entity{root}, People: []Person{{ID: "p", Name: "P", Roles: []Assignment{{Role: "king", Entity: "s"}}}}}, "people[0].roles[0].role"},
		"role nowhere":    {Import{Entities: []Entity{root}, People: []Person{{ID: "p", Name: "P", Roles: []Assignment{{Role: ISO}}}}}, "people[0].roles[0]"},
		"officer entity":  {Import{Entities: []Entity{root}, People: []Person{{ID: "p", Name: "P", Roles: []Assignment{{Role: AuthorityOfficer, Entity: "s"}}}}}, "people[0].roles[0]"},
		"header in mail":  {Import{Entities: []Entity{root}, People: []Person{{ID: "p", Name: "P", Email: "a@b.c\r\nBcc: x@y.z"}}}, "people[0].email"},
		"asset rating":    {Import{Entities: []Entity{root}, Assets: []Asset{{ID: "a", Entity: "s", Rating: "huge"}}}, "assets[0].rating"},
		"asset of nobody": {Import{Entities: []Entity{root}, Assets: []Asset{{ID: "a", Entity: "x", Rating: "low"}}}, "assets[0].entity"},
	} {
		_, err := NewSnapshot(c.in)
		fields := []string{}
		for _, f := range fault.All(err) {
			fields = append(fields, f.Field)
			if f.Remedy == "" {
				t.Errorf("%s: no remedy for %s", name, f.Field)
			}
			if strings.Contains(f.Error(), "Bcc") {
				t.Errorf("%s: the fault repeats the value", name)
			}
		}
		if !slices.Contains(fields, c.field) {
			t.Errorf("%s: faults at %v, want %s", name, fields, c.field)
		}
	}
}

func TestTreeAndHolders(t *testing.T) {
	s, err := NewSnapshot(Import{
		Entities: []Entity{{ID: "office", Name: "O", Parent: "agency"}, {ID: "agency", Name: "A", Parent: "state"}, {ID: "state", Name: "S", Pack: "us-x"}},
		People: []Person{{ID: "p2", Name: "B", Roles: []Assignment{{Role: ISO, Entity: "agency"}}}, {ID: "p1", Name: "A", Roles: []Assignment{{Role: ISO, Entity: "agency"}}},
			{ID: "left", Name: "L", Gone: true, Roles: []Assignment{{Role: ISO, Entity: "office"}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Holders(ISO, "office"); !slices.Equal(got, []string{"p1", "p2"}) {
		t.Errorf("the office's security officers are %v, want those of the agency above it", got)
	}
	if got := s.Below("state"); !slices.Equal(got, []string{"state", "agency", "office"}) {
		t.Errorf("below the state: %v", got)
	}
	if s.PackOf("office") != "us-x" || s.Root("office") != "state" || s.PackOf("none") != "" {
		t.Error("pack or root of the office is wrong")
	}
}
