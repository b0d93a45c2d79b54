package investigation

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/investigation"
)

// EventView is one event of the timeline.
type EventView struct {
	ID          string      `json:"id"`
	At          time.Time   `json:"at" doc:"In the offset in which the source gave it."`
	Zone        string      `json:"zone,omitempty" doc:"As the source gave it."`
	Precision   string      `json:"precision" doc:"second, minute, hour, day or month."`
	About       bool        `json:"about,omitempty"`
	Discovered  *time.Time  `json:"discovered_at"`
	RecordedAt  time.Time   `json:"recorded_at"`
	RecordedBy  string      `json:"recorded_by"`
	Kind        string      `json:"kind" doc:"adversary, defender or other."`
	Source      string      `json:"source,omitempty"`
	Description string      `json:"description"`
	Assets      []NamedView `json:"assets"`
	People      []NamedView `json:"people"`
	Indicators  []NamedView `json:"indicators"`
	Tactic      string      `json:"tactic,omitempty"`
	Techniques  []NamedView `json:"techniques"`
	Reason      string      `json:"correction_reason,omitempty" doc:"Why this account replaced the one before."`
	Corrected   int         `json:"corrections"`
	Withdrawn   *EndedView  `json:"withdrawn,omitempty"`
	End         time.Time   `json:"-"` // the latest that its precision leaves open
}

// EventHistory is an event with its earlier accounts, the oldest first.
type EventHistory struct {
	EventView
	Incident string      `json:"incident"`
	Closed   bool        `json:"closed" doc:"The incident is closed: only what completes or corrects the investigation is taken."`
	Earlier  []EventView `json:"earlier"`
	MayWork  bool        `json:"-"`
}

// Orders of a timeline.
const (
	ByTime       = "time"
	ByDiscovered = "discovered"
	ByRecorded   = "recorded"
	BySource     = "source"
	ByKind       = "kind"
	ByTactic     = "tactic"
	ByAsset      = "asset"
	ByPerson     = "person"
)

// TimelineOrders lists what a timeline can be sorted by.
var TimelineOrders = []string{ByTime, ByDiscovered, ByRecorded, BySource, ByKind, ByTactic, ByAsset, ByPerson}

// TimelineQuery says which events are asked for, and in what order.
type TimelineQuery struct {
	Sort       string // one of TimelineOrders; empty is by time
	Descending bool
	Kind       string
	Source     string
	Tactic     string
	Technique  string
	Asset      string // id or name
	Person     string // id or name
	Indicator  string
	Words      string
	From       time.Time
	Until      time.Time
	Withdrawn  bool // those too that were withdrawn
	Skip       int
	Limit      int // 0: all
}

// FacetView is one value that events have, with how many have it.
type FacetView struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Count int    `json:"count"`
}

// TimelineView is a part of a timeline.
type TimelineView struct {
	Incident string      `json:"incident"`
	Closed   bool        `json:"closed" doc:"The incident is closed: only what completes or corrects the investigation is taken."`
	Events   []EventView `json:"events"`
	Matching int         `json:"matching" doc:"How many there are under the filters."`
	Total    int         `json:"total" doc:"How many there are."`
	// All are the events under the filters, for the picture.
	All     []EventView            `json:"-"`
	Facets  map[string][]FacetView `json:"-"` // by kind, source, tactic, asset, person
	MayWork bool                   `json:"-"`
}

// eventTexts lists the digests of what the events tell.
func eventTexts(inv investigation.State) (out []string) {
	for _, e := range inv.Events {
		out = append(out, e.Text, e.Reason, reasonOf(e.Ended))
		for _, before := range e.Earlier {
			out = append(out, before.Text, before.Reason)
		}
	}
	return out
}

// Timeline answers the events of an incident's timeline. MA 6.6.4.1
func (a *Room) Timeline(ctx context.Context, by access.Actor, number string, ask TimelineQuery) (TimelineView, error) {
	if ask.Sort != "" && !slices.Contains(TimelineOrders, ask.Sort) {
		return TimelineView{}, fault.Invalid("sort", "A timeline is not sorted by this.", "Use one of: "+strings.Join(TimelineOrders, ", ")+".")
	}
	q, err := a.investigate(ctx, by, number)
	if err != nil {
		return TimelineView{}, err
	}
	if err := a.read(ctx, q, eventTexts(q.inv)); err != nil {
		return TimelineView{}, err
	}
	v := TimelineView{Incident: q.st.Number, Closed: q.closed(), MayWork: q.works, Facets: map[string][]FacetView{}}
	count := facets{}
	for _, h := range q.inv.Events {
		if h.Ended != nil && !ask.Withdrawn {
			continue
		}
		e := q.eventView(h)
		v.Total++
		count.add(e)
		if ask.admits(e) {
			v.All = append(v.All, e)
		}
	}
	ask.order(v.All)
	v.Matching, v.Events = len(v.All), v.All[min(max(0, ask.Skip), len(v.All)):]
	if ask.Limit > 0 && len(v.Events) > ask.Limit {
		v.Events = v.Events[:ask.Limit]
	}
	v.Facets = count.list()
	return v, nil
}

// Event answers one event with its history.
func (a *Room) Event(ctx context.Context, by access.Actor, number, id string) (EventHistory, error) {
	q, err := a.investigate(ctx, by, number)
	if err != nil {
		return EventHistory{}, err
	}
	h, ok := q.inv.Event(id)
	if !ok {
		return EventHistory{}, fault.NotFound("no such event")
	}
	if err := a.read(ctx, q, eventTexts(investigation.State{Events: []investigation.Happening{h}})); err != nil {
		return EventHistory{}, err
	}
	out := EventHistory{EventView: q.eventView(h), Incident: q.st.Number, Closed: q.closed(), MayWork: q.works}
	for _, before := range h.Earlier {
		out.Earlier = append(out.Earlier, q.accountView(before))
	}
	return out, nil
}

func (q *inquiry) eventView(h investigation.Happening) EventView {
	v := q.accountView(h.Account)
	v.Corrected, v.Withdrawn = len(h.Earlier), q.ended(h.Ended)
	return v
}

func (q *inquiry) accountView(x investigation.Account) EventView {
	told := q.eventText(x)
	v := EventView{ID: x.ID, At: x.At.Time(), Zone: x.Zone, Precision: x.Precision, About: x.About, RecordedAt: x.Noted, RecordedBy: q.name(x.By), Kind: x.Kind,
		Source: told.Source, Description: told.Description, Tactic: x.Tactic, Reason: q.words(x.Reason), End: x.End()}
	if x.Discovered != nil {
		at := x.Discovered.Time()
		v.Discovered = &at
	}
	for _, id := range x.Assets {
		asset, _ := q.s.Dir.Asset(id)
		v.Assets = append(v.Assets, NamedView{ID: id, Name: cmp.Or(asset.Name, id)})
	}
	for _, id := range x.People {
		v.People = append(v.People, NamedView{ID: id, Name: q.name("person:" + id)})
	}
	for _, id := range x.Indicators {
		v.Indicators = append(v.Indicators, NamedView{ID: id, Name: id})
	}
	for _, id := range x.Techniques {
		t, _ := investigation.TechniqueByID(id)
		v.Techniques = append(v.Techniques, NamedView{ID: id, Name: cmp.Or(t.Name, id)})
	}
	for _, name := range told.Assets {
		v.Assets = append(v.Assets, NamedView{Name: name})
	}
	for _, name := range told.People {
		v.People = append(v.People, NamedView{Name: name})
	}
	return v
}

// has says whether one of these is the thing, by id or by name.
func has(list []NamedView, thing string) bool {
	return slices.ContainsFunc(list, func(n NamedView) bool { return n.ID == thing || strings.EqualFold(n.Name, thing) })
}

// admits says whether an event passes the filters.
func (ask TimelineQuery) admits(e EventView) bool {
	switch {
	case ask.Kind != "" && e.Kind != ask.Kind,
		ask.Source != "" && e.Source != ask.Source,
		ask.Tactic != "" && e.Tactic != ask.Tactic,
		ask.Technique != "" && !has(e.Techniques, ask.Technique),
		ask.Asset != "" && !has(e.Assets, ask.Asset),
		ask.Person != "" && !has(e.People, ask.Person),
		ask.Indicator != "" && !has(e.Indicators, ask.Indicator),
		!ask.From.IsZero() && e.End.Before(ask.From),
		!ask.Until.IsZero() && !e.At.Before(ask.Until):
		return false
	}
	told := strings.ToLower(e.Description + "\n" + e.Source)
	for _, w := range strings.Fields(strings.ToLower(ask.Words)) {
		if !strings.Contains(told, w) {
			return false
		}
	}
	return true
}

// order sorts events; what is equal goes by time and by recording.
func (ask TimelineQuery) order(events []EventView) {
	first := func(list []NamedView) string {
		if len(list) == 0 {
			return "\U0010FFFF" // what has none comes last
		}
		return strings.ToLower(list[0].Name)
	}
	key := func(e EventView) string {
		switch ask.Sort {
		case BySource:
			return cmp.Or(strings.ToLower(e.Source), "\U0010FFFF")
		case ByKind:
			return e.Kind
		case ByTactic:
			at := slices.Index(investigation.Tactics, e.Tactic)
			return string(rune('a' + (at+len(investigation.Tactics)+1)%(len(investigation.Tactics)+1)))
		case ByAsset:
			return first(e.Assets)
		case ByPerson:
			return first(e.People)
		}
		return ""
	}
	when := func(e EventView) int64 {
		switch {
		case ask.Sort == ByDiscovered && e.Discovered != nil:
			return e.Discovered.UnixMicro()
		case ask.Sort == ByRecorded:
			return e.RecordedAt.UnixMicro()
		}
		return e.At.UnixMicro()
	}
	slices.SortStableFunc(events, func(x, y EventView) int {
		c := strings.Compare(key(x), key(y))
		if c == 0 {
			c = compareInts(when(x), when(y))
		}
		if ask.Descending {
			return -c
		}
		return c
	})
}

func compareInts(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// facets counts the values that events have.
type facets map[string]map[string]*FacetView

func (f facets) add(e EventView) {
	one := func(kind, value, label string) {
		if value == "" {
			return
		}
		if f[kind] == nil {
			f[kind] = map[string]*FacetView{}
		}
		if f[kind][value] == nil {
			f[kind][value] = &FacetView{Value: value, Label: label}
		}
		f[kind][value].Count++
	}
	one(ByKind, e.Kind, e.Kind)
	one(BySource, e.Source, e.Source)
	one(ByTactic, e.Tactic, e.Tactic)
	for _, a := range e.Assets {
		one(ByAsset, cmp.Or(a.ID, a.Name), a.Name)
	}
	for _, p := range e.People {
		one(ByPerson, cmp.Or(p.ID, p.Name), p.Name)
	}
}

// list sorts what was counted, the most frequent first.
func (f facets) list() map[string][]FacetView {
	out := map[string][]FacetView{}
	for kind, values := range f {
		for _, v := range values {
			out[kind] = append(out[kind], *v)
		}
		slices.SortFunc(out[kind], func(a, b FacetView) int {
			if a.Count != b.Count {
				return b.Count - a.Count
			}
			return strings.Compare(a.Value, b.Value)
		})
	}
	return out
}
