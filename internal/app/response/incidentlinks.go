package response

import (
	"context"
	"errors"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// LinkedView is one tie to another incident that the reader may see.
type LinkedView struct {
	Relation string    `json:"relation"`
	Incident string    `json:"incident"`
	Marking  string    `json:"marking" enum:"none,confidential,restricted" doc:"How whatever is shown or passed on about the other incident is marked."`
	Status   string    `json:"status"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Reason   string    `json:"reason,omitempty"`
	// Undone says that the link stands no more; Here, that it can be undone at this incident.
	Undone *UndoneView `json:"undone,omitempty" doc:"The link was undone; it stays in the history."`
	Here   bool        `json:"-"`
}

// UndoneView says when a link was undone, by whom, and why where the reader may see it.
type UndoneView struct {
	At     *time.Time `json:"at,omitempty"`
	By     string     `json:"by,omitempty"`
	Reason string     `json:"reason,omitempty"`
}

// LinkRequest ties an incident to another one.
type LinkRequest struct {
	Relation string
	Other    string // number, as written
	Reason   string
	Seen     []string // for a duplicate or a merger, which closes: what was shown as open
}

// LinkIncident states how an incident relates to another one that the actor may see too. Both keep their histories. The other one gets
// its own fact by a command of its own, now or, where the server stops in between, by the next clock; not where either is
// restricted: then only the side where it was stated has it, so that nobody learns of an incident by its tie to another.
func (a *Room) LinkIncident(ctx context.Context, by access.Actor, number string, l LinkRequest) error {
	if err := incident.CheckProse("reason", l.Reason, "say what this rests on"); err != nil {
		return err
	}
	st, err := a.Readable(ctx, by, number)
	if err == nil && !access.Allow(by, access.Work, act.ObjectOf(st)) {
		err = fault.Forbidden(act.OnlyTeam)
	}
	if err != nil {
		return err
	}
	stream, other, err := a.Open(ctx, by, l.Other)
	if fault.KindOf(err) == fault.KindNotFound || fault.KindOf(err) == fault.KindInvalid {
		return fault.Invalid("other", "there is no incident of this number that you may see", "give the number of the other incident")
	}
	if err != nil {
		return err
	}
	closes := l.Relation == incident.DuplicateOf || l.Relation == incident.MergedInto
	if closes && other.Status == incident.StatusClosed {
		return fault.Invalid("other", "that incident is closed itself", "name the one that is worked on, or reopen it")
	}
	silent, accepts := other.Restriction.On, false
	allowed := func(st incident.State, _ act.Setting) error {
		silent, accepts = silent || st.Restriction.On, access.Allow(by, access.Rate, act.ObjectOf(st))
		if closes && !access.Allow(by, access.Discharge, act.ObjectOf(st)) {
			return fault.Forbidden(onlyCloses)
		}
		return act.RequireAction(by, access.Work, act.OnlyTeam)(st, act.Setting{})
	}
	err = a.Act(ctx, by, number, allowed, map[string]string{incident.TextReason: l.Reason}, func(refs map[string]string) incident.Command {
		return incident.LinkTo{Relation: l.Relation, Number: other.Number, Stream: stream, Silent: silent,
			Closing: incident.Close{Seen: l.Seen, Accepts: accepts, Texts: refs}}
	})
	if err != nil {
		return err
	}
	return a.SettleLinks(ctx)
}

// SettleLinks gives the other side of each link its fact. Doing it twice changes nothing.
func (a *Room) SettleLinks(ctx context.Context) error {
	owed, err := a.Ties.OwedLinks(ctx, 200)
	if err != nil {
		return err
	}
	var failed []error
	for _, l := range owed {
		failed = append(failed, a.RunAs(ctx, l.To, "links", incident.MirrorLink{Relation: incident.Inverse(l.Relation), Number: l.Number, Stream: l.From, Turn: l.Turn, Undone: l.Undone}, nil))
	}
	return errors.Join(failed...)
}

// linkViews shows the ties to incidents that the reader may see, whichever side has the fact, those undone last.
func (a *Room) linkViews(ctx context.Context, by access.Actor, st incident.State, texts map[string][]byte, s act.Setting) ([]LinkedView, error) {
	stream, _, err := a.Index.Find(ctx, st.Number)
	if err != nil {
		return nil, err
	}
	standing, undone := []LinkedView{}, []LinkedView{}
	add := func(v LinkedView) {
		if v.Undone == nil {
			standing = append(standing, v)
		} else {
			undone = append(undone, v)
		}
	}
	seen := map[string]bool{}
	for _, l := range st.Lifecycle.Links {
		other, err := a.Load(ctx, l.Stream)
		if err != nil {
			return nil, err
		}
		if seen[l.Relation+l.Stream] = true; !access.Allow(by, access.Read, act.ObjectOf(other)) {
			continue
		}
		v := LinkedView{Relation: l.Relation, Incident: l.Number, Marking: other.Marking(), Status: other.Status, At: l.At, By: act.ActorName(l.By, s.Dir), Reason: string(texts[l.Why]),
			Here: l.Relation != incident.DuplicatedBy && l.Relation != incident.MergedFrom}
		if u := l.Undone; u != nil {
			v.Undone = &UndoneView{At: &u.At, By: act.ActorName(u.By, s.Dir), Reason: string(texts[u.Why])}
		} else if there, ok := other.Lifecycle.Link(incident.Inverse(l.Relation), stream); ok && there.Undone != nil && there.Turn > l.Turn {
			v.Undone = &UndoneView{At: &there.Undone.At, By: act.ActorName(there.Undone.By, s.Dir)} // said there alone: one of the two is restricted
		}
		add(v)
	}
	from, err := a.Ties.LinksTo(ctx, stream, maxLinks)
	if err != nil {
		return nil, err
	}
	for _, l := range from {
		relation := incident.Inverse(l.Relation)
		other, err := a.Load(ctx, l.From)
		if err != nil {
			return nil, err
		}
		if !seen[relation+l.From] && !l.Undone && access.Allow(by, access.Read, act.ObjectOf(other)) {
			add(LinkedView{Relation: relation, Incident: other.Number, Marking: other.Marking(), Status: other.Status, At: l.At, By: act.ActorName(l.By, s.Dir)})
		}
	}
	return append(standing, undone...), nil
}

// maxLinks bounds the links of others that a page shows.
const maxLinks = 100
