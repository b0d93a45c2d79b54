// Package enactment keeps which version of a pack is in force from when on, and by whose decision. A version acts from its date
// on; what was decided under the one before it stays as it was.
package enactment

import (
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/record"
)

// Fact, Draft and Recorded are those of every aggregate.
type (
	// Fact is a typed thing that happened to a pack.
	Fact = record.Fact
	// Draft is a fact about to be recorded.
	Draft = record.Draft
	// Recorded is a fact as the ledger holds it.
	Recorded = record.Recorded
)

// Enacted says that a version of a pack is in force from an instant on.
type Enacted struct {
	Pack        string `json:"pack"`
	Version     string `json:"version"` // as the pack calls itself
	Digest      string `json:"digest"`
	Replaces    string `json:"replaces"` // digest of the version in force until then
	EffectiveAt int64  `json:"effective_at"`
	Cases       int64  `json:"cases"` // how many cases were run, and held
}

// Withdrawn says that a version which was to come into force does not.
type Withdrawn struct {
	Pack   string `json:"pack"`
	Digest string `json:"digest"`
}

// FactName implements Fact.
func (Enacted) FactName() string { return "policy.enacted.v1" }

// FactName implements Fact.
func (Withdrawn) FactName() string { return "policy.withdrawn.v1" }

// TextReason is the text that both facts bind: on whose decision, and why.
const TextReason = "reason"

// Enactment is one version that was put into force, or is to be.
type Enactment struct {
	Number      int64 // version of its fact in the stream
	EntryID     string
	Pack        string
	Version     string
	Digest      string
	Replaces    string
	EffectiveAt time.Time
	Cases       int64
	At          time.Time // when it was decided
	By          string    // actor id
	Reason      string    // digest of the text
	WithdrawnAt time.Time // zero where it was not
	WithdrawnBy string
	WhyNot      string // digest of the text
}

// Withdrawn says that it never came into force.
func (e Enactment) Withdrawn() bool { return !e.WithdrawnAt.IsZero() }

// State is the versions of one pack, in the order in which they were decided, which is that of their dates as well.
type State struct {
	Version    int64
	Enactments []Enactment
}

// Fold applies facts in order.
func Fold(facts []Recorded) State { return record.Fold(Apply, facts) }

// Apply folds one fact into the state.
func Apply(s State, r Recorded) State {
	s.Version = r.Version
	s.Enactments = append([]Enactment(nil), s.Enactments...)
	switch f := r.Fact.(type) {
	case *Enacted:
		s.Enactments = append(s.Enactments, Enactment{Number: r.Version, EntryID: r.EntryID, Pack: f.Pack, Version: f.Version, Digest: f.Digest, Replaces: f.Replaces,
			EffectiveAt: time.UnixMicro(f.EffectiveAt).UTC(), Cases: f.Cases, At: r.At, By: r.Actor, Reason: r.Texts[TextReason]})
	case *Withdrawn:
		for i := range s.Enactments {
			if e := &s.Enactments[i]; e.Digest == f.Digest && !e.Withdrawn() && r.At.Before(e.EffectiveAt) {
				e.WithdrawnAt, e.WithdrawnBy, e.WhyNot = r.At, r.Actor, r.Texts[TextReason]
			}
		}
	}
	return s
}

// InForce is the version in force at an instant; ok is false while it is still the one that the installation came with.
func InForce(list []Enactment, at time.Time) (e Enactment, ok bool) {
	for _, one := range list {
		if !one.Withdrawn() && !at.Before(one.EffectiveAt) && (!ok || !one.EffectiveAt.Before(e.EffectiveAt)) {
			e, ok = one, true
		}
	}
	return e, ok
}

// Waiting is the version that is to come into force after an instant.
func Waiting(list []Enactment, at time.Time) (e Enactment, ok bool) {
	for _, one := range list {
		if !one.Withdrawn() && at.Before(one.EffectiveAt) {
			return one, true
		}
	}
	return e, false
}

// Command is something that is to happen. The caller has decided who may ask for it.
type Command interface {
	decide(s State, now time.Time) ([]Draft, error)
}

// Decide answers a command with facts or a refusal; the second time it returns no facts.
func Decide(s State, c Command, now time.Time) ([]Draft, error) { return c.decide(s, now) }

// Enact puts a version into force from an instant on; the zero instant is now. InForce is the digest of the version in force
// now, which the caller knows where it is the one that the installation came with.
type Enact struct {
	Pack, Version, Digest string
	InForce               string
	InForceVersion        string // what that version calls itself
	From                  time.Time
	Cases                 int64
	Reason                string // digest of the text
}

// horizon is how far ahead a version can be put into force.
const horizon = 2 * 366 * 24 * time.Hour

func (c Enact) decide(s State, now time.Time) ([]Draft, error) {
	from := c.From
	if from.IsZero() {
		from = now
	}
	if w, ok := Waiting(s.Enactments, now); ok {
		if w.Digest == c.Digest && w.EffectiveAt.Equal(from) {
			return nil, nil
		}
		return nil, fault.Conflict("Version %s waits to come into force. Withdraw it first: else it would undo this one on its date.", w.Version)
	}
	if c.Digest == c.InForce {
		return nil, nil
	}
	switch {
	case from.Before(now):
		return nil, fault.Invalid("from", "This date has begun already.", "Choose a later day, or at once.")
	case from.Sub(now) > horizon:
		return nil, fault.Invalid("from", "This date is more than two years away.", "Choose an earlier day.")
	}
	taken := c.Version == c.InForceVersion
	for _, e := range s.Enactments {
		taken = taken || e.Version == c.Version && e.Digest != c.Digest && !e.Withdrawn()
	}
	if taken {
		return nil, fault.Invalid("files", "Other rules were in force as version "+c.Version+" already.", "Give these a version of their own in pack.yaml, and propose them again.")
	}
	f := &Enacted{Pack: c.Pack, Version: c.Version, Digest: c.Digest, Replaces: c.InForce, EffectiveAt: from.UnixMicro(), Cases: c.Cases}
	return []Draft{{Fact: f, Texts: map[string]string{TextReason: c.Reason}}}, nil
}

// Withdraw takes back the version that waits to come into force.
type Withdraw struct {
	Digest string
	Reason string // digest of the text
}

func (c Withdraw) decide(s State, now time.Time) ([]Draft, error) {
	w, ok := Waiting(s.Enactments, now)
	if ok && w.Digest == c.Digest {
		return []Draft{{Fact: &Withdrawn{Pack: w.Pack, Digest: w.Digest}, Texts: map[string]string{TextReason: c.Reason}}}, nil
	}
	for _, e := range s.Enactments {
		if e.Digest == c.Digest && e.Withdrawn() {
			return nil, nil
		}
	}
	return nil, fault.Conflict("This version does not wait to come into force any more. A version in force is replaced by enacting another.")
}

// Proposal is a version that somebody sent and that was found sound; it is no part of the record until it is enacted.
type Proposal struct {
	ID, Pack string
	Digest   string
	By       string // actor id
	At       time.Time
	Archive  []byte // policy.Files
	Base     string // digest of the pack that it is laid over; empty for none
	Cases    int64  // how many cases were run, and held
}

// ProposalsLast is after what time a proposal that nobody enacted is forgotten.
const ProposalsLast = 30 * 24 * time.Hour

// Kept is the files of a version that was, is or will be in force: what makes a digest in a fact readable.
type Kept struct {
	Digest, Pack, Version string
	Base                  string // digest of the pack that it is laid over; empty for none
	Archive               []byte // policy.Files
}

// Facts lists every kind of fact of this package, once: what reads the record, and what holds it to its examples, goes by this list.
var Facts = []record.Kind{
	record.Of[Enacted](), record.Of[Withdrawn](),
}
