package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in a pack's file; lines and columns count from 1.
type Pos struct {
	File   string
	Line   int
	Column int
}

// String writes the place as compilers do, file:line:column.
func (p Pos) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Problem is one thing wrong with a pack: where, what, and how to mend it.
type Problem struct {
	Pos    Pos
	Detail string
	Remedy string
}

// Error joins place, detail and remedy into one line.
func (p Problem) Error() string {
	s := p.Pos.String() + ": " + p.Detail
	if p.Remedy != "" {
		s += "; " + p.Remedy
	}
	return s
}

// Problems is all that is wrong with a pack, in order of place, so that its author mends everything in one go.
type Problems []Problem

// Error lists the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// report collects problems while a pack is read and checked.
type report struct{ list Problems }

func (r *report) add(at Pos, remedy, format string, args ...any) {
	r.list = append(r.list, Problem{Pos: at, Detail: fmt.Sprintf(format, args...), Remedy: remedy})
}

// err is nil where nothing was found.
func (r *report) err() error {
	if len(r.list) == 0 {
		return nil
	}
	slices.SortStableFunc(r.list, func(a, b Problem) int {
		if c := strings.Compare(a.Pos.File, b.Pos.File); c != 0 {
			return c
		}
		if a.Pos.Line != b.Pos.Line {
			return a.Pos.Line - b.Pos.Line
		}
		if a.Pos.Column != b.Pos.Column {
			return a.Pos.Column - b.Pos.Column
		}
		return strings.Compare(a.Detail, b.Detail)
	})
	return r.list
}

// oneOf words the remedy for a value out of a closed list, naming the likely one first.
func oneOf(got string, known []string) string {
	if near := nearest(got, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) > 12 {
		known = append(slices.Clone(known[:12]), "…")
	}
	return "use one of " + strings.Join(known, ", ")
}

// nearest is the known word that a typing slip of at most two letters turns into got, or "".
func nearest(got string, known []string) string {
	best, word := 3, ""
	for _, k := range known {
		if d := distance(got, k); d < best && d < len(k) {
			best, word = d, k
		}
	}
	return word
}

// distance counts the letters to insert, delete or replace between a and b; long words are not compared.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := diagonal
			if a[i-1] != b[j-1] {
				replace++
			}
			diagonal = row[j]
			row[j] = min(row[j]+1, row[j-1]+1, replace)
		}
	}
	return row[len(b)]
}
