package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// summary counts results and keeps what tests print until it is known whether anyone must read it.
type summary struct {
	out                     io.Writer
	passed, failed, skipped int
	printed                 map[[2]string][]string // package, test -> output; the package's own under test ""
	failures                []string
	skips                   map[string]int // reason -> how many
	tests                   map[string]int // package -> tests that ended
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, printed: map[[2]string][]string{}, skips: map[string]int{}, tests: map[string]int{}}
}

// add takes one event. Output is kept until its test ends, and forgotten when it passed.
func (s *summary) add(e event) {
	key := [2]string{e.Package, e.Test}
	switch e.Action {
	case "output":
		s.printed[key] = append(s.printed[key], e.Output)
	case "build-output":
		fmt.Fprint(s.out, e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			s.endPackage(e)
		} else {
			s.endTest(e)
		}
	}
}

// endTest counts subtests like tests: each has a name that someone chose.
func (s *summary) endTest(e event) {
	key := [2]string{e.Package, e.Test}
	s.tests[e.Package]++
	switch e.Action {
	case "pass":
		s.passed++
	case "skip":
		s.skipped++
		s.skips[reason(s.printed[key])]++
	case "fail":
		s.failed++
		s.failures = append(s.failures, e.Package+" "+e.Test)
		s.show("--- FAIL: "+e.Package+" "+e.Test, s.printed[key])
	}
	delete(s.printed, key)
}

// endPackage prints the line that `go test` would, and drops what was kept for the package.
func (s *summary) endPackage(e event) {
	name := fmt.Sprintf("%s\t%.1fs", e.Package, e.Elapsed)
	switch {
	case e.Action == "fail":
		fmt.Fprintf(s.out, "FAIL\t%s\n", name)
		s.unfinished(e)
	case e.Action == "skip" || s.tests[e.Package] == 0:
		fmt.Fprintf(s.out, "?  \t%s\t[no tests]\n", e.Package)
	default:
		fmt.Fprintf(s.out, "ok  \t%s\n", name)
	}
	for key := range s.printed {
		if key[0] == e.Package {
			delete(s.printed, key)
		}
	}
}

// unfinished shows what a failed package printed outside of tests that ended: a panic, a data race, a build error. It is
// one failure of its own, unless a test of the package already accounts for it.
func (s *summary) unfinished(e event) {
	accounted := slices.ContainsFunc(s.failures, func(f string) bool { return strings.HasPrefix(f, e.Package+" ") })
	if !accounted {
		s.failed++
		s.failures = append(s.failures, e.Package+" (package)")
	}
	for key, lines := range s.printed {
		if key[0] == e.Package && (key[1] != "" || !accounted) {
			s.show("--- FAIL: "+strings.TrimSpace(e.Package+" "+key[1])+" (did not end)", lines)
		}
	}
}

// show prints output without the lines that only frame it.
func (s *summary) show(title string, lines []string) {
	fmt.Fprintln(s.out, title)
	for _, l := range lines {
		if !strings.HasPrefix(l, "=== ") && !strings.HasPrefix(strings.TrimSpace(l), "--- FAIL") {
			fmt.Fprint(s.out, "    ", l)
		}
	}
}

// reason finds what a skipped test said: "file_test.go:12: why".
func reason(lines []string) string {
	for _, l := range lines {
		if _, why, ok := strings.Cut(strings.TrimSpace(l), "_test.go:"); ok {
			_, why, _ = strings.Cut(why, ": ")
			return why
		}
	}
	return "no reason given"
}

// leftBehind reports a process that a test started and did not end.
func (s *summary) leftBehind(what string) {
	s.failed++
	s.failures = append(s.failures, "left running: "+what)
}

// finish ends the output. Reasons for skipping come before failures, failures before the count, so that the last screen holds
// what matters.
func (s *summary) finish() {
	for _, why := range sortedKeys(s.skips) {
		fmt.Fprintf(s.out, "skipped %d: %s\n", s.skips[why], why)
	}
	for _, f := range s.failures {
		fmt.Fprintf(s.out, "FAILED %s\n", f)
	}
	fmt.Fprintf(s.out, "%d passed, %d failed, %d skipped\n", s.passed, s.failed, s.skipped)
}

func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
