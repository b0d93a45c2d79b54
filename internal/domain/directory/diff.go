package directory

import (
	"slices"
	"strings"
)

// Kinds of entries in a directory, in the order in which differences are listed.
const (
	KindEntity    = "entity"
	KindPerson    = "person"
	KindAuthority = "authority"
	KindAsset     = "asset"
)

// What became of an entry.
const (
	Added   = "added"
	Changed = "changed"
	Removed = "removed"
)

// Change is one entry that differs between two directories.
type Change struct {
	Kind   string // one of the Kind constants
	ID     string
	Name   string // as it is now, or was before it was removed
	What   string // Added, Changed or Removed
	Fields []FieldChange
	Gained []Assignment // roles of a person
	Lost   []Assignment
}

// FieldChange is one field that differs. Secrets are never shown: they read as "set" or "changed".
type FieldChange struct{ Field, Was, Is string }

// field is one field of an entry as text.
type field struct{ name, value string }

// Diff lists what differs between two directories, by kind and then by id. The order of people, phones' spelling apart, and
// of roles makes no difference.
func Diff(was, is Import) []Change {
	var out []Change
	out = append(out, diffKind(KindEntity, was.Entities, is.Entities, func(e Entity) (string, string, []field) {
		return e.ID, e.Name, []field{{"name", e.Name}, {"parent", e.Parent}, {"pack", e.Pack}, {"address", e.Address}, {"org_code", e.OrgCode}}
	})...)
	people := diffKind(KindPerson, was.People, is.People, func(p Person) (string, string, []field) {
		gone := ""
		if p.Gone {
			gone = "yes"
		}
		return p.ID, p.Name, []field{{"name", p.Name}, {"email", p.Email}, {"phones", strings.Join(p.Phones, ", ")}, {"entity", p.Entity},
			{"title", p.Title}, {"gone", gone}}
	})
	out = append(out, withRoles(people, was.People, is.People)...)
	out = append(out, diffKind(KindAuthority, was.Authorities, is.Authorities, func(a Authority) (string, string, []field) {
		return a.ID, a.Name, []field{{"name", a.Name}, {"email", a.Email}, {"webhook", a.Webhook}, {"webhook_secret", a.WebhookSecret}, {"phone", a.Phone}}
	})...)
	return append(out, diffKind(KindAsset, was.Assets, is.Assets, func(a Asset) (string, string, []field) {
		return a.ID, a.Name, []field{{"entity", a.Entity}, {"name", a.Name}, {"rating", a.Rating}, {"owner", a.Owner}}
	})...)
}

func diffKind[T any](kind string, was, is []T, parts func(T) (id, name string, fields []field)) []Change {
	old, oldNames := map[string][]field{}, map[string]string{}
	for _, v := range was {
		id, name, fields := parts(v)
		old[id], oldNames[id] = fields, name
	}
	var out []Change
	for _, v := range is {
		id, name, fields := parts(v)
		before, known := old[id]
		delete(old, id)
		c := Change{Kind: kind, ID: id, Name: name, What: Changed, Fields: fieldChanges(before, fields)}
		if !known {
			c.What = Added
		}
		if len(c.Fields) > 0 {
			out = append(out, c)
		}
	}
	for id, fields := range old {
		out = append(out, Change{Kind: kind, ID: id, Name: oldNames[id], What: Removed, Fields: fieldChanges(fields, nil)})
	}
	slices.SortFunc(out, func(a, b Change) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// fieldChanges compares two lists of the same fields; one of them may be absent.
func fieldChanges(was, is []field) []FieldChange {
	var out []FieldChange
	for i := range max(len(was), len(is)) {
		var c FieldChange
		if i < len(was) {
			c.Field, c.Was = was[i].name, was[i].value
		}
		if i < len(is) {
			c.Field, c.Is = is[i].name, is[i].value
		}
		if c.Was == c.Is {
			continue
		}
		if c.Field == "webhook_secret" {
			c.Was, c.Is = hidden(c.Was, "set"), hidden(c.Is, "changed")
		}
		out = append(out, c)
	}
	return out
}

func hidden(secret, word string) string {
	if secret == "" {
		return ""
	}
	return word
}

// withRoles adds to the changes of people which roles they gain and lose.
func withRoles(changes []Change, was, is []Person) []Change {
	old := map[string]Person{}
	for _, p := range was {
		old[p.ID] = p
	}
	at := map[string]int{}
	for i, c := range changes {
		at[c.ID] = i
	}
	put := func(id, name string, gained, lost []Assignment) {
		if len(gained)+len(lost) == 0 {
			return
		}
		i, ok := at[id]
		if !ok {
			changes = append(changes, Change{Kind: KindPerson, ID: id, Name: name, What: Changed})
			i = len(changes) - 1
		}
		changes[i].Gained, changes[i].Lost = gained, lost
	}
	for _, p := range is {
		before := old[p.ID]
		delete(old, p.ID)
		put(p.ID, p.Name, without(p.inForce(), before.inForce()), without(before.inForce(), p.inForce()))
	}
	for id, p := range old {
		put(id, p.Name, nil, p.inForce())
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.ID, b.ID) })
	return changes
}

// inForce are the roles that count: none of somebody who left.
func (p Person) inForce() []Assignment {
	if p.Gone {
		return nil
	}
	return p.Roles
}

func without(list, less []Assignment) []Assignment {
	var out []Assignment
	for _, a := range list {
		if !slices.Contains(less, a) && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// Place is where a role is held: the id of an entity or of an authority.
func (a Assignment) Place() string { return a.Entity + a.Authority }

// Import gives the whole directory back, each kind by id.
func (s *Snapshot) Import() Import {
	in := Import{People: s.People(), Authorities: s.Authorities(), Assets: s.Assets()}
	for _, e := range s.entities {
		in.Entities = append(in.Entities, e)
	}
	slices.SortFunc(in.Entities, func(a, b Entity) int { return strings.Compare(a.ID, b.ID) })
	return in
}

// Authorities lists all authorities, by id.
func (s *Snapshot) Authorities() []Authority {
	out := make([]Authority, 0, len(s.authorities))
	for _, a := range s.authorities {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Authority) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Assets lists all assets, by id.
func (s *Snapshot) Assets() []Asset {
	out := make([]Asset, 0, len(s.assets))
	for _, a := range s.assets {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Asset) int { return strings.Compare(a.ID, b.ID) })
	return out
}
