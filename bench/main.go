// Command bench measures the product against the raw engines under it and prints one table. Raw and product take turns in
// the same run, so that the ratio holds on a machine that others use too. It judges nothing: a person reads the table.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// plan is how much is measured.
type plan struct {
	rounds    int           // of raw and product in turn
	round     time.Duration // of each
	offered   time.Duration // how long filings are offered at a fixed rate
	incidents int           // that lists, search, verify and rebuild work on
	questions int           // lists or searches of one kind
	starts    int           // cold starts
}

var (
	fullPlan  = plan{rounds: 3, round: 3 * time.Second, offered: 15 * time.Second, incidents: 100_000, questions: 300, starts: 9}
	quickPlan = plan{rounds: 2, round: time.Second, offered: 5 * time.Second, incidents: 10_000, questions: 100, starts: 5}
)

// bench is one run.
type bench struct {
	plan
	out     *table
	dir     string // scratch, removed at the end
	bin     string
	profile string // folder for CPU profiles of the server, or empty
	sink    *sink
	cluster *cluster // nil where there is no PostgreSQL
}

func main() {
	quick := flag.Bool("quick", false, "measure less, in one or two minutes")
	only := flag.String("only", "", "one part: filings, mail, lists, large, live, investigation, pdf, start")
	engine := flag.String("engine", "", "one engine: sqlite, postgres")
	profile := flag.String("profile", "", "write CPU profiles of the server into this folder")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := &bench{plan: fullPlan, out: newTable(os.Stdout), profile: *profile}
	if *quick {
		b.plan = quickPlan
	}
	began := time.Now()
	err := b.run(ctx, *only, *engine)
	b.close()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	fmt.Printf("\nmeasured in %v\n", time.Since(began).Round(time.Second))
}

// run builds the server, prepares both engines, and measures part by part.
func (b *bench) run(ctx context.Context, only, engine string) (err error) {
	if b.dir, err = os.MkdirTemp("", "tocsin-bench-"); err != nil {
		return err
	}
	b.out.machine(b.dir)
	if err := b.build(ctx); err != nil {
		return err
	}
	if b.sink, err = startSink(); err != nil {
		return err
	}
	engines, err := b.engines(ctx, engine)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		run  func(context.Context, *place) error
	}{{"filings", b.filings}, {"mail", b.mail}, {"lists", b.lists}, {"large", b.large}, {"live", b.live}, {"investigation", b.investigation},
		{"pdf", b.pdf}, {"start", b.start}} {
		if only != "" && only != part.name {
			continue
		}
		b.out.part(part.name)
		for _, e := range engines {
			if err := part.run(ctx, e); err != nil {
				return fmt.Errorf("%s on %s: %w", part.name, e.engine, err)
			}
		}
	}
	return nil
}

// engines prepares a record with directory and keys on each engine; every measurement works on a copy of one.
func (b *bench) engines(ctx context.Context, only string) ([]*place, error) {
	var out []*place
	if only != "postgres" {
		p, err := b.prepare(ctx, &place{engine: "sqlite", dir: filepath.Join(b.dir, "sqlite")})
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	if only == "sqlite" {
		return out, nil
	}
	var err error
	b.cluster, err = startCluster()
	if errors.Is(err, errNoPostgres) {
		fmt.Println(err)
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	if err := b.cluster.admin(ctx, "CREATE DATABASE prepared TEMPLATE template0"); err != nil {
		return nil, err
	}
	p, err := b.prepare(ctx, &place{engine: "postgres", dir: filepath.Join(b.dir, "postgres"), database: "prepared", cluster: b.cluster})
	return append(out, p), err
}

func (b *bench) close() {
	if b.sink != nil {
		b.sink.close()
	}
	if b.cluster != nil {
		b.cluster.stop()
	}
	if b.dir != "" {
		os.RemoveAll(b.dir)
	}
}
