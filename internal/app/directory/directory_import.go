package directory

import (
	"context"
	"slices"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/directory/sheet"
	"tocsin/internal/domain/fault"
)

// ImportFiles are files of directory tables, by table, with what becomes of entries that they do not name.
type ImportFiles struct {
	Files   map[string][]byte
	Missing sheet.Missing
}

// ImportPreview says what an import would change, before anything is changed.
type ImportPreview struct {
	Stamp   string // of the directory that the preview was made on
	Read    []sheet.Sheet
	Changes []directory.Change
	Sight   []SightChange
	Names   map[string]string // of entities and authorities, by id, before and after
}

// SightChange is a person who will see the incidents of other entities than before.
type SightChange struct {
	Person, Name string
	Lost, Gained []string // names of entities
}

// errNoFile says that an import was sent without a file.
var errNoFile = fault.Invalid("entities", "no file was chosen", "choose at least one file")

// merge reads the files and puts them into a directory.
func (a *Room) merge(by access.Actor, in directory.Import, files ImportFiles) (directory.Import, []sheet.Sheet, error) {
	var faults fault.List
	var sheets []sheet.Sheet
	for _, table := range sheet.Tables {
		data := files.Files[table]
		if len(data) == 0 {
			continue
		}
		s, err := sheet.Read(table, data)
		faults = append(faults, fault.All(err)...)
		sheets = append(sheets, s)
	}
	if len(sheets) == 0 {
		return in, nil, errNoFile
	}
	if err := faults.Err(); err != nil {
		return in, nil, err
	}
	mine := (&guard{by: by}).somewhere()
	out, err := sheet.Merge(in, sheets, sheet.Merging{Missing: files.Missing, Within: func(entity string) bool {
		return mine && entity != "" && mayAdminister(by, entity)
	}})
	return out, sheets, err
}

// PreviewImport says what the files would change. Faults name file, line and column.
func (a *Room) PreviewImport(ctx context.Context, by access.Actor, files ImportFiles) (ImportPreview, error) {
	if !(&guard{by: by}).somewhere() {
		return ImportPreview{}, act.ErrNotThere
	}
	now, _, err := a.Book.ReadDirectory(ctx)
	if err != nil {
		return ImportPreview{}, err
	}
	before, err := directory.NewSnapshot(now)
	if err != nil {
		return ImportPreview{}, err
	}
	was := before.Import()
	v := ImportPreview{Stamp: stamp(was), Names: map[string]string{}}
	is, sheets, err := a.merge(by, was, files)
	if err != nil {
		return ImportPreview{}, err
	}
	after, err := directory.NewSnapshot(is)
	if err != nil {
		return ImportPreview{}, err
	}
	v.Read, v.Changes = sheets, directory.Diff(was, is)
	if err := a.permit(ctx, by, before, after, v.Changes); err != nil {
		return ImportPreview{}, err
	}
	v.Sight = sightChanges(before, after)
	for _, s := range []*directory.Snapshot{before, after} {
		for _, e := range s.Entities() {
			v.Names[e.ID] = e.Name
		}
		for _, au := range s.Authorities() {
			v.Names[au.ID] = au.Name
		}
	}
	return v, nil
}

// sightChanges compares for everyone which entities' incidents they see: what access.ScopeOf gives before and after.
func sightChanges(before, after *directory.Snapshot) (out []SightChange) {
	people := before.People()
	for _, p := range after.People() {
		if _, known := before.Person(p.ID); !known {
			people = append(people, p)
		}
	}
	name := func(id string) string {
		if e, ok := after.Entity(id); ok {
			return e.Name
		}
		e, _ := before.Entity(id)
		return e.Name
	}
	for _, p := range people {
		old, _ := access.NewActor(before, p.ID)
		then, _ := access.NewActor(after, p.ID)
		was, is := access.ScopeOf(old).Entities, access.ScopeOf(then).Entities
		c := SightChange{Person: p.ID, Name: p.Name}
		for _, id := range was {
			if _, found := slices.BinarySearch(is, id); !found {
				c.Lost = append(c.Lost, name(id))
			}
		}
		for _, id := range is {
			if _, found := slices.BinarySearch(was, id); !found {
				c.Gained = append(c.Gained, name(id))
			}
		}
		if len(c.Lost)+len(c.Gained) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// ApplyImport does what a preview showed, and only while the directory is still the one that it was made on.
func (a *Room) ApplyImport(ctx context.Context, by access.Actor, files ImportFiles, previewed string) (changed int, err error) {
	if !(&guard{by: by}).somewhere() {
		return 0, act.ErrNotThere
	}
	changes, err := a.changeDirectory(ctx, by, func(in *directory.Import) error {
		now, err := directory.NewSnapshot(*in)
		if err != nil {
			return err
		}
		was := now.Import()
		if stamp(was) != previewed {
			return fault.Conflict("The directory was changed after this preview was made. Nothing was imported. Choose the files again to see what they change now.")
		}
		*in, _, err = a.merge(by, was, files)
		return err
	})
	return len(changes), err
}

// ExportDirectory gives a table of what the actor administers as CSV; Import brings it back as it is.
func (a *Room) ExportDirectory(ctx context.Context, by access.Actor, table string) ([]byte, error) {
	if !(&guard{by: by}).somewhere() || sheet.Columns(table) == nil {
		return nil, act.ErrNotThere
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	in := dir.Import()
	in.Entities = slices.DeleteFunc(in.Entities, func(e directory.Entity) bool { return !mayAdminister(by, e.ID) })
	in.Assets = slices.DeleteFunc(in.Assets, func(as directory.Asset) bool { return !mayAdminister(by, as.Entity) })
	in.People = slices.DeleteFunc(in.People, func(p directory.Person) bool { return !a.PersonLine(by, dir, p).Administers })
	for i, p := range in.People {
		in.People[i].Roles = slices.DeleteFunc(slices.Clone(p.Roles), func(r directory.Assignment) bool {
			return r.Entity != "" && !mayAdminister(by, r.Entity) || r.Authority != "" && !a.AdministersAuthority(by, dir, r.Authority)
		})
	}
	return sheet.Write(table, in), nil
}
