package designation

import (
	"fmt"
	"slices"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
)

// Env is what a decision may know beside the state.
type Env struct {
	Now    time.Time
	Actor  access.Actor
	Entity string
	Dir    *directory.Snapshot
	Rule   policy.Designations
	NewID  func() string
}

// Command is something that is to happen. The caller has decided who may ask for it.
type Command interface {
	decide(s State, env Env) ([]Draft, error)
}

// Decide answers a command with facts or a refusal. It changes nothing; the second time it returns no facts.
func Decide(s State, c Command, env Env) ([]Draft, error) { return c.decide(s, env) }

// Designate names a reporter. Reference is the digest of the letter's file number, or empty.
type Designate struct {
	Person    string
	Alternate bool
	Letter    string
	Reference string
}

// oldestLetter is how old a letter may be when it is recorded: older ones were due to be renewed already.
const oldestLetter = 366

func (c Designate) decide(s State, env Env) ([]Draft, error) {
	if d := s.ActiveOf(c.Person); d != nil {
		if d.Alternate == c.Alternate && d.Letter == c.Letter {
			return nil, nil
		}
		return nil, fault.Invalid("person", "This person is designated already.", "Withdraw the designation first where it has changed.")
	}
	p, ok := env.Dir.Person(c.Person)
	if !ok || p.Gone {
		return nil, fault.Invalid("person", "Nobody is chosen.", "Choose a person of the list; who is missing there is first put into the directory.")
	}
	letter, err := calendar.ParseDate(c.Letter)
	today, _ := calendar.ParseDate(env.Rule.Today(env.Now))
	switch {
	case err != nil:
		return nil, fault.Invalid("letter", "The date of the letter is missing or no date.", "Give the date that stands on the letter.")
	case today.Before(letter):
		return nil, fault.Invalid("letter", "The date of the letter is in the future.", "Give the date that stands on the letter.")
	case letter.AddDays(oldestLetter).Before(today):
		return nil, fault.Invalid("letter", "The letter is more than a year old.", "Write a new one: designations are confirmed each year.")
	}
	f := &Designated{Designee: fmt.Sprintf("d%d", len(s.Designees)+1), Entity: env.Entity, Person: p.ID, Alternate: c.Alternate, Letter: letter.String(),
		Clause: env.Rule.Clause, Messages: env.to(KindDesignated, p.ID)}
	f.AttestWarn, f.AttestDue = env.nextDue()
	d := Draft{Fact: f}
	if c.Reference != "" {
		d.Texts = map[string]string{TextReference: c.Reference}
	}
	return []Draft{d}, nil
}

// nextDue is by when what is said now is to be said again. What is said in the last days before the yearly date counts for the year
// after.
func (env Env) nextDue() (warn, due int64) {
	at := env.Rule.AttestDue(env.Now)
	if !env.Now.Before(env.Rule.Warn(at)) {
		at = env.Rule.AttestDue(at)
	}
	return env.Rule.Warn(at).UnixMicro(), at.UnixMicro()
}

// to makes one message of a kind for each person, or for the operator where there is none.
func (env Env) to(kind string, people ...string) []Message {
	var out []Message
	for _, p := range people {
		out = append(out, Message{ID: env.NewID(), Kind: kind, Person: p})
	}
	if len(out) == 0 {
		out = append(out, Message{ID: env.NewID(), Kind: kind, Operator: true})
	}
	return out
}

func (env Env) heads() []string { return env.Dir.Holders(directory.AgencyHead, env.Entity) }

// Attest confirms one's own designation for another year.
type Attest struct{}

func (Attest) decide(s State, env Env) ([]Draft, error) {
	d := s.ActiveOf(env.Actor.Person)
	if d == nil || env.Actor.Person == "" {
		return nil, fault.NotFound("no designation of yours")
	}
	if env.Now.UnixMicro() < d.AttestWarn {
		return nil, nil // confirmed lately: not yet time for another year
	}
	f := &Attested{Designee: d.ID, Clause: env.Rule.Clause}
	f.AttestWarn, f.AttestDue = env.nextDue()
	return []Draft{{Fact: f}}, nil
}

// End ends a designation for a reason. Duties are the open ones that the role owes for the entity now.
type End struct {
	Designee string
	Reason   string
	Duties   []HandedDuty
}

func (c End) decide(s State, env Env) ([]Draft, error) {
	d := s.Designee(c.Designee)
	if d == nil {
		return nil, fault.NotFound("no such designation")
	}
	if !d.Active() {
		return nil, nil
	}
	drafts := []Draft{{Fact: &Ended{Designee: d.ID, Person: d.Person, Reason: c.Reason, ChangeDue: env.Rule.ChangeDue(env.Now).UnixMicro(),
		Clause: env.Rule.Clause, Messages: env.to(KindChangeOwed, env.heads()...)}}}
	if len(c.Duties) > 0 {
		drafts = append(drafts, Draft{Fact: handOver(s, *d, c.Duties, env)})
	}
	return drafts, nil
}

// handOver finds who has the work now: the alternates, else whoever else is designated, else the IR coordinator.
func handOver(s State, gone Designee, duties []HandedDuty, env Env) *HandedOver {
	f := &HandedOver{Designee: gone.ID, As: ToDesignees, Duties: duties}
	var others []string
	for _, d := range s.Designees {
		p, ok := env.Dir.Person(d.Person)
		if !d.Active() || d.ID == gone.ID || !ok || p.Gone {
			continue
		}
		if others = append(others, d.Person); d.Alternate {
			f.To = append(f.To, d.Person)
		}
	}
	if len(f.To) == 0 {
		f.To = others
	}
	if len(f.To) == 0 {
		f.As = ToCoordinator
		f.To = slices.DeleteFunc(slices.Clone(env.Dir.Holders(directory.IRCoordinator, env.Entity)), func(p string) bool { return p == gone.Person })
	}
	if len(f.To) == 0 {
		f.As = ToOperator
	}
	f.Messages = env.to(KindHandedOver, f.To...)
	return f
}

// RunClock lets time speak: what is due soon, what is overdue. Each stage is reached once.
type RunClock struct{}

func (RunClock) decide(s State, env Env) ([]Draft, error) {
	var out []Draft
	now := env.Now.UnixMicro()
	for _, d := range s.Designees {
		switch {
		case !d.Active() || d.Reminded == StageOverdue:
		case d.AttestDue <= now:
			m := append(env.to(KindAttestOverdue, d.Person), env.to(KindAttestOverdue, env.heads()...)...)
			out = append(out, Draft{Fact: &Reminded{Designee: d.ID, Stage: StageOverdue, Due: d.AttestDue, Messages: m}})
		case d.Reminded == "" && d.AttestWarn <= now:
			out = append(out, Draft{Fact: &Reminded{Designee: d.ID, Stage: StageDue, Due: d.AttestDue, Messages: env.to(KindAttestDue, d.Person)}})
		}
	}
	if s.ChangeDue > 0 && !s.ChangeReminded && s.ChangeDue <= now {
		out = append(out, Draft{Fact: &Reminded{Stage: StageChange, Due: s.ChangeDue, Messages: env.to(KindChangeOverdue, env.heads()...)}})
	}
	return out, nil
}

// MessageOutcome says what became of a message.
type MessageOutcome record.MessageOutcome

func (c MessageOutcome) decide(s State, env Env) ([]Draft, error) {
	end := s.Messages.End(record.MessageOutcome(c), env.NewID)
	if end == nil {
		return nil, nil
	}
	return []Draft{{Fact: &MessageEnded{*end}}}, nil
}
