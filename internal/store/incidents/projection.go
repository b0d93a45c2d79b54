package incidents

import (
	"fmt"
	"slices"
	"strings"

	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/streams"
)

// Incidents derives what lists, searches, clocks and the courier look up from the streams of incidents.
type Incidents struct{ Registry *ledger.Registry }

// Tables implements Projection.
func (Incidents) Tables() []engine.Table {
	return []engine.Table{
		{Name: "incident", Key: []string{"stream"},
			Columns: engine.Columns("stream text", "number text", "entity text", "status text", "level text", "provisional int", "reportable text",
				"categories text", "received int", "updated int", "next_due int", "next_clock int", "summary text", "restricted int", "confidential int"),
			Unique: []string{"number"},
			// The orders of lists, each with the columns that lists are filtered by: a filter that few rows pass then walks an
			// index and not the table.
			Indexes: [][]string{append([]string{"received", "stream", "entity"}, filtered...), append([]string{"entity", "received", "stream"}, filtered...),
				{"next_clock"}, {"entity", "next_due"}, {"updated", "stream", "entity"}, {"entity", "updated", "stream", "restricted"}}},
		{Name: "duty", Key: []string{"stream", "id"},
			Columns: engine.Columns("stream text", "id text", "number text", "entity text", "rule text", "what text", "by_authority text", "by_role text",
				"by_at text", "to_label text", "clock text", "clause text", "discharge text", "open int", "due int", "since int", "unverified int", "restricted int", "ended int", "how text"),
			// Each ends in the whole order of a list of duties: thousands may be due at one instant, and are not to be sorted.
			Indexes: [][]string{{"by_authority", "due", "stream", "id", "WHERE open = 1 AND by_authority <> ''"},
				{"entity", "due", "stream", "id", "restricted", "WHERE open = 1"},
				// Not limited to the open ones of a role: SQLite would prepare such a query anew for each of its values.
				{"by_role", "by_at", "open", "entity", "due", "stream", "id"}}},
		milestoneTable,
		workTable,
		boardTable,
		correctiveTable,
		{Name: "track", Key: []string{"stream", "authority"},
			Columns: engine.Columns("stream text", "authority text", "entity text", "status text", "waiting int", "received int", "updated int", "since int", "assignee text", "restricted int"),
			Indexes: [][]string{{"authority", "waiting", "received", "stream", "entity"}, {"authority", "updated", "stream"}}},
		{Name: "member", Key: []string{"stream", "person"},
			Columns: engine.Columns("stream text", "person text", "active int", "received int"),
			Indexes: [][]string{{"person", "received", "stream", "WHERE active = 1"}}},
		{Name: "breaking", Key: []string{"stream", "id"},
			Columns: engine.Columns("stream text", "id text", "number text", "entity text", "person text", "at int", "until int", "reviewed int", "reviewer text"),
			Indexes: [][]string{{"entity", "at"}}},
		{Name: "link", Key: []string{"stream", "relation", "other"},
			Columns: engine.Columns("stream text", "relation text", "other text", "number text", "inverse text", "owes int", "at int", "actor text", "turn int", "undone int"),
			Indexes: [][]string{{"other"}, {"stream", "WHERE owes = 1"}}},
		{Name: "mentioned", Key: []string{"stream", "note", "person"}, Columns: engine.Columns("stream text", "note text", "person text")},
		{Name: "request", Key: []string{"digest"}, Columns: engine.Columns("digest text", "stream text"), Once: true},
		{Name: engine.SearchTable, Key: []string{"key"}, Columns: engine.SearchColumns},
	}
}

// filtered are the columns that lists of incidents are filtered by, besides entity and receipt.
var filtered = []string{"status", "level", "provisional", "reportable", "categories", "next_due", "restricted"}

// Project implements Projection.
func (p Incidents) Project(stream string, entries []ledger.Entry, texts func(ledger.Digest) []byte) ([]engine.Row, error) {
	if !strings.HasPrefix(stream, engine.IncidentPrefix) {
		return nil, nil
	}
	facts, err := streams.Decoded(p.Registry, "incident", entries)
	if err != nil {
		return nil, err
	}
	words, err := readFilings(facts, func(digest string) []byte {
		d, err := ledger.ParseDigest(digest)
		if err != nil {
			return nil
		}
		return texts(d)
	})
	if err != nil {
		return nil, err
	}
	st := incident.Fold(facts)
	return append(stateRows(stream, st, words.summary), searchRow(stream, st, words)), nil
}

// filed is what the derived tables take from the texts of an incident.
type filed struct{ summary, body string }

const summaryRunes = 160

// readFilings joins the texts of all filings for the search, and takes the summary from the latest description.
func readFilings(facts []incident.Recorded, text func(string) []byte) (filed, error) {
	var out filed
	var b strings.Builder
	for _, r := range facts {
		f, ok := r.Fact.(*incident.Reported)
		if !ok {
			continue
		}
		content, err := incident.AsFiled(f, incident.Content{Narrative: text(r.Texts[incident.TextNarrative]), People: text(r.Texts[incident.TextPeople])})
		if err != nil {
			return out, fmt.Errorf("filing %d: %w", f.Filing, err)
		}
		b.WriteString(content.SearchText())
		if content.Description != "" {
			out.summary = clip(content.Description)
		}
	}
	out.body = b.String()
	return out, nil
}

func clip(s string) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)), " ")
	if r := []rune(s); len(r) > summaryRunes {
		return string(r[:summaryRunes-1]) + "…"
	}
	return s
}

// stateRows are the rows that follow from an incident's state alone.
func stateRows(stream string, st incident.State, summary string) []engine.Row {
	received := received(st)
	rows := []engine.Row{{Table: "incident", Values: []any{stream, st.Number, st.Entity, st.Status, string(st.Rating.Level), engine.Flag(st.Rating.Provisional),
		reportable(st), strings.Join(st.Known.Categories, ","), received, st.UpdatedAt.UnixMicro(), st.NextDue(), st.NextClock(), summary, engine.Flag(st.Restriction.On), engine.Flag(st.Confidence.Marking == incident.MarkConfidential)}}}
	rows = append(rows, milestoneRow(stream, st), boardRow(stream, st))
	rows = append(rows, workRows(stream, st)...)
	rows = append(rows, correctiveRows(stream, st)...)
	for _, d := range st.Duties {
		role, at := incident.OwedAs(d.OwedDuty.By)
		rows = append(rows, engine.Row{Table: "duty", Values: []any{stream, d.ID, st.Number, st.Entity, d.Rule, d.What, d.OwedDuty.By.Authority, role,
			at, d.ToLabel, d.Clock, d.Clause, d.Discharge, engine.Flag(!d.Discharged), d.Due, d.Since.UnixMicro(), engine.Flag(d.Unverified), engine.Flag(st.Restriction.On), ended(d), d.How}})
	}
	for _, t := range st.Tracks {
		rows = append(rows, engine.Row{Table: "track", Values: []any{stream, t.Authority, st.Entity, t.Status, engine.Flag(!t.Acknowledged), received, st.UpdatedAt.UnixMicro(), t.Since.UnixMicro(), t.Assignee, engine.Flag(st.Restriction.On)}})
	}
	rows = append(rows, restrictionRows(stream, st)...)
	rows = append(rows, linkRows(stream, st)...)
	for _, m := range st.Mentions {
		rows = append(rows, engine.Row{Table: "mentioned", Values: []any{stream, m.Note, m.Person}})
	}
	keys := make([]string, 0, len(st.Requests))
	for digest := range st.Requests {
		keys = append(keys, digest)
	}
	slices.Sort(keys)
	for _, digest := range keys {
		rows = append(rows, engine.Row{Table: "request", Values: []any{digest, stream}})
	}
	return rows
}

func received(st incident.State) int64 {
	if !st.ReceivedAt.IsZero() {
		return st.ReceivedAt.UnixMicro()
	}
	return st.OpenedAt.UnixMicro()
}

func reportable(st incident.State) string {
	if a := st.Rating.Reportability.Answer; a != "" {
		return string(a)
	}
	return string(policy.Unknown)
}

func searchRow(stream string, st incident.State, words filed) engine.Row {
	return engine.Row{Table: engine.SearchTable, Values: []any{stream, received(st), st.Entity + "\n" + words.body}}
}
