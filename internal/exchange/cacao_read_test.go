package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/testkit/hostile"
	"tocsin/packs"
)

// What goes out comes back: the same procedure with the same steps, whoever made it.
func TestCACAOComesBackAsItWent(t *testing.T) {
	same := func(t *testing.T, p *policy.Pack, b policy.Playbook) {
		t.Helper()
		out, err := CACAO(p, b, published)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadCACAO(out)
		if err != nil {
			t.Fatal(err)
		}
		b.Unverified = false // a mark of the pack, not of the procedure
		if d := cmp.Diff(b, got.Playbook, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("came back otherwise:\n%s", d)
		}
		if len(got.SHA256) != 64 || !strings.HasPrefix(got.Origin, "playbook--") {
			t.Errorf("origin %+v", got)
		}
	}
	everyPlaybook(t, same)
	p, err := packs.Load("us-ma")
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(200) {
		same(t, p, randomProcedure(rand.New(rand.NewPCG(seed, 1))))
	}
}

func randomProcedure(r *rand.Rand) policy.Playbook {
	word := func() string {
		return []string{"Isolate", "Söke “it”", "Ask <them>", "a. b. c", "Line\nbreak", "日本語"}[r.IntN(6)]
	}
	b := policy.Playbook{ID: fmt.Sprintf("p-%d", r.IntN(9)), Title: word(), Purpose: word(), Clause: "MA 6.6.2.2",
		Categories: []string{"malware", "other"}[:r.IntN(3)]}
	for i := range 1 + r.IntN(20) {
		s := policy.Step{ID: fmt.Sprintf("s%d", i), Title: word(), Guide: word(), Aim: policy.Aims[r.IntN(len(policy.Aims))], Clause: "MA 6.6",
			Role: string(directory.Roles[r.IntN(len(directory.Roles))]), Within: []string{"", "1 hour", "2 business days"}[r.IntN(3)],
			Optional: r.IntN(2) == 0, After: []string{}}
		for before := range i {
			if r.IntN(4) == 0 {
				s.After = append(s.After, fmt.Sprintf("s%d", before))
			}
		}
		b.Steps = append(b.Steps, s)
	}
	return b
}

// The playbooks of another program are read, and what they tell machines to do is words for people.
func TestCACAOOfOthersIsRead(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "cacao", "examples")
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if len(files) == 0 {
		t.Skip("the CACAO examples are not beside the project: ", dir)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadCACAO(data)
		if filepath.Base(f) == "fin-playbook.json" { // it names an agent by no identifier
			if err == nil || fault.All(err)[0].Field != "agent_definitions" {
				t.Errorf("%s: %v", filepath.Base(f), err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(f), err)
			continue
		}
		for _, s := range got.Steps {
			if s.Title == "" || s.ID == "" || s.Role == "" || s.Aim == "" {
				t.Errorf("%s: step %+v", filepath.Base(f), s)
			}
		}
		if len(got.Steps) == 0 {
			t.Errorf("%s has no steps", filepath.Base(f))
		}
	}
}

func sid(kind string, n int) string { return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", kind, n) }

// foreign writes a playbook around a workflow in the words of the test: its steps have the identifiers that sid gives.
func foreign(workflow string) []byte {
	doc := `{"type":"playbook","spec_version":"cacao-2.0","id":"` + sid("playbook", 1) + `","name":"Other","created_by":"` +
		sid("identity", 2) + `",
"created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","playbook_types":["mitigation"],"workflow_start":"start 1",
"agent_definitions":{"group 9":{"type":"group","name":"Technical support"}},"workflow":` + workflow + `}`
	for _, kind := range []string{"playbook-action", "if-condition", "while-condition", "switch-condition", "parallel", "action", "start",
		"end", "group", "playbook"} {
		for n := range 20 {
			doc = strings.ReplaceAll(doc, fmt.Sprintf("%q", fmt.Sprintf("%s %d", kind, n)), fmt.Sprintf("%q", sid(kind, n)))
		}
	}
	return []byte(doc)
}

func act(n int, rest string) string {
	return fmt.Sprintf(`"action %d":{"type":"action","name":"A%d","agent":"group 9","commands":[{"type":"manual","command":"do %d"}],%s}`, n,
		n, n, rest)
}

// A workflow with branches becomes steps that one person can do in order: what may not be needed is optional, and comes after its question.
func TestCACAOBranchesBecomeSteps(t *testing.T) {
	start, end := `"start 1":{"type":"start","on_completion":"%s"},`, `"end 1":{"type":"end"},"end 2":{"type":"end"},"end 3":{"type":"end"}`
	for name, c := range map[string]struct{ flow, want string }{
		"one after the other": {fmt.Sprintf(start, "action 1") + act(1, `"on_completion":"action 2"`) + "," +
			act(2, `"on_completion":"end 1"`), "A1; A2 after step-1"},
		"in parallel": {fmt.Sprintf(start, "parallel 1") +
			`"parallel 1":{"type":"parallel","next_steps":["action 1","action 2"],"on_completion":"action 3"},` +
			act(1, `"on_completion":"end 1"`) + "," + act(2, `"on_completion":"end 2"`) + "," + act(3, `"on_completion":"end 3"`),
			"A1; A2; A3 after step-1 step-2"},
		"a question": {fmt.Sprintf(start, "if-condition 1") +
			`"if-condition 1":{"type":"if-condition","condition":"spreads","on_true":"action 1","on_false":"end 2","on_completion":"action 2"},` +
			act(1, `"on_completion":"end 1"`) + "," + act(2, `"on_completion":"end 3"`),
			"Decide: spreads; A1 optional after step-1; A2 after step-2 step-1"},
		"many answers": {fmt.Sprintf(start, "switch-condition 1") +
			`"switch-condition 1":{"type":"switch-condition","switch":"kind","cases":{"mail":"action 1","web":"end 2"},"on_completion":"end 3"},` +
			act(1, `"on_completion":"end 1"`), "Decide: kind; A1 optional after step-1"},
		"as long as": {fmt.Sprintf(start, "while-condition 1") +
			`"while-condition 1":{"type":"while-condition","condition":"beacons","on_true":"action 1","on_completion":"action 2"},` +
			act(1, `"on_completion":"end 1"`) + "," + act(2, `"on_completion":"end 3"`),
			"Decide: beacons; A1 optional after step-1; A2 after step-2"},
		"where it fails": {fmt.Sprintf(start, "action 1") + act(1, `"on_success":"action 2","on_failure":"action 3"`) + "," +
			act(2, `"on_completion":"end 1"`) + "," + act(3, `"on_completion":"end 2"`),
			"A1; A3 optional after step-1; A2 after step-1"},
		"branches that meet": {fmt.Sprintf(start, "parallel 1") +
			`"parallel 1":{"type":"parallel","next_steps":["action 1","action 2"],"on_completion":"end 3"},` +
			act(1, `"on_completion":"action 3"`) + "," + act(2, `"on_completion":"action 3"`) + "," + act(3, `"on_completion":"end 1"`),
			"A1; A2; A3 after step-1 step-3"},
		"another playbook": {fmt.Sprintf(start, "playbook-action 1") +
			`"playbook-action 1":{"type":"playbook-action","playbook_id":"playbook 7","on_completion":"end 2"}`, "Follow " + sid("playbook", 7)},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadCACAO(foreign("{" + c.flow + "," + end + "}"))
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, s := range got.Steps {
				line := s.Title
				if s.Optional {
					line += " optional"
				}
				if len(s.After) > 0 {
					line += " after " + strings.Join(s.After, " ")
				}
				lines = append(lines, line)
			}
			if out := strings.Join(lines, "; "); out != c.want {
				t.Errorf("got  %s\nwant %s", out, c.want)
			}
			if s := got.Steps[len(got.Steps)-1]; s.Aim != policy.AimContainment || strings.HasPrefix(s.Title, "A") && s.Role != "technical_support" {
				t.Errorf("aim %s, role %s", s.Aim, s.Role)
			}
		})
	}
}

// Whatever is refused says where and what to do about it.
func TestCACAORefusesWithWords(t *testing.T) {
	start, end := `"start 1":{"type":"start","on_completion":"action 1"},`, `,"end 1":{"type":"end"}`
	ok := "{" + start + act(1, `"on_completion":"end 1"`) + end + "}"
	swap := func(from, to string) []byte {
		doc := foreign(ok)
		if !bytes.Contains(doc, []byte(from)) {
			t.Fatalf("nothing to replace: %s", from)
		}
		return bytes.Replace(doc, []byte(from), []byte(to), 1)
	}
	for name, c := range map[string]struct {
		doc          []byte
		field, words string
	}{
		"no JSON":             {[]byte("{"), "body", "nothing"},
		"an older version":    {swap("cacao-2.0", "cacao-1.1"), "spec_version", "none of the allowed"},
		"an unknown property": {swap(`"name":"Other"`, `"name":"Other","nmae":1`), "nmae", "no such field"},
		"no name":             {swap(`"name":"Other",`, ``), "name", "required"},
		"no identifier":       {swap(sid("identity", 2), "me"), "created_by", "no identifier"},
		"no timestamp":        {swap("2026-01-01T00:00:00.000Z", "yesterday"), "created", "no timestamp"},
		"revoked":             {swap(`"name":"Other"`, `"name":"Other","revoked":true`), "revoked", "revoked it"},
		"no start": {swap(`"workflow_start":"`+sid("start", 1), `"workflow_start":"`+sid("start", 2)),
			"workflow_start", "no start step"},
		"leads nowhere": {swap(`"on_completion":"`+sid("end", 1), `"on_completion":"`+sid("end", 4)), "workflow." + sid("action", 1) +
			".on_completion", "no step"},
		"nobody does it": {swap(`"agent":"`+sid("group", 9), `"agent":"`+sid("group", 8)), "workflow." + sid("action", 1) +
			".agent", "no definition"},
		"goes in a circle": {swap(`"on_completion":"`+sid("end", 1), `"on_completion":"`+sid("action", 1)),
			"workflow." + sid("action", 1), "back to itself"},
		"nothing leads there": {foreign("{" + start + act(1, `"on_completion":"end 1"`) + "," + act(2, `"on_completion":"end 1"`) + end + "}"),
			"workflow." + sid("action", 2), "No step leads"},
		"nothing to do": {foreign(`{"start 1":{"type":"start","on_completion":"end 1"}` + end + "}"), "workflow", "nothing to do"},
		"too deep": {swap(`"name":"Other"`, `"name":"Other","playbook_variables":`+strings.Repeat(`{"a":`, 30)+"1"+strings.Repeat("}",
			30)), "playbook_variables", "nested"},
		"too large": {swap(`"name":"Other"`, `"name":"`+strings.Repeat("x", 600<<10)+`"`), "name", "larger than"},
		"an empty command": {swap(`"command":"do 1"`, `"version":"1"`), "workflow." + sid("action", 1) +
			".commands[0].command", "says nothing"},
		"no base64": {swap(`"command":"do 1"`, `"command_b64":"!"`), "workflow." + sid("action", 1) +
			".commands[0].command_b64", "base64"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadCACAO(c.doc)
			found := false
			for _, f := range fault.All(err) {
				if f.Field == "" || f.Detail == "" || f.Remedy == "" || strings.Contains(f.Remedy, "openapi") {
					t.Errorf("incomplete: %+v", f)
				}
				found = found || strings.HasPrefix(f.Field, c.field) && strings.Contains(f.Detail+f.Remedy, c.words) || c.words == "nothing"
			}
			if !found {
				t.Errorf("%v, want %s: %s", err, c.field, c.words)
			}
		})
	}
}

// Whatever the reader takes, the published schema takes: files are spoilt in each place that the reader looks at.
func TestCACAOReaderIsNoLaxerThanTheSchema(t *testing.T) {
	schema := cacaoSchema(t)
	p, err := packs.Load("us-ma")
	if err != nil {
		t.Fatal(err)
	}
	good, err := CACAO(p, p.Playbooks()[0], published)
	if err != nil {
		t.Fatal(err)
	}
	taken, refused := 0, 0
	for seed := range uint64(250) {
		r := rand.New(rand.NewPCG(seed, 2))
		var doc map[string]any
		if err := json.Unmarshal(good, &doc); err != nil {
			t.Fatal(err)
		}
		spoil(r, doc, 0)
		data, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadCACAO(data); err != nil {
			refused++
			continue
		}
		taken++
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("seed %d: taken, and the schema says %v", seed, err)
		}
	}
	if taken < 5 || refused < 60 {
		t.Errorf("taken %d, refused %d: nothing was tried", taken, refused)
	}
}

// spoil changes one thing somewhere: takes it away, gives it another type, or adds what does not belong there. What the reader
// leaves to others (definitions of extensions) is not touched.
func spoil(r *rand.Rand, doc map[string]any, depth int) {
	var keys []string
	for k := range doc {
		if k != "extension_definitions" && k != "step_extensions" && k != "playbook_extensions" {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return
	}
	slices.Sort(keys)
	k := keys[r.IntN(len(keys))]
	switch v := doc[k].(type) {
	case map[string]any:
		if r.IntN(6) > 0 && depth < 5 {
			spoil(r, v, depth+1)
			return
		}
	case []any:
		if one, ok := v[0].(map[string]any); ok && r.IntN(4) > 0 {
			spoil(r, one, depth+1)
			return
		}
	}
	switch r.IntN(5) {
	case 0:
		delete(doc, k)
	case 1:
		doc[k] = 7
	case 2:
		doc[k] = "wrong"
	case 3:
		doc["added_"+k] = doc[k]
	case 4:
		doc[k] = []any{"wrong"}
	}
}

// FuzzReadCACAO: whatever comes in, the reader answers, with complete refusals or with a procedure whose steps can be done in order.
func FuzzReadCACAO(f *testing.F) {
	start, end := `"start 1":{"type":"start","on_completion":"parallel 1"},`, `,"end 1":{"type":"end"},"end 2":{"type":"end"}`
	f.Add(foreign("{" + start + `"parallel 1":{"type":"parallel","next_steps":["action 1","parallel 2"],"on_completion":"end 1"},` +
		`"parallel 2":{"type":"parallel","next_steps":["action 1","action 1"],"on_completion":"action 2"},` + act(1, `"on_completion":"end 1"`) +
		"," + act(2, `"on_completion":"end 2"`) + end + "}"))
	f.Add([]byte(`{"type":"playbook"}`))
	for _, text := range hostile.Payloads() {
		f.Add(hostilePlaybook(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ReadCACAO(data)
		for _, e := range fault.All(err) {
			if e.Field == "" || e.Remedy == "" {
				t.Fatalf("incomplete refusal %+v", e)
			}
			if len(e.Field) > 2000 || strings.ContainsFunc(e.Field, func(c rune) bool { return !unicode.IsGraphic(c) }) {
				t.Fatalf("repeats what stands in the file: %.100q", e.Field)
			}
		}
		above := map[string]bool{}
		for _, s := range b.Steps {
			for _, id := range s.After {
				if !above[id] {
					t.Fatalf("step %s comes after %s, which is not above it", s.ID, id)
				}
			}
			if above[s.ID] || s.ID == "" {
				t.Fatalf("step %q is there twice, or has no id", s.ID)
			}
			above[s.ID] = true
		}
		if err == nil && (len(b.Steps) == 0 || len(b.Steps) > MaxSteps) {
			t.Fatalf("%d steps", len(b.Steps))
		}
	})
}
