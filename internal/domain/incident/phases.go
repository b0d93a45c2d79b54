package incident

import (
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/response"
	"tocsin/internal/domain/policy"
)

// EnterPhase moves the incident to a phase: on, once what the phases left behind require is settled; or back, with a reason. MA 6.2.1
type EnterPhase struct {
	Phase string
	Texts map[string]string
}

// StateMilestone states that the incident was contained, eradicated or recovered from, and when. A later statement replaces it.
type StateMilestone struct {
	Milestone string
	At        time.Time
}

// WorkPhases are the phases that an incident is worked on in, in order. Preparation comes before any incident.
var WorkPhases = []string{PhaseDetection, PhaseContainment, PhasePostIncident}

// Milestones lists every milestone once, in the order in which they are usually reached.
var Milestones = []string{Contained, Eradicated, Recovered}

// ExitTasks lists the open required tasks that keep the incident from going on to a phase: those for the aims of each phase
// that it would leave behind. MA 6.2.1
func ExitTasks(s State, phases []policy.Phase, to string) (open []Task) {
	from, until := slices.Index(WorkPhases, s.phase()), slices.Index(WorkPhases, to)
	for i := max(from, 0); i < until; i++ {
		at := slices.IndexFunc(phases, func(p policy.Phase) bool { return p.ID == WorkPhases[i] })
		if at < 0 {
			continue
		}
		for _, t := range s.Response.Tasks {
			if t.Status == TaskOpen && t.Required() && slices.Contains(phases[at].Aims, policy.Aim(t.Aim)) {
				open = append(open, t)
			}
		}
	}
	return open
}

// phase is where the incident stands; a response that began before phases were recorded is in the first.
func (s State) phase() string {
	if s.Lifecycle.Phase == "" && !s.Response.StartedAt.IsZero() {
		return PhaseDetection
	}
	return s.Lifecycle.Phase
}

// worked says whether the incident is open to work: a closed one is reopened first.
func (d *decision) worked() error {
	if d.s.Status == StatusClosed {
		return fault.Conflict("this incident is closed; reopen it to work on it")
	}
	return nil
}

func (c EnterPhase) decide(d *decision) error {
	to, now := slices.Index(WorkPhases, c.Phase), slices.Index(WorkPhases, d.s.phase())
	switch {
	case to < 0:
		return fault.Invalid("phase", "an incident is not worked on in such a phase", "choose one of the list")
	case d.s.Lifecycle.Phase == c.Phase:
		return nil
	case d.s.Response.StartedAt.IsZero():
		return fault.Conflict("the response has not started; starting it enters the first phase")
	case to < now && c.Texts[TextReason] == "":
		return fault.Invalid("reason", "going back to an earlier phase needs a reason", "say what turned up")
	}
	if err := d.worked(); err != nil {
		return err
	}
	if open := ExitTasks(d.s, d.env.How.Phases(), c.Phase); len(open) > 0 {
		return fault.Conflict("required tasks are open: %s; do them, or leave them out with a reason", strings.Join(response.TaskIDs(open), ", "))
	}
	d.emit(&PhaseEntered{Phase: c.Phase}, c.Texts)
	return nil
}

func (c StateMilestone) decide(d *decision) error {
	switch {
	case !slices.Contains(Milestones, c.Milestone):
		return fault.Invalid("milestone", "there is no such milestone", "choose one of the list")
	case c.At.IsZero() || c.At.After(d.env.Now):
		return fault.Invalid("at", "a milestone is stated when it has been reached, with its time", "give a time that is not in the future")
	case d.s.Lifecycle.Milestones[c.Milestone].Equal(c.At):
		return nil
	}
	if err := d.worked(); err != nil {
		return err
	}
	d.emit(&MilestoneReached{Milestone: c.Milestone, At: c.At.UnixMicro()}, nil)
	return nil
}
