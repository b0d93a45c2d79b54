package incident

import (
	"slices"
	"strings"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
)

// StartResponse begins the response: who leads it, what was begun (a text), and which playbooks are followed. MA 6.5.1
type StartResponse struct {
	Lead      string
	Playbooks []string
	Texts     map[string]string
}

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

// decide begins, discharges what is owed from the rating on, and puts the playbooks' steps on the list. A second
// start changes nothing.
func (c StartResponse) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	if !d.s.Response.StartedAt.IsZero() {
		return nil
	}
	if err := d.leads(c.Lead); err != nil {
		return err
	}
	d.emit(&ResponseStarted{Lead: c.Lead}, c.Texts)
	if d.s.Lifecycle.Phase == "" {
		d.emit(&PhaseEntered{Phase: PhaseDetection}, nil)
	}
	d.dischargeWhere(policy.DischargeResponse, openUntil(policy.DischargeResponse))
	for _, id := range c.Playbooks {
		if err := d.addSteps(id); err != nil {
			return err
		}
	}
	return nil
}

// leads says whether a person can lead: in the directory, not gone, and with an office at the entity or above it.
func (d *decision) leads(person string) error {
	if !d.belongs(person) {
		return fault.Invalid("lead", "this person has no office at the entity or above it", "choose somebody of the entity's or the state's response team")
	}
	return nil
}

// belongs says whether a person may be given work on the incident.
func (d *decision) belongs(person string) bool { return d.view().Belongs(person) }

func (c FollowPlaybook) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	return d.addSteps(c.Playbook)
}

// addSteps puts one playbook's steps on the list, once.
func (d *decision) addSteps(id string) error {
	if slices.Contains(d.s.Response.Playbooks, id) {
		return nil
	}
	books := d.env.How.Playbooks()
	i := slices.IndexFunc(books, func(b policy.Playbook) bool { return b.ID == id })
	if i < 0 {
		return fault.Invalid("playbook", "the policy in force has no such procedure", "choose one that the incident's page offers")
	}
	f := TasksAdded{Playbook: id, Tasks: []NewTask{}}
	ids := map[string]string{}
	for n, s := range books[i].Steps {
		t := NewTask{ID: part.Ordinal("t", len(d.s.Response.Tasks)+n+1), Step: s.ID, Title: s.Title, Guide: s.Guide, Aim: string(s.Aim), Role: s.Role,
			Within: s.Within, After: []string{}, Optional: s.Optional, Clause: s.Clause}
		ids[s.ID] = t.ID
		for _, before := range s.After {
			t.After = append(t.After, ids[before])
		}
		f.Tasks = append(f.Tasks, t)
	}
	d.emit(&f, nil)
	return nil
}

func (c NoteTask) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	if !slices.Contains(policy.Aims, policy.Aim(c.Aim)) {
		return fault.Invalid("aim", "a task is for one of the aims of a response", "choose one of the list")
	}
	if !slices.Contains(directory.Roles, directory.Role(c.Role)) {
		return fault.Invalid("role", "there is no such role", "choose one of the list")
	}
	d.emit(&TaskNoted{ID: part.Ordinal("t", len(d.s.Response.Tasks)+1), Aim: c.Aim, Role: c.Role}, c.Texts)
	return nil
}

func (d *decision) openTask(id string) (Task, error) {
	t, ok := d.s.Task(id)
	switch {
	case !ok:
		return t, fault.NotFound("no such task")
	case t.Status != TaskOpen:
		return t, fault.Conflict("this task is %s already; reopen it to change that", t.Status)
	}
	return t, nil
}

func (c TakeTask) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	t, err := d.openTask(c.Task)
	if err != nil || t.Person == c.Person {
		return err
	}
	if c.Person != "" && !d.belongs(c.Person) {
		return fault.Invalid("person", "this person has no office at the entity or above it", "choose somebody of the entity's or the state's response team")
	}
	d.emit(&TaskTaken{Task: c.Task, Person: c.Person}, nil)
	return nil
}

// decide ends a task. One that is done cannot be done before those it comes after; leaving out needs no order, but a reason,
// unless the playbook says that it may be left out.
func (c EndTask) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	t, err := d.openTask(c.Task)
	if err != nil {
		return err
	}
	if c.Skip {
		if !t.Optional && c.Texts[TextReason] == "" {
			return fault.Invalid("reason", "this step is required; leaving it out needs a reason", "say why it does not apply, or what was done instead")
		}
		d.emit(&TaskSkipped{Task: c.Task}, c.Texts)
		return nil
	}
	if before := d.s.Waits(t); len(before) > 0 {
		return fault.Conflict("first do %s, or leave it out with a reason", strings.Join(before, ", "))
	}
	d.emit(&TaskDone{Task: c.Task}, c.Texts)
	return nil
}

func (c ReopenTask) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	t, ok := d.s.Task(c.Task)
	switch {
	case !ok:
		return fault.NotFound("no such task")
	case t.Status == TaskOpen:
		return nil
	}
	d.emit(&TaskReopened{Task: c.Task}, c.Texts)
	return nil
}
