package review

import (
	"context"
	"fmt"
	"time"

	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/notify"
	"tocsin/internal/store/delivery"
	"tocsin/internal/store/engine"
)

const planColumns = "id, person, role, entity, every, day, hour, by_actor, next_us, from_day, to_day, last_us"

func scanPlan(r engine.Rows) (p notify.ReportPlan, err error) {
	var day, hour, next, last int64
	var from, to string
	if err = r.Scan(&p.ID, &p.Person, &p.Role, &p.Entity, &p.Cadence.Every, &day, &hour, &p.By, &next, &from, &to, &last); err != nil {
		return p, err
	}
	p.Cadence.Day, p.Cadence.Hour, p.Next.At, p.Last = int(day), int(hour), engine.FromMicro(next), engine.FromMicro(last)
	if p.Next.From, err = calendar.ParseDate(from); err != nil {
		return p, err
	}
	p.Next.To, err = calendar.ParseDate(to)
	return p, err
}

func (s *Store) plans(ctx context.Context, where string, args ...any) (out []notify.ReportPlan, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			p, err := scanPlan(r)
			out = append(out, p)
			return err
		}, "SELECT "+planColumns+" FROM report_plan"+where, args...)
	})
	if err != nil {
		return nil, fmt.Errorf("plans of reports: %w", err)
	}
	return out, nil
}

// ReportPlans lists every plan, by who gets it.
func (s *Store) ReportPlans(ctx context.Context) ([]notify.ReportPlan, error) {
	return s.plans(ctx, " ORDER BY person, role, entity, id")
}

// DueReports lists plans whose turn has come, the longest waiting first.
func (s *Store) DueReports(ctx context.Context, now time.Time, limit int) ([]notify.ReportPlan, error) {
	return s.plans(ctx, " WHERE next_us <= $1 ORDER BY next_us, id"+engine.AtMost(limit), now.UnixMicro())
}

// SaveReportPlan keeps a new plan, unless there are as many as most already.
func (s *Store) SaveReportPlan(ctx context.Context, p notify.ReportPlan, most int64) (saved bool, err error) {
	err = s.Update(ctx, func(tx engine.Tx) error {
		saved = false
		var n int64
		if err := engine.One(ctx, tx, []any{&n}, "SELECT count(*) FROM report_plan WHERE by_actor = $1", p.By); err != nil || n >= most {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO report_plan ("+planColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)",
			p.ID, p.Person, p.Role, p.Entity, p.Cadence.Every, int64(p.Cadence.Day), int64(p.Cadence.Hour), p.By, p.Next.At.UnixMicro(), p.Next.From.String(), p.Next.To.String())
		saved = err == nil
		return err
	})
	return saved, err
}

// DropReportPlan takes a plan away; one that is not there is gone already.
func (s *Store) DropReportPlan(ctx context.Context, id string) error {
	return s.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM report_plan WHERE id = $1", id)
		return err
	})
}

// SendReports puts the reports of a plan's turn into the queue and moves the plan on, in one transaction and once: where another has
// moved it on already, nothing happens.
func (s *Store) SendReports(ctx context.Context, p notify.ReportPlan, next calendar.Turn, now time.Time, probes []notify.Probe) (sent bool, err error) {
	err = s.Update(ctx, func(tx engine.Tx) error {
		sent = false
		n, err := tx.Exec(ctx, "UPDATE report_plan SET next_us = $3, from_day = $4, to_day = $5, last_us = $6 WHERE id = $1 AND next_us = $2",
			p.ID, p.Next.At.UnixMicro(), next.At.UnixMicro(), next.From.String(), next.To.String(), now.UnixMicro())
		if err != nil || n == 0 {
			return err
		}
		for _, one := range probes {
			if err := delivery.PutProbe(ctx, tx, one, notify.LaneOf(one.Kind)); err != nil {
				return err
			}
		}
		sent = true
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("send reports: %w", err)
	}
	return sent, nil
}
