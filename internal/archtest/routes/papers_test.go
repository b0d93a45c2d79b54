package routes

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
)

// The papers of an incident are the same bytes on their page and through the interface, for the same people; once it is restricted an
// outsider gets for each what they get for an incident that is not there. MA 6.5.3, 6.5.4, 6.8
func TestPapersAlike(t *testing.T) {
	w := newWorld(t, "")
	liability := int64(2_000_000)
	a, err := w.File(ctx, w.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: secret, Categories: []string{"malware"},
		Impact: &incident.Impact{LiabilityUSD: &liability}}, noOptions)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.IssueManagementReport(ctx, w.As("ma-coordinator"), a.Incident, 0, ""); err != nil {
		t.Fatal(err)
	}
	papers := []string{"/management/1/report.pdf", "/analysis/analysis.pdf"}
	inside := []string{"ma-coordinator", "ma-ciso", "ma-lead", "ma-rmv-iso", "ma-risk-chair"}
	outside := []string{"", "ca-coordinator", "ca-dmv-iso", "ca-cciu-investigator"}
	both := func(person, number, paper string) (page, program answer) {
		return w.get(person, "/incidents/"+number+paper), w.get(person, "/api/v1/incidents/"+number+paper)
	}
	for _, paper := range papers {
		for _, person := range inside {
			page, program := both(person, a.Incident, paper)
			if page.status != http.StatusOK || program.status != http.StatusOK || page.body != program.body ||
				!strings.HasPrefix(page.body, "%PDF-1.7") {
				t.Errorf("%s as %s: %d and %d, alike: %v", paper, person, page.status, program.status, page.body == program.body)
			}
			for _, name := range []string{"Content-Type", "Content-Disposition"} {
				if page.header.Get(name) != program.header.Get(name) {
					t.Errorf("%s as %s: %s differs", paper, person, name)
				}
			}
		}
	}
	absent, _ := incident.NewNumber(bytes.Repeat([]byte{7}, 24)) // nobody's
	hidden := func(people []string) {
		t.Helper()
		for _, paper := range papers {
			for _, person := range people {
				page, program := both(person, a.Incident, paper)
				noPage, noProgram := both(person, absent, paper)
				same(t, person, paper, masked(noPage, absent), masked(page, a.Incident))
				same(t, person, "/api/v1"+paper, masked(noProgram, absent), masked(program, a.Incident))
				if strings.HasPrefix(page.body, "%PDF") || strings.HasPrefix(program.body, "%PDF") {
					t.Errorf("%s is printed for %q", paper, person)
				}
			}
		}
	}
	hidden(outside)
	if err := w.Restrict(ctx, w.As("ma-coordinator"), a.Incident, []string{"ma-lead"}, "An insider."); err != nil {
		t.Fatal(err)
	}
	hidden(append(outside, "ma-ciso", "ma-rmv-iso", "ma-risk-chair"))
	if page, program := both("ma-lead", a.Incident, papers[0]); page.status != http.StatusOK || page.body != program.body {
		t.Error("a member gets no paper of a restricted incident")
	}
	reads, err := w.NewKey(ctx, "ma-coordinator", "filing only", []access.Action{access.File}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	w.keys["ma-coordinator"] = reads
	if got := w.get("ma-coordinator", "/api/v1/incidents/"+a.Incident+papers[0]); got.status != http.StatusForbidden {
		t.Errorf("a key that may not read prints: %d", got.status)
	}
}
