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
var inverse = map[string]string{Related: Related, DuplicateOf: DuplicatedBy, DuplicatedBy: DuplicateOf, SplitFrom: SplitInto, SplitInto: SplitFrom,
	MergedInto: MergedFrom, MergedFrom: MergedInto}

// Linked ties an incident to another one. Both keep their histories; the other has a fact of its own, with the inverse relation.
// Why is a text, on the side where it was stated.
type Linked struct {
	Relation string `json:"relation"`
	Number   string `json:"number"`         // of the other incident
	Stream   string `json:"stream"`         // of the other incident
	Owes     bool   `json:"owes,omitempty"` // the other incident is to have the inverse
}

// FactName implements Fact.
func (Linked) FactName() string { return "incident.linked.v1" }

// Link is a tie to another incident.
type Link struct {
	Relation, Number, Stream string
	At                       time.Time
	By                       string // actor id
	Why                      string // digest; empty on the side where it was not stated
	Owes                     bool   // the other incident is to have the inverse
}

// OwedLink is a link as the derived tables have it: stated on From, which has Number, about To.
type OwedLink struct {
	From, To, Number, Relation string
	At                         time.Time
	By                         string // actor id
}

// LinkTo states how the incident relates to another one. Silent, the other one is not told: one of the two is restricted, and readers of
// the other must not learn that it exists. For DuplicateOf and MergedInto it also closes the incident, as Close does.
type LinkTo struct {
	Relation, Number, Stream string
	Silent                   bool
	Closing                  Close // what was seen, and whether who links accepts it; Texts has the reason
}

// MirrorLink is the other side of a link.
type MirrorLink struct{ Relation, Number, Stream string }

func (LinkTo) isCommand()     {}
func (MirrorLink) isCommand() {}

// Inverse is a relation as the other incident has it.
func Inverse(relation string) string { return inverse[relation] }

// linked says whether the incident has a link already.
func (s State) linked(relation, stream string) bool {
	return slices.ContainsFunc(s.Lifecycle.Links, func(l Link) bool { return l.Relation == relation && l.Stream == stream })
}

func (d *decision) linkTo(c LinkTo) error {
	switch {
	case !slices.Contains(Relations, c.Relation):
		return fault.Invalid("relation", "incidents do not relate like this", "choose one of the list")
	case c.Number == d.s.Number:
		return fault.Invalid("other", "this is the same incident", "give the number of another one")
	}
	if !d.s.linked(c.Relation, c.Stream) {
		d.emit(&Linked{Relation: c.Relation, Number: c.Number, Stream: c.Stream, Owes: !c.Silent}, c.Closing.Texts)
	}
	if c.Relation != DuplicateOf && c.Relation != MergedInto || d.s.Status == StatusClosed {
		return nil
	}
	c.Closing.Outcome = OutcomeDuplicate
	return d.finish(c.Closing)
}

func (d *decision) mirrorLink(c MirrorLink) error {
	if !d.s.linked(c.Relation, c.Stream) {
		d.emit(&Linked{Relation: c.Relation, Number: c.Number, Stream: c.Stream}, nil)
	}
	return nil
}
