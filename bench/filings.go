package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// targets of the ratio to the raw engine, by number of clients.
var targets = map[int]string{1: "0.30", 8: "0.40", 32: "-"}

// filings measures raw commits and filings in turn, at several numbers of clients. The server sleeps while raw runs.
func (b *bench) filings(ctx context.Context, p *place) error {
	for _, n := range []int{1, 8, 32} {
		if err := b.filingsAt(ctx, p, n); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) filingsAt(ctx context.Context, p *place, n int) error {
	p, done, err := p.fresh(ctx)
	if err != nil {
		return err
	}
	defer done()
	pool, err := newPool(p, 1000)
	if err != nil {
		return err
	}
	raw, closeRaw, err := b.raw(ctx, p, n)
	if err != nil {
		return err
	}
	defer closeRaw()
	bound, err := b.rowsAlone(ctx, p, pool, n)
	if err != nil {
		return err
	}
	defer bound.close()
	s, _, err := b.serve(ctx, p)
	if err != nil {
		return err
	}
	defer s.stop()
	clients, hangUp, err := dialAll(s.addr, n)
	if err != nil {
		return err
	}
	defer hangUp()
	var next atomic.Int64
	file := func(i int) error {
		at := next.Add(1)
		_, err := clients[i].want(201, pool.request(int(at), fmt.Sprintf("bench-%d", at)))
		return err
	}
	if _, err := closed(ctx, n, b.round/3, file); err != nil { // plans, pages and pools get warm
		return err
	}
	return b.turns(ctx, p, s, n, bound, raw, file)
}

// turns alternates: raw commits, the rows of filings alone, filings, and again.
func (b *bench) turns(ctx context.Context, p *place, s *server, n int, bound *alone, raw, file func(int) error) error {
	var rawRates, bounds, rates, ratios, cpus, engine []float64
	var each, rawEach times
	var mails int
	var took time.Duration
	for range b.rounds {
		s.pause()
		r, err := closed(ctx, n, b.round/2, raw)
		alone, err2 := bound.perSecond(ctx, b.round/2)
		s.resume()
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		cpu, engineCPU, seen := s.cpu(), p.cluster.cpu(), b.sink.seen()
		f, err := closed(ctx, n, b.round, file)
		if err != nil {
			return err
		}
		bounds = append(bounds, alone/r.perSecond())
		rawRates, rates, ratios = append(rawRates, r.perSecond()), append(rates, f.perSecond()), append(ratios, f.perSecond()/r.perSecond())
		cpus = append(cpus, float64((s.cpu()-cpu).Microseconds())/float64(f.done))
		engine = append(engine, float64((p.cluster.cpu()-engineCPU).Microseconds())/float64(f.done))
		each, rawEach = append(each, f.each...), append(rawEach, r.each...)
		mails, took = mails+b.sink.seen()-seen, took+f.took
	}
	b.out.row("%-8s %2d clients  raw %6.0f/s (%s)  filings %6.0f/s (%s)  ratio %.2f (target %s; the same rows by the engine alone %.2f)  "+
		"CPU of the server %4.0f, of PostgreSQL %4.0f us/filing  mails out %.0f/s",
		p.engine, n, median(rawRates), rawEach, median(rates), each, median(ratios), targets[n], median(bounds), median(cpus), median(engine),
		float64(mails)/took.Seconds())
	return nil
}
