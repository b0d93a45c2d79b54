// Package sheet writes tables for spreadsheet programs. A spreadsheet runs a cell that looks like a
// formula, so nothing that people typed may look like one: not at the beginning of a cell, and not behind a character that
// another locale takes for the end of a cell. What is written can be read back to the last character.
package sheet

import (
	"bufio"
	"io"
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

// Guard marks a cell's text wherever some program could see a formula begin. What was marked can be told again: testkit/cells does.
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
