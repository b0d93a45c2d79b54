package review

import (
	"maps"
	"slices"
	"time"

	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/record"
)

// Sections of a post-incident analysis, in the order in which it is read. MA 6.8
const (
	SectionImpact     = "impact"     // on the organisation. MA 6.8
	SectionInventory  = "inventory"  // every information system that may have been affected. MA 6.8.1
	SectionAccess     = "access"     // that only those with access needs have access again. MA 6.8.2
	SectionRisk       = "risk"       // of critical systems, from what was learned. MA 6.8.3
	SectionCauses     = "causes"     // MA 6.8
	SectionMotives    = "motives"    // of the attack. MA 6.8
	SectionMitigation = "mitigation" // what would mitigate. MA 6.8
	SectionWorked     = "worked"     // what worked in the response
	SectionFailed     = "failed"     // what did not
	SectionControls   = "controls"   // policies, processes and controls to review. MA 6.8.4
)

// AnalysisSections lists every section once, in order.
var AnalysisSections = []string{SectionImpact, SectionInventory, SectionAccess, SectionRisk, SectionCauses, SectionMotives,
	SectionMitigation, SectionWorked, SectionFailed, SectionControls}

// Causes are the kinds of root cause that incidents are counted by: the threat actions of the VERIS vocabulary, and that it is
// not known.
var Causes = []string{"malware", "hacking", "social", "misuse", "physical", "error", "environmental", "unknown"}

// AnalysisWritten says that a person wrote a section of the post-incident analysis; the words are a text. The section on causes
// may name the kind of cause.
type AnalysisWritten struct {
	Section string `json:"section"`
	Cause   string `json:"cause,omitempty"` // one of Causes; with the section on causes only
}

// FactName implements Fact.
func (AnalysisWritten) FactName() string { return "incident.analysis_written.v1" }

// AnalysisSigned says that the coordinator signed the analysis off, and exactly which words: each section with the digest of its
// text. MA 6.8
type AnalysisSigned struct {
	Edition  int64           `json:"edition"` // 1, 2 …
	Sections []SignedSection `json:"sections"`
}

// SignedSection is one section as it was signed.
type SignedSection struct {
	Section string `json:"section"`
	Digest  string `json:"digest"` // of the text
}

// FactName implements Fact.
func (AnalysisSigned) FactName() string { return "incident.analysis_signed.v1" }

// AnalysisReopened takes a signed analysis up again, with the reason as a text; what was signed stays as it was.
type AnalysisReopened struct{}

// FactName implements Fact.
func (AnalysisReopened) FactName() string { return "incident.analysis_reopened.v1" }

// TextAnalysis is the text of one section of the analysis.
const TextAnalysis = "analysis"

// State is the post-incident analysis of an incident, with what came of it.
type State struct {
	Sections  map[string][]SectionText // every writing of each section, the oldest first
	Cause     string                   // kind of root cause; empty until stated
	Editions  []Edition                // what was signed, the oldest first
	Signed    bool                     // the last edition stands; false once it, or the incident, was reopened
	Reopened  string                   // digest: why the last edition was taken up again
	Actions   []Action
	Proposals []Proposal
}

// SectionText is one writing of a section.
type SectionText struct {
	Digest  string
	By      string // actor id
	At      time.Time
	Version int64 // of the fact
}

// Edition is the analysis as it was signed.
type Edition struct {
	Number   int64
	Sections []SignedSection
	By       string // actor id
	At       time.Time
}

// Section answers the newest writing of a section.
func (s State) Section(id string) (SectionText, bool) {
	if all := s.Sections[id]; len(all) > 0 {
		return all[len(all)-1], true
	}
	return SectionText{}, false
}

// Unwritten lists the sections that nobody has written yet, in order.
func (s State) Unwritten() (out []string) {
	for _, id := range AnalysisSections {
		if len(s.Sections[id]) == 0 {
			out = append(out, id)
		}
	}
	return out
}

func (f *AnalysisWritten) apply(s *State, r record.Recorded) {
	if s.Sections == nil {
		s.Sections = map[string][]SectionText{}
	}
	written := SectionText{Digest: r.Texts[TextAnalysis], By: r.Actor, At: r.At, Version: r.Version}
	s.Sections[f.Section] = append(slices.Clip(s.Sections[f.Section]), written)
	if f.Cause != "" {
		s.Cause = f.Cause
	}
}

func (f *AnalysisSigned) apply(s *State, r record.Recorded) {
	s.Signed, s.Reopened = true, ""
	s.Editions = append(s.Editions, Edition{Number: f.Edition, Sections: f.Sections, By: r.Actor, At: r.At})
}

func (*AnalysisReopened) apply(s *State, r record.Recorded) {
	s.Signed, s.Reopened = false, r.Texts[part.TextReason]
}

// Clone copies what facts change in place or append to, so that whoever holds s sees nothing of them.
func Clone(s State) State {
	s.Sections = maps.Clone(s.Sections)
	for id, all := range s.Sections {
		s.Sections[id] = slices.Clip(all)
	}
	s.Editions, s.Actions, s.Proposals = slices.Clone(s.Editions), slices.Clone(s.Actions), slices.Clone(s.Proposals)
	return s
}
