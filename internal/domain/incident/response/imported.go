package response

import (
	"slices"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/record"
)

// PlaybookImported puts work on the list that a procedure from outside the pack asks for. What is to be done is a text of its own for
// each task, TextStepTitle with its place; the rest of the words, and where they come from, are one text. MA 6.6.2.2
type PlaybookImported struct {
	Origin string         `json:"origin"` // the playbook's identifier where it comes from: "playbook--0b1e…"
	SHA256 string         `json:"sha256"` // of the file, in hexadecimal
	Tasks  []ImportedTask `json:"tasks"`
}

// ImportedTask is one step of such a procedure, as far as it is no prose.
type ImportedTask struct {
	ID       string   `json:"id"`   // "t1", "t2" …, in the order of the list
	Step     string   `json:"step"` // id in the procedure
	Aim      string   `json:"aim"`
	Role     string   `json:"role"` // of the directory
	Within   string   `json:"within,omitempty"`
	After    []string `json:"after"` // ids of tasks
	Optional bool     `json:"optional,omitempty"`
}

// FactName implements Fact.
func (PlaybookImported) FactName() string { return "incident.playbook_imported.v1" }

// Texts of an import.
const (
	TextImported  = "imported"    // JSON of ImportedText
	TextStepTitle = "step_title_" // and the place of the task in the fact, from 1
)

// ImportedText is what an import says in words.
type ImportedText struct {
	Name   string         `json:"name"`
	File   string         `json:"file,omitempty"`   // as whoever brought it named it
	Author string         `json:"author,omitempty"` // identifier of who made the playbook
	Dated  string         `json:"dated,omitempty"`  // when, as the file says
	Steps  []ImportedStep `json:"steps"`            // in the order of the fact's tasks
}

// ImportedStep is what a task says beside its title.
type ImportedStep struct {
	Guide  string `json:"guide,omitempty"`
	Clause string `json:"clause,omitempty"`
}

// Import is one procedure from outside that is followed.
type Import struct {
	Origin, SHA256 string
	Text           string // digest of an ImportedText
	At             time.Time
	By             string // actor id
	Tasks          int
}

// ImportPlaybook puts the steps of a procedure from outside the pack on the list. Each task's After names steps of the procedure; the
// decision turns them into ids of tasks.
type ImportPlaybook struct {
	Origin, SHA256 string
	Steps          []ImportedTask
	Texts          map[string]string
}

// maxImported bounds the tasks of one import.
const maxImported = 100

// decide puts the steps on the list. The same file a second time changes nothing.
func (c ImportPlaybook) decide(s State, _ part.Case) ([]part.Outcome, error) {
	switch {
	case slices.ContainsFunc(s.Imports, func(i Import) bool { return i.SHA256 == c.SHA256 }):
		return nil, nil
	case s.StartedAt.IsZero():
		return nil, fault.Conflict("the response has not started; start it, then import the procedure")
	case len(c.Steps) == 0 || len(c.Steps) > maxImported:
		return nil, fault.Invalid("file", "a procedure has at least one step and at most 100", "split it")
	}
	f := PlaybookImported{Origin: c.Origin, SHA256: c.SHA256, Tasks: []ImportedTask{}}
	ids := map[string]string{}
	for n, t := range c.Steps {
		t.ID = part.Ordinal("t", len(s.Tasks)+n+1)
		ids[t.Step] = t.ID
		after := []string{}
		for _, before := range t.After {
			if ids[before] == "" || ids[before] == t.ID {
				return nil, fault.Invalid("file", "a step comes after one that is not above it",
					"put the steps into an order in which they can be done")
			}
			after = append(after, ids[before])
		}
		t.After = after
		f.Tasks = append(f.Tasks, t)
	}
	return part.One(part.Record(&f, c.Texts))
}

// apply puts the tasks on the list: they are like those of the pack's procedures, with their words in texts.
func (f *PlaybookImported) apply(s *State, r record.Recorded) {
	x := s
	x.Imports = append(x.Imports, Import{Origin: f.Origin, SHA256: f.SHA256, Text: r.Texts[TextImported], At: r.At, By: r.Actor,
		Tasks: len(f.Tasks)})
	for i, t := range f.Tasks {
		task := NewTask{ID: t.ID, Step: t.Step, Aim: t.Aim, Role: t.Role, Within: t.Within, After: t.After, Optional: t.Optional}
		x.Tasks = append(x.Tasks, Task{NewTask: task,
			Playbook: f.Origin, Text: r.Texts[part.Ordinal(TextStepTitle, i+1)], Imported: r.Texts[TextImported], Place: i, AddedAt: r.At,
			AddedBy: r.Actor, Status: TaskOpen})
	}
}
