package investigation

import (
	"fmt"
	"slices"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// Env is what a decision may know beside the state.
type Env struct {
	Now   time.Time
	Actor access.Actor
	Dir   *directory.Snapshot
	// Closed says that the incident is.
	Closed bool
}

// Command is something that is to happen. The caller has decided who may ask for it.
type Command interface {
	decide(s State, env Env) ([]Draft, error)
}

// Decide answers a command with facts or a refusal. It changes nothing.
func Decide(s State, c Command, env Env) ([]Draft, error) {
	if env.Closed && begins(c) {
		return nil, errClosed
	}
	return c.decide(s, env)
}

// Bounds of an investigation. A fact stays small enough to be read whole; a page, to be shown.
const (
	MaxBatch      = 250    // events or indicators in one fact
	MaxPasted     = 2_000  // in one act
	MaxEvents     = 20_000 // on one timeline
	MaxIndicators = 5_000
	MaxLinks      = 50 // assets, people, techniques or indicators of one event
	maxOthers     = 2_000
)

// EventBatch is the events of one fact, with the digest of their texts. Their ids are given by the decision.
type EventBatch struct {
	Events []Event
	Text   string
}

// RecordEvents puts events onto the timeline, all of them or none.
type RecordEvents struct{ Batches []EventBatch }

func (c RecordEvents) decide(s State, env Env) (out []Draft, err error) {
	n, faults := len(s.Events), fault.List{}
	for _, b := range c.Batches {
		f := &EventsRecorded{}
		for _, e := range b.Events {
			n++
			e.ID = ordinal("e", n)
			faults = append(faults, s.check(&e, env)...)
			f.Events = append(f.Events, e)
		}
		if len(f.Events) == 0 || len(f.Events) > MaxBatch {
			return nil, fault.Invalid("events", "There is nothing to record, or too much at once.", "Give between 1 and 2,000 events.")
		}
		out = append(out, Draft{Fact: f, Texts: map[string]string{TextEvents: b.Text}})
	}
	if n > MaxEvents {
		return nil, fault.Conflict("this timeline would have more than %d events", MaxEvents)
	}
	return out, faults.Err()
}

// CorrectEvent replaces an event by a better account of it.
type CorrectEvent struct {
	Event  Event
	Text   string // digest of a list of one EventText
	Reason string // digest; may be empty
}

func (c CorrectEvent) decide(s State, env Env) ([]Draft, error) {
	if err := s.standing(c.Event.ID); err != nil {
		return nil, err
	}
	if err := s.check(&c.Event, env).Err(); err != nil {
		return nil, err
	}
	texts := map[string]string{TextEvents: c.Text}
	if c.Reason != "" {
		texts[TextReason] = c.Reason
	}
	return []Draft{{Fact: &EventCorrected{Event: c.Event}, Texts: texts}}, nil
}

func (s *State) standing(event string) error {
	h := s.event(event)
	switch {
	case h == nil:
		return fault.NotFound("no such event")
	case h.Ended != nil:
		return fault.Conflict("this event was withdrawn")
	}
	return nil
}

// WithdrawEvent takes an event off the timeline.
type WithdrawEvent struct{ Event, Reason string }

func (c WithdrawEvent) decide(s State, _ Env) ([]Draft, error) {
	h := s.event(c.Event)
	if h == nil {
		return nil, fault.NotFound("no such event")
	}
	if h.Ended != nil {
		return nil, nil
	}
	return []Draft{{Fact: &EventWithdrawn{Event: c.Event}, Texts: map[string]string{TextReason: c.Reason}}}, nil
}

// tomorrow is how far the clocks of sources may run ahead.
const tomorrow = 24 * time.Hour

// oldest is before everything that a computer could have noted.
var oldest = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// check says what is wrong with an event, and fills in what follows from the rest.
func (s *State) check(e *Event, env Env) (faults fault.List) {
	refuse := func(ok bool, field, detail, remedy string) {
		if !ok {
			faults = append(faults, fault.Invalid(field, detail, remedy))
		}
	}
	plausible := func(m Moment) bool {
		at := m.Time()
		return at.After(oldest) && at.Before(env.Now.Add(tomorrow))
	}
	refuse(plausible(e.At), "at", "The time is in the future, or before there were records.", "Give the time at which it happened.")
	refuse(e.Discovered == nil || plausible(*e.Discovered), "discovered", "The time of discovery is in the future, or before there were records.", "Give the time at which it was found out.")
	refuse(slices.Contains(Precisions, e.Precision), "precision", "This precision is not known.", "Use second, minute, hour, day or month.")
	refuse(slices.Contains(Kinds, e.Kind), "kind", "This kind of event is not known.", "Use adversary, defender or other.")
	refuse(len(e.Zone) <= 64, "zone", "The zone is too long.", "Give an offset or a name such as America/New_York.")
	faults = append(faults, checkAttack(e.Tactic, e.Techniques)...)
	if e.Tactic == "" && len(e.Techniques) == 1 {
		e.Tactic = onlyTactic(e.Techniques[0])
	}
	for _, p := range e.People {
		_, ok := env.Dir.Person(p)
		refuse(ok, "people", fmt.Sprintf("The directory has nobody under %q.", p), "Give the person's id or name.")
	}
	for _, i := range e.Indicators {
		refuse(s.trace(i) != nil, "indicators", fmt.Sprintf("There is no indicator %q here.", i), "Give ids such as i1.")
	}
	refuse(max(len(e.People), len(e.Assets), len(e.Indicators), len(e.Techniques)) <= MaxLinks, "assets", "An event is linked to too many things.", "Link at most 50 of each.")
	return faults
}

// checkAttack holds technique ids and a tactic against ATT&CK.
func checkAttack(tactic string, techniques []string) (faults fault.List) {
	if tactic != "" && !slices.Contains(Tactics, tactic) {
		faults = append(faults, fault.Invalid("tactic", fmt.Sprintf("ATT&CK has no tactic %q.", tactic), "Choose one of the list."))
	}
	for _, id := range techniques {
		if _, ok := TechniqueByID(id); !ok {
			faults = append(faults, fault.Invalid("techniques", fmt.Sprintf("ATT&CK has no technique %q.", id), "Give ids such as T1059 or T1059.001."))
		}
	}
	return faults
}

// IndicatorBatch is the indicators of one fact, with the digest of their texts. Their ids are given by the decision.
type IndicatorBatch struct {
	Indicators []Indicator
	Text       string
}

// RecordIndicators adds indicators, all of them or none.
type RecordIndicators struct{ Batches []IndicatorBatch }

func (c RecordIndicators) decide(s State, _ Env) (out []Draft, err error) {
	n, faults := len(s.Indicators), fault.List{}
	for _, b := range c.Batches {
		f := &IndicatorsRecorded{}
		for _, i := range b.Indicators {
			n++
			i.ID = ordinal("i", n)
			if !slices.Contains(IndicatorTypes, i.Type) {
				faults = append(faults, fault.Invalid("type", fmt.Sprintf("There is no type of indicator %q.", i.Type), "Choose one of the list."))
			}
			if !slices.Contains(TLPs, i.TLP) {
				faults = append(faults, errTLP)
			}
			faults = append(faults, checkAttack("", i.Techniques)...)
			f.Indicators = append(f.Indicators, i)
		}
		if len(f.Indicators) == 0 || len(f.Indicators) > MaxBatch {
			return nil, fault.Invalid("indicators", "There is nothing to record, or too much at once.", "Give between 1 and 2,000 indicators.")
		}
		out = append(out, Draft{Fact: f, Texts: map[string]string{TextIndicators: b.Text}})
	}
	if n > MaxIndicators {
		return nil, fault.Conflict("this investigation would have more than %d indicators", MaxIndicators)
	}
	return out, faults.Err()
}

var errTLP = fault.Invalid("tlp", "This marking is not one of TLP 2.0.", "Use red, amber+strict, amber, green or clear.")

// MarkIndicator changes how far an indicator may be shared.
type MarkIndicator struct{ Indicator, TLP string }

func (c MarkIndicator) decide(s State, _ Env) ([]Draft, error) {
	t, err := s.usable(c.Indicator)
	if err != nil || t.TLP == c.TLP {
		return nil, err
	}
	if !slices.Contains(TLPs, c.TLP) {
		return nil, errTLP
	}
	return []Draft{{Fact: &IndicatorMarked{Indicator: c.Indicator, TLP: c.TLP}}}, nil
}

func (s *State) usable(indicator string) (Trace, error) {
	t := s.trace(indicator)
	switch {
	case t == nil:
		return Trace{}, fault.NotFound("no such indicator")
	case t.Ended != nil:
		return *t, fault.Conflict("this indicator was withdrawn")
	}
	return *t, nil
}

// SightIndicator says that an indicator was seen. Where is the digest of a text.
type SightIndicator struct {
	Indicator string
	At        Moment
	Assets    []string
	Where     string
}

func (c SightIndicator) decide(s State, env Env) ([]Draft, error) {
	t, err := s.usable(c.Indicator)
	if err != nil {
		return nil, err
	}
	if at := c.At.Time(); at.Before(oldest) || at.After(env.Now.Add(tomorrow)) {
		return nil, fault.Invalid("at", "The time is in the future, or before there were records.", "Give the time at which it was seen.")
	}
	if len(t.Sightings) >= maxOthers {
		return nil, fault.Conflict("this indicator has %d sightings already", len(t.Sightings))
	}
	return []Draft{{Fact: &IndicatorSighted{Indicator: c.Indicator, At: c.At, Assets: c.Assets}, Texts: map[string]string{TextSighting: c.Where}}}, nil
}

// WithdrawIndicator says that an indicator was none.
type WithdrawIndicator struct{ Indicator, Reason string }

func (c WithdrawIndicator) decide(s State, _ Env) ([]Draft, error) {
	t := s.trace(c.Indicator)
	if t == nil {
		return nil, fault.NotFound("no such indicator")
	}
	if t.Ended != nil {
		return nil, nil
	}
	return []Draft{{Fact: &IndicatorWithdrawn{Indicator: c.Indicator}, Texts: map[string]string{TextReason: c.Reason}}}, nil
}
