package directory

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"tocsin/internal/domain/fault"
)

// Import is a whole directory as it is read from a file: what a Snapshot is built from.
type Import struct {
	Entities    []Entity    `json:"entities"`
	People      []Person    `json:"people"`
	Authorities []Authority `json:"authorities"`
	Assets      []Asset     `json:"assets"`
}

// Snapshot is the directory at one moment. It is immutable and safe to share.
type Snapshot struct {
	entities    map[string]Entity
	children    map[string][]string
	people      map[string]Person
	authorities map[string]Authority
	assets      map[string]Asset
	holders     map[holding][]string // who holds a role where, sorted by person id
	order       []string             // entity ids, parents before children
	linked      map[account]string   // person ids by their accounts at identity providers
}

type account struct{ issuer, subject string }

type holding struct {
	role  Role
	place string // entity id or authority id
}

// NewSnapshot checks an import and builds the snapshot: ids unique, parents known and free of cycles, roles known,
// every assignment at a known entity or authority. All faults are returned at once.
func NewSnapshot(in Import) (*Snapshot, error) {
	s := &Snapshot{entities: map[string]Entity{}, children: map[string][]string{}, people: map[string]Person{},
		authorities: map[string]Authority{}, assets: map[string]Asset{}, holders: map[holding][]string{}, linked: map[account]string{}}
	var faults fault.List
	for i, e := range in.Entities {
		faults = append(faults, s.addEntity(fmt.Sprintf("entities[%d]", i), e)...)
	}
	faults = append(faults, s.checkTree()...)
	for i, a := range in.Authorities {
		faults = append(faults, s.addAuthority(fmt.Sprintf("authorities[%d]", i), a)...)
	}
	for i, p := range in.People {
		faults = append(faults, s.addPerson(fmt.Sprintf("people[%d]", i), p)...)
	}
	for i, a := range in.Assets {
		faults = append(faults, s.addAsset(fmt.Sprintf("assets[%d]", i), a)...)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	s.orderTree()
	return s, nil
}

func (s *Snapshot) addEntity(at string, e Entity) fault.List {
	switch {
	case e.ID == "" || strings.ContainsAny(e.ID, " /\t\n"):
		return fault.List{fault.Invalid(at+".id", "an entity needs an id without spaces or slashes", "give it a short id such as ca-dmv")}
	case e.Name == "":
		return fault.List{fault.Invalid(at+".name", "an entity needs a name", "give its official name")}
	}
	if _, dup := s.entities[e.ID]; dup {
		return fault.List{fault.Invalid(at+".id", "this id is used twice", "give each entity its own id")}
	}
	s.entities[e.ID] = e
	return nil
}

func (s *Snapshot) checkTree() fault.List {
	var faults fault.List
	for id, e := range s.entities {
		if e.Parent == "" {
			if e.Pack == "" {
				faults = append(faults, fault.Invalid("entities."+id+".pack", "a root entity needs a pack", "name the pack in force, for example us-ca"))
			}
			continue
		}
		if _, ok := s.entities[e.Parent]; !ok {
			faults = append(faults, fault.Invalid("entities."+id+".parent", "the parent is not in the directory", "add the parent or correct its id"))
			continue
		}
		s.children[e.Parent] = append(s.children[e.Parent], id)
		if s.inCycle(id) {
			faults = append(faults, fault.Invalid("entities."+id+".parent", "the entity is its own ancestor", "break the circle"))
		}
	}
	sort.Slice(faults, func(i, j int) bool { return faults[i].Field < faults[j].Field })
	for _, c := range s.children {
		slices.Sort(c)
	}
	return faults
}

func (s *Snapshot) inCycle(id string) bool {
	at := s.entities[id].Parent
	for steps := 0; at != "" && steps <= len(s.entities); steps++ {
		if at == id {
			return true
		}
		at = s.entities[at].Parent
	}
	return false
}

func (s *Snapshot) addAuthority(at string, a Authority) fault.List {
	if a.ID == "" || a.Name == "" {
		return fault.List{fault.Invalid(at, "an authority needs an id and a name", "give both")}
	}
	if _, dup := s.authorities[a.ID]; dup {
		return fault.List{fault.Invalid(at+".id", "this id is used twice", "give each authority its own id")}
	}
	s.authorities[a.ID] = a
	return nil
}

func (s *Snapshot) addPerson(at string, p Person) fault.List {
	if p.ID == "" || p.Name == "" {
		return fault.List{fault.Invalid(at, "a person needs an id and a name", "give both")}
	}
	if _, dup := s.people[p.ID]; dup {
		return fault.List{fault.Invalid(at+".id", "this id is used twice", "give each person their own id")}
	}
	if p.Email != "" && !PlausibleAddress(p.Email) {
		return fault.List{fault.Invalid(at+".email", "this is not an e-mail address", "write it as name@host")}
	}
	var faults fault.List
	for j, r := range p.Roles {
		faults = append(faults, s.checkAssignment(fmt.Sprintf("%s.roles[%d]", at, j), r)...)
	}
	for j, l := range p.Links {
		if _, dup := s.linked[account{l.Issuer, l.Subject}]; dup || l.Issuer == "" || l.Subject == "" {
			faults = append(faults, fault.Invalid(fmt.Sprintf("%s.links[%d]", at, j), "an account at an identity provider belongs to one person and has an issuer and a subject",
				"correct it, or remove it from one of them"))
		}
		s.linked[account{l.Issuer, l.Subject}] = p.ID
	}
	if len(faults) > 0 {
		return faults
	}
	s.people[p.ID] = p
	if p.Gone {
		return nil
	}
	for _, r := range p.Roles {
		h := holding{r.Role, r.Entity + r.Authority}
		s.holders[h] = append(s.holders[h], p.ID)
		slices.Sort(s.holders[h])
	}
	return nil
}

func (s *Snapshot) checkAssignment(at string, r Assignment) fault.List {
	if !slices.Contains(Roles, r.Role) {
		return fault.List{fault.Invalid(at+".role", "this role is not known", "use one of the roles in the glossary")}
	}
	if (r.Entity == "") == (r.Authority == "") {
		return fault.List{fault.Invalid(at, "a role is held at one entity or at one authority", "name exactly one of them")}
	}
	if (r.Role == AuthorityOfficer) != (r.Authority != "") {
		return fault.List{fault.Invalid(at, "an authority officer serves an authority, every other role an entity", "correct the place")}
	}
	if _, ok := s.entities[r.Entity]; r.Entity != "" && !ok {
		return fault.List{fault.Invalid(at+".entity", "the entity is not in the directory", "add it or correct its id")}
	}
	if _, ok := s.authorities[r.Authority]; r.Authority != "" && !ok {
		return fault.List{fault.Invalid(at+".authority", "the authority is not in the directory", "add it or correct its id")}
	}
	return nil
}

func (s *Snapshot) addAsset(at string, a Asset) fault.List {
	if _, ok := s.entities[a.Entity]; !ok {
		return fault.List{fault.Invalid(at+".entity", "the entity is not in the directory", "add it or correct its id")}
	}
	if !slices.Contains([]string{"critical", "high", "medium", "low"}, a.Rating) {
		return fault.List{fault.Invalid(at+".rating", "this rating is not known", "use critical, high, medium or low")}
	}
	if _, dup := s.assets[a.ID]; dup || a.ID == "" {
		return fault.List{fault.Invalid(at+".id", "an asset needs an id of its own", "give it one")}
	}
	s.assets[a.ID] = a
	return nil
}

// PlausibleAddress keeps out what could never be mailed, control characters above all; the mail server decides the rest.
func PlausibleAddress(a string) bool {
	at := strings.LastIndexByte(a, '@')
	if at < 1 || at == len(a)-1 || len(a) > 254 {
		return false
	}
	return !strings.ContainsFunc(a, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '<' || r == '>' || r == ',' })
}

func (s *Snapshot) orderTree() {
	var walk func(id string)
	walk = func(id string) {
		s.order = append(s.order, id)
		for _, c := range s.children[id] {
			walk(c)
		}
	}
	var roots []string
	for id, e := range s.entities {
		if e.Parent == "" {
			roots = append(roots, id)
		}
	}
	slices.Sort(roots)
	for _, r := range roots {
		walk(r)
	}
}

// Entity answers an entity by id.
func (s *Snapshot) Entity(id string) (Entity, bool) { e, ok := s.entities[id]; return e, ok }

// Entities lists all entities, parents before children.
func (s *Snapshot) Entities() []Entity {
	out := make([]Entity, len(s.order))
	for i, id := range s.order {
		out[i] = s.entities[id]
	}
	return out
}

// Authority answers an authority by id.
func (s *Snapshot) Authority(id string) (Authority, bool) { a, ok := s.authorities[id]; return a, ok }

// Person answers a person by id.
func (s *Snapshot) Person(id string) (Person, bool) { p, ok := s.people[id]; return p, ok }

// Linked answers the person that an account at an identity provider belongs to.
func (s *Snapshot) Linked(issuer, subject string) (Person, bool) {
	return s.Person(s.linked[account{issuer, subject}])
}

// People lists everyone, sorted by id.
func (s *Snapshot) People() []Person {
	ids := make([]string, 0, len(s.people))
	for id := range s.people {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	out := make([]Person, len(ids))
	for i, id := range ids {
		out[i] = s.people[id]
	}
	return out
}

// PackOf answers the id of the pack in force for an entity: its own, or the nearest above it.
func (s *Snapshot) PackOf(entity string) string {
	for at := entity; at != ""; at = s.entities[at].Parent {
		if p := s.entities[at].Pack; p != "" {
			return p
		}
	}
	return ""
}

// Root answers the entity at the top of the tree that holds this one.
func (s *Snapshot) Root(entity string) string {
	for s.entities[entity].Parent != "" {
		entity = s.entities[entity].Parent
	}
	return entity
}

// Below lists the entity and everything under it.
func (s *Snapshot) Below(entity string) []string {
	if _, ok := s.entities[entity]; !ok {
		return nil
	}
	out := []string{entity}
	for _, c := range s.children[entity] {
		out = append(out, s.Below(c)...)
	}
	return out
}

// HoldersAt lists who holds a role at exactly this entity.
func (s *Snapshot) HoldersAt(role Role, entity string) []string {
	return s.holders[holding{role, entity}]
}

// Holders finds who holds a role for an entity: there, or else at the nearest entity above it.
func (s *Snapshot) Holders(role Role, entity string) []string {
	for at := entity; at != ""; at = s.entities[at].Parent {
		if h := s.holders[holding{role, at}]; len(h) > 0 {
			return h
		}
	}
	return nil
}

// Officers lists who answers for an authority.
func (s *Snapshot) Officers(authority string) []string {
	return s.holders[holding{AuthorityOfficer, authority}]
}

// Asset answers an asset by id.
func (s *Snapshot) Asset(id string) (Asset, bool) { a, ok := s.assets[id]; return a, ok }
