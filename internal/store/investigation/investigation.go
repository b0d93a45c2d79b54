package investigation

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/incidents"
	"tocsin/internal/store/streams"
)

// investigations is how the store handles the investigation of each incident.
var investigations = streams.Aggregate[investigation.State]{Kind: "investigation", Fold: investigation.Fold, Rows: investigationRows, Needs: investigationTexts}

// Investigations derives which incidents have which indicators and assets, from the streams of investigations.
type Investigations struct{ Registry *ledger.Registry }

// Tables implements Projection.
func (Investigations) Tables() []engine.Table {
	return []engine.Table{
		// What an indicator looks for is here as a digest, so that values of any length are found by one index.
		{Name: "trace", Key: []string{"stream", "id"}, Columns: engine.Columns("stream text", "id text", "incident text", "type text", "match text", "at int", "active int"),
			Indexes: [][]string{{"match", "active", "at", "stream", "incident"}}},
		// Whom notes name; the incident has the same once they are told.
		{Name: "mention", Key: []string{"incident", "note", "person"}, Columns: engine.Columns("incident text", "note text", "person text")},
		{Name: "linked", Key: []string{"stream", "asset"}, Columns: engine.Columns("stream text", "asset text", "incident text", "active int"),
			Indexes: [][]string{{"asset", "active", "stream", "incident"}}},
	}
}

// Project implements Projection.
func (p Investigations) Project(stream string, entries []ledger.Entry, texts func(ledger.Digest) []byte) ([]engine.Row, error) {
	return investigations.Project(p.Registry, stream, entries, texts)
}

// touched are the ids of the indicators that facts say something about.
func touched(added []investigation.Recorded) map[string]bool {
	out := map[string]bool{}
	for _, r := range added {
		switch f := r.Fact.(type) {
		case *investigation.IndicatorsRecorded:
			for _, i := range f.Indicators {
				out[i.ID] = true
			}
		case *investigation.IndicatorWithdrawn:
			out[f.Indicator] = true
		}
	}
	return out
}

func investigationTexts(all, added []investigation.Recorded) (out []string) {
	changed := touched(added)
	for _, r := range all {
		if f, ok := r.Fact.(*investigation.IndicatorsRecorded); ok && slices.ContainsFunc(f.Indicators, func(i investigation.Indicator) bool { return changed[i.ID] }) {
			out = append(out, r.Texts[investigation.TextIndicators])
		}
	}
	return out
}

func investigationRows(stream string, all, added []investigation.Recorded, text func(string) []byte) []engine.Row {
	st, changed := investigation.Fold(all), touched(added)
	of := engine.IncidentPrefix + strings.TrimPrefix(stream, "investigation/")
	var rows []engine.Row
	read := map[string][]investigation.IndicatorText{}
	for _, t := range st.Indicators {
		if !changed[t.ID] {
			continue
		}
		told, known := read[t.Text]
		if !known {
			_ = json.Unmarshal(text(t.Text), &told) // of a disposed text nothing is left to find
			read[t.Text] = told
		}
		match := ""
		if t.Place < len(told) {
			match = investigation.Match(t.Type, told[t.Place].Value)
		}
		rows = append(rows, engine.Row{Table: "trace", Values: []any{stream, t.ID, of, t.Type, match, t.At.UnixMicro(), engine.Flag(t.Ended == nil && match != "")}})
	}
	links := map[string]bool{}
	for _, e := range st.Events {
		for _, a := range append(e.Earlier, e.Account) {
			for _, asset := range a.Assets {
				links[asset] = links[asset] || e.Ended == nil && slices.Contains(e.Assets, asset)
			}
		}
	}
	for _, t := range st.Indicators {
		for _, s := range t.Sightings {
			for _, asset := range s.Assets {
				links[asset] = links[asset] || t.Ended == nil
			}
		}
	}
	assets := make([]string, 0, len(links))
	for a := range links {
		assets = append(assets, a)
	}
	slices.Sort(assets)
	for _, a := range assets {
		rows = append(rows, engine.Row{Table: "linked", Values: []any{stream, a, of, engine.Flag(links[a])}})
	}
	for _, r := range added {
		if f, ok := r.Fact.(*investigation.NoteWritten); ok {
			for _, p := range f.Mentions {
				rows = append(rows, engine.Row{Table: "mention", Values: []any{of, f.Note, p}})
			}
		}
	}
	return rows
}

// Investigation returns what happened to the investigation of an incident, by the id of its stream; nothing where there is none.
func (c *Store) Investigation(ctx context.Context, id string) ([]investigation.Recorded, error) {
	return streams.FactsOf(ctx, c.Streams, investigations, id)
}

// UpdateInvestigation loads an investigation, lets decide say what follows, and writes that in one transaction. When another writer
// was first it decides again.
func (c *Store) UpdateInvestigation(ctx context.Context, id string, decide func(investigation.State) (ledger.Decision, error)) error {
	return streams.Update(ctx, c.Streams, investigations, id, decide)
}

// IncidentsWith lists incidents inside a scope that have an indicator, the latest record of it first; not is the id of a stream that is
// left out.
func (c *Store) IncidentsWith(ctx context.Context, scope access.Scope, match, not string, limit int) (out []investigation.Shared, err error) {
	if scope.Empty() {
		return nil, nil
	}
	err = c.Read(ctx, func(tx engine.Tx) error {
		out, err = incidentsWith(ctx, tx, scope, match, not, limit)
		return err
	})
	return out, err
}

func incidentsWith(ctx context.Context, tx engine.Tx, scope access.Scope, match, not string, limit int) (out []investigation.Shared, err error) {
	q := &incidents.ListQuery{Walk: true}
	q.Where = append(q.Where, "o.match = "+q.Arg(match), "o.active = 1", "o.stream <> "+q.Arg("investigation/"+not))
	q.Scope(scope)
	err = engine.Each(ctx, tx, func(r engine.Rows) error {
		s := investigation.Shared{Match: match}
		var restricted, confidential int64
		err := r.Scan(&s.Incident, &s.Entity, &restricted, &confidential, &s.At)
		s.Marking = incidents.Marks(restricted, confidential).Marking()
		out = append(out, s)
		return err
	}, "SELECT i.number, i.entity, i.restricted, i.confidential, o.at FROM trace o CROSS JOIN incident i"+q.WhereSQL()+" AND i.stream = o.incident ORDER BY o.at DESC, o.stream DESC"+engine.AtMost(limit), q.Args...)
	return out, err
}

// maxSharing bounds the indicators of one investigation that are looked up elsewhere at once.
const maxSharing = 200

// SharedIndicators lists, for the standing indicators of an investigation, the other incidents inside a scope that have them too: at
// most limit for each.
func (c *Store) SharedIndicators(ctx context.Context, scope access.Scope, id string, limit int) (out []investigation.Shared, err error) {
	if scope.Empty() {
		return nil, nil
	}
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		var matches []string
		err := engine.Each(ctx, tx, func(r engine.Rows) error {
			var m string
			err := r.Scan(&m)
			matches = append(matches, m)
			return err
		}, "SELECT DISTINCT t.match FROM trace t WHERE t.stream = $1 AND t.active = 1 AND "+
			"EXISTS (SELECT 1 FROM trace o WHERE o.match = t.match AND o.active = 1 AND o.stream <> t.stream) ORDER BY t.match", "investigation/"+id)
		if err != nil {
			return err
		}
		for _, m := range matches {
			if len(out) >= maxSharing {
				break
			}
			some, err := incidentsWith(ctx, tx, scope, m, id, limit)
			if err != nil {
				return err
			}
			out = append(out, some...)
		}
		return nil
	})
	return out, err
}

// SharedAssets lists incidents inside a scope that are linked to an asset of this investigation, the newest first.
func (c *Store) SharedAssets(ctx context.Context, scope access.Scope, id string, limit int) (out []investigation.SharedAsset, err error) {
	if scope.Empty() {
		return nil, nil
	}
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		q := &incidents.ListQuery{Walk: true}
		q.Where = append(q.Where, "l.stream = "+q.Arg("investigation/"+id), "l.active = 1", "o.asset = l.asset", "o.active = 1", "o.stream <> l.stream")
		q.Scope(scope)
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var s investigation.SharedAsset
			var restricted, confidential int64
			err := r.Scan(&s.Asset, &s.Incident, &s.Entity, &restricted, &confidential)
			s.Marking = incidents.Marks(restricted, confidential).Marking()
			out = append(out, s)
			return err
		}, "SELECT o.asset, i.number, i.entity, i.restricted, i.confidential FROM linked l CROSS JOIN linked o CROSS JOIN incident i"+q.WhereSQL()+
			" AND i.stream = o.incident ORDER BY i.received DESC, i.stream DESC, o.asset"+engine.AtMost(limit), q.Args...)
	})
	return out, err
}
