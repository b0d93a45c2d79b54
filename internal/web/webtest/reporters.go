package webtest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/designation"
	"tocsin/internal/domain/fault"
)

// Reporters implements web.Reporters: the ISO is taken for the head, and may name people there.
func (f *Fake) Reporters(_ context.Context, by access.Actor, entity string) (app.ReportersView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Down {
		return app.ReportersView{}, errDown
	}
	e, err := f.entity(entity)
	if err != nil || len(by.Authorities) > 0 {
		return app.ReportersView{}, fault.NotFound("no such entity")
	}
	v := app.ReportersView{Entity: e.ID, EntityName: f.word(e.Name), Rule: f.word("Designate reporters"), Clause: "SIMM 5330-A", Change: "10 business days", Today: "2026-11-21",
		Active: slices.Clone(f.active), Ended: slices.Clone(f.ended), MayDesignate: by.Person == "ca-dmv-iso"}
	for _, list := range [][]app.DesigneeView{v.Active, v.Ended} {
		for i := range list {
			list[i].Name, list[i].Reference = f.word(list[i].Name), f.word(list[i].Reference)
			list[i].MayAttest = list[i].EndedAt.IsZero() && list[i].Person == by.Person
		}
	}
	if len(v.Ended) > 0 {
		v.ChangeDue, v.ChangeOverdue = f.now().Add(-time.Hour), true
		v.HandOvers = []app.HandOverView{{At: f.now(), From: f.word("Ira Feld"), As: designation.ToCoordinator, To: []string{f.word("Lee Whitman")}, Duties: 3}}
	}
	for _, p := range f.people {
		v.Choices = append(v.Choices, app.PersonView{ID: p.View.ID, Name: f.word(p.View.Name), Title: f.word(p.View.Title)})
	}
	v.Unlettered = v.Choices[:1]
	return v, nil
}

// DesignateReporter implements web.Reporters. It refuses a letter without a date.
func (f *Fake) DesignateReporter(ctx context.Context, by access.Actor, entity string, r app.DesignationRequest) error {
	if v, err := f.Reporters(ctx, by, entity); err != nil || !v.MayDesignate {
		return fault.NotFound("no such entity")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Letter == "" {
		return fault.Invalid("letter", "The date of the letter is missing.", "Give the date that stands on the letter.")
	}
	f.active = append(f.active, app.DesigneeView{ID: fmt.Sprint("d", len(f.active)+len(f.ended)+1), Person: r.Person, Name: r.Person, Letter: r.Letter, Reference: r.Reference,
		Alternate: r.Alternate, DesignatedAt: f.now(), DesignatedBy: by.Name, AttestDue: f.now().Add(-time.Minute), Overdue: true, AttestedAt: f.now()})
	return nil
}

// AttestDesignation implements web.Reporters.
func (f *Fake) AttestDesignation(_ context.Context, by access.Actor, _ string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.active {
		if f.active[i].Person == by.Person {
			f.active[i].Overdue, f.active[i].AttestDue = false, f.now().AddDate(1, 0, 0)
			return nil
		}
	}
	return fault.NotFound("no designation of yours")
}

// WithdrawReporter implements web.Reporters.
func (f *Fake) WithdrawReporter(_ context.Context, by access.Actor, _, designee string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.active, func(d app.DesigneeView) bool { return d.ID == designee })
	if i < 0 || by.Person != "ca-dmv-iso" {
		return fault.NotFound("no such designation")
	}
	d := f.active[i]
	d.EndedAt, d.Reason, d.EndedBy = f.now(), designation.Withdrawn, by.Name
	f.active, f.ended = slices.Delete(f.active, i, i+1), append(f.ended, d)
	return nil
}
