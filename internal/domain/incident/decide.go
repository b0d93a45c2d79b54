package incident

import (
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/communication"
	"tocsin/internal/domain/incident/containment"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/incident/response"
	"tocsin/internal/domain/incident/review"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
)

// Command is what someone or something wants done to an incident: a command of this package, or of one of the parts.
type Command any

// ownCommand is a Command of the incident as a whole.
type ownCommand interface {
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
	if err := d.run(c); err != nil {
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

func (d *decision) run(c Command) error {
	switch c := c.(type) {
	case ownCommand:
		return c.decide(d)
	case containment.Command:
		if _, late := c.(containment.AnswerCall); !late { // an answer that comes after the closing is still recorded
			if err := d.worked(); err != nil {
				return err
			}
		}
		return d.decided(containment.Decide(d.s.Containment, c, d.view()))
	case response.Command:
		if err := d.worked(); err != nil {
			return err
		}
		return d.decided(response.Decide(d.s.Response, c, d.view()))
	case review.Command:
		return d.decided(review.Decide(d.s.Review, c, d.view()))
	case communication.Command:
		return d.decided(communication.Decide(d.s.State, c, d.view()))
	}
	return fault.Invalid("command", "this command is not known", "")
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
		f.Reasons, f.Reportability.Reasons = part.Listed(f.Reasons), part.Listed(f.Reportability.Reasons)
	case *LoweringProposed:
		f.Reasons = part.Listed(f.Reasons)
	case *MessagesOwed:
		f.Messages = part.Listed(f.Messages)
	case *Reported:
		f.Stated = part.Listed(f.Stated)
	}
}
