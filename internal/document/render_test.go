package document

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"tocsin/internal/domain/paper"
	"tocsin/internal/testkit/hostile"
)

func sample(long string) paper.Doc {
	return paper.Doc{Title: "Report to management", Running: "Incident MA-2026-000012", Marking: "Confidential",
		At: time.Unix(1_700_000_000, 0), Blocks: []paper.Block{
			paper.Heading{Level: 2, Text: "What is known"}, paper.Para{Text: "Ängström, Ελλάδα, Москва, 漢字."},
			paper.List{Items: []string{"first", "second"}},
			paper.Table{Columns: []paper.Column{{Title: "Item"}, {Title: "What is known", Share: 3}, {Title: "Clause"}}, RowHeads: true,
				Rows: [][]string{{"Location", long, "MA 6.5.3.6"}, {"Measures", "none yet"}}},
			paper.Heading{Level: 2, Text: "Afterwards"}, paper.Para{Text: "The end.", Strong: true}}}
}

// TestOutsideReaders asks programs that did not make the file: whether its parts are in order, and what a reader that cannot see gets.
func TestOutsideReaders(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.pdf")
	var b bytes.Buffer
	if err := Render(&b, sample(strings.Repeat("a long value ", 900))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("qpdf", func(t *testing.T) {
		if out := outside(t, "qpdf", "--check", file); !strings.Contains(out, "No syntax or stream encoding errors found") {
			t.Errorf("qpdf says:\n%s", out)
		}
	})
	t.Run("structure", func(t *testing.T) {
		out := outside(t, "pdfinfo", "-struct-text", file)
		from := 0
		for _, want := range []string{"H1 (block)", `"Report to management "`, `"Marking: Confidential "`, "H2 (block)", `"What is known "`,
			`"Ängström, Ελλάδα, Москва, [Han U+6F22 U+5B57]. "`, "LI (block)", `"first "`, "Table (block)", "/Scope /Column", `"Item "`,
			"/Scope /Row", `"Location "`,
			"TD", "a long value a long value", `"MA 6.5.3.6 "`, `"Measures "`, `"none yet "`, `"Afterwards "`, `"The end. "`} {
			at := strings.Index(out[from:], want)
			if at < 0 {
				t.Fatalf("%s does not come in its place in:\n%.3000s", want, out)
			}
			from += at + len(want)
		}
		if n := strings.Count(out, "a long value"); n < 890 {
			t.Errorf("%d of 900 repetitions can be read inside one line", n)
		}
	})
}

func outside(t *testing.T, command string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(command); err != nil {
		t.Skipf("%s is not installed: what it would check is not checked here", command)
	}
	out, err := exec.Command(command, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// TestSplice holds the file's own shape without any other program: each object where the table says, and none of the first version left.
func TestSplice(t *testing.T) {
	var one, two bytes.Buffer
	for _, b := range []*bytes.Buffer{&one, &two} {
		if err := Render(b, sample("short")); err != nil {
			t.Fatal(err)
		}
	}
	objects, err := split(one.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range objects[1:] {
		if len(o) == 0 {
			t.Errorf("object %d is empty", i+1)
		}
	}
	if n := bytes.Count(one.Bytes(), []byte("%%EOF")); n != 1 {
		t.Errorf("the file has %d versions inside", n)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the same document made twice gives two files")
	}
	if _, err := split([]byte("no file")); err == nil {
		t.Error("a file of another shape was taken apart")
	}
}

func TestShown(t *testing.T) {
	for in, want := range map[string]string{
		"plain":              "plain",
		"a\r\nb\tc":          "a\nb    c",
		"e\u0301":            "é",
		"Ж Ω é ß":            "Ж Ω é ß",
		"漢字 ok":              "[Han U+6F22 U+5B57] ok",
		"שלום":               "[Hebrew U+05E9 U+05DC U+05D5 U+05DD]",
		"漢かa":                "[Han U+6F22][Hiragana U+304B]a",
		"fire \U0001F525 !":  "fire [symbol U+1F525] !",
		"evil\u202Etxt.exe":  "evil[control U+202E]txt.exe",
		"nul\x00end":         "nul[control U+0000]end",
		"bad\xffbyte":        "bad\uFFFDbyte",
		"private \uE000 use": "private [unassigned U+E000] use",
	} {
		if got := shown(in); got != want {
			t.Errorf("shown(%q) = %q, want %q", in, got, want)
		}
	}
}

// fits says that every mark stands on its page inside its margins, and that each leaf's lines hold its text.
func fits(t *testing.T, d paper.Doc, texts ...string) {
	t.Helper()
	l, err := lay(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range l.marks {
		l.font(m.size, m.bold)
		right := m.x + m.wide + l.pdf.GetStringWidth(strings.TrimRight(m.text, " "))
		if right > pageWide-margin+0.1 || m.x < margin-0.1 || m.y < top-0.1 || m.y+m.high > bottom+0.1 {
			t.Fatalf("%q stands outside the margins: from %.1f to %.1f, at %.1f", m.text, m.x, right, m.y)
		}
	}
	leaves := map[*node]string{}
	for _, m := range l.marks {
		leaves[m.leaf] += m.text
	}
	for _, want := range texts {
		found := false
		for leaf, have := range leaves {
			found = found || leaf != nil && cmp.Equal(bare(have), bare(shown(want)))
		}
		if !found {
			t.Fatalf("no element holds all of %.80q", want)
		}
	}
}

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func TestLongValues(t *testing.T) {
	for name, text := range map[string]string{
		"many words":  strings.Repeat("word ", 20_000),
		"one word":    strings.Repeat("W", 20_000),
		"other lines": strings.Repeat("line\n", 2_000),
		"no glyphs":   strings.Repeat("漢", 3_000),
		"cyrillic":    strings.Repeat("Длинное слово ", 2_000),
	} {
		t.Run(name, func(t *testing.T) {
			d := sample(text)
			d.Title, d.Marking = "T "+text[:600], "M "+text[:300]
			fits(t, d, text, "MA 6.5.3.6", "none yet", "The end.")
		})
	}
}

func FuzzRender(f *testing.F) {
	f.Add("plain", "word word")
	f.Add("(\\)\r\n", "endobj\nstream\nxref\n0 5")
	f.Add("漢\u202e\x00\xff", strings.Repeat("Ω", 400))
	for some := range slices.Chunk(hostile.Payloads(), 61) {
		f.Add("plain", strings.Join(some, " "))
	}
	f.Fuzz(func(t *testing.T, title, text string) {
		if len(title)+len(text) > 5_000 {
			t.Skip("long values have a test of their own")
		}
		d := sample(text)
		d.Title, d.Marking, d.Running = title, title, text
		d.Blocks = append(d.Blocks, paper.Heading{Level: 3, Text: text}, paper.Para{Text: text}, paper.List{Items: []string{title, text}})
		fits(t, d, title, text)
		var b bytes.Buffer
		if err := Render(&b, d); err != nil {
			t.Fatal(err)
		}
		objects, err := split(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range objects[1:] {
			if len(o) == 0 {
				t.Fatalf("object %d is empty", i+1)
			}
		}
	})
}

// BenchmarkRender is a report to management of usual length.
func BenchmarkRender(b *testing.B) {
	d := sample(strings.Repeat("What was found on the system, and what was done about it. ", 60))
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		if err := Render(&out, d); err != nil {
			b.Fatal(err)
		}
	}
}
