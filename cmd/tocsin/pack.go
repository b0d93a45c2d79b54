package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"tocsin/internal/domain/policy"
	"tocsin/packs"
)

// PackCmd holds the commands for those who write and check policy packs.
type PackCmd struct {
	Lint    PackLintCmd    `cmd:"" help:"Check a pack: keys, types, recipients, expressions, citations. Lists every problem with file, line and column."`
	Test    PackTestCmd    `cmd:"" help:"Run the cases beside a pack."`
	Plays   PackPlaysCmd   `cmd:"" name:"playbooks" help:"List the response procedures of a pack, show one, or write one as a CACAO 2.0 playbook."`
	Import  PackImportCmd  `cmd:"" name:"import-playbook" help:"Read a CACAO 2.0 playbook and write it as a procedure for a pack (YAML)."`
	Propose PackProposeCmd `cmd:"" help:"Send a pack to a server as a new version, and say what it would change. Nothing comes into force by that."`
	Explain PackExplainCmd `cmd:"" help:"Say what a pack rates, owes and tells for given facts, and because of which clause."`
}

// PackLintCmd checks a pack.
type PackLintCmd struct {
	Path string `arg:"" help:"The pack's folder, its pack.yaml, or the id of a built-in pack."`
}

// PackTestCmd runs a pack's cases.
type PackTestCmd struct {
	Path    string `arg:"" help:"The pack's folder, its pack.yaml, or the id of a built-in pack."`
	Verbose bool   `short:"v" help:"Name the cases that hold as well."`
}

// PackExplainCmd answers for given facts.
type PackExplainCmd struct {
	Path  string `arg:"" help:"The pack's folder, its pack.yaml, or the id of a built-in pack."`
	Facts string `required:"" help:"YAML or JSON file with the keys of a filing, and under record what has happened to it; - reads standard input."`
	All   bool   `help:"Show what every rule answered, not only those that hold."`
}

// packFailure is an answer that fails a script: 1 where the pack or its cases are wrong, 2 where they cannot be read.
type packFailure struct {
	error
	code int
}

// ExitCode is the code that the program ends with.
func (f packFailure) ExitCode() int { return f.code }

// Unwrap gives the cause.
func (f packFailure) Unwrap() error { return f.error }

// Run checks the pack and says what is in it.
func (c *PackLintCmd) Run(k *kong.Context) error {
	_, _, p, err := openPack(c.Path)
	if err != nil {
		return err
	}
	marks := map[string]int{}
	for _, r := range p.Rules() {
		marks[r.Mark]++
	}
	fmt.Fprintf(k.Stdout, "%s %s: %s\n", p.ID, p.Version, p.Title)
	fmt.Fprintf(k.Stdout, "  %d rules: %d from the source documents, %d official, %d from secondary texts, %d unverified, %d configuration\n",
		len(p.Rules()), marks["source"], marks["official"], marks["secondary"], marks["unverified"], marks["configuration"])
	fmt.Fprintf(k.Stdout, "  digest %s\n  no problem found\n", p.Digest)
	return nil
}

// Run runs the cases and names those that do not hold.
func (c *PackTestCmd) Run(k *kong.Context) error {
	files, dir, p, err := openPack(c.Path)
	if err != nil {
		return err
	}
	results, err := packs.RunCases(files, dir, p)
	if err != nil {
		return packFailure{err, 2}
	}
	failed := 0
	for _, r := range results {
		switch {
		case len(r.Problems) > 0:
			failed++
			fmt.Fprintf(k.Stdout, "FAIL %s: %s\n", r.File, r.Case)
			for _, problem := range r.Problems {
				fmt.Fprintf(k.Stdout, "     %s\n", strings.ReplaceAll(problem, "\n", "\n     "))
			}
		case c.Verbose:
			fmt.Fprintf(k.Stdout, "ok   %s: %s\n", r.File, r.Case)
		}
	}
	if failed > 0 {
		return packFailure{fmt.Errorf("%d of %d cases of %s do not hold", failed, len(results), p.ID), 1}
	}
	fmt.Fprintf(k.Stdout, "%s %s: all %d cases hold\n", p.ID, p.Version, len(results))
	return nil
}

// Run answers for the facts.
func (c *PackExplainCmd) Run(k *kong.Context) error {
	_, _, p, err := openPack(c.Path)
	if err != nil {
		return err
	}
	src, err := readFacts(c.Facts)
	if err != nil {
		return packFailure{fmt.Errorf("read the facts: %w", err), 2}
	}
	in, err := p.Facts(c.Facts, src)
	if err != nil {
		return packFailure{err, 1}
	}
	fmt.Fprintf(k.Stdout, "%s %s (%s)\n", p.ID, p.Version, p.Title)
	if len(in.Events) == 0 || (in.Events["received"].IsZero() && in.Events["telephoned"].IsZero()) {
		in.Events["received"] = time.Now().Truncate(time.Second)
		fmt.Fprintln(k.Stdout, "The facts do not say when the report was received; taken as now.")
	}
	a, findings := p.Explain(in)
	explain(k.Stdout, p, a)
	if c.All {
		explainAll(k.Stdout, findings)
	}
	return nil
}

func readFacts(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(name)
}

// openPack loads a pack by folder, file or built-in id, with the file system and the folder in which its cases lie.
func openPack(name string) (fs.FS, string, *policy.Pack, error) {
	if _, err := os.Stat(name); err != nil {
		if p, builtIn := packs.Load(name); builtIn == nil {
			return packs.Files, name, p, nil
		}
		return nil, "", nil, packFailure{fmt.Errorf("there is neither a file nor a built-in pack %s (built-in: %s)", name,
			strings.Join(packs.IDs(), ", ")), 2}
	}
	folder, err := filepath.Abs(name)
	if err != nil {
		return nil, "", nil, packFailure{err, 2}
	}
	if filepath.Base(folder) == "pack.yaml" {
		folder = filepath.Dir(folder)
	}
	files, dir := os.DirFS(filepath.Dir(folder)), filepath.Base(folder)
	p, err := packs.LoadFrom(files, dir)
	if err != nil {
		return nil, "", nil, packFailure{shown(err, name, dir), 1}
	}
	return files, dir, p, nil
}

// shown names the files in problems as the user named the pack.
func shown(err error, name, dir string) error {
	var problems policy.Problems
	if !errors.As(err, &problems) {
		return err
	}
	if filepath.Base(name) == "pack.yaml" {
		name = filepath.Dir(name)
	}
	for i, p := range problems {
		if rest, ok := strings.CutPrefix(p.Pos.File, dir+"/"); ok {
			problems[i].Pos.File = path.Join(filepath.ToSlash(name), rest)
		}
	}
	return problems
}
