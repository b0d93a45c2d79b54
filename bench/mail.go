package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
)

// offeredRate is how many filings a second come in while the way to the mail server is measured.
const offeredRate = 50

// answered notes when each filing was answered.
type answered struct {
	mu   sync.Mutex
	at   map[string]time.Time // by incident
	each times
	err  error
}

// mail offers filings at a fixed rate, whether or not earlier ones are answered, and looks when the mails come out.
func (b *bench) mail(ctx context.Context, p *place) error {
	p, done, err := p.fresh(ctx)
	if err != nil {
		return err
	}
	defer done()
	s, _, err := b.serve(ctx, p)
	if err != nil {
		return err
	}
	defer s.stop()
	if _, err := b.offer(ctx, p, s, "warm", b.offered/5); err != nil {
		return err
	}
	if err := b.quiet(ctx); err != nil {
		return err
	}
	b.sink.watch(true)
	cpu := s.cpu()
	got, err := b.offer(ctx, p, s, "mail", b.offered)
	if err != nil {
		return err
	}
	used := float64((s.cpu() - cpu).Microseconds()) / b.offered.Seconds() / 1e6
	if err := b.quiet(ctx); err != nil {
		return err
	}
	first, later := got.delays(b.sink.watch(false))
	b.out.row("%-8s at %d filings/s: answer %s; answer to mail %s (%d mails; target p99 500 ms); to the confirmations after them %s (%d); "+
		"server uses %.2f cores",
		p.engine, offeredRate, got.each, first, len(first), later, len(later), used)
	return nil
}

// delays are the times from an answer to each mail that the filing itself owed, and to each confirmation, which is owed
// once the others are delivered. A mail that was out before the answer was read counts as no delay.
func (a *answered) delays(mails []taken) (first, later times) {
	for _, m := range mails {
		at, ok := a.at[m.incident]
		if !ok {
			continue
		}
		d := max(0, m.at.Sub(at))
		if strings.HasPrefix(m.kind, "confirm") {
			later = append(later, d)
		} else {
			first = append(first, d)
		}
	}
	return first, later
}

// offer sends filings at their times over as many connections as it takes.
func (b *bench) offer(ctx context.Context, p *place, s *server, name string, d time.Duration) (*answered, error) {
	n := int(d.Seconds() * offeredRate)
	pool, err := newPool(p, n)
	if err != nil {
		return nil, err
	}
	clients, hangUp, err := dialAll(s.addr, 32)
	if err != nil {
		return nil, err
	}
	defer hangUp()
	free := make(chan *client, len(clients))
	for _, c := range clients {
		free <- c
	}
	got := &answered{at: map[string]time.Time{}}
	var wg sync.WaitGroup
	tick := time.NewTicker(time.Second / offeredRate)
	defer tick.Stop()
	for i := range n {
		due := <-tick.C
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		wg.Go(func() {
			c := <-free
			got.file(c, pool.request(i, fmt.Sprintf("%s-%d", name, i)), due)
			free <- c
		})
	}
	wg.Wait()
	return got, got.err
}

// file notes an answer. Its time counts from when the filing was due, so that waiting for a connection is not hidden.
func (a *answered) file(c *client, raw []byte, due time.Time) {
	body, err := c.want(201, raw)
	now := time.Now()
	var answer struct{ Incident string }
	if err == nil {
		err = json.Unmarshal(body, &answer)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		a.err = err
		return
	}
	a.at[answer.Incident] = now
	a.each = append(a.each, now.Sub(due))
}

// quiet waits until no mail has come for a second.
func (b *bench) quiet(ctx context.Context) error {
	last, since := -1, time.Now()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if n := b.sink.seen(); n != last {
			last, since = n, time.Now()
		}
		if time.Since(since) > time.Second {
			return ctx.Err()
		}
	}
	return fmt.Errorf("mails do not come to an end")
}
