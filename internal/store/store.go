// Package store keeps the record in SQLite or PostgreSQL. It wires the rooms of the store over one engine.
package store

import (
	"tocsin/internal/ledger"
	"tocsin/internal/store/check"
	"tocsin/internal/store/delivery"
	"tocsin/internal/store/directory"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/filing"
	"tocsin/internal/store/identity"
	"tocsin/internal/store/incidents"
	"tocsin/internal/store/investigation"
	"tocsin/internal/store/operations"
	"tocsin/internal/store/policy"
	"tocsin/internal/store/review"
	"tocsin/internal/store/sequence"
	"tocsin/internal/store/streams"
	"tocsin/internal/store/team"
)

type (
	checkStore         = check.Store
	deliveryStore      = delivery.Store
	directoryStore     = directory.Store
	filingStore        = filing.Store
	identityStore      = identity.Store
	incidentsStore     = incidents.Store
	investigationStore = investigation.Store
	operationsStore    = operations.Store
	policyStore        = policy.Store
	reviewStore        = review.Store
	sequenceStore      = sequence.Store
	teamStore          = team.Store
)

// Record is the record with all its rooms: each answers for its own tables. Its methods are safe for concurrent use.
type Record struct {
	*streams.Streams
	*checkStore
	*deliveryStore
	*directoryStore
	*filingStore
	*identityStore
	*incidentsStore
	*investigationStore
	*operationsStore
	*policyStore
	*reviewStore
	*sequenceStore
	*teamStore
}

// New returns the record that a store holds.
func New(s *engine.Store, r *ledger.Registry) *Record {
	all := &streams.Streams{Store: s, Registry: r, Memos: map[string]streams.Memo{"incident": incidents.IncidentMemo}}
	return &Record{Streams: all, checkStore: &check.Store{Streams: all}, deliveryStore: &delivery.Store{Streams: all},
		directoryStore: &directory.Store{Streams: all}, filingStore: &filing.Store{Streams: all}, identityStore: &identity.Store{Streams: all},
		incidentsStore: &incidents.Store{Streams: all}, investigationStore: &investigation.Store{Streams: all},
		operationsStore: &operations.Store{Streams: all}, policyStore: &policy.Store{Streams: all}, reviewStore: &review.Store{Streams: all},
		sequenceStore: &sequence.Store{Streams: all}, teamStore: &team.Store{Streams: all}}
}

// Projections are all the program's projections.
func Projections(r *ledger.Registry) []engine.Projection {
	return []engine.Projection{incidents.Incidents{Registry: r}, team.Designations{Registry: r}, policy.Enactments{Registry: r},
		investigation.Investigations{Registry: r}, team.Teams{Registry: r}}
}
