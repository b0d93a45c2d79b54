package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"tocsin/internal/domain/policy"
	"tocsin/internal/exchange"
)

// PackPlaysCmd shows and exports response procedures.
type PackPlaysCmd struct {
	Path  string `arg:"" help:"The pack's folder, its pack.yaml, or the id of a built-in pack."`
	ID    string `arg:"" optional:"" help:"Id of one procedure; all are listed without it."`
	CACAO bool   `name:"cacao" help:"Write the procedure as a CACAO 2.0 playbook (JSON) to standard output."`
	As    string `help:"Date of this version of the pack, for the export, such as 2026-11-21; today by default." placeholder:"DATE"`
}

// Run lists, shows or exports.
func (c *PackPlaysCmd) Run(k *kong.Context) error {
	_, _, p, err := openPack(c.Path)
	if err != nil {
		return err
	}
	books := p.Playbooks()
	if c.ID == "" {
		if c.CACAO {
			return packFailure{fmt.Errorf("name one procedure: a CACAO file holds one playbook (see tocsin pack playbooks %s)", c.Path), 2}
		}
		for _, b := range books {
			fmt.Fprintf(k.Stdout, "%-26s %2d steps  %s [%s]\n", b.ID, len(b.Steps), b.Title, b.Clause)
		}
		return nil
	}
	i := slices.IndexFunc(books, func(b policy.Playbook) bool { return b.ID == c.ID })
	if i < 0 {
		return packFailure{fmt.Errorf("the pack %s has no procedure %q; list them with: tocsin pack playbooks %s", p.ID, c.ID, c.Path), 2}
	}
	if !c.CACAO {
		showPlaybook(k.Stdout, books[i])
		return nil
	}
	at, err := c.published()
	if err != nil {
		return err
	}
	out, err := exchange.CACAO(p, books[i], at)
	if err != nil {
		return err
	}
	fmt.Fprintf(k.Stdout, "%s\n", out)
	return nil
}

func (c *PackPlaysCmd) published() (time.Time, error) {
	if c.As == "" {
		return time.Now().UTC().Truncate(24 * time.Hour), nil
	}
	at, err := time.Parse(time.DateOnly, c.As)
	if err != nil {
		return at, packFailure{fmt.Errorf("--as %q is no date; write it as 2026-11-21", c.As), 2}
	}
	return at, nil
}

func showPlaybook(w io.Writer, b policy.Playbook) {
	fmt.Fprintf(w, "%s [%s]\n%s\n", b.Title, b.Clause, b.Purpose)
	for i, s := range b.Steps {
		var notes []string
		if s.Within != "" {
			notes = append(notes, "within "+s.Within)
		}
		if len(s.After) > 0 {
			notes = append(notes, "after "+strings.Join(s.After, ", "))
		}
		if s.Optional {
			notes = append(notes, "may be left out")
		}
		fmt.Fprintf(w, "\n%2d. %s (%s)\n    %s: %s [%s]\n    %s\n", i+1, s.Title, s.ID, s.Aim,
			strings.Join(append([]string{strings.ReplaceAll(s.Role, "_", " ")}, notes...), "; "), s.Clause, s.Guide)
	}
}
