package investigation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/investigation"
)

// RelatedView is another incident that may belong together with this one, and why.
type RelatedView struct {
	Incident   string     `json:"incident"`
	EntityName string     `json:"entity_name"`
	Marking    string     `json:"marking" enum:"none,confidential,restricted" doc:"How whatever is shown or passed on about the incident is marked."`
	ReceivedAt *time.Time `json:"received_at"`
	Summary    string     `json:"summary,omitempty"`
	Reasons    []string   `json:"reasons"`
	weight     int
}

// RelatedList is the incidents that may belong together with one, the likeliest first. Nothing is merged by it.
type RelatedList struct {
	Incident string        `json:"incident"`
	Closed   bool          `json:"closed" doc:"The incident is closed: only what completes or corrects the investigation is taken."`
	Related  []RelatedView `json:"related"`
}

const (
	relatedShown      = 30
	relatedCandidates = 200
)

// Related proposes incidents that may belong together with one, among those that the reader may see: by shared indicators and assets,
// and by entity, time and words. MA 6.6.4.1
func (a *Room) Related(ctx context.Context, by access.Actor, number string) (RelatedList, error) {
	q, err := a.investigate(ctx, by, number)
	if err != nil {
		return RelatedList{}, err
	}
	scope, found := access.ScopeOf(by), map[string]*RelatedView{}
	add := func(o investigation.Other, reason string, weight int) {
		v := found[o.Incident]
		if v == nil {
			e, _ := q.s.Dir.Entity(o.Entity)
			v = &RelatedView{Incident: o.Incident, EntityName: e.Name, Marking: o.Marking}
			found[o.Incident] = v
		}
		v.Reasons, v.weight = append(v.Reasons, reason), v.weight+weight
	}
	if err := a.relatedByTraces(ctx, q, scope, add); err != nil {
		return RelatedList{}, err
	}
	if err := a.relatedByWords(ctx, q, scope, found, add); err != nil {
		return RelatedList{}, err
	}
	v := RelatedList{Incident: q.st.Number, Closed: q.closed(), Related: []RelatedView{}}
	for _, r := range found {
		v.Related = append(v.Related, *r)
	}
	slices.SortFunc(v.Related, func(x, y RelatedView) int {
		if x.weight != y.weight {
			return y.weight - x.weight
		}
		return strings.Compare(x.Incident, y.Incident)
	})
	v.Related = v.Related[:min(len(v.Related), relatedShown)]
	return v, nil
}

// relatedByTraces adds incidents with the same indicators and assets.
func (a *Room) relatedByTraces(ctx context.Context, q *inquiry, scope access.Scope, add func(o investigation.Other, reason string, weight int)) error {
	if err := a.read(ctx, q, indicatorTexts(q.inv)); err != nil {
		return err
	}
	values := map[string]string{}
	for _, t := range q.inv.Indicators {
		told := q.indicatorText(t)
		values[investigation.Match(t.Type, told.Value)] = investigation.Defang(t.Type, told.Value)
	}
	shared, err := a.Investigations.SharedIndicators(ctx, scope, q.id, relatedShown)
	if err != nil {
		return err
	}
	for _, s := range shared {
		add(s.Other, "has the indicator "+values[s.Match], 10)
	}
	assets, err := a.Investigations.SharedAssets(ctx, scope, q.id, relatedCandidates)
	for _, s := range assets {
		asset, _ := q.s.Dir.Asset(s.Asset)
		add(s.Other, "is linked to "+cmp.Or(asset.Name, s.Asset), 6)
	}
	return err
}

// relatedByWords adds incidents of about the same time that are of the same entity or read alike.
func (a *Room) relatedByWords(ctx context.Context, q *inquiry, scope access.Scope, found map[string]*RelatedView, add func(o investigation.Other, reason string, weight int)) error {
	at := q.st.ReceivedAt
	if at.IsZero() {
		at = q.st.OpenedAt
	}
	rows, err := a.Index.List(ctx, scope, incident.Filter{ReceivedFrom: at.Add(-investigation.Nearby).UnixMicro(), ReceivedBefore: at.Add(investigation.Nearby).UnixMicro(), Limit: relatedCandidates})
	if err != nil {
		return err
	}
	own, err := a.Index.List(ctx, scope, incident.Filter{Number: q.st.Number, Limit: 1})
	if err != nil {
		return err
	}
	summary := ""
	if len(own) == 1 {
		summary = own[0].Summary
	}
	for _, r := range rows {
		if r.Number == q.st.Number {
			continue
		}
		other := investigation.Other{Incident: r.Number, Entity: r.Entity, Marking: r.Marking()}
		if alike := investigation.Likeness(summary, r.Summary); alike >= investigation.AlikeFrom {
			add(other, fmt.Sprintf("is described in similar words (%d%% in common)", int(alike*100)), 3)
		}
		if r.Entity == q.st.Entity && summary != "" {
			days := int(time.UnixMicro(r.ReceivedAt).Sub(at).Abs().Hours() / 24)
			span := "a day"
			if days > 0 {
				span = fmt.Sprintf("%d days", days+1)
			}
			add(other, "is of the same organisation and was reported within "+span+" of it", 2)
		}
		if v := found[r.Number]; v != nil {
			received := time.UnixMicro(r.ReceivedAt).UTC()
			v.ReceivedAt, v.Summary = &received, r.Summary
		}
	}
	return nil
}
