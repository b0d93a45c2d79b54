package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"

	"tocsin/internal/ledger"
	"tocsin/internal/store"
)

type verifyCmd struct {
	Record  verifyRecordCmd      `cmd:"" default:"withargs" help:"Check the whole record: entries, texts, tree, checkpoints, derived tables."`
	Receipt verifyReceiptCommand `cmd:"" help:"Check a receipt, offline."`
}

type verifyRecordCmd struct {
	place
	Key        string   `help:"Public key of the log. Default: keys/ledger.pub of the folder." type:"existingfile" placeholder:"FILE"`
	Checkpoint []string `help:"A signed checkpoint kept outside, for example by a witness; may be repeated." type:"existingfile" placeholder:"FILE"`
	Quiet      bool     `help:"Print findings only."`
}

// notSound ends with exit code 1 after everything was said.
type notSound struct{ findings int }

// Error implements error.
func (n notSound) Error() string {
	return fmt.Sprintf("the record is NOT sound: %d findings", n.findings)
}

// Run checks beside a running server and names every damage it finds.
func (c *verifyRecordCmd) Run(ctx context.Context) error {
	keyFile := c.Key
	if keyFile == "" {
		keyFile = c.path("ledger.pub")
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	verifier, err := ledger.ParseVerifier(string(key))
	if err != nil {
		return fmt.Errorf("%s: %w", keyFile, err)
	}
	opts := store.VerifyOptions{Key: verifier}
	for _, name := range c.Checkpoint {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		opts.Anchors = append(opts.Anchors, b)
	}
	record, err := c.existing(ctx)
	if err != nil {
		return err
	}
	defer record.Close()
	if !c.Quiet {
		opts.Progress = bar("checking")
	}
	began := time.Now()
	report, err := record.Verify(ctx, opts)
	if err != nil {
		return err
	}
	return c.print(report, time.Since(began))
}

func (c *verifyRecordCmd) print(r *store.Report, took time.Duration) error {
	for _, f := range r.Findings {
		fmt.Println("FOUND", f)
	}
	if r.Omitted > 0 {
		fmt.Printf("FOUND %d more\n", r.Omitted)
	}
	if !c.Quiet {
		fmt.Printf("%d entries in %d streams, %d texts (%d disposed), %d leaves, %d tiles, %d checkpoints, %d derived rows checked in %v\n",
			r.Entries, r.Streams, r.Texts, r.Disposed, r.Leaves, r.Tiles, r.Checkpoints, r.Rows, took.Round(time.Millisecond))
		fmt.Printf("tree of %d leaves, root %s\n", r.Size, r.Root)
		for _, n := range r.Notes {
			fmt.Println("note:", n)
		}
	}
	if !r.Sound() {
		return notSound{len(r.Findings) + int(r.Omitted)}
	}
	fmt.Println("The record is sound.")
	return nil
}

type rebuildCmd struct{ place }

// Run replays every fact into fresh tables. The record itself is not touched.
func (c *rebuildCmd) Run(ctx context.Context) error {
	if _, err := os.Stat(c.Data); err != nil {
		return err
	}
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	record, err := c.existing(ctx)
	if err != nil {
		return err
	}
	defer record.Close()
	began := time.Now()
	if err := record.Rebuild(ctx, bar("replaying")); err != nil {
		return err
	}
	fmt.Printf("The derived tables are rebuilt from the facts, in %v.\n", time.Since(began).Round(time.Millisecond))
	return nil
}

// bar shows progress on the terminal's error stream.
func bar(what string) store.Progress {
	var b *progressbar.ProgressBar
	return func(done, total int64) {
		if b == nil {
			b = progressbar.NewOptions64(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(what),
				progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionClearOnFinish())
		}
		_ = b.Set64(done)
	}
}
