package page

import (
	"tocsin/internal/domain/access"
)

// MayCount says whether the reader's address leads to numbers: whoever may read incidents.
func MayCount(by access.Actor) bool { return !access.ScopeOf(by).Empty() }

// MayTriage says whether the reader looks through security concerns.
func MayTriage(by access.Actor) bool {
	return somewhere(by, access.Triage)
}

// Operates says whether the operator's page may be the reader's; the application decides.
func Operates(by access.Actor) bool {
	return somewhere(by, access.Operate)
}

// somewhere says whether the actor may do it at one entity at least.
func somewhere(by access.Actor, do access.Action) bool {
	for e := range by.Reach {
		if access.Allow(by, do, access.Object{Entity: e}) {
			return true
		}
	}
	return false
}

// MayInvite says whether the reader may invite anybody: it only shows or hides a link, the application decides.
func MayInvite(by access.Actor) bool {
	return somewhere(by, access.Invite)
}
