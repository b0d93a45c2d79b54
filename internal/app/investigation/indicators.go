package investigation

import (
	"cmp"
	"context"
	"slices"
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

// IndicatorView is one indicator with what became of it.
type IndicatorView struct {
	ID         string         `json:"id"`
	Type       string         `json:"type" doc:"Of STIX 2.1; of files, one for each property."`
	Value      string         `json:"value"`
	Defanged   string         `json:"defanged"`
	Pattern    string         `json:"pattern" doc:"As a STIX 2.1 pattern."`
	TLP        string         `json:"tlp" doc:"red, amber+strict, amber, green or clear."`
	Source     string         `json:"source,omitempty"`
	Note       string         `json:"note,omitempty"`
	Techniques []NamedView    `json:"techniques"`
	RecordedAt time.Time      `json:"recorded_at"`
	RecordedBy string         `json:"recorded_by"`
	Sightings  []SightingView `json:"sightings"`
	Events     []string       `json:"events" doc:"Ids of the events that it is linked to."`
	Shared     []SharedView   `json:"shared" doc:"Other incidents that this key may see and that have it too, at most six."`
	Withdrawn  *EndedView     `json:"withdrawn,omitempty"`
}

// SightingView is one time and place at which an indicator was seen.
type SightingView struct {
	At         time.Time   `json:"at"`
	Where      string      `json:"where"`
	Assets     []NamedView `json:"assets"`
	RecordedBy string      `json:"recorded_by"`
}

// SharedView is another incident that has an indicator.
type SharedView struct {
	Incident   string    `json:"incident"`
	EntityName string    `json:"entity_name"`
	Marking    string    `json:"marking" enum:"none,confidential,restricted" doc:"How whatever is shown or passed on about the incident is marked."`
	At         time.Time `json:"recorded_at"`
}

// IndicatorList is the indicators of an incident.
type IndicatorList struct {
	Incident   string          `json:"incident"`
	Closed     bool            `json:"closed" doc:"The incident is closed: only what completes or corrects the investigation is taken."`
	Indicators []IndicatorView `json:"indicators"`
	Matching   int             `json:"matching"`
	Total      int             `json:"total"`
	MayWork    bool            `json:"-"`
}

// IndicatorQuery says which indicators are asked for.
type IndicatorQuery struct {
	Type, TLP, Words string
	ID               string // only this one
	Withdrawn        bool
	Skip, Limit      int // Limit 0: all
}

// sharedShown bounds the other incidents that are shown of one indicator.
const sharedShown = 6

func indicatorTexts(inv investigation.State) (out []string) {
	for _, t := range inv.Indicators {
		out = append(out, t.Text, reasonOf(t.Ended))
		for _, s := range t.Sightings {
			out = append(out, s.Where)
		}
	}
	return out
}

// Indicators answers the indicators of an incident, with the other incidents that the reader may see and that share them. MA 6.6.4.1
func (a *Room) Indicators(ctx context.Context, by access.Actor, number string, ask IndicatorQuery) (IndicatorList, error) {
	q, err := a.investigate(ctx, by, number)
	if err != nil {
		return IndicatorList{}, err
	}
	if err := a.read(ctx, q, indicatorTexts(q.inv)); err != nil {
		return IndicatorList{}, err
	}
	v := IndicatorList{Incident: q.st.Number, Closed: q.closed(), MayWork: q.works, Indicators: []IndicatorView{}}
	for _, t := range q.inv.Indicators {
		if ask.ID != "" && t.ID != ask.ID || t.Ended != nil && !ask.Withdrawn && ask.ID == "" {
			continue
		}
		v.Total++
		one := q.indicatorView(t)
		if !ask.admits(one) {
			continue
		}
		v.Matching++
		if v.Matching > ask.Skip && (ask.Limit == 0 || len(v.Indicators) < ask.Limit) {
			v.Indicators = append(v.Indicators, one)
		}
	}
	if ask.ID != "" && v.Total == 0 {
		return IndicatorList{}, fault.NotFound("no such indicator")
	}
	q.linkEvents(v.Indicators)
	return v, a.share(ctx, q, v.Indicators)
}

func (ask IndicatorQuery) admits(v IndicatorView) bool {
	if ask.Type != "" && v.Type != ask.Type || ask.TLP != "" && v.TLP != ask.TLP {
		return false
	}
	told := strings.ToLower(v.Value + "\n" + v.Source + "\n" + v.Note)
	for _, w := range strings.Fields(strings.ToLower(investigation.Refang(ask.Words))) {
		if !strings.Contains(told, w) {
			return false
		}
	}
	return true
}

func (q *inquiry) indicatorView(t investigation.Trace) IndicatorView {
	told := q.indicatorText(t)
	v := IndicatorView{ID: t.ID, Type: t.Type, Value: told.Value, Defanged: investigation.Defang(t.Type, told.Value), Pattern: investigation.STIXPattern(t.Type, told.Value), TLP: t.TLP,
		Source: told.Source, Note: told.Note, RecordedAt: t.At, RecordedBy: q.name(t.By), Withdrawn: q.ended(t.Ended)}
	for _, id := range t.Techniques {
		x, _ := investigation.TechniqueByID(id)
		v.Techniques = append(v.Techniques, NamedView{ID: id, Name: cmp.Or(x.Name, id)})
	}
	for _, s := range t.Sightings {
		one := SightingView{At: s.At.Time(), Where: q.words(s.Where), RecordedBy: q.name(s.SeenBy)}
		for _, id := range s.Assets {
			asset, _ := q.s.Dir.Asset(id)
			one.Assets = append(one.Assets, NamedView{ID: id, Name: cmp.Or(asset.Name, id)})
		}
		v.Sightings = append(v.Sightings, one)
	}
	return v
}

// linkEvents adds the standing events that name the indicators.
func (q *inquiry) linkEvents(list []IndicatorView) {
	at := map[string]int{}
	for i, v := range list {
		at[v.ID] = i
	}
	for _, e := range q.inv.Events {
		if e.Ended != nil {
			continue
		}
		for _, id := range e.Indicators {
			if i, ok := at[id]; ok {
				list[i].Events = append(list[i].Events, e.ID)
			}
		}
	}
}

// share adds the other incidents that have the indicators, as far as the reader may see them.
func (a *Room) share(ctx context.Context, q *inquiry, list []IndicatorView) error {
	if len(list) == 0 {
		return nil
	}
	shared, err := a.Investigations.SharedIndicators(ctx, access.ScopeOf(q.by), q.id, sharedShown)
	if err != nil || len(shared) == 0 {
		return err
	}
	by := map[string][]SharedView{}
	for _, s := range shared {
		by[s.Match] = append(by[s.Match], sharedView(s, q.s))
	}
	for i, v := range list {
		if v.Withdrawn == nil {
			list[i].Shared = by[investigation.Match(v.Type, v.Value)]
		}
	}
	return nil
}

func sharedView(s investigation.Shared, set act.Setting) SharedView {
	e, _ := set.Dir.Entity(s.Entity)
	return SharedView{Incident: s.Incident, EntityName: e.Name, Marking: s.Marking, At: time.UnixMicro(s.At).UTC()}
}

// FoundIndicator is one indicator in pasted text.
type FoundIndicator struct {
	Line     int    `json:"line"`
	Type     string `json:"type"`
	Value    string `json:"value"`
	Defanged string `json:"defanged"`
	Known    string `json:"known,omitempty" doc:"Id of the indicator of this incident that is the same; it is left out."`
}

// UnreadLine is a line of pasted text in which nothing was recognised.
type UnreadLine struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

// FoundView is what pasted text holds.
type FoundView struct {
	Found  []FoundIndicator `json:"found"`
	Unread []UnreadLine     `json:"unread"`
	New    int              `json:"new"`
}

// IndicatorInput is text with indicators, and what is said of all of them.
type IndicatorInput struct {
	Text       string   `json:"text" required:"true" maxLength:"1000000" doc:"One or more on each line, defanged or not."`
	TLP        string   `json:"tlp,omitempty" enum:"red,amber+strict,amber,green,clear" doc:"amber where it is left out."`
	Source     string   `json:"source,omitempty" maxLength:"300"`
	Note       string   `json:"note,omitempty" maxLength:"2000"`
	Techniques []string `json:"techniques,omitempty" maxItems:"50" doc:"Ids of ATT&CK."`
}

// PreviewIndicators says what pasted text holds. It records nothing.
func (a *Room) PreviewIndicators(ctx context.Context, by access.Actor, number string, in IndicatorInput) (FoundView, error) {
	q, err := a.investigate(ctx, by, number)
	if err != nil {
		return FoundView{}, err
	}
	if !q.works {
		return FoundView{}, fault.Forbidden("%s", onlyTeamInvestigates)
	}
	return a.findIndicators(ctx, q, in)
}

func (a *Room) findIndicators(ctx context.Context, q *inquiry, in IndicatorInput) (v FoundView, err error) {
	if err := a.read(ctx, q, indicatorTexts(q.inv)); err != nil {
		return v, err
	}
	known := map[string]string{}
	for _, t := range q.inv.Indicators {
		if t.Ended == nil {
			known[investigation.Match(t.Type, q.indicatorText(t).Value)] = t.ID
		}
	}
	found, unread := investigation.ParseIndicators(in.Text)
	if len(found) > investigation.MaxPasted || len(found)+len(unread) == 0 {
		return v, fault.Invalid("text", "There is nothing to read, or more than 2,000 indicators.", "Paste between 1 and 2,000 indicators.")
	}
	for _, f := range found {
		one := FoundIndicator{Line: f.Line, Type: f.Type, Value: f.Value, Defanged: investigation.Defang(f.Type, f.Value), Known: known[investigation.Match(f.Type, f.Value)]}
		if one.Known == "" {
			v.New++
		}
		v.Found = append(v.Found, one)
	}
	for _, u := range unread {
		v.Unread = append(v.Unread, UnreadLine(u))
	}
	return v, nil
}

// RecordIndicators adds the indicators that pasted text holds and that are not there yet.
func (a *Room) RecordIndicators(ctx context.Context, by access.Actor, number string, in IndicatorInput) error {
	for field, text := range map[string]string{"source": in.Source, "note": in.Note} {
		if err := act.CheckOptionalText(field, text); err != nil {
			return err
		}
	}
	return a.pursue(ctx, by, number, nil, func(q *inquiry, _ map[string]string) (investigation.Command, []ledger.Text, error) {
		v, err := a.findIndicators(ctx, q, in)
		if err != nil {
			return nil, nil, err
		}
		fresh := slices.DeleteFunc(v.Found, func(f FoundIndicator) bool { return f.Known != "" })
		if len(fresh) == 0 {
			return nil, nil, fault.Invalid("text", "There is no new indicator in this text.", "Write one on each line; say what it is where that cannot be seen, for instance \"mutex: name\".")
		}
		var c investigation.RecordIndicators
		var texts []ledger.Text
		for part := range slices.Chunk(fresh, investigation.MaxBatch) {
			b := investigation.IndicatorBatch{}
			var told []investigation.IndicatorText
			for _, f := range part {
				b.Indicators = append(b.Indicators, investigation.Indicator{Type: f.Type, TLP: cmp.Or(in.TLP, investigation.TLPAmber), Techniques: in.Techniques})
				told = append(told, investigation.IndicatorText{Value: f.Value, Source: strings.TrimSpace(in.Source), Note: strings.TrimSpace(in.Note)})
			}
			text, sealed, err := a.sealJSON(q, investigation.TextIndicators, told)
			if err != nil {
				return nil, nil, err
			}
			b.Text, texts = text, append(texts, sealed...)
			c.Batches = append(c.Batches, b)
		}
		return c, texts, nil
	})
}

// MarkIndicator changes how far an indicator may be shared.
func (a *Room) MarkIndicator(ctx context.Context, by access.Actor, number, id, tlp string) error {
	return a.pursue(ctx, by, number, nil, simply(func(map[string]string) investigation.Command {
		return investigation.MarkIndicator{Indicator: id, TLP: tlp}
	}))
}

// SightIndicator records that an indicator was seen, when and where; assets may be ids or names of the directory.
func (a *Room) SightIndicator(ctx context.Context, by access.Actor, number, id string, at time.Time, where string, assets []string) error {
	if err := incident.CheckProse("where", where, "say where it was seen"); err != nil {
		return err
	}
	return a.pursue(ctx, by, number, map[string]string{investigation.TextSighting: where}, func(q *inquiry, refs map[string]string) (investigation.Command, []ledger.Text, error) {
		ids, unknown := q.resolver().split(q.s.Dir.AssetIDs(), assets)
		if len(unknown) > 0 {
			return nil, nil, fault.Invalid("assets", "The directory has no asset called "+unknown[0]+".", "Leave it out here and name it under where.")
		}
		return investigation.SightIndicator{Indicator: id, At: record.MomentOf(at), Assets: ids, Where: refs[investigation.TextSighting]}, nil, nil
	})
}

// WithdrawIndicator says that an indicator was none, with the reason.
func (a *Room) WithdrawIndicator(ctx context.Context, by access.Actor, number, id, reason string) error {
	if err := incident.CheckProse("reason", reason, "say why it is withdrawn"); err != nil {
		return err
	}
	return a.pursue(ctx, by, number, map[string]string{investigation.TextReason: reason}, simply(func(refs map[string]string) investigation.Command {
		return investigation.WithdrawIndicator{Indicator: id, Reason: refs[investigation.TextReason]}
	}))
}

// LookupView is the incidents that have an indicator.
type LookupView struct {
	Type      string       `json:"type"`
	Value     string       `json:"value"`
	Defanged  string       `json:"defanged"`
	Incidents []SharedView `json:"incidents" doc:"The latest record first, at most 50."`
}

// lookedUp bounds the incidents that one lookup lists.
const lookedUp = 50

// LookUp finds the incidents that the reader may see and that have an indicator, written in any way. MA 6.6.4.1
func (a *Room) LookUp(ctx context.Context, by access.Actor, written string) (LookupView, error) {
	found, _ := investigation.ParseIndicators(written)
	if len(found) != 1 {
		return LookupView{}, fault.Invalid("value", "This is not one indicator.", "Give one address, domain, URL, hash or name; say what it is where that cannot be seen, for instance \"mutex: name\".")
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return LookupView{}, err
	}
	f := found[0]
	v := LookupView{Type: f.Type, Value: f.Value, Defanged: investigation.Defang(f.Type, f.Value), Incidents: []SharedView{}}
	list, err := a.Investigations.IncidentsWith(ctx, access.ScopeOf(by), investigation.Match(f.Type, f.Value), "", lookedUp)
	for _, s := range list {
		v.Incidents = append(v.Incidents, sharedView(s, act.Setting{Dir: dir}))
	}
	return v, err
}
