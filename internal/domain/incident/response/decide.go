package response

import (
	"slices"
	"strings"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// HandOver offers the lead to somebody else, with the state of play as a text: they accept or decline. Whoever takes it over themself
// has accepted by that.
type HandOver struct {
	Lead  string
	Texts map[string]string
}

// AnswerHandover accepts or declines what was offered to the actor. With Withdraw, an offer is taken back.
type AnswerHandover struct {
	Accept, Withdraw bool
	Texts            map[string]string
}

// Engage brings a member of the extended team into the incident, with a reason as a text. MA 6.3.2
type Engage struct {
	Person string
	Texts  map[string]string
}

// OrderTasks puts the list into another order.
type OrderTasks struct{ Tasks []string }

// DecideContinuity records the decision on business continuity; Criteria are those that were met when it was made. MA 6.6.2.6
type DecideContinuity struct {
	Activate bool
	Criteria []string
	Texts    map[string]string
}

// FollowPlaybook puts the steps of a playbook on the list.
type FollowPlaybook struct{ Playbook string }

// NoteTask adds work that no playbook has.
type NoteTask struct {
	Aim, Role string
	Texts     map[string]string
}

// TakeTask says who does a task; an empty person puts it back.
type TakeTask struct{ Task, Person string }

// EndTask says that a task was done, or with Skip that it is left out.
type EndTask struct {
	Task  string
	Skip  bool
	Texts map[string]string
}

// ReopenTask puts a task back on the list.
type ReopenTask struct {
	Task  string
	Texts map[string]string
}

func (c NoteTask) decide(s State, _ part.Case) ([]part.Outcome, error) {
	if !slices.Contains(policy.Aims, policy.Aim(c.Aim)) {
		return nil, fault.Invalid("aim", "a task is for one of the aims of a response", "choose one of the list")
	}
	if !slices.Contains(directory.Roles, directory.Role(c.Role)) {
		return nil, fault.Invalid("role", "there is no such role", "choose one of the list")
	}
	return part.One(part.Record(&TaskNoted{ID: part.Ordinal("t", len(s.Tasks)+1), Aim: c.Aim, Role: c.Role}, c.Texts))
}

func (s State) openTask(id string) (Task, error) {
	t, ok := s.Task(id)
	switch {
	case !ok:
		return t, fault.NotFound("no such task")
	case t.Status != TaskOpen:
		return t, fault.Conflict("this task is %s already; reopen it to change that", t.Status)
	}
	return t, nil
}

func (c TakeTask) decide(s State, at part.Case) ([]part.Outcome, error) {
	t, err := s.openTask(c.Task)
	if err != nil || t.Person == c.Person {
		return nil, err
	}
	if c.Person != "" && !at.Belongs(c.Person) {
		return nil, fault.Invalid("person", "this person has no office at the entity or above it",
			"choose somebody of the entity's or the state's response team")
	}
	return part.One(part.Record(&TaskTaken{Task: c.Task, Person: c.Person}, nil))
}

// decide ends a task. One that is done cannot be done before those it comes after; leaving out needs no order, but a reason,
// unless the playbook says that it may be left out.
func (c EndTask) decide(s State, _ part.Case) ([]part.Outcome, error) {
	t, err := s.openTask(c.Task)
	if err != nil {
		return nil, err
	}
	if c.Skip {
		if !t.Optional && c.Texts[part.TextReason] == "" {
			return nil, fault.Invalid("reason", "this step is required; leaving it out needs a reason",
				"say why it does not apply, or what was done instead")
		}
		return part.One(part.Record(&TaskSkipped{Task: c.Task}, c.Texts))
	}
	if before := s.Waits(t); len(before) > 0 {
		return nil, fault.Conflict("first do %s, or leave it out with a reason", strings.Join(before, ", "))
	}
	return part.One(part.Record(&TaskDone{Task: c.Task}, c.Texts))
}

func (c ReopenTask) decide(s State, _ part.Case) ([]part.Outcome, error) {
	t, ok := s.Task(c.Task)
	switch {
	case !ok:
		return nil, fault.NotFound("no such task")
	case t.Status == TaskOpen:
		return nil, nil
	}
	return part.One(part.Record(&TaskReopened{Task: c.Task}, c.Texts))
}

// leads says whether a person can lead: in the directory, not gone, and with an office at the entity or above it.
func leads(person string, at part.Case) error {
	if !at.Belongs(person) {
		return fault.Invalid("lead", "this person has no office at the entity or above it",
			"choose somebody of the entity's or the state's response team")
	}
	return nil
}

// decide puts one playbook's steps on the list, once.
func (c FollowPlaybook) decide(s State, at part.Case) ([]part.Outcome, error) {
	if slices.Contains(s.Playbooks, c.Playbook) {
		return nil, nil
	}
	books := at.How.Playbooks()
	i := slices.IndexFunc(books, func(b policy.Playbook) bool { return b.ID == c.Playbook })
	if i < 0 {
		return nil, fault.Invalid("playbook", "the policy in force has no such procedure", "choose one that the incident's page offers")
	}
	f := TasksAdded{Playbook: c.Playbook, Tasks: []NewTask{}}
	ids := map[string]string{}
	for n, step := range books[i].Steps {
		t := NewTask{ID: part.Ordinal("t", len(s.Tasks)+n+1), Step: step.ID, Title: step.Title, Guide: step.Guide, Aim: string(step.Aim),
			Role:   step.Role,
			Within: step.Within, After: []string{}, Optional: step.Optional, Clause: step.Clause}
		ids[step.ID] = t.ID
		for _, before := range step.After {
			t.After = append(t.After, ids[before])
		}
		f.Tasks = append(f.Tasks, t)
	}
	return part.One(part.Record(&f, nil))
}

// Begin is what the start of a response by a lead leads to.
func Begin(lead string, texts map[string]string, at part.Case) ([]part.Outcome, error) {
	if err := leads(lead, at); err != nil {
		return nil, err
	}
	return part.One(part.Record(&ResponseStarted{Lead: lead}, texts))
}
