package policy

import (
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/calendar"
)

// Pack is one jurisdiction's rules, checked and ready to be asked. It never changes and is safe for concurrent use.
type Pack struct {
	ID           string
	Version      string
	Title        string
	Jurisdiction string // such as "US-CA"
	Digest       string // SHA-256 in hex over its files and, for an extension, over the digest of the pack below

	doc        document // merged, for packs that extend this one
	depth      int
	baseDigest string
	base       *Pack // the pack below it; nil for none
	files      Files

	calendar      *calendar.Calendar
	calendars     map[string]*calendar.Calendar
	coordinator   Recipient
	confidential  bool
	sessions      access.SessionLimits
	unrated       rule
	decision      rule
	notReportable rule
	occasions     map[Occasion]*owing
	audiences     []Audience
	designations  Designations
	retention     Retention
	corrective    Corrective
	documents     Ownership

	authorities []AuthorityInfo
	acknowledge map[string]Acknowledge
	confirms    map[string]bool
	categories  []Term
	piTypes     []Term
	matrix      []row
	reportable  []conditional
	items       []asking
	tell        []telling
	duties      []owing
	advice      []advising
	contacts    []calling
	phases      []Phase
	controls    []ControlSection
	playbooks   []Playbook
	continuity  []conditional

	responsibilities []Responsibility
	rules            []Rule
	texts            map[string]bool // that the rules cite
	conditions       []*condition    // each once, by index
}

// Files are the files that the pack was read from, with its cases. They are not to be changed.
func (p *Pack) Files() Files { return p.files }

// Base is the pack that this one is laid over; nil for none.
func (p *Pack) Base() *Pack { return p.base }

// Contacts lists whom to call at this hour, for when the system cannot be reached. CA step 4.
func (p *Pack) Contacts(at time.Time) []Contact {
	var out []Contact
	for i := range p.contacts {
		c := &p.contacts[i]
		open := c.calendar.InHours(at)
		if !c.holds(calendar.DateOf(at.In(c.calendar.Zone()))) {
			continue
		}
		if c.hours == "any" || (c.hours == "business") == open {
			out = append(out, c.contact)
		}
	}
	return out
}

// AllContacts lists whom to call at any hour, each with its hours; for a copy that is kept where the clock is not trusted.
func (p *Pack) AllContacts() []Contact {
	out := make([]Contact, len(p.contacts))
	for i := range p.contacts {
		out[i] = p.contacts[i].contact
	}
	return out
}

// Acknowledge says in what time an authority of this pack answers; ok is false where the pack does not name it.
func (p *Pack) Acknowledge(authorityID string) (a Acknowledge, ok bool) {
	a, ok = p.acknowledge[authorityID]
	return a, ok
}

// Coordinator is who decides where the pack leaves a judgement. MA 6.3.1.1.
func (p *Pack) Coordinator() Recipient { return p.coordinator }

// ConfidentialMail says that a mail may carry number, kind, due time and a link only.
func (p *Pack) ConfidentialMail() bool { return p.confidential }

// SessionLimits bounds the sessions of those who work under this pack; zero where it says nothing.
func (p *Pack) SessionLimits() access.SessionLimits { return p.sessions }

// Designations says by when entities designate their reporters, and confirm it.
func (p *Pack) Designations() Designations { return p.designations }

// Authorities lists the authorities of the pack.
func (p *Pack) Authorities() []AuthorityInfo { return slices.Clone(p.authorities) }

// Categories lists the incident categories.
func (p *Pack) Categories() []Term { return slices.Clone(p.categories) }

// PITypes lists the elements of personal information.
func (p *Pack) PITypes() []Term { return slices.Clone(p.piTypes) }

// KnownCategory says that the pack has a category of this id.
func (p *Pack) KnownCategory(id string) bool { return knows(p.categories, id) }

// KnownPIType says that the pack has an element of personal information of this id.
func (p *Pack) KnownPIType(id string) bool { return knows(p.piTypes, id) }

func knows(terms []Term, id string) bool {
	return slices.ContainsFunc(terms, func(t Term) bool { return t.ID == id })
}

// Items lists every item that a report of this pack can ask for, with all its fields.
func (p *Pack) Items() []Item {
	out := make([]Item, len(p.items))
	for i := range p.items {
		out[i] = p.items[i].item
	}
	return out
}

// Rules lists every rule of the pack with its citation and marks, for pages.
func (p *Pack) Rules() []Rule { return slices.Clone(p.rules) }

// Cited answers a clause that the program itself names, where the pack rests on that text, and else nothing: duties and pages that are the
// program's own name the clauses that they were built after, which say nothing to whom another text binds.
func (p *Pack) Cited(clause string) string {
	if p.texts[textOf(clause)] {
		return clause
	}
	return ""
}

// textsOf are the texts that rules cite.
func textsOf(rules []Rule) map[string]bool {
	out := map[string]bool{}
	for _, r := range rules {
		for one := range strings.SplitSeq(r.Citation, "; ") {
			out[textOf(one)] = true
		}
	}
	return out
}

// textOf is the name of the text that a clause is of: what stands before its number.
func textOf(clause string) string {
	if i := strings.IndexAny(clause, "0123456789"); i >= 0 {
		clause = clause[:i]
	}
	return strings.TrimSpace(clause)
}

// RuleByID finds a rule that is asked of incidents: rating, reportability, tell, duty, advice, contact or statement.
func (p *Pack) RuleByID(id string) (Rule, bool) {
	for _, r := range p.rules {
		switch r.Kind {
		case "category", "personal information", "item", "authority", "calendar", "holiday", "phase", "controls", "playbook", "retention", "documents", "corrective actions", "responsibility", "audience":
			continue
		}
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}

// ControlsFor gives the rows of the control mapping for a section's title. The numbers that the mapping table prints are
// not those of the standard's body, so the title is the key.
func (p *Pack) ControlsFor(title string) []Control {
	for _, s := range p.controls {
		if s.Title == title {
			return slices.Clone(s.Rows)
		}
	}
	return nil
}

// ControlSections lists the whole control mapping.
func (p *Pack) ControlSections() []ControlSection { return slices.Clone(p.controls) }

// Phases lists the phases of the response, in order. MA 6.2.1.
func (p *Pack) Phases() []Phase { return slices.Clone(p.phases) }

// CalendarByID finds a calendar of the pack.
func (p *Pack) CalendarByID(id string) (*calendar.Calendar, bool) {
	c, ok := p.calendars[id]
	return c, ok
}

// Calendar is the one that holds where a rule names none.
func (p *Pack) Calendar() *calendar.Calendar { return p.calendar }

// Matrix lists the impact characteristics with their levels, as the pack orders them. It is empty where the jurisdiction
// has no matrix.
func (p *Pack) Matrix() []MatrixRow {
	out := make([]MatrixRow, len(p.matrix))
	for i := range p.matrix {
		r := &p.matrix[i]
		out[i] = MatrixRow{Rule: r.id, Level: r.level, Text: r.title, Clause: r.clause, Unverified: r.unverified}
	}
	return out
}
