package store

import (
	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
)

// registerCourse knows the facts about procedures from outside, links undone and people mentioned.
func registerCourse(register func(add func(*ledger.Registry, string), f incident.Fact)) {
	register(ledger.Register[*incident.Mentioned], incident.Mentioned{})
	register(ledger.Register[*incident.Unlinked], incident.Unlinked{})
	register(ledger.Register[*incident.PlaybookImported], incident.PlaybookImported{})
}
