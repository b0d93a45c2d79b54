package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	_ "time/tzdata"

	"github.com/alecthomas/kong"
)

// runPack runs a pack command as the program would and gives its output and exit code.
func runPack(t *testing.T, args ...string) (string, string, int) {
	t.Helper()
	var cli struct {
		Pack PackCmd `cmd:""`
	}
	var out bytes.Buffer
	parser, err := kong.New(&cli, kong.Writers(&out, &out))
	if err != nil {
		t.Fatal(err)
	}
	k, err := parser.Parse(append([]string{"pack"}, args...))
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Run(); err != nil {
		code := 1
		var coder interface{ ExitCode() int }
		if errors.As(err, &coder) {
			code = coder.ExitCode()
		}
		return out.String(), err.Error(), code
	}
	return out.String(), "", 0
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestPackLint(t *testing.T) {
	out, _, code := runPack(t, "lint", "us-ca")
	if code != 0 || !strings.Contains(out, "no problem found") {
		t.Errorf("%d %s", code, out)
	}
	dir := t.TempDir()
	write(t, dir+"/own/pack.yaml",
		"id: own\nextends: us-ca\nversion: \"1\"\ntitle: Ours\nadvise: []\nmatrix:\n"+
			"  - {id: m, title: M, source: installation, level: high, when: 'impact.human_safety > 3'}\n")
	_, problems, code := runPack(t, "lint", dir+"/own")
	for _, want := range []string{
		dir + `/own/pack.yaml:5:1: unknown key "advise" in the file; did you mean "advice"?`,
		dir + "/own/pack.yaml:7:6: an entry of matrix has no cite; say which clause",
	} {
		if code != 1 || !strings.Contains(problems, want) {
			t.Errorf("%d: no %q in\n%s", code, want, problems)
		}
	}
	if _, _, code := runPack(t, "lint", dir+"/none"); code != 2 {
		t.Errorf("a pack that is not there: exit code %d", code)
	}
}

func TestPackTest(t *testing.T) {
	out, _, code := runPack(t, "test", "us-ma")
	if code != 0 || !strings.Contains(out, "cases hold") {
		t.Errorf("%d %s", code, out)
	}
	dir := t.TempDir()
	write(t, dir+"/own/pack.yaml", "id: own\nextends: us-ma\nversion: \"1\"\ntitle: Ours\n")
	write(t, dir+"/own/cases/wrong.txtar",
		"-- a/facts --\nentity: e\nimpact: {liability_usd: 100000}\n-- a/want --\nlevel: low\nprovisional: false\nduties:\n"+
			"  ma-triage: {clause: MA 6.5.1}\n-- b/facts --\nentity: e\n-- b/want --\nlevel: unrated\n")
	out, err, code := runPack(t, "test", "-v", dir+"/own/pack.yaml")
	if code != 1 || !strings.Contains(err, "1 of 2 cases") {
		t.Errorf("%d %s", code, err)
	}
	for _, want := range []string{"FAIL own/cases/wrong.txtar: a", `level: want "low", got "medium"`, "provisional: want false",
		"ma-triage is not owed", "ok   own/cases/wrong.txtar: b"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestPackExplain(t *testing.T) {
	facts := write(t, t.TempDir()+"/facts.json",
		`{"entity":"e","outage_minutes":null,"impact":{"liability_usd":100000},"record":{"events":{"received":"2026-03-02T09:00:00-05:00"}}}`)
	out, _, code := runPack(t, "explain", "us-ma", "--facts", facts, "--all")
	for _, want := range []string{"Rating: medium, provisional", "from $100,000 to below $1,000,000 [MA 6.5.1]",
		"could still be raised by: impact.human_safety",
		"due: Mon 2 Mar 2026 13:00 -05:00, 4 hours from rated", "ma-soc: Every incident", "unknown  rating      ma-high-safety"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%d: no %q in\n%s", code, want, out)
		}
	}
	bad := write(t, t.TempDir()+"/facts.yaml", "entity: e\ncategories: [malwear]\n")
	if _, err, code := runPack(t, "explain", "us-ma", "--facts", bad); code != 1 ||
		!strings.Contains(err, `facts.yaml:2:14: categories cannot be "malwear"; did you mean "malware"?`) {
		t.Errorf("%d %s", code, err)
	}
}
