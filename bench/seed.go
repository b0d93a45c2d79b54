package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
	"tocsin/internal/store"
	"tocsin/internal/work"
	"tocsin/packs"
)

// filers at a time while seeding: as many as share one transaction.
const seedCallers = 64

// seeded is what a seeded record took.
type seeded struct {
	filings, entries   int
	filing, sequencing time.Duration
}

// seed files n incidents inside this process, through the application and the store's own write path in full groups, runs the clocks that
// are due, and has all of it placed in the tree. The mails that are owed are taken out of the queue, which is no part of the record:
// what is measured afterwards must not share the machine with hundreds of thousands of them.
func (b *bench) seed(ctx context.Context, p *place, n int) (out seeded, err error) {
	a, record, err := openApp(ctx, p)
	if err != nil {
		return out, err
	}
	defer record.Close()
	began := time.Now()
	if err := fileAll(ctx, p, a, n); err != nil {
		return out, err
	}
	out.filings, out.filing = n, time.Since(began)
	for tick, more := work.Tick(a), true; more; { // what the policy asks at once is overdue already
		if more, err = tick(ctx, 0); err != nil {
			return out, err
		}
	}
	began = time.Now()
	if out.entries, err = sequenceAll(ctx, p, record); err != nil {
		return out, err
	}
	out.sequencing = time.Since(began)
	if err := record.Store.Update(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM delivery")
		return err
	}); err != nil || p.engine != "postgres" {
		return out, err
	}
	return out, vacuum(ctx, p)
}

// vacuum does at once what PostgreSQL would begin within a minute of the load, and be busy with while readers ask.
func vacuum(ctx context.Context, p *place) error {
	conn, err := pgx.Connect(ctx, p.dsn())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "VACUUM ANALYZE")
	return err
}

// openApp opens a record and the application on it, inside this process; the caller closes the record.
func openApp(ctx context.Context, p *place) (*app.App, *store.Record, error) {
	registry := store.NewRegistry()
	opened, err := store.Open(ctx, store.Config{DSN: p.dsn(), Registry: registry, Projections: store.Projections(registry)})
	if err != nil {
		return nil, nil, err
	}
	record := store.New(opened, registry)
	a, err := newApp(p, record)
	if err != nil {
		opened.Close()
		return nil, nil, err
	}
	return a, record, nil
}

func newApp(p *place, record *store.Record) (*app.App, error) {
	link, err := os.ReadFile(filepath.Join(p.dir, "keys", "link.key"))
	if err != nil {
		return nil, err
	}
	got := map[string]*policy.Pack{}
	for _, id := range packs.IDs() {
		if got[id], err = packs.Load(id); err != nil {
			return nil, err
		}
	}
	c := app.On(record, nil)
	c.Packs = func(id string) (*policy.Pack, bool) { pack, ok := got[id]; return pack, ok }
	c.Now, c.BaseURL, c.LinkKey, c.From = time.Now, "http://localhost", link, "tocsin@localhost.example"
	return app.New(c)
}

func fileAll(ctx context.Context, p *place, a *app.App, n int) error {
	actors := map[string]access.Actor{}
	for _, person := range filers {
		actor, err := a.ActorForKey(ctx, p.keys[person])
		if err != nil {
			return err
		}
		actors[person] = actor
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range seedCallers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				person, f := filing(i)
				if err := fileOne(ctx, a, actors[person], f); err != nil {
					cancel(fmt.Errorf("filing %d: %w", i, err))
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

func fileOne(ctx context.Context, a *app.App, by access.Actor, f incident.Filing) error {
	_, err := a.File(ctx, by, f, app.FileOptions{})
	return err
}

// sequenceAll is the sequencer's work, step after step.
func sequenceAll(ctx context.Context, p *place, record *store.Record) (entries int, err error) {
	secret, err := os.ReadFile(filepath.Join(p.dir, "keys", "ledger.key"))
	if err != nil {
		return 0, err
	}
	signer, err := ledger.ParseSigner(string(secret))
	if err != nil {
		return 0, err
	}
	for {
		fence, held, err := record.HoldLease(ctx, "sequencer", "bench", time.Minute, time.Now())
		if err != nil || !held {
			return entries, fmt.Errorf("the sequencer's lease: held %v, %w", held, err)
		}
		n, err := record.SequenceFor(ctx, "bench", fence, time.Minute, signer, time.Now())
		if err != nil || n == 0 {
			return entries, err
		}
		entries += n
	}
}
