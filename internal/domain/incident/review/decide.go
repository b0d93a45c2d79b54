package review

import (
	"slices"
	"strings"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// WriteAnalysis writes one section. Base is the version of the writing that the writer had before them, 0 for none, so that
// nobody overwrites what they have not read.
type WriteAnalysis struct {
	Section, Cause string
	Base           int64
	Texts          map[string]string
}

// SignAnalysis is the coordinator's sign-off. MA 6.8, 6.3.1.1
type SignAnalysis struct{}

// ReopenAnalysis takes a signed analysis up again, with the reason as a text.
type ReopenAnalysis struct{ Texts map[string]string }

func (c WriteAnalysis) decide(s State, _ part.Case) ([]part.Outcome, error) {
	switch {
	case !slices.Contains(AnalysisSections, c.Section):
		return nil, fault.Invalid("section", "an analysis has no such section", "use one of: "+strings.Join(AnalysisSections, ", "))
	case c.Cause != "" && (c.Section != SectionCauses || !slices.Contains(Causes, c.Cause)):
		return nil, fault.Invalid("cause", "this kind of cause is not known", "with the section on causes, use one of: "+strings.Join(Causes,
			", "))
	case s.Signed:
		return nil, fault.Conflict("the analysis is signed; reopen it with a reason to change it")
	}
	now, _ := s.Section(c.Section)
	if now.Version != c.Base {
		return nil, fault.Conflict("somebody has written this section since you opened it; read theirs, and put yours into it")
	}
	return part.One(part.Record(&AnalysisWritten{Section: c.Section, Cause: c.Cause}, c.Texts))
}

// decide freezes the words of every section, and discharges what was owed. A second time it changes nothing.
func (SignAnalysis) decide(s State, _ part.Case) ([]part.Outcome, error) {
	if s.Signed {
		return nil, nil
	}
	if open := s.Unwritten(); len(open) > 0 {
		return nil, fault.Conflict("not written yet: %s. Where a section does not apply, write why", strings.Join(open, ", "))
	}
	f := AnalysisSigned{Edition: int64(len(s.Editions) + 1), Sections: []SignedSection{}}
	for _, id := range AnalysisSections {
		t, _ := s.Section(id)
		f.Sections = append(f.Sections, SignedSection{Section: id, Digest: t.Digest})
	}
	o := part.Record(&f, nil)
	o.Discharge = []part.Discharge{{How: policy.DischargeAnalysis, Until: policy.DischargeAnalysis}}
	return part.One(o)
}

func (c ReopenAnalysis) decide(s State, _ part.Case) ([]part.Outcome, error) {
	if len(s.Editions) == 0 {
		return nil, fault.Conflict("the analysis was never signed; it can be changed as it is")
	}
	if !s.Signed {
		return nil, nil
	}
	return part.One(part.Record(&AnalysisReopened{}, c.Texts))
}
