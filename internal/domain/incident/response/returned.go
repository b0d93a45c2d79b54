package response

import (
	"time"

	"tocsin/internal/domain/record"
)

// WorkReturned says that the work of somebody who is away or has left came to somebody else, without a handover: they could not give
// one. MA 6.3.1.1.1
type WorkReturned struct {
	From     string   `json:"from"`         // person id
	Cause    string   `json:"cause"`        // absent, left
	To       string   `json:"to,omitempty"` // person id; empty where nobody was found: then the tasks lie there for anyone of their roles
	Lead     bool     `json:"lead,omitempty"`
	Handover bool     `json:"handover,omitempty"` // an offer of the lead to them ended
	Tasks    []string `json:"tasks,omitempty"`
	Actions  []string `json:"actions,omitempty"` // corrective actions; each has a fact of its own
	Items    []string `json:"items,omitempty"`   // of the assessment, that they were asked for; each has a fact of its own
}

// FactName implements Fact.
func (WorkReturned) FactName() string { return "incident.work_returned.v1" }

// Causes for which work comes back.
const (
	CauseAbsent = "absent"
	CauseLeft   = "left"
)

// Return is one coming back of work.
type Return struct {
	WorkReturned
	At time.Time
}

func (f *WorkReturned) apply(s *State, r record.Recorded) {
	x := s
	x.Returned = append(x.Returned, Return{*f, r.At})
	switch {
	case f.Lead && f.To == "":
		x.Stranded = f.From
	case f.Lead:
		x.Lead, x.LeadSince, x.Stranded = f.To, r.At, ""
	}
	if f.Handover || x.Offer != nil && x.Offer.To == x.Lead {
		x.Offer = nil
	}
	for _, id := range f.Tasks {
		s.changeTask(id, func(t *Task) { t.Person = f.To })
	}
}
