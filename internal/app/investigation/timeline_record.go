package investigation

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/domain/record"
	"tocsin/internal/ledger"
)

// EventInput is one event as a person or a program gives it. Assets and people may be ids or names; what the directory has
// becomes a link to it, the rest stays as it was written.
type EventInput struct {
	At          time.Time  `json:"at"`
	Zone        string     `json:"zone,omitempty"`
	Precision   string     `json:"precision"` // empty: second
	About       bool       `json:"about,omitempty"`
	Discovered  *time.Time `json:"discovered_at"`
	Kind        string     `json:"kind"` // empty: other
	Source      string     `json:"source,omitempty"`
	Description string     `json:"description"`
	Assets      []string   `json:"assets"`
	People      []string   `json:"people"`
	Indicators  []string   `json:"indicators"`
	Tactic      string     `json:"tactic,omitempty"`
	Techniques  []string   `json:"techniques"`
}

const maxSource = 300

// split makes a fact's event and its text of what was given.
func (in EventInput) split(who *resolver) (investigation.Event, investigation.EventText, error) {
	e := investigation.Event{At: record.MomentOf(in.At), Zone: in.Zone, Precision: cmp.Or(in.Precision, investigation.Second), About: in.About, Kind: cmp.Or(in.Kind, investigation.Bystander),
		Indicators: in.Indicators, Tactic: in.Tactic, Techniques: in.Techniques}
	if in.Discovered != nil {
		m := record.MomentOf(*in.Discovered)
		e.Discovered = &m
	}
	told := investigation.EventText{Description: strings.TrimSpace(in.Description), Source: strings.TrimSpace(in.Source)}
	e.Assets, told.Assets = who.split(who.assets, in.Assets)
	e.People, told.People = who.split(who.people, in.People)
	if err := incident.CheckProse("description", told.Description, "say what happened"); err != nil {
		return e, told, err
	}
	if len(told.Source) > maxSource || strings.ContainsAny(told.Source, "\n\r") {
		return e, told, fault.Invalid("source", "The source is too long, or more than one line.", "Name it in a few words.")
	}
	return e, told, nil
}

// resolver finds the ids of the directory behind what people write.
type resolver struct{ assets, people map[string]string }

func (q *inquiry) resolver() *resolver {
	return &resolver{q.s.Dir.AssetIDs(), q.s.Dir.PersonIDs()}
}

func (r *resolver) split(known map[string]string, written []string) (ids, others []string) {
	for _, w := range written {
		w = strings.TrimSpace(w)
		switch id := known[strings.ToLower(w)]; {
		case w == "":
		case id != "":
			ids = append(ids, id)
		default:
			others = append(others, w)
		}
	}
	return ids, others
}

// RecordEvents puts events onto the timeline of an incident: all of them or none. MA 6.6.4.1, MA 6.6.4.5
func (a *Room) RecordEvents(ctx context.Context, by access.Actor, number string, events []EventInput) error {
	return a.pursue(ctx, by, number, nil, func(q *inquiry, _ map[string]string) (investigation.Command, []ledger.Text, error) {
		return a.recordEvents(q, events)
	})
}

func (a *Room) recordEvents(q *inquiry, events []EventInput) (investigation.Command, []ledger.Text, error) {
	if len(events) == 0 || len(events) > investigation.MaxPasted {
		return nil, nil, fault.Invalid("events", "There is nothing to record, or too much at once.", "Give between 1 and 2,000 events.")
	}
	who, c := q.resolver(), investigation.RecordEvents{}
	var texts []ledger.Text
	for len(events) > 0 {
		n := min(len(events), investigation.MaxBatch)
		b := investigation.EventBatch{}
		var told []investigation.EventText
		for _, in := range events[:n] {
			e, t, err := in.split(who)
			if err != nil {
				return nil, nil, err
			}
			b.Events, told = append(b.Events, e), append(told, t)
		}
		events = events[n:]
		refs, sealed, err := a.sealJSON(q, investigation.TextEvents, told)
		if err != nil {
			return nil, nil, err
		}
		b.Text, texts = refs, append(texts, sealed...)
		c.Batches = append(c.Batches, b)
	}
	return c, texts, nil
}

// sealJSON seals a list as one text.
func (a *Room) sealJSON(q *inquiry, name string, list any) (string, []ledger.Text, error) {
	content, err := json.Marshal(list)
	if err != nil {
		return "", nil, err
	}
	refs, texts := a.Seal("investigation/"+q.id, map[string][]byte{name: content})
	return refs[name], texts, nil
}

// CorrectEvent replaces an event by a better account of it; the older one stays in its history.
func (a *Room) CorrectEvent(ctx context.Context, by access.Actor, number, id string, in EventInput, reason string) error {
	if err := act.CheckOptionalText("reason", reason); err != nil {
		return err
	}
	return a.pursue(ctx, by, number, act.OptionalText(investigation.TextReason, reason), func(q *inquiry, refs map[string]string) (investigation.Command, []ledger.Text, error) {
		e, told, err := in.split(q.resolver())
		if err != nil {
			return nil, nil, err
		}
		e.ID = id
		text, sealed, err := a.sealJSON(q, investigation.TextEvents, []investigation.EventText{told})
		return investigation.CorrectEvent{Event: e, Text: text, Reason: refs[investigation.TextReason]}, sealed, err
	})
}

// WithdrawEvent takes an event off the timeline, with the reason.
func (a *Room) WithdrawEvent(ctx context.Context, by access.Actor, number, id, reason string) error {
	if err := incident.CheckProse("reason", reason, "say why it is withdrawn"); err != nil {
		return err
	}
	return a.pursue(ctx, by, number, map[string]string{investigation.TextReason: reason}, simply(func(refs map[string]string) investigation.Command {
		return investigation.WithdrawEvent{Event: id, Reason: refs[investigation.TextReason]}
	}))
}

// PasteInput is text with events, one on each line or as a table, and how its times are read where they do not say it.
type PasteInput struct {
	Text   string `json:"text" required:"true" maxLength:"1000000" doc:"One event on each line, its time first; or a table with a heading."`
	Zone   string `json:"zone,omitempty" maxLength:"64" doc:"IANA name of the zone of times that have none."`
	Dates  string `json:"dates,omitempty" enum:"mdy,dmy" doc:"Which comes first in a date such as 6/7/2026."`
	Source string `json:"source,omitempty" maxLength:"300" doc:"Where all of it is from, for lines that do not say it."`
	Kind   string `json:"kind,omitempty" enum:"adversary,defender,other" doc:"Who made it happen, for lines that do not say it."`
	Skip   bool   `json:"leave_out_problems,omitempty" doc:"Record the lines without a problem and leave the others out."`
}

// PasteLine is one line of it as it would be recorded.
type PasteLine struct {
	Line      int         `json:"line"`
	Text      string      `json:"text"`
	Problem   string      `json:"problem,omitempty"`
	Event     *EventInput `json:"event,omitempty"`
	NeedsZone bool        `json:"-"`
	NeedsDate bool        `json:"-"`
}

// PasteView is what pasted text would become.
type PasteView struct {
	Lines    []PasteLine `json:"lines"`
	Good     int         `json:"good"`
	Problems int         `json:"problems"`
}

// PreviewEvents says what pasted text would become. It records nothing.
func (a *Room) PreviewEvents(ctx context.Context, by access.Actor, number string, in PasteInput) (PasteView, error) {
	q, err := a.investigate(ctx, by, number)
	if err != nil {
		return PasteView{}, err
	}
	if !q.works {
		return PasteView{}, fault.Forbidden("%s", onlyTeamInvestigates)
	}
	return q.previewEvents(in)
}

func (q *inquiry) previewEvents(in PasteInput) (v PasteView, err error) {
	how := investigation.Reading{Now: q.s.Now, Date: in.Dates, Name: in.Zone}
	if in.Zone != "" {
		if how.Zone, err = time.LoadLocation(in.Zone); err != nil || in.Zone == "Local" {
			return v, fault.Invalid("zone", "This zone is not known.", "Use a name such as America/New_York.")
		}
	}
	lines := investigation.ParseEvents(in.Text, how)
	if len(lines) == 0 || len(lines) > investigation.MaxPasted {
		return v, fault.Invalid("text", "There is nothing to read, or more than 2,000 lines.", "Paste between 1 and 2,000 lines.")
	}
	for _, p := range lines {
		l := PasteLine{Line: p.Line, Text: p.Text, Problem: p.Problem, NeedsZone: p.Problem == investigation.AsksZone, NeedsDate: p.Problem == investigation.AsksDate}
		if p.Problem == "" {
			l.Event = inputOf(p, in)
			v.Good++
		} else {
			v.Problems++
		}
		v.Lines = append(v.Lines, l)
	}
	return v, nil
}

func inputOf(p investigation.Pasted, in PasteInput) *EventInput {
	e := &EventInput{At: p.Event.At.Time(), Zone: p.Event.Zone, Precision: p.Event.Precision, About: p.Event.About, Kind: p.Event.Kind, Source: cmp.Or(p.Told.Source, in.Source),
		Description: p.Told.Description, Assets: p.Told.Assets, People: p.Told.People, Tactic: p.Event.Tactic, Techniques: p.Event.Techniques}
	if e.Kind == investigation.Bystander && in.Kind != "" {
		e.Kind = in.Kind
	}
	if p.Event.Discovered != nil {
		at := p.Event.Discovered.Time()
		e.Discovered = &at
	}
	return e
}

// PasteEvents records what pasted text holds: nothing while a line has a problem, unless such lines are to be left out. MA 6.6.4.6
func (a *Room) PasteEvents(ctx context.Context, by access.Actor, number string, in PasteInput) error {
	return a.pursue(ctx, by, number, nil, func(q *inquiry, _ map[string]string) (investigation.Command, []ledger.Text, error) {
		v, err := q.previewEvents(in)
		if err != nil {
			return nil, nil, err
		}
		var events []EventInput
		for _, l := range v.Lines {
			if l.Event != nil {
				events = append(events, *l.Event)
			} else if !in.Skip {
				return nil, nil, fault.Invalid("text", fmt.Sprintf("Line %d: %s", l.Line, l.Problem), "Mend it, or leave lines with a problem out.")
			}
		}
		return a.recordEvents(q, events)
	})
}
