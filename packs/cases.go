package packs

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"tocsin/internal/domain/policy"
)

// A case file is a txtar archive. Each case is one section, or two with the same name before the slash:
//
//	-- NAME/facts --     a filing, and under record the events and decisions (see Pack.Facts)
//	-- NAME/want --      what the pack must say of it (see want)
//	-- NAME/calendar --  what one of its calendars must say (see calendarCase)
//
// Text outside the sections is for the reader.

// Result is what became of one case.
type Result = policy.CaseResult

// RunCases runs the cases in the folder cases of a pack's folder.
func RunCases(files fs.FS, dir string, p *policy.Pack) ([]Result, error) {
	names, err := fs.Glob(files, path.Join(dir, "cases", "*.txtar"))
	if err != nil {
		return nil, fmt.Errorf("find the cases: %w", err)
	}
	var out []Result
	for _, name := range names {
		src, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read the cases: %w", err)
		}
		out = append(out, runFile(name, src, p)...)
	}
	if len(out) == 0 {
		return nil, errors.New("the pack has no cases; put them into " + path.Join(dir, "cases"))
	}
	return out, nil
}

// runFile runs the cases of one archive in order.
func runFile(file string, src []byte, p *policy.Pack) []Result {
	archive := txtar.Parse(src)
	sections := map[string][]byte{}
	var names []string
	for _, f := range archive.Files {
		name, _, _ := strings.Cut(f.Name, "/")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		sections[f.Name] = f.Data
	}
	var out []Result
	used := 0
	for _, name := range names {
		c := oneCase{pack: p, file: file, name: name}
		if facts, ok := sections[name+"/facts"]; ok {
			c.assess(facts, sections[name+"/want"])
			used++
			if _, ok := sections[name+"/want"]; ok {
				used++
			}
		}
		if cal, ok := sections[name+"/calendar"]; ok {
			c.calendar(cal)
			used++
		}
		out = append(out, Result{File: file, Case: name, Problems: c.problems})
	}
	if used != len(archive.Files) {
		out = append(out, Result{File: file, Case: "file",
			Problems: []string{"a section is neither NAME/facts, NAME/want nor NAME/calendar, or is there twice"}})
	}
	return out
}

// oneCase is a case that is being run.
type oneCase struct {
	pack       *policy.Pack
	file, name string
	problems   []string
}

func (c *oneCase) fail(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// section names a section in problems of its own syntax.
func (c *oneCase) section(kind string) string { return c.file + "#" + c.name + "/" + kind }

// same compares lists whose order does not matter.
func (c *oneCase) same(what string, want, got []string) {
	want, got = slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got))
	if !slices.Equal(want, got) {
		c.fail("%s: want [%s], got [%s]", what, strings.Join(want, ", "), strings.Join(got, ", "))
	}
}

func (c *oneCase) equal(what, want, got string) {
	if want != got {
		c.fail("%s: want %q, got %q", what, want, got)
	}
}

// RunCasesOf runs the cases that a pack came with; none where it has none.
func RunCasesOf(p *policy.Pack) []Result {
	if p.Files().Cases() == 0 {
		return nil
	}
	out, err := RunCases(p.Files().FS(p.ID), p.ID, p)
	if err != nil {
		return []Result{{File: p.ID, Case: "all", Problems: []string{err.Error()}}}
	}
	return out
}
