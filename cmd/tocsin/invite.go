package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
)

type inviteCmd struct {
	place
	Person  string `required:"" help:"Person's id in the directory."`
	BaseURL string `default:"http://127.0.0.1:8080" help:"Where readers reach the pages: the same as the server's." placeholder:"URL"`
}

// Run prints the link of an invitation. It is how the first administrator gets in on a fresh server, and how one comes back
// when everybody is locked out: whoever holds the data folder may do as much anyway.
func (c *inviteCmd) Run(ctx context.Context) error {
	base := strings.TrimSuffix(c.BaseURL, "/")
	if u, err := url.Parse(base); err != nil || u.Host == "" || u.Path != "" {
		return fmt.Errorf("--base-url: %q is no address such as https://tocsin.agency.example", c.BaseURL)
	}
	a, done, err := c.tool(ctx)
	if err != nil {
		return err
	}
	defer done()
	a.BaseURL = base
	made, err := a.InviteByOperator(ctx, c.Person)
	if err != nil {
		return err
	}
	fmt.Println(made.Link)
	fmt.Fprintf(os.Stderr, "For %s, once, until %s. It cannot be shown again; whoever has it can sign in as this person.\n", made.Name,
		made.ExpiresAt.UTC().Format("2006-01-02 15:04 MST"))
	return nil
}
