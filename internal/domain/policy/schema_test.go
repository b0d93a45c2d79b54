package policy_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tocsin/internal/domain/policy"
)

type object struct {
	Properties map[string]struct {
		Ref   string `json:"$ref"`
		Items struct {
			Ref string `json:"$ref"`
		} `json:"items"`
	} `json:"properties"`
	Required   []string `json:"required"`
	Additional *bool    `json:"additionalProperties"`
}

// The published schema and the decoder agree on keys: each key of the schema, at each place it can stand, is known to the
// decoder; a key that the schema does not have is unknown to it; and each required key is missed.
func TestSchemaAgreesWithDecoder(t *testing.T) {
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(policy.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	visited := map[string]bool{}
	var visit func(path []string, o object)
	visit = func(path []string, o object) {
		if o.Additional == nil || *o.Additional {
			t.Errorf("%s: the schema allows other keys", strings.Join(path, "."))
		}
		if got := loadError(at(path, "nonsense: 1")); !strings.Contains(got, `unknown key "nonsense"`) {
			t.Errorf("%s: an unknown key is accepted: %s", strings.Join(path, "."), got)
		}
		for _, key := range o.Required {
			if got := loadError(at(path, "nonsense: 1")); !strings.Contains(got, "has no "+key) {
				t.Errorf("%s: %s is not required by the decoder: %s", strings.Join(path, "."), key, got)
			}
		}
		for key, p := range o.Properties {
			if got := loadError(at(path, key+": 1")); strings.Contains(got, "unknown key") {
				t.Errorf("%s.%s: %s", strings.Join(path, "."), key, got)
			}
			ref, list := p.Ref, ""
			if p.Items.Ref != "" {
				ref, list = p.Items.Ref, "[]"
			}
			name := strings.TrimPrefix(ref, "#/$defs/")
			if def, ok := schema.Defs[name]; ok && def.Properties != nil && !visited[name] {
				visited[name] = true
				visit(append(slices.Clone(path), key+list), def)
			}
		}
	}
	visit(nil, schema.object)
	if len(visited) < 15 {
		t.Errorf("only %d objects were found in the schema", len(visited))
	}
}

// at writes a YAML document in which text stands under the path; "[]" marks a list.
func at(path []string, text string) string {
	for i := len(path) - 1; i >= 0; i-- {
		key, list := strings.CutSuffix(path[i], "[]")
		if list {
			text = fmt.Sprintf("%s: [{%s}]", key, text)
		} else {
			text = fmt.Sprintf("%s: {%s}", key, text)
		}
	}
	return text
}

func loadError(pack string) string {
	_, err := policy.Load(files(pack), "small", nil)
	if err == nil {
		return ""
	}
	return err.Error()
}
