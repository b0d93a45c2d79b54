package access

import (
	"slices"

	"tocsin/internal/domain/directory"
)

// Reader is a person who may see an incident, and why: one reason, the first that holds of member, authority and tree.
type Reader struct {
	Person    directory.Person
	Member    bool           // named, while the incident is restricted
	Authority string         // answers for this authority, which was told
	Role      directory.Role // holds this role …
	Entity    string         // … at this entity, the incident's own or one above it
}

// Readers lists everybody who may see an object, in the order of the directory. It agrees with Allow(a, Read, …).
func Readers(s *directory.Snapshot, o Object) (out []Reader) {
	above := lineage(s, o.Entity)
	for _, p := range s.People() {
		if r, ok := readerOf(p, o, above); ok && !p.Gone {
			out = append(out, r)
		}
	}
	return out
}

func readerOf(p directory.Person, o Object, above []string) (Reader, bool) {
	r := Reader{Person: p}
	if o.Restricted && slices.Contains(o.Members, p.ID) {
		r.Member = true
		return r, true
	}
	for _, a := range p.Roles {
		if a.Authority != "" && slices.Contains(o.Told, a.Authority) {
			r.Authority = a.Authority
			return r, true
		}
	}
	if o.Restricted {
		return r, false
	}
	for _, a := range p.Roles {
		if a.Authority == "" && slices.Contains(above, a.Entity) && slices.Contains(rolesFor[Read], a.Role) {
			r.Role, r.Entity = a.Role, a.Entity
			return r, true
		}
	}
	return r, false
}

// lineage is an entity and those above it, nearest first.
func lineage(s *directory.Snapshot, entity string) (out []string) {
	for e, ok := s.Entity(entity); ok; e, ok = s.Entity(e.Parent) {
		out = append(out, e.ID)
	}
	return out
}
