package policy_test

import (
	"strings"
	"testing"
	"time"
)

// Deep nesting and very long lines are refused in good time; none brings the program down.
func TestDeepNesting(t *testing.T) {
	for name, src := range map[string]string{
		"brackets": strings.Repeat("[", 1<<18-1), "braces": strings.Repeat("{a: ", 1<<16), "dashes": strings.Repeat("- ", 1<<17), "keys": strings.Repeat("? ", 1<<16),
		"colons": strings.Repeat("a: ", 1<<16), "long": "id: " + strings.Repeat("x", 1<<18-10), "larger": strings.Repeat("x", 1<<18+1),
		"anchors": "a: " + strings.Repeat("&a ", 1<<16), "lines": strings.Repeat("a:\n", 1<<16),
	} {
		start := time.Now()
		if got := loadError(src); got == "" {
			t.Errorf("%s: accepted", name)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: %s", name, took)
		}
	}
}
