package response

import (
	"cmp"
	"slices"
	"time"

	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/record"
)

// ResponseStarted says that the response began: a person leads it, and states what was begun (a text). It is the start that
// the clocks of MA 6.5.1 run to, not the end.
type ResponseStarted struct {
	Lead string `json:"lead"` // person id
}

// FactName implements Fact.
func (ResponseStarted) FactName() string { return "incident.response_started.v1" }

// LeadChanged hands the incident over; the state of play is a text. MA 6.3.1
type LeadChanged struct {
	Lead string `json:"lead"` // person id
}

// FactName implements Fact.
func (LeadChanged) FactName() string { return "incident.lead_changed.v1" }

// HandoverOffered offers the lead to somebody; the state of play is a text. Until they accept, whoever leads goes on. MA 6.3.1.2.1
type HandoverOffered struct {
	To string `json:"to"` // person id
}

// FactName implements Fact.
func (HandoverOffered) FactName() string { return "incident.handover_offered.v1" }

// HandoverDeclined says that an offer was declined by its receiver, or withdrawn; why is a text.
type HandoverDeclined struct {
	Withdrawn bool `json:"withdrawn,omitempty"`
}

// FactName implements Fact.
func (HandoverDeclined) FactName() string { return "incident.handover_declined.v1" }

// TasksOrdered puts the list of tasks into another order.
type TasksOrdered struct {
	Tasks []string `json:"tasks"` // ids of all tasks
}

// FactName implements Fact.
func (TasksOrdered) FactName() string { return "incident.tasks_ordered.v1" }

// Engaged brings a member of the extended team into the incident; why is a text. MA 6.3.2
type Engaged struct {
	Person string `json:"person"`
	Role   string `json:"role"` // of the directory
}

// FactName implements Fact.
func (Engaged) FactName() string { return "incident.engaged.v1" }

// ContinuityDecided records whether business continuity is activated, on which criteria; why is a text. MA 6.6.2.6
type ContinuityDecided struct {
	Activated bool     `json:"activated"`
	Criteria  []string `json:"criteria"` // rule ids of the criteria that were met then
}

// FactName implements Fact.
func (ContinuityDecided) FactName() string { return "incident.continuity_decided.v1" }

// TasksAdded puts work on the list: the steps of one playbook, as the pack had it then.
type TasksAdded struct {
	Playbook string    `json:"playbook"` // id in the pack
	Tasks    []NewTask `json:"tasks"`
}

// NewTask is one step to be done.
type NewTask struct {
	ID       string   `json:"id"`   // "t1", "t2" …, in the order of the list
	Step     string   `json:"step"` // id in the playbook
	Title    string   `json:"title"`
	Guide    string   `json:"guide"`
	Aim      string   `json:"aim"`
	Role     string   `json:"role"` // of the directory
	Within   string   `json:"within,omitempty"`
	After    []string `json:"after"` // ids of tasks
	Optional bool     `json:"optional,omitempty"`
	Clause   string   `json:"clause"`
}

// FactName implements Fact.
func (TasksAdded) FactName() string { return "incident.tasks_added.v1" }

// TaskNoted is work that a person added: what is to be done is a text.
type TaskNoted struct {
	ID   string `json:"id"`
	Aim  string `json:"aim"`
	Role string `json:"role"`
}

// FactName implements Fact.
func (TaskNoted) FactName() string { return "incident.task_noted.v1" }

// TaskTaken says who does a task; nobody means that it lies there for anyone of its role.
type TaskTaken struct {
	Task   string `json:"task"`
	Person string `json:"person,omitempty"`
}

// FactName implements Fact.
func (TaskTaken) FactName() string { return "incident.task_taken.v1" }

// TaskDone says that a task was done; what was found or done may be a text.
type TaskDone struct {
	Task string `json:"task"`
}

// FactName implements Fact.
func (TaskDone) FactName() string { return "incident.task_done.v1" }

// TaskSkipped says that a task is left out, with the reason as a text.
type TaskSkipped struct {
	Task string `json:"task"`
}

// FactName implements Fact.
func (TaskSkipped) FactName() string { return "incident.task_skipped.v1" }

// TaskReopened puts a task that was done or left out back on the list, with the reason as a text.
type TaskReopened struct {
	Task string `json:"task"`
}

// FactName implements Fact.
func (TaskReopened) FactName() string { return "incident.task_reopened.v1" }

// Names of texts of the response.
const (
	TextBegun = "begun" // what was begun at the start of the response
	TextPlay  = "play"  // the state of play at a handover
	TextTask  = "task"  // what is to be done
)

// State is how an incident is responded to.
type State struct {
	StartedAt time.Time // zero until it began
	StartedBy string    // actor id
	Begun     string    // digest of the text
	Lead      string    // person id
	LeadSince time.Time
	Play      string // digest of the state of play that the lead was given, where there was a handover
	Playbooks []string
	Tasks     []Task
	Offer     *Offer // a handover that awaits its receiver's answer
	Engaged   []Engagement
	Returned  []Return // each coming back of somebody's work, in order
	Stranded  string   // person id: who leads is away or has left, and nobody was found to take it
	Imports   []Import // procedures from outside the pack

	Continuity []ContinuityDecision // each decision on business continuity, in order
}

// Offer is a handover that awaits its receiver's answer.
type Offer struct {
	To, By string // person id, actor id
	At     time.Time
	Play   string // digest
}

// Engagement is one member of the extended team who was brought in.
type Engagement struct {
	Engaged
	At  time.Time
	By  string // actor id
	Why string // digest
}

// ContinuityDecision is one decision on business continuity.
type ContinuityDecision struct {
	ContinuityDecided
	At  time.Time
	By  string // actor id
	Why string // digest
}

// Task states.
const (
	TaskOpen    = "open"
	TaskIsDone  = "done"
	TaskLeftOut = "skipped"
)

// Task is one piece of work, with what became of it.
type Task struct {
	NewTask
	Playbook string // empty where a person added it
	Text     string // digest of what is to be done, where a person wrote it or a file brought it
	Imported string // digest of the ImportedText of the file that brought it
	Place    int    // in that text
	AddedAt  time.Time
	AddedBy  string // actor id
	Status   string
	Person   string    // who has taken it
	EndedAt  time.Time // done or left out
	EndedBy  string    // actor id
	Note     string    // digest: what was found, or why it was left out or reopened
}

// Task answers one task by its id.
func (s State) Task(id string) (Task, bool) {
	for _, t := range s.Tasks {
		if t.ID == id {
			return t, true
		}
	}
	return Task{}, false
}

// Waits lists the open tasks that come before one.
func (s State) Waits(t Task) (before []string) {
	for _, id := range t.After {
		if b, ok := s.Task(id); ok && b.Status == TaskOpen {
			before = append(before, id)
		}
	}
	return before
}

func (f *ResponseStarted) apply(s *State, r record.Recorded) {
	s.StartedAt, s.StartedBy, s.Begun, s.Lead, s.LeadSince = r.At, r.Actor, r.Texts[TextBegun], f.Lead, r.At
}

func (f *LeadChanged) apply(s *State, r record.Recorded) {
	s.Lead, s.LeadSince, s.Play, s.Offer, s.Stranded = f.Lead, r.At, r.Texts[TextPlay], nil, ""
}

func (f *HandoverOffered) apply(s *State, r record.Recorded) {
	s.Offer = &Offer{To: f.To, By: r.Actor, At: r.At, Play: r.Texts[TextPlay]}
}

func (*HandoverDeclined) apply(s *State, _ record.Recorded) {
	s.Offer = nil
}

func (f *Engaged) apply(s *State, r record.Recorded) {
	s.Engaged = append(s.Engaged, Engagement{Engaged: *f, At: r.At, By: r.Actor, Why: r.Texts[part.TextReason]})
}

func (f *ContinuityDecided) apply(s *State, r record.Recorded) {
	s.Continuity = append(s.Continuity, ContinuityDecision{ContinuityDecided: *f, At: r.At, By: r.Actor, Why: r.Texts[part.TextReason]})
}

func (f *TasksOrdered) apply(s *State, _ record.Recorded) {
	slices.SortStableFunc(s.Tasks, func(a, b Task) int { return cmp.Compare(slices.Index(f.Tasks, a.ID), slices.Index(f.Tasks, b.ID)) })
}

func (f *TasksAdded) apply(s *State, r record.Recorded) {
	s.Playbooks = append(s.Playbooks, f.Playbook)
	for _, t := range f.Tasks {
		s.Tasks = append(s.Tasks, Task{NewTask: t, Playbook: f.Playbook, AddedAt: r.At, AddedBy: r.Actor, Status: TaskOpen})
	}
}

func (f *TaskNoted) apply(s *State, r record.Recorded) {
	s.Tasks = append(s.Tasks, Task{NewTask: NewTask{ID: f.ID, Aim: f.Aim, Role: f.Role}, Text: r.Texts[TextTask], AddedAt: r.At,
		AddedBy: r.Actor, Status: TaskOpen})
}

func (f *TaskTaken) apply(s *State, _ record.Recorded) {
	s.changeTask(f.Task, func(t *Task) { t.Person = f.Person })
}

func (f *TaskDone) apply(s *State, r record.Recorded) {
	s.changeTask(f.Task, func(t *Task) { t.end(TaskIsDone, r, part.TextNote) })
}

func (f *TaskSkipped) apply(s *State, r record.Recorded) {
	s.changeTask(f.Task, func(t *Task) { t.end(TaskLeftOut, r, part.TextReason) })
}

func (f *TaskReopened) apply(s *State, r record.Recorded) {
	s.changeTask(f.Task, func(t *Task) {
		t.Status, t.EndedAt, t.EndedBy, t.Note = TaskOpen, time.Time{}, "", r.Texts[part.TextReason]
	})
}

// Clone copies what facts change in place or append to, so that whoever holds s sees nothing of them.
func Clone(s State) State {
	s.Playbooks, s.Tasks, s.Engaged = slices.Clone(s.Playbooks), slices.Clone(s.Tasks), slices.Clone(s.Engaged)
	s.Continuity, s.Returned, s.Imports = slices.Clone(s.Continuity), slices.Clone(s.Returned), slices.Clone(s.Imports)
	return s
}

func (t *Task) end(status string, r record.Recorded, text string) {
	t.Status, t.EndedAt, t.EndedBy, t.Note = status, r.At, r.Actor, r.Texts[text]
}

func (s *State) changeTask(id string, change func(*Task)) {
	for i := range s.Tasks {
		if s.Tasks[i].ID == id {
			change(&s.Tasks[i])
		}
	}
}
