package app

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// Incidents lists a page of incidents that the actor may see, newest first. Pages are reached by cursor, so that the
// thousandth costs what the first does and no count leaks.
func (a *App) Incidents(ctx context.Context, by access.Actor, q ListQuery) (IncidentList, error) {
	f, backwards, err := filterOf(q)
	if err != nil {
		return IncidentList{}, err
	}
	switch q.Assignee {
	case "mine":
		f.Assignee = by.Person
	case "unassigned":
		f.Assignee = incident.Unassigned
	}
	dir, err := a.directory(ctx)
	if err != nil {
		return IncidentList{}, err
	}
	scope := access.ScopeOf(by)
	if f.Authority != "" && !slices.Contains(scope.Authorities, f.Authority) && len(scope.Entities) == 0 {
		return IncidentList{Incidents: []IncidentRow{}}, nil
	}
	limit := f.Limit
	f.Limit++ // one more than asked tells whether there is another page
	rows, err := a.Index.List(ctx, scope, f)
	if err != nil {
		return IncidentList{}, err
	}
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	if backwards {
		slices.Reverse(rows)
	}
	out := IncidentList{Incidents: make([]IncidentRow, 0, len(rows))}
	now := a.Now()
	for _, r := range rows {
		v := rowView(r, now)
		if e, ok := dir.Entity(r.Entity); ok {
			v.EntityName = e.Name
		}
		if r.Assignee != "" {
			v.Assignee = actorName("person:"+r.Assignee, dir)
		}
		out.Incidents = append(out.Incidents, v)
	}
	if n := len(rows); n > 0 {
		if more || backwards {
			out.Next = cursor("n", rows[n-1])
		}
		if (backwards && more) || (!backwards && f.After != nil) {
			out.Previous = cursor("p", rows[0])
		}
	}
	return out, nil
}

func rowView(r incident.Row, now time.Time) IncidentRow {
	v := IncidentRow{Incident: r.Number, Entity: r.Entity, EntityName: r.Entity, Status: r.Status, Level: r.Level, Provisional: r.Provisional,
		Categories: []string{}, ReceivedAt: time.UnixMicro(r.ReceivedAt).UTC(), UpdatedAt: time.UnixMicro(r.UpdatedAt).UTC(),
		NextDue: instant(r.NextDue), Summary: r.Summary, TrackStatus: r.TrackStatus, Restricted: r.Restricted}
	if r.Categories != "" {
		v.Categories = strings.Split(r.Categories, ",")
	}
	v.Overdue = v.NextDue != nil && now.After(*v.NextDue)
	return v
}

// trackStates are the states that a list of an authority's tracks can be narrowed to.
var trackStates = []string{incident.TrackOwed, incident.TrackSent, incident.TrackDelivered, incident.TrackAcknowledged, incident.TrackAsked,
	incident.TrackDeclined, incident.TrackClosedState}

func filterOf(q ListQuery) (f incident.Filter, backwards bool, err error) {
	f = incident.Filter{Entity: q.Entity, Level: q.Level, Status: q.Status, Authority: q.Authority, Waiting: q.TrackState == "waiting", Limit: q.Limit}
	var faults fault.List
	if f.Limit == 0 {
		f.Limit = 50
	}
	if f.Limit < 1 || f.Limit > 200 {
		faults = append(faults, fault.Invalid("limit", "a page has 1 to 200 incidents", "leave it out for 50"))
	}
	if q.Level != "" && !slices.Contains([]policy.Level{policy.Unrated, policy.Low, policy.Medium, policy.High}, q.Level) {
		faults = append(faults, fault.Invalid("level", "this level is not known", "use high, medium, low or unrated"))
	}
	if q.Status != "" && q.Status != incident.StatusOpen && q.Status != incident.StatusTelephoned {
		faults = append(faults, fault.Invalid("status", "this status is not known", "use open or telephoned"))
	}
	if q.Assignee != "" && (q.Assignee != "mine" && q.Assignee != "unassigned" || q.Authority == "") {
		faults = append(faults, fault.Invalid("assignee", "this choice is not known", "use mine or unassigned, together with an authority"))
	}
	if q.TrackState != "" && q.TrackState != "waiting" {
		f.Track = q.TrackState
	}
	if q.TrackState != "" && (q.Authority == "" || f.Track != "" && !slices.Contains(trackStates, f.Track)) {
		faults = append(faults, fault.Invalid("track_state", "this state cannot be asked for", "use waiting or a track's state, together with an authority"))
	}
	if len(q.Search) > 500 {
		faults = append(faults, fault.Invalid("search", "the search is longer than 500 bytes", "use fewer words"))
	}
	if number, err := incident.ParseNumber("search", q.Search); err == nil {
		f.Number = number
	} else {
		f.Words = words(q.Search)
		if len(f.Words) == 0 && strings.TrimSpace(q.Search) != "" {
			faults = append(faults, fault.Invalid("search", "there is no word in the search", "search for letters or digits"))
		}
	}
	if q.Cursor != "" {
		var at incident.Position
		if at, backwards, err = parseCursor(q.Cursor); err != nil {
			faults = append(faults, fault.Invalid("cursor", "this cursor is not ours", "start from the first page"))
		} else if backwards {
			f.Before = &at
		} else {
			f.After = &at
		}
	}
	return f, backwards, faults.Err()
}

// words splits a search: at most twelve, each with a letter or digit. A word that ends in * finds its beginnings.
func words(s string) []string {
	w := slices.DeleteFunc(strings.Fields(s), func(w string) bool {
		return !strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
	})
	return w[:min(len(w), 12)]
}

func cursor(direction string, r incident.Row) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s:%d:%s", direction, r.ReceivedAt, r.Stream))
}

func parseCursor(s string) (at incident.Position, backwards bool, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return at, false, err
	}
	direction, rest, _ := strings.Cut(string(raw), ":")
	us, stream, ok := strings.Cut(rest, ":")
	at.ReceivedAt, err = strconv.ParseInt(us, 10, 64)
	at.Stream = stream
	if err != nil || !ok || (direction != "n" && direction != "p") || len(stream) > 100 {
		return at, false, fmt.Errorf("malformed cursor")
	}
	return at, direction == "p", nil
}

// Duties lists what is owed in the part of the tree that the actor sees and by the authorities they answer for, soonest
// first, at most 200.
func (a *App) Duties(ctx context.Context, by access.Actor) ([]DutyView, error) {
	open, err := a.Index.OpenDuties(ctx, access.ScopeOf(by), 200)
	if err != nil {
		return nil, err
	}
	dir, err := a.directory(ctx)
	if err != nil {
		return nil, err
	}
	s := setting{dir: dir, now: a.Now()}
	out := make([]DutyView, 0, len(open))
	for _, d := range open {
		v := DutyView{ID: d.ID, Rule: d.Rule, What: d.What, To: d.ToLabel, Due: instant(d.Due), Clock: d.Clock, Clause: d.Clause,
			By:     a.recipientName(policy.Recipient{Authority: d.ByAuthority, Role: d.ByRole, At: d.ByAt}, d.Entity, s),
			Status: "owed", Since: time.UnixMicro(d.Since).UTC(), Discharge: d.Discharge, Unverified: d.Unverified, Incident: d.Number, Entity: d.Entity}
		if d.Due > 0 && s.now.UnixMicro() > d.Due {
			v.Status = "overdue"
		}
		out = append(out, v)
	}
	return out, nil
}

// Entities lists the entities that the actor may see, parents before children.
func (a *App) Entities(ctx context.Context, by access.Actor) ([]EntityView, error) {
	dir, err := a.directory(ctx)
	if err != nil {
		return nil, err
	}
	out := []EntityView{}
	for _, e := range dir.Entities() {
		o := access.Object{Entity: e.ID}
		mayFile := access.Allow(by, access.File, o)
		if mayFile || access.Allow(by, access.Read, o) {
			out = append(out, EntityView{ID: e.ID, Name: e.Name, Parent: e.Parent, Pack: dir.PackOf(e.ID), MayFile: mayFile})
		}
	}
	return out, nil
}

// FormFor answers what a filing for the entity asks.
func (a *App) FormFor(ctx context.Context, by access.Actor, entity string) (Form, error) {
	s, err := a.mayFile(ctx, by, entity)
	if err != nil {
		return Form{}, err
	}
	e, _ := s.dir.Entity(entity)
	f := Form{Entity: EntityView{ID: e.ID, Name: e.Name, Parent: e.Parent, Pack: s.pack.ID, MayFile: true}, Pack: s.pack.ID,
		Categories: list(s.pack.Categories()), PITypes: list(s.pack.PITypes()), Items: list(s.pack.Items()), Contacts: list(s.pack.Contacts(s.now))}
	for _, id := range s.dir.Holders("iso", entity) {
		f.ISO = contactOf(s, id)
		break
	}
	f.Reporter = contactOf(s, by.Person)
	return f, nil
}

func contactOf(s setting, person string) *incident.Contact {
	p, ok := s.dir.Person(person)
	if !ok {
		return nil
	}
	c := &incident.Contact{Name: p.Name, Email: p.Email, Phones: p.Phones}
	if e, ok := s.dir.Entity(p.Entity); ok {
		c.Address = e.Address
	}
	return c
}

// Emergency lists whom to call at this hour, over all packs in use. It needs no database.
func (a *App) Emergency() []policy.Contact {
	var out []policy.Contact
	for _, id := range a.PackIDs {
		if p, ok := a.Packs(id); ok {
			out = append(out, p.Contacts(a.Now())...)
		}
	}
	return list(out)
}
