package investigation

import (
	"context"
	"errors"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/investigation"
)

// readers are the people who may see an incident, and with it its notes: whom a note can name.
func readers(o access.Object, dir *directory.Snapshot) (out []act.PersonView) {
	for _, p := range dir.People() {
		if actor, ok := access.NewActor(dir, p.ID); ok && !p.Gone && access.Allow(actor, access.Read, o) {
			out = append(out, act.PersonView{ID: p.ID, Name: p.Name, Title: p.Title})
		}
	}
	return out
}

func mentionable(people []act.PersonView) (out []investigation.Mentionable) {
	for _, p := range people {
		out = append(out, investigation.Mentionable{ID: p.ID, Name: p.Name})
	}
	return out
}

// named are the people whom a text names and who may see the incident, without the writer. Of others nothing is said: whether they
// are in the directory, the writer does not learn here.
func (q *inquiry) named(text string) (ids []string) {
	all, _ := investigation.Mentions(text, mentionable(readers(act.ObjectOf(q.st), q.s.Dir)))
	for _, id := range all {
		if id != q.by.Person {
			ids = append(ids, id)
		}
	}
	return ids
}

// SettleMentions tells those whom notes name, and who may see the incident now. Doing it twice changes nothing.
func (a *Room) SettleMentions(ctx context.Context) error {
	owed, err := a.Ties.OwedMentions(ctx, 200)
	if err != nil || len(owed) == 0 {
		return err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for len(owed) > 0 {
		c := incident.TellMentioned{Note: owed[0].Note}
		stream := owed[0].Stream
		st, err := a.Load(ctx, stream)
		if err != nil {
			return err
		}
		for len(owed) > 0 && owed[0].Stream == stream && owed[0].Note == c.Note {
			person := owed[0].Person
			c.People, owed = append(c.People, person), owed[1:]
			if actor, ok := access.NewActor(dir, person); ok && access.Allow(actor, access.Read, act.ObjectOf(st)) {
				c.Tell = append(c.Tell, person)
			}
		}
		failed = append(failed, a.RunAs(ctx, stream, "mentions", c, nil))
	}
	return errors.Join(failed...)
}
