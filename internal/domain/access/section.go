package access

import (
	"slices"

	"tocsin/internal/domain/directory"
)

// Section says whether the actor may read or work in the section of an incident that belongs to a role: they hold that very office at the
// incident's entity or above, and may do the same to the incident. No other office opens it, not the coordinator's nor an
// administrator's, and an authority that was sent the incident does not see it. MA 6.3.2.2, MA 6.3.2.3
func Section(a Actor, role directory.Role, do Action, o Object) bool {
	return Allow(a, do, o) && slices.Contains(a.Reach[o.Entity], role)
}
