package store

import (
	"tocsin/internal/domain/designation"
	"tocsin/internal/domain/enactment"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/domain/record"
	"tocsin/internal/domain/section"
	"tocsin/internal/domain/team"
	"tocsin/internal/ledger"
	"tocsin/internal/store/directory"
)

// NewRegistry knows every fact of the program. Each aggregate lists its own.
func NewRegistry() *ledger.Registry {
	r := ledger.NewRegistry()
	for _, kinds := range [][]record.Kind{incident.Facts, designation.Facts, investigation.Facts, enactment.Facts, section.Facts, team.Facts} {
		for _, k := range kinds {
			r.Add(k.Name, func() any { return k.New() })
		}
	}
	ledger.Register[directory.DirectoryImported](r, "directory.imported.v1")
	return r
}
