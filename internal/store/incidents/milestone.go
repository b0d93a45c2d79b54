package incidents

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/store/engine"
)

// milestoneTable has one row for each incident with when it reached what, for the statistics.
var milestoneTable = engine.Table{Name: "milestone", Key: []string{"stream"},
	Columns: engine.Columns("stream text", "entity text", "restricted int", "status text", "phase text", "level text", "categories text", "cause text", "received int", "reported int",
		"occurred int", "discovered int", "acknowledged int", "started int", "contained int", "recovered int", "closed int"),
	Indexes: [][]string{{"received", "entity"}}}

func milestoneRow(stream string, st incident.State) engine.Row {
	m := st.MilestoneRow()
	return engine.Row{Table: "milestone", Values: []any{stream, m.Entity, engine.Flag(st.Restriction.On), m.Status, m.Phase, string(m.Level), m.Categories, m.Cause, m.Received, m.Reported,
		m.Occurred, m.Discovered, m.Acknowledged, m.Started, m.Contained, m.Recovered, m.Closed}}
}

func ended(d incident.Duty) int64 {
	if !d.Discharged {
		return 0
	}
	return d.DischargedAt.UnixMicro()
}

const milestoneColumns = "i.entity, i.status, i.phase, i.level, i.categories, i.cause, i.received, i.reported, i.occurred, i.discovered, i.acknowledged, i.started, i.contained, i.recovered, i.closed"

func scanMilestone(r engine.Rows) (m incident.MilestoneRow, err error) {
	var level string
	err = r.Scan(&m.Entity, &m.Status, &m.Phase, &level, &m.Categories, &m.Cause, &m.Received, &m.Reported, &m.Occurred, &m.Discovered, &m.Acknowledged, &m.Started,
		&m.Contained, &m.Recovered, &m.Closed)
	m.Level = policy.Level(level)
	return m, err
}

// Statistics counts over every incident of a scope that the cut chooses, restricted ones among them for their members only. It reads
// one row of each; callers keep the answer for a while.
func (c *Store) Statistics(ctx context.Context, scope access.Scope, cut incident.Cut, now time.Time, zone *time.Location) (incident.Statistics, error) {
	count := incident.NewCounter(zone)
	out := incident.Statistics{}
	where, ok := cutOf(scope, cut)
	if !ok {
		out = count.Result()
		out.At = now.UnixMicro()
		return out, nil
	}
	err := c.View(ctx, func(tx engine.Tx) error {
		q, from := where()
		if err := engine.Each(ctx, tx, func(r engine.Rows) error {
			m, err := scanMilestone(r)
			count.Add(m)
			return err
		}, "SELECT "+milestoneColumns+from, q.Args...); err != nil {
			return err
		}
		out = count.Result()
		return dutyShares(ctx, tx, where, now, &out)
	})
	if err != nil {
		return out, fmt.Errorf("statistics: %w", err)
	}
	out.At = now.UnixMicro()
	return out, nil
}

// cutOf makes the FROM and WHERE of a cut inside a scope, anew for each query; false where nothing can be in it.
func cutOf(scope access.Scope, cut incident.Cut) (func() (*ListQuery, string), bool) {
	if scope.Empty() || cut.Under != nil && len(cut.Under) == 0 {
		return nil, false
	}
	return func() (*ListQuery, string) {
		q := &ListQuery{Walk: true}
		q.Scope(scope)
		if cut.Under != nil {
			q.Where = append(q.Where, "i.entity IN "+q.In(cut.Under))
		}
		if cut.Level != "" {
			q.and("i.level = %s", string(cut.Level))
		}
		q.filterWords(incident.Filter{Category: cut.Category})
		q.filterTimes(incident.Filter{ReceivedFrom: cut.From, ReceivedBefore: cut.Before})
		return q, " FROM milestone i" + q.WhereSQL()
	}, true
}

// dutyShares counts which duties were kept, by rule, and the corrective actions that are open.
func dutyShares(ctx context.Context, tx engine.Tx, where func() (*ListQuery, string), now time.Time, out *incident.Statistics) error {
	q, from := where()
	at := q.Arg(now.UnixMicro())
	late := "(d.ended > d.due OR d.open = 1 AND d.due <= " + at + ")"
	sql := "SELECT d.rule, d.what, d.discharge, " +
		"sum(CASE WHEN d.open = 0 AND d.ended <= d.due AND d.how <> '" + policy.DischargeReplaced + "' THEN 1 ELSE 0 END), sum(CASE WHEN " + late + " THEN 1 ELSE 0 END), " +
		"sum(CASE WHEN d.open = 1 THEN 1 ELSE 0 END), sum(CASE WHEN d.open = 1 AND d.due <= " + at + " THEN 1 ELSE 0 END)" +
		strings.Replace(from, " WHERE ", " JOIN duty d ON d.stream = i.stream WHERE d.due > 0 AND ", 1) + " GROUP BY d.rule, d.what, d.discharge"
	return engine.Each(ctx, tx, func(r engine.Rows) error {
		var share incident.DutyShare
		var discharge string
		var open, overdue int64
		err := r.Scan(&share.Rule, &share.What, &discharge, &share.OnTime, &share.Late, &open, &overdue)
		if discharge == policy.DischargeAction {
			out.ActionsOpen, out.ActionsOverdue = out.ActionsOpen+open, out.ActionsOverdue+overdue
		}
		out.AddShare(share)
		return err
	}, sql, q.Args...)
}
