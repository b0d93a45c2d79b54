package main

import (
	"context"
	"os"
	"os/signal"
	"time"

	"tocsin/internal/client"
	"tocsin/internal/client/terminal"
	"tocsin/internal/domain/policy"
)

// contactsAt lists whom to call at an instant, from the packs inside this binary, so that it needs no server. CA step 4
type contactsAt func(at time.Time) []policy.Contact

// reportCommand files a report over the API. MA 6.5.2.2
type reportCommand struct {
	File        string `short:"f" placeholder:"FILE" help:"Read the report from a JSON file; - is standard input. Without it the questions are asked here."`
	ByTelephone bool   `help:"Record a report that was made by telephone. It starts its duties; it never counts as filed."`
	Entity      string `placeholder:"ID" help:"The reporting entity."`
	Incident    string `placeholder:"NUMBER" help:"The incident that this report belongs to."`
	Kind        string `enum:"initial,supplement,written," default:"" help:"initial, supplement or written."`
	Yes         bool   `short:"y" help:"File without asking for confirmation."`
	JSON        bool   `help:"Print the server's answer as JSON."`

	Wait   bool   `help:"Keep trying until the report is filed."`
	Flush  bool   `xor:"what" help:"Send what is kept on this machine, and nothing else."`
	List   bool   `xor:"what" help:"List what is kept on this machine."`
	Resume string `xor:"what" placeholder:"ID" help:"Go on with a draft."`

	Server    string `env:"TOCSIN_SERVER" default:"http://127.0.0.1:8080" placeholder:"URL" help:"Address of the server (${env}); default ${default}."`
	KeyFile   string `env:"TOCSIN_KEY_FILE" placeholder:"FILE" help:"File with your API key, mode 0600. Default: ~/.config/tocsin/key"`
	Spool     string `env:"TOCSIN_SPOOL" placeholder:"DIR" help:"Folder that keeps reports while the server is away. Default: ~/.local/state/tocsin/spool"`
	PlainHTTP bool   `name:"plain-http" help:"Send the key over http to another machine. Only where the network protects it."`
}

// Help is shown below the flags.
func (reportCommand) Help() string {
	return `While the server cannot be reached, the emergency contacts of this hour are shown, and the report is kept in the
spool with its discovery time. It is filed at the next run, by --flush, or as soon as the server answers with --wait; an
idempotency key makes sure that it is filed once. Kept reports are encrypted, but the key lies beside them: this guards
copies of the report files alone, not against someone who can read this account's files.

Exit codes: 0 filed, 1 refused or not confirmed, 75 kept and not filed yet.`
}

// Run does it. Stopping the program at any point is safe: the report is in the spool before it is sent.
func (c *reportCommand) Run(contacts contactsAt) error {
	ctx := context.Background()
	if c.File != "" || c.Flush { // while questions are asked, an interrupt simply ends the program
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, os.Interrupt)
		defer stop()
	}
	return terminal.Report(ctx, c.options(), terminal.Env{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Now: time.Now, Contacts: contacts, Sleep: sleep,
	})
}

func (c *reportCommand) options() terminal.Options {
	o := terminal.Options{
		Server: c.Server, KeyFile: c.KeyFile, SpoolDir: c.Spool, PlainHTTP: c.PlainHTTP,
		File: c.File, ByTelephone: c.ByTelephone, Entity: c.Entity, Incident: c.Incident, Kind: c.Kind,
		Resume: c.Resume, Yes: c.Yes, JSON: c.JSON, Flush: c.Flush, List: c.List, Wait: c.Wait,
	}
	if o.KeyFile == "" {
		o.KeyFile = client.KeyFile()
	}
	if o.SpoolDir == "" {
		o.SpoolDir = client.SpoolDir()
	}
	return o
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
