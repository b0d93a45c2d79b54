package archtest

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestStyle measures a tree with one outlier of most kinds.
func TestStyle(t *testing.T) {
	body := strings.Repeat("\t_ = 1\n", 310)
	tree, err := Load(fstest.MapFS{
		"internal/app/a.go":      {Data: []byte("package app\n\nfunc long() {\n" + body + "}\n")},
		"internal/app/a_test.go": {Data: []byte("package app\n" + strings.Repeat("\n", 30))},
		"internal/work/b.go":     {Data: []byte("// Package work says\n// a lot.\npackage work\n\nimport _ \"tocsin/internal/app\"\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	PrintStyle(&out, Style(tree))
	want := `functions over 70 lines: 1
    internal/app/a.go:3  long, 312 lines
files over 300 lines: 1
    internal/app/a.go  314 lines
packages outside 100 to 2,500 lines: 1
    internal/work  5 lines
comment lines per line of code and comment outside 0.12 to 0.35: 1
    internal/app  0.00
less than 0.8 lines of test per line of code: 1
    internal/app  0.10 (31 of 314)
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLineKinds(t *testing.T) {
	comment, code := lineKinds([]byte("// one\npackage a\n\n/* two\nthree */\nvar x = `a\nb` // beside code\n"))
	if comment != 3 || code != 3 {
		t.Errorf("comment %d, code %d", comment, code)
	}
}

func TestChains(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 8 {
		src := "package p\n"
		if i < 7 {
			src += "import _ \"tocsin/p" + string(rune('1'+i)) + "\"\n"
		}
		files["p"+string(rune('0'+i))+"/a.go"] = &fstest.MapFile{Data: []byte(src)}
	}
	tree, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	got := chains(measure(tree))
	if len(got) != 1 || got[0].Where != "p0" || got[0].Value != 8 {
		t.Errorf("chains: %v", got)
	}
}
