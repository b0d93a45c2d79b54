// Package record is what all aggregates share: the shape of a fact, before and after it is in the ledger.
package record

import "time"

// Fact is a typed thing that happened. Names and field names are stored for ever: a new meaning is a new version of the fact, never a
// changed field. Instants are microseconds since 1970 UTC; prose and personal data are texts.
type Fact interface{ FactName() string }

// Kind is one kind of fact that is recorded: its name, and how a value is made that a body of it is read into.
type Kind struct {
	Name string
	New  func() Fact // a pointer to the zero value
}

// Of is the kind of the facts T. The name is the one that T has itself, so that it is written in one place.
func Of[T any, P interface {
	*T
	Fact
}]() Kind {
	return Kind{Name: P(new(T)).FactName(), New: func() Fact { return P(new(T)) }}
}

// Draft is a fact about to be recorded, with the digests (hexadecimal) of the texts it binds.
type Draft struct {
	Fact  Fact
	Texts map[string]string
}

// Recorded is a fact as the ledger holds it.
type Recorded struct {
	Fact    Fact
	Version int64
	EntryID string
	At      time.Time
	Actor   string
	Pack    string
	Texts   map[string]string
	Digest  [32]byte // leaf hash of its entry; zero for a draft, and where nobody asked for it
}

// Fold applies facts in order to the zero state.
func Fold[S any](apply func(S, Recorded) S, facts []Recorded) S {
	var s S
	for _, f := range facts {
		s = apply(s, f)
	}
	return s
}

// Moment is an instant with the offset in which a person gave it.
type Moment struct {
	At     int64 `json:"at"`     // microseconds UTC
	Offset int64 `json:"offset"` // minutes east of UTC
}

// MomentOf is an instant with the offset that it carries.
func MomentOf(t time.Time) Moment {
	_, offset := t.Zone()
	return Moment{At: t.UnixMicro(), Offset: int64(offset / 60)}
}

// Time returns the instant in the offset it was given in.
func (m Moment) Time() time.Time {
	return time.UnixMicro(m.At).In(time.FixedZone("", int(m.Offset)*60))
}
