package app

import "tocsin/internal/domain/policy"

// On connects every port that a store fills to one store. What is left for the caller are the packs, the clock, keys and addresses,
// and whatever stands outside the store.
func On[S interface {
	Record
	Index
	Proofs
	Sessions
	Keys
	Credentials
	Codes
	Invitations
	Attempts
	Book
	Trails
	Watch
	Ties
	SectionStore
	Desk
	Shelf
	Drafts
	Tips
	KeyRing
	Designations
	Teams
	Workload
	Investigations
	Provisions
	Remedies
	Reports
	Enactments
	Proposals
	Probes
	Queues
	Gauges
}](s S, runCases func(*policy.Pack) []policy.CaseResult) Config {
	return Config{Record: s, Index: s, Proofs: s, Accounts: AccountsOf(s), Book: s, Trails: s, Watch: s, Ties: s, Sections: s, Desk: s, Shelf: s, Drafts: s, Tips: s,
		KeyRing: s, Designations: s, Teams: s, Workload: s, Investigations: s, Provisions: s, Remedies: s, Reports: s, Rulebook: RulebookOf(s, runCases),
		Probes: s, Queues: s, Gauges: s}
}
