package review

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/app/communication"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/paper"
)

// SectionWords are what a section of the analysis is called, what belongs into it, and the clause that asks for it. MA 6.8
type SectionWords struct{ Title, Asks, Clause string }

var sectionWords = map[string]SectionWords{
	incident.SectionImpact:     {"Impact on the organization", "What could not be done, for how long, at what cost, and who was affected.", "MA 6.8"},
	incident.SectionInventory:  {"Systems that may have been affected", "Every information system, those included of which it turned out that nothing happened to them.", "MA 6.8.1"},
	incident.SectionAccess:     {"Access after the return to service", "For each system: who has access again, and who found that they need it.", "MA 6.8.2"},
	incident.SectionRisk:       {"Risk of critical systems", "What this incident shows about the risk of the critical systems, and what follows.", "MA 6.8.3"},
	incident.SectionCauses:     {"Causes", "How it came about, and what made it possible.", "MA 6.8"},
	incident.SectionMotives:    {"Motives", "What the attacker wanted, as far as it is known. That it is not known is an answer.", "MA 6.8"},
	incident.SectionMitigation: {"What would mitigate", "What would have prevented it, or made it smaller.", "MA 6.8"},
	incident.SectionWorked:     {"What worked", "What to do again the next time.", "MA 6.8"},
	incident.SectionFailed:     {"What did not work", "What cost time, or was missing. It is about procedures, not about people.", "MA 6.8"},
	incident.SectionControls:   {"Policies, processes and controls", "Which of them to improve; propose each change under lessons and actions.", "MA 6.8.4"},
}

// WordsOfSection are the words of one section.
func WordsOfSection(id string) SectionWords { return sectionWords[id] }

var causeWords = map[string]string{"malware": "Malware", "hacking": "Hacking: stolen credentials, exploited vulnerabilities", "social": "Social: phishing, pretexting",
	"misuse": "Misuse of privileges", "physical": "Physical: theft, loss, tampering", "error": "Error: misconfiguration, misdelivery", "environmental": "Environmental", "unknown": "Not found out"}

// CauseName names a kind of root cause.
func CauseName(id string) string {
	if w := causeWords[id]; w != "" {
		return w
	}
	return "Not stated"
}

// PrintAnalysis writes the post-incident analysis as PDF: an edition as it was signed, or with 0 as it stands. MA 6.8
func (a *Room) PrintAnalysis(ctx context.Context, by access.Actor, number string, edition int, w io.Writer) error {
	v, err := a.Analysis(ctx, by, number)
	if err != nil {
		return err
	}
	if edition < 0 || edition > len(v.Editions) {
		return fault.NotFound("this analysis has no such edition")
	}
	if a.Papers == nil {
		return fault.NotFound("no PDF is made here")
	}
	if edition > 0 {
		return a.Papers(w, v.signedPaper(v.Editions[edition-1]))
	}
	return a.Papers(w, v.paper(a.Now()))
}

// begin is how every paper of the analysis begins.
func (v AnalysisView) begin(title, author string, at time.Time) paper.Doc {
	d := paper.Doc{Title: fmt.Sprintf("%s, incident %s", title, v.Incident), Running: fmt.Sprintf("Incident %s, post-incident analysis", v.Incident),
		Marking: communication.MarkingLabel(v.Marking), Author: author, At: at, Blocks: []paper.Block{paper.Para{Text: fmt.Sprintf("%s. Rated %s.", v.EntityName, v.Level)}}}
	if line := v.Owner.Line(); line != "" {
		d.Blocks = append(d.Blocks, paper.Para{Text: line})
	}
	return d
}

// signedPaper is an edition: the words that were signed, and nothing else.
func (v AnalysisView) signedPaper(e EditionView) paper.Doc {
	d := v.begin(fmt.Sprintf("Post-incident analysis, edition %d", e.Number), e.By, e.At)
	d.Blocks = append(d.Blocks, paper.Para{Text: fmt.Sprintf("Signed %s by %s.", act.FormatTime(e.At, v.Zone), e.By)})
	for _, s := range e.Sections {
		text := s.Text
		if text == "" {
			text = "The text of this section was lawfully disposed of."
		}
		d.Blocks = append(d.Blocks, headed(s.ID, s.Clause), paper.Para{Text: text})
	}
	return d
}

func headed(id, clause string) paper.Heading {
	title := sectionWords[id].Title
	if clause != "" {
		title += " (" + clause + ")"
	}
	return paper.Heading{Level: 2, Text: title}
}

// paper is the analysis as it stands.
func (v AnalysisView) paper(now time.Time) paper.Doc {
	d := v.begin("Post-incident analysis", "", now)
	d.Blocks = append(d.Blocks, paper.Para{Text: v.standing(now)})
	for _, s := range v.Sections {
		d.Blocks = append(d.Blocks, headed(s.ID, s.Clause))
		if s.ID == incident.SectionCauses {
			d.Blocks = append(d.Blocks, paper.Para{Text: "Kind of root cause: " + CauseName(v.Cause)})
		}
		switch {
		case s.Text != "":
			last := s.History[len(s.History)-1]
			d.Blocks = append(d.Blocks, paper.Para{Text: s.Text}, paper.Para{Text: fmt.Sprintf("Written %s by %s.", act.FormatTime(last.At, v.Zone), last.By)})
		case s.Draft != "":
			d.Blocks = append(d.Blocks, paper.Para{Text: "Nobody has written this yet. The record says:"}, paper.Para{Text: s.Draft})
		default:
			d.Blocks = append(d.Blocks, paper.Para{Text: "Nobody has written this yet."})
		}
		if s.ID == incident.SectionInventory && len(v.Systems) > 0 {
			d.Blocks = append(d.Blocks, paper.Heading{Level: 3, Text: "Assets on the record of the response"}, v.systemsTable())
		}
	}
	d.Blocks = append(d.Blocks, paper.Heading{Level: 2, Text: "What happened when"}, v.timelineTable())
	return d
}

// standing says how far the analysis is.
func (v AnalysisView) standing(now time.Time) string {
	var words []string
	switch n := len(v.Editions); {
	case v.Signed:
		words = append(words, fmt.Sprintf("Signed %s by %s.", act.FormatTime(v.Editions[n-1].At, v.Zone), v.Editions[n-1].By))
	case n > 0:
		words = append(words, "Not signed: taken up again.")
	default:
		words = append(words, fmt.Sprintf("Not signed yet; %d of %d sections are to be written.", len(v.Unwritten), len(v.Sections)))
	}
	if v.KeepUntil != nil {
		words = append(words, fmt.Sprintf("Kept at least until %s (%s).", act.FormatTime(*v.KeepUntil, v.Zone), v.KeepClause))
	}
	return strings.Join(append(words, "Printed "+act.FormatTime(now, v.Zone)+"."), " ")
}

// systemsTable is the inventory with the states of each asset. MA 6.8.1
func (v AnalysisView) systemsTable() paper.Table {
	t := paper.Table{RowHeads: true, Columns: []paper.Column{{Title: "System", Share: 3}, {Title: "State", Share: 2}, {Title: "What became of it", Share: 5}}}
	for _, s := range v.Systems {
		t.Rows = append(t.Rows, []string{s.title(), s.StateWords, strings.Join(s.history(v.Zone), "\n")})
	}
	return t
}

func (v AnalysisView) timelineTable() paper.Table {
	t := paper.Table{Columns: []paper.Column{{Title: "When", Share: 2}, {Title: "What", Share: 4}}}
	for _, m := range v.Timeline {
		what := m.What
		if m.Late {
			what += " (late)"
		}
		t.Rows = append(t.Rows, []string{act.FormatTime(m.At, v.Zone), what})
	}
	return t
}
