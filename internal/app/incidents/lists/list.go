package lists

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// Incidents lists a page of incidents that the actor may see, newest first. Pages are reached by cursor, so that the
// thousandth costs what the first does and no count leaks.
func (a *Room) Incidents(ctx context.Context, by access.Actor, q act.ListQuery) (act.IncidentList, error) {
	f, backwards, err := filterOf(q)
	if err != nil {
		return act.IncidentList{}, err
	}
	switch q.Assignee {
	case "mine":
		f.Assignee = by.Person
	case "unassigned":
		f.Assignee = incident.Unassigned
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return act.IncidentList{}, err
	}
	if q.Under != "" {
		f.Under = append([]string{}, dir.Below(q.Under)...) // nothing where the entity is not there
	}
	if q.Overdue {
		f.OverdueAt = a.Now().UnixMicro()
	}
	scope := access.ScopeOf(by)
	if q.Mine {
		f.Owed = Within(scope, incident.OwedBy(dir, by.Person))
	}
	if f.Authority != "" && !slices.Contains(scope.Authorities, f.Authority) && len(scope.Entities) == 0 {
		return act.IncidentList{Incidents: []act.IncidentRow{}}, nil
	}
	limit := f.Limit
	f.Limit++ // one more than asked tells whether there is another page
	rows, err := a.Index.List(ctx, scope, f)
	if err != nil {
		return act.IncidentList{}, err
	}
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	if backwards {
		slices.Reverse(rows)
	}
	out := act.IncidentList{Incidents: make([]act.IncidentRow, 0, len(rows))}
	now := a.Now()
	for _, r := range rows {
		v := rowView(r, now)
		if e, ok := dir.Entity(r.Entity); ok {
			v.EntityName = e.Name
		}
		if r.Assignee != "" {
			v.Assignee = act.ActorName("person:"+r.Assignee, dir)
		}
		out.Incidents = append(out.Incidents, v)
	}
	if n := len(rows); n > 0 {
		if more || backwards {
			out.Next = cursor("n", rows[n-1], f.Order)
		}
		if (backwards && more) || (!backwards && f.After != nil) {
			out.Previous = cursor("p", rows[0], f.Order)
		}
	}
	return out, nil
}

func rowView(r incident.Row, now time.Time) act.IncidentRow {
	v := act.IncidentRow{Incident: r.Number, Entity: r.Entity, EntityName: r.Entity, Status: r.Status, Level: r.Level, Provisional: r.Provisional,
		Reportable: r.Reportable, Categories: []string{}, ReceivedAt: time.UnixMicro(r.ReceivedAt).UTC(), UpdatedAt: time.UnixMicro(r.UpdatedAt).UTC(),
		NextDue: act.Instant(r.NextDue), Summary: r.Summary, TrackStatus: r.TrackStatus, Marking: r.Marking(), Restricted: r.Restricted}
	if r.Categories != "" {
		v.Categories = strings.Split(r.Categories, ",")
	}
	v.Overdue = incident.Overdue(r.NextDue, now)
	return v
}

// trackStates are the states that a list of an authority's tracks can be narrowed to.
var trackStates = []string{incident.TrackOwed, incident.TrackSent, incident.TrackDelivered, incident.TrackAcknowledged, incident.TrackAsked,
	incident.TrackDeclined, incident.TrackClosedState}

func filterOf(q act.ListQuery) (f incident.Filter, backwards bool, err error) {
	f = incident.Filter{Entity: q.Entity, Level: q.Level, Status: q.Status, Authority: q.Authority, Waiting: q.TrackState == "waiting", Limit: q.Limit,
		Category: q.Category, Reportable: q.Reportable, Provisional: q.Provisional, Unanswered: q.Unanswered, Order: q.Order,
		ReceivedFrom: micro(q.ReceivedFrom), ReceivedBefore: micro(q.ReceivedBefore)}
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
	if q.Reportable != "" && !slices.Contains([]string{string(policy.Yes), string(policy.No), string(policy.Unknown)}, q.Reportable) {
		faults = append(faults, fault.Invalid("reportable", "this answer is not known", "use yes, no or unknown"))
	}
	if !slices.Contains([]incident.Order{incident.Newest, incident.Oldest, incident.Soonest, incident.Changed}, q.Order) {
		faults = append(faults, fault.Invalid("sort", "this order is not known", "use oldest, due or changed, or leave it out for the newest first"))
	}
	if len(q.Category) > 100 || strings.ContainsAny(q.Category, ",") {
		faults = append(faults, fault.Invalid("category", "this is no category", "choose one of the list"))
	}
	if !q.ReceivedFrom.IsZero() && !q.ReceivedBefore.IsZero() && !q.ReceivedFrom.Before(q.ReceivedBefore) {
		faults = append(faults, fault.Invalid("to", "the last day is before the first", "exchange the two"))
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

// cursor names a row's place in an order.
func cursor(direction string, r incident.Row, order incident.Order) string {
	at := r.ReceivedAt
	switch order {
	case incident.Soonest:
		at = r.NextDue
	case incident.Changed:
		at = r.UpdatedAt
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s:%d:%s", direction, at, r.Stream))
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
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
func (a *Room) Duties(ctx context.Context, by access.Actor) ([]act.DutyView, error) {
	open, err := a.Index.OpenDuties(ctx, access.ScopeOf(by), 200)
	if err != nil {
		return nil, err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	s := act.Setting{Dir: dir, Now: a.Now()}
	out := make([]act.DutyView, 0, len(open))
	for _, d := range open {
		out = append(out, a.openDutyView(d, s))
	}
	return out, nil
}

func (a *Room) openDutyView(d incident.OpenDuty, s act.Setting) act.DutyView {
	v := act.DutyView{ID: d.ID, Rule: d.Rule, What: d.What, To: d.ToLabel, Due: act.Instant(d.Due), Clock: d.Clock, Clause: d.Clause,
		By:     a.RecipientName(d.By(), d.Entity, s),
		Status: "owed", Since: time.UnixMicro(d.Since).UTC(), Discharge: d.Discharge, Unverified: d.Unverified, Incident: d.Number, Entity: d.Entity, Marking: d.Marking()}
	if incident.Overdue(d.Due, s.Now) {
		v.Status = "overdue"
	}
	return v
}

// FormFor answers what a filing for the entity asks.
func (a *Room) FormFor(ctx context.Context, by access.Actor, entity string) (act.Form, error) {
	s, err := a.Filing.MayFile(ctx, by, entity)
	if err != nil {
		return act.Form{}, err
	}
	e, _ := s.Dir.Entity(entity)
	f := act.Form{Entity: act.EntityView{ID: e.ID, Name: e.Name, Parent: e.Parent, Pack: s.Pack.ID, MayFile: true}, Pack: s.Pack.ID,
		Categories: act.NonNil(s.Pack.Categories()), PITypes: act.NonNil(s.Pack.PITypes()), Items: act.NonNil(s.Pack.Items()), Contacts: act.NonNil(s.Pack.Contacts(s.Now))}
	for _, id := range s.Dir.Holders("iso", entity) {
		f.ISO = contactOf(s, id)
		break
	}
	f.Reporter = contactOf(s, by.Person)
	return f, nil
}

func contactOf(s act.Setting, person string) *incident.Contact {
	p, ok := s.Dir.Person(person)
	if !ok {
		return nil
	}
	c := &incident.Contact{Name: p.Name, Email: p.Email, Phones: p.Phones}
	if e, ok := s.Dir.Entity(p.Entity); ok {
		c.Address = e.Address
	}
	return c
}

// Emergency lists whom to call at this hour, over all packs in use. It needs no database.
func (a *Room) Emergency() []policy.Contact {
	var out []policy.Contact
	for _, id := range a.PackIDs {
		if p, ok := a.PackNow(id); ok {
			out = append(out, p.Contacts(a.Now())...)
		}
	}
	return act.NonNil(out)
}
