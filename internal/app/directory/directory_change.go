package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// stamp identifies a state of something, so that an edit can say on what it was made.
func stamp(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("the directory cannot be written as JSON: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}

// changeDirectory is EditDirectory for a person: whatever the edit does, each difference that comes of it must be within
// what the person administers. It returns the differences.
func (a *Room) changeDirectory(ctx context.Context, by access.Actor, edit func(*directory.Import) error) (changes []directory.Change, err error) {
	err = a.EditDirectory(ctx, by, func(in *directory.Import) error {
		before, err := directory.NewSnapshot(*in)
		if err != nil {
			return fmt.Errorf("the stored directory: %w", err)
		}
		was := before.Import()
		if err := edit(in); err != nil {
			return err
		}
		after, err := directory.NewSnapshot(*in)
		if err != nil {
			return err
		}
		changes = directory.Diff(was, *in)
		if len(changes) == 0 {
			return errUnchanged
		}
		return a.permit(ctx, by, before, after, changes)
	})
	if err == errUnchanged {
		return nil, nil
	}
	return changes, err
}

// errUnchanged ends an edit that changes nothing before anything is written.
var errUnchanged = fmt.Errorf("nothing changes")

// permit refuses differences that the actor may not make, each by name.
func (a *Room) permit(ctx context.Context, by access.Actor, before, after *directory.Snapshot, changes []directory.Change) error {
	g := guard{a: a, by: by, before: before, after: after}
	var gone []string
	for _, c := range changes {
		switch c.Kind {
		case directory.KindEntity:
			g.entity(c)
			if c.What == directory.Removed {
				gone = append(gone, c.ID)
			}
		case directory.KindPerson:
			g.person(c)
		case directory.KindAuthority:
			if !g.mayAuthority(c.ID) {
				g.refuse(c, "it is told for entities that you do not administer")
			}
		case directory.KindAsset:
			was, _ := before.Asset(c.ID)
			is, _ := after.Asset(c.ID)
			if !g.may(was.Entity) || !g.may(is.Entity) {
				g.refuse(c, "its entity is not one that you administer")
			}
		}
	}
	g.lastAdministrator()
	used, err := a.Book.EntitiesUsed(ctx, gone)
	if err != nil {
		return err
	}
	for _, id := range used {
		g.faults = append(g.faults, fault.Invalid("entity "+id, "it has incidents and cannot be taken out",
			"leave it in; mark its people as gone and give their roles to others"))
	}
	return g.faults.Err()
}

// guard gathers what an actor may not change.
type guard struct {
	a             *Room
	by            access.Actor
	before, after *directory.Snapshot
	faults        fault.List
}

func (g *guard) refuse(c directory.Change, why string) {
	g.faults = append(g.faults, fault.Invalid(c.Kind+" "+c.ID, why, "ask the administrator there"))
}

// may says whether the actor administers an entity: as the tree stood before the edit, for a new one through the nearest
// entity above it that was there. No entity at all is nobody's, and so anybody's.
func (g *guard) may(entity string) bool {
	for at := entity; at != ""; {
		if _, there := g.before.Entity(at); there {
			return access.Allow(g.by, access.Administer, access.Object{Entity: at})
		}
		e, _ := g.after.Entity(at)
		if at = e.Parent; at == "" {
			return g.mayAll() // a new root
		}
	}
	return true
}

// mayAll says whether the actor administers every root.
func (g *guard) mayAll() bool {
	for _, e := range g.before.Entities() {
		if e.Parent == "" && !access.Allow(g.by, access.Administer, access.Object{Entity: e.ID}) {
			return false
		}
	}
	return true
}

// mayAuthority says whether the actor administers the root of a jurisdiction whose pack names the authority; one that no
// pack names belongs to every root.
func (g *guard) mayAuthority(id string) bool { return g.a.AdministersAuthority(g.by, g.before, id) }

// AdministersAuthority says whether the actor may change an authority's entry.
func (a *Room) AdministersAuthority(by access.Actor, dir *directory.Snapshot, id string) bool {
	may, named := false, false
	for _, e := range dir.Entities() {
		if e.Parent != "" {
			continue
		}
		mine := access.Allow(by, access.Administer, access.Object{Entity: e.ID})
		pack, ok := a.PackNow(dir.PackOf(e.ID))
		if !ok {
			continue
		}
		for _, au := range pack.Authorities() {
			if au.ID == id {
				if named = true; mine {
					return true
				}
			}
		}
		may = may || mine
	}
	return may && !named
}

func (g *guard) entity(c directory.Change) {
	was, there := g.before.Entity(c.ID)
	is, stays := g.after.Entity(c.ID)
	ok := g.may(c.ID)
	if there && stays && was.Parent != is.Parent { // moving takes it from one and gives it to another
		ok = ok && was.Parent != "" && is.Parent != "" && g.may(was.Parent) && g.may(is.Parent)
	}
	if !ok {
		g.refuse(c, "it is not within what you administer")
		return
	}
	if stays && is.Pack != was.Pack && !g.may(g.after.Root(c.ID)) { // rules are the jurisdiction's, not the agency's
		g.faults = append(g.faults, fault.Invalid("pack", "the pack of an entity is set by who administers the whole jurisdiction", "leave it as it was, or ask them"))
		return
	}
	if is.Pack != "" && is.Pack != was.Pack {
		if _, known := g.a.PackNow(is.Pack); !known {
			g.faults = append(g.faults, fault.Invalid("pack", "there is no pack of this id", "name one that is in use, such as us-ca, or leave it empty"))
		}
	}
}

// person judges where somebody works, works from now on, and each role gained or lost. Nobody changes roles of their own: an
// administrator of the program does not become a reader of reports by that.
func (g *guard) person(c directory.Change) {
	was, _ := g.before.Person(c.ID)
	is, _ := g.after.Person(c.ID)
	if !g.may(was.Entity) || !g.may(is.Entity) {
		g.refuse(c, "the person works at an entity that you do not administer")
		return
	}
	if was.Entity+is.Entity == "" && len(was.Roles)+len(is.Roles) == 0 && !g.somewhere() {
		g.refuse(c, "you administer no entity")
		return
	}
	if was.Entity == "" && len(was.Roles) > 0 && !slices.ContainsFunc(was.Roles, g.mayRole) {
		g.refuse(c, "the person serves an authority that you do not administer")
		return
	}
	for _, r := range append(slices.Clone(c.Gained), c.Lost...) {
		if !g.mayRole(r) {
			g.refuse(c, "a role at "+r.Place()+" is not yours to give or take")
		}
	}
	if c.ID == g.by.Person && len(c.Gained)+len(c.Lost) > 0 {
		g.faults = append(g.faults, fault.Invalid("roles", "nobody changes roles of their own", "ask another administrator"))
	}
}

func (g *guard) mayRole(r directory.Assignment) bool {
	if r.Authority != "" {
		return g.mayAuthority(r.Authority)
	}
	return g.may(r.Entity)
}

// somewhere says whether the actor administers anything.
func (g *guard) somewhere() bool {
	for e := range g.by.Reach {
		if access.Allow(g.by, access.Administer, access.Object{Entity: e}) {
			return true
		}
	}
	return false
}

// lastAdministrator keeps a jurisdiction from losing everybody who could change its directory.
func (g *guard) lastAdministrator() {
	for _, e := range g.before.Entities() {
		if e.Parent == "" && len(g.before.HoldersAt(directory.Administrator, e.ID)) > 0 && len(g.after.HoldersAt(directory.Administrator, e.ID)) == 0 {
			if _, stays := g.after.Entity(e.ID); stays {
				g.faults = append(g.faults, fault.Invalid("roles", "nobody would be left to administer "+e.ID, "give the role to somebody else first"))
			}
		}
	}
}
