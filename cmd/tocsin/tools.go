package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/store"
)

// tool is an application for the command line: it writes, and a running server carries on from there.
func (p place) tool(ctx context.Context) (*app.App, func(), error) {
	keys, err := p.prepare()
	if err != nil {
		return nil, nil, err
	}
	record, err := p.openWith(ctx, keys)
	if err != nil {
		return nil, nil, err
	}
	shelf := newShelf("")
	c := app.On(record, nil)
	c.Packs, c.Now, c.BaseURL, c.LinkKey, c.From = shelf.For, time.Now, "http://localhost", keys.link, "tocsin@localhost.example"
	a, err := app.New(c)
	if err != nil {
		record.Close()
		return nil, nil, err
	}
	return a, func() { record.Close() }, nil
}

type directoryCmd struct {
	Import directoryImportCmd `cmd:"" help:"Replace the whole directory by a file. The file is checked first; a fault changes nothing."`
}

type directoryImportCmd struct {
	place
	File string `arg:"" help:"JSON file with entities, people, authorities and assets." type:"existingfile"`
}

// Run imports the file, or says everything that is wrong with it.
func (c *directoryImportCmd) Run(ctx context.Context) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	var in directory.Import
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	a, done, err := c.tool(ctx)
	if err != nil {
		return err
	}
	defer done()
	if err := a.ImportDirectory(ctx, access.System("operator"), in); err != nil {
		if faults := fault.All(err); len(faults) > 1 {
			return fmt.Errorf("%d faults; nothing was imported:\n%w", len(faults), err)
		}
		return err
	}
	fmt.Printf("Imported %d entities, %d people, %d authorities, %d assets.\n", len(in.Entities), len(in.People),
		len(in.Authorities), len(in.Assets))
	return nil
}

type keyCmd struct {
	Add    keyAddCmd    `cmd:"" help:"Make an access key for a person and print it once."`
	Revoke keyRevokeCmd `cmd:"" help:"Revoke all access keys of a person."`
}

type keyAddCmd struct {
	place
	Person string        `required:"" help:"Person's id in the directory."`
	Label  string        `default:"" help:"What the key is for."`
	Scopes []string      `help:"What the key may do: read, file, rate, discharge, respond, reply, triage, work, operate, restrict, break, review. Default: all that the person may, but for restrict, break and review, which must be named."`
	Life   time.Duration `default:"2160h" help:"How long the key works; 0 for ever."`
}

// Run prints the key: it is stored by digest only and cannot be shown again.
func (c *keyAddCmd) Run(ctx context.Context) error {
	a, done, err := c.tool(ctx)
	if err != nil {
		return err
	}
	defer done()
	var scopes []access.Action
	for _, s := range c.Scopes {
		scopes = append(scopes, access.Action(strings.TrimSpace(s)))
	}
	var expires time.Time
	if c.Life > 0 {
		expires = time.Now().Add(c.Life)
	}
	key, err := a.NewKey(ctx, c.Person, c.Label, scopes, expires)
	if err != nil {
		return err
	}
	fmt.Println(key)
	fmt.Fprintln(os.Stderr, "Keep it in a file with mode 0600; it cannot be shown again.")
	return nil
}

type keyRevokeCmd struct {
	place
	Person string `required:"" help:"Person's id in the directory."`
}

// Run revokes: from a second later on every request with one of the keys is refused.
func (c *keyRevokeCmd) Run(ctx context.Context) error {
	record, err := c.existing(ctx)
	if err != nil {
		return err
	}
	defer record.Close()
	n, err := record.RevokeKeys(ctx, c.Person, time.Now())
	if err == nil {
		fmt.Printf("Revoked %d keys.\n", n)
	}
	return err
}

type grantsCmd struct {
	Role string `arg:"" help:"The role that the server connects as."`
}

// Run prints the statements; the database's owner runs them once, after the first migration.
func (c *grantsCmd) Run() error {
	fmt.Print(store.GrantsSQL(c.Role))
	return nil
}
