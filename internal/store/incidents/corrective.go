package incidents

import (
	"context"
	"fmt"
	"strings"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/store/engine"
)

// correctiveTable has one row for each corrective action, so that those of all incidents are listed without opening one. MA 6.6.1.2
var correctiveTable = engine.Table{Name: "corrective", Key: []string{"stream", "id"},
	Columns: engine.Columns("stream text", "id text", "number text", "entity text", "owner text", "state text", "due int", "done int", "ended int", "what text", "lesson text",
		"evidence text", "link text", "restricted int", "confidential int"),
	Indexes: [][]string{{"state", "due", "stream", "id", "entity", "restricted", "owner"}, {"entity", "state", "due", "stream", "id", "restricted"}, {"owner", "state", "due", "stream", "id"}}}

func correctiveRows(stream string, st incident.State) (rows []engine.Row) {
	for _, a := range st.ActionRows() {
		rows = append(rows, engine.Row{Table: "corrective", Values: []any{stream, a.ID, a.Number, a.Entity, a.Owner, a.Status, a.Due, a.Done, a.Ended, a.What, a.Lesson, a.Evidence, a.Link,
			engine.Flag(a.Restricted), engine.Flag(a.Confidential)}})
	}
	return rows
}

const correctiveColumns = "c.stream, c.id, c.number, c.entity, c.owner, c.state, c.due, c.done, c.ended, c.what, c.lesson, c.evidence, c.link, c.restricted, c.confidential"

func scanAction(r engine.Rows) (a incident.ActionRow, err error) {
	var restricted, confidential int64
	err = r.Scan(&a.Stream, &a.ID, &a.Number, &a.Entity, &a.Owner, &a.Status, &a.Due, &a.Done, &a.Ended, &a.What, &a.Lesson, &a.Evidence, &a.Link, &restricted, &confidential)
	a.Marks = Marks(restricted, confidential)
	return a, err
}

// CorrectiveActions lists a page of corrective actions inside a scope, by their time.
func (c *Store) CorrectiveActions(ctx context.Context, scope access.Scope, f incident.ActionFilter) (out []incident.ActionRow, err error) {
	q := &actionQuery{f: f, order: "due, stream, id"}
	if f.Latest {
		q.order = "due DESC, stream DESC, id DESC"
	}
	keys, ok := q.keys(scope)
	if !ok {
		return nil, nil
	}
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			a, err := scanAction(r)
			out = append(out, a)
			return err
		}, "SELECT "+correctiveColumns+" FROM ("+keys+") AS k JOIN corrective c ON c.stream = k.stream AND c.id = k.id ORDER BY "+q.by("c."), q.Args...)
	})
	if err != nil {
		return nil, fmt.Errorf("corrective actions: %w", err)
	}
	return out, nil
}

// CountActions counts the corrective actions inside a scope, at most the filter's limit.
func (c *Store) CountActions(ctx context.Context, scope access.Scope, f incident.ActionFilter) (n int64, err error) {
	q := &actionQuery{f: f, order: "due, stream, id"}
	keys, ok := q.keys(scope)
	if !ok {
		return 0, nil
	}
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&n}, "SELECT count(*) FROM ("+keys+") AS k", q.Args...)
	})
	if err != nil {
		return 0, fmt.Errorf("count corrective actions: %w", err)
	}
	return n, nil
}

// actionQuery builds the SQL of one page. Values are parameters, never text.
type actionQuery struct {
	ListQuery
	f     incident.ActionFilter
	order string
}

// by is the order for rows under an alias.
func (q *actionQuery) by(alias string) string {
	return alias + strings.ReplaceAll(q.order, ", ", ", "+alias)
}

// keys is the query for the keys of a page: each index is asked for its first rows, and these are merged.
func (q *actionQuery) keys(s access.Scope) (string, bool) {
	f := q.f
	narrow := narrowed(s, incident.Filter{Under: f.Under})
	if narrow.Empty() || len(f.States) == 0 || f.Owners != nil && len(f.Owners) == 0 || f.Under != nil && len(f.Under) == 0 {
		return "", false
	}
	limit := engine.AtMost(f.Limit)
	var parts []string
	part := func(from string, conditions ...string) {
		parts = append(parts, "SELECT * FROM (SELECT c.stream, c.id, c.due FROM "+from+" WHERE "+strings.Join(conditions, " AND ")+" ORDER BY "+q.by("c.")+limit+") AS p")
	}
	rest := q.rest()
	for _, state := range f.States {
		all := append([]string{"c.state = " + q.Arg(state)}, rest...)
		switch {
		case len(f.Owners) > 0: // people own few actions each: their index, whatever the scope
			for _, o := range f.Owners {
				q.scoped(part, narrow, append([]string{"c.owner = " + q.Arg(o)}, all...))
			}
		case len(narrow.Entities)*len(f.States) > probes:
			q.scoped(part, narrow, all)
		default:
			for _, e := range narrow.Entities {
				part("corrective c", append([]string{"c.restricted = 0", "c.entity = " + q.Arg(e)}, all...)...)
			}
			q.beside(part, narrow, all)
		}
	}
	if len(parts) == 0 {
		return "", false
	}
	return "SELECT stream, id, due FROM (" + strings.Join(parts, " UNION ") + ") AS u ORDER BY " + q.order + limit, true
}

// scoped walks one order for all entities of a scope. The concatenation keeps the engines from collecting and sorting.
func (q *actionQuery) scoped(part func(string, ...string), s access.Scope, conditions []string) {
	if len(s.Entities) > 0 {
		part("corrective c", append([]string{"c.restricted = 0", "(c.entity || '') IN " + q.In(s.Entities)}, conditions...)...)
	}
	q.beside(part, s, conditions)
}

// beside is what a scope holds besides entities: incidents that have the reader as a member, and those that an authority was sent.
func (q *actionQuery) beside(part func(string, ...string), s access.Scope, conditions []string) {
	if s.Person != "" {
		part("member b CROSS JOIN corrective c", append([]string{"c.stream = b.stream", "b.active = 1", "b.person = " + q.Arg(s.Person), "c.restricted = 1"}, conditions...)...)
	}
	if len(s.Authorities) > 0 {
		part("corrective c", append([]string{here("track t WHERE t.stream = c.stream AND t.authority IN " + q.In(s.Authorities))}, conditions...)...)
	}
}

// rest are the conditions that hold whatever index is walked.
func (q *actionQuery) rest() (out []string) {
	f := q.f
	if f.DueFrom > 0 {
		out = append(out, "c.due >= "+q.Arg(f.DueFrom))
	}
	if f.DueTo > 0 {
		out = append(out, "c.due < "+q.Arg(f.DueTo))
	}
	if f.Under != nil {
		out = append(out, "(c.entity || '') IN "+q.In(f.Under))
	}
	if at := f.After; at != nil {
		sign := map[bool]string{false: ">", true: "<"}[f.Latest]
		out = append(out, "(c.due, c.stream, c.id) "+sign+" ("+q.Arg(at.Due)+", "+q.Arg(at.Stream)+", "+q.Arg(at.ID)+")")
	}
	return out
}
