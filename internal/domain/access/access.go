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
	Work      Action = "work"      // carry out the response: its tasks and its lead
	Operate   Action = "operate"   // see the operator's pages
)

// Actions lists every action once.
var Actions = []Action{Read, File, Rate, Discharge, Respond, Reply, Work, Operate}

// Object is what an action is about. An empty field does not match anything.
type Object struct {
	Entity    string   // the incident's entity
	Told      []string // authorities that the incident was sent to
	Authority string   // for Respond: the authority answered for
	Owner     []string // for Discharge: person ids who owe the duty
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
	// The response team and its extended members. MA 6.3
	Work: {directory.IRCoordinator, directory.CISO, directory.ISO, directory.CIO, directory.IRLead, directory.IRAnalyst, directory.SOCAnalyst,
		directory.Forensics, directory.Legal, directory.HumanResources, directory.Communications, directory.TechnicalSupport,
		directory.HelpDesk, directory.InformationOwner, directory.DesignatedReporter},
	Operate: {directory.Administrator, directory.IRCoordinator, directory.CISO},
}

// Allow says whether the actor may do the action to the object.
func Allow(a Actor, do Action, o Object) bool {
	if len(a.Scopes) > 0 && !slices.Contains(a.Scopes, do) {
		return false
	}
	switch do {
	case Respond:
		return o.Authority != "" && slices.Contains(a.Authorities, o.Authority) && slices.Contains(o.Told, o.Authority)
	case Read:
		if slices.ContainsFunc(a.Authorities, func(id string) bool { return slices.Contains(o.Told, id) }) {
			return true
		}
	case Discharge:
		if a.Person != "" && slices.Contains(o.Owner, a.Person) {
			return true
		}
	}
	return slices.ContainsFunc(a.Reach[o.Entity], func(r directory.Role) bool { return slices.Contains(rolesFor[do], r) })
}

// Scope is the filter of every query over incidents: those of these entities, and those sent to these authorities.
// The zero Scope sees nothing.
type Scope struct {
	Entities    []string
	Authorities []string
}

// ScopeOf gives the part of the record that the actor may read. It agrees with Allow(a, Read, …) on every incident.
func ScopeOf(a Actor) Scope {
	if len(a.Scopes) > 0 && !slices.Contains(a.Scopes, Read) {
		return Scope{}
	}
	var s Scope
	for e := range a.Reach {
		if Allow(a, Read, Object{Entity: e}) {
			s.Entities = append(s.Entities, e)
		}
	}
	slices.Sort(s.Entities)
	s.Authorities = slices.Clone(a.Authorities)
	return s
}
