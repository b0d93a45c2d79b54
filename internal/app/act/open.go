package act

import (
	"context"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// History is an incident with everything that it was made of.
type History struct {
	Stream string
	Facts  []incident.Recorded
	St     incident.State
}

// OpenHistory reads an incident that the actor may see, once, and keeps that they did where it is restricted. what names what is shown.
func (a *Kernel) OpenHistory(ctx context.Context, by access.Actor, written, what string) (h History, err error) {
	number, err := incident.ParseNumber("incident", written)
	if err != nil {
		return h, err
	}
	stream, found, err := a.Index.Find(ctx, number)
	if err == nil && !found {
		err = ErrNoIncident
	}
	if err != nil {
		return h, err
	}
	h.Stream = stream
	if h.St, h.Facts, err = a.Record.Folded(ctx, stream); err != nil {
		return History{}, err
	}
	if !access.Allow(by, access.Read, ObjectOf(h.St)) {
		return History{}, ErrNoIncident
	}
	return h, a.RecordRead(ctx, by, stream, h.St, what)
}

// ErrNoIncident is the one answer for an incident that is absent and for one that the reader may not see.
var ErrNoIncident = &fault.Error{Kind: fault.KindNotFound, Field: "incident", Detail: "there is no such incident, or it is not yours to see",
	Remedy: "check the number on the receipt"}

// RecordRead keeps that somebody read a restricted incident; what cannot be kept is not shown. Design decision: a plain table that
// nobody changes, not facts, because reading must not contend with writing and may happen often.
func (a *Kernel) RecordRead(ctx context.Context, by access.Actor, stream string, st incident.State, what string) error {
	if !st.Restriction.On {
		return nil
	}
	return a.Trails.RecordRead(ctx, incident.Reading{Stream: stream, Actor: by.ID, What: what, At: a.Now()})
}
