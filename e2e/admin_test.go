package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAdminJourney walks what administrators and operators do in a real browser, and checks their pages against WCAG 2.1 AA.
func TestAdminJourney(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	s := start(t, t.TempDir(), "--mail-hook-allow", "127.0.0.1/32") // nobody listens there: a receiver that is down
	s.drive(t, "admin.mjs")
	s.drive(t, "axe.mjs", "--as", "Rosalind Oyelaran", "/directory", "/directory?q=dmv", "/directory?q=nothing-like-it", "/directory/history", "/directory/import",
		"/directory/entities/ca-demo-dmv")
	s.drive(t, "axe.mjs", "--as", "Rosalind Oyelaran", "/directory/people/ca-dmv-iso", "/directory/people/ca-dmv-iso/edit", "/directory/people/ca-dmv-iso/leave",
		"/directory/authorities/ca-chp-cciu", "/directory/authorities/ca-ois/edit", "/directory/add/assets", "/operations")
	s.drive(t, "axe.mjs", "--as", "Dana Whitfield", "/policy", "/policy/us-ca", "/policy/us-ma", "/policy/us-ma/try")
}

// TestWitnessAndReadiness: a witness named on the command line holds a checkpoint that convicts the record, and a server whose
// disk counts as full says that it is not ready.
func TestWitnessAndReadiness(t *testing.T) {
	t.Parallel()
	dir, held := t.TempDir(), filepath.Join(t.TempDir(), "checkpoint")
	s := start(t, dir, "--witness", "file:"+held)
	await(t, 20*time.Second, "no checkpoint at the witness", func() bool { return exists(held) })
	if status, text := fetch(t, s.url+"/readyz"); status != http.StatusOK {
		t.Errorf("ready: %d %s", status, text)
	}
	s.stop()
	out, err := tool(t, "verify", "--data", dir, "--checkpoint", held)
	if err != nil || !strings.Contains(out, "The record is sound.") {
		t.Errorf("verify with the witness's checkpoint: %v\n%s", err, out)
	}
	full := start(t, t.TempDir(), "--min-free", "9000000000000000000")
	if status, text := fetch(t, full.url+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(text, "disk is full") {
		t.Errorf("a full disk: %d %s", status, text)
	}
	for _, bad := range []string{"mail:nobody", "http:http://witness.example", "paper:drawer", "file:"} {
		if out, err := tool(t, "serve", "--demo", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--witness", bad); err == nil || !strings.Contains(out, "--witness") {
			t.Errorf("%s: %v %s", bad, err, out)
		}
	}
	if b, err := os.ReadFile(held); err != nil || !strings.HasPrefix(string(b), "tocsin/record\n") {
		t.Errorf("the witness holds %q, %v", b, err)
	}
}
