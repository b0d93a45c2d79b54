package incidents

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/store/engine"
)

// workTable has what people are to do about incidents, beside duties, which have a table of their own. An id is unique in its stream,
// whatever the kind.
var workTable = engine.Table{Name: "work", Key: []string{"stream", "id"},
	Columns: engine.Columns("stream text", "id text", "kind text", "number text", "entity text", "role text", "person text", "what text", "words text", "state int", "due int",
		"since int", "restricted int"),
	Indexes: [][]string{{"person", "due", "stream", "id", "WHERE state > 0 AND person <> ''"},
		// What lies there for anyone of a role: of one entity, and for those who see many, in the order of all.
		{"role", "entity", "due", "stream", "id", "WHERE state = 1 AND person = ''"},
		{"role", "due", "stream", "id", "entity", "restricted", "WHERE state = 1 AND person = ''"}}}

// boardTable has the incidents that are not closed in the order in which the team's board shows them.
var boardTable = engine.Table{Name: "board", Key: []string{"stream"},
	Columns: engine.Columns("stream text", "number text", "entity text", "phase text", "rank int", "level text", "provisional int", "lead text", "due int",
		"soonest int", "received int", "tasks int", "settled int", "open int", "restricted int"),
	Indexes: [][]string{{"phase", "rank", "soonest", "stream", "entity", "restricted", "WHERE open = 1"},
		{"entity", "phase", "rank", "soonest", "stream", "WHERE open = 1 AND restricted = 0"}}}

func workRows(stream string, st incident.State) (rows []engine.Row) {
	for _, w := range st.Work() {
		rows = append(rows, engine.Row{Table: "work", Values: []any{stream, w.ID, w.Kind, w.Number, w.Entity, w.Role, w.Person, w.What, w.Words, w.State, w.Due, w.Since, engine.Flag(w.Restricted)}})
	}
	return rows
}

func boardRow(stream string, st incident.State) engine.Row {
	c := st.Card()
	soonest := c.Due
	if soonest == 0 {
		soonest = math.MaxInt64
	}
	return engine.Row{Table: "board", Values: []any{stream, c.Number, c.Entity, c.Phase, incident.Rank(c.Level), string(c.Level), engine.Flag(c.Provisional), c.Lead, c.Due, soonest,
		c.Received, c.Tasks, c.Settled, engine.Flag(c.Open), engine.Flag(c.Restricted)}}
}

const (
	named    = "w.state > 0 AND w.person <> ''"
	anyone   = "w.state = 1 AND w.person = ''"
	workPart = "SELECT w.stream, w.id, w.due FROM work w WHERE "
)

// WorkFor lists what waits for a person by name, and what lies there for anyone of the roles that by names, as far as scope reaches:
// soonest first, and what has no time last. An empty kind is every kind.
func (c *Store) WorkFor(ctx context.Context, scope access.Scope, person string, by []incident.Owed, kind string, limit int) (out []incident.Work, err error) {
	err = c.View(ctx, func(tx engine.Tx) error {
		out = nil
		for _, due := range []string{"w.due > 0", "w.due = 0"} {
			q := &ListQuery{}
			sql := q.workSQL(scope, person, by, kind, due, limit)
			if err := engine.Each(ctx, tx, func(r engine.Rows) error {
				var w incident.Work
				var restricted, confidential int64
				err := r.Scan(&w.Stream, &w.ID, &w.Kind, &w.Number, &w.Entity, &w.Role, &w.Person, &w.What, &w.Words, &w.State, &w.Due, &w.Since, &restricted, &confidential)
				w.Marks = Marks(restricted, confidential)
				out = append(out, w)
				return err
			}, sql, q.Args...); err != nil || len(out) >= limit {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("work: %w", err)
	}
	return out[:min(limit, len(out))], nil
}

func (q *ListQuery) workSQL(scope access.Scope, person string, by []incident.Owed, kind, due string, limit int) string {
	n := engine.AtMost(limit)
	also := " AND " + due
	if kind != "" {
		also += " AND w.kind = " + q.Arg(kind)
	}
	seen := "(w.restricted = 0 OR EXISTS (SELECT 1 FROM member b WHERE b.stream = w.stream AND b.active = 1 AND b.person = " + q.Arg(person) + "))"
	mine := "(w.restricted = 1 OR (w.entity || '') IN " + q.In(append(slices.Clone(scope.Entities), "")) + ")"
	parts := []string{workPart + named + " AND w.person = " + q.Arg(person) + also + " AND " + seen + " AND " + mine}
	if kind == "" || kind == incident.WorkTask {
		for _, o := range by {
			parts = append(parts, q.roleWork(o, also+" AND "+seen)...)
		}
	}
	for i, p := range parts {
		parts[i] = "SELECT * FROM (" + p + " ORDER BY w.due, w.stream, w.id" + n + ") AS p"
	}
	return "SELECT w.stream, w.id, w.kind, w.number, w.entity, w.role, w.person, w.what, w.words, w.state, w.due, w.since, w.restricted, i.confidential FROM (SELECT stream, id FROM (" +
		strings.Join(parts, " UNION ") + ") AS u ORDER BY due, stream, id" + n + ") AS f JOIN work w ON w.stream = f.stream AND w.id = f.id JOIN incident i ON i.stream = f.stream ORDER BY w.due, w.stream, w.id"
}

// roleProbes is for how many entities the tasks of one role are asked for one by one; more are found by one walk in the order of all.
const roleProbes = 8

func (q *ListQuery) roleWork(o incident.Owed, also string) (parts []string) {
	if o.Authority != "" || o.State {
		return nil // tasks are for roles as held at the entity or above it
	}
	role := workPart + anyone + " AND w.role = " + q.Arg(o.Role) + also
	if len(o.Entities) > roleProbes {
		return []string{role + " AND (w.entity || '') IN " + q.In(o.Entities)}
	}
	for _, e := range o.Entities {
		parts = append(parts, role+" AND w.entity = "+q.Arg(e))
	}
	return parts
}

// Assigned lists everybody with whom work sits by name. It steps from person to person in their index, however much each has.
func (c *Store) Assigned(ctx context.Context) (out []string, err error) {
	const next = "SELECT min(person) FROM work WHERE state > 0 AND person <> ''"
	const duty = "SELECT min(by_role) FROM duty WHERE by_role < 'person;' AND by_role > "
	err = c.View(ctx, func(tx engine.Tx) error {
		out = nil
		add := func(r engine.Rows) error {
			var person string
			err := r.Scan(&person)
			if person = strings.TrimPrefix(person, "person:"); !slices.Contains(out, person) {
				out = append(out, person)
			}
			return err
		}
		if err := engine.Each(ctx, tx, add, "WITH RECURSIVE p (one) AS ("+next+" UNION ALL SELECT ("+next+" AND person > p.one) FROM p WHERE p.one IS NOT NULL) SELECT one FROM p WHERE one IS NOT NULL"); err != nil {
			return err
		}
		return engine.Each(ctx, tx, add, "WITH RECURSIVE p (one) AS ("+duty+"'person:' UNION ALL SELECT ("+duty+"p.one) FROM p WHERE p.one IS NOT NULL) SELECT one FROM p WHERE one IS NOT NULL")
	})
	if err != nil {
		return nil, fmt.Errorf("who has work: %w", err)
	}
	return out, nil
}

// StreamsOf lists incidents of which something sits with a person by name.
func (c *Store) StreamsOf(ctx context.Context, person string, limit int) (out []string, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var s string
			err := r.Scan(&s)
			out = append(out, s)
			return err
		}, "SELECT w.stream FROM work w WHERE "+named+" AND w.person = $1 UNION SELECT d.stream FROM duty d WHERE d.by_role = 'person:' || $1 AND d.by_at = 'entity' AND d.open = 1 ORDER BY stream"+engine.AtMost(limit),
			person)
	})
	if err != nil {
		return nil, fmt.Errorf("work of somebody: %w", err)
	}
	return out, nil
}

// cardLimit bounds the counting of a column of the board.
const cardLimit = 1000

// Cards lists the incidents of a column of the board that are inside a scope, the highest rating and the soonest due first, and counts
// them up to cardLimit. An empty level is any.
func (c *Store) Cards(ctx context.Context, scope access.Scope, phase string, level policy.Level, limit int) (out []incident.Card, count int64, err error) {
	if len(scope.Entities) == 0 && scope.Person == "" {
		return nil, 0, nil // the board is of those who respond: authorities have their inbox
	}
	err = c.View(ctx, func(tx engine.Tx) error {
		out = nil
		q := &ListQuery{}
		keys := q.cards(scope, phase, level, limit)
		if err := engine.Each(ctx, tx, func(r engine.Rows) error {
			card, err := scanCard(r)
			out = append(out, card)
			return err
		}, "SELECT i.stream, i.number, i.entity, i.phase, i.level, i.provisional, i.lead, n.summary, i.due, i.received, i.tasks, i.settled, i.restricted, n.confidential FROM board i JOIN incident n ON n.stream = i.stream WHERE i.stream IN (SELECT stream FROM ("+
			keys+") AS k) ORDER BY i.rank, i.soonest, i.stream", q.Args...); err != nil {
			return err
		}
		if count = int64(len(out)); len(out) < limit {
			return nil
		}
		q = &ListQuery{}
		all := strings.Join(q.column(scope, phase, level), " UNION ALL ")
		return engine.One(ctx, tx, []any{&count}, "SELECT count(*) FROM ("+all+engine.AtMost(cardLimit)+") AS n", q.Args...)
	})
	if err != nil {
		return nil, 0, fmt.Errorf("board: %w", err)
	}
	return out, count, nil
}

func scanCard(r engine.Rows) (c incident.Card, err error) {
	var level string
	var provisional, restricted, confidential int64
	err = r.Scan(&c.Stream, &c.Number, &c.Entity, &c.Phase, &level, &provisional, &c.Lead, &c.Summary, &c.Due, &c.Received, &c.Tasks, &c.Settled, &restricted, &confidential)
	c.Level, c.Provisional, c.Marks, c.Open = policy.Level(level), provisional != 0, Marks(restricted, confidential), true
	return c, err
}

// column are queries for the parts of a column of the board, of which no incident is in two: one per entity, or for a wide scope one for all.
func (q *ListQuery) column(s access.Scope, phase string, level policy.Level) []string {
	column := "i.open = 1 AND i.phase = " + q.Arg(phase)
	if level != "" {
		column += " AND i.rank = " + q.Arg(incident.Rank(level))
	}
	const from = "SELECT i.stream, i.rank, i.soonest FROM board i WHERE "
	var parts []string
	if len(s.Entities) > probes {
		parts = append(parts, from+column+" AND i.restricted = 0 AND (i.entity || '') IN "+q.In(s.Entities))
	} else {
		for _, e := range s.Entities {
			parts = append(parts, from+column+" AND i.restricted = 0 AND i.entity = "+q.Arg(e))
		}
	}
	if s.Person != "" { // the cross join keeps SQLite to the few that somebody is a member of
		parts = append(parts, "SELECT i.stream, i.rank, i.soonest FROM member b CROSS JOIN board i WHERE i.stream = b.stream AND b.active = 1 AND i.restricted = 1 AND "+
			column+" AND b.person = "+q.Arg(s.Person))
	}
	return parts
}

// cards are the first streams of a column, by a walk down each of its parts.
func (q *ListQuery) cards(s access.Scope, phase string, level policy.Level, limit int) string {
	n, parts := engine.AtMost(limit), q.column(s, phase, level)
	for i, p := range parts {
		parts[i] = "SELECT * FROM (" + p + " ORDER BY i.rank, i.soonest, i.stream" + n + ") AS p"
	}
	return "SELECT stream, rank, soonest FROM (" + strings.Join(parts, " UNION ALL ") + ") AS u ORDER BY rank, soonest, stream" + n
}
