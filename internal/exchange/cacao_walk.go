package exchange

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/policy"
	"tocsin/internal/jsonin"
)

// task is a step of the workflow that a person does, with what comes before it.
type task struct {
	id    string // of the step in the file
	ext   *stepExtension
	after []string // identifiers of steps in the file
	lasts []string // what is done last on the way from here to the end of its branch
	open  bool     // being walked
}

// walker goes through a workflow from its start, each task once.
type walker struct {
	r      *reading
	tasks  map[string]*task
	order  []*task
	path   map[string]bool // parallel steps being walked
	budget int
}

// walkBudget bounds how often branches may meet again.
const walkBudget = 5_000

// playbook turns the workflow into steps of a procedure.
func (r *reading) playbook() policy.Playbook {
	b := policy.Playbook{ID: r.doc.ID, Title: r.doc.Name, Purpose: r.doc.Description, Categories: []string{}}
	if raw, ok := r.doc.Extensions[extensionID]; ok {
		var ext playbookExtension
		r.extension("playbook_extensions."+extensionID, raw, &ext)
		if b.ID = ext.ID; !slugForm.MatchString(b.ID) {
			r.refuse("playbook_extensions."+extensionID+".id", "This is no id of a procedure.", "Use small letters, digits and hyphens.")
		}
		b.Clause, b.Categories = ext.Clause, append(b.Categories, ext.Categories...)
	}
	if len(r.doc.References) > 0 && b.Clause == "" {
		b.Clause = r.doc.References[0].Name
	}
	w := &walker{r: r, tasks: map[string]*task{}, path: map[string]bool{}, budget: walkBudget}
	w.walk(r.doc.Start, nil)
	if r.doc.Exception != "" {
		w.walk(r.doc.Exception, nil)
	}
	for _, id := range r.steps() {
		if s := r.doc.Workflow[id]; s.isTask() && w.tasks[id] == nil {
			r.refuse("workflow."+id, "No step leads to this one.", "Lead to it from another step, or leave it out.")
		}
	}
	switch {
	case len(w.order) == 0:
		r.refuse("workflow", "The workflow has nothing to do.", "Add a step of type action.")
	case len(w.order) > MaxSteps:
		r.refuse("workflow", fmt.Sprintf("The workflow has more than %d steps for people.", MaxSteps), "Split the playbook.")
	}
	if len(r.faults) == 0 {
		b.Steps = w.steps()
	}
	return b
}

func (r *reading) extension(field string, raw jsonin.Raw, into any) {
	if err := jsonin.Decode(raw, into, cacaoLimits); err != nil {
		r.refuse(field, "This extension is not as its definition says.", "Write it as the definition's schema says, or leave it out.")
	}
}

var slugForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,127}$`)

// isTask says whether a person does something at this step.
func (s readStep) isTask() bool { return s.Type != "start" && s.Type != "end" && s.Type != "parallel" }

// walk goes on from a step that comes after others, and answers what is done last before its branch ends.
func (w *walker) walk(id string, after []string) []string {
	s := w.r.doc.Workflow[id]
	if w.budget--; w.budget < 0 || s.Type == "end" {
		if w.budget == -1 {
			w.r.refuse("workflow", "The branches of the workflow meet again too often.", "Let each branch end in a step of type end.")
		}
		return after
	}
	if w.path[id] || w.tasks[id] != nil && w.tasks[id].open {
		w.r.refuse("workflow."+id, "This step leads back to itself.",
			"Use a step of type while-condition whose branch ends in a step of type end.")
		return after
	}
	if t := w.tasks[id]; t != nil {
		t.after = union(t.after, after)
		return t.lasts
	}
	now := after
	if s.isTask() {
		t := &task{id: id, after: after, open: true}
		w.tasks[id], w.order, now = t, append(w.order, t), []string{id}
		if raw, ok := s.Extensions[extensionID]; ok {
			t.ext = &stepExtension{}
			w.r.extension("workflow."+id+".step_extensions."+extensionID, raw, t.ext)
		}
		lasts := w.onward(s, now)
		t.open, t.lasts = false, lasts
		return lasts
	}
	w.path[id] = true
	defer delete(w.path, id)
	return w.onward(s, now)
}

// onward walks the branches of a step, then what comes after all of them. What is only done where the step fails is waited for by nobody.
func (w *walker) onward(s readStep, now []string) []string {
	var ends []string
	branched, next := false, ""
	for _, l := range s.links() {
		switch {
		case l.by == "on_completion" || l.by == "on_success":
			next = l.to
		case l.by == "on_failure":
			w.walk(l.to, now)
		default:
			branched, ends = true, union(ends, w.walk(l.to, now))
		}
	}
	if branched {
		now = ends
	}
	if next == "" {
		return now
	}
	return w.walk(next, now)
}

func union(a, b []string) []string {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a[:len(a):len(a)], x)
		}
	}
	return a
}

// steps writes the tasks as steps, each below all that it comes after, otherwise in the order in which they were met.
func (w *walker) steps() (out []policy.Step) {
	ids, sure := w.names(), w.certain()
	waits := map[string][]string{} // name of a step: names of those before it
	for _, t := range w.order {
		before := []string{}
		for _, id := range t.after {
			before = append(before, ids[id])
		}
		if t.ext != nil {
			before = append([]string{}, t.ext.After...)
		}
		waits[ids[t.id]] = before
	}
	placed := map[string]bool{}
	for len(out) < len(w.order) {
		i := slices.IndexFunc(w.order, func(t *task) bool {
			name := ids[t.id]
			return !placed[name] && !slices.ContainsFunc(waits[name], func(b string) bool { return !placed[b] })
		})
		if i < 0 {
			w.r.refuse("workflow", "Steps wait for each other, or for one that is not there.",
				"Let each come after steps of the workflow that do not wait for it.")
			return nil
		}
		t := w.order[i]
		name := ids[t.id]
		placed[name] = true
		out = append(out, w.step(t, name, waits[name], !sure[t.id]))
	}
	return out
}

// names gives each task its id in the procedure: what the extension says, or a number.
func (w *walker) names() map[string]string {
	ids, taken := map[string]string{}, map[string]bool{}
	for _, t := range w.order {
		if t.ext == nil {
			continue
		}
		if taken[t.ext.ID] || !slugForm.MatchString(t.ext.ID) {
			w.r.refuse("workflow."+t.id+".step_extensions."+extensionID+".id",
				"This id is no word of small letters, digits and hyphens, or another step has it.", "Give each step its own id.")
		}
		ids[t.id], taken[t.ext.ID] = t.ext.ID, true
	}
	n := 0
	for _, t := range w.order {
		for t.ext == nil && ids[t.id] == "" {
			n++
			if name := fmt.Sprintf("step-%d", n); !taken[name] {
				ids[t.id] = name
			}
		}
	}
	return ids
}

// certain are the steps that are reached whatever comes out of the others.
func (w *walker) certain() map[string]bool {
	seen := map[string]bool{}
	for queue := []string{w.r.doc.Start}; len(queue) > 0; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		for _, l := range w.r.doc.Workflow[queue[0]].links() {
			if l.always {
				queue = append(queue, l.to)
			}
		}
	}
	return seen
}

func (w *walker) step(t *task, name string, after []string, optional bool) policy.Step {
	s := w.r.doc.Workflow[t.id]
	out := policy.Step{ID: name, Title: s.title(), Aim: w.r.aim(s), Role: w.r.role(s), After: after, Optional: optional}
	if len(s.References) > 0 {
		out.Clause = s.References[0].Name
	}
	if x := t.ext; x != nil {
		at := "workflow." + t.id + ".step_extensions." + extensionID
		if !slices.Contains(directory.Roles, directory.Role(x.Role)) {
			w.r.refuse(at+".role", "There is no such role.", "Use a role of the directory, such as ir_analyst.")
		}
		if x.Within != "" && policy.CheckWithin(x.Within) != nil {
			w.r.refuse(at+".within", "This is no time to aim at.", "Write it as 4 hours, or 2 business days.")
		}
		out.Aim, out.Role, out.Within, out.Optional, out.Clause = policy.Aim(x.Aim), x.Role, x.Within, x.Optional, x.Clause
	}
	out.Guide = w.r.guide(s, t.ext != nil)
	if utf8.RuneCountInString(out.Guide) > cacaoLimits.Text {
		w.r.refuse("workflow."+t.id+".commands", "What is to be done at this step is too long for one task.", "Split the step.")
	}
	return out
}

// title is what is to be done, as short as the file has it.
func (s readStep) title() string {
	name := s.Name
	switch s.Type {
	case "if-condition", "while-condition", "switch-condition":
		if name == "" {
			name = s.Condition + s.Switch
		}
		name = "Decide: " + name
	case "playbook-action":
		if name == "" {
			name = "Follow " + s.PlaybookID
		}
	default:
		for _, c := range s.Commands {
			if name == "" {
				name, _, _ = strings.Cut(strings.TrimSpace(c.text()), "\n")
			}
		}
	}
	if short := []rune(name); len(short) > 300 { // the guide has the whole of it
		return string(short[:299]) + "…"
	}
	return name
}

// text is what a command says, decoded where it is text.
func (c readCommand) text() string {
	for _, s := range []string{c.Command, c.Description} {
		if s != "" {
			return s
		}
	}
	if plain, err := base64.StdEncoding.DecodeString(c.Encoded); err == nil && utf8.Valid(plain) && !strings.ContainsRune(string(plain), 0) {
		return string(plain)
	}
	return c.Encoded
}

// guide is how a step is done: what a person is told, and commands for machines as they stand. Ours repeats the title in its command.
func (r *reading) guide(s readStep, ours bool) string {
	if ours && s.Type == "action" && len(s.Commands) == 1 && s.Commands[0].Type == "manual" {
		if rest, ok := strings.CutPrefix(s.Commands[0].Command, s.Name+". "); ok {
			return rest
		}
	}
	var parts []string
	add := func(text string) {
		if text = strings.TrimSpace(text); text != "" && text != s.title() {
			parts = append(parts, text)
		}
	}
	add(s.Description)
	add(r.choices(s))
	for _, c := range s.Commands {
		text := c.text()
		if c.Type != "manual" {
			text = "Command for a machine (" + c.Type + "), not run from here: " + text
			if c.Content != "" {
				text += "\n" + c.Content
			}
		}
		add(text)
	}
	if s.PlaybookID != "" {
		add("Follow the playbook " + s.PlaybookID + ".")
	}
	return strings.Join(parts, "\n")
}

// choices says of a condition what comes next for each answer.
func (r *reading) choices(s readStep) string {
	if s.Condition+s.Switch == "" {
		return ""
	}
	out := []string{"Condition: " + s.Condition + s.Switch + "."}
	for _, l := range s.links() {
		to := r.doc.Workflow[l.to]
		if words := map[string]string{"on_true": "If so: ", "on_false": "If not: "}[l.by]; words != "" && to.isTask() {
			out = append(out, words+to.title()+".")
		}
	}
	for name, to := range s.Cases {
		if next := r.doc.Workflow[to]; next.isTask() {
			out = append(out, name+": "+next.title()+".")
		}
	}
	slices.Sort(out[1:])
	return strings.Join(out, " ")
}

// aim is what a step is for, by CACAO's words for activities and types; to find something out where they say nothing.
func (r *reading) aim(s readStep) policy.Aim {
	for _, c := range s.Commands {
		if aim, ok := aimOfActivity[c.Activity]; ok {
			return aim
		}
	}
	if len(r.doc.Types) == 1 {
		if aim, ok := aimOfType[r.doc.Types[0]]; ok {
			return aim
		}
	}
	return policy.AimAnalysis
}

var aimOfActivity = map[string]policy.Aim{"compose-content": policy.AimCommunication, "deliver-content": policy.AimCommunication,
	"identify-audience": policy.AimCommunication,
	"identify-channel":  policy.AimCommunication, "scan-system": policy.AimAnalysis, "match-indicator": policy.AimAnalysis,
	"analyze-collected-data": policy.AimAnalysis,
	"identify-indicators":    policy.AimEvidence, "scan-vulnerabilities": policy.AimAnalysis, "configure-systems": policy.AimEradication,
	"restrict-access":   policy.AimContainment,
	"disconnect-system": policy.AimContainment, "eliminate-risk": policy.AimEradication, "revert-system": policy.AimRecovery,
	"restore-data":         policy.AimRecovery,
	"restore-capabilities": policy.AimRecovery, "map-network": policy.AimAnalysis, "identify-steps": policy.AimReview,
	"analyze-engagement-results": policy.AimReview}

var aimOfType = map[string]policy.Aim{"detection": policy.AimAnalysis, "investigation": policy.AimAnalysis,
	"mitigation":  policy.AimContainment,
	"remediation": policy.AimEradication, "notification": policy.AimCommunication, "prevention": policy.AimReview}

// role is who does a step: the agent, where its name is a role of the directory; else an analyst of the response team.
func (r *reading) role(s readStep) string {
	name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(r.doc.Agents[s.Agent].Name)), " ", "_")
	if slices.Contains(directory.Roles, directory.Role(name)) {
		return name
	}
	return string(directory.IRAnalyst)
}
