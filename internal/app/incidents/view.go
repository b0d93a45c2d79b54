package incidents

import (
	"time"

	"tocsin/internal/app/act"
)

// IncidentView is everything the incident page shows this reader.
type IncidentView struct {
	act.Answer
	EntityName  string
	PackID      string
	PackVersion string
	OpenedAt    time.Time
	Filings     []act.FilingView
	Telephone   []act.TelephoneView
	Questions   []act.QuestionView
	Messages    []act.MessageView
	Ledger      []act.LedgerView
	May         act.Permissions
	MayRestrict bool                     // the reader decides who may know
	Attempts    map[string][]AttemptView // by message id, oldest first
	Facts       int                      // how many were recorded; Ledger may hold the newest of them only
	Version     int64                    // of the stream: what a page shows is the state after this many facts
	Leads       []string                 // names of the IR leads of the entity, where it has any
	Marking     string                   // none, confidential, restricted
	Restriction *RestrictionView         // nil for an incident that the tree may see
	Readers     []ReaderView             // who can see it, and why
	Checkpoint  *CheckpointView          // nil before the first
	Sections    []string                 // those that the reader may open
	Phases      []PhaseView              // of the response, in order
	Start       StartView                // of the response: on time, or how late
}
