package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/exchange"
)

// PackImportCmd turns a CACAO playbook into a procedure of a pack.
type PackImportCmd struct {
	File   string `arg:"" help:"The CACAO 2.0 playbook (JSON); - reads standard input."`
	ID     string `help:"Id of the procedure in the pack; the file's own by default."`
	Cite   string `help:"Clause that the procedure and its steps serve, where the file names none, such as 'MA 6.6.2.2'."`
	Source string `help:"Id of the source in the pack that the clause is from." default:"installation"`
}

// Run writes the procedure as YAML, to be put into a pack's playbooks.yaml.
func (c *PackImportCmd) Run(k *kong.Context) error {
	data, err := readFacts(c.File)
	if err != nil {
		return packFailure{fmt.Errorf("read the playbook: %w", err), 2}
	}
	b, err := exchange.ReadCACAO(data)
	if err != nil {
		var lines []string
		for _, f := range fault.All(err) {
			lines = append(lines, fmt.Sprintf("%s: %s: %s %s", c.File, f.Field, f.Detail, f.Remedy))
		}
		return packFailure{fmt.Errorf("%s", strings.Join(lines, "\n")), 1}
	}
	if c.ID != "" {
		b.ID = c.ID
	}
	if strings.HasPrefix(b.ID, "playbook--") {
		b.ID = "imported-" + strings.TrimPrefix(b.ID, "playbook--")[:8]
	}
	if b.Clause == "" {
		b.Clause = c.Cite
	}
	if b.Clause == "" {
		return packFailure{fmt.Errorf("%s names no clause, and every rule of a pack has one: give it with --cite", c.File), 1}
	}
	writeProcedure(k.Stdout, b, c.Source)
	return nil
}

// writeProcedure writes a procedure as packs have it. A JSON text is a YAML text too.
func writeProcedure(w io.Writer, b policy.Foreign, source string) {
	fmt.Fprintf(w, "# From %s, by %s, version of %s.\n# SHA-256 of the file: %s\nplaybooks:\n", b.Origin, b.Author, b.Modified, b.SHA256)
	fmt.Fprintf(w, "  - id: %s\n    title: %s\n    cite: %s\n    source: %s\n    mark: configuration\n", quoted(b.ID), quoted(b.Title),
		quoted(b.Clause), quoted(source))
	fmt.Fprintf(w, "    purpose: %s\n", quoted(orElse(b.Purpose, b.Title)))
	if len(b.Categories) > 0 {
		fmt.Fprintf(w, "    categories: [%s]\n", strings.Join(quotedAll(b.Categories), ", "))
	}
	fmt.Fprintln(w, "    steps:")
	for _, s := range b.Steps {
		fmt.Fprintf(w, "      - id: %s\n        title: %s\n        aim: %s\n        role: %s\n        cite: %s\n", quoted(s.ID), quoted(s.Title),
			s.Aim, s.Role, quoted(orElse(s.Clause, b.Clause)))
		if s.Within != "" {
			fmt.Fprintf(w, "        within: %s\n", s.Within)
		}
		if len(s.After) > 0 {
			fmt.Fprintf(w, "        after: [%s]\n", strings.Join(quotedAll(s.After), ", "))
		}
		if s.Optional {
			fmt.Fprintln(w, "        optional: true")
		}
		fmt.Fprintf(w, "        guide: %s\n", quoted(orElse(s.Guide, s.Title)))
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text always has a form
	return strings.TrimSpace(b.String())
}

func quotedAll(all []string) (out []string) {
	for _, s := range all {
		out = append(out, quoted(s))
	}
	return out
}
