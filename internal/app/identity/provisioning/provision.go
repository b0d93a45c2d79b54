package provisioning

import (
	"context"
	"slices"
	"strings"

	"tocsin/internal/app/identity"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// Provisions keeps people and groups as another system brings them in.
type Provisions interface {
	Provisioned(ctx context.Context, kind string) ([]directory.Provisioned, error)
	// SaveProvisioned keeps a new one (Version 1) or the next version of one; else fault.Conflict.
	SaveProvisioned(ctx context.Context, p directory.Provisioned) error
	DropProvisioned(ctx context.Context, kind, id string) error
}

// Kinds of what is provisioned.
const (
	ProvisionedUser  = "User"
	ProvisionedGroup = "Group"
)

// ProvisionedPerson is what the directory takes of a provisioned user.
type ProvisionedPerson struct {
	Subject            string // at the identity provider; empty where the client gives none
	Name, Email, Title string
	Phones             []string
	Active             bool
}

// provisioner is the provider that brings people in, where the actor may carry that out: with a key for nothing else, by an administrator of
// a whole jurisdiction. To everybody else there is nothing there.
func (a *Room) provisioner(ctx context.Context, by access.Actor) (access.Provider, *directory.Snapshot, error) {
	errNone := fault.NotFound("nothing is provisioned here")
	if a.Providers == nil || !slices.Contains(by.Scopes, access.Provision) {
		return access.Provider{}, nil, errNone
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return access.Provider{}, nil, err
	}
	all := a.Providers.Providers()
	i := slices.IndexFunc(all, func(p access.Provider) bool { return p.SCIM })
	root := slices.ContainsFunc(dir.Entities(), func(e directory.Entity) bool {
		return e.Parent == "" && access.Allow(by, access.Provision, access.Object{Entity: e.ID})
	})
	if i < 0 || !root {
		return access.Provider{}, nil, errNone
	}
	return all[i], dir, nil
}

// Provisioned lists what was brought in of a kind.
func (a *Room) Provisioned(ctx context.Context, by access.Actor, kind string) ([]directory.Provisioned, error) {
	if _, _, err := a.provisioner(ctx, by); err != nil {
		return nil, err
	}
	return a.Provisions.Provisioned(ctx, kind)
}

// roster is everything that was brought in, as a change is about to leave it.
type roster struct {
	users, groups []directory.Provisioned
}

func (a *Room) roster(ctx context.Context) (r roster, err error) {
	if r.users, err = a.Provisions.Provisioned(ctx, ProvisionedUser); err == nil {
		r.groups, err = a.Provisions.Provisioned(ctx, ProvisionedGroup)
	}
	return r, err
}

// groupsOf lists the names of the groups that a person is in.
func (r roster) groupsOf(id string) []string {
	var out []string
	for _, g := range r.groups {
		if slices.Contains(g.Members, id) {
			out = append(out, g.Name)
		}
	}
	return out
}

// put replaces one, or appends it; the name must be free and, for a new one, the id.
func putProvisioned(list []directory.Provisioned, p directory.Provisioned) ([]directory.Provisioned, error) {
	out := slices.Clone(list)
	at := -1
	for i, o := range list {
		if o.ID == p.ID {
			at = i
		} else if strings.EqualFold(o.Name, p.Name) {
			return nil, fault.Conflict("this name is taken")
		}
	}
	switch {
	case p.Version == 1 && at >= 0:
		return nil, fault.Conflict("this person or group is there already")
	case p.Version > 1 && at < 0:
		return nil, fault.NotFound("no such person or group")
	case at >= 0:
		out[at] = p
	default:
		out = append(out, p)
	}
	return out, nil
}

// ProvisionUser keeps a user, new where the id is empty, and makes the person in the directory what it says. The directory comes first: where
// the rest fails, the client sends it again and finds the same person.
func (a *Room) ProvisionUser(ctx context.Context, by access.Actor, p directory.Provisioned, u ProvisionedPerson) (directory.Provisioned, error) {
	provider, dir, err := a.provisioner(ctx, by)
	if err != nil {
		return p, err
	}
	link := directory.Link{Issuer: provider.Issuer, Subject: u.Subject, Provisioned: true}
	if u.Subject == "" {
		link.Issuer, link.Subject = "urn:tocsin:provisioned:"+provider.ID, strings.ToLower(p.Name)
	}
	r, err := a.roster(ctx)
	if err != nil {
		return p, err
	}
	p.Kind = ProvisionedUser
	a.stamp(&p)
	if p.ID == "" {
		known, ok := dir.Linked(link.Issuer, link.Subject)
		if p.ID = known.ID; !ok {
			p.ID = identity.Newcomer(access.Identity{Issuer: link.Issuer, Subject: link.Subject}).ID
		}
	}
	if r.users, err = putProvisioned(r.users, p); err != nil {
		return p, err
	}
	err = a.EditDirectory(ctx, by, func(in *directory.Import) error {
		person := directory.Person{ID: p.ID}
		i := slices.IndexFunc(in.People, func(o directory.Person) bool { return o.ID == p.ID })
		if i >= 0 {
			person = in.People[i]
		}
		person = provisioned(person, link, u)
		person = granted(*in, by, person, access.Granted(provider.Rules, r.groupsOf(p.ID)))
		if i < 0 {
			in.People = append(in.People, person)
			return nil
		}
		in.People[i] = person
		return nil
	})
	if err != nil {
		return p, err
	}
	return p, a.Provisions.SaveProvisioned(ctx, p)
}

// stamp gives the next version and its times.
func (a *Room) stamp(p *directory.Provisioned) {
	p.ModifiedAt = a.Now()
	if p.Version++; p.Version == 1 {
		p.CreatedAt = p.ModifiedAt
	}
}

// provisioned is a person with what their provider says of them, and the one link that it keeps.
func provisioned(person directory.Person, link directory.Link, u ProvisionedPerson) directory.Person {
	links := slices.DeleteFunc(slices.Clone(person.Links), func(l directory.Link) bool {
		same := l.Provisioned || l.Issuer == link.Issuer && l.Subject == link.Subject
		if same {
			link.Granted = l.Granted
		}
		return same
	})
	person.Links, person.Gone = append(links, link), !u.Active
	person.Name, person.Title, person.Phones, person.Email = u.Name, u.Title, u.Phones, ""
	if directory.PlausibleAddress(u.Email) {
		person.Email = u.Email
	}
	return person
}

// granted gives a person the roles that their groups give now, as far as the actor's office reaches.
func granted(in directory.Import, by access.Actor, person directory.Person, now []directory.Assignment) directory.Person {
	now = slices.DeleteFunc(now, func(r directory.Assignment) bool {
		if r.Authority != "" {
			return !slices.ContainsFunc(in.Authorities, func(a directory.Authority) bool { return a.ID == r.Authority })
		}
		return !access.Allow(by, access.Provision, access.Object{Entity: r.Entity})
	})
	person.Links = slices.Clone(person.Links)
	for i, l := range person.Links {
		if l.Provisioned {
			person.Roles, person.Links[i].Granted = access.Regranted(person.Roles, l.Granted, now)
		}
	}
	if person.Entity == "" && len(now) > 0 {
		person.Entity = now[0].Entity
	}
	return person
}

// ProvisionGroup keeps a group, new where the id is empty, and gives its members the roles that it is mapped to.
func (a *Room) ProvisionGroup(ctx context.Context, by access.Actor, p directory.Provisioned) (directory.Provisioned, error) {
	provider, _, err := a.provisioner(ctx, by)
	if err != nil {
		return p, err
	}
	r, err := a.roster(ctx)
	if err != nil {
		return p, err
	}
	for _, m := range p.Members {
		if !slices.ContainsFunc(r.users, func(u directory.Provisioned) bool { return u.ID == m }) {
			return p, fault.Invalid("members", "A member is no user.", "Bring the user in first.")
		}
	}
	p.Kind = ProvisionedGroup
	if p.ID == "" {
		p.ID = a.NewID()
	}
	a.stamp(&p)
	touched := slices.Clone(p.Members)
	for _, g := range r.groups {
		if g.ID == p.ID {
			touched = append(touched, g.Members...)
		}
	}
	if r.groups, err = putProvisioned(r.groups, p); err != nil {
		return p, err
	}
	if err := a.regroup(ctx, by, provider, r, touched); err != nil {
		return p, err
	}
	return p, a.Provisions.SaveProvisioned(ctx, p)
}

// regroup brings the roles of people up to what their groups give, in one edit of the directory.
func (a *Room) regroup(ctx context.Context, by access.Actor, provider access.Provider, r roster, people []string) error {
	if len(people) == 0 {
		return nil
	}
	return a.EditDirectory(ctx, by, func(in *directory.Import) error {
		for i, person := range in.People {
			if slices.Contains(people, person.ID) {
				in.People[i] = granted(*in, by, person, access.Granted(provider.Rules, r.groupsOf(person.ID)))
			}
		}
		return nil
	})
}

// Unprovision takes out a user or a group. The person stays in the directory and in all that they did, and is marked as gone; what groups gave
// them is taken away.
func (a *Room) Unprovision(ctx context.Context, by access.Actor, kind, id string) error {
	provider, _, err := a.provisioner(ctx, by)
	if err != nil {
		return err
	}
	r, err := a.roster(ctx)
	if err != nil {
		return err
	}
	if kind == ProvisionedGroup {
		i := slices.IndexFunc(r.groups, func(g directory.Provisioned) bool { return g.ID == id })
		if i < 0 {
			return fault.NotFound("no such group")
		}
		members := r.groups[i].Members
		r.groups = slices.Delete(slices.Clone(r.groups), i, i+1)
		if err := a.regroup(ctx, by, provider, r, members); err != nil {
			return err
		}
		return a.Provisions.DropProvisioned(ctx, kind, id)
	}
	return a.unprovisionUser(ctx, by, r, id)
}

func (a *Room) unprovisionUser(ctx context.Context, by access.Actor, r roster, id string) error {
	if !slices.ContainsFunc(r.users, func(u directory.Provisioned) bool { return u.ID == id }) {
		return fault.NotFound("no such user")
	}
	err := a.EditDirectory(ctx, by, func(in *directory.Import) error {
		for i, person := range in.People {
			if person.ID == id {
				in.People[i] = granted(*in, by, person, nil)
				in.People[i].Gone = true
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, g := range r.groups {
		if slices.Contains(g.Members, id) {
			g.Members = slices.DeleteFunc(slices.Clone(g.Members), func(m string) bool { return m == id })
			a.stamp(&g)
			if err := a.Provisions.SaveProvisioned(ctx, g); err != nil {
				return err
			}
		}
	}
	return a.Provisions.DropProvisioned(ctx, ProvisionedUser, id)
}
