package app

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

func parseDigest(s string) (ledger.Digest, bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 32 {
		return ledger.Digest{}, false
	}
	return ledger.Digest(b), true
}

// object is what access decides on.
func object(s incident.State) access.Object {
	return access.Object{Entity: s.Entity, Told: s.Authorities(), Restricted: s.Restriction.On, Members: s.Members(), Lead: s.Response.Lead}
}

func (a *App) load(ctx context.Context, stream string) (incident.State, error) {
	st, _, err := a.Record.Folded(ctx, stream)
	return st, err
}

// readable answers an incident that the actor may see, by number as written. Absent and denied look the same.
func (a *App) readable(ctx context.Context, by access.Actor, written string) (incident.State, error) {
	_, st, err := a.open(ctx, by, written)
	return st, err
}

func (a *App) open(ctx context.Context, by access.Actor, written string) (stream string, st incident.State, err error) {
	number, err := incident.ParseNumber("incident", written)
	if err != nil {
		return "", st, err
	}
	stream, found, err := a.Index.Find(ctx, number)
	if err != nil {
		return "", st, err
	}
	if !found {
		return "", st, errNoIncident
	}
	if st, err = a.load(ctx, stream); err != nil {
		return "", st, err
	}
	if !access.Allow(by, access.Read, object(st)) {
		return "", incident.State{}, errNoIncident
	}
	return stream, st, nil
}

// answer shows an incident as of the setting's instant.
func (a *App) answer(st incident.State, s setting, by access.Actor) Answer {
	level := policy.Level("")
	if st.Rating.Level != st.Rating.Computed {
		level = st.Rating.Level
	}
	as := s.pack.Assess(incident.InputsOf(st, a.env(s, by), level))
	out := Answer{Incident: st.Number, Entity: st.Entity, Status: st.Status, Filing: len(st.Filings), ReceivedAt: st.OpenedAt,
		Rating: ratingView(st, s.dir), Reportability: reportability(st, as), Duties: a.dutyViews(st, s), Tracks: a.trackViews(st, s),
		Missing: list(as.Missing), Advice: list(as.Advice)}
	if n := len(st.Filings); n > 0 {
		out.ReceivedAt = st.Filings[n-1].ReceivedAt
		out.Receipt = a.receiptURL(st.Number, n)
	}
	return out
}

// list makes an empty list of a nil one: JSON readers expect [].
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func reportability(st incident.State, as policy.Assessment) policy.Reportability {
	r := st.Rating.Reportability
	if r.Answer == "" {
		r = as.Reportability
	}
	r.Reasons = list(r.Reasons)
	return r
}

func ratingView(st incident.State, dir *directory.Snapshot) RatingView {
	r := st.Rating
	v := RatingView{Level: r.Level, Provisional: r.Provisional, Reasons: list(r.Reasons), Open: list(r.Open)}
	if r.Proposed != nil {
		v.Proposed = r.Proposed.Level
	}
	if r.By != "" && r.By != "pack" {
		v.DecidedBy = actorName(r.By, dir)
	}
	return v
}

// actorName shows who acted: the person's or authority's name, or what the loop is called.
func actorName(id string, dir *directory.Snapshot) string {
	kind, rest, _ := strings.Cut(id, ":")
	switch kind {
	case "person":
		if p, ok := dir.Person(rest); ok {
			return p.Name
		}
	case "authority":
		if au, ok := dir.Authority(rest); ok {
			return au.Name
		}
	case "system":
		return "Tocsin (" + rest + ")"
	}
	return rest
}

func (a *App) authorityName(id string, s setting) string {
	if au, ok := s.dir.Authority(id); ok {
		return au.Name
	}
	return id
}

// RoleName shows a role in words.
func RoleName(r string) string {
	switch directory.Role(r) {
	case directory.ISO:
		return "Information Security Officer"
	case directory.CIO:
		return "Chief Information Officer"
	case directory.CISO:
		return "Chief Information Security Officer"
	case directory.IRCoordinator:
		return "Incident Response Coordinator"
	case directory.IRLead:
		return "Incident Response Lead"
	case directory.IRAnalyst:
		return "Incident Response Analyst"
	case directory.SOCAnalyst:
		return "SOC analyst"
	}
	words := strings.ReplaceAll(r, "_", " ")
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// recipientName shows who owes or is told.
func (a *App) recipientName(r policy.Recipient, entity string, s setting) string {
	if r.Authority != "" {
		return a.authorityName(r.Authority, s)
	}
	if r.Person != "" {
		return actorName("person:"+r.Person, s.dir)
	}
	if r.Role == "" {
		return ""
	}
	at := entity
	if r.At == "state" {
		at = s.dir.Root(entity)
	}
	e, _ := s.dir.Entity(at)
	return fmt.Sprintf("%s, %s", RoleName(r.Role), e.Name)
}

func (a *App) dutyViews(st incident.State, s setting) []DutyView {
	out := make([]DutyView, 0, len(st.Duties))
	for _, d := range st.Duties {
		v := DutyView{ID: d.ID, Rule: d.Rule, What: d.What, By: a.recipientName(d.By, st.Entity, s), To: d.ToLabel, Due: instant(d.Due),
			Clock: d.Clock, Clause: d.Clause, Status: "owed", Since: d.Since, Discharge: d.Discharge, Unverified: d.Unverified}
		if v.To == "" {
			v.To = a.recipientName(d.To, st.Entity, s)
		}
		switch {
		case d.Discharged:
			at := d.DischargedAt
			v.Status, v.Discharged, v.LateBy = "discharged", &at, int64(d.LateBy/time.Second)
		case d.Overdue(s.now):
			v.Status = "overdue"
		}
		out = append(out, v)
	}
	return out
}

// instant turns stored microseconds into a time; 0 is none.
func instant(us int64) *time.Time {
	if us == 0 {
		return nil
	}
	t := time.UnixMicro(us).UTC()
	return &t
}

func (a *App) trackViews(st incident.State, s setting) []TrackView {
	out := make([]TrackView, 0, len(st.Tracks))
	for _, t := range st.Tracks {
		out = append(out, TrackView{Authority: t.Authority, Name: a.authorityName(t.Authority, s), Status: t.Status, Since: t.Since, Clause: t.Clause})
	}
	return out
}

func (a *App) receiptURL(number string, filing int) string {
	return fmt.Sprintf("%s/incidents/%s/receipts/%d", a.BaseURL, number, filing)
}

// preview shows what the drafts of an undone decision would lead to.
func (a *App) preview(st incident.State, drafts []incident.Draft, s setting, by access.Actor) Preview {
	before := len(st.Duties)
	var told []incident.OwedMessage
	for _, d := range drafts {
		if m, ok := d.Fact.(*incident.MessagesOwed); ok {
			told = append(told, m.Messages...)
		}
		st = incident.Apply(st, incident.Recorded{Fact: d.Fact, Version: st.Version + 1, At: s.now, Actor: by.ID})
	}
	an := a.answer(st, s, by)
	p := Preview{Rating: an.Rating, Reportability: an.Reportability, Duties: list(an.Duties[before:]), Missing: an.Missing, Advice: an.Advice, Tell: []TellView{}}
	for _, m := range told {
		v := TellView{To: a.messageTo(m, s), Why: m.Why, Clause: m.Clause}
		if !slices.Contains(p.Tell, v) {
			p.Tell = append(p.Tell, v)
		}
	}
	return p
}

// messageTo names who a message goes to.
func (a *App) messageTo(m incident.OwedMessage, s setting) string {
	switch {
	case m.Tool != "":
		return a.toolName(m.Tool)
	case m.Authority != "":
		return a.authorityName(m.Authority, s)
	case m.Person != "":
		if p, ok := s.dir.Person(m.Person); ok {
			if p.Title != "" {
				return p.Name + ", " + p.Title
			}
			return p.Name
		}
		return m.Person
	}
	return "the operator of this system"
}
