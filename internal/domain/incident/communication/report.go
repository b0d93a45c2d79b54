package communication

import (
	"time"

	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
)

// ManagementReportIssued is one version of the report to management, frozen: its content is the text "report". MA 6.5.3
type ManagementReportIssued struct {
	Report  int64        `json:"report"` // 1, 2, 3 …
	Level   policy.Level `json:"level"`
	Known   []string     `json:"known"` // ids of the pack's items
	Unknown []string     `json:"unknown"`
	Changed []string     `json:"changed"`        // since the version before
	Kept    []string     `json:"kept,omitempty"` // rules by which somebody would have got it, whom a restriction keeps from it; why is a text
}

// FactName implements Fact.
func (ManagementReportIssued) FactName() string { return "incident.management_report_issued.v1" }

// TextReport is the frozen content of a report.
const TextReport = "report"

// Briefing is what was told to management.
type Briefing struct {
	Versions []ReportVersion
	Touched  int64 // version of the last fact that a report would tell, or that issued one
}

// ReportVersion is one issued version.
type ReportVersion struct {
	ManagementReportIssued
	At      time.Time
	By      string // actor id
	Text    string // digest of the frozen content
	Why     string // digest: why a restriction keeps somebody from it
	Version int64  // of the fact
}

// Last answers the version issued last.
func (b Briefing) Last() (ReportVersion, bool) {
	if len(b.Versions) == 0 {
		return ReportVersion{}, false
	}
	return b.Versions[len(b.Versions)-1], true
}

func (f *ManagementReportIssued) apply(s *State, r record.Recorded) {
	b := &s.Briefing
	b.Versions = append(b.Versions, ReportVersion{ManagementReportIssued: *f, At: r.At, By: r.Actor, Text: r.Texts[TextReport],
		Why: r.Texts[part.TextReason], Version: r.Version})
	b.Touched = r.Version
}
