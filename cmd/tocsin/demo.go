package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/schollz/progressbar/v3"

	"tocsin/internal/demo"
)

type demoCmd struct {
	Load demoLoadCmd `cmd:"" help:"File real incidents from public data through the API of a running demonstration, and count what they led to."`
}

type demoLoadCmd struct {
	Data string `required:"" help:"Folder of the running demonstration." type:"existingdir" placeholder:"DIR"`
	From string `required:"" help:"Folder with vcdb/incidents.jsonl and hhs-breaches/reports.jsonl." type:"existingdir" placeholder:"DIR"`
}

// Run files every case and prints the counts.
func (c *demoLoadCmd) Run(ctx context.Context) error {
	f, err := demo.ReadFile(c.Data)
	if err != nil {
		return fmt.Errorf("read demo.json of the demonstration: %w", err)
	}
	veris, err := demo.VERIS(c.From)
	if err != nil {
		return err
	}
	hhs, err := demo.HHS(c.From)
	if err != nil {
		return err
	}
	cases := append(veris, hhs...)
	bar := progressbar.NewOptions(len(cases), progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription("filing"),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionClearOnFinish())
	counts, err := demo.Load(ctx, f, cases, func() { _ = bar.Add(1) })
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "waiting for the mails to arrive …")
	if err := counts.Settle(ctx, f, 3*time.Second); err != nil {
		return err
	}
	fmt.Printf("filings   %d (%d public-sector incidents of VCDB, %d breach reports of HHS)\n", counts.Filings, len(veris), len(hhs))
	printCounts("category", counts.Categories)
	printCounts("rating", counts.Ratings)
	printCounts("duty", counts.Duties)
	printCounts("track", counts.Tracks)
	fmt.Printf("messages  %d in the mailbox, %d of them more than once\n", counts.Messages, counts.Repeated)
	return nil
}

func printCounts(what string, n map[string]int) {
	for _, name := range slices.Sorted(maps.Keys(n)) {
		fmt.Printf("%-9s %-28s %d\n", what, name, n[name])
	}
}
