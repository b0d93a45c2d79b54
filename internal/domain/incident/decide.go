package incident

import (
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
)

// Policy is what a decision asks of the pack in force.
type Policy interface {
	Assess(policy.Inputs) policy.Assessment
	Acknowledge(authority string) (policy.Acknowledge, bool)
	OwedOn(on policy.Occasion, at time.Time) (policy.Duty, bool)
	Coordinator() policy.Recipient
	// Informing is who is kept informed, and of what.
	Informing() policy.Informing
}

// Procedures is what the pack in force says of how people work.
type Procedures interface {
	Playbooks() []policy.Playbook
	Phases() []policy.Phase
	ControlSections() []policy.ControlSection
	RuleByID(id string) (policy.Rule, bool)
	Corrective() policy.Corrective
	// Cited answers a clause where the pack rests on its text, and else nothing.
	Cited(clause string) string
}

// Env is everything a decision may look at beyond state and command: the time, who acts, the policy, the directory, and
// where ids come from.
type Env struct {
	Now   time.Time
	Actor access.Actor
	Pack  Policy
	How   Procedures // of the same pack
	Dir   *directory.Snapshot
	NewID func() string // UUIDv7
}

// Command is what someone or something wants done to an incident.
type Command interface {
	decide(d *decision) error
}

// Report takes a filing. Prose and people are already sealed as texts.
type Report struct {
	Filing               Filing
	Number               string // of a new incident
	Occurred, Discovered *Moment
	Request, Body        string
	Texts                map[string]string
}

// TakeCall takes a telephone report.
type TakeCall struct {
	Entity, Number string
	CalledAt       Moment
	Discovered     *Moment
	AfterHours     bool
	Request, Body  string
	Texts          map[string]string
}

// Decide on the rating: the coordinator's act, with a reason. MA 6.5.1, 6.3.1.1
type Rate struct {
	Level policy.Level
	Texts map[string]string
}

// DecidePostReport is the coordinator's decision on a post-incident report at Low. MA 6.5.1.
type DecidePostReport struct {
	Required bool
	Texts    map[string]string
}

// DischargeDuty states that a duty was fulfilled.
type DischargeDuty struct {
	Duty  string
	Texts map[string]string
}

// Acknowledge says that an authority has the report.
type Acknowledge struct{ Authority, Via string }

// Ask puts an authority's question to the entity.
type Ask struct {
	Authority string
	Texts     map[string]string
}

// AnswerQuestion answers it.
type AnswerQuestion struct {
	Question string
	Texts    map[string]string
}

// Decline says that an authority will not act, with a reason.
type Decline struct {
	Authority string
	Texts     map[string]string
}

// CloseTrack says that an authority is done.
type CloseTrack struct {
	Authority string
	Texts     map[string]string
}

// MessageOutcome is what became of an attempt to deliver a message.
type MessageOutcome struct {
	Message string
	Outcome string // sent, delivered, refused, gave_up
	Digest  string // of what was sent
}

// MessageOutcomes are outcomes that came in together.
type MessageOutcomes []MessageOutcome

// Outcomes of an attempt.
const (
	OutcomeSent      = "sent"
	OutcomeDelivered = record.Delivered
	OutcomeRefused   = record.Refused
	OutcomeGaveUp    = record.GaveUp
)

// RunClock asks what the clocks have to say at Env.Now.
type RunClock struct{}

// Dispose records that texts were lawfully deleted.
type Dispose struct {
	Digests []string
	Basis   string
}

// Decide says which facts a command leads to, or why it is refused. It changes nothing. A command that has already had
// its effect leads to no facts: every command may be repeated.
func Decide(s State, c Command, env Env) ([]Draft, error) {
	d := &decision{s: s.clone(), env: env}
	if s.Version == 0 && !opens(c) {
		return nil, fault.NotFound("no such incident")
	}
	if err := c.decide(d); err != nil {
		return nil, err
	}
	d.reportAgain()
	return d.drafts, nil
}

func opens(c Command) bool {
	switch c.(type) {
	case Report, TakeCall:
		return true
	}
	return false
}

// decide answers outcomes one after the other.
func (c MessageOutcomes) decide(d *decision) error {
	for _, one := range c {
		if err := one.decide(d); err != nil {
			return err
		}
	}
	return nil
}

func (c Dispose) decide(d *decision) error {
	d.emit(&Disposed{Digests: c.Digests, Basis: c.Basis}, nil)
	return nil
}

// decision collects the facts of one command. Its state is always the state after the facts so far, so that each rule
// sees what the one before it did.
type decision struct {
	s      State
	env    Env
	drafts []Draft
}

func (d *decision) emit(f Fact, texts map[string]string) {
	whole(f)
	if owed, ok := f.(*MessagesOwed); ok {
		for i := range owed.Messages {
			owed.Messages[i].ID = d.env.NewID()
		}
	}
	d.drafts = append(d.drafts, Draft{Fact: f, Texts: texts})
	d.s.apply(Recorded{Fact: f, Version: d.s.Version + 1, At: d.env.Now, Actor: d.env.Actor.ID, Texts: texts})
}

// whole gives a fact an empty list where it has none: a fact never holds null, which would be a third thing beside a value
// and its absence.
func whole(f Fact) {
	switch f := f.(type) {
	case *Rated:
		f.Reasons, f.Reportability.Reasons = listed(f.Reasons), listed(f.Reportability.Reasons)
	case *LoweringProposed:
		f.Reasons = listed(f.Reasons)
	case *MessagesOwed:
		f.Messages = listed(f.Messages)
	case *Reported:
		f.Stated = listed(f.Stated)
	}
}

func listed[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
