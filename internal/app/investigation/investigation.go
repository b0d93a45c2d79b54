package investigation

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/ledger"
)

// Investigations keeps the investigation of each incident, by the id of the incident's stream.
type Investigations interface {
	Investigation(ctx context.Context, id string) ([]investigation.Recorded, error)
	// UpdateInvestigation lets decide say what follows from an investigation and writes that in one durable transaction; it decides
	// again when another writer was first.
	UpdateInvestigation(ctx context.Context, id string, decide func(investigation.State) (ledger.Decision, error)) error
	// IncidentsWith lists incidents inside a scope that have an indicator, by its match; not is the id of one that is left out.
	IncidentsWith(ctx context.Context, scope access.Scope, match, not string, limit int) ([]investigation.Shared, error)
	// SharedIndicators does that for every standing indicator of an investigation.
	SharedIndicators(ctx context.Context, scope access.Scope, id string, limit int) ([]investigation.Shared, error)
	SharedAssets(ctx context.Context, scope access.Scope, id string, limit int) ([]investigation.SharedAsset, error)
}

// inquiry is an investigation that the actor may see, with what is needed to show it.
type inquiry struct {
	id    string // of the incident's stream, which the investigation has too
	st    incident.State
	inv   investigation.State
	s     act.Setting
	by    access.Actor
	works bool // the actor may add to it
	texts map[string][]byte
	told  map[string][]investigation.EventText     // by digest
	marks map[string][]investigation.IndicatorText // by digest
}

// investigate opens an investigation. Access is decided on the incident: absent and denied look the same. That somebody read
// it is kept where the incident is restricted.
func (a *Room) investigate(ctx context.Context, by access.Actor, number string) (*inquiry, error) {
	stream, st, err := a.Open(ctx, by, number)
	if err != nil {
		return nil, err
	}
	if err := a.RecordRead(ctx, by, stream, st, "investigation"); err != nil {
		return nil, err
	}
	q := &inquiry{id: strings.TrimPrefix(stream, "incident/"), st: st, by: by, works: access.Allow(by, access.Work, act.ObjectOf(st))}
	if q.s, err = a.SettingFor(ctx, st.Entity); err != nil {
		return nil, err
	}
	facts, err := a.Investigations.Investigation(ctx, q.id)
	q.inv = investigation.Fold(facts)
	return q, err
}

// read loads texts of the investigation; of those that were disposed nothing is there.
func (a *Room) read(ctx context.Context, q *inquiry, digests []string) (err error) {
	slices.Sort(digests)
	digests = slices.DeleteFunc(slices.Compact(digests), func(d string) bool { return d == "" })
	q.texts, err = a.Record.Texts(ctx, digests)
	q.told, q.marks = map[string][]investigation.EventText{}, map[string][]investigation.IndicatorText{}
	return err
}

func (q *inquiry) words(digest string) string { return string(q.texts[digest]) }

func (q *inquiry) eventText(a investigation.Account) investigation.EventText {
	return textAt(q.texts, q.told, a.Text, a.Place)
}

func (q *inquiry) indicatorText(t investigation.Trace) investigation.IndicatorText {
	return textAt(q.texts, q.marks, t.Text, t.Place)
}

// textAt is one entry of a list that is a text; nothing is left of one that was disposed.
func textAt[T any](texts map[string][]byte, read map[string][]T, digest string, place int) (out T) {
	list, known := read[digest]
	if !known {
		_ = json.Unmarshal(texts[digest], &list)
		read[digest] = list
	}
	if place < len(list) {
		out = list[place]
	}
	return out
}

// closed says whether the incident is: then only what completes or corrects the investigation is taken.
func (q *inquiry) closed() bool { return q.st.Status == incident.StatusClosed }

func (q *inquiry) name(actor string) string { return act.ActorName(actor, q.s.Dir) }

const onlyTeamInvestigates = "only the response team adds to an investigation"

// pursue carries out one command on an investigation that the actor may see and work on.
func (a *Room) pursue(ctx context.Context, by access.Actor, number string, prose map[string]string, command func(q *inquiry, refs map[string]string) (investigation.Command, []ledger.Text, error)) error {
	q, err := a.investigate(ctx, by, number)
	if err != nil {
		return err
	}
	if !q.works {
		return fault.Forbidden("%s", onlyTeamInvestigates)
	}
	contents := map[string][]byte{}
	for name, text := range prose {
		contents[name] = []byte(text)
	}
	refs, texts := a.Seal("investigation/"+q.id, contents)
	c, more, err := command(q, refs)
	if err != nil {
		return err
	}
	env := investigation.Env{Now: q.s.Now, Actor: by, Dir: q.s.Dir, Closed: q.closed()}
	err = a.Investigations.UpdateInvestigation(ctx, q.id, func(st investigation.State) (ledger.Decision, error) {
		drafts, err := investigation.Decide(st, c, env)
		return a.Decision(q.s, by, drafts, append(more, texts...)), err
	})
	if err == nil {
		a.Committed()
	}
	return err
}

// simply is a command that needs nothing but the digests of its texts.
func simply(f func(refs map[string]string) investigation.Command) func(*inquiry, map[string]string) (investigation.Command, []ledger.Text, error) {
	return func(_ *inquiry, refs map[string]string) (investigation.Command, []ledger.Text, error) {
		return f(refs), nil, nil
	}
}

// NamedView is a thing that something is linked to: its id where the directory, ATT&CK or the investigation has it, and its name.
type NamedView struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}

// EndedView says that something was withdrawn, by whom and why.
type EndedView struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
}

func (q *inquiry) ended(e *investigation.Ending) *EndedView {
	if e == nil {
		return nil
	}
	return &EndedView{At: e.At, By: q.name(e.By), Reason: q.words(e.Reason)}
}

func reasonOf(e *investigation.Ending) string {
	if e == nil {
		return ""
	}
	return e.Reason
}

// InvestigationView is what is found out about an incident, in numbers and in the last of each. MA 6.6.4, MA 6.3.1.3.2, MA 6.2.1.2
type InvestigationView struct {
	Incident   string         `json:"incident"`
	Closed     bool           `json:"closed" doc:"The incident is closed: only what completes or corrects the investigation is taken."`
	Events     int            `json:"events"`
	First      *time.Time     `json:"first_event"`
	Last       *time.Time     `json:"last_event"`
	Indicators int            `json:"indicators"`
	Findings   []FindingView  `json:"findings"`
	Decisions  []DecisionView `json:"decisions"`
	Notes      int            `json:"notes"`
	Owner      *act.OwnerView `json:"document_owner,omitempty" doc:"Whose the documents of the investigation are; absent where the policy names nobody."`
	MayWork    bool           `json:"-"`
}

// Investigation answers what is found out about an incident.
func (a *Room) Investigation(ctx context.Context, by access.Actor, number string) (InvestigationView, error) {
	q, err := a.investigate(ctx, by, number)
	if err != nil {
		return InvestigationView{}, err
	}
	if err := a.read(ctx, q, findingTexts(q.inv)); err != nil {
		return InvestigationView{}, err
	}
	v := InvestigationView{Incident: q.st.Number, Owner: a.DocumentOwner(q.st.Entity, q.s), Closed: q.closed(), MayWork: q.works, Findings: q.findings(), Decisions: q.decisions()}
	for _, e := range q.inv.Events {
		if e.Ended != nil {
			continue
		}
		v.Events++
		at := e.At.Time()
		if v.First == nil || at.Before(*v.First) {
			v.First = &at
		}
		if v.Last == nil || at.After(*v.Last) {
			v.Last = &at
		}
	}
	for _, t := range q.inv.Indicators {
		if t.Ended == nil {
			v.Indicators++
		}
	}
	for _, n := range q.inv.Notes {
		if n.Ended == nil {
			v.Notes++
		}
	}
	return v, nil
}
