package directory

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// Entry is one entry of the directory: of the four only that of Kind counts.
type Entry struct {
	Kind      string // one of directory's Kind constants
	Entity    directory.Entity
	Person    directory.Person
	Authority directory.Authority
	Asset     directory.Asset
}

// ID answers the entry's id.
func (e Entry) ID() string {
	switch e.Kind {
	case directory.KindEntity:
		return e.Entity.ID
	case directory.KindPerson:
		return e.Person.ID
	case directory.KindAuthority:
		return e.Authority.ID
	}
	return e.Asset.ID
}

// EntryForm is an entry as it stands, with what a form to change it offers.
type EntryForm struct {
	Entry
	Stamp       string             // of the entry as it stands; goes back with the form
	HasSecret   bool               // an authority's webhook has a secret, which is never shown
	Places      []directory.Entity // that the actor administers
	Authorities []directory.Authority
	Packs       []string
}

// EntryEdit is a form that was sent.
type EntryEdit struct {
	Entry
	New    bool
	Stamp  string // of the entry as the form showed it; empty for a new one
	Remove bool   // an asset is taken out
}

// EntryForm answers an entry for changing it, or an empty one where id is empty. It is fault.NotFound for whoever may not
// change it.
func (a *Room) EntryForm(ctx context.Context, by access.Actor, kind, id string) (EntryForm, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return EntryForm{}, err
	}
	f := EntryForm{Entry: Entry{Kind: kind}}
	for _, e := range dir.Entities() {
		if mayAdminister(by, e.ID) {
			f.Places = append(f.Places, e)
			if p := dir.PackOf(e.ID); !slices.Contains(f.Packs, p) {
				f.Packs = append(f.Packs, p)
			}
		}
	}
	if len(f.Places) == 0 || !slices.Contains([]string{directory.KindEntity, directory.KindPerson, directory.KindAuthority, directory.KindAsset}, kind) {
		return EntryForm{}, act.ErrNotThere
	}
	for _, au := range dir.Authorities() {
		if a.AdministersAuthority(by, dir, au.ID) {
			f.Authorities = append(f.Authorities, directory.Authority{ID: au.ID, Name: au.Name})
		}
	}
	if id == "" {
		return f, nil
	}
	if !a.fill(by, dir, &f, id) {
		return EntryForm{}, act.ErrNotThere
	}
	return f, nil
}

// fill puts the entry as it stands into a form; false where it is not there or not the actor's to change.
func (a *Room) fill(by access.Actor, dir *directory.Snapshot, f *EntryForm, id string) (ok bool) {
	switch f.Kind {
	case directory.KindEntity:
		f.Entity, ok = dir.Entity(id)
		f.Stamp = stamp(f.Entity)
		return ok && mayAdminister(by, id)
	case directory.KindPerson:
		f.Person, ok = dir.Person(id)
		f.Stamp = stamp(f.Person)
		return ok && a.PersonLine(by, dir, f.Person).Administers
	case directory.KindAuthority:
		f.Authority, ok = dir.Authority(id)
		f.Stamp, f.HasSecret = stamp(f.Authority), f.Authority.WebhookSecret != ""
		f.Authority.WebhookSecret = ""
		return ok && a.AdministersAuthority(by, dir, id)
	}
	f.Asset, ok = dir.Asset(id)
	f.Stamp = stamp(f.Asset)
	return ok && mayAdminister(by, f.Asset.Entity)
}

// errMoved says that an entry is not what the form showed any more.
var errMoved = fault.Conflict("Somebody else changed this entry while the form was open. What stands now is shown beside what you typed; save again to replace it.")

// SaveEntry adds, changes or removes one entry. Faults name the form's fields. fault.Conflict means that the entry is not
// what the form showed any more; nothing was written.
func (a *Room) SaveEntry(ctx context.Context, by access.Actor, e EntryEdit) error {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return err
	}
	if e.New {
		if _, err := a.EntryForm(ctx, by, e.Kind, ""); err != nil {
			return err
		}
	} else if f := (EntryForm{Entry: Entry{Kind: e.Kind}}); !a.fill(by, dir, &f, e.ID()) {
		return act.ErrNotThere
	}
	if faults := e.check(); len(faults) > 0 {
		return faults
	}
	_, err = a.changeDirectory(ctx, by, func(in *directory.Import) error {
		switch e.Kind {
		case directory.KindEntity:
			return put(&in.Entities, e, e.Entity, func(v directory.Entity) string { return v.ID })
		case directory.KindPerson:
			return put(&in.People, e, e.Person, func(v directory.Person) string { return v.ID })
		case directory.KindAuthority:
			for _, was := range in.Authorities { // an empty secret leaves the one that there is
				if was.ID == e.Authority.ID && e.Authority.WebhookSecret == "" && e.Authority.Webhook != "" {
					e.Authority.WebhookSecret = was.WebhookSecret
				}
			}
			if e.Authority.Webhook != "" && e.Authority.WebhookSecret == "" {
				return fault.Invalid("webhook_secret", "a webhook needs a secret to sign its calls with", "make one and give it to both sides")
			}
			return put(&in.Authorities, e, e.Authority, func(v directory.Authority) string { return v.ID })
		}
		return put(&in.Assets, e, e.Asset, func(v directory.Asset) string { return v.ID })
	})
	return formFaults(err)
}

// put writes one entry into its list, where that still holds what the form showed.
func put[T any](list *[]T, e EntryEdit, v T, id func(T) string) error {
	i := slices.IndexFunc(*list, func(have T) bool { return id(have) == id(v) })
	switch {
	case e.New && i >= 0:
		return fault.Invalid("id", "this id is in use", "choose another, or change the entry that has it")
	case e.New:
		*list = append(*list, v)
		return nil
	case i < 0 || stamp((*list)[i]) != e.Stamp:
		return errMoved
	case e.Remove:
		*list = slices.Delete(*list, i, i+1)
		return nil
	}
	(*list)[i] = v
	return nil
}

// formFaults names fields as the form does: "people[12].roles[0].entity" is "roles" there.
func formFaults(err error) error {
	faults := fault.All(err)
	if fault.KindOf(err) != fault.KindInvalid {
		return err
	}
	var out fault.List
	for _, f := range faults {
		c := *f
		if _, rest, ok := strings.Cut(c.Field, "]."); ok && strings.Contains(c.Field, "[") {
			c.Field = rest
		} else if strings.HasPrefix(c.Field, "entities.") {
			c.Field = c.Field[strings.LastIndexByte(c.Field, '.')+1:]
		}
		c.Field, _, _ = strings.Cut(c.Field, "[")
		if strings.Contains(c.Field, " ") { // "person ca-x": the whole entry
			c.Field = ""
		}
		out = append(out, &c)
	}
	return out
}

// Longest values of an entry, in bytes.
const (
	longestID   = 60
	longestText = 300
)

// check finds what is wrong with the entry by itself.
func (e EntryEdit) check() (faults fault.List) {
	bad := func(field, detail, remedy string) { faults = append(faults, fault.Invalid(field, detail, remedy)) }
	if id := e.ID(); e.New && (id == "" || len(id) > longestID || strings.ContainsFunc(id, notInID)) {
		bad("id", "an id is made of letters, digits, dots, hyphens and underscores, at most 60", "write it like ca-dmv")
	}
	text := func(field, v string, needed bool) {
		if needed && v == "" {
			bad(field, "this is empty", "fill it")
		}
		if len(v) > longestText {
			bad(field, "this is longer than 300 characters", "shorten it")
		}
	}
	switch e.Kind {
	case directory.KindEntity:
		text("name", e.Entity.Name, true)
		text("address", e.Entity.Address, false)
		text("org_code", e.Entity.OrgCode, false)
	case directory.KindPerson:
		text("name", e.Person.Name, true)
		text("title", e.Person.Title, false)
		text("phones", strings.Join(e.Person.Phones, ", "), false)
		if e.Person.Entity == "" && len(e.Person.Roles) == 0 {
			bad("entity", "a person without a role works somewhere", "name the entity, or the authority that they serve")
		}
	case directory.KindAuthority:
		text("name", e.Authority.Name, true)
		text("phone", e.Authority.Phone, false)
		if e.Authority.Email == "" || !directory.PlausibleAddress(e.Authority.Email) {
			bad("email", "an authority is told by mail, and this is not an e-mail address", "write it as name@host")
		}
		faults = append(faults, hookFaults(e.Authority)...)
	case directory.KindAsset:
		text("name", e.Asset.Name, true)
	}
	return faults
}

func notInID(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
}

// hookFaults checks form and secret of a webhook; where the address leads is checked with every call.
func hookFaults(au directory.Authority) (faults fault.List) {
	if au.Webhook == "" {
		return nil
	}
	u, err := url.Parse(au.Webhook)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" || len(au.Webhook) > 2*longestText {
		faults = append(faults, fault.Invalid("webhook", "this is not an https address without user name and fragment", "write it as https://host/path"))
	}
	for secret := range strings.FieldsSeq(au.WebhookSecret) {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if !strings.HasPrefix(secret, "whsec_") || err != nil || len(key) < 24 {
			faults = append(faults, fault.Invalid("webhook_secret", "this is not a secret of the Standard Webhooks form", "write whsec_ and at least 24 random bytes in base64"))
		}
	}
	return faults
}

// MarkGone marks a person as gone: they keep their past acts and get nothing new, from the next second on.
func (a *Room) MarkGone(ctx context.Context, by access.Actor, id, shown string) error {
	v, err := a.Leaving(ctx, by, id)
	if err != nil {
		return err
	}
	p := v.Person
	p.Gone = true
	return a.SaveEntry(ctx, by, EntryEdit{Entry: Entry{Kind: directory.KindPerson, Person: p}, Stamp: cmp.Or(shown, "none")})
}

// StillStands lists what differs between an entry as it stands and as somebody typed it, for a form that lost to another.
func (f EntryForm) StillStands(typed Entry) []directory.FieldChange {
	one := func(e Entry) directory.Import {
		switch e.Kind {
		case directory.KindEntity:
			return directory.Import{Entities: []directory.Entity{e.Entity}}
		case directory.KindPerson:
			return directory.Import{People: []directory.Person{e.Person}}
		case directory.KindAuthority:
			return directory.Import{Authorities: []directory.Authority{e.Authority}}
		}
		return directory.Import{Assets: []directory.Asset{e.Asset}}
	}
	for _, c := range directory.Diff(one(f.Entry), one(typed)) {
		return c.Fields
	}
	return nil
}

// Name answers what the entry is called.
func (e Entry) Name() string {
	switch e.Kind {
	case directory.KindEntity:
		return e.Entity.Name
	case directory.KindPerson:
		return e.Person.Name
	case directory.KindAuthority:
		return e.Authority.Name
	}
	return e.Asset.Name
}
