package act

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
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// GroundsOf returns the reasons of a rating as a notice shows them.
func GroundsOf(rs []policy.Reason) (out []notify.Ground) {
	for _, r := range rs {
		out = append(out, notify.Ground{Text: r.Text, Clause: r.Clause})
	}
	return out
}

// ParseDigest reads a hexadecimal digest.
func ParseDigest(s string) (ledger.Digest, bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 32 {
		return ledger.Digest{}, false
	}
	return ledger.Digest(b), true
}

// ObjectOf is what access decides on.
func ObjectOf(s incident.State) access.Object {
	return access.Object{Entity: s.Entity, Told: s.Authorities(), Restricted: s.Restriction.On, Members: s.Members(), Lead: s.Response.Lead}
}

// Load returns the state of a stream, whoever asks.
func (a *Kernel) Load(ctx context.Context, stream string) (incident.State, error) {
	st, _, err := a.Record.Folded(ctx, stream)
	return st, err
}

// Readable answers an incident that the actor may see, by number as written. Absent and denied look the same.
func (a *Kernel) Readable(ctx context.Context, by access.Actor, written string) (incident.State, error) {
	_, st, err := a.Open(ctx, by, written)
	return st, err
}

// Open returns an incident that the actor may see, with its stream. Absent and denied look the same.
func (a *Kernel) Open(ctx context.Context, by access.Actor, written string) (stream string, st incident.State, err error) {
	number, err := incident.ParseNumber("incident", written)
	if err != nil {
		return "", st, err
	}
	stream, found, err := a.Index.Find(ctx, number)
	if err != nil {
		return "", st, err
	}
	if !found {
		return "", st, ErrNoIncident
	}
	if st, err = a.Load(ctx, stream); err != nil {
		return "", st, err
	}
	if !access.Allow(by, access.Read, ObjectOf(st)) {
		return "", incident.State{}, ErrNoIncident
	}
	return stream, st, nil
}

// AnswerOf shows an incident as of the setting's instant.
func (a *Kernel) AnswerOf(st incident.State, s Setting, by access.Actor) Answer {
	level := policy.Level("")
	if st.Rating.Level != st.Rating.Computed {
		level = st.Rating.Level
	}
	as := s.Pack.Assess(incident.InputsOf(st, a.Env(s, by), level))
	out := Answer{Incident: st.Number, Entity: st.Entity, Status: st.Status, Filing: len(st.Filings), ReceivedAt: st.OpenedAt,
		Rating: ratingView(st, s.Dir), Reportability: reportability(st, as), Duties: a.DutyViews(st, s), Tracks: a.trackViews(st, s),
		Missing: NonNil(as.Missing), Advice: NonNil(as.Advice)}
	if n := len(st.Filings); n > 0 {
		out.ReceivedAt = st.Filings[n-1].ReceivedAt
		out.Receipt = a.ReceiptURL(st.Number, n)
	}
	return out
}

// NonNil makes an empty list of a nil one: JSON readers expect [].
func NonNil[T any](s []T) []T {
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
	r.Reasons = NonNil(r.Reasons)
	return r
}

func ratingView(st incident.State, dir *directory.Snapshot) RatingView {
	r := st.Rating
	v := RatingView{Level: r.Level, Provisional: r.Provisional, Reasons: NonNil(r.Reasons), Open: NonNil(r.Open)}
	if r.Proposed != nil {
		v.Proposed = r.Proposed.Level
	}
	if r.By != "" && r.By != "pack" {
		v.DecidedBy = ActorName(r.By, dir)
	}
	return v
}

// ActorName shows who acted: the person's or authority's name, or what the loop is called.
func ActorName(id string, dir *directory.Snapshot) string {
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

// AuthorityName returns the name of an authority, or its id where the directory has none.
func (a *Kernel) AuthorityName(id string, s Setting) string {
	if au, ok := s.Dir.Authority(id); ok {
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

// RecipientName shows who owes or is told.
func (a *Kernel) RecipientName(r policy.Recipient, entity string, s Setting) string {
	if r.Authority != "" {
		return a.AuthorityName(r.Authority, s)
	}
	if r.Person != "" {
		return ActorName("person:"+r.Person, s.Dir)
	}
	if r.Role == "" {
		return ""
	}
	at := entity
	if r.At == "state" {
		at = s.Dir.Root(entity)
	}
	e, _ := s.Dir.Entity(at)
	return fmt.Sprintf("%s, %s", RoleName(r.Role), e.Name)
}

// DutyViews lists the duties of an incident as of the setting's instant.
func (a *Kernel) DutyViews(st incident.State, s Setting) []DutyView {
	out := make([]DutyView, 0, len(st.Duties))
	for _, d := range st.Duties {
		v := DutyView{ID: d.ID, Rule: d.Rule, What: d.What, By: a.RecipientName(d.By, st.Entity, s), To: d.ToLabel, Due: Instant(d.Due),
			Clock: d.Clock, Clause: d.Clause, Status: "owed", Since: d.Since, Discharge: d.Discharge, Unverified: d.Unverified}
		if v.To == "" {
			v.To = a.RecipientName(d.To, st.Entity, s)
		}
		switch {
		case d.Discharged:
			at := d.DischargedAt
			v.Status, v.Discharged, v.LateBy = "discharged", &at, int64(d.LateBy/time.Second)
		case d.Overdue(s.Now):
			v.Status = "overdue"
		}
		out = append(out, v)
	}
	return out
}

// Instant turns stored microseconds into a time; 0 is none.
func Instant(us int64) *time.Time {
	if us == 0 {
		return nil
	}
	t := time.UnixMicro(us).UTC()
	return &t
}

func (a *Kernel) trackViews(st incident.State, s Setting) []TrackView {
	out := make([]TrackView, 0, len(st.Tracks))
	for _, t := range st.Tracks {
		out = append(out, TrackView{Authority: t.Authority, Name: a.AuthorityName(t.Authority, s), Status: t.Status, Since: t.Since, Clause: t.Clause})
	}
	return out
}

// ReceiptURL returns the address of the receipt of a filing.
func (a *Kernel) ReceiptURL(number string, filing int) string {
	return fmt.Sprintf("%s/incidents/%s/receipts/%d", a.BaseURL, number, filing)
}

// PreviewOf shows what the drafts of an undone decision would lead to.
func (a *Kernel) PreviewOf(st incident.State, drafts []incident.Draft, s Setting, by access.Actor) Preview {
	before := len(st.Duties)
	var told []incident.OwedMessage
	for _, d := range drafts {
		if m, ok := d.Fact.(*incident.MessagesOwed); ok {
			told = append(told, m.Messages...)
		}
		st = incident.Apply(st, incident.Recorded{Fact: d.Fact, Version: st.Version + 1, At: s.Now, Actor: by.ID})
	}
	an := a.AnswerOf(st, s, by)
	p := Preview{Rating: an.Rating, Reportability: an.Reportability, Duties: NonNil(an.Duties[before:]), Missing: an.Missing, Advice: an.Advice, Tell: []TellView{}}
	for _, m := range told {
		v := TellView{To: a.MessageTo(m, s), Why: m.Why, Clause: m.Clause}
		if !slices.Contains(p.Tell, v) {
			p.Tell = append(p.Tell, v)
		}
	}
	return p
}

// MessageTo names who a message goes to.
func (a *Kernel) MessageTo(m incident.OwedMessage, s Setting) string {
	switch {
	case m.Tool != "":
		return a.ToolName(m.Tool)
	case m.Authority != "":
		return a.AuthorityName(m.Authority, s)
	case m.Person != "":
		if p, ok := s.Dir.Person(m.Person); ok {
			if p.Title != "" {
				return p.Name + ", " + p.Title
			}
			return p.Name
		}
		return m.Person
	}
	return "the operator of this system"
}
