package incidents

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
	storestreams "tocsin/internal/store/streams"
)

// DutiesOf lists what these owe, soonest first; duties without a time come last. The caller has narrowed them to what the
// reader may see.
func (c *Store) DutiesOf(ctx context.Context, by []incident.Owed, limit int) ([]incident.OpenDuty, error) {
	if len(by) == 0 {
		return nil, nil
	}
	if c.Dialect().Name == "sqlite" && len(by) > fewRoles {
		var err error
		if by, err = c.thatOwe(ctx, by); err != nil || len(by) == 0 {
			return nil, err
		}
	}
	return c.duties(ctx, limit, func(dated bool) (string, []any) { return DutiesOfSQL(c.Dialect(), by, dated, limit) })
}

// fewRoles are asked one by one; where there are more, it is worth looking first which of them ever owed anything.
const fewRoles = 4

// thatOwe leaves out the roles that no duty names. It steps from role to role in their index, however many duties each has.
func (c *Store) thatOwe(ctx context.Context, by []incident.Owed) (out []incident.Owed, err error) {
	owes := map[string]bool{}
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var role string
			err := r.Scan(&role)
			owes[role] = true
			return err
		}, "WITH RECURSIVE r (role) AS (SELECT min(by_role) FROM duty UNION ALL SELECT (SELECT min(by_role) FROM duty WHERE by_role > r.role) FROM r WHERE r.role IS NOT NULL) "+
			"SELECT role FROM r WHERE role IS NOT NULL")
	})
	for _, o := range by {
		if o.Authority != "" || owes[o.Role] {
			out = append(out, o)
		}
	}
	return out, err
}

// DutiesOfSQL asks the index of each role at each entity, or of each authority, for its first duties and merges them.
func DutiesOfSQL(dialect engine.Dialect, by []incident.Owed, dated bool, limit int) (string, []any) {
	q := &ListQuery{}
	n := engine.AtMost(limit)
	due := map[bool]string{true: "d.due > 0", false: "d.due = 0"}[dated]
	const some = "SELECT d.stream, d.id, d.due FROM duty d WHERE "
	const first = some + "d.open = 1 AND "
	var parts []string
	if dialect.Name == "postgres" {
		parts = q.rolesAtOnce(by, n, some+oneOpen+" AND "+due)
	}
	for _, o := range by {
		if o.Authority == "" && dialect.Name == "postgres" {
			continue
		}
		if o.Authority != "" {
			parts = append(parts, first+"d.by_authority <> '' AND "+due+" AND d.by_authority = "+q.Arg(o.Authority))
			continue
		}
		role := first + due + " AND d.by_at = " + placeOf(o) + " AND d.by_role = " + q.Arg(o.Role) + " AND " + q.known(o.Person)
		if len(o.Entities) > probes {
			parts = append(parts, role+" AND d.entity IN "+q.In(o.Entities))
			continue
		}
		for _, e := range o.Entities {
			parts = append(parts, role+" AND d.entity = "+q.Arg(e))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, first+"1 = 0")
	}
	return q.firstDuties(parts, n), q.Args
}

// oneOpen says that a duty is open in a way that keeps PostgreSQL from the smaller index of what is open at an entity, which has no roles:
// before it has counted its rows it thinks that one as good as the index of roles.
const oneOpen = "d.open = (SELECT 1)"

// rolesAtOnce asks for the first duties of every role at every entity in one part. PostgreSQL would otherwise take longer to
// plan a hundred parts than to run them; SQLite has no such join, and plans a statement once.
func (q *ListQuery) rolesAtOnce(by []incident.Owed, n, first string) []string {
	var roles, places, entities, people []string
	for _, o := range by {
		for _, e := range o.Entities {
			roles, places = append(roles, o.Role), append(places, strings.Trim(placeOf(o), "'"))
			entities, people = append(entities, e), append(people, o.Person)
		}
	}
	if len(roles) == 0 {
		return nil
	}
	return []string{"SELECT d.stream, d.id, d.due FROM unnest(" + q.Arg(roles) + "::text[], " + q.Arg(places) + "::text[], " + q.Arg(entities) +
		"::text[], " + q.Arg(people) + "::text[]) AS o (role, place, entity, person) CROSS JOIN LATERAL (" + first +
		" AND d.by_at = o.place AND d.by_role = o.role AND d.entity = o.entity AND (d.restricted = 0 OR " +
		here("member b WHERE b.stream = d.stream AND b.active = 1 AND b.person = o.person") + ") ORDER BY d.due, d.stream, d.id" + n + ") AS d"}
}

// known is the condition on a duty d that a person may know of it: it is of an open incident, or of one that has them as a member.
func (q *ListQuery) known(person string) string {
	return "(d.restricted = 0 OR EXISTS (SELECT 1 FROM member b WHERE b.stream = d.stream AND b.active = 1 AND b.person = " + q.Arg(person) + "))"
}

// FactsSince answers what was recorded on streams after an instant, oldest first.
func (c *Store) FactsSince(ctx context.Context, streams []string, since time.Time) (map[string][]incident.Recorded, error) {
	out := map[string][]incident.Recorded{}
	if len(streams) == 0 {
		return out, nil
	}
	var found []ledger.Entry
	err := c.Read(ctx, func(tx engine.Tx) error {
		q := &ListQuery{}
		where := " WHERE at > " + q.Arg(since.UnixMicro()) + " AND stream IN " + q.In(streams)
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var e engine.StoredEntry
			err := e.Strict(r)
			found = append(found, e.Entry)
			return err
		}, "SELECT "+engine.EntryColumns+" FROM entry"+where+" ORDER BY stream, version", q.Args...)
	})
	if err != nil {
		return nil, fmt.Errorf("facts since: %w", err)
	}
	facts, err := storestreams.Decoded(c.Registry, "incident", found)
	for i, f := range facts {
		out[found[i].Stream] = append(out[found[i].Stream], f)
	}
	return out, err
}

// Picture counts over all incidents of a scope's entities: what stands open, what was received in each period, what is
// overdue, who has not answered; restricted ones not among them. It reads indexes of the whole scope; callers keep the answer for a while.
func (c *Store) Picture(ctx context.Context, scope access.Scope, now time.Time, periods []incident.Span) (incident.Picture, error) {
	out := incident.Picture{At: now.UnixMicro()}
	if len(scope.Entities) == 0 {
		return out, nil
	}
	err := c.View(ctx, func(tx engine.Tx) error {
		for _, ask := range []struct {
			into *[]incident.Tally
			sql  func(*ListQuery, string) string
		}{
			{&out.Standing, func(_ *ListQuery, in string) string {
				return "SELECT entity, status, level, provisional, '', '', 0, count(*) FROM incident WHERE restricted = 0 AND status <> 'closed' AND entity IN " + in +
					" GROUP BY entity, status, level, provisional"
			}},
			{&out.Received, func(q *ListQuery, in string) string { return q.receivedSQL(in, periods) }},
			{&out.Overdue, func(q *ListQuery, in string) string { return q.overdueSQL(in, now) }},
			{&out.Unanswered, func(_ *ListQuery, in string) string {
				return "SELECT '', '', '', 0, '', authority, 0, count(*) FROM track WHERE restricted = 0 AND waiting = 1 AND entity IN " + in + " GROUP BY authority"
			}},
		} {
			q := &ListQuery{}
			sql := ask.sql(q, q.In(scope.Entities))
			if err := engine.Each(ctx, tx, func(r engine.Rows) error {
				t, err := scanTally(r)
				*ask.into = append(*ask.into, t)
				return err
			}, sql, q.Args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("count incidents: %w", err)
	}
	return out, nil
}

// receivedSQL counts by period. Each is a stretch of the index by time of receipt, so that months before the first
// period cost nothing.
func (q *ListQuery) receivedSQL(in string, periods []incident.Span) string {
	parts := make([]string, len(periods))
	for i, p := range periods {
		parts[i] = fmt.Sprintf("SELECT entity, '', '', 0, categories, '', %d, count(*) FROM incident WHERE restricted = 0 AND received >= %s AND received < %s AND (entity || '') IN %s GROUP BY entity, categories",
			i, q.Arg(p.From), q.Arg(p.Before), in)
	}
	return strings.Join(parts, " UNION ALL ")
}

// overdueSQL counts duties past their time, those of roles and those of authorities, each over its own index.
func (q *ListQuery) overdueSQL(in string, now time.Time) string {
	roles := make([]string, len(directory.Roles))
	for i, r := range directory.Roles {
		roles[i] = string(r)
	}
	const count = "SELECT entity, '', '', 0, '', '', 0, count(*) FROM duty WHERE restricted = 0 AND open = 1 AND due > 0 AND due <= "
	at := q.Arg(now.UnixMicro())
	return count + at + " AND by_role IN " + q.In(roles) + " AND by_at IN ('entity', 'state') AND entity IN " + in + " GROUP BY entity UNION ALL " +
		count + at + " AND by_authority <> '' AND entity IN " + in + " GROUP BY entity"
}

func scanTally(r engine.Rows) (t incident.Tally, err error) {
	var level string
	var provisional, period int64
	err = r.Scan(&t.Entity, &t.Status, &level, &provisional, &t.Categories, &t.Authority, &period, &t.Count)
	t.Level, t.Provisional, t.Period = policy.Level(level), provisional != 0, int(period)
	return t, err
}
