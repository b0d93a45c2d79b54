package exchange

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// part is a property that only some types of step have.
type part struct {
	name   string
	stated func(readStep) bool
	types  []string // that may have it
	needed []string // that must
}

var stepParts = []part{
	{"commands", func(s readStep) bool { return len(s.Commands) > 0 }, []string{"action"}, []string{"action"}},
	{"agent", func(s readStep) bool { return s.Agent != "" }, []string{"action"}, []string{"action"}},
	{"targets", func(s readStep) bool { return len(s.Targets) > 0 }, []string{"action"}, nil},
	{"in_args", func(s readStep) bool { return len(s.In) > 0 }, []string{"action", "playbook-action"}, nil},
	{"out_args", func(s readStep) bool { return len(s.Out) > 0 }, []string{"action", "playbook-action"}, nil},
	{"next_steps", func(s readStep) bool { return len(s.Branches) > 0 }, []string{"parallel"}, []string{"parallel"}},
	{"condition", func(s readStep) bool { return s.Condition != "" }, []string{"if-condition", "while-condition"},
		[]string{"if-condition", "while-condition"}},
	{"on_true", func(s readStep) bool { return s.True != "" }, []string{"if-condition", "while-condition"},
		[]string{"if-condition", "while-condition"}},
	{"on_false", func(s readStep) bool { return s.False != "" }, []string{"if-condition"}, nil},
	{"switch", func(s readStep) bool { return s.Switch != "" }, []string{"switch-condition"}, []string{"switch-condition"}},
	{"cases", func(s readStep) bool { return len(s.Cases) > 0 }, []string{"switch-condition"}, []string{"switch-condition"}},
	{"playbook_id", func(s readStep) bool { return s.PlaybookID != "" }, []string{"playbook-action"}, []string{"playbook-action"}},
	{"playbook_version", func(s readStep) bool { return s.Version != "" }, []string{"playbook-action"}, nil},
}

// checkStep holds one step to its type, and each reference to a step that is there.
func (r *reading) checkStep(id string, s readStep) {
	at := "workflow." + shown(id)
	if !isIdentifier(id) || !strings.HasPrefix(id, s.Type+"--") {
		r.refuse(at, "This step does not stand under its identifier.",
			"Write its type, -- and a UUID, such as action--00000000-0000-4000-8000-000000000000.")
	}
	for _, p := range stepParts {
		switch {
		case p.stated(s) && !slices.Contains(p.types, s.Type):
			r.refuse(at+"."+p.name, "A step of type "+s.Type+" has no such property.", "Leave it out, or change the type of the step.")
		case !p.stated(s) && slices.Contains(p.needed, s.Type):
			r.refuse(at+"."+p.name, "A step of type "+s.Type+" needs this property.", "State it.")
		}
	}
	r.onward(at, s)
	r.identifier(at+".owner", s.Owner)
	r.extensions(at+".step_extensions", s.Extensions)
	r.timestamp(at+".playbook_version", s.Version)
	for _, link := range s.links() {
		if _, ok := r.doc.Workflow[link.to]; !ok {
			r.refuse(at+"."+link.by, "The workflow has no step of this identifier.", "Name a step of the workflow.")
		}
	}
	if _, ok := r.doc.Agents[s.Agent]; s.Agent != "" && !ok {
		r.refuse(at+".agent", "There is no definition of this agent.", "Add it to agent_definitions, or name one that is there.")
	}
	if s.Type == "parallel" && len(s.Branches) == 1 {
		r.refuse(at+".next_steps", "Steps in parallel are at least two.", "Name two or more, or use on_completion.")
	}
	r.identifier(at+".playbook_id", s.PlaybookID)
	for i, t := range s.Targets {
		r.identifier(fmt.Sprintf("%s.targets[%d]", at, i), t)
	}
	for i, c := range s.Commands {
		r.checkCommand(fmt.Sprintf("%s.commands[%d]", at, i), c)
	}
}

// onward checks how a step says what comes after it.
func (r *reading) onward(at string, s readStep) {
	switch {
	case s.Type == "end" && s.Completion+s.Success+s.Failure != "":
		r.refuse(at+".on_completion", "Nothing comes after an end step.", "Leave on_completion, on_success and on_failure out.")
	case s.Type == "end":
	case s.Completion != "" && s.Success+s.Failure != "":
		r.refuse(at+".on_completion", "A step with on_completion has no on_success and no on_failure.", "State the one or the others.")
	case s.Type == "start" && s.Success+s.Failure != "":
		r.refuse(at+".on_success", "A start step neither succeeds nor fails.", "Use on_completion.")
	case s.Completion+s.Success == "":
		r.refuse(at+".on_completion", "Nothing says what comes after this step.",
			"State on_completion, or on_success; the last step leads to one of type end.")
	}
}

func (r *reading) checkCommand(at string, c readCommand) {
	for field, text := range map[string]string{".command_b64": c.Encoded, ".content_b64": c.ContentB64} {
		if _, err := base64.StdEncoding.DecodeString(text); err != nil {
			r.refuse(at+field, "This is not base64.", "Encode it with the standard alphabet and padding.")
		}
	}
	encodedOnly := slices.Contains([]string{"elastic", "jupyter", "kestrel", "sigma", "yara"}, c.Type)
	switch {
	case encodedOnly && c.Encoded == "":
		r.refuse(at+".command_b64", "A command of type "+c.Type+" needs this property.", "State it.")
	case encodedOnly && c.Command != "":
		r.refuse(at+".command", "A command of type "+c.Type+" has no such property.", "Use command_b64.")
	case slices.Contains([]string{"http-api", "openc2-http"}, c.Type) && c.Command == "":
		r.refuse(at+".command", "A command of type "+c.Type+" needs this property.", "State it.")
	case c.Command == "" && c.Encoded == "" && c.Description == "":
		r.refuse(at+".command", "This command says nothing.", "State command, command_b64 or description.")
	}
}

// link is a reference from one step to another. Always says that whoever does the first gets there, whatever comes out of it.
type link struct {
	by, to string
	always bool
}

// links lists where a step leads, in the order in which a person would go there.
func (s readStep) links() (out []link) {
	add := func(by, to string, always bool) {
		if to != "" {
			out = append(out, link{by, to, always})
		}
	}
	for i, to := range s.Branches {
		add(fmt.Sprintf("next_steps[%d]", i), to, true)
	}
	add("on_true", s.True, false)
	add("on_false", s.False, false)
	for _, name := range slices.Sorted(maps.Keys(s.Cases)) {
		add("cases", s.Cases[name], false)
	}
	add("on_failure", s.Failure, false)
	add("on_completion", s.Completion, true)
	add("on_success", s.Success, true)
	return out
}
