package incidents

import (
	"context"
	"fmt"
	"strings"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/store/engine"
)

// ListQuery builds the SQL of one list. Values are parameters, never text.
type ListQuery struct {
	engine.SQLArgs
	d     engine.Dialect
	Where []string
	found string // the streams that the words, or few duties, were found in, as a query named f; empty where all are looked at
	sort  sorting
	Walk  bool // go down the order of all incidents: many are among those looked for, though in some entity perhaps none
}

func (q *ListQuery) and(format string, values ...any) {
	names := make([]any, len(values))
	for i, v := range values {
		names[i] = q.Arg(v)
	}
	q.Where = append(q.Where, fmt.Sprintf(format, names...))
}

// sorting is the order of a list in SQL.
type sorting struct {
	column     string
	descending bool
	ends       bool // the rows are read from the other end: the reader goes back
}

func sortingOf(f incident.Filter) sorting {
	s := map[incident.Order]sorting{incident.Newest: {"received", true, false}, incident.Oldest: {"received", false, false},
		incident.Soonest: {"next_due", false, false}, incident.Changed: {"updated", true, false}}[f.Order]
	s.ends = f.Before != nil
	return s
}

// by is the ORDER BY for rows under an alias, which ends in a dot or is empty.
func (s sorting) by(alias string) string {
	direction := ""
	if s.descending != s.ends {
		direction = " DESC"
	}
	return " ORDER BY " + alias + s.column + direction + ", " + alias + "stream" + direction
}

// behind compares a row with the place that the list goes on from.
func (s sorting) behind(alias string) string {
	sign := ">"
	if s.descending != s.ends {
		sign = "<"
	}
	return "(" + alias + s.column + ", " + alias + "stream) " + sign + " (%s, %s)"
}

const rowColumns = "i.stream, i.number, i.entity, i.status, i.level, i.provisional, i.reportable, i.categories, i.received, i.updated, i.next_due, i.summary, i.restricted, i.confidential"

// List answers one page of incidents inside a scope, in the order that the filter asks for; with Before set, from the
// other end. The scope is part of every query: what a reader may not see is not counted, ordered or skipped.
func (c *Store) List(ctx context.Context, scope access.Scope, f incident.Filter) ([]incident.Row, error) {
	var out []incident.Row
	err := c.Read(ctx, func(tx engine.Tx) error {
		often, err := c.often.ask(f.Words, func() (bool, error) { return MatchesOften(ctx, tx, f.Words) })
		if err != nil {
			return err
		}
		many, err := owesMuch(ctx, tx, f.Owed)
		if err != nil {
			return err
		}
		sql, args, ok := ListSQL(c.Dialect(), scope, f, often, many)
		if !ok {
			return nil
		}
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var row incident.Row
			var level string
			var provisional, restricted, confidential int64
			err := r.Scan(&row.Stream, &row.Number, &row.Entity, &row.Status, &level, &provisional, &row.Reportable, &row.Categories,
				&row.ReceivedAt, &row.UpdatedAt, &row.NextDue, &row.Summary, &restricted, &confidential, &row.TrackStatus, &row.Assignee)
			row.Level, row.Provisional, row.Marks = policy.Level(level), provisional != 0, Marks(restricted, confidential)
			out = append(out, row)
			return err
		}, sql, args...)
	})
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	return out, nil
}

// probes is up to how many entities and authorities a list asks each index for its first rows and merges them; beyond
// it one walk down an index of all incidents is cheaper, because a scope that wide holds most of them.
const probes = 40

// ListSQL is the query of a page. often says that the words looked for stand in many incidents: then the list is walked in
// its order and each incident looked at, else the few that have them are found first. many says the same of duties.
func ListSQL(d engine.Dialect, scope access.Scope, f incident.Filter, often, many bool) (string, []any, bool) {
	scope = narrowed(scope, f)
	if scope.Empty() {
		return "", nil, false
	}
	q := &ListQuery{d: d, sort: sortingOf(f)}
	if !q.filter(f) || !q.search(f.Words, often) {
		return "", nil, false
	}
	q.owing(f.Owed, many)
	limit := engine.AtMost(f.Limit)
	status := "'', ''"
	if f.Authority != "" {
		of := " FROM track s WHERE s.stream = i.stream AND s.authority = " + q.Arg(f.Authority) + "), '')"
		status = "COALESCE((SELECT s.status" + of + ", COALESCE((SELECT s.assignee" + of
	}
	var keys string
	switch {
	case q.found != "" || f.Number != "" || !q.mergeable(scope):
		q.Scope(scope)
		keys = "SELECT i.stream FROM " + q.from() + q.WhereSQL() + q.sort.by("i.") + limit
	default:
		keys = q.merged(scope, f, limit)
	}
	return "SELECT " + rowColumns + ", " + status + " FROM incident i WHERE i.stream IN (" + keys + ")" + q.sort.by("i."), q.Args, true
}

// from is what a list is made of. Whatever else is asked for, the few that were found come first, and each one's incident after it:
// SQLite keeps the order of a cross join, and PostgreSQL that of a lateral query that it may not take apart. Without that, and before
// it has counted its rows, PostgreSQL would look at every incident of the scope.
func (q *ListQuery) from() string {
	switch {
	case q.found == "":
		return "incident i"
	case q.d.Name == "postgres":
		return q.found + " CROSS JOIN LATERAL (SELECT * FROM incident l WHERE l.stream = f.stream OFFSET 0) AS i"
	}
	return q.found + " CROSS JOIN incident i ON i.stream = f.stream"
}

// mergeable says whether each part of a scope has an index in the order of the list.
func (q *ListQuery) mergeable(s access.Scope) bool {
	switch {
	case q.Walk:
	case q.sort.column == "received", q.sort.column == "updated":
		return len(s.Entities) <= probes
	case q.sort.column == "next_due":
		return len(s.Entities) <= probes && len(s.Authorities) == 0
	}
	return false
}

// narrowed is the part of a scope that a filter can still match.
func narrowed(scope access.Scope, f incident.Filter) access.Scope {
	if f.Entity == "" && f.Under == nil {
		return scope
	}
	wanted := map[string]bool{}
	for _, e := range f.Under {
		wanted[e] = f.Entity == "" || e == f.Entity
	}
	if f.Under == nil {
		wanted[f.Entity] = true
	}
	var out access.Scope
	for _, e := range scope.Entities {
		if wanted[e] {
			out.Entities = append(out.Entities, e)
		}
	}
	out.Authorities, out.Person = scope.Authorities, scope.Person
	return out
}

// filter adds what the reader asked for; false where nothing can match.
func (q *ListQuery) filter(f incident.Filter) bool {
	for _, eq := range [][2]string{{"number", f.Number}, {"entity", f.Entity}, {"level", string(f.Level)}, {"status", f.Status}, {"reportable", f.Reportable}} {
		if eq[1] != "" {
			q.and("i."+eq[0]+" = %s", eq[1])
		}
	}
	if f.Under != nil {
		q.Where = append(q.Where, "i.entity IN "+q.In(f.Under))
	}
	q.filterWords(f)
	q.filterTimes(f)
	if f.After != nil {
		q.and(q.sort.behind("i."), f.After.ReceivedAt, f.After.Stream)
	}
	if f.Before != nil {
		q.and(q.sort.behind("i."), f.Before.ReceivedAt, f.Before.Stream)
	}
	return f.Under == nil || len(f.Under) > 0
}

// search adds the words to look for; false where there is none in them.
func (q *ListQuery) search(words []string, often bool) bool {
	if len(words) == 0 {
		return true
	}
	text := strings.Join(words, " ")
	match, arg, ok := Match(q.d, text, len(q.Args)+1)
	switch {
	case !ok:
		return false
	case often:
		var has []string
		for _, pattern := range patterns(text) {
			has = append(has, "' ' || w.body || ' ' LIKE "+q.Arg(pattern))
		}
		q.Where = append(q.Where, here("search w WHERE w.key = i.stream AND "+strings.Join(has, " AND ")))
	default:
		q.Arg(arg)
		q.found = "(SELECT key AS stream FROM (" + match + ") AS m) AS f"
	}
	return true
}

func (q *ListQuery) filterWords(f incident.Filter) {
	if f.Provisional {
		q.Where = append(q.Where, "i.provisional = 1")
	}
	if f.Category != "" {
		// Ids are joined by commas. Taking the id out changes the list where it is in it, on both engines alike.
		const list = "(',' || i.categories || ',')"
		q.and("replace("+list+", %s, '') <> "+list, ","+f.Category+",")
	}
	if f.Authority != "" {
		waiting := ""
		if f.Waiting {
			waiting = " AND a.waiting = 1"
		}
		if f.Track != "" {
			waiting += " AND a.status = " + q.Arg(f.Track)
		}
		switch f.Assignee {
		case "":
		case incident.Unassigned:
			waiting += " AND a.assignee = ''"
		default:
			waiting += " AND a.assignee = " + q.Arg(f.Assignee)
		}
		q.and(here("track a WHERE a.stream = i.stream AND a.authority = %s"+waiting), f.Authority)
	}
	if f.Unanswered {
		q.Where = append(q.Where, here("track u WHERE u.stream = i.stream AND u.waiting = 1"))
	}
}

// here says that there is a row for the incident at hand. It is not EXISTS, of which SQLite makes a join, and PostgreSQL a table
// of all rows that pass, instead of walking to the first incidents that do.
func here(from string) string { return "(SELECT 1 FROM " + from + " LIMIT 1) = 1" }

func (q *ListQuery) filterTimes(f incident.Filter) {
	if f.ReceivedFrom > 0 {
		q.and("i.received >= %s", f.ReceivedFrom)
	}
	if f.ReceivedBefore > 0 {
		q.and("i.received < %s", f.ReceivedBefore)
	}
	if f.ChangedAfter > 0 {
		q.and("i.updated > %s", f.ChangedAfter)
	}
	if f.OverdueAt > 0 {
		q.and("i.next_due > 0 AND i.next_due <= %s", f.OverdueAt)
	}
	if q.sort.column == "next_due" {
		q.Where = append(q.Where, "i.next_due > 0")
	}
}

// manyDuties is how many duties are too many to find them before the incidents that they belong to.
const manyDuties = 2000

// owesMuch says whether these owe so much that most incidents are among those that they owe something about.
func owesMuch(ctx context.Context, tx engine.Tx, by []incident.Owed) (bool, error) {
	if len(by) == 0 {
		return false, nil
	}
	q := &ListQuery{}
	var n int64
	sql := "SELECT count(*) FROM (SELECT 1 FROM (" + strings.Join(q.owed(by), " UNION ALL ") + ") AS o" + engine.AtMost(manyDuties) + ") AS n"
	err := engine.One(ctx, tx, []any{&n}, sql, q.Args...)
	return n == manyDuties, err
}

// owing keeps the incidents about which one of these owes something. nil does not filter.
func (q *ListQuery) owing(by []incident.Owed, many bool) {
	switch {
	case by == nil:
	case len(by) == 0:
		q.Where = append(q.Where, "1 = 0")
	case many || q.found != "":
		q.Walk = true
		// The concatenation keeps the engines to the few duties of the incident at hand.
		alone := strings.NewReplacer("d.by_role = ", "(d.by_role || '') = ", "d.by_authority = ", "(d.by_authority || '') = ")
		parts := q.owed(by)
		for i, p := range parts {
			parts[i] = "(" + alone.Replace(p) + " AND d.stream = i.stream LIMIT 1) IS NOT NULL"
		}
		q.Where = append(q.Where, "("+strings.Join(parts, " OR ")+")")
	default:
		q.found = "(" + strings.Join(q.owed(by), " UNION ") + ") AS f"
	}
}

// owed are queries for the streams of the open duties of each of these.
func (q *ListQuery) owed(by []incident.Owed) []string {
	parts := make([]string, len(by))
	for i, o := range by {
		parts[i] = "SELECT d.stream FROM duty d WHERE "
		if o.Authority != "" {
			parts[i] += "d.open = 1 AND d.by_authority <> '' AND d.by_authority = " + q.Arg(o.Authority)
			continue
		}
		parts[i] += oneOpen + " AND d.by_role = " + q.Arg(o.Role) + " AND d.by_at = " + placeOf(o) + " AND d.entity IN " + q.In(o.Entities)
	}
	return parts
}

// placeOf is where a role is looked for, as the table of duties has it.
func placeOf(o incident.Owed) string {
	if o.State {
		return "'state'"
	}
	return "'entity'"
}

// Scope limits the query to what a reader may see.
func (q *ListQuery) Scope(s access.Scope) {
	var any []string
	if len(s.Entities) > 0 {
		// The concatenation keeps the engines from collecting and sorting every incident of a wide scope: they walk the order.
		column, open := "i.entity", "i.restricted"
		if len(s.Entities) > probes || q.sort.column == "updated" || q.Walk {
			column, open = "(i.entity || '')", "(i.restricted + 0)"
		}
		any = append(any, open+" = 0 AND "+column+" IN "+q.In(s.Entities))
	}
	if len(s.Authorities) > 0 {
		any = append(any, here("track t WHERE t.stream = i.stream AND t.authority IN "+q.In(s.Authorities)))
	}
	if s.Person != "" {
		any = append(any, "(i.restricted + 0) = 1 AND "+here("member b WHERE b.stream = i.stream AND b.active = 1 AND b.person = "+q.Arg(s.Person)))
	}
	q.Where = append(q.Where, "("+strings.Join(any, " OR ")+")")
}

// WhereSQL returns the conditions gathered so far.
func (q *ListQuery) WhereSQL() string {
	if len(q.Where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(q.Where, " AND ")
}

// merged asks each entity's and authority's index for its first rows and merges them: as many short walks as the reader
// has places, however many incidents there are.
func (q *ListQuery) merged(s access.Scope, f incident.Filter, limit string) string {
	var parts []string
	at := q.sort.column
	for _, e := range s.Entities {
		parts = append(parts, "SELECT * FROM (SELECT i.stream, i."+at+" FROM incident i WHERE "+
			strings.Join(append([]string{"i.restricted = 0", "i.entity = " + q.Arg(e)}, q.Where...), " AND ")+q.sort.by("i.")+limit+") AS e")
	}
	if s.Person != "" {
		parts = append(parts, "SELECT * FROM (SELECT i.stream, i."+at+" FROM member b CROSS JOIN incident i WHERE "+
			strings.Join(append([]string{"i.stream = b.stream", "b.active = 1", "b.person = " + q.Arg(s.Person)}, q.Where...), " AND ")+q.sort.by("i.")+limit+") AS b")
	}
	// A track has the column that the list is sorted by too, and an index of its authority in that order.
	also := make([]string, len(q.Where))
	for i, w := range q.Where {
		also[i] = w
		if strings.HasPrefix(w, "(i."+at+", i.stream)") || strings.HasPrefix(w, "i."+at+" ") {
			also[i] = strings.NewReplacer("i."+at, "t."+at, "i.stream", "t.stream").Replace(w)
		}
	}
	tracks := func(conditions ...string) {
		parts = append(parts, "SELECT * FROM (SELECT t.stream, t."+at+" FROM track t JOIN incident i ON i.stream = t.stream WHERE "+
			strings.Join(append(conditions, also...), " AND ")+q.sort.by("t.")+limit+") AS a")
	}
	for _, a := range s.Authorities {
		if at == "updated" {
			tracks("t.authority = " + q.Arg(a))
			continue
		}
		tracks("t.authority = "+q.Arg(a), "t.waiting = 1") // the index has what waits first
		if !f.Waiting || f.Authority != a {
			tracks("t.authority = "+q.Arg(a), "t.waiting = 0")
		}
	}
	return "SELECT stream FROM (" + strings.Join(parts, " UNION ") + ") AS p" + q.sort.by("") + limit
}
