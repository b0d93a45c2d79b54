package exchange

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tocsin/internal/domain/policy"
	"tocsin/packs"
)

const schemaBase = "https://raw.githubusercontent.com/oasis-open/cacao-json-schemas/main/schemas/"

// cacaoSchema compiles the published schemas from the files beside the project, without asking anybody.
func cacaoSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", "cacao", "schemas")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the CACAO schemas are not beside the project:", err)
	}
	c := jsonschema.NewCompiler()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		doc, err := jsonschema.UnmarshalJSON(f)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return c.AddResource(schemaBase+filepath.ToSlash(name), doc)
	})
	if err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(schemaBase + "playbook.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// everyPlaybook calls fn with each playbook of each pack that comes with the program.
func everyPlaybook(t *testing.T, fn func(t *testing.T, p *policy.Pack, b policy.Playbook)) {
	t.Helper()
	for _, id := range []string{"us-ca", "us-ma"} {
		p, err := packs.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Playbooks()) < 9 {
			t.Errorf("%s has only %d playbooks", id, len(p.Playbooks()))
		}
		for _, b := range p.Playbooks() {
			t.Run(b.ID, func(t *testing.T) { fn(t, p, b) })
		}
	}
}

var published = time.Date(2026, 11, 21, 12, 0, 0, 123456789, time.FixedZone("", -8*3600))

func TestCACAOFollowsTheSchema(t *testing.T) {
	schema := cacaoSchema(t)
	everyPlaybook(t, func(t *testing.T, p *policy.Pack, b policy.Playbook) {
		out, err := CACAO(p, b, published)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

// Whoever follows the workflow from its start meets every step once, in the order of the pack, and comes to the end.
func TestCACAOWalksEveryStep(t *testing.T) {
	everyPlaybook(t, func(t *testing.T, p *policy.Pack, b policy.Playbook) {
		out, err := CACAO(p, b, published)
		if err != nil {
			t.Fatal(err)
		}
		var doc cacaoPlaybook
		if err := json.Unmarshal(out, &doc); err != nil {
			t.Fatal(err)
		}
		var names []string
		at, steps := doc.Start, 0
		for ; doc.Workflow[at].Type != "end"; at = doc.Workflow[at].Next {
			s := doc.Workflow[at]
			if steps++; s.Type == "" || steps > len(doc.Workflow) {
				t.Fatalf("the workflow leads nowhere from %q", at)
			}
			if s.Type == "action" {
				names = append(names, s.Name)
				if doc.Agents[s.Agent].Name == "" || len(s.Commands) != 1 || !strings.Contains(s.Commands[0].Command, s.Name) {
					t.Errorf("step %+v", s)
				}
			}
		}
		var want []string
		for _, s := range b.Steps {
			want = append(want, s.Title)
		}
		if strings.Join(names, "\n") != strings.Join(want, "\n") {
			t.Errorf("walked %q, want %q", names, want)
		}
		again, err := CACAO(p, b, published)
		if err != nil || !bytes.Equal(out, again) {
			t.Error("the same playbook is written in two ways")
		}
		if doc.Created != "2026-11-21T20:00:00.123Z" {
			t.Errorf("created %s", doc.Created)
		}
	})
}
