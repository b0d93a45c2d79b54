package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSummary(t *testing.T) {
	events := `{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"noise\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:7: want 1, got 2\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- FAIL: TestB (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:9: no data here\n"}
{"Action":"skip","Package":"p","Test":"TestC"}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"fail","Package":"p","Elapsed":1.25}
{"Action":"skip","Package":"q"}
{"Action":"build-output","ImportPath":"r","Output":"r.go:1: broken\n"}
{"Action":"fail","Package":"r","FailedBuild":"r"}
{"Action":"output","Package":"u","Test":"TestD","Output":"panic: boom\n"}
{"Action":"fail","Package":"u","Elapsed":0.1}
not json
`
	var out strings.Builder
	s := newSummary(&out)
	if err := s.read(strings.NewReader(events)); err != nil {
		t.Fatal(err)
	}
	s.finish()
	want := `--- FAIL: p TestB
        b_test.go:7: want 1, got 2
FAIL	p	1.2s
?  	q	[no tests]
r.go:1: broken
FAIL	r	0.0s
FAIL	u	0.1s
--- FAIL: u TestD (did not end)
    panic: boom
not json
skipped 1: no data here
FAILED p TestB
FAILED r (package)
FAILED u (package)
1 passed, 3 failed, 1 skipped
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

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
