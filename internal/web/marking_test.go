package web_test

import (
	"net/http"
	"strings"
	"testing"

	"tocsin/internal/web"
)

// No page of a marked incident is shown or printed without the marking, whatever page it is, and no file of rows without its column. MA 6.5.4
func TestEveryPageShowsTheMarking(t *testing.T) {
	h := seeded(t, 1)
	h.be(coordinator)
	pages := 0
	ask := func(marked bool) {
		for _, rt := range web.Routes() {
			if rt.Method != http.MethodGet || strings.HasSuffix(rt.Pattern, "/live") || !strings.Contains(rt.Pattern, "{number}") {
				continue
			}
			a := h.get(h.addressed(rt.Pattern))
			kind := a.Header.Get("Content-Type")
			if a.StatusCode != http.StatusOK || strings.HasPrefix(kind, "application/") {
				continue
			}
			pages++
			label := strings.Contains(a.body, "CONFIDENTIAL (TLP:AMBER+STRICT)") || strings.Contains(a.body, "CONFIDENTIAL (TLP:AMBER&#43;STRICT)")
			if strings.HasPrefix(kind, "text/csv") && !strings.Contains(strings.ToLower(strings.SplitN(a.body, "\n", 2)[0]), `"marking"`) {
				t.Errorf("%s has no column for the marking", rt.Pattern)
			}
			if strings.HasPrefix(kind, "text/csv") && strings.Count(a.body, "\n") < 2 {
				continue // no row, nothing to mark
			}
			if label != marked || strings.HasPrefix(kind, "text/html") && strings.Contains(a.body, "marking--every-page") != marked {
				t.Errorf("%s: the label stands there: %v", rt.Pattern, label)
			}
		}
	}
	ask(false)
	if err := h.kit.Mark(t.Context(), h.kit.As(coordinator), h.first(), "confidential", "The press is asking"); err != nil {
		t.Fatal(err)
	}
	ask(true)
	if pages < 30 {
		t.Errorf("only %d pages were looked at", pages)
	}
	for path, want := range map[string]string{"/incidents": `tag--marking">Confidential`, "/incidents/export?format=csv": `"CONFIDENTIAL (TLP:AMBER+STRICT)"`} {
		if a := h.get(path); !strings.Contains(a.body, want) {
			t.Errorf("%s does not show it", path)
		}
	}
}
