package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tocsin/internal/domain/policy"
	"tocsin/internal/testkit/hostile"
)

// A procedure that is written as CACAO and read back is one that a pack can have, with the same steps.
func TestPlaybookImportMakesAPack(t *testing.T) {
	dir := t.TempDir()
	file, _, code := runPack(t, "playbooks", "us-ma", "ma-play-malware", "--cacao", "--as", "2026-11-21")
	if code != 0 {
		t.Fatal(file)
	}
	yaml, problem, code := runPack(t, "import-playbook", write(t, dir+"/play.json", file), "--id", "own-play", "--source", "ma-standard")
	if code != 0 {
		t.Fatal(problem)
	}
	write(t, dir+"/own/pack.yaml", "id: own\nextends: us-ma\nversion: \"1\"\ntitle: Ours\n")
	write(t, dir+"/own/playbooks.yaml", yaml)
	if _, problems, code := runPack(t, "lint", dir+"/own"); code != 0 {
		t.Fatal(problems)
	}
	_, _, p, err := openPack(dir + "/own")
	if err != nil {
		t.Fatal(err)
	}
	steps := map[string][]policy.Step{}
	for _, b := range p.Playbooks() {
		steps[b.ID] = b.Steps
	}
	if d := cmp.Diff(steps["ma-play-malware"], steps["own-play"], cmpopts.EquateEmpty()); d != "" || len(steps["own-play"]) == 0 {
		t.Errorf("came back otherwise:\n%s", d)
	}
}

func TestPlaybookImportSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	_, problem, code := runPack(t, "import-playbook", write(t, dir+"/p.json", `{"type":"playbook","nmae":"x"}`))
	if code != 1 || !strings.Contains(problem, "nmae: There is no such field. Did you mean name?") ||
		!strings.Contains(problem, "workflow: This field is required.") {
		t.Errorf("%d %s", code, problem)
	}
	if _, problem, code := runPack(t, "import-playbook", dir+"/none.json"); code != 2 {
		t.Errorf("%d %s", code, problem)
	}
}

// TestPeer_S01_HostileProcedureBecomesAPack: whatever words a file has, the pack that is made of it has them as they stand, and nothing
// beside them.
func TestPeer_S01_HostileProcedureBecomesAPack(t *testing.T) {
	dir := t.TempDir()
	file, _, code := runPack(t, "playbooks", "us-ma", "ma-play-malware", "--cacao", "--as", "2026-11-21")
	if code != 0 {
		t.Fatal(file)
	}
	texts := hostile.Payloads()
	all, half, rest := strings.Join(texts, " "), strings.Join(texts[:90], " "), strings.Join(texts[90:], " ")
	var doc map[string]any
	if err := json.Unmarshal([]byte(file), &doc); err != nil {
		t.Fatal(err)
	}
	doc["description"] = half
	for _, step := range doc["workflow"].(map[string]any) {
		if s := step.(map[string]any); s["type"] == "action" {
			s["description"], s["commands"] = rest, []any{map[string]string{"type": "bash", "command": all}}
		}
	}
	changed, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	yaml, problem, code := runPack(t, "import-playbook", write(t, dir+"/play.json", string(changed)), "--id", "own-play",
		"--source", "ma-standard")
	if code != 0 {
		t.Fatal(problem)
	}
	write(t, dir+"/own/pack.yaml", "id: own\nextends: us-ma\nversion: \"1\"\ntitle: Ours\n")
	write(t, dir+"/own/playbooks.yaml", yaml)
	_, _, p, err := openPack(dir + "/own")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(p.Playbooks(), func(b policy.Playbook) bool { return b.ID == "own-play" })
	if i < 0 || p.Playbooks()[i].Purpose != half {
		t.Fatalf("the procedure is %+v", p.Playbooks())
	}
	for _, s := range p.Playbooks()[i].Steps {
		if want := rest + "\nCommand for a machine (bash), not run from here: " + all; s.Guide != want {
			t.Fatalf("step %s says %q, want %q", s.ID, s.Guide, want)
		}
	}
}
