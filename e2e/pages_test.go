package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// browserFolder is where the browser's scripts and what they need are, or a skip that says what is absent. In continuous
// integration nothing may be absent.
func browserFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(root(), "e2e", "browser")
	missing := ""
	if _, err := exec.LookPath("node"); err != nil {
		missing = "node"
	} else if !exists(filepath.Join(dir, "node_modules", "playwright-core")) {
		missing = "e2e/browser/node_modules (make browser installs them)"
	} else if !slices.ContainsFunc([]string{os.Getenv("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"},
		func(path string) bool { return path != "" && exists(path) }) {
		missing = "Chromium"
	} else if !exists(filepath.Join(root(), "internal", "web", "page", "static", "build", "manifest.json")) {
		missing = "the built styles (make build makes them)"
	}
	if missing != "" && os.Getenv("CI") == "true" {
		t.Fatalf("absent on this machine: %s", missing)
	}
	if missing != "" {
		t.Skipf("absent on this machine: %s", missing)
	}
	return dir
}

// drive runs one of the browser's scripts against the server and logs what it said.
func (s *server) drive(t *testing.T, script string, args ...string) {
	t.Helper()
	dir := browserFolder(t)
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", append([]string{script, "--base", s.url}, args...)...)
	cmd.Dir = dir
	cmd.WaitDelay = 5 * time.Second // the browser holds the output open
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v\n%s", script, strings.Join(args, " "), err, out)
		return
	}
	t.Logf("%s in %v: %s", script, time.Since(began).Round(time.Millisecond), strings.TrimSpace(string(out)))
}

// TestJourney walks the main job in a real browser, with and without script.
func TestJourney(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	s := start(t, t.TempDir())
	s.drive(t, "journey.mjs")
}

// TestAccessible checks every page that each kind of reader reaches against WCAG 2.1 AA, in light and dark, wide and narrow.
func TestAccessible(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	s := start(t, t.TempDir())
	number := s.story(t, "Said in two\nlines.", "plain")
	s.quiet(t)
	link := ackLink.FindString(s.mailsTo("cciu@chp.ca.example", number, "")[0].Text)
	s.drive(t, "axe.mjs", "/signin", "/emergency", "/nothing-here", "/demo/mailbox", "/demo/mailbox/1",
		strings.TrimPrefix(link, s.url), "/a/never-made")
	incident := "/incidents/" + number
	s.drive(t, "axe.mjs", "--crawl", "--as", "information security officer", "/", incident, "/filed/"+number+"/1", incident+"/receipts/1",
		"/report?entity=ca-demo-dmv", "/report/telephone", "/incidents?q=nothing-like-it")
	// Others reach the same pages; these show them other acts.
	s.drive(t, "axe.mjs", "--as", "office of information security", "/", incident, "/inbox",
		"--as", "incident response coordinator", "/", incident)
}
