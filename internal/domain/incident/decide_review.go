package incident

import (
	"slices"
	"strings"

	"tocsin/internal/domain/fault"
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

func (c WriteAnalysis) decide(d *decision) error {
	switch {
	case !slices.Contains(AnalysisSections, c.Section):
		return fault.Invalid("section", "an analysis has no such section", "use one of: "+strings.Join(AnalysisSections, ", "))
	case c.Cause != "" && (c.Section != SectionCauses || !slices.Contains(Causes, c.Cause)):
		return fault.Invalid("cause", "this kind of cause is not known", "with the section on causes, use one of: "+strings.Join(Causes, ", "))
	case d.s.Review.Signed:
		return fault.Conflict("the analysis is signed; reopen it with a reason to change it")
	}
	now, _ := d.s.Review.Section(c.Section)
	if now.Version != c.Base {
		return fault.Conflict("somebody has written this section since you opened it; read theirs, and put yours into it")
	}
	d.emit(&AnalysisWritten{Section: c.Section, Cause: c.Cause}, c.Texts)
	return nil
}

// decide freezes the words of every section, and discharges what was owed. A second time it changes nothing.
func (SignAnalysis) decide(d *decision) error {
	x := d.s.Review
	if x.Signed {
		return nil
	}
	if open := x.Unwritten(); len(open) > 0 {
		return fault.Conflict("not written yet: %s. Where a section does not apply, write why", strings.Join(open, ", "))
	}
	f := AnalysisSigned{Edition: int64(len(x.Editions) + 1), Sections: []SignedSection{}}
	for _, id := range AnalysisSections {
		t, _ := x.Section(id)
		f.Sections = append(f.Sections, SignedSection{Section: id, Digest: t.Digest})
	}
	d.emit(&f, nil)
	d.dischargeWhere(policy.DischargeAnalysis, openUntil(policy.DischargeAnalysis))
	return nil
}

func (c ReopenAnalysis) decide(d *decision) error {
	if len(d.s.Review.Editions) == 0 {
		return fault.Conflict("the analysis was never signed; it can be changed as it is")
	}
	if d.s.Review.Signed {
		d.emit(&AnalysisReopened{}, c.Texts)
	}
	return nil
}
