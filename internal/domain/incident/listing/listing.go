// Package listing is what lists, boards and statistics over incidents are made of: how incidents are chosen, and what a line of a list
// or a number over many of them is. It knows no incident from inside.
package listing

import (
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/policy"
)

// Filter chooses incidents for a list. Empty fields do not filter.
type Filter struct {
	Words     []string // all must occur in the incident's texts
	Number    string
	Entity    string
	Level     policy.Level
	Status    string
	Authority string // with a track of this authority
	Waiting   bool   // with Authority: only tracks that it has not answered
	Track     string // with Authority: only tracks in this state
	Assignee  string // with Authority: only tracks that this officer has; Unassigned for those that nobody has

	Under       []string // any of these entities: a part of the tree
	Provisional bool     // only ratings that what is unstated could still raise
	Category    string
	Reportable  string // yes, no or unknown
	// ReceivedFrom and ReceivedBefore bound the receipt, in microseconds; 0 is no bound.
	ReceivedFrom, ReceivedBefore int64
	OverdueAt                    int64  // something was owed by this instant and is not done; 0 does not filter
	ChangedAfter                 int64  // something was recorded about it since; 0 does not filter
	Unanswered                   bool   // some authority that was told has not answered
	Owed                         []Owed // something is owed by one of these
	Order                        Order

	// After continues a list behind this row, newest first; Before goes back. At most one is set.
	After, Before *Position
	Limit         int
}

// Unassigned as an assignee stands for tracks that no officer in particular has.
const Unassigned = "-"

// Order says by what a list is sorted.
type Order string

// The orders of a list.
const (
	Newest  Order = ""        // last received first
	Oldest  Order = "oldest"  // first received first
	Soonest Order = "due"     // next due first; only what owes something by a time
	Changed Order = "changed" // last changed first
)

// Position is a place in the list: rows are ordered by an instant, then by stream. The instant is that of receipt, or
// in another Order the one that it sorts by.
type Position struct {
	ReceivedAt int64
	Stream     string
}

// Owed is a role whose holder owes duties about incidents of these entities; or an authority.
type Owed struct {
	Role      string
	State     bool // the role as held at the root of the jurisdiction, policy.Recipient At "state"
	Entities  []string
	Person    string // whose role it is: of restricted incidents only those count that have them as a member
	Authority string
}

// personPrefix begins the role under which lists keep what one person owes by name.
const personPrefix = "person:"

// OwedAs is the role, and where it is held, under which lists keep what a recipient owes: its own, or of a person's own work one that
// nobody else has.
func OwedAs(r policy.Recipient) (role, at string) {
	if r.Person != "" {
		return personPrefix + r.Person, "entity"
	}
	return r.Role, r.At
}

// By is who owes the duty.
func (d OpenDuty) By() policy.Recipient {
	if person, ok := strings.CutPrefix(d.ByRole, personPrefix); ok {
		return policy.Recipient{Person: person}
	}
	return policy.Recipient{Authority: d.ByAuthority, Role: d.ByRole, At: d.ByAt}
}

// OwedBy says for which duties a person answers: for each role held, the incidents of those entities for which the
// directory finds this person as the holder; and every authority that the person serves.
func OwedBy(dir *directory.Snapshot, person string) []Owed {
	p, ok := dir.Person(person)
	if !ok || p.Gone {
		return nil
	}
	var out []Owed
	own := Owed{Role: personPrefix + person, Person: person}
	for _, r := range p.Roles {
		if r.Authority != "" {
			out = append(out, Owed{Authority: r.Authority})
			continue
		}
		for _, e := range dir.Below(r.Entity) {
			if !slices.Contains(own.Entities, e) {
				own.Entities = append(own.Entities, e)
			}
		}
		here := Owed{Role: string(r.Role), Person: person}
		for _, e := range dir.Below(r.Entity) {
			if slices.Contains(dir.Holders(r.Role, e), person) {
				here.Entities = append(here.Entities, e)
			}
		}
		out = append(out, here)
		if dir.Root(r.Entity) == r.Entity {
			out = append(out, Owed{Role: string(r.Role), Person: person, State: true, Entities: dir.Below(r.Entity)})
		}
	}
	if len(own.Entities) > 0 {
		out = append(out, own)
	}
	return append(out, orphaned(dir, p)...)
}

// orphaned is what an IR coordinator owes because nobody holds the role that owes it, as Holders has it.
func orphaned(dir *directory.Snapshot, p directory.Person) []Owed {
	var out []Owed
	for _, role := range directory.Roles {
		lost := Owed{Role: string(role)}
		for _, r := range p.Roles {
			for _, e := range dir.Below(r.Entity) {
				if r.Role == directory.IRCoordinator && len(dir.Holders(role, e)) == 0 && slices.Contains(dir.Holders(r.Role, e), p.ID) {
					lost.Entities = append(lost.Entities, e)
				}
			}
		}
		if len(lost.Entities) > 0 {
			out = append(out, lost)
		}
	}
	return out
}

// Row is one line of a list.
type Row struct {
	Stream      string
	Number      string
	Entity      string
	Status      string
	Level       policy.Level
	Provisional bool
	Reportable  string // yes, no or unknown
	Categories  string // ids joined by commas
	ReceivedAt  int64  // microseconds; of the first filing, or of the telephone report
	UpdatedAt   int64
	NextDue     int64
	Summary     string // the beginning of the latest description
	TrackStatus string // of the filter's authority
	Assignee    string // person id of its officer who has it
	Marks
}

// BreakingRow is one line of the uses of the glass.
type BreakingRow struct {
	Stream, ID, Number, Entity, Person, Reviewer string // Reviewer is an actor id; empty until reviewed
	At, Until                                    int64
}

// Reading is one line of who opened a restricted incident, to the minute.
type Reading struct {
	Stream, Actor, What string
	At                  time.Time
}

// Change is one fact as readers who watch learn of it: its place in the order of all, and whose it is.
type Change struct {
	Place   int64
	Stream  string
	Version int64
	Fact    string
}

// OpenDuty is one line of what is owed.
type OpenDuty struct {
	Stream, ID, Number, Entity, Rule, What, ByAuthority, ByRole, ByAt, ToLabel, Clock, Clause, Discharge string
	Due, Since                                                                                           int64
	Unverified                                                                                           bool
	Marks
}

// Tally is one count of the picture over many incidents: how many share these values. Fields that a count is not parted by are
// empty.
type Tally struct {
	Entity, Status, Categories, Authority string
	Level                                 policy.Level
	Provisional                           bool
	Period                                int // index of the period in which they were received
	Count                                 int64
}

// Picture is what a central office looks at: how things stand now, and what was received when.
type Picture struct {
	Standing   []Tally // by entity, status, level and provisional: all that are not closed
	Received   []Tally // by entity, categories and period
	Overdue    []Tally // duties past their time, by entity
	At         int64   // the instant of the counts, in microseconds
	Unanswered []Tally // tracks without an answer, by authority
}

// Span is a stretch of time: from an instant up to another, in microseconds.
type Span struct{ From, Before int64 }

// SavedView is a list as a person wants to find it again.
type SavedView struct {
	Name  string
	Query string // the address's query
	First bool   // opened when the list is asked for without a query
}
