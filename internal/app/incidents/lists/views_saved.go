package lists

import (
	"context"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// Shelf keeps the lists that people want to find again.
type Shelf interface {
	// Views lists a person's saved views by name.
	Views(ctx context.Context, person string) ([]incident.SavedView, error)
	// SaveView keeps a view under its name, in the place of one that had it.
	SaveView(ctx context.Context, person string, v incident.SavedView) error
	// DropView takes a view away; one that is not there is gone already.
	DropView(ctx context.Context, person, name string) error
}

const (
	maxViews     = 30
	maxViewName  = 60 // characters
	maxViewQuery = 2000
)

// SavedViews lists the reader's own views by name. A view is a question, not its answer: opening it asks again, with what
// the reader may see then.
func (a *Room) SavedViews(ctx context.Context, by access.Actor) ([]incident.SavedView, error) {
	if by.Person == "" {
		return nil, nil
	}
	return a.Shelf.Views(ctx, by.Person)
}

// SaveView keeps a list under a name.
func (a *Room) SaveView(ctx context.Context, by access.Actor, v incident.SavedView) error {
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	var faults fault.List
	switch {
	case by.Person == "":
		return fault.Forbidden("only a person keeps views")
	case v.Name == "":
		faults = append(faults, fault.Invalid("name", "the view needs a name", "give it one that you will know again"))
	case utf8.RuneCountInString(v.Name) > maxViewName || strings.ContainsFunc(v.Name, unicode.IsControl):
		faults = append(faults, fault.Invalid("name", "the name is longer than 60 characters or holds characters that are not text", "shorten it"))
	}
	if _, err := url.ParseQuery(v.Query); err != nil || len(v.Query) > maxViewQuery {
		faults = append(faults, fault.Invalid("query", "this is no list that can be saved", "set the filters again and save then"))
	}
	if err := faults.Err(); err != nil {
		return err
	}
	views, err := a.Shelf.Views(ctx, by.Person)
	if err != nil {
		return err
	}
	known := false
	for _, o := range views {
		known = known || o.Name == v.Name
	}
	if !known && len(views) >= maxViews {
		return fault.Invalid("name", "you have 30 views already", "delete one that you no longer use")
	}
	return a.Shelf.SaveView(ctx, by.Person, v)
}

// DropView deletes one of the reader's own views.
func (a *Room) DropView(ctx context.Context, by access.Actor, name string) error {
	if by.Person == "" {
		return fault.Forbidden("only a person keeps views")
	}
	return a.Shelf.DropView(ctx, by.Person, name)
}
