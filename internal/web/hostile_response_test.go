package web_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
	"tocsin/internal/testkit/hostile"
	"tocsin/internal/web"
)

// responsePages are those that show what people write while they respond, below an incident's own.
var responsePages = []string{"", "/response", "/record", "/assets", "/lifecycle", "/investigation", "/investigation/timeline", "/investigation/indicators",
	"/investigation/findings", "/management", "/updates", "/communications", "/analysis", "/lessons", "/sections/legal"}

// TestPeer_S01_HostileResponse: whatever people write while they respond, every text in each place, the pages have the same
// elements and attributes as with a harmless letter.
func TestPeer_S01_HostileResponse(t *testing.T) {
	texts := handfulsOf(hostile.Payloads(), 7)
	harmless := make([]string, len(texts))
	for i := range harmless {
		harmless[i] = fmt.Sprintf("A%d", i)
	}
	want, got := responded(t, harmless), responded(t, texts)
	for i, w := range want {
		if w.skeleton != got[i].skeleton {
			t.Errorf("hostile texts change the structure of %s:\n%s", w.address, firstDifference(w.skeleton, got[i].skeleton))
		}
	}
}

// responded writes every text into every place of one incident, and answers the structure of its pages.
func responded(t *testing.T, texts []string) (shots []shot) {
	t.Helper()
	real := testkit.Start(t)
	number := respondTo(t, real, texts)
	h := startOn(t, real)
	for person, pages := range map[string][]string{"ma-lead": responsePages, "ma-legal": {"/sections/legal"}} {
		h.be(person)
		for _, page := range pages {
			a := h.get("/incidents/" + number + page)
			if a.StatusCode != 200 {
				if person == "ma-lead" && page == "/sections/legal" {
					continue // not hers
				}
				t.Fatalf("%s as %s: status %d", page, person, a.StatusCode)
			}
			all := parse(t, a.body)
			for _, flaw := range flaws(all) {
				if !strings.HasPrefix(flaw, `link to "?`) {
					t.Errorf("%s: %s", page, flaw)
				}
			}
			shots = append(shots, shot{person + " " + page, skeleton(all)})
		}
	}
	slices.SortFunc(shots, func(a, b shot) int { return strings.Compare(a.address, b.address) })
	return shots
}

// respondTo files and responds, with the texts in whatever is written.
func respondTo(t *testing.T, h *testkit.Harness, texts []string) (number string) {
	t.Helper()
	ctx, lead, coordinator := t.Context(), h.As("ma-lead"), h.As("ma-coordinator")
	filed, err := h.File(ctx, h.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: texts[0], Categories: []string{"malware"}}, app.FileOptions{})
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	must("file", err)
	number = filed.Incident
	must("response", h.StartResponse(ctx, lead, number, "", texts[1], nil))
	must("engage", h.Engage(ctx, coordinator, number, "ma-legal", texts[2]))
	must("cause", h.State(ctx, lead, number, app.ItemStatement{Item: "root_cause", Value: texts[3]}))
	events, assets := []app.EventInput{}, []app.AssetEntry{}
	for i, text := range texts {
		at := h.Clock.Now().Add(-time.Duration(i+1) * time.Minute)
		events = append(events, app.EventInput{At: at, Zone: "UTC", Source: short(text), Description: text})
		assets = append(assets, app.AssetEntry{Name: oneLine(text), Kind: oneLine(text), Networks: []string{short(text)}})
	}
	must("events", h.RecordEvents(ctx, lead, number, events))
	must("assets", h.AddAssets(ctx, lead, number, assets))
	for i, text := range texts {
		must("indicator", h.RecordIndicators(ctx, lead, number, app.IndicatorInput{Text: fmt.Sprintf("10.0.0.%d", i+1), Source: short(text), Note: text}))
		must("finding", h.RecordFinding(ctx, lead, number, text, "low"))
		must("argument", h.Argue(ctx, lead, number, fmt.Sprintf("f%d", i+1), app.ArgumentInput{Text: text}))
		must("decision", h.RecordDecision(ctx, lead, number, app.DecisionInput{What: text, Why: text}))
		must("task", h.AddTask(ctx, lead, number, text, "analysis", "ir_lead"))
		must("call", h.LogCommunication(ctx, lead, number, app.CommunicationLog{Channel: "telephone", At: h.Clock.Now().Format(time.RFC3339), Who: text, Whom: text, Summary: text}))
		must("note for Legal", h.NoteInSection(ctx, h.As("ma-legal"), number, "legal", text))
	}
	must("update", h.DraftUpdate(ctx, lead, number, "responders", texts[4]))
	return number
}

// short is a text as a field of one line takes it.
func short(s string) string {
	if r := []rune(oneLine(s)); len(r) > 60 {
		return string(r[:60])
	}
	return oneLine(s)
}

// firstDifference is the first line in which two structures differ, with what it should have been.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d: %s, want %s", i, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

var (
	href   = regexp.MustCompile(`href="([^"]*)"`)
	opened = regexp.MustCompile(`<([^>]*)>`)
	// allowedOpening are the elements with their attributes that a note may put onto its page.
	allowedOpening = regexp.MustCompile(`^(/?(p|h4|h5|h6|ul|ol|li|blockquote|strong|em|code|pre|a)|br|hr|ul class="usa-list"|ol class="usa-list" start="\d+"|code class="mono"|pre class="mono" tabindex="0"|a href="[^"]*" rel="noopener noreferrer nofollow")$`)
)

// TestPeer_S01_HostileNotes: no note in Markdown puts an element, an attribute or an address onto its page that is not listed.
func TestPeer_S01_HostileNotes(t *testing.T) {
	for i, text := range hostile.Payloads() {
		page := web.RenderNote(t, text)
		for _, tag := range opened.FindAllStringSubmatch(page, -1) {
			if !allowedOpening.MatchString(tag[1]) {
				t.Errorf("%d: %q puts %s onto the page", i, text, tag[0])
			}
		}
		for _, a := range href.FindAllStringSubmatch(page, -1) {
			if !regexp.MustCompile(`^(https?://|mailto:)`).MatchString(a[1]) {
				t.Errorf("%d: %q leads to %s", i, text, a[1])
			}
		}
	}
}

// oneLine is a text without line breaks, for a field that has none.
func oneLine(s string) string { return strings.NewReplacer("\n", " ", "\t", " ").Replace(s) }
