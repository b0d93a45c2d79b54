package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/store"
)

// What the investigation of one incident holds while its pages are measured, and what they may take.
const (
	timelineRows     = 2_000
	indicatorRows    = 500
	inquiryTarget    = "50 ms"
	lookupTarget     = "10 ms"
	sharedByFew      = "shared-by-few.example"
	sharedByAll      = "shared-by-all.example"
	lookedUpByNobody = "in-no-other.example"
)

// investigation seeds a large record in which every incident has indicators, and one a long timeline, and measures its pages and the
// lookup.
func (b *bench) investigation(ctx context.Context, p *place) error {
	p, done, err := p.fresh(ctx)
	if err != nil {
		return err
	}
	defer done()
	if _, err := b.seed(ctx, p, b.incidents); err != nil {
		return err
	}
	number, err := b.inquire(ctx, p)
	if err != nil {
		return err
	}
	b.out.row("%-8s %d incidents with indicators; one with %d rows of timeline and %d indicators", p.engine, b.incidents,
		timelineRows, indicatorRows)
	s, _, err := b.serve(ctx, p)
	if err != nil {
		return err
	}
	defer s.stop()
	for _, reader := range []string{"ca-coordinator", "ca-dmv-iso"} {
		if err := b.inquiryAs(ctx, p, s, reader, number); err != nil {
			return fmt.Errorf("%s: %w", reader, err)
		}
	}
	return nil
}

// inquire gives every incident indicators, in the table that they are looked up in, and one incident an investigation through the
// application.
func (b *bench) inquire(ctx context.Context, p *place) (number string, err error) {
	a, record, err := openApp(ctx, p)
	if err != nil {
		return "", err
	}
	defer record.Close()
	actor, err := a.ActorForKey(ctx, p.keys["ca-dmv-iso"])
	if err != nil {
		return "", err
	}
	list, err := a.Incidents(ctx, actor, app.ListQuery{Limit: 1})
	if err != nil || len(list.Incidents) == 0 {
		return "", fmt.Errorf("no incident to investigate: %w", err)
	}
	number = list.Incidents[0].Incident
	if err := fillInquiry(ctx, a, actor, number); err != nil {
		return "", err
	}
	return number, record.Store.Update(ctx, func(tx store.Tx) error {
		const insert = "INSERT INTO trace (stream, id, incident, type, match, at, active) SELECT 'investigation/b' || number, "
		for _, rows := range []struct{ id, match, where string }{{"i1", "number", "1 = 1"}, {"i2", "'x' || number", "1 = 1"},
			{"i3", "'" + investigation.Match(investigation.Domain, sharedByFew) + "'", "number LIKE 'A%'"},
			{"i4", "'" + investigation.Match(investigation.Domain, sharedByAll) + "'", "1 = 1"}} {
			if _, err := tx.Exec(ctx,
				insert+"'"+rows.id+"', stream, 'domain-name', "+rows.match+", received, 1 FROM incident WHERE "+rows.where); err != nil {
				return err
			}
		}
		return nil
	})
}

// fillInquiry puts a long timeline and many indicators into the investigation of one incident.
func fillInquiry(ctx context.Context, a *app.App, by access.Actor, number string) error {
	var lines, traces strings.Builder
	began := time.Now().Add(-40 * 24 * time.Hour).UTC()
	for i := range timelineRows {
		fmt.Fprintf(&lines, "%s ws-%02d process %d opened a connection to 198.51.100.%d and wrote %d bytes\n",
			began.Add(time.Duration(i)*25*time.Minute).Format(time.RFC3339), i%40, 1000+i, i%250, i*17)
	}
	for i := range indicatorRows - 2 {
		fmt.Fprintf(&traces, "host-%d.bad-%d.example\n", i, i%7)
	}
	traces.WriteString(sharedByFew + "\n" + sharedByAll + "\n")
	if err := a.PasteEvents(ctx, by, number, app.PasteInput{Text: lines.String(), Source: "firewall"}); err != nil {
		return err
	}
	return a.RecordIndicators(ctx, by, number, app.IndicatorInput{Text: traces.String()})
}

// inquiryAs measures the pages and the lookup for one reader.
func (b *bench) inquiryAs(ctx context.Context, p *place, s *server, reader, number string) error {
	c, cookie, err := readAs(s.addr, p.keys[reader])
	if err != nil {
		return err
	}
	defer c.close()
	at := "/incidents/" + number + "/investigation"
	for _, q := range []struct{ what, path string }{{"overview", at}, {"timeline", at + "/timeline"},
		{"timeline, one source", at + "/timeline?source=firewall&q=ws-07"},
		{"indicators", at + "/indicators"}, {"findings", at + "/findings"}, {"related", at + "/related"}} {
		used := s.cpu()
		each, _, err := b.repeat(ctx, c, visit(q.path, cookie))
		if err != nil {
			return fmt.Errorf("%s: %w", q.path, err)
		}
		used = (s.cpu() - used) / time.Duration(len(each))
		b.out.row("%-8s %-15s page %-21s %s, CPU of the server %s  (target p99 %s)", p.engine, reader, q.what, each, short(used), inquiryTarget)
	}
	for _, q := range []struct{ what, value string }{{"in no incident", lookedUpByNobody}, {"in a few", sharedByFew},
		{"in every incident", sharedByAll}} {
		each, found, err := b.repeat(ctx, c, request("GET", "/api/v1/indicators?value="+url.QueryEscape(q.value), p.keys[reader], "", nil))
		if err != nil {
			return fmt.Errorf("lookup %s: %w", q.value, err)
		}
		b.out.row("%-8s %-15s lookup %-19s %s  (%d found; target p99 %s)", p.engine, reader, q.what, each, found, lookupTarget)
	}
	return nil
}
