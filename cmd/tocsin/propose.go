package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"tocsin/internal/client"
)

// PackProposeCmd sends a pack to a server as a new version.
type PackProposeCmd struct {
	Path      string `arg:"" help:"The pack's folder, or its pack.yaml."`
	Server    string `env:"TOCSIN_SERVER" default:"http://127.0.0.1:8080" placeholder:"URL" help:"Address of the server (${env}); default ${default}."`
	KeyFile   string `env:"TOCSIN_KEY_FILE" placeholder:"FILE" help:"File with your API key, mode 0600. Default: ~/.config/tocsin/key"`
	PlainHTTP bool   `name:"plain-http" help:"Send the key over http to another machine. Only where the network protects it."`
}

// Run checks the pack here, sends it, and says what it would change. People look at it and enact it on its page.
func (c *PackProposeCmd) Run(k *kong.Context) error {
	_, _, p, err := openPack(c.Path)
	if err != nil {
		return err
	}
	if c.KeyFile == "" {
		c.KeyFile = client.KeyFile()
	}
	key, err := client.ReadKey(c.KeyFile)
	if err != nil {
		return packFailure{err, 2}
	}
	server, err := client.New(c.Server, key, c.PlainHTTP)
	if err != nil {
		return packFailure{err, 2}
	}
	address, v, err := server.Propose(context.Background(), p.ID, p.Files())
	if err != nil {
		var refused *client.Problem
		if errors.As(err, &refused) {
			return packFailure{err, 1}
		}
		return packFailure{err, 2}
	}
	proposed(k.Stdout, p.ID, address, v)
	return nil
}

// proposed says what a proposed version would change.
func proposed(w io.Writer, pack, address string, v client.PackPreview) {
	fmt.Fprintf(w, "%s %s is proposed. Nothing is in force yet.\n", pack, v.Version)
	for _, one := range v.Changes {
		fmt.Fprintf(w, "  %-8s %s: %s\n", one.What, one.Group, strings.TrimSpace(one.Title+" "+one.Clause))
		for _, f := range one.Fields {
			if one.What == "changed" {
				fmt.Fprintf(w, "           %s: %q becomes %q\n", f.Field, f.Was, f.Is)
			}
		}
	}
	fmt.Fprintf(w, "Of %d incidents that you may read, %d would have been treated differently.\n", v.Past.Looked, len(v.Past.Effects))
	if v.Refusal != "" {
		fmt.Fprintf(w, "It cannot be put into force so: %s\n", v.Refusal)
	}
	fmt.Fprintf(w, "Look at it, and put it into force: %s\n", address)
}
