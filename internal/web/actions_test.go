package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// The corrective actions of all incidents: what is asked wrongly is said beside the field, each action leads to its incident, and the file runs
// in no spreadsheet. MA 6.6.1.2
func TestActionsPage(t *testing.T) {
	h := seeded(t, 1)
	h.be(iso)
	if err := h.kit.AssignAction(t.Context(), h.kit.As(coordinator), h.first(), "=cmd|' /C calc'!A0", "", iso, noon.AddDate(0, 0, 9)); err != nil {
		t.Fatal(err)
	}
	page := h.get("/actions?state=open&owner=Dana&mine=1")
	for _, want := range []string{"Corrective actions</h1>", "/lessons#c1", `value="Dana"`, `name="mine" value="1" checked`, "/actions/export?", "state=overdue", `<option value="open" selected`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if a := h.get("/actions?state=nonsense"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-state-error"`) {
		t.Errorf("a state that is none: %d", a.StatusCode)
	}
	file := h.get("/actions/export?state=all")
	if !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(file.body, `"'=cmd`) || strings.Contains(file.body, `"=cmd`) {
		t.Errorf("the file: %.400s", file.body)
	}
}
