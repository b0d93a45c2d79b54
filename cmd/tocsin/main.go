// Command tocsin is the whole program: the server, the tool to file reports with, and the tools to check its record.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // calendars name zones; the program must not depend on the machine's copy

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "development"

type cli struct {
	Serve   serveCmd         `cmd:"" help:"Run the server."`
	Verify  verifyCmd        `cmd:"" help:"Check the record, or a receipt."`
	Rebuild rebuildCmd       `cmd:"" help:"Replay all facts into fresh tables. Stop the server first."`
	Demo    demoCmd          `cmd:"" help:"Tools for the demonstration."`
	People  directoryCmd     `cmd:"" name:"directory" help:"Import the directory of entities, people, authorities and assets."`
	Key     keyCmd           `cmd:"" help:"Make and revoke access keys."`
	Version kong.VersionFlag `help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parsed := kong.Parse(&c, kong.Name("tocsin"), kong.Description("Report, rate, tell and prove information-security incidents."),
		kong.UsageOnError(), kong.Vars{"version": version}, kong.BindTo(ctx, (*context.Context)(nil)))
	if err := parsed.Run(); err != nil {
		var coded interface{ ExitCode() int }
		fmt.Fprintln(os.Stderr, "tocsin:", err)
		if errors.As(err, &coded) {
			os.Exit(coded.ExitCode())
		}
		os.Exit(1)
	}
}
