package e2e

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/policy"
	"tocsin/packs"
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
	s.drive(t, "axe.mjs", "--as", "Rosalind Oyelaran", "/directory", "/directory?q=dmv", "/directory?q=nothing-like-it",
		"/directory/history", "/directory/import",
		"/directory/entities/ca-demo-dmv", "/directory/people/ca-dmv-iso", "/directory/people/ca-dmv-iso/edit",
		"/directory/people/ca-dmv-iso/leave",
		"/directory/authorities/ca-chp-cciu", "/directory/authorities/ca-ois/edit", "/directory/add/assets", "/operations",
		"--as", "Dana Whitfield", "/policy", "/policy/us-ca", "/policy/us-ma", "/policy/us-ma/try")
	proposal, digest := s.newRules(t)
	s.drive(t, "axe.mjs", "--as", "Fiona Cabral", "/policy", "/policy/us-ma/propose", "/policy/us-ma/history",
		"/policy/us-ma/proposals/"+proposal, "/policy/us-ma/versions/"+digest)
}

// newRules puts a stricter version of a pack into force over the API, and proposes one more. It answers that proposal and the
// digest of the version.
func (s *server) newRules(t *testing.T) (proposal, digest string) {
	t.Helper()
	shipped, err := packs.Load("us-ma")
	if err != nil {
		t.Fatal(err)
	}
	propose := func(version string) string {
		type file struct {
			Name string `json:"name"`
			Text string `json:"text"`
		}
		var files []file
		for name, data := range shipped.Files() {
			if !strings.HasPrefix(name, "cases/matrix") {
				files = append(files, file{name, strings.NewReplacer(`version: "2026.11.22"`, `version: "`+version+`"`, "liability_usd >= 1000000}",
					"liability_usd >= 500000}").Replace(string(data))})
			}
		}
		var made struct{ Proposal string }
		if status, text := s.call("ma-coordinator", "POST", "/api/v1/policy/us-ma/proposals", map[string]any{"files": files}, nil,
			&made); status != http.StatusCreated {
			t.Fatalf("propose: %d %s", status, text)
		}
		return made.Proposal
	}
	first := propose("2027.1")
	if status, text := s.call("ma-coordinator", "POST", "/api/v1/policy/us-ma/proposals/"+first+"/enact",
		map[string]any{"reason": "Decided by the committee."}, nil, nil); status != http.StatusNoContent {
		t.Fatalf("enact: %d %s", status, text)
	}
	var rated struct{ Rating struct{ Level string } }
	s.call("ma-rmv-iso", "POST", "/api/v1/filings", map[string]any{"entity": "ma-demo-rmv", "description": "A contract was leaked",
		"impact": map[string]any{"liability_usd": 600_000}}, nil, &rated)
	if rated.Rating.Level != "high" {
		t.Errorf("under the new rules it is rated %q", rated.Rating.Level)
	}
	var list struct {
		Packs []struct{ Pack, Version, Digest string }
	}
	s.call("ma-rmv-iso", "GET", "/api/v1/policy", nil, nil, &list)
	for _, p := range list.Packs {
		if p.Pack == "us-ma" && p.Version == "2027.1" {
			digest = p.Digest
		}
	}
	if digest == "" {
		t.Errorf("the new version is not in force: %+v", list)
	}
	return s.proposedByTool(t, shipped.Files()), digest
}

// proposedByTool proposes the pack that the program came with from a folder, on the command line. It answers the proposal.
func (s *server) proposedByTool(t *testing.T, files policy.Files) string {
	t.Helper()
	dir, key := filepath.Join(t.TempDir(), "us-ma"), filepath.Join(t.TempDir(), "key")
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(key, []byte(s.key("ma-coordinator")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := tool(t, "pack", "propose", dir, "--server", s.url, "--key-file", key)
	for _, want := range []string{"Nothing is in force yet", `"impact.liability_usd >= 500000" becomes "impact.liability_usd >= 1000000"`,
		"Of 1 incidents", "1 would have been treated differently"} {
		if err != nil || !strings.Contains(out, want) {
			t.Fatalf("%v: no %q in\n%s", err, want, out)
		}
	}
	_, proposal, _ := strings.Cut(out, s.url+"/policy/us-ma/proposals/")
	return strings.TrimSpace(proposal)
}

// TestWitnessAndReadiness: a witness named on the command line holds a checkpoint that convicts the record, and a server whose
// disk counts as full says that it is not ready.
func TestWitnessAndReadiness(t *testing.T) {
	t.Parallel()
	dir, held := t.TempDir(), filepath.Join(t.TempDir(), "checkpoint")
	s := start(t, dir, "--witness", "file:"+held)
	await(t, 20*time.Second, "no checkpoint at the witness", func() bool { return exists(held) })
	// Ready is who has run every loop once.
	await(t, 20*time.Second, "not ready", func() bool { status, _ := fetch(t, s.url+"/readyz"); return status == http.StatusOK })
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
		if out, err := tool(t, "serve", "--demo", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--witness", bad); err == nil ||
			!strings.Contains(out, "--witness") {
			t.Errorf("%s: %v %s", bad, err, out)
		}
	}
	if b, err := os.ReadFile(held); err != nil || !strings.HasPrefix(string(b), "tocsin/record\n") {
		t.Errorf("the witness holds %q, %v", b, err)
	}
}
