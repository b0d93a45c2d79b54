package webtest

import (
	"context"
	"crypto/rand"
	"slices"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/intake"
)

// SaveDraft implements web.Drafts.
func (f *Fake) SaveDraft(_ context.Context, by access.Actor, d intake.Draft) (saved intake.Draft, kept *intake.Draft, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.up(); err != nil {
		return d, nil, err
	}
	if f.requests["page-"+d.Key] != "" {
		return d, nil, fault.Gone("This report was filed already.")
	}
	d.Person, d.SavedAt = by.Person, f.now()
	for i, old := range f.drafts {
		if old.Person == d.Person && old.Key == d.Key {
			if old.Revision != d.Revision && old.Form != d.Form {
				copied := old
				copied.Key, kept = rand.Text(), &copied
				f.drafts = append(f.drafts, copied)
			}
			d.Revision = old.Revision + 1
			f.drafts[i] = d
			return d, kept, nil
		}
	}
	d.Revision = 1
	f.drafts = append(f.drafts, d)
	return d, nil, nil
}

// Drafts implements web.Drafts.
func (f *Fake) Drafts(_ context.Context, by access.Actor) ([]intake.Draft, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []intake.Draft
	for _, d := range slices.Backward(f.drafts) {
		if d.Person == by.Person {
			list = append(list, d)
		}
	}
	return list, f.up()
}

// DropDraft implements web.Drafts.
func (f *Fake) DropDraft(_ context.Context, by access.Actor, key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drafts = slices.DeleteFunc(f.drafts, func(d intake.Draft) bool { return d.Person == by.Person && d.Key == key })
	return f.up()
}

// FiledFrom implements web.Drafts.
func (f *Fake) FiledFrom(_ context.Context, _ access.Actor, key string) (string, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	number := f.requests["page-"+key]
	return number, number != "", f.up()
}
