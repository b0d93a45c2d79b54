package store

import (
	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
)

// registerContainmentFacts makes the facts about affected assets and containment tools known.
func registerContainmentFacts(register func(add func(*ledger.Registry, string), f incident.Fact)) {
	register(ledger.Register[*incident.AssetAffected], incident.AssetAffected{})
	register(ledger.Register[*incident.AssetDescribed], incident.AssetDescribed{})
	register(ledger.Register[*incident.IsolationAsked], incident.IsolationAsked{})
	register(ledger.Register[*incident.IsolationInfeasible], incident.IsolationInfeasible{})
	register(ledger.Register[*incident.AssetTakenOff], incident.AssetTakenOff{})
	register(ledger.Register[*incident.AssetMoved], incident.AssetMoved{})
	register(ledger.Register[*incident.ReturnStated], incident.ReturnStated{})
	register(ledger.Register[*incident.ContainmentCalled], incident.ContainmentCalled{})
	register(ledger.Register[*incident.ContainmentAnswered], incident.ContainmentAnswered{})
	register(ledger.Register[*incident.ContainmentCallEnded], incident.ContainmentCallEnded{})
}
