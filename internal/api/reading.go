package api

import (
	"context"
	"fmt"

	"tocsin/internal/app"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

type nothing struct{}

// IncidentPath names an incident in a path.
type IncidentPath struct {
	Number string `path:"number" maxLength:"64" doc:"Number of the incident."`
}

type receiptIn struct {
	IncidentPath
	Filing int `path:"filing" minimum:"1" maximum:"1000000" doc:"Number of the filing inside the incident."`
}

type listIn struct {
	Search    string `query:"search" maxLength:"200" doc:"Words; all must occur in the texts, the number or the entity's name."`
	Entity    string `query:"entity" maxLength:"128" doc:"Only of this entity."`
	Level     string `query:"level" enum:"unrated,low,medium,high"`
	Status    string `query:"status" enum:"telephoned,open,closed"`
	Authority string `query:"authority" maxLength:"128" doc:"Only with a track of this authority."`
	Track     string `query:"track" enum:"waiting,owed,sent,delivered,acknowledged,asked,declined,closed" doc:"With authority: only where its track is in this state; waiting is sent or delivered."`
	Cursor    string `query:"cursor" maxLength:"512" doc:"next or previous of another page."`
	Limit     int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// EntityList is the entities that a key may see.
type EntityList struct {
	Entities []app.EntityView `json:"entities"`
}

// DutyList is what is owed, soonest first.
type DutyList struct {
	Duties []app.DutyView `json:"duties"`
}

// ContactList is whom to call at this hour.
type ContactList struct {
	Contacts []policy.Contact `json:"contacts"`
}

func (s *server) entities(ctx context.Context, _ *nothing) (*reply[EntityList], error) {
	all, err := s.Reading.Entities(ctx, actorOf(ctx))
	return &reply[EntityList]{EntityList{all}}, err
}

func (s *server) incidents(ctx context.Context, in *listIn) (*reply[app.IncidentList], error) {
	list, err := s.Reading.Incidents(ctx, actorOf(ctx), app.ListQuery{
		Search: in.Search, Entity: in.Entity, Level: policy.Level(in.Level), Status: in.Status,
		Authority: in.Authority, TrackState: in.Track, Cursor: in.Cursor, Limit: in.Limit,
	})
	return &reply[app.IncidentList]{list}, err
}

func (s *server) incident(ctx context.Context, in *IncidentPath) (*reply[Incident], error) {
	v, err := s.Reading.Incident(ctx, actorOf(ctx), in.Number)
	if err != nil {
		return nil, err
	}
	return &reply[Incident]{incidentOf(v)}, nil
}

func (s *server) duties(ctx context.Context, _ *nothing) (*reply[DutyList], error) {
	all, err := s.Reading.Duties(ctx, actorOf(ctx))
	return &reply[DutyList]{DutyList{all}}, err
}

// receiptOut is a receipt, offered as a file.
type receiptOut struct {
	Disposition string `header:"Content-Disposition"`
	Body        ledger.Receipt
}

func (s *server) receipt(ctx context.Context, in *receiptIn) (*receiptOut, error) {
	r, err := s.Reading.Receipt(ctx, actorOf(ctx), in.Number, in.Filing)
	if err != nil {
		return nil, err
	}
	// The number in the name is the record's own, never the one that was asked with.
	return &receiptOut{Disposition: fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("receipt-%s-%d.json", r.Incident, r.Filing)), Body: r}, nil
}

// emergency says whom to call; it needs no key and no database. CA step 4
func (s *server) emergency(context.Context, *nothing) (*reply[ContactList], error) {
	return &reply[ContactList]{ContactList{s.Desk.Emergency()}}, nil
}
