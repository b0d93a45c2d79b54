// Command tocsin is the whole program: the server, the tool to file reports with, and the tools to check its record.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // calendars name zones; the program must not depend on the machine's copy

	"github.com/alecthomas/kong"

	"tocsin/internal/client/terminal"
	"tocsin/internal/domain/policy"
)

// version is set by the build.
var version = "development"

type cli struct {
	Report  reportCommand    `cmd:"" help:"File a report, or keep it until the server answers."`
	Serve   serveCmd         `cmd:"" help:"Run the server."`
	Verify  verifyCmd        `cmd:"" help:"Check the record, or a receipt."`
	Pack    PackCmd          `cmd:"" help:"Check, test and explain policy packs."`
	Rebuild rebuildCmd       `cmd:"" help:"Replay all facts into fresh tables. Stop the server first."`
	Demo    demoCmd          `cmd:"" help:"Tools for the demonstration."`
	People  directoryCmd     `cmd:"" name:"directory" help:"Import the directory of entities, people, authorities and assets."`
	Key     keyCmd           `cmd:"" help:"Make and revoke access keys."`
	Invite  inviteCmd        `cmd:"" help:"Invite a person to set up how they sign in, and print the link once."`
	Grants  grantsCmd        `cmd:"" help:"Print the SQL that lets a PostgreSQL role append to the record and never change it."`
	Version kong.VersionFlag `help:"Print the version."`
}

func main() {
	var c cli
	parsed := kong.Parse(&c, kong.Name("tocsin"), kong.Description("Report, rate, tell and prove information-security incidents."),
		kong.UsageOnError(), kong.Vars{"version": version}, kong.BindSingletonProvider(interruptible), kong.Bind(contactsAt(builtInContacts)))
	err := parsed.Run()
	var shown *terminal.Exit // what went wrong is on the screen already
	if errors.As(err, &shown) {
		os.Exit(shown.ExitCode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tocsin:", err)
		os.Exit(1)
	}
}

// interruptible ends with the first interrupt. A command that asks questions does not take it: there an interrupt simply
// ends the program.
func interruptible() (context.Context, error) {
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	return ctx, nil
}

// builtInContacts lists whom to call at an instant, from the packs inside this binary.
func builtInContacts(at time.Time) []policy.Contact {
	var out []policy.Contact
	s := newShelf("")
	for _, id := range s.ids() {
		if p, ok := s.For(id); ok {
			out = append(out, p.Contacts(at)...)
		}
	}
	return out
}
