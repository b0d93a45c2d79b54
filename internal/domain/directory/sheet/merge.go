package sheet

import (
	"slices"
	"strings"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// Missing says what becomes of what the directory has and a file of that table does not name.
type Missing string

// The two ways.
const (
	Keep Missing = "keep" // it stays as it is
	End  Missing = "end"  // entities and assets are taken out, people are marked as gone, roles end
)

// Merging says how files are merged into a directory.
type Merging struct {
	Missing Missing
	// Within says whether an entity belongs to the part of the directory that End may touch; the id is empty for people
	// who work at no entity and for officers of authorities.
	Within func(entity string) bool
}

// Merge puts files into a directory and returns what it would be. Only columns that a file has are changed. References are
// checked against the result; every fault names its line and column. What no file could mend is for NewSnapshot to find.
func Merge(now directory.Import, files []Sheet, how Merging) (directory.Import, error) {
	m := merger{how: how, out: directory.Import{Entities: slices.Clone(now.Entities), Authorities: slices.Clone(now.Authorities), Assets: slices.Clone(now.Assets)}}
	for _, p := range now.People {
		p.Roles = slices.Clone(p.Roles)
		m.out.People = append(m.out.People, p)
	}
	for _, table := range Tables {
		for _, f := range files {
			if f.Table != table {
				continue
			}
			switch table {
			case Entities:
				m.entities(f)
			case People:
				m.people(f)
			case Roles:
				m.roles(f)
			case Assets:
				m.assets(f)
			}
		}
	}
	m.references(files)
	if len(m.faults) > maxFault {
		m.faults = m.faults[:maxFault]
	}
	return m.out, m.faults.Err()
}

type merger struct {
	how    Merging
	out    directory.Import
	faults fault.List
}

func (m *merger) bad(r Row, column, detail, remedy string) {
	m.faults = append(m.faults, r.Fault(column, detail, remedy))
}

// set puts a cell into a field where the file has the column.
func set(r Row, column string, field *string) {
	if r.Has(column) {
		*field = r.Get(column)
	}
}

// once says that a row's id is the first of its kind in the file.
func (m *merger) once(seen map[string]bool, r Row) bool {
	if seen[r.Get("id")] {
		m.bad(r, "id", "this id stands in the file twice", "give each line its own id, or leave one out")
		return false
	}
	seen[r.Get("id")] = true
	return true
}

// index makes finding fast: files have thousands of lines.
func index[T any](list []T, id func(T) string) map[string]int {
	out := make(map[string]int, len(list))
	for i, v := range list {
		out[id(v)] = i
	}
	return out
}

// entry answers the entry of an id, appending one where there is none.
func entry[T any](list *[]T, known map[string]int, id string) *T {
	i, ok := known[id]
	if !ok {
		var empty T
		*list = append(*list, empty)
		i = len(*list) - 1
		known[id] = i
	}
	return &(*list)[i]
}

func (m *merger) entities(f Sheet) {
	known, seen := index(m.out.Entities, func(e directory.Entity) string { return e.ID }), map[string]bool{}
	for _, r := range f.Rows {
		id := r.Get("id")
		if strings.ContainsAny(id, " /\t\n") {
			m.bad(r, "id", "an id has no spaces and no slashes", "write it like ca-dmv")
			continue
		}
		if !m.once(seen, r) {
			continue
		}
		e := entry(&m.out.Entities, known, id)
		e.ID, e.Name = id, r.Get("name")
		set(r, "parent", &e.Parent)
		set(r, "pack", &e.Pack)
		set(r, "address", &e.Address)
		set(r, "org_code", &e.OrgCode)
		if e.Parent == "" && e.Pack == "" {
			m.bad(r, "pack", "an entity without a parent needs a pack", "name the parent, or the pack in force, such as us-ca")
		}
	}
	if m.how.Missing == End {
		m.out.Entities = slices.DeleteFunc(m.out.Entities, func(e directory.Entity) bool { return !seen[e.ID] && m.how.Within(e.ID) })
	}
}

func (m *merger) people(f Sheet) {
	known, seen := index(m.out.People, func(p directory.Person) string { return p.ID }), map[string]bool{}
	for _, r := range f.Rows {
		if !m.once(seen, r) {
			continue
		}
		p := entry(&m.out.People, known, r.Get("id"))
		p.ID, p.Name = r.Get("id"), r.Get("name")
		set(r, "email", &p.Email)
		set(r, "entity", &p.Entity)
		set(r, "title", &p.Title)
		if r.Has("phones") {
			p.Phones = phones(r.Get("phones"))
		}
		if r.Has("gone") {
			p.Gone = m.yes(r, "gone")
		}
		if p.Email != "" && !directory.PlausibleAddress(p.Email) {
			m.bad(r, "email", "this is not an e-mail address", "write it as name@host")
		}
	}
	if m.how.Missing != End {
		return
	}
	for i, p := range m.out.People {
		if !seen[p.ID] && m.how.Within(p.Entity) {
			m.out.People[i].Gone = true
		}
	}
}

func (m *merger) yes(r Row, column string) bool {
	switch strings.ToLower(r.Get(column)) {
	case "yes", "y", "true", "1", "x":
		return true
	case "", "no", "n", "false", "0":
		return false
	}
	m.bad(r, column, "this is neither yes nor no", "write yes, or leave it empty")
	return false
}

// phones splits numbers at | and drops what is empty.
func phones(cell string) []string {
	var out []string
	for part := range strings.SplitSeq(cell, "|") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func (m *merger) roles(f Sheet) {
	known := index(m.out.People, func(p directory.Person) string { return p.ID })
	listed := map[string][]directory.Assignment{}
	for _, r := range f.Rows {
		a := directory.Assignment{Role: directory.Role(r.Get("role")), Entity: r.Get("entity"), Authority: r.Get("authority")}
		i, ok := known[r.Get("person")]
		switch {
		case !ok:
			m.bad(r, "person", "this person is neither in the directory nor in the file of people", "add the person, or correct the id")
		case !slices.Contains(directory.Roles, a.Role):
			m.bad(r, "role", "this role is not known", "use one of: "+roleList())
		case (a.Role == directory.AuthorityOfficer) != (a.Authority != "") || (a.Entity == "") == (a.Authority == ""):
			m.bad(r, "entity", "a role is held at one entity, and that of an authority's officer at one authority", "fill exactly one of entity and authority")
		case slices.Contains(listed[r.Get("person")], a):
			m.bad(r, "role", "this role stands in the file twice", "leave one of the lines out")
		default:
			listed[r.Get("person")] = append(listed[r.Get("person")], a)
			if p := &m.out.People[i]; !slices.Contains(p.Roles, a) {
				p.Roles = append(p.Roles, a)
			}
		}
	}
	if m.how.Missing != End {
		return
	}
	for i, p := range m.out.People {
		m.out.People[i].Roles = slices.DeleteFunc(p.Roles, func(a directory.Assignment) bool {
			return !slices.Contains(listed[p.ID], a) && m.how.Within(a.Entity)
		})
	}
}

func roleList() string {
	words := make([]string, len(directory.Roles))
	for i, r := range directory.Roles {
		words[i] = string(r)
	}
	return strings.Join(words, ", ")
}

func (m *merger) assets(f Sheet) {
	known, seen := index(m.out.Assets, func(a directory.Asset) string { return a.ID }), map[string]bool{}
	for _, r := range f.Rows {
		if !m.once(seen, r) {
			continue
		}
		a := entry(&m.out.Assets, known, r.Get("id"))
		a.ID, a.Entity, a.Name, a.Rating = r.Get("id"), r.Get("entity"), r.Get("name"), strings.ToLower(r.Get("rating"))
		set(r, "owner", &a.Owner)
		if !slices.Contains([]string{"critical", "high", "medium", "low"}, a.Rating) {
			m.bad(r, "rating", "this rating is not known", "use critical, high, medium or low")
		}
	}
	if m.how.Missing == End {
		m.out.Assets = slices.DeleteFunc(m.out.Assets, func(a directory.Asset) bool { return !seen[a.ID] && m.how.Within(a.Entity) })
	}
}

// references checks that what the rows name exists once all files are merged.
func (m *merger) references(files []Sheet) {
	entities := index(m.out.Entities, func(e directory.Entity) string { return e.ID })
	people := index(m.out.People, func(p directory.Person) string { return p.ID })
	authorities := index(m.out.Authorities, func(a directory.Authority) string { return a.ID })
	for _, f := range files {
		for _, r := range f.Rows {
			for _, c := range []struct {
				column string
				known  map[string]int
			}{{"parent", entities}, {"entity", entities}, {"owner", people}, {"authority", authorities}} {
				id := r.Get(c.column)
				if _, ok := c.known[id]; id != "" && !ok {
					m.bad(r, c.column, "this id is not in the directory", "add it, or correct the id")
				}
			}
		}
	}
}
