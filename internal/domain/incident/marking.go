package incident

import (
	"time"

	"tocsin/internal/domain/fault"
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

func (f *Marked) apply(s *State, r Recorded) {
	s.Confidence = Confidence{Marking: f.Marking, Since: r.At, By: r.Actor, Why: r.Texts[TextReason]}
}

// Marks are what holds now.
func (s State) Marks() Marks {
	return Marks{Restricted: s.Restriction.On, Confidential: s.Confidence.Marking == MarkConfidential}
}

// Marking is what holds now.
func (s State) Marking() string { return s.Marks().Marking() }

// Mark categorises the incident's reports, with a reason. MA 6.5.4
type Mark struct {
	Marking string
	Texts   map[string]string
}

func (c Mark) decide(d *decision) error {
	now := d.s.Confidence.Marking
	switch {
	case c.Marking != MarkNone && c.Marking != MarkConfidential:
		return fault.Invalid("marking", "reports are categorised as confidential, or not",
			"choose one of the two; to limit who may know at all, restrict the incident")
	case now == c.Marking || now == "" && c.Marking == MarkNone:
		return nil
	}
	d.emit(&Marked{Marking: c.Marking}, c.Texts)
	return nil
}
