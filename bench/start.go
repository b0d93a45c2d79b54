package main

import (
	"context"
	"time"
)

// idle is how long the server is left alone before its memory is read.
const idle = 5 * time.Second

// start measures an almost empty record: cold starts, and the memory of a server that does nothing.
func (b *bench) start(ctx context.Context, p *place) error {
	p, done, err := p.fresh(ctx)
	if err != nil {
		return err
	}
	defer done()
	if err := b.coldStarts(ctx, p, "on an empty record"); err != nil {
		return err
	}
	s, _, err := b.serve(ctx, p)
	if err != nil {
		return err
	}
	defer s.stop()
	started := s.rss()
	select {
	case <-time.After(idle):
	case <-ctx.Done():
	}
	idleMiB, cpu := s.rss(), s.cpu()
	each, err := b.firstFilings(p, s)
	if err != nil {
		return err
	}
	b.out.row("%-8s memory at start %.0f MiB, after %v idle %.0f MiB (target 64), after 200 filings %.0f MiB; start and idling used %v of "+
		"CPU; first filing %s",
		p.engine, started, idle, idleMiB, s.rss(), cpu.Round(10*time.Millisecond), short(each[0]))
	return nil
}

func (b *bench) firstFilings(p *place, s *server) (each times, err error) {
	pool, err := newPool(p, 200)
	if err != nil {
		return nil, err
	}
	c, err := dial(s.addr)
	if err != nil {
		return nil, err
	}
	defer c.close()
	for i := range pool.bodies {
		start := time.Now()
		if _, err := c.want(201, pool.request(i, "")); err != nil {
			return nil, err
		}
		each = append(each, time.Since(start))
	}
	return each, nil
}

// coldStarts measures from the start of the process to the first sign of life, and to the first answer from the record.
func (b *bench) coldStarts(ctx context.Context, p *place, what string) error {
	var alive, answered times
	for range b.starts {
		began := time.Now()
		s, took, err := b.serve(ctx, p)
		if err != nil {
			return err
		}
		alive = append(alive, took)
		c, err := dial(s.addr)
		if err == nil {
			_, err = c.want(200, request("GET", listPath("", ""), p.keys[readers[0]], "", nil))
			answered = append(answered, time.Since(began))
			c.close()
		}
		s.stop()
		if err != nil {
			return err
		}
	}
	b.out.row("%-8s cold start %s: alive p50 %s max %s (target 200 ms), first list p50 %s max %s", p.engine, what,
		short(alive.at(0.5)), short(alive.at(1)), short(answered.at(0.5)), short(answered.at(1)))
	return nil
}
