package team

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/designation"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
)

// Designations keeps who is designated to report for each entity.
type Designations interface {
	Designations(ctx context.Context, entity string) ([]designation.Recorded, error)
	// UpdateDesignations lets decide say what follows from an entity's designations, and writes that with the messages and
	// changes of the directory that it owes, in one durable transaction; it decides again when another writer was first.
	UpdateDesignations(ctx context.Context, entity string, decide func(designation.State) (ledger.Decision, error)) error
	ActiveDesignees(ctx context.Context) ([]designation.Row, error)
	// DueDesignations lists entities of which a clock has something to say at now, in microseconds.
	DueDesignations(ctx context.Context, now int64) ([]string, error)
	// OwedToDirectory lists changes of the directory that acts still owe, oldest first; SettleDirectory takes one out.
	OwedToDirectory(ctx context.Context) ([]designation.DirectoryChange, error)
	SettleDirectory(ctx context.Context, entry string) error
}

// DesignationRequest names a reporter for an entity.
type DesignationRequest struct {
	Person    string
	Alternate bool
	Letter    string // date of the letter, YYYY-MM-DD
	Reference string // the letter's file number; may be empty
}

const maxReference = 200

// mayDesignate is the entity and its setting where the actor may name its reporters. To everybody else the entity is not there.
func (a *Room) mayDesignate(ctx context.Context, by access.Actor, entity string) (act.Setting, error) {
	if !access.Allow(by, access.Designate, access.Object{Entity: entity}) {
		return act.Setting{}, fault.NotFound("no such entity")
	}
	return a.SettingFor(ctx, entity)
}

// DesignateReporter records that the head of an entity named somebody in a letter, and gives them the role. SIMM 5330-A
func (a *Room) DesignateReporter(ctx context.Context, by access.Actor, entity string, r DesignationRequest) error {
	s, err := a.mayDesignate(ctx, by, entity)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(a.choices(s.Dir, by, entity), func(p directory.Person) bool { return p.ID == r.Person }) {
		return fault.Invalid("person", "Nobody is chosen.", "Choose a person of the list; who is missing there is first put into the directory.")
	}
	reference := strings.TrimSpace(r.Reference)
	if len([]rune(reference)) > maxReference || strings.ContainsFunc(reference, unicode.IsControl) {
		return fault.Invalid("reference", "The reference is too long or more than one line.", "Write at most 200 characters.")
	}
	c := designation.Designate{Person: r.Person, Alternate: r.Alternate, Letter: strings.TrimSpace(r.Letter)}
	var texts []ledger.Text
	if reference != "" {
		refs, sealed := a.Seal("designation/"+entity, map[string][]byte{designation.TextReference: []byte(reference)})
		c.Reference, texts = refs[designation.TextReference], sealed
	}
	if err := a.Designate(ctx, s, by, entity, c, texts); err != nil {
		return err
	}
	return a.settleDirectory(ctx)
}

// AttestDesignation confirms the actor's own designation for another year.
func (a *Room) AttestDesignation(ctx context.Context, by access.Actor, entity string) error {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return err
	}
	if _, ok := dir.Entity(entity); !ok || by.Person == "" {
		return fault.NotFound("no such entity")
	}
	s, err := a.SettingFor(ctx, entity)
	if err != nil {
		return err
	}
	return a.Designate(ctx, s, by, entity, designation.Attest{}, nil)
}

// WithdrawReporter ends a designation; the role goes with it, and the open work to whoever is left.
func (a *Room) WithdrawReporter(ctx context.Context, by access.Actor, entity, designee string) error {
	s, err := a.mayDesignate(ctx, by, entity)
	if err != nil {
		return err
	}
	if err := a.endDesignation(ctx, s, by, designation.Row{Entity: entity, ID: designee}, designation.Withdrawn); err != nil {
		return err
	}
	return a.settleDirectory(ctx)
}

func (a *Room) endDesignation(ctx context.Context, s act.Setting, by access.Actor, d designation.Row, reason string) error {
	open, err := a.Desk.DutiesOf(ctx, []incident.Owed{{Role: string(directory.DesignatedReporter), Entities: []string{d.Entity}}}, maxHanded)
	if err != nil {
		return err
	}
	c := designation.End{Designee: d.ID, Reason: reason}
	for _, o := range open {
		c.Duties = append(c.Duties, designation.HandedDuty{Incident: o.Number, Duty: o.ID})
	}
	return a.Designate(ctx, s, by, d.Entity, c, nil)
}

// maxHanded bounds the duties that one handing over names; whoever gets the work sees all of it on their pages.
const maxHanded = 500

// Designate carries out one command on an entity's designations.
func (a *Room) Designate(ctx context.Context, s act.Setting, by access.Actor, entity string, c designation.Command, texts []ledger.Text, log ...ledger.Attempt) error {
	env := designation.Env{Now: s.Now, Actor: by, Entity: entity, Dir: s.Dir, Rule: s.Pack.Designations(), NewID: a.NewID}
	err := a.Designations.UpdateDesignations(ctx, entity, func(st designation.State) (ledger.Decision, error) {
		drafts, err := designation.Decide(st, c, env)
		d := a.Decision(s, by, drafts, texts)
		d.Log = log
		return d, err
	})
	if err == nil {
		a.Committed()
	}
	return err
}

var errSameDesignation = errors.New("nothing to change")

// settleDirectory makes the changes of the directory that recorded acts owe. Making one twice changes nothing more, so that it does
// not matter where a server stopped, or how many do it at once.
func (a *Room) settleDirectory(ctx context.Context) error {
	owed, err := a.Designations.OwedToDirectory(ctx)
	if err != nil {
		return err
	}
	for _, c := range owed {
		err := a.EditDirectory(ctx, access.System("designation"), func(in *directory.Import) error {
			return setRole(in, c.Person, directory.Assignment{Role: directory.DesignatedReporter, Entity: c.Entity}, c.Give)
		})
		if err != nil && !errors.Is(err, errSameDesignation) {
			return fmt.Errorf("a designation of %s in the directory: %w", c.Entity, err)
		}
		if err := a.Designations.SettleDirectory(ctx, c.Entry); err != nil {
			return err
		}
	}
	return nil
}

// setRole gives a person a role or takes it away; errSameDesignation where that is so already.
func setRole(in *directory.Import, person string, role directory.Assignment, give bool) error {
	i := slices.IndexFunc(in.People, func(p directory.Person) bool { return p.ID == person })
	known := slices.ContainsFunc(in.Entities, func(e directory.Entity) bool { return e.ID == role.Entity })
	if i < 0 || !known || slices.Contains(in.People[i].Roles, role) == give {
		return errSameDesignation
	}
	roles := slices.DeleteFunc(slices.Clone(in.People[i].Roles), func(r directory.Assignment) bool { return r == role })
	if give {
		roles = append(roles, role)
	}
	in.People[i].Roles = roles
	return nil
}

// SweepDesignations finds what is to be done about designations without anybody's click: directory changes that are still owed,
// designees who left or lost the role, what is to be confirmed and what is late.
func (a *Room) SweepDesignations(ctx context.Context) error {
	if err := a.settleDirectory(ctx); err != nil {
		return err
	}
	by := access.System("designation")
	gone, err := a.goneDesignees(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for d, reason := range gone {
		s, err := a.SettingFor(ctx, d.Entity)
		if err == nil {
			err = a.endDesignation(ctx, s, by, d, reason)
		}
		failed = append(failed, err)
	}
	due, err := a.Designations.DueDesignations(ctx, a.Now().UnixMicro())
	failed = append(failed, err)
	for _, e := range due {
		s, err := a.SettingFor(ctx, e)
		if err == nil {
			err = a.Designate(ctx, s, by, e, designation.RunClock{}, nil)
		}
		failed = append(failed, err)
	}
	return errors.Join(append(failed, a.settleDirectory(ctx))...)
}

// goneDesignees finds designations in force of people who are gone or whom the directory no longer gives the role. The order of
// reading matters: a designation whose change of the directory is not made yet is let be.
func (a *Room) goneDesignees(ctx context.Context) (map[designation.Row]string, error) {
	active, err := a.Designations.ActiveDesignees(ctx)
	if err != nil || len(active) == 0 {
		return nil, err
	}
	pending, err := a.Designations.OwedToDirectory(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := a.ReloadedDirectory(ctx)
	if err != nil {
		return nil, err
	}
	gone := map[designation.Row]string{}
	for _, d := range active {
		_, known := dir.Entity(d.Entity)
		if !known || slices.ContainsFunc(pending, func(c designation.DirectoryChange) bool { return c.Entity == d.Entity }) {
			continue
		}
		p, here := dir.Person(d.Person)
		switch {
		case !here || p.Gone:
			gone[d] = designation.Left
		case !slices.Contains(p.Roles, directory.Assignment{Role: directory.DesignatedReporter, Entity: d.Entity}):
			gone[d] = designation.RoleRemoved
		}
	}
	return gone, nil
}

// DesigneeView is one designation as the page shows it.
type DesigneeView struct {
	ID, Person, Name, Title, Email string
	Alternate                      bool
	Letter, Reference              string
	DesignatedAt                   time.Time
	DesignatedBy                   string
	AttestedAt                     time.Time // zero: not since then
	AttestFrom, AttestDue          time.Time
	Overdue                        bool
	MayAttest                      bool // it is the reader's own, and it is time
	EndedAt                        time.Time
	Reason, EndedBy                string
}

// HandOverView says who got the work of somebody who is gone.
type HandOverView struct {
	At     time.Time
	From   string
	As     string
	To     []string
	Duties int
}

// ReportersView is the page about who reports for an entity.
type ReportersView struct {
	Entity, EntityName   string
	Rule, Clause, Change string // what is asked, the clause, and the time for a change in words
	Unverified           bool
	Active, Ended        []DesigneeView
	Unlettered           []act.PersonView // who holds the role without a letter on record
	ChangeDue            time.Time        // zero where no change is owed
	ChangeOverdue        bool
	HandOvers            []HandOverView
	MayDesignate         bool
	Choices              []act.PersonView
	Today                string // in the zone of the pack
}

// Reporters answers who reports for an entity, to whoever may read its incidents or name its reporters. To others it is not there.
func (a *Room) Reporters(ctx context.Context, by access.Actor, entity string) (ReportersView, error) {
	o := access.Object{Entity: entity}
	v := ReportersView{Entity: entity, MayDesignate: access.Allow(by, access.Designate, o)}
	if !v.MayDesignate && !access.Allow(by, access.Read, o) {
		return v, fault.NotFound("no such entity")
	}
	s, err := a.SettingFor(ctx, entity)
	if err != nil {
		return v, err
	}
	facts, err := a.Designations.Designations(ctx, entity)
	if err != nil {
		return v, err
	}
	st := designation.Fold(facts)
	var digests []string
	for _, d := range st.Designees {
		digests = append(digests, d.Reference)
	}
	texts, err := a.Record.Texts(ctx, digests)
	if err != nil {
		return v, err
	}
	e, _ := s.Dir.Entity(entity)
	rule := s.Pack.Designations()
	v.EntityName, v.Rule, v.Clause, v.Change, v.Unverified, v.Today = e.Name, rule.Title, rule.Clause, rule.Change, rule.Unverified, rule.Today(s.Now)
	a.fillReporters(&v, s, st, by, texts)
	return v, nil
}

func (a *Room) fillReporters(v *ReportersView, s act.Setting, st designation.State, by access.Actor, texts map[string][]byte) {
	for _, d := range st.Designees {
		one := a.designeeView(s, d, by, string(texts[d.Reference]))
		if d.Active() {
			v.Active = append(v.Active, one)
			continue
		}
		v.Ended = append(v.Ended, one)
	}
	slices.Reverse(v.Ended)
	if st.ChangeDue > 0 {
		v.ChangeDue = time.UnixMicro(st.ChangeDue).UTC()
		v.ChangeOverdue = s.Now.After(v.ChangeDue)
	}
	for _, id := range s.Dir.HoldersAt(directory.DesignatedReporter, v.Entity) {
		if st.ActiveOf(id) == nil {
			v.Unlettered = append(v.Unlettered, NamedPerson(s.Dir, id))
		}
	}
	for _, h := range st.HandOvers {
		one := HandOverView{At: h.At, As: h.As, Duties: len(h.Duties)}
		if d := st.Designee(h.Designee); d != nil {
			one.From = NamedPerson(s.Dir, d.Person).Name
		}
		for _, p := range h.To {
			one.To = append(one.To, NamedPerson(s.Dir, p).Name)
		}
		v.HandOvers = append(v.HandOvers, one)
	}
	if v.MayDesignate {
		for _, p := range a.choices(s.Dir, by, v.Entity) {
			if st.ActiveOf(p.ID) == nil {
				v.Choices = append(v.Choices, NamedPerson(s.Dir, p.ID))
			}
		}
	}
}

func (a *Room) designeeView(s act.Setting, d designation.Designee, by access.Actor, reference string) DesigneeView {
	p := NamedPerson(s.Dir, d.Person)
	v := DesigneeView{ID: d.ID, Person: d.Person, Name: p.Name, Title: p.Title, Email: p.Email, Alternate: d.Alternate, Letter: d.Letter, Reference: reference,
		DesignatedAt: d.DesignatedAt, DesignatedBy: act.ActorName(d.DesignatedBy, s.Dir), AttestedAt: d.AttestedAt,
		AttestFrom: time.UnixMicro(d.AttestWarn).UTC(), AttestDue: time.UnixMicro(d.AttestDue).UTC(), EndedAt: d.EndedAt, Reason: d.Reason, EndedBy: act.ActorName(d.EndedBy, s.Dir)}
	if d.Active() {
		v.Overdue = s.Now.After(v.AttestDue)
		v.MayAttest = d.Person == by.Person && !s.Now.Before(v.AttestFrom)
	}
	return v
}

// NamedPerson is a person of the directory, or their id where the directory knows them no more.
func NamedPerson(dir *directory.Snapshot, id string) act.PersonView {
	p, ok := dir.Person(id)
	if !ok {
		return act.PersonView{ID: id, Name: id}
	}
	return act.PersonView{ID: p.ID, Name: p.Name, Title: p.Title, Email: p.Email}
}

// choices lists whom the actor may name: people who work or hold a role where the actor's office reaches.
func (a *Room) choices(dir *directory.Snapshot, by access.Actor, entity string) []directory.Person {
	within := func(e string) bool { return access.Allow(by, access.Designate, access.Object{Entity: e}) }
	var out []directory.Person
	for _, p := range dir.People() {
		if p.Gone {
			continue
		}
		if within(p.Entity) || slices.ContainsFunc(p.Roles, func(r directory.Assignment) bool { return within(r.Entity) }) {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(p, q directory.Person) int { return strings.Compare(p.Name, q.Name) })
	return out
}
