package filing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
)

// FileOptions go with a filing.
type FileOptions struct {
	IdempotencyKey string        // as the client sent it; empty where it sent none
	BodyDigest     ledger.Digest // of the request body as received; with the same key it must be the same
}

// Request is the digest that stands for a client's idempotency key: two clients' equal keys never meet.
func (o FileOptions) Request(by access.Actor) string {
	if o.IdempotencyKey == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(by.ID + "\x00" + o.IdempotencyKey))
	return hex.EncodeToString(sum[:])
}

// MayFile answers the setting of an entity that the actor may file for. An entity that does not exist and one that the
// actor may not file for are refused in the same words.
func (a *Room) MayFile(ctx context.Context, by access.Actor, entity string) (act.Setting, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return act.Setting{}, err
	}
	if entity == "" {
		return act.Setting{}, fault.Invalid("entity", "a filing names its entity", "give the entity's id")
	}
	if _, ok := dir.Entity(entity); !ok || !access.Allow(by, access.File, access.Object{Entity: entity}) {
		return act.Setting{}, &fault.Error{Kind: fault.KindForbidden, Field: "entity", Detail: "this is no entity that you may file for",
			Remedy: "use the id of an entity that the list of entities marks with may_file"}
	}
	return a.SettingFor(ctx, entity)
}

// File takes a filing of any kind: freezes it, rates it, owes duties and messages, and answers. The same key and body get
// the same answer again; the same key with another body is refused. CA step 1, CA step 2, MA 6.5.2.2
func (a *Room) File(ctx context.Context, by access.Actor, f incident.Filing, o FileOptions) (act.Answer, error) {
	s, err := a.MayFile(ctx, by, f.Entity)
	if err != nil {
		return act.Answer{}, err
	}
	occurred, discovered, err := incident.Check(f, s.Pack, s.Now)
	if err != nil {
		return act.Answer{}, err
	}
	content, err := incident.ContentOf(f)
	if err != nil {
		return act.Answer{}, err
	}
	w := Write{By: by, Set: s, Request: o.Request(by), body: o.BodyDigest.String(), incident: f.Incident,
		Texts: map[string][]byte{incident.TextNarrative: content.Narrative, incident.TextPeople: content.People}}
	return a.Take(ctx, w, func(number string, texts map[string]string) incident.Command {
		return incident.Report{Filing: f, Number: number, Occurred: occurred, Discovered: discovered,
			Request: w.Request, Body: w.BodyRef(), Texts: texts}
	})
}

// CallText is the stored form of what a telephone report says in prose.
type CallText struct {
	Caller      string `json:"caller"`
	Called      string `json:"called"`
	Reference   string `json:"reference,omitempty"`
	Description string `json:"description,omitempty"`
}

// Telephone records a report made by telephone and starts its duties. CA step 4
func (a *Room) Telephone(ctx context.Context, by access.Actor, t incident.Telephone, o FileOptions) (act.Answer, error) {
	s, err := a.MayFile(ctx, by, t.Entity)
	if err != nil {
		return act.Answer{}, err
	}
	called, discovered, err := incident.CheckTelephone(t, s.Now)
	if err != nil {
		return act.Answer{}, err
	}
	text, err := json.Marshal(CallText{Caller: t.Caller, Called: t.Called, Reference: t.Reference, Description: t.Description})
	if err != nil {
		return act.Answer{}, err
	}
	after := t.AfterHours != nil && *t.AfterHours
	if t.AfterHours == nil {
		after = !s.Pack.Calendar().InHours(called.Time())
	}
	w := Write{By: by, Set: s, Request: o.Request(by), body: o.BodyDigest.String(), incident: t.Incident,
		Texts: map[string][]byte{incident.TextCall: text}}
	return a.Take(ctx, w, func(number string, texts map[string]string) incident.Command {
		return incident.TakeCall{Entity: t.Entity, Number: number, CalledAt: *called, Discovered: discovered, AfterHours: after,
			Request: w.Request, Body: w.BodyRef(), Texts: texts}
	})
}

// Write is one request that opens an incident or adds to it.
type Write struct {
	By            access.Actor
	Set           act.Setting
	Request, body string
	incident      string // number as given; empty opens a new incident
	Texts         map[string][]byte
}

// BodyRef returns the reference of the filing's canonical text.
func (w Write) BodyRef() string {
	if w.Request == "" {
		return ""
	}
	return w.body
}

var errKeyReused = fault.Invalid("Idempotency-Key", "this key was used for another request", "send a new request with a new key; repeat a request unchanged")

// Take writes a request exactly once and answers it.
func (a *Room) Take(ctx context.Context, w Write, command func(number string, texts map[string]string) incident.Command) (act.Answer, error) {
	if w.Request != "" {
		if stream, found, err := a.Index.Request(ctx, w.Request); err != nil {
			return act.Answer{}, err
		} else if found {
			return a.replay(ctx, w, stream)
		}
	}
	stream, write, err := a.target(ctx, w)
	if err != nil {
		return act.Answer{}, err
	}
	refs, texts := a.Seal(stream, w.Texts)
	repeated := false
	state, err := write(ctx, stream, func(st incident.State) (ledger.Decision, error) {
		if r, ok := st.Requests[w.Request]; ok && w.Request != "" {
			repeated = true
			if r.Body != w.body {
				return ledger.Decision{}, errKeyReused
			}
			return ledger.Decision{}, nil
		}
		drafts, err := incident.Decide(st, command(a.newNumber(), refs), a.Env(w.Set, w.By))
		return a.Decision(w.Set, w.By, drafts, texts), err
	})
	if fault.KindOf(err) == fault.KindConflict && w.Request != "" {
		// Another copy of the same request may have been first.
		if first, found, lookErr := a.Index.Request(ctx, w.Request); lookErr == nil && found {
			return a.replay(ctx, w, first)
		}
	}
	if err != nil {
		return act.Answer{}, err
	}
	if repeated {
		return a.replay(ctx, w, stream)
	}
	a.Committed()
	return a.AnswerOf(state, w.Set, w.By), nil
}

type writer func(context.Context, string, func(incident.State) (ledger.Decision, error)) (incident.State, error)

// target says which stream a request goes to. Streams of new incidents follow each other in time, so that what is written
// together lies together; of two copies of one request that race, the index of requests lets only one in.
func (a *Room) target(ctx context.Context, w Write) (string, writer, error) {
	if w.incident == "" {
		return "incident/" + a.NewID(), a.Record.Create, nil
	}
	number, err := incident.ParseNumber("incident", w.incident)
	if err != nil {
		return "", nil, err
	}
	stream, found, err := a.Index.Find(ctx, number)
	if err == nil && !found {
		err = act.ErrNoIncident
	}
	if err != nil {
		return "", nil, err
	}
	state, err := a.Load(ctx, stream)
	if err == nil && !access.Allow(w.By, access.Read, act.ObjectOf(state)) {
		err = act.ErrNoIncident
	}
	return stream, a.Record.Update, err
}

// replay gives a repeated request its first answer: the state as of the end of the change that it led to.
func (a *Room) replay(ctx context.Context, w Write, stream string) (act.Answer, error) {
	st, facts, err := a.Record.Folded(ctx, stream)
	if err != nil {
		return act.Answer{}, err
	}
	r, ok := st.Requests[w.Request]
	if !ok {
		return act.Answer{}, errors.New("a request is indexed to a stream that does not hold it")
	}
	if r.Body != w.body {
		return act.Answer{}, errKeyReused
	}
	s := w.Set
	s.Now = r.At
	return a.AnswerOf(incident.Fold(through(facts, w.Request)), s, w.By), nil
}

// through keeps the facts up to the end of the change that a request led to: its own fact and what was written with it.
// The instants alone do not tell, because a change that decided later may have been written first.
func through(facts []incident.Recorded, request string) []incident.Recorded {
	for i, f := range facts {
		if requestOf(f.Fact) != request {
			continue
		}
		end := i + 1
		for end < len(facts) && facts[end].At.Equal(f.At) && facts[end].Actor == f.Actor {
			end++
		}
		return facts[:end]
	}
	return facts
}

// requestOf is the request that a fact froze, or "".
func requestOf(f incident.Fact) string {
	switch f := f.(type) {
	case *incident.Reported:
		return f.Request
	case *incident.Telephoned:
		return f.Request
	}
	return ""
}

func (a *Room) newNumber() string {
	for {
		if n, ok := incident.NewNumber(a.RandomBytes(24)); ok {
			return n
		}
	}
}

// Preview says what a filing would lead to, without recording anything.
func (a *Room) Preview(ctx context.Context, by access.Actor, f incident.Filing) (act.Preview, error) {
	s, err := a.MayFile(ctx, by, f.Entity)
	if err != nil {
		return act.Preview{}, err
	}
	checked := f
	if f.Description == "" && len(f.Categories) == 0 {
		checked.Description = "-" // a preview needs no words yet
	}
	occurred, discovered, err := incident.Check(checked, s.Pack, s.Now)
	if err != nil {
		return act.Preview{}, err
	}
	state := incident.State{}
	if f.Incident != "" {
		if state, err = a.Readable(ctx, by, f.Incident); err != nil {
			return act.Preview{}, err
		}
	}
	before := state
	drafts, err := incident.Decide(state, incident.Report{Filing: f, Number: "preview", Occurred: occurred, Discovered: discovered}, a.Env(s, by))
	if err != nil {
		return act.Preview{}, err
	}
	return a.PreviewOf(before, drafts, s, by), nil
}
