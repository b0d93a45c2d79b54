// Command clauses keeps docs/standard in step with the code.
//
//	clauses                          check: the index, its pages and the references in the code agree
//	clauses -update                  put the references found in the code into the index and make the pages
//	clauses -set done "MA 6.5.3.*"   set a status, by id or by prefix, then update
//	clauses -ready                   list clauses that code and tests refer to and that are not marked done
//	clauses -open                    list clauses that are not done, with what is missing to them
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"tocsin/internal/archtest"
	"tocsin/internal/archtest/clauses"
)

func main() {
	update := flag.Bool("update", false, "write the references found into the index and make the pages")
	set := flag.String("set", "", "status for the ids that follow: done, partly, not yet, asks nothing")
	ready := flag.Bool("ready", false, "list clauses with code and tests that are not marked done")
	unfinished := flag.Bool("open", false, "list clauses that are not done")
	flag.Parse()
	if err := run(*update || *set != "", clauses.Status(*set), *ready, *unfinished, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "clauses:", err)
		os.Exit(1)
	}
}

func run(update bool, status clauses.Status, ready, unfinished bool, ids []string) error {
	root, err := archtest.Root()
	if err != nil {
		return err
	}
	fsys := os.DirFS(root)
	if update {
		return write(root, fsys, status, ids)
	}
	if ready || unfinished {
		return list(fsys, ready)
	}
	problems, err := clauses.Check(fsys)
	for _, p := range problems {
		fmt.Println(p)
	}
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("%d problems", len(problems))
	}
	return err
}

func write(root string, fsys fs.FS, status clauses.Status, ids []string) error {
	indexes, err := clauses.Load(fsys)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if n := clauses.SetStatus(indexes, status, id); n == 0 {
			return fmt.Errorf("no clause %q", id)
		}
	}
	refs, err := clauses.Update(fsys, indexes)
	if err != nil {
		return err
	}
	for _, d := range refs.Dangling {
		fmt.Println(d)
	}
	for _, x := range indexes {
		if err := x.Write(root); err != nil {
			return err
		}
	}
	return nil
}

func list(fsys fs.FS, ready bool) error {
	indexes, err := clauses.Load(fsys)
	if err != nil {
		return err
	}
	refs, err := clauses.Update(fsys, indexes)
	if err != nil {
		return err
	}
	show := clauses.Ready(indexes, refs)
	if !ready {
		show = open(indexes)
	}
	for _, c := range show {
		fmt.Printf("%-28s %-8s code %d, tests %d  %s\n", c.ID, c.Status, len(c.Code), len(c.Tests), strings.TrimSpace(c.Text+" "+c.Note))
	}
	return nil
}

// open lists every clause that is not done.
func open(indexes []*clauses.Index) []clauses.Clause {
	var out []clauses.Clause
	for _, x := range indexes {
		for _, c := range x.Clauses {
			if c.ID != "" && c.Status != clauses.Done && c.Status != clauses.NoDuty {
				out = append(out, c)
			}
		}
	}
	return out
}
