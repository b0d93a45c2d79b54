package exchange

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/testkit/hostile"
	"tocsin/packs"
)

// hostilePlaybook has a text in every place that takes words.
func hostilePlaybook(text string) []byte {
	quoted, _ := json.Marshal(text) // a text always has a form
	encoded, _ := json.Marshal(base64.StdEncoding.EncodeToString([]byte(text)))
	words := strings.NewReplacer("TEXT", string(quoted), "BASE64", string(encoded))
	doc := string(foreign(`{"start 1":{"type":"start","on_completion":"action 1"},
"action 1":{"type":"action","name":TEXT,"description":TEXT,"agent":"group 9","external_references":[{"name":TEXT,"url":TEXT}],
 "commands":[{"type":"manual","command":TEXT},{"type":"bash","command":TEXT,"description":TEXT,"content":TEXT},{"type":"sigma","command_b64":BASE64}],"on_completion":"switch-condition 1"},
"switch-condition 1":{"type":"switch-condition","switch":TEXT,"cases":{TEXT:"action 2"},"on_completion":"if-condition 1"},
"action 2":{"type":"action","agent":"group 9","commands":[{"type":"http-api","command":TEXT,"headers":{TEXT:[TEXT]}}],"on_completion":"end 1"},
"if-condition 1":{"type":"if-condition","condition":TEXT,"on_true":"end 2","on_completion":"end 3"},"end 1":{"type":"end"},"end 2":{"type":"end"},"end 3":{"type":"end"}}`))
	doc = strings.Replace(doc, `"name":"Other"`, `"name":TEXT,"description":TEXT,"labels":[TEXT],"playbook_variables":{TEXT:{"value":TEXT}}`,
		1)
	return []byte(words.Replace(strings.Replace(doc, `"name":"Technical support"`, `"name":TEXT`, 1)))
}

// TestPeer_S01_HostilePlaybooks: whatever words a playbook has, they come in as they stand, as words; none becomes another step, a role or
// an order of work.
func TestPeer_S01_HostilePlaybooks(t *testing.T) {
	for _, text := range hostile.Payloads() {
		got, err := ReadCACAO(hostilePlaybook(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var titles []string
		for _, s := range got.Steps {
			titles = append(titles, s.Title)
			if s.Role != "ir_analyst" || s.Aim != policy.AimContainment || s.Within != "" {
				t.Errorf("%q decides about the work: %+v", text, s)
			}
		}
		first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
		if want := []string{text, "Decide: " + text, first, "Decide: " + text}; !slices.Equal(titles, want) {
			t.Errorf("the steps are %q, want %q", titles, want)
		}
		if guide := got.Steps[0].Guide; got.Title != text || got.Purpose != text || got.Steps[0].Clause != text ||
			!strings.Contains(guide, "Command for a machine (bash), not run from here: "+text) ||
			!strings.Contains(guide, "(sigma), not run from here: "+text) {
			t.Errorf("%q came in otherwise: %+v", text, got.Playbook)
		}
	}
}

// TestPeer_S01_HostileProcedures: a procedure with hostile words that goes out as a file comes back the same.
func TestPeer_S01_HostileProcedures(t *testing.T) {
	p, err := packs.Load("us-ma")
	if err != nil {
		t.Fatal(err)
	}
	b := policy.Playbook{ID: "p", Clause: "MA 6.6", Categories: []string{}}
	texts := hostile.Payloads()
	for len(texts) > 0 {
		n := min(len(texts), MaxSteps)
		b.Steps = nil
		for _, text := range texts[:n] {
			b.Title, b.Purpose = text, text
			b.Steps = append(b.Steps, policy.Step{ID: "s" + strings.Repeat("x", len(b.Steps)), Title: text, Guide: text, Aim: policy.AimAnalysis,
				Role: "ir_lead", Clause: text})
		}
		out, err := CACAO(p, b, published)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadCACAO(out)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(b, got.Playbook, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("came back otherwise:\n%s", d)
		}
		texts = texts[n:]
	}
}

// TestPeer_S01_HostileNamesInPlaybooks: a name that stands where only identifiers do is refused with its place, and what the refusal
// repeats of the file is short and visible, however long the name is and however often it is refused.
func TestPeer_S01_HostileNamesInPlaybooks(t *testing.T) {
	long := strings.Repeat("a", 300<<10)
	for _, name := range append(hostile.Payloads(), long, "action--"+long+"--00000000-0000-4000-8000-000000000001",
		"\x1b]0;title\x07", "line\nbreak") {
		quoted, _ := json.Marshal(name)
		for place, doc := range map[string]string{
			"workflow.": string(foreign(`{"start 1":{"type":"start","on_completion":` + string(quoted) + `},` + string(quoted) +
				`:{"type":"action","on_true":"x","playbook_id":"x","owner":"x","targets":["x","y","z"],"commands":[{"type":"manual"},{"type":"manual"},{"type":"sigma"}]},"end 1":{"type":"end"}}`)),
			"agent_definitions": strings.Replace(string(foreign(`{"start 1":{"type":"start","on_completion":"end 1"},"end 1":{"type":"end"}}`)),
				`"agent_definitions":{`,
				`"agent_definitions":{`+string(quoted)+`:{"type":"group","name":"x"},`, 1),
			"": strings.Replace(string(foreign(`{}`)), `"name":"Other"`, `"name":"Other",`+string(quoted)+`:1`, 1),
		} {
			_, err := ReadCACAO([]byte(doc))
			named, bytes := false, 0
			for _, f := range fault.All(err) {
				named = named || strings.HasPrefix(f.Field, place)
				bytes += len(f.Field) + len(f.Detail) + len(f.Remedy)
				if strings.ContainsFunc(f.Field+f.Detail+f.Remedy, func(c rune) bool { return !unicode.IsGraphic(c) }) {
					t.Errorf("%.80q at %q: the refusal repeats %.200q", name, place, f.Field)
				}
			}
			if !named || bytes > 16<<10 {
				t.Errorf("%.80q at %q: %d bytes of refusals: %.400v", name, place, bytes, err)
			}
		}
	}
	if _, err := ReadCACAO(hostilePlaybook(" ")); err == nil || !strings.Contains(err.Error(), "has no name") {
		t.Errorf("a playbook without a name: %v", err)
	}
}
