// Package part is what the parts of an incident share: what each of them knows of the incident when it decides, and what a decision
// leads to. The parts never see each other or the whole; the incident puts into effect what they decide.
package part

import (
	"slices"
	"strconv"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/policy"
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

// Case is what a part knows of the incident beside its own state.
type Case struct {
	Env
	Entity     string
	Restricted bool
	Members    []string // person ids of those a restriction names; nobody where there is none
	Told       []string // authorities that were told on a track of their own
}

// Works says whether a person is in the directory, has not left, and has an office at the entity or above it, whatever a restriction says.
func (c Case) Works(person string) bool {
	p, ok := c.Dir.Person(person)
	return ok && !p.Gone && slices.ContainsFunc(p.Roles, func(r directory.Assignment) bool {
		return r.Entity != "" && slices.Contains(c.Dir.Below(r.Entity), c.Entity)
	})
}

// Belongs says whether a person may be given work on the incident: whoever works for its entity, and of a restricted one its members
// alone.
func (c Case) Belongs(person string) bool {
	return c.Works(person) && (!c.Restricted || slices.Contains(c.Members, person))
}

// MayKnow says whether a person may be written to about the incident: of a restricted one a member, or an officer of an authority that
// was told.
func (c Case) MayKnow(person string) bool {
	return !c.Restricted || slices.Contains(c.Members, person) ||
		slices.ContainsFunc(c.Told, func(authority string) bool { return slices.Contains(c.Dir.Officers(authority), person) })
}

// Holders lists the people a recipient stands for now.
func (c Case) Holders(r policy.Recipient) []string { return Holders(c.Dir, r, c.Entity) }

// Holders lists the people a recipient stands for, as the directory knows them now. Work of a role that nobody holds any more is the
// IR coordinator's, so that none is left lying when somebody leaves.
func Holders(dir *directory.Snapshot, r policy.Recipient, entity string) []string {
	if r.Authority != "" {
		return dir.Officers(r.Authority)
	}
	if r.Person != "" {
		if p, ok := dir.Person(r.Person); ok && !p.Gone {
			return []string{r.Person}
		}
		return dir.Holders(directory.IRCoordinator, entity)
	}
	if r.At == "state" {
		return dir.HoldersAt(directory.Role(r.Role), dir.Root(entity))
	}
	if people := dir.Holders(directory.Role(r.Role), entity); len(people) > 0 {
		return people
	}
	return dir.Holders(directory.IRCoordinator, entity)
}

// PersonOf is the person that an actor is.
func PersonOf(actor string) (string, bool) {
	const prefix = "person:"
	if len(actor) > len(prefix) && actor[:len(prefix)] == prefix {
		return actor[len(prefix):], true
	}
	return "", false
}

// Names of texts that facts of several parts bind.
const (
	TextReason    = "reason"
	TextStatement = "statement"
	TextAnswer    = "answer"
	TextNote      = "note" // to the colleague who takes over, or of what was done
)

// Status of an incident.
const (
	StatusTelephoned = "telephoned" // known by telephone only; nothing is filed
	StatusOpen       = "open"
	StatusClosed     = "closed"
)

// Skew is how far a clock from which somebody gives a time may be ahead of ours.
const Skew = 2 * time.Minute

// Overdue says whether a due instant, in microseconds, has been reached: at that very instant the clock tells people so, and pages
// must say the same. 0 is no time, and never overdue.
func Overdue(due int64, now time.Time) bool { return due > 0 && due <= now.UnixMicro() }

// Ordinal is the id of the nth duty, question or call of an incident: short, because people say it on the telephone.
func Ordinal(prefix string, n int) string { return prefix + strconv.Itoa(n) }

// Union adds to a list what is not in it yet, without touching a list that others may share.
func Union(a, b []string) []string {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(slices.Clone(a), x)
		}
	}
	return a
}

// Listed is a list that is empty where there is none: a fact never holds null, which would be a third thing beside a value and its
// absence.
func Listed[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
