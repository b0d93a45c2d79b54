package incident

import (
	"slices"
	"time"

	"tocsin/internal/domain/fault"
)

// Relations of one incident to another, each seen from one side.
const (
	Related      = "related"
	DuplicateOf  = "duplicate_of" // closes the incident: it is worked on under the other number
	DuplicatedBy = "duplicated_by"
	SplitFrom    = "split_from"
	SplitInto    = "split_into"
	MergedInto   = "merged_into" // closes the incident like DuplicateOf; both were true reports of parts of one thing
	MergedFrom   = "merged_from"
)

// Relations lists those that a person states.
var Relations = []string{Related, DuplicateOf, SplitFrom, SplitInto, MergedInto}

// inverse is the relation as the other incident has it.
var inverse = map[string]string{Related: Related, DuplicateOf: DuplicatedBy, DuplicatedBy: DuplicateOf, SplitFrom: SplitInto,
	SplitInto:  SplitFrom,
	MergedInto: MergedFrom, MergedFrom: MergedInto}

// Linked ties an incident to another one. Both keep their histories; the other has a fact of its own, with the inverse relation.
// Why is a text, on the side where it was stated.
type Linked struct {
	Relation string `json:"relation"`
	Number   string `json:"number"`         // of the other incident
	Stream   string `json:"stream"`         // of the other incident
	Owes     bool   `json:"owes,omitempty"` // the other incident is to have the inverse
	Turn     int    `json:"turn,omitempty"` // how often the two were linked and unlinked so, this time included; left out: the first
}

// FactName implements Fact.
func (Linked) FactName() string { return "incident.linked.v1" }

// Unlinked undoes a link; both stay in the history. Why is a text, on the side where it was undone.
type Unlinked struct {
	Relation string `json:"relation"`
	Number   string `json:"number"`         // of the other incident
	Stream   string `json:"stream"`         // of the other incident
	Owes     bool   `json:"owes,omitempty"` // the other incident is to undo the inverse
	Turn     int    `json:"turn"`           // as in Linked
}

// FactName implements Fact.
func (Unlinked) FactName() string { return "incident.unlinked.v1" }

// Link is a tie to another incident.
type Link struct {
	Relation, Number, Stream string
	At                       time.Time
	By                       string // actor id
	Why                      string // digest; empty on the side where it was not stated
	Owes                     bool   // the other incident is to have the inverse, or to undo it
	Turn                     int    // of the last fact about it
	Undone                   *Undone
}

// Undone says that a link was undone.
type Undone struct {
	At  time.Time
	By  string // actor id
	Why string // digest; empty on the side where it was not said
}

// OwedLink is a link as the derived tables have it: stated on From, which has Number, about To.
type OwedLink struct {
	From, To, Number, Relation string
	At                         time.Time
	By                         string // actor id
	Turn                       int
	Undone                     bool // what the other incident owes is to undo it
}

// LinkTo states how the incident relates to another one. Silent, the other one is not told: one of the two is restricted, and readers of
// the other must not learn that it exists. For DuplicateOf and MergedInto it also closes the incident, as Close does.
type LinkTo struct {
	Relation, Number, Stream string
	Silent                   bool
	Closing                  Close // what was seen, and whether who links accepts it; Texts has the reason
}

// MirrorLink is the other side of a link, or of its undoing.
type MirrorLink struct {
	Relation, Number, Stream string
	Turn                     int
	Undone                   bool
}

// Unlink undoes a link that was stated, or that the other incident stated. Silent is as in LinkTo. Undoing what closed the incident opens
// it again; that is done on the incident that was closed.
type Unlink struct {
	Relation, Number, Stream string
	Silent                   bool
	Texts                    map[string]string // the reason
}

// Inverse is a relation as the other incident has it.
func Inverse(relation string) string { return inverse[relation] }

// Link answers the last of the links of one kind between two incidents.
func (x Lifecycle) Link(relation, stream string) (Link, bool) {
	for i := len(x.Links) - 1; i >= 0; i-- {
		if l := x.Links[i]; l.Relation == relation && l.Stream == stream {
			return l, true
		}
	}
	return Link{}, false
}

// linked says whether the incident has a link that stands.
func (s State) linked(relation, stream string) bool {
	l, ok := s.Lifecycle.Link(relation, stream)
	return ok && l.Undone == nil
}

// turn is that of the next fact about a link.
func (d *decision) turn(relation, stream string) int {
	l, _ := d.s.Lifecycle.Link(relation, stream)
	return l.Turn + 1
}

func (c LinkTo) decide(d *decision) error {
	switch {
	case !slices.Contains(Relations, c.Relation):
		return fault.Invalid("relation", "incidents do not relate like this", "choose one of the list")
	case c.Number == d.s.Number:
		return fault.Invalid("other", "this is the same incident", "give the number of another one")
	}
	if !d.s.linked(c.Relation, c.Stream) {
		d.emit(&Linked{Relation: c.Relation, Number: c.Number, Stream: c.Stream, Owes: !c.Silent, Turn: d.turn(c.Relation, c.Stream)},
			c.Closing.Texts)
	}
	if c.Relation != DuplicateOf && c.Relation != MergedInto || d.s.Status == StatusClosed {
		return nil
	}
	c.Closing.Outcome = OutcomeDuplicate
	return d.finish(c.Closing)
}

// decide gives the other side of what was stated last. What it has of a later turn already stands.
func (c MirrorLink) decide(d *decision) error {
	l, ok := d.s.Lifecycle.Link(c.Relation, c.Stream)
	turn := max(c.Turn, 1)
	switch {
	case ok && l.Turn >= turn:
	case c.Undone && ok && l.Undone == nil:
		d.emit(&Unlinked{Relation: c.Relation, Number: c.Number, Stream: c.Stream, Turn: turn}, nil)
	case !c.Undone:
		d.emit(&Linked{Relation: c.Relation, Number: c.Number, Stream: c.Stream, Turn: turn}, nil)
	}
	return nil
}

func (c Unlink) decide(d *decision) error {
	l, ok := d.s.Lifecycle.Link(c.Relation, c.Stream)
	switch {
	case !ok:
		return fault.NotFound("no such link")
	case l.Undone != nil:
		return nil
	case c.Relation == DuplicatedBy || c.Relation == MergedFrom:
		return fault.Conflict("this link closed %s; undo it there, so that it is open again", c.Number)
	}
	d.emit(&Unlinked{Relation: c.Relation, Number: c.Number, Stream: c.Stream, Owes: !c.Silent, Turn: l.Turn + 1}, c.Texts)
	if (c.Relation == DuplicateOf || c.Relation == MergedInto) && d.s.Lifecycle.Outcome == OutcomeDuplicate {
		return Reopen{Texts: c.Texts}.decide(d)
	}
	return nil
}

func (f *Linked) apply(s *State, r Recorded) {
	s.Lifecycle.Links = append(s.Lifecycle.Links, Link{Relation: f.Relation, Number: f.Number, Stream: f.Stream, At: r.At, By: r.Actor,
		Why: r.Texts[TextReason], Owes: f.Owes, Turn: max(f.Turn, 1)})
}

func (f *Unlinked) apply(s *State, r Recorded) {
	for i := len(s.Lifecycle.Links) - 1; i >= 0; i-- {
		if l := &s.Lifecycle.Links[i]; l.Relation == f.Relation && l.Stream == f.Stream {
			l.Owes, l.Turn, l.Undone = f.Owes, f.Turn, &Undone{At: r.At, By: r.Actor, Why: r.Texts[TextReason]}
			return
		}
	}
}
