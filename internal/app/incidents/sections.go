package incidents

import (
	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/section"
)

// sectionsOf lists the sections that the actor may read.
func sectionsOf(by access.Actor, st incident.State) (names []string) {
	for _, role := range section.Roles {
		if access.Section(by, role, access.Read, act.ObjectOf(st)) {
			names = append(names, string(role))
		}
	}
	return names
}
