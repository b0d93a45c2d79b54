package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/policy"
)

// Find answers the stream of an incident by its number.
func (c *Cases) Find(ctx context.Context, number string) (string, bool, error) {
	return c.lookUp(ctx, "SELECT stream FROM incident WHERE number = $1", number)
}

// Request answers the stream that an idempotency key was used for.
func (c *Cases) Request(ctx context.Context, digest string) (string, bool, error) {
	return c.lookUp(ctx, "SELECT stream FROM request WHERE digest = $1", digest)
}

func (c *Cases) lookUp(ctx context.Context, sql, key string) (stream string, found bool, err error) {
	err = c.Read(ctx, func(tx Tx) error { return One(ctx, tx, []any{&stream}, sql, key) })
	if errors.Is(err, ErrNoRow) {
		return "", false, nil
	}
	return stream, err == nil, err
}

// DueStreams lists incidents whose clocks have something to say at now, the longest waiting first.
func (c *Cases) DueStreams(ctx context.Context, now time.Time, limit int) (out []string, err error) {
	err = c.Read(ctx, func(tx Tx) error {
		return Each(ctx, tx, func(r Rows) error {
			var s string
			err := r.Scan(&s)
			out = append(out, s)
			return err
		}, "SELECT stream FROM incident WHERE next_clock > 0 AND next_clock <= $1 ORDER BY next_clock LIMIT $2", now.UnixMicro(), int64(limit))
	})
	return out, err
}

// Attempts answers how far the delivery of open messages has come, by message id; those that left the queue are absent.
func (c *Cases) Attempts(ctx context.Context, messages []string) (map[string]notify.Queued, error) {
	out := map[string]notify.Queued{}
	if len(messages) == 0 {
		return out, nil
	}
	err := c.Read(ctx, func(tx Tx) error {
		return eachIn(ctx, tx, "SELECT "+deliveryColumns+" FROM delivery WHERE message IN ", messages, func(r Rows) error {
			var d Delivery
			err := d.scan(r)
			out[d.Message] = queued(d)
			return err
		})
	})
	return out, err
}

func queued(d Delivery) notify.Queued {
	return notify.Queued{Message: d.Message, Stream: d.Stream, Lane: notify.Lane(d.Lane), Owed: time.UnixMicro(d.CreatedAt).UTC(),
		Attempts: int(d.Attempts), Next: time.UnixMicro(d.NextAt).UTC(), Reply: d.LastReply, Holder: d.Holder, Fence: d.Fence}
}

// listQuery builds the SQL of one list. Values are parameters, never text.
type listQuery struct {
	d     Dialect
	args  []any
	where []string
	joins string
}

func (q *listQuery) arg(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprintf("$%d", len(q.args))
}

func (q *listQuery) and(format string, values ...any) {
	names := make([]any, len(values))
	for i, v := range values {
		names[i] = q.arg(v)
	}
	q.where = append(q.where, fmt.Sprintf(format, names...))
}

const rowColumns = "i.stream, i.number, i.entity, i.status, i.level, i.provisional, i.categories, i.received, i.updated, i.next_due, i.summary, i.restricted"

// List answers one page of incidents inside a scope, newest first; with Before set, oldest first. The scope is part of
// every query: what a reader may not see is not counted, ordered or skipped.
func (c *Cases) List(ctx context.Context, scope access.Scope, f incident.Filter) ([]incident.Row, error) {
	sql, args, ok := listSQL(c.Dialect(), scope, f)
	if !ok {
		return nil, nil
	}
	var out []incident.Row
	err := c.Read(ctx, func(tx Tx) error {
		return Each(ctx, tx, func(r Rows) error {
			var row incident.Row
			var level string
			var provisional, restricted int64
			err := r.Scan(&row.Stream, &row.Number, &row.Entity, &row.Status, &level, &provisional, &row.Categories,
				&row.ReceivedAt, &row.UpdatedAt, &row.NextDue, &row.Summary, &restricted, &row.TrackStatus, &row.Assignee)
			row.Level, row.Provisional, row.Restricted = policy.Level(level), provisional != 0, restricted != 0
			out = append(out, row)
			return err
		}, sql, args...)
	})
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	return out, nil
}

// probes is up to how many entities and authorities a list asks each index for its newest rows and merges them; beyond
// it one walk down the index of all incidents is cheaper, because a scope that wide holds most of them.
const probes = 40

func listSQL(d Dialect, scope access.Scope, f incident.Filter) (string, []any, bool) {
	scope = narrowed(scope, f)
	if scope.Empty() {
		return "", nil, false
	}
	q := &listQuery{d: d}
	if !q.filter(f) {
		return "", nil, false
	}
	order := " ORDER BY i.received DESC, i.stream DESC"
	if f.Before != nil {
		order = " ORDER BY i.received, i.stream"
	}
	limit := " LIMIT " + q.arg(int64(f.Limit))
	status := "'', ''"
	if f.Authority != "" {
		of := " FROM track s WHERE s.stream = i.stream AND s.authority = " + q.arg(f.Authority) + "), '')"
		status = "COALESCE((SELECT s.status" + of + ", COALESCE((SELECT s.assignee" + of
	}
	if len(f.Words) > 0 || f.Number != "" || len(scope.Entities) > probes {
		q.scope(scope)
		return "SELECT " + rowColumns + ", " + status + " FROM incident i" + q.joins + q.whereSQL() + order + limit, q.args, true
	}
	return q.merged(scope, f, status, order, limit), q.args, true
}

// narrowed is the part of a scope that a filter can still match.
func narrowed(scope access.Scope, f incident.Filter) access.Scope {
	if f.Entity == "" {
		return scope
	}
	var out access.Scope
	for _, e := range scope.Entities {
		if e == f.Entity {
			out.Entities = []string{e}
		}
	}
	out.Authorities, out.Person = scope.Authorities, scope.Person
	return out
}

// filter adds what the reader asked for; false where nothing can match.
func (q *listQuery) filter(f incident.Filter) bool {
	if len(f.Words) > 0 {
		match, arg, ok := Match(q.d, strings.Join(f.Words, " "), len(q.args)+1)
		if !ok {
			return false
		}
		q.arg(arg)
		q.joins += " JOIN (" + match + ") AS m ON m.key = i.stream"
	}
	for _, eq := range [][2]string{{"number", f.Number}, {"entity", f.Entity}, {"level", string(f.Level)}, {"status", f.Status}} {
		if eq[1] != "" {
			q.and("i."+eq[0]+" = %s", eq[1])
		}
	}
	if f.Authority != "" {
		waiting := ""
		if f.Waiting {
			waiting = " AND f.waiting = 1"
		}
		if f.Track != "" {
			waiting += " AND f.status = " + q.arg(f.Track)
		}
		switch f.Assignee {
		case "":
		case incident.Unassigned:
			waiting += " AND f.assignee = ''"
		default:
			waiting += " AND f.assignee = " + q.arg(f.Assignee)
		}
		q.and("EXISTS (SELECT 1 FROM track f WHERE f.stream = i.stream AND f.authority = %s"+waiting+")", f.Authority)
	}
	if f.After != nil {
		q.and("(i.received, i.stream) < (%s, %s)", f.After.ReceivedAt, f.After.Stream)
	}
	if f.Before != nil {
		q.and("(i.received, i.stream) > (%s, %s)", f.Before.ReceivedAt, f.Before.Stream)
	}
	return true
}

func (q *listQuery) scope(s access.Scope) {
	var any []string
	if len(s.Entities) > 0 {
		any = append(any, "i.restricted = 0 AND i.entity IN "+q.in(s.Entities))
	}
	if len(s.Authorities) > 0 {
		any = append(any, "EXISTS (SELECT 1 FROM track t WHERE t.stream = i.stream AND t.authority IN "+q.in(s.Authorities)+")")
	}
	if s.Person != "" {
		any = append(any, "i.restricted = 1 AND EXISTS (SELECT 1 FROM member m WHERE m.stream = i.stream AND m.active = 1 AND m.person = "+q.arg(s.Person)+")")
	}
	q.where = append(q.where, "("+strings.Join(any, " OR ")+")")
}

func (q *listQuery) in(values []string) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = q.arg(v)
	}
	return "(" + strings.Join(names, ", ") + ")"
}

func (q *listQuery) whereSQL() string {
	if len(q.where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(q.where, " AND ")
}

// merged asks each entity's and authority's index for its first rows and merges them: as many short walks as the reader
// has places, however many incidents there are.
func (q *listQuery) merged(s access.Scope, f incident.Filter, status, order, limit string) string {
	where := q.where
	var parts []string
	for _, e := range s.Entities {
		parts = append(parts, "SELECT * FROM (SELECT i.stream, i.received FROM incident i WHERE "+
			strings.Join(append([]string{"i.restricted = 0 AND i.entity = " + q.arg(e)}, where...), " AND ")+order+limit+") AS e")
	}
	if s.Person != "" {
		parts = append(parts, "SELECT * FROM (SELECT i.stream, i.received FROM member b JOIN incident i ON i.stream = b.stream WHERE "+
			strings.Join(append([]string{"b.active = 1 AND b.person = " + q.arg(s.Person)}, where...), " AND ")+order+limit+") AS b")
	}
	for _, a := range s.Authorities {
		byTrack := strings.NewReplacer("i.received", "t.received", "i.stream", "t.stream").Replace(order)
		also := make([]string, len(where))
		for i, w := range where {
			also[i] = w
			if strings.HasPrefix(w, "(i.received, i.stream)") {
				also[i] = strings.NewReplacer("i.received", "t.received", "i.stream", "t.stream").Replace(w)
			}
		}
		parts = append(parts, "SELECT * FROM (SELECT t.stream, t.received FROM track t JOIN incident i ON i.stream = t.stream WHERE "+
			strings.Join(append([]string{"t.authority = " + q.arg(a)}, also...), " AND ")+byTrack+limit+") AS a")
	}
	return "SELECT " + rowColumns + ", " + status + " FROM incident i WHERE i.stream IN (SELECT stream FROM (" +
		strings.Join(parts, " UNION ") + ") AS p" + strings.NewReplacer("i.received", "received", "i.stream", "stream").Replace(order) + limit + ")" + order
}

const dutyColumns = "d.stream, d.id, d.number, d.entity, d.rule, d.what, d.by_authority, d.by_role, d.by_at, d.to_label, d.clock, d.clause, " +
	"d.discharge, d.due, d.since, d.unverified"

// OpenDuties lists what is owed inside a scope, soonest first; duties without a time come last.
func (c *Cases) OpenDuties(ctx context.Context, scope access.Scope, limit int) ([]incident.OpenDuty, error) {
	if scope.Empty() {
		return nil, nil
	}
	var out []incident.OpenDuty
	err := c.View(ctx, func(tx Tx) error {
		for _, dated := range []bool{true, false} {
			sql, args := dutiesSQL(scope, dated, limit-len(out))
			if err := Each(ctx, tx, func(r Rows) error {
				d, err := scanDuty(r)
				out = append(out, d)
				return err
			}, sql, args...); err != nil || len(out) == limit {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open duties: %w", err)
	}
	return out, nil
}

func scanDuty(r Rows) (d incident.OpenDuty, err error) {
	var unverified int64
	err = r.Scan(&d.Stream, &d.ID, &d.Number, &d.Entity, &d.Rule, &d.What, &d.ByAuthority, &d.ByRole, &d.ByAt, &d.ToLabel,
		&d.Clock, &d.Clause, &d.Discharge, &d.Due, &d.Since, &unverified)
	d.Unverified = unverified != 0
	return d, err
}

// dutiesSQL asks each entity and authority of a scope for its first duties and merges them, as lists do. The dated ones of
// an entity are found over its incidents: the soonest n duties are those of at most the n incidents with the soonest.
func dutiesSQL(s access.Scope, dated bool, limit int) (string, []any) {
	q := &listQuery{}
	n := q.arg(int64(limit))
	var parts []string
	for _, e := range s.Entities {
		if dated {
			parts = append(parts, "SELECT d.stream, d.id, d.due FROM (SELECT i.stream FROM incident i WHERE i.entity = "+q.arg(e)+
				" AND i.restricted = 0 AND i.next_due > 0 ORDER BY i.next_due LIMIT "+n+") AS s JOIN duty d ON d.stream = s.stream WHERE d.open = 1 AND d.due > 0")
		} else {
			parts = append(parts, "SELECT d.stream, d.id, d.due FROM duty d JOIN incident i ON i.stream = d.stream WHERE i.restricted = 0 AND d.open = 1 AND d.due = 0 AND d.entity = "+q.arg(e))
		}
	}
	due := "d.due > 0"
	if !dated {
		due = "d.due = 0"
	}
	if s.Person != "" {
		parts = append(parts, "SELECT d.stream, d.id, d.due FROM member b JOIN duty d ON d.stream = b.stream WHERE b.active = 1 AND d.open = 1 AND "+
			due+" AND b.person = "+q.arg(s.Person))
	}
	for _, a := range s.Authorities {
		parts = append(parts, "SELECT d.stream, d.id, d.due FROM duty d WHERE d.open = 1 AND d.by_authority <> '' AND "+due+" AND d.by_authority = "+q.arg(a))
	}
	for i, p := range parts {
		parts[i] = "SELECT * FROM (" + p + " ORDER BY d.due, d.stream, d.id LIMIT " + n + ") AS p"
	}
	return "SELECT " + dutyColumns + " FROM (SELECT stream, id FROM (" + strings.Join(parts, " UNION ") + ") AS u ORDER BY due, stream, id LIMIT " + n +
		") AS f JOIN duty d ON d.stream = f.stream AND d.id = f.id ORDER BY d.due, d.stream, d.id", q.args
}
