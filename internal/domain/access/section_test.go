package access

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
	"tocsin/internal/domain/directory"
)

// A section opens to the holders of its office who may read the incident, and to nobody else. MA 6.3.2.2, MA 6.3.2.3
func TestSectionIsItsOfficesAlone(t *testing.T) {
	s := tree(t)
	rapid.Check(t, func(t *rapid.T) {
		o := anyObject(t)
		role := rapid.SampledFrom(directory.Roles).Draw(t, "role")
		for _, p := range s.People() {
			a, ok := NewActor(s, p.ID)
			if !ok {
				continue
			}
			want := Allow(a, Read, o) && slices.ContainsFunc(p.Roles, func(r directory.Assignment) bool {
				return r.Role == role && slices.Contains(s.Below(r.Entity), o.Entity)
			})
			if Section(a, role, Read, o) != want {
				t.Fatalf("%s, section of %s, %+v: want %v", p.ID, role, o, want)
			}
		}
		if Section(ByLink("police", "Police"), role, Read, o) {
			t.Fatal("a mailed link opens a section")
		}
	})
}
