package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// DutiesOf lists what these owe, soonest first; duties without a time come last. The caller has narrowed them to what the
// reader may see.
func (c *Cases) DutiesOf(ctx context.Context, by []incident.Owed, limit int) ([]incident.OpenDuty, error) {
	if len(by) == 0 {
		return nil, nil
	}
	return c.duties(ctx, limit, func(dated bool, n int) (string, []any) { return dutiesOfSQL(by, dated, n) })
}

// dutiesOfSQL asks the index of each role at each entity, or of each authority, for its first duties and merges them.
func dutiesOfSQL(by []incident.Owed, dated bool, limit int) (string, []any) {
	q := &listQuery{}
	n := q.arg(int64(limit))
	due := map[bool]string{true: "d.due > 0", false: "d.due = 0"}[dated]
	const first = "SELECT d.stream, d.id, d.due FROM duty d WHERE d.open = 1 AND "
	var parts []string
	for _, o := range by {
		if o.Authority != "" {
			parts = append(parts, first+"d.by_authority <> '' AND "+due+" AND d.by_authority = "+q.arg(o.Authority))
			continue
		}
		role := first + "d.by_role <> '' AND " + due + " AND d.by_at " + map[bool]string{true: "=", false: "<>"}[o.State] + " 'state' AND d.by_role = " + q.arg(o.Role)
		if len(o.Entities) > probes {
			parts = append(parts, role+" AND d.entity IN "+q.in(o.Entities))
			continue
		}
		for _, e := range o.Entities {
			parts = append(parts, role+" AND d.entity = "+q.arg(e))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, first+"1 = 0")
	}
	return q.firstDuties(parts, n), q.args
}

// FactsSince answers what was recorded on streams after an instant, oldest first.
func (c *Cases) FactsSince(ctx context.Context, streams []string, since time.Time) (map[string][]incident.Recorded, error) {
	out := map[string][]incident.Recorded{}
	if len(streams) == 0 {
		return out, nil
	}
	var found []ledger.Entry
	err := c.Read(ctx, func(tx Tx) error {
		q := &listQuery{}
		where := " WHERE at > " + q.arg(since.UnixMicro()) + " AND stream IN " + q.in(streams)
		return Each(ctx, tx, func(r Rows) error {
			var e storedEntry
			err := e.strict(r)
			found = append(found, e.Entry)
			return err
		}, "SELECT "+entryColumns+" FROM entry"+where+" ORDER BY stream, version", q.args...)
	})
	if err != nil {
		return nil, fmt.Errorf("facts since: %w", err)
	}
	facts, err := recorded(c.Registry, found)
	for i, f := range facts {
		out[found[i].Stream] = append(out[found[i].Stream], f)
	}
	return out, err
}

// Picture counts over all incidents of a scope's entities: what stands open, what was received in each period, what is
// overdue, who has not answered. It reads indexes of the whole scope; callers keep the answer for a while.
func (c *Cases) Picture(ctx context.Context, scope access.Scope, now time.Time, periods []incident.Span) (incident.Picture, error) {
	out := incident.Picture{At: now.UnixMicro()}
	if len(scope.Entities) == 0 {
		return out, nil
	}
	err := c.View(ctx, func(tx Tx) error {
		for _, ask := range []struct {
			into *[]incident.Tally
			sql  func(*listQuery, string) string
		}{
			{&out.Standing, func(_ *listQuery, in string) string {
				return "SELECT entity, status, level, provisional, '', '', 0, count(*) FROM incident WHERE status <> 'closed' AND entity IN " + in +
					" GROUP BY entity, status, level, provisional"
			}},
			{&out.Received, func(q *listQuery, in string) string { return q.receivedSQL(in, periods) }},
			{&out.Overdue, func(q *listQuery, in string) string { return overdueSQL(in, q.arg(now.UnixMicro())) }},
			{&out.Unanswered, func(_ *listQuery, in string) string {
				return "SELECT '', '', '', 0, '', authority, 0, count(*) FROM track WHERE waiting = 1 AND entity IN " + in + " GROUP BY authority"
			}},
		} {
			q := &listQuery{}
			sql := ask.sql(q, q.in(scope.Entities))
			if err := Each(ctx, tx, func(r Rows) error {
				t, err := scanTally(r)
				*ask.into = append(*ask.into, t)
				return err
			}, sql, q.args...); err != nil {
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
func (q *listQuery) receivedSQL(in string, periods []incident.Span) string {
	parts := make([]string, len(periods))
	for i, p := range periods {
		parts[i] = fmt.Sprintf("SELECT entity, '', '', 0, categories, '', %d, count(*) FROM incident WHERE received >= %s AND received < %s AND (entity || '') IN %s GROUP BY entity, categories",
			i, q.arg(p.From), q.arg(p.Before), in)
	}
	return strings.Join(parts, " UNION ALL ")
}

// overdueSQL counts duties past their time, those of roles and those of authorities, each over its own index.
func overdueSQL(in, now string) string {
	var parts []string
	for _, by := range []string{"by_role", "by_authority"} {
		parts = append(parts, "SELECT entity, '', '', 0, '', '', 0, count(*) FROM duty WHERE open = 1 AND "+by+" <> '' AND due > 0 AND due < "+now+" AND entity IN "+in+" GROUP BY entity")
	}
	return strings.Join(parts, " UNION ALL ")
}

func scanTally(r Rows) (t incident.Tally, err error) {
	var level string
	var provisional, period int64
	err = r.Scan(&t.Entity, &t.Status, &level, &provisional, &t.Categories, &t.Authority, &period, &t.Count)
	t.Level, t.Provisional, t.Period = policy.Level(level), provisional != 0, int(period)
	return t, err
}
