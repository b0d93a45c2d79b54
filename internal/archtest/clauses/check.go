package clauses

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Check returns everything in which the indexes, their pages and the references in the code disagree.
func Check(fsys fs.FS) ([]string, error) {
	indexes, err := Load(fsys)
	if err != nil {
		return nil, err
	}
	refs, err := Scan(fsys, indexes)
	if err != nil {
		return nil, err
	}
	out := refs.Dangling
	all := byID(indexes)
	var stale []string
	for _, x := range indexes {
		out = append(out, x.form()...)
		for _, c := range x.Clauses {
			if c.ID != "" {
				out = append(out, c.owed(x.Path, refs, all)...)
				stale = append(stale, c.stale(x.Path, refs)...)
			}
		}
		page, err := fs.ReadFile(fsys, x.Page)
		if err != nil || string(page) != x.Markdown() {
			out = append(out, x.Page+": is not what "+x.Path+" says; run: make clauses")
		}
	}
	if n := len(stale); n > maxStale {
		stale = append(stale[:maxStale], fmt.Sprintf("… and %d more; run: make clauses", n-maxStale))
	}
	return append(out, stale...), nil
}

// maxStale keeps an index that was not updated for a while from hiding what people must mend.
const maxStale = 10

// form checks what people write: ids once, text, a known status.
func (x *Index) form() []string {
	var out []string
	seen := map[string]bool{}
	for _, c := range x.Clauses {
		bad := func(format string, args ...any) {
			out = append(out, fmt.Sprintf("%s: %s: %s", x.Path, c.ID+c.Heading, fmt.Sprintf(format, args...)))
		}
		if c.Heading != "" {
			if c.ID+c.Text+string(c.Status) != "" {
				bad("a heading has no id, text or status")
			}
			continue
		}
		switch {
		case c.ID == "" || seen[c.ID]:
			bad("id is missing or stands twice")
		case c.Text == "" || strings.Contains(c.Text, "\n"):
			bad("text must be one line")
		case c.Status != Done && c.Status != Partly && c.Status != NotYet && c.Status != NoDuty:
			bad("status %q is none of done, partly, not yet, asks nothing", c.Status)
		case (c.Status == Partly || c.Status == NotYet) && c.Note == "":
			bad("is %s and no note says what is missing, or for what it waits", c.Status)
		}
		seen[c.ID] = true
	}
	return out
}

// stale compares the lists of one clause with the references found.
func (c *Clause) stale(path string, refs References) []string {
	var out []string
	diff := func(kind string, listed, found []string) {
		for _, name := range listed {
			if !slices.Contains(found, name) {
				out = append(out, fmt.Sprintf("%s: %s: lists the %s %s, which does not refer to it; run: make clauses", path, c.ID, kind, name))
			}
		}
		for _, name := range found {
			if !slices.Contains(listed, name) {
				out = append(out, fmt.Sprintf("%s: %s: the %s %s refers to it and is not listed; run: make clauses", path, c.ID, kind, name))
			}
		}
	}
	diff("code", c.Code, refs.Code[c.ID])
	diff("test", c.Tests, refs.Tests[c.ID])
	return out
}

// owed says what a clause's status promises and nothing in the code shows.
func (c *Clause) owed(path string, refs References, all map[string]*Clause) []string {
	var out []string
	add := func(format string, args ...any) {
		out = append(out, fmt.Sprintf("%s: %s: %s", path, c.ID, fmt.Sprintf(format, args...)))
	}
	if c.PartOf != "" && all[c.PartOf] == nil {
		add("is part of %q, which is no clause", c.PartOf)
	}
	code, tests := c.all(refs, all)
	if (c.Status == Done || c.Status == Partly) && len(code) == 0 {
		add("is %s and no code refers to it", c.Status)
	}
	if c.Status == Done && len(tests) == 0 {
		add("is done and no test refers to it")
	}
	return out
}

// Ready lists the clauses that code and tests refer to and that are not marked done: for people to read both and decide.
func Ready(indexes []*Index, refs References) []Clause {
	var out []Clause
	all := byID(indexes)
	for _, x := range indexes {
		for _, c := range x.Clauses {
			if code, tests := c.all(refs, all); c.ID != "" && c.Status != Done && c.Status != NoDuty && len(code) > 0 && len(tests) > 0 {
				out = append(out, c)
			}
		}
	}
	return out
}

// all adds the references of the whole, where the clause is a part.
func (c *Clause) all(refs References, all map[string]*Clause) (code, tests []string) {
	code, tests = refs.Code[c.ID], refs.Tests[c.ID]
	if whole := all[c.PartOf]; whole != nil {
		code = slices.Concat(code, refs.Code[whole.ID])
		tests = slices.Concat(tests, refs.Tests[whole.ID])
	}
	return code, tests
}
