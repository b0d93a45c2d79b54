package store

import (
	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
)

// registerTelling knows the facts about telling management and others.
func registerTelling(register func(add func(*ledger.Registry, string), f incident.Fact)) {
	register(ledger.Register[*incident.Marked], incident.Marked{})
	register(ledger.Register[*incident.Assessed], incident.Assessed{})
	register(ledger.Register[*incident.Awaited], incident.Awaited{})
	register(ledger.Register[*incident.ManagementReportIssued], incident.ManagementReportIssued{})
	register(ledger.Register[*incident.UpdateDrafted], incident.UpdateDrafted{})
	register(ledger.Register[*incident.UpdateRevised], incident.UpdateRevised{})
	register(ledger.Register[*incident.UpdateApproved], incident.UpdateApproved{})
	register(ledger.Register[*incident.UpdateReturned], incident.UpdateReturned{})
	register(ledger.Register[*incident.UpdateSent], incident.UpdateSent{})
	register(ledger.Register[*incident.UpdateDropped], incident.UpdateDropped{})
	register(ledger.Register[*incident.CommunicationLogged], incident.CommunicationLogged{})
}
