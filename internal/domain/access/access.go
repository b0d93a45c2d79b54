// Package access decides who may see and do what: need to know, from the roles of the two source documents and the
// entity tree. One function decides on one object, Allow; one gives queries their filter, ScopeOf.
package access

import (
	"slices"

	"tocsin/internal/domain/directory"
)

// Actor is who acts: a person with what they may reach, an authority through a mailed link, or one of the loops.
type Actor struct {
	ID     string // "person:ca-dmv-iso", "authority:ca-chp-cciu", "system:clock"
	Person string // directory id; empty for links and loops
	Name   string
	Roles  []directory.Assignment
	// Reach holds, for every entity that the actor's assignments cover, the roles held there or above it.
	Reach map[string][]directory.Role
	// Authorities the actor answers for.
	Authorities []string
	// Scopes limits an API key: empty for a session (everything its roles give), else the actions it may do.
	Scopes []Action
	// Via says how they came: application, api or link. It is recorded with an acknowledgement.
	Via string
}

// Action is something that needs permission.
type Action string

// The actions. Read covers every view of an incident that the actor's place in the tree gives.
const (
	Read      Action = "read"      // see an incident
	File      Action = "file"      // submit a filing or a telephone report for an entity. CA step 1
	Rate      Action = "rate"      // decide a rating, or a post-incident report at Low. MA 6.3.1.1
	Discharge Action = "discharge" // state that a duty was fulfilled
	Respond   Action = "respond"   // acknowledge, ask, decline, close for an authority
	Reply     Action = "reply"     // answer an authority's question for the entity
	Triage    Action = "triage"    // see what people without an account sent, and make a report of it or dismiss it
	Restrict  Action = "restrict"  // restrict an incident to named members, change them, release it
	Break     Action = "break"     // open a restricted incident without being a member, with a reason and an alarm
	Review    Action = "review"    // review how such access was used
	Work      Action = "work"      // carry out the response: its tasks and its lead
	Contain   Action = "contain"   // have the operator's tooling contain an asset, and say what came of it. MA 6.6.3.2
	Staff     Action = "staff"     // say who is of an entity's response team, and who is away. MA 6.3.1
	Operate   Action = "operate"   // see the operator's pages
	// Administer is to change the directory's entries of an entity: its people, roles, assets and the entities below.
	Administer Action = "administer"
	Invite     Action = "invite"    // let a person of the directory set up how they sign in, or set it up anew
	Designate  Action = "designate" // name the reporters of an entity
	Enact      Action = "enact"     // put a version of a pack into force, or take back one that waits
	Provision  Action = "provision" // bring people and groups in from another system, and end other people's keys
)

// Actions lists every action once.
var Actions = []Action{Read, File, Rate, Discharge, Respond, Reply, Triage, Restrict, Break, Review, Work, Contain, Staff, Operate, Administer, Invite, Designate, Enact, Provision}

// Named are the actions that a key gives only where it was made for them by name: what a page asks a new proof of identity for, no
// program does on the strength of a key that was given everything.
var Named = []Action{Restrict, Break, Review}

// Covers says whether the actor's key, if they came by one, was made for an action. It says nothing of their roles.
func (a Actor) Covers(do Action) bool {
	if len(a.Scopes) > 0 || a.Via == "api" && slices.Contains(Named, do) {
		return slices.Contains(a.Scopes, do)
	}
	return true
}

// Object is what an action is about. An empty field does not match anything.
type Object struct {
	Entity    string   // the incident's entity
	Told      []string // authorities that the incident was sent to
	Authority string   // for Respond: the authority answered for
	Owner     []string // for Discharge: person ids who owe the duty
	Lead      string   // person id of who leads the response to it
	// Restricted says that only Members, and the authorities it was sent to, may know of the incident.
	Restricted bool
	Members    []string // person ids; they count only while Restricted
}

// NewActor builds the actor that a person is, from the directory.
func NewActor(s *directory.Snapshot, person string) (Actor, bool) {
	p, ok := s.Person(person)
	if !ok || p.Gone {
		return Actor{}, false
	}
	a := Actor{ID: "person:" + p.ID, Person: p.ID, Name: p.Name, Roles: p.Roles, Reach: map[string][]directory.Role{}, Via: "application"}
	for _, r := range p.Roles {
		if r.Authority != "" {
			a.Authorities = append(a.Authorities, r.Authority)
			continue
		}
		for _, e := range s.Below(r.Entity) {
			if !slices.Contains(a.Reach[e], r.Role) {
				a.Reach[e] = append(a.Reach[e], r.Role)
			}
		}
	}
	return a, true
}

// System is the actor of a work loop.
func System(name string) Actor { return Actor{ID: "system:" + name, Name: name} }

// ByLink is the actor of a mailed single-purpose link: the authority itself, able to respond for itself and nothing else.
func ByLink(authority, name string) Actor {
	return Actor{ID: "authority:" + authority, Name: name, Authorities: []string{authority}, Scopes: []Action{Respond}, Via: "link"}
}

// rolesFor says which roles at the incident's entity, or above it, give an action.
var rolesFor = map[Action][]directory.Role{
	// Everyone with an office in the entity's part of the tree sees its incidents, but an administrator of the program does not
	// become a reader of reports by that (threat T06). MA 6.5.4
	Read: {directory.DesignatedReporter, directory.ISO, directory.CIO, directory.CISO, directory.AgencyHead,
		directory.IRCoordinator, directory.IRLead, directory.IRAnalyst, directory.Forensics, directory.Legal,
		directory.HumanResources, directory.Communications, directory.SOCAnalyst, directory.HelpDesk,
		directory.TechnicalSupport, directory.InformationOwner, directory.RiskGovernance, directory.Auditor},
	// CA step 1: CIO, ISO or the assigned reporter. MA 6.5.2.2: the help desk and the SOC take reports for others.
	File: {directory.DesignatedReporter, directory.ISO, directory.CIO, directory.CISO, directory.IRCoordinator,
		directory.IRLead, directory.SOCAnalyst, directory.HelpDesk},
	// MA 6.3.1.1: the coordinator is the CISO or the CISO's designee.
	Rate:      {directory.IRCoordinator, directory.CISO},
	Discharge: {directory.IRCoordinator, directory.CISO, directory.ISO, directory.IRLead},
	Reply: {directory.DesignatedReporter, directory.ISO, directory.CIO, directory.IRCoordinator, directory.IRLead,
		directory.AgencyHead},
	// MA 6.5.2.2: the help desk and the SOC are who employees tell.
	Triage: {directory.SOCAnalyst, directory.HelpDesk, directory.IRCoordinator, directory.CISO},
	// Compartments are the coordinator's to make, and the CISO's, whose designee the coordinator is. MA 6.3.1.1
	Restrict: {directory.IRCoordinator, directory.CISO},
	Break:    {directory.IRCoordinator, directory.CISO},
	Review:   {directory.IRCoordinator, directory.CISO},
	// The coordinator guides the team, the CISO names the coordinator, and an agency's own team is its security officer's. MA 6.3.1.1
	Staff:      {directory.IRCoordinator, directory.CISO, directory.ISO},
	Operate:    {directory.Administrator, directory.IRCoordinator, directory.CISO},
	Administer: {directory.Administrator},
	Invite:     {directory.Administrator, directory.IRCoordinator},
	// SIMM 5330-A: the head of the entity signs the letter.
	Designate: {directory.AgencyHead},
	// Rules are the coordinator's and the CISO's to decide; the administrator of the program prepares them (Operate). MA 6.3.1.1
	Enact:     {directory.IRCoordinator, directory.CISO},
	Provision: {directory.Administrator},
	// The response team and its extended members. MA 6.3, MA 6.3.1.3
	Work: {directory.IRCoordinator, directory.CISO, directory.ISO, directory.CIO, directory.IRLead, directory.IRAnalyst, directory.SOCAnalyst,
		directory.Forensics, directory.Legal, directory.HumanResources, directory.Communications, directory.TechnicalSupport,
		directory.HelpDesk, directory.InformationOwner, directory.DesignatedReporter},
	// A command to a tool cuts systems off: those who lead or carry out the technical response. MA 6.6.3.2
	Contain: {directory.IRCoordinator, directory.CISO, directory.ISO, directory.IRLead, directory.IRAnalyst, directory.SOCAnalyst,
		directory.TechnicalSupport},
}

// Allow says whether the actor may do the action to the object.
func Allow(a Actor, do Action, o Object) bool {
	if !a.Covers(do) {
		return false
	}
	if do == Respond {
		return o.Authority != "" && slices.Contains(a.Authorities, o.Authority) && slices.Contains(o.Told, o.Authority)
	}
	if do == Read && slices.ContainsFunc(a.Authorities, func(id string) bool { return slices.Contains(o.Told, id) }) {
		return true
	}
	member := a.Person != "" && slices.Contains(o.Members, a.Person)
	switch {
	case do == Break && (!o.Restricted || member):
		return false // nothing stands in the way
	case do == Break || do == Review:
		// Roles alone decide: whoever breaks the glass, or reviews it, is outside by nature.
	case o.Restricted && !member:
		return false
	case o.Restricted && do == Read:
		return true
	}
	if do == Discharge && a.Person != "" && slices.Contains(o.Owner, a.Person) {
		return true
	}
	roles := a.Reach[o.Entity]
	// Whoever leads one incident may do with it what leads do, as long as they have an office that lets them read it. MA 6.3.1.2.1
	if a.Person != "" && a.Person == o.Lead && holds(roles, Read) {
		roles = append(slices.Clone(roles), directory.IRLead)
	}
	return holds(roles, do)
}

// holds says whether one of the roles gives an action.
func holds(roles []directory.Role, do Action) bool {
	return slices.ContainsFunc(roles, func(r directory.Role) bool { return slices.Contains(rolesFor[do], r) })
}

// Scope is the filter of every query over incidents: the unrestricted ones of these entities, those sent to these
// authorities, and the restricted ones that have this person as a member. The zero Scope sees nothing.
type Scope struct {
	Entities    []string
	Authorities []string
	Person      string
}

// Empty says that nothing can be inside.
func (s Scope) Empty() bool { return len(s.Entities)+len(s.Authorities) == 0 && s.Person == "" }

// ScopeOf gives the part of the record that the actor may read. It agrees with Allow(a, Read, …) on every incident.
func ScopeOf(a Actor) Scope {
	if !a.Covers(Read) {
		return Scope{}
	}
	return Scope{Entities: EntitiesFor(a, Read), Authorities: slices.Clone(a.Authorities), Person: a.Person}
}

// EntitiesFor lists the entities at which the actor's roles give an action, sorted.
func EntitiesFor(a Actor, do Action) (out []string) {
	for e := range a.Reach {
		if Allow(a, do, Object{Entity: e}) || do == Break && Allow(a, do, Object{Entity: e, Restricted: true}) {
			out = append(out, e)
		}
	}
	slices.Sort(out)
	return out
}

// RolesFor lists the roles that give an action.
func RolesFor(do Action) []directory.Role { return slices.Clone(rolesFor[do]) }
