// Package investigation keeps what is found out about an incident: the timeline of what happened, the indicators, the findings with
// what speaks for and against them, the decisions taken on them, and notes. It has a stream of its own beside the incident's, so that
// thousands of rows slow down nothing else; who may see and add is decided on the incident. MA 6.6.4
package investigation

import "tocsin/internal/domain/record"

// Fact, Draft, Recorded and Moment are those of every aggregate.
type (
	// Fact is a typed thing that happened.
	Fact = record.Fact
	// Draft is a fact about to be recorded.
	Draft = record.Draft
	// Recorded is a fact as the ledger holds it.
	Recorded = record.Recorded
	// Moment is an instant with the offset in which a person gave it.
	Moment = record.Moment
)

// Names of the texts that facts bind.
const (
	TextEvents     = "events"     // JSON list of EventText, in the order of the fact's events
	TextIndicators = "indicators" // JSON list of IndicatorText, in the order of the fact's indicators
	TextSighting   = "sighting"   // where and how an indicator was seen
	TextStatement  = "statement"  // the hypothesis of a finding
	TextArgument   = "argument"   // what speaks for or against it
	TextDecision   = "decision"   // what was decided
	TextGrounds    = "grounds"    // and why
	TextNote       = "note"       // Markdown
	TextReason     = "reason"
)

// Event is one thing that happened, as far as it names nobody and tells nothing: the rest is an EventText.
type Event struct {
	ID         string   `json:"id"` // e1, e2 … in the order of recording
	At         Moment   `json:"at"`
	Zone       string   `json:"zone,omitempty"` // as the source gave it: "EST", "America/New_York", "Z"
	Precision  string   `json:"precision"`
	About      bool     `json:"about,omitempty"`
	Discovered *Moment  `json:"discovered,omitempty"`
	Kind       string   `json:"kind"`
	Tactic     string   `json:"tactic,omitempty"`     // of ATT&CK
	Techniques []string `json:"techniques,omitempty"` // ids of ATT&CK
	Assets     []string `json:"assets,omitempty"`     // ids of the directory; others are in the text
	People     []string `json:"people,omitempty"`     // ids of the directory; others are in the text
	Indicators []string `json:"indicators,omitempty"` // ids of this investigation
}

// EventText is what an event tells.
type EventText struct {
	Description string   `json:"description"`
	Source      string   `json:"source,omitempty"`
	Assets      []string `json:"assets,omitempty"`
	People      []string `json:"people,omitempty"`
}

// EventsRecorded puts events onto the timeline. MA 6.6.4.1
type EventsRecorded struct {
	Events []Event `json:"events"`
}

// FactName implements Fact.
func (EventsRecorded) FactName() string { return "investigation.events_recorded.v1" }

// EventCorrected replaces an event by a better account of it, under the same id; the older one stays in the history.
type EventCorrected struct {
	Event Event `json:"event"`
}

// FactName implements Fact.
func (EventCorrected) FactName() string { return "investigation.event_corrected.v1" }

// EventWithdrawn takes an event off the timeline, with the reason as a text.
type EventWithdrawn struct {
	Event string `json:"event"`
}

// FactName implements Fact.
func (EventWithdrawn) FactName() string { return "investigation.event_withdrawn.v1" }

// Indicator is one trace to look for. Its value may name a person, so that it is in an IndicatorText.
type Indicator struct {
	ID         string   `json:"id"` // i1, i2 …
	Type       string   `json:"type"`
	TLP        string   `json:"tlp"`
	Techniques []string `json:"techniques,omitempty"`
}

// IndicatorText is what an indicator looks for.
type IndicatorText struct {
	Value  string `json:"value"`
	Source string `json:"source,omitempty"`
	Note   string `json:"note,omitempty"`
}

// IndicatorsRecorded adds indicators.
type IndicatorsRecorded struct {
	Indicators []Indicator `json:"indicators"`
}

// FactName implements Fact.
func (IndicatorsRecorded) FactName() string { return "investigation.indicators_recorded.v1" }

// IndicatorMarked changes how far an indicator may be shared. TLP 2.0
type IndicatorMarked struct {
	Indicator string `json:"indicator"`
	TLP       string `json:"tlp"`
}

// FactName implements Fact.
func (IndicatorMarked) FactName() string { return "investigation.indicator_marked.v1" }

// IndicatorSighted says that an indicator was seen; where is a text.
type IndicatorSighted struct {
	Indicator string   `json:"indicator"`
	At        Moment   `json:"at"`
	Assets    []string `json:"assets,omitempty"`
}

// FactName implements Fact.
func (IndicatorSighted) FactName() string { return "investigation.indicator_sighted.v1" }

// IndicatorWithdrawn says that an indicator was none, with the reason as a text.
type IndicatorWithdrawn struct {
	Indicator string `json:"indicator"`
}

// FactName implements Fact.
func (IndicatorWithdrawn) FactName() string { return "investigation.indicator_withdrawn.v1" }

// FindingRecorded states a hypothesis, as a text.
type FindingRecorded struct {
	Finding    string `json:"finding"` // f1, f2 …
	Confidence string `json:"confidence"`
}

// FactName implements Fact.
func (FindingRecorded) FactName() string { return "investigation.finding_recorded.v1" }

// FindingJudged says how a finding stands now, with the reason as a text.
type FindingJudged struct {
	Finding    string `json:"finding"`
	Confidence string `json:"confidence"`
	Status     string `json:"status"`
}

// FactName implements Fact.
func (FindingJudged) FactName() string { return "investigation.finding_judged.v1" }

// ArgumentRecorded says what speaks for or against a finding, as a text, and which events and indicators show it. MA 6.6.4.5
type ArgumentRecorded struct {
	Argument   string   `json:"argument"` // a1, a2 …
	Finding    string   `json:"finding"`
	Against    bool     `json:"against,omitempty"`
	Events     []string `json:"events,omitempty"`
	Indicators []string `json:"indicators,omitempty"`
}

// FactName implements Fact.
func (ArgumentRecorded) FactName() string { return "investigation.argument_recorded.v1" }

// DecisionRecorded is a line of the decision log: what and why are texts.
type DecisionRecorded struct {
	Decision   string   `json:"decision"` // d1, d2 …
	By         string   `json:"by"`       // person id of who decided
	At         Moment   `json:"at"`
	Replaces   string   `json:"replaces,omitempty"`
	Findings   []string `json:"findings,omitempty"`
	Events     []string `json:"events,omitempty"`
	Indicators []string `json:"indicators,omitempty"`
}

// FactName implements Fact.
func (DecisionRecorded) FactName() string { return "investigation.decision_recorded.v1" }

// NoteWritten adds a note, or changes one that is there; its words are a text.
type NoteWritten struct {
	Note     string   `json:"note"`               // n1, n2 …
	Mentions []string `json:"mentions,omitempty"` // ids of people who are named in it and are told, each once for a note
}

// FactName implements Fact.
func (NoteWritten) FactName() string { return "investigation.note_written.v1" }

// NoteWithdrawn takes a note away, with the reason as a text.
type NoteWithdrawn struct {
	Note string `json:"note"`
}

// FactName implements Fact.
func (NoteWithdrawn) FactName() string { return "investigation.note_withdrawn.v1" }

// Facts lists every kind of fact of this package, once: what reads the record, and what holds it to its examples, goes by this list.
var Facts = []record.Kind{
	record.Of[EventsRecorded](), record.Of[EventCorrected](), record.Of[EventWithdrawn](), record.Of[IndicatorsRecorded](),
	record.Of[IndicatorMarked](), record.Of[IndicatorSighted](), record.Of[IndicatorWithdrawn](), record.Of[FindingRecorded](),
	record.Of[FindingJudged](), record.Of[ArgumentRecorded](), record.Of[DecisionRecorded](), record.Of[NoteWritten](),
	record.Of[NoteWithdrawn](),
}
