package filing

import (
	"context"
	"errors"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/intake"
)

// Drafts keeps reports that were begun and not filed.
type Drafts interface {
	// SaveDraft writes over the revision that the writer last saw. Where another save came in between, what stood there is
	// kept under the key spare and answered; where one came in the same moment, it is fault.Conflict.
	SaveDraft(ctx context.Context, d intake.Draft, spare string) (saved intake.Draft, kept *intake.Draft, err error)
	Drafts(ctx context.Context, person string, since time.Time) ([]intake.Draft, error)
	DropDraft(ctx context.Context, person, key string) error
	SweepDrafts(ctx context.Context, before time.Time) (int64, error)
}

// pageKey is the idempotency key of a report that is filed from a page under the form's own key.
func pageKey(key string) FileOptions { return FileOptions{IdempotencyKey: "page-" + key} }

// PageFiling answers the options under which a page files the form of this key. A key of another form than pages make is
// none: the filing is then taken without one.
func PageFiling(key string) FileOptions {
	if len(key) < 16 || len(key) > 64 {
		return FileOptions{}
	}
	return pageKey(key)
}

// draftTries bounds how often a save is made again because another was written in the same moment.
const draftTries = 5

// SaveDraft keeps what someone has typed so far. It belongs to them alone; they must be allowed to file for the entity. kept
// is what another tab had saved in between. A report that was filed meanwhile is fault.Gone: it takes no more words.
func (a *Room) SaveDraft(ctx context.Context, by access.Actor, d intake.Draft) (saved intake.Draft, kept *intake.Draft, err error) {
	if PageFiling(d.Key).IdempotencyKey == "" {
		return d, nil, fault.Invalid("once", "The form has lost its key.", "Load the page again.")
	}
	if _, err := a.MayFile(ctx, by, d.Entity); err != nil {
		return d, nil, err
	}
	if _, filed, err := a.FiledFrom(ctx, by, d.Key); err != nil || filed {
		return d, nil, errors.Join(err, filedAlready(filed))
	}
	d.Person, d.SavedAt = by.Person, a.Now().Truncate(time.Microsecond)
	for range draftTries {
		saved, kept, err = a.DraftStore.SaveDraft(ctx, d, a.NewID())
		if fault.KindOf(err) != fault.KindConflict {
			break
		}
	}
	return saved, kept, err
}

func filedAlready(filed bool) error {
	if !filed {
		return nil
	}
	return fault.Gone("This report was filed already.")
}

// Drafts lists the reports that someone began and may still file, newest first. One that was filed is left out: a browser
// that died between filing and clearing up leaves it behind, for the sweeper.
func (a *Room) Drafts(ctx context.Context, by access.Actor) ([]intake.Draft, error) {
	all, err := a.DraftStore.Drafts(ctx, by.Person, a.Now().Add(-intake.DraftLife))
	if err != nil {
		return nil, err
	}
	list := all[:0]
	for _, d := range all {
		if !access.Allow(by, access.File, access.Object{Entity: d.Entity}) {
			continue
		}
		_, filed, err := a.FiledFrom(ctx, by, d.Key)
		if err != nil {
			return nil, err
		}
		if !filed {
			list = append(list, d)
		}
	}
	return list, nil
}

// DropDraft throws a draft away: its writer's, and nobody else's.
func (a *Room) DropDraft(ctx context.Context, by access.Actor, key string) error {
	return a.DraftStore.DropDraft(ctx, by.Person, key)
}

// SweepDrafts deletes every draft that was left alone for too long.
func (a *Room) SweepDrafts(ctx context.Context) error {
	_, err := a.DraftStore.SweepDrafts(ctx, a.Now().Add(-intake.DraftLife))
	return err
}

// FiledFrom answers the number of the incident that the actor filed from the form of this key, if they did.
func (a *Room) FiledFrom(ctx context.Context, by access.Actor, key string) (number string, found bool, err error) {
	stream, found, err := a.Index.Request(ctx, pageKey(key).Request(by))
	if err != nil || !found {
		return "", false, err
	}
	st, err := a.Load(ctx, stream)
	return st.Number, err == nil, err
}
