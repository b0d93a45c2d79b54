package response

import (
	"context"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// UnlinkRequest names a link as this incident has it.
type UnlinkRequest struct {
	Relation string
	Other    string // number, as written
	Reason   string
}

// UnlinkIncident undoes a link, with a reason. Both histories keep that there was one. The other incident gets its own fact without
// the reason; not where either is restricted: what an outsider could learn of a restricted incident by that, they do not learn.
func (a *Room) UnlinkIncident(ctx context.Context, by access.Actor, number string, u UnlinkRequest) error {
	if err := incident.CheckProse("reason", u.Reason, "say why the two are not tied after all"); err != nil {
		return err
	}
	st, err := a.Readable(ctx, by, number)
	if err == nil {
		err = act.RequireAction(by, access.Work, act.OnlyTeam)(st, act.Setting{})
	}
	if err != nil {
		return err
	}
	stream, other, err := a.Open(ctx, by, u.Other)
	if kind := fault.KindOf(err); kind == fault.KindNotFound || kind == fault.KindInvalid {
		return errNoLink
	}
	if err != nil {
		return err
	}
	if _, ok := st.Lifecycle.Link(u.Relation, stream); !ok {
		here, _, err := a.Index.Find(ctx, st.Number)
		if err != nil {
			return err
		}
		if l, ok := other.Lifecycle.Link(incident.Inverse(u.Relation), here); ok && l.Undone == nil {
			return fault.Conflict("this link was stated at %s alone; undo it there", other.Number)
		}
		return errNoLink
	}
	silent := other.Restriction.On
	allowed := func(st incident.State, _ act.Setting) error {
		silent = silent || st.Restriction.On
		reopens := (u.Relation == incident.DuplicateOf || u.Relation == incident.MergedInto) && st.Lifecycle.Outcome == incident.OutcomeDuplicate
		if reopens && !access.Allow(by, access.Discharge, act.ObjectOf(st)) {
			return fault.Forbidden(act.OnlyLeads)
		}
		return act.RequireAction(by, access.Work, act.OnlyTeam)(st, act.Setting{})
	}
	err = a.Act(ctx, by, number, allowed, map[string]string{incident.TextReason: u.Reason}, func(refs map[string]string) incident.Command {
		return incident.Unlink{Relation: u.Relation, Number: other.Number, Stream: stream, Silent: silent, Texts: refs}
	})
	if err != nil {
		return err
	}
	return a.SettleLinks(ctx)
}

var errNoLink = fault.Invalid("other", "there is no such link that you may see", "choose one of those that the page shows")
