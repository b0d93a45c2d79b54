package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
)

// paperTarget is what printing a report to management may take.
const paperTarget = "200 ms"

// pdf prints the report to management and the post-incident analysis of one incident, both with much to say.
func (b *bench) pdf(ctx context.Context, p *place) error {
	p, done, err := p.fresh(ctx)
	if err != nil {
		return err
	}
	defer done()
	number, err := b.report(ctx, p)
	if err != nil {
		return err
	}
	s, _, err := b.serve(ctx, p)
	if err != nil {
		return err
	}
	defer s.stop()
	c, cookie, err := readAs(s.addr, p.keys[largeReader])
	if err != nil {
		return err
	}
	defer c.close()
	for _, q := range []struct{ what, path string }{{"report to management", "/management/1/report.pdf"},
		{"post-incident analysis", "/analysis/analysis.pdf"}} {
		before := s.cpu()
		each, _, err := b.repeat(ctx, c, visit("/incidents/"+number+q.path, cookie))
		if err != nil {
			return fmt.Errorf("%s: %w", q.path, err)
		}
		used := (s.cpu() - before) / time.Duration(len(each))
		b.out.row("%-8s %-23s %s, CPU of the server %s  (target %s)", p.engine, q.what, each, short(used), paperTarget)
	}
	return nil
}

// report makes an incident of which every item of the report is stated at length, and issues it.
func (b *bench) report(ctx context.Context, p *place) (number string, err error) {
	a, record, err := openApp(ctx, p)
	if err != nil {
		return "", err
	}
	defer record.Close()
	iso, err := a.ActorForKey(ctx, p.keys["ma-rmv-iso"])
	if err != nil {
		return "", err
	}
	lead, err := a.ActorForKey(ctx, p.keys[largeReader])
	if err != nil {
		return "", err
	}
	liability := int64(2_000_000)
	filed, err := a.File(ctx, iso, incident.Filing{Entity: "ma-demo-rmv", Description: "Ransom notes on two file servers",
		Categories: []string{"malware"}, Impact: &incident.Impact{LiabilityUSD: &liability}},
		app.FileOptions{IdempotencyKey: "paper", BodyDigest: ledger.Digest{1}})
	if err != nil {
		return "", err
	}
	if err := fillPapers(ctx, a, lead, filed.Incident); err != nil {
		return "", err
	}
	_, err = sequenceAll(ctx, p, record)
	return filed.Incident, errors.Join(err, ctx.Err())
}

func fillPapers(ctx context.Context, a *app.App, lead access.Actor, number string) error {
	words := strings.Repeat("What was found on the system, and what was done about it. ", 20)
	if err := a.StartResponse(ctx, lead, number, "", "The servers are off the network.", nil); err != nil {
		return err
	}
	for _, item := range []string{"location", "affected_systems", "user_groups", "recovery_expectation", "stakeholders", "measures",
		"evidence", "pending_actions"} {
		if err := a.State(ctx, lead, number, app.ItemStatement{Item: item, Value: words}); err != nil {
			return fmt.Errorf("%s: %w", item, err)
		}
	}
	var assets []app.AssetEntry
	for i := range 60 {
		assets = append(assets, app.AssetEntry{Name: fmt.Sprintf("Counter workstation %d", i), Kind: "workstation"})
	}
	if err := a.AddAssets(ctx, lead, number, assets); err != nil {
		return err
	}
	for _, section := range incident.AnalysisSections {
		if err := a.WriteAnalysis(ctx, lead, number, section, words+words, "", 0); err != nil {
			return fmt.Errorf("%s: %w", section, err)
		}
	}
	return a.IssueManagementReport(ctx, lead, number, 0, "")
}
