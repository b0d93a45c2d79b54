package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNothingIsLeftRunning starts a process whose parent dies at once, and wants it named and ended.
func TestNothingIsLeftRunning(t *testing.T) {
	adoptOrphans()
	if err := exec.Command("sh", "-c", "sleep 61.5 & exit 0").Run(); err != nil {
		t.Skip("no sh:", err)
	}
	left := endOrphans()
	if len(left) != 1 || !strings.Contains(left[0], "sleep 61.5") {
		t.Errorf("left running: %q", left)
	}
	if again := endOrphans(); len(again) != 0 {
		t.Errorf("still running: %q", again)
	}
}

func TestReport(t *testing.T) {
	var out strings.Builder
	if err := report(&out, []string{"process 7: sleep"}); err != nil {
		t.Fatal(err)
	}
	want := `{"Action":"run","Package":"left running","Test":"process 7: sleep"}
{"Action":"fail","Package":"left running","Test":"process 7: sleep"}
{"Action":"fail","Package":"left running"}
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestExitCodes: the gate must fail where the tests did.
func TestExitCodes(t *testing.T) {
	for line, want := range map[string]int{"exit 0": 0, "exit 3": 3, "kill -9 $$": 1} {
		if got := run([]string{"sh", "-c", line}); got != want {
			t.Errorf("%s: %d, want %d", line, got, want)
		}
	}
	if got := run([]string{"/no/such/program"}); got != 1 {
		t.Errorf("no program: %d", got)
	}
}
