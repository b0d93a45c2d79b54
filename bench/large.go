package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
)

// A large incident, and what the server may take to open it.
const (
	largeFacts  = 5000
	largeTasks  = 400
	largeTarget = "50 ms"
	largeReader = "ma-lead"
)

// large opens an incident of thousands of facts: for the first time after a start, and again.
func (b *bench) large(ctx context.Context, p *place) error {
	p, done, err := p.fresh(ctx)
	if err != nil {
		return err
	}
	defer done()
	number, facts, cpu, err := b.grow(ctx, p)
	if err != nil {
		return err
	}
	b.out.row("%-8s one incident of %d facts, made by commands: %.0f us of this process's processor time each", p.engine, facts, cpu)
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
	for _, q := range []struct{ what, path string }{{"incident page", "/incidents/" + number},
		{"response page", "/incidents/" + number + "/response"},
		{"the whole record", "/incidents/" + number + "/record"}} {
		began := time.Now()
		if _, err := c.want(200, visit(q.path, cookie)); err != nil {
			return fmt.Errorf("%s: %w", q.path, err)
		}
		first, used := time.Since(began), s.cpu()
		each, _, err := b.repeat(ctx, c, visit(q.path, cookie))
		if err != nil {
			return fmt.Errorf("%s: %w", q.path, err)
		}
		used = (s.cpu() - used) / time.Duration(len(each))
		b.out.row("%-8s %-17s first %s, then %s, CPU of the server %s  (target %s)", p.engine, q.what, short(first), each,
			short(used), largeTarget)
	}
	return nil
}

// grow makes one incident of many facts, as people make it: with tasks that are taken, done and taken up again.
func (b *bench) grow(ctx context.Context, p *place) (number string, facts int, cpu float64, err error) {
	a, record, err := openApp(ctx, p)
	if err != nil {
		return "", 0, 0, err
	}
	defer record.Close()
	iso, err := a.ActorForKey(ctx, p.keys["ma-rmv-iso"])
	if err != nil {
		return "", 0, 0, err
	}
	lead, err := a.ActorForKey(ctx, p.keys[largeReader])
	if err != nil {
		return "", 0, 0, err
	}
	filed, err := a.File(ctx, iso, incident.Filing{Entity: "ma-demo-rmv", Description: "Ransom notes on two file servers",
		Categories: []string{"malware"}},
		app.FileOptions{IdempotencyKey: "large", BodyDigest: ledger.Digest{1}})
	if err != nil {
		return "", 0, 0, err
	}
	if err := a.StartResponse(ctx, lead, filed.Incident, "", "The servers are off the network.", nil); err != nil {
		return "", 0, 0, err
	}
	facts, used := 12, ownCPU()
	for ; facts < largeFacts && ctx.Err() == nil; facts++ {
		if err := workOn(ctx, a, lead, filed.Incident, facts-12); err != nil {
			return "", 0, 0, fmt.Errorf("fact %d: %w", facts, err)
		}
	}
	cpu = float64((ownCPU() - used).Microseconds()) / float64(facts-12)
	_, err = sequenceAll(ctx, p, record)
	return filed.Incident, facts, cpu, errors.Join(err, ctx.Err())
}

// workOn is the nth piece of work: each task is written down, and then taken, done and reopened in turn.
func workOn(ctx context.Context, a *app.App, lead access.Actor, number string, n int) error {
	task := fmt.Sprintf("t%d", n%largeTasks+1)
	switch n / largeTasks % 3 {
	case 0:
		if n < largeTasks {
			return a.AddTask(ctx, lead, number, fmt.Sprintf("Look at the journal of server %d and say what ran on it that night.",
				n), "analysis", "ir_lead")
		}
		return a.ReopenTask(ctx, lead, number, task, "The journal was not complete.")
	case 1:
		return a.TakeTask(ctx, lead, number, task, "ma-lead")
	}
	return a.FinishTask(ctx, lead, number, task, "Nothing ran on it but the backup.")
}
