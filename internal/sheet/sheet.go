// Package sheet writes tables for spreadsheet programs and reads them back. A spreadsheet runs a cell that looks like a
// formula, so nothing that people typed may look like one: not at the beginning of a cell, and not behind a character that
// another locale takes for the end of a cell. What is written can be read back to the last character.
package sheet

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kinds of file, by the character between cells.
const (
	CSV = ','
	TSV = '\t'
)

const (
	mark     = '\''             // what a spreadsheet takes as "this is text"; OWASP ASVS 5.0 V1.2.10
	byteMark = "\uFEFF"         // tells Excel that the file is UTF-8
	formula  = "=+-@\t\r\n\x00" // begins a formula, or what is trimmed before one
	wide     = "＝＋－＠"           // the same, as East Asian input methods write them
	between  = ",;|\t\r\n"      // ends a cell in some locale or program
	skipped  = "\"' \u00a0\u3000"
)

// Writer writes rows of cells.
type Writer struct {
	b     *bufio.Writer
	comma rune
	begun bool
}

// NewWriter returns a writer of CSV or TSV.
func NewWriter(w io.Writer, comma rune) *Writer {
	return &Writer{b: bufio.NewWriter(w), comma: comma}
}

// Row writes one row. Every cell is quoted, so that no program guesses at it. Rows end with CR LF. RFC 4180, 2
func (w *Writer) Row(cells ...string) error {
	if !w.begun {
		w.begun = true
		_, _ = w.b.WriteString(byteMark) // the buffer remembers an error until Flush
	}
	for i, c := range cells {
		if i > 0 {
			_, _ = w.b.WriteRune(w.comma)
		}
		_, _ = w.b.WriteString(`"` + strings.ReplaceAll(Guard(c), `"`, `""`) + `"`)
	}
	_, err := w.b.WriteString("\r\n")
	return err
}

// Flush hands on what is still held back.
func (w *Writer) Flush() error { return w.b.Flush() }

// Guard marks a cell's text wherever some program could see a formula begin. Unguard is its inverse.
func Guard(s string) string {
	var b strings.Builder
	begins := true // a cell could begin here
	for i, c := range s {
		if begins && dangerous(s[i:]) {
			b.WriteRune(mark)
		}
		b.WriteRune(c)
		begins = strings.ContainsRune(between, c)
	}
	return b.String()
}

// dangerous says whether text at the beginning of a cell needs the mark: it begins like a formula, behind quotes and
// spaces that a program may take away, or with the mark itself, which would otherwise be lost on reading.
func dangerous(s string) bool {
	if s[0] == mark {
		return true
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, skipped))
	return strings.ContainsRune(formula+wide, first)
}

// Unguard takes the marks away again.
func Unguard(s string) string {
	var b strings.Builder
	begins := true
	for _, c := range s {
		if begins && c == mark {
			begins = false
			continue
		}
		b.WriteRune(c)
		begins = strings.ContainsRune(between, c)
	}
	return b.String()
}

// ErrShape is a table that is not one: rows of different lengths, or broken quoting.
var ErrShape = errors.New("sheet: not a table of rows with equally many cells")

// Read reads a whole table that Writer wrote, or that a spreadsheet program saved from one: at most maxRows rows.
func Read(r io.Reader, comma rune, maxRows int) ([][]string, error) {
	b := bufio.NewReader(r)
	if begin, err := b.Peek(len(byteMark)); err == nil && string(begin) == byteMark {
		_, _ = b.Discard(len(byteMark)) // just peeked at
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
			return nil, ErrShape
		}
		row = slices.Clone(row)
		for i := range row {
			row[i] = Unguard(row[i])
		}
		rows = append(rows, row)
	}
}
