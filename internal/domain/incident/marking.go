package incident

import (
	"time"

	"tocsin/internal/domain/fault"
)

// Markings of an incident, and of whatever is printed or mailed about it. MA 6.5.4
const (
	MarkNone         = "none"
	MarkConfidential = "confidential" // categorised so by the CISO or the CISO's designee
	MarkRestricted   = "restricted"   // follows from a restriction to named members; nobody sets it by itself
)

// Marked categorises the incident's reports; why is a text. MA 6.5.4
type Marked struct {
	Marking string `json:"marking"`
}

// FactName implements Fact.
func (Marked) FactName() string { return "incident.marked.v1" }

// Confidence is how the incident's reports are categorised.
type Confidence struct {
	Marking string // empty or none, or confidential
	Since   time.Time
	By      string // actor id
	Why     string // digest
}

// Marking is what holds now: a restriction is stricter than any categorisation.
func (s State) Marking() string {
	switch {
	case s.Restriction.On:
		return MarkRestricted
	case s.Confidence.Marking == MarkConfidential:
		return MarkConfidential
	}
	return MarkNone
}

// Mark categorises the incident's reports, with a reason. MA 6.5.4
type Mark struct {
	Marking string
	Texts   map[string]string
}

func (Mark) isCommand() {}

func (d *decision) mark(c Mark) error {
	now := d.s.Confidence.Marking
	switch {
	case c.Marking != MarkNone && c.Marking != MarkConfidential:
		return fault.Invalid("marking", "reports are categorised as confidential, or not", "choose one of the two; to limit who may know at all, restrict the incident")
	case now == c.Marking || now == "" && c.Marking == MarkNone:
		return nil
	}
	d.emit(&Marked{Marking: c.Marking}, c.Texts)
	return nil
}
