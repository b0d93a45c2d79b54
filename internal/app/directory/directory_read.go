package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
)

// DirectoryTree is the directory as its first page shows it to one reader.
type DirectoryTree struct {
	Roots       []*EntityNode
	Authorities []directory.Authority // without what only administrators see
	People      []PersonLine          // found by a search; empty without one
	More        int                   // people found beyond those listed
	Search      string
	Administers bool // something
}

// EntityNode is an entity with what is below it, as far as the reader sees it.
type EntityNode struct {
	directory.Entity
	People int
	Below  []*EntityNode
	Open   bool // the search found something below it
}

// PersonLine is a person in a list.
type PersonLine struct {
	directory.Person
	Held        []HeldRole
	EntityName  string
	Administers bool // the reader may change the person
}

// HeldRole is a role with the name of its place.
type HeldRole struct {
	directory.Assignment
	PlaceName string
}

// EntityPage is one entity with everything that belongs to it.
type EntityPage struct {
	directory.Entity
	Above       []directory.Entity // from the root down, as far as the reader sees them
	Below       []directory.Entity
	PackInForce string
	Holders     []PersonLine // with a role at this entity
	Reporters   []PersonLine // designated here, or else above; CA step 1
	Inherited   bool         // the reporters are those of an entity above
	Assets      []AssetLine
	Administers bool
}

// AssetLine is an asset with the name of its owner.
type AssetLine struct {
	directory.Asset
	OwnerName string
}

// PersonPage is one person.
type PersonPage struct {
	PersonLine
	Owned []directory.Asset // as information owner
	Self  bool
}

// AuthorityPage is one authority with its channels.
type AuthorityPage struct {
	directory.Authority
	HasWebhook  bool // its address is shown to administrators only
	Officers    []PersonLine
	For         []string // what the packs tell it for, with the clause
	Administers bool
	Tests       []TestView
}

// maySee says whether the reader sees an entity's entries in the directory.
func maySee(by access.Actor, entity string) bool {
	o := access.Object{Entity: entity}
	return entity != "" && (access.Allow(by, access.Read, o) || access.Allow(by, access.File, o) || access.Allow(by, access.Administer, o))
}

func mayAdminister(by access.Actor, entity string) bool {
	return access.Allow(by, access.Administer, access.Object{Entity: entity})
}

// maySeePerson says whether the reader sees a person: by where they work, or by where they hold a role.
func (a *Room) maySeePerson(by access.Actor, dir *directory.Snapshot, p directory.Person) bool {
	return by.Person == p.ID || maySee(by, p.Entity) || slices.ContainsFunc(p.Roles, func(r directory.Assignment) bool {
		return maySee(by, r.Entity) || r.Authority != "" && a.MaySeeAuthority(by, dir, r.Authority)
	})
}

// MaySeeAuthority says whether somebody serves an authority or sees an entity whose pack names it.
func (a *Room) MaySeeAuthority(by access.Actor, dir *directory.Snapshot, id string) bool {
	if slices.Contains(by.Authorities, id) || a.AdministersAuthority(by, dir, id) {
		return true
	}
	asked := map[string]bool{}
	for e := range by.Reach {
		name := dir.PackOf(e)
		if asked[name] || !maySee(by, e) {
			continue
		}
		asked[name] = true
		if pack, ok := a.PackNow(name); ok {
			for _, au := range pack.Authorities() {
				if au.ID == id {
					return true
				}
			}
		}
	}
	return false
}

// shownPeople bounds what a search lists.
const shownPeople = 100

// DirectoryTree answers the directory as far as the actor may see it; search is words of a name, id or address.
func (a *Room) DirectoryTree(ctx context.Context, by access.Actor, search string) (DirectoryTree, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return DirectoryTree{}, err
	}
	t := DirectoryTree{Search: strings.TrimSpace(search)}
	working := map[string]int{}
	for _, p := range dir.People() {
		if !p.Gone {
			working[p.Entity]++
		}
	}
	nodes := map[string]*EntityNode{}
	for _, e := range dir.Entities() {
		if !maySee(by, e.ID) {
			continue
		}
		n := &EntityNode{Entity: e, People: working[e.ID]}
		nodes[e.ID] = n
		if up := nodes[e.Parent]; up != nil {
			up.Below = append(up.Below, n)
		} else {
			t.Roots = append(t.Roots, n)
		}
		t.Administers = t.Administers || mayAdminister(by, e.ID)
	}
	for _, au := range dir.Authorities() {
		if a.MaySeeAuthority(by, dir, au.ID) && fits(t.Search, au.ID, au.Name, au.Email) {
			au.WebhookSecret = ""
			t.Authorities = append(t.Authorities, au)
		}
	}
	if t.Search != "" {
		t.Roots = found(t.Roots, t.Search)
		a.findPeople(by, dir, &t)
	}
	return t, nil
}

// found keeps the entities that fit, with those above them.
func found(nodes []*EntityNode, search string) (out []*EntityNode) {
	for _, n := range nodes {
		n.Below = found(n.Below, search)
		n.Open = len(n.Below) > 0
		if n.Open || fits(search, n.ID, n.Name, n.OrgCode) {
			out = append(out, n)
		}
	}
	return out
}

// fits says whether every word of a search occurs in one of the texts.
func fits(search string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(search)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

func (a *Room) findPeople(by access.Actor, dir *directory.Snapshot, t *DirectoryTree) {
	for _, p := range dir.People() {
		if !fits(t.Search, p.ID, p.Name, p.Email, p.Title) || !a.maySeePerson(by, dir, p) {
			continue
		}
		if len(t.People) == shownPeople {
			t.More++
			continue
		}
		t.People = append(t.People, a.PersonLine(by, dir, p))
	}
}

// PersonLine shows a person with the roles that the reader may know of.
func (a *Room) PersonLine(by access.Actor, dir *directory.Snapshot, p directory.Person) PersonLine {
	l := PersonLine{Person: p, Administers: p.Entity != "" && mayAdminister(by, p.Entity)}
	if e, ok := dir.Entity(p.Entity); ok {
		l.EntityName = e.Name
	}
	for _, r := range p.Roles {
		h := HeldRole{Assignment: r}
		if e, ok := dir.Entity(r.Entity); ok && (maySee(by, r.Entity) || by.Person == p.ID) {
			h.PlaceName = e.Name
		}
		if au, ok := dir.Authority(r.Authority); ok && a.MaySeeAuthority(by, dir, r.Authority) {
			h.PlaceName = au.Name
			l.Administers = l.Administers || p.Entity == "" && a.AdministersAuthority(by, dir, r.Authority)
		}
		if h.PlaceName != "" {
			l.Held = append(l.Held, h)
		}
	}
	return l
}

// EntityPage answers one entity, or fault.NotFound where the actor may not see it.
func (a *Room) EntityPage(ctx context.Context, by access.Actor, id string) (EntityPage, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return EntityPage{}, err
	}
	e, ok := dir.Entity(id)
	if !ok || !maySee(by, id) {
		return EntityPage{}, act.ErrNotThere
	}
	v := EntityPage{Entity: e, PackInForce: dir.PackOf(id), Administers: mayAdminister(by, id)}
	for at := e.Parent; maySee(by, at); {
		up, _ := dir.Entity(at)
		v.Above = append([]directory.Entity{up}, v.Above...)
		at = up.Parent
	}
	for _, c := range dir.Entities() {
		if c.Parent == id {
			v.Below = append(v.Below, c)
		}
	}
	reporters := dir.HoldersAt(directory.DesignatedReporter, id)
	if v.Inherited = len(reporters) == 0; v.Inherited {
		reporters = dir.Holders(directory.DesignatedReporter, id)
	}
	for _, p := range dir.People() {
		here := slices.ContainsFunc(p.Roles, func(r directory.Assignment) bool { return r.Entity == id })
		if slices.Contains(reporters, p.ID) {
			v.Reporters = append(v.Reporters, a.PersonLine(by, dir, p))
		}
		if here || p.Entity == id {
			v.Holders = append(v.Holders, a.PersonLine(by, dir, p))
		}
	}
	for _, as := range dir.Assets() {
		if as.Entity == id {
			owner, _ := dir.Person(as.Owner)
			v.Assets = append(v.Assets, AssetLine{Asset: as, OwnerName: owner.Name})
		}
	}
	return v, nil
}

// PersonPage answers one person, or fault.NotFound where the actor may not see them.
func (a *Room) PersonPage(ctx context.Context, by access.Actor, id string) (PersonPage, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return PersonPage{}, err
	}
	p, ok := dir.Person(id)
	if !ok || !a.maySeePerson(by, dir, p) {
		return PersonPage{}, act.ErrNotThere
	}
	v := PersonPage{PersonLine: a.PersonLine(by, dir, p), Self: by.Person == id}
	for _, as := range dir.Assets() {
		if as.Owner == id && maySee(by, as.Entity) {
			v.Owned = append(v.Owned, as)
		}
	}
	return v, nil
}

// DirectoryHistory lists the changes of the directory, newest first, for whoever administers a part of it.
func (a *Room) DirectoryHistory(ctx context.Context, by access.Actor) ([]directory.Edit, error) {
	if !(&guard{by: by}).somewhere() {
		return nil, act.ErrNotThere
	}
	edits, err := a.Book.DirectoryEdits(ctx, 200)
	if err != nil {
		return nil, err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	for i, e := range edits {
		if p, ok := dir.Person(strings.TrimPrefix(e.Actor, "person:")); ok {
			edits[i].Actor = p.Name
		}
	}
	return edits, nil
}

// Leaving is what is still open with a person who is about to be marked as gone.
type Leaving struct {
	Person directory.Person
	Alone  []HeldRole // roles that nobody else holds there
	Owned  []directory.Asset
	Duties []OpenWork // owed by a role that the person holds, with nobody else to take it
	More   bool       // there may be more duties than were looked through
	Stamp  string
}

// OpenWork is a duty without a word of its incident: an administrator is no reader of reports.
type OpenWork struct {
	What, Clause, EntityName string
	Due                      *time.Time
}

// Leaving answers what is still open with a person. Only who administers the person may ask.
func (a *Room) Leaving(ctx context.Context, by access.Actor, id string) (Leaving, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return Leaving{}, err
	}
	p, ok := dir.Person(id)
	if !ok || !a.PersonLine(by, dir, p).Administers {
		return Leaving{}, act.ErrNotThere
	}
	v := Leaving{Person: p, Stamp: stamp(p)}
	for _, h := range a.PersonLine(by, dir, p).Held {
		if others := dir.HoldersAt(h.Role, h.Place()); len(others) == 1 && others[0] == id {
			v.Alone = append(v.Alone, h)
		}
	}
	for _, as := range dir.Assets() {
		if as.Owner == id {
			v.Owned = append(v.Owned, as)
		}
	}
	// The person's own scope, not the administrator's: what the person owes is what they could see.
	leaver, _ := access.NewActor(dir, id)
	const looked = 500
	open, err := a.Index.OpenDuties(ctx, access.ScopeOf(leaver), looked)
	if err != nil {
		return Leaving{}, err
	}
	v.More = len(open) == looked
	for _, d := range open {
		var holders []string
		if by := d.By(); by.Authority != "" || by.Person != "" {
			holders = incident.Holders(dir, by, d.Entity)
		} else {
			at := d.Entity
			if d.ByAt == "state" {
				at = dir.Root(d.Entity)
			}
			holders = dir.Holders(directory.Role(d.ByRole), at)
		}
		if len(holders) == 1 && holders[0] == id {
			e, _ := dir.Entity(d.Entity)
			v.Duties = append(v.Duties, OpenWork{What: d.What, Clause: d.Clause, EntityName: e.Name, Due: act.Instant(d.Due)})
		}
	}
	return v, nil
}
