// Package access decides who may see and do what: need to know, from the roles of the two source documents and the
// entity tree. One function decides on one object, Allow; one gives queries their filter, Scope.
package access

import "tocsin/internal/domain/directory"

// Actor is who acts: a person with what they may reach, an authority through a mailed link, or one of the loops.
type Actor struct {
	ID     string // "person:ca-dmv-iso", "authority:ca-chp-cciu", "system:clock"
	Person string // directory id; empty for links and loops
	Name   string
	Roles  []directory.Assignment
	// Reach holds, for each role assignment at an entity, every entity of that part of the tree. Filled by
	// directory.Snapshot when the actor signs in; empty for authorities and loops.
	Reach map[string][]directory.Role // entity id -> roles held there or above it
	// Authorities the actor answers for.
	Authorities []string
	// Scopes limits an API key: empty for a session (everything its roles give), else a list of Action names.
	Scopes []string
}
