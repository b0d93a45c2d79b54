// Package cells reads back the tables that package sheet writes, for tests: the program itself only writes them.
package cells

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

const byteOrderMark = "\uFEFF"

// Unguard takes away the marks that sheet.Guard put before what looks like a formula.
func Unguard(s string) string {
	var b strings.Builder
	begins := true
	for _, c := range s {
		if begins && c == '\'' {
			begins = false
			continue
		}
		b.WriteRune(c)
		begins = strings.ContainsRune(",;|\t\r\n", c)
	}
	return b.String()
}

// errShape is a table that is not one: rows of different lengths, or broken quoting.
var errShape = errors.New("cells: not a table of rows with equally many cells")

// Read reads a whole table that sheet.Writer wrote, or that a spreadsheet program saved from one: at most maxRows rows.
func Read(r io.Reader, comma rune, maxRows int) ([][]string, error) {
	b := bufio.NewReader(r)
	if begin, err := b.Peek(len(byteOrderMark)); err == nil && string(begin) == byteOrderMark {
		_, _ = b.Discard(len(byteOrderMark)) // just peeked at
	}
	cr := csv.NewReader(b)
	cr.Comma = comma
	var rows [][]string
	for {
		row, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil || len(rows) == maxRows {
			return nil, errShape
		}
		row = slices.Clone(row)
		for i := range row {
			row[i] = Unguard(row[i])
		}
		rows = append(rows, row)
	}
}
