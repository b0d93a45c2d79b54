package deliver

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// toolsFile is the configuration of containment tools as an operator writes it.
type toolsFile struct {
	policy.Pos
	Tools []toolDoc `yaml:"tools" required:"true"`
}

type toolDoc struct {
	policy.Pos
	ID         string   `yaml:"id" required:"true"`
	Name       string   `yaml:"name" required:"true"`
	URL        string   `yaml:"url" required:"true"`
	SecretFile string   `yaml:"secret_file" required:"true"`
	Entity     string   `yaml:"entity" required:"true"`
	Actions    []string `yaml:"actions"`
	Targets    []string `yaml:"targets"`
	Isolates   bool     `yaml:"isolates"`
	Minutes    int      `yaml:"answer_within_minutes"`
}

// Bounds of the time in which a tool is expected to answer.
const (
	defaultMinutes = 15
	maxMinutes     = 24 * 60
)

var toolID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// ReadTools reads the file that `serve --containment-tools` names, YAML or JSON, strictly: an unknown key, a wrong type or a value that
// cannot work is an error with line and column, and all errors are said at once (policy.Problems).
func (w *Webhook) ReadTools(name string) ([]incident.Tool, error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var doc toolsFile
	if err := policy.DecodeStrict(name, src, &doc); err != nil {
		return nil, err
	}
	var problems policy.Problems
	out := make([]incident.Tool, len(doc.Tools))
	for i, t := range doc.Tools {
		add := func(remedy, format string, args ...any) {
			problems = append(problems, policy.Problem{Pos: t.Pos, Detail: fmt.Sprintf(format, args...), Remedy: remedy})
		}
		if slices.ContainsFunc(doc.Tools[:i], func(o toolDoc) bool { return o.ID == t.ID }) {
			add("give each tool its own id", "the id %q stands twice", t.ID)
		}
		out[i] = w.tool(t, add)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return out, nil
}

func (w *Webhook) tool(t toolDoc, add func(remedy, format string, args ...any)) incident.Tool {
	if !toolID.MatchString(t.ID) {
		add("use lower-case letters, digits and hyphens, at most 32", "the id cannot stand in the record")
	}
	if err := w.Check(t.URL); err != nil {
		add("use https, or permit the address inside with --mail-hook-allow", "url: %v", err)
	}
	out := incident.Tool{ID: t.ID, Name: t.Name, URL: t.URL, Entity: t.Entity, Actions: t.Actions, Targets: t.Targets, Isolates: t.Isolates}
	if len(out.Actions) == 0 {
		out.Actions = []string{"contain", "allow"}
	}
	if len(out.Targets) == 0 {
		out.Targets = []string{"device"}
	}
	for _, a := range out.Actions {
		if !slices.Contains(incident.ToolActions, a) {
			add("use "+strings.Join(incident.ToolActions, ", "), "the action %q is not known", a)
		}
	}
	for _, k := range out.Targets {
		if !slices.Contains(incident.ToolTargets, k) {
			add("use "+strings.Join(incident.ToolTargets, ", "), "the kind of target %q is not known", k)
		}
	}
	if t.Minutes == 0 {
		t.Minutes = defaultMinutes
	}
	if t.Minutes < 1 || t.Minutes > maxMinutes {
		add("use 1 to 1440", "answer_within_minutes is %d", t.Minutes)
	}
	out.AnswerWithin = time.Duration(t.Minutes) * time.Minute
	var err error
	if out.Secret, err = toolSecret(t.SecretFile); err != nil {
		add("put whsec_ and at least 24 bytes of base64 alone into a file with mode 0600", "secret_file: %v", err)
	}
	return out
}

func toolSecret(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	if info.Mode()&fs.FileMode(0o077) != 0 {
		return "", fmt.Errorf("others may read the file")
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	_, err = secretKeys(string(src))
	return strings.TrimSpace(string(src)), err
}
