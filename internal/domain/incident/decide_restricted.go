package incident

import (
	"slices"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
)

// Restrict limits the incident to named members; who decides it is one of them. MA 6.5.4
type Restrict struct {
	Members []string // person ids
	Texts   map[string]string
}

// AddMember names one more member of a restricted incident.
type AddMember struct{ Person string }

// RemoveMember ends a membership.
type RemoveMember struct{ Person string }

// Release ends the restriction.
type Release struct{ Texts map[string]string }

// BreakGlass gives the actor access to a restricted incident for a day, with a reason and an alarm.
type BreakGlass struct{ Texts map[string]string }

// ReviewGlass records another person's finding on a use of the glass.
type ReviewGlass struct {
	Breaking string
	Texts    map[string]string
}

// AssignTrack hands an authority's work to one of its officers, or to nobody in particular.
type AssignTrack struct {
	Authority, Person string
	Texts             map[string]string
}

// glassHolds is how long access by breaking the glass lasts: long enough for a night, short enough to be asked about.
const glassHolds = 24 * time.Hour

// Kinds of message about who may know.
const (
	KindMemberAdded   = "member_added"
	KindGlassBroken   = "glass_broken"
	KindTrackAssigned = "track_assigned"
)

func (c Restrict) decide(d *decision) error {
	members := part.Union(nil, append([]string{d.env.Actor.Person}, c.Members...))
	if d.s.Restriction.On {
		return fault.Conflict("this incident is restricted already; add or remove members")
	}
	for _, p := range members {
		if err := d.known(p); err != nil {
			return err
		}
	}
	d.emit(&Restricted{Members: members}, c.Texts)
	if !d.manageable() {
		return fault.Invalid("members", "nobody among the members could change or end the restriction", "name an IR coordinator or the CISO")
	}
	d.withdraw()
	d.tellMembers(members)
	return nil
}

func (c AddMember) decide(d *decision) error {
	if !d.s.Restriction.On {
		return fault.Conflict("this incident is not restricted")
	}
	for _, m := range d.s.Restriction.Members {
		if m.Person == c.Person && m.Until.IsZero() {
			return nil
		}
	}
	if err := d.known(c.Person); err != nil {
		return err
	}
	d.emit(&MemberAdded{Person: c.Person}, nil)
	d.tellMembers([]string{c.Person})
	return nil
}

func (c RemoveMember) decide(d *decision) error {
	if !slices.Contains(d.s.Members(), c.Person) {
		return nil
	}
	d.emit(&MemberRemoved{Person: c.Person, Why: RemovedByMember}, nil)
	if !d.manageable() {
		return fault.Conflict("nobody would be left who can change or end the restriction; add an IR coordinator or the CISO first")
	}
	d.withdraw()
	return nil
}

func (c Release) decide(d *decision) error {
	if d.s.Restriction.On {
		d.emit(&Released{}, c.Texts)
	}
	return nil
}

func (d *decision) known(person string) error {
	if p, ok := d.env.Dir.Person(person); !ok || p.Gone {
		return fault.Invalid("members", "a member is a person of the directory who has not left",
			"give the e-mail address under which the directory has them")
	}
	return nil
}

// manageable says whether a lasting member could change or end the restriction: else it would hold for ever.
func (d *decision) manageable() bool {
	o := access.Object{Entity: d.s.Entity, Restricted: true, Members: d.s.Members()}
	return slices.ContainsFunc(d.s.Restriction.Members, func(m Member) bool {
		a, ok := access.NewActor(d.env.Dir, m.Person)
		return ok && m.Until.IsZero() && access.Allow(a, access.Restrict, o)
	})
}

// decide gives access, and rings the alarm to the coordinators, the members and the operator.
func (c BreakGlass) decide(d *decision) error {
	person := d.env.Actor.Person
	if !d.s.Restriction.On || slices.Contains(d.s.Members(), person) {
		return nil
	}
	to := part.Union(Holders(d.env.Dir, d.env.Pack.Coordinator(), d.s.Entity), d.s.Members())
	id := part.Ordinal("g", len(d.s.Restriction.Breakings)+1)
	d.emit(&GlassBroken{Breaking: id, Person: person, Until: d.env.Now.Add(glassHolds).UnixMicro()}, c.Texts)
	alarm := OwedMessage{Kind: KindGlassBroken, Lane: LaneAlarm, Channel: ChannelMail, About: id,
		Why: "A restricted incident was opened by somebody who is not a member. Review the reason."}
	var messages []OwedMessage
	for _, p := range to { // the coordinator is told even where not a member: the mail carries no content
		if p != person {
			alarm.Person = p
			messages = append(messages, alarm)
		}
	}
	alarm.Person, alarm.Operator = "", true
	d.send(append(messages, alarm))
	return nil
}

func (c ReviewGlass) decide(d *decision) error {
	b, ok := d.s.Breaking(c.Breaking)
	switch {
	case !ok:
		return fault.NotFound("no such use of the glass")
	case b.ReviewedBy != "":
		return fault.Conflict("this was reviewed already")
	case b.Person == d.env.Actor.Person:
		return fault.Conflict("somebody else reviews this: it was you who opened the incident")
	}
	d.emit(&GlassReviewed{Breaking: b.ID}, c.Texts)
	return nil
}

// decide hands the work over. The officer who takes it learns of it, unless they took it themselves.
func (c AssignTrack) decide(d *decision) error {
	t, err := d.told(c.Authority)
	switch {
	case err != nil || t.Assignee == c.Person:
		return err
	case t.Status == TrackClosedState:
		return fault.Conflict("this authority has closed its track")
	case c.Person != "" && !slices.Contains(d.env.Dir.Officers(c.Authority), c.Person):
		return fault.Invalid("person", "work is handed to an officer of the same authority", "choose a colleague from the list")
	}
	d.emit(&TrackAssigned{Authority: c.Authority, Person: c.Person}, c.Texts)
	if c.Person != "" && c.Person != d.env.Actor.Person {
		d.send(d.toPeople([]string{c.Person}, OwedMessage{Kind: KindTrackAssigned, Lane: LaneConfirm, About: c.Authority,
			Why: "A colleague handed this report to you."}))
	}
	return nil
}

// tellMembers lets new members know that they are; who named them knows.
func (d *decision) tellMembers(members []string) {
	others := slices.DeleteFunc(slices.Clone(members), func(p string) bool { return p == d.env.Actor.Person })
	if len(others) > 0 {
		d.send(d.toPeople(others, OwedMessage{Kind: KindMemberAdded, Lane: LaneStatutory,
			Why: "You were named as a member of this restricted incident."}))
	}
}

// withdraw takes back what has not left for people who may no longer know.
func (d *decision) withdraw() {
	var gone []string
	view := d.view()
	for _, m := range d.s.Messages {
		if m.Status == MessageOwed && m.Kind != KindGlassBroken && (m.Operator || m.Person != "" && !view.MayKnow(m.Person)) {
			gone = append(gone, m.ID)
		}
	}
	if len(gone) > 0 {
		d.emit(&MessagesWithdrawn{Messages: gone}, nil)
	}
}

// mayKnow says whether a person may be written to about the incident.
func (d *decision) mayKnow(person string) bool { return d.view().MayKnow(person) }

// confidants narrows recipients of a restricted incident to those who may know. Where none of them may, all members stand in:
// a message is never owed to nobody, and never to somebody who must not know.
func (d *decision) confidants(people []string) []string {
	if !d.s.Restriction.On {
		return people
	}
	view := d.view()
	people = slices.DeleteFunc(slices.Clone(people), func(p string) bool { return !view.MayKnow(p) })
	if len(people) == 0 {
		people = d.s.Members()
	}
	return people
}

// toOperator addresses an alarm to the operator, or to the members of a restricted incident, of which the operator knows nothing.
func (d *decision) toOperator(m OwedMessage) []OwedMessage {
	m.Channel = ChannelMail
	if d.s.Restriction.On {
		return d.toPeople(nil, m)
	}
	m.Operator = true
	return []OwedMessage{m}
}

// expire ends access by breaking the glass whose time has run out.
func (d *decision) expire() {
	for _, m := range slices.Clone(d.s.Restriction.Members) {
		if d.s.Restriction.On && !m.Until.IsZero() && part.Overdue(m.Until.UnixMicro(), d.env.Now) {
			d.emit(&MemberRemoved{Person: m.Person, Why: RemovedByClock}, nil)
			d.withdraw()
		}
	}
}

// unreachable gives a message of a restricted incident that cannot be delivered to the other members, and to the operator,
// without content, only when nobody else is left.
func (d *decision) unreachable(m Message, n OwedMessage) {
	coordinators := Holders(d.env.Dir, d.env.Pack.Coordinator(), d.s.Entity)
	others := slices.DeleteFunc(d.s.Members(), func(p string) bool { return p == m.Person })
	if known := slices.DeleteFunc(slices.Clone(others), func(p string) bool { return !slices.Contains(coordinators, p) }); len(known) > 0 {
		others = known
	}
	if m.Kind == KindUndeliverable || len(others) == 0 {
		n.Operator = true
		d.send([]OwedMessage{n})
		return
	}
	d.send(d.toPeople(others, n))
}
