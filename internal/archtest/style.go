package archtest

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Where taste begins to doubt. None of these fails anything: people judge the list.
const (
	longFunction   = 70
	longFile       = 300
	fewComments    = 0.12
	manyComments   = 0.35
	smallPackage   = 100
	largePackage   = 2500
	fewTests       = 0.8
	manyImports    = 10
	longChain      = 8
	outliersShown  = 6
	judgedPackages = 150 // packages shorter than this have no ratios worth a word
)

// Outlier is one place that lies far from the rest of the code.
type Outlier struct {
	Where string
	Value float64
	Text  string
}

// Section is one kind of outlier, furthest first.
type Section struct {
	Title    string
	Outliers []Outlier
}

// Style measures what taste holds and no test fails: function and file length, comments, tests per line of code, package
// size, imports.
func Style(t *Tree) []Section {
	packages := measure(t)
	return []Section{
		{"functions over 70 lines", longFunctions(t)},
		{"files over 300 lines", filesOver(t, longFile)},
		{"packages outside 100 to 2,500 lines", packageSizes(packages)},
		{"comment lines per line of code and comment outside 0.12 to 0.35", commentShares(packages)},
		{"less than 0.8 lines of test per line of code", testRatios(packages)},
		{"more than 10 of our own imports", importCounts(packages)},
		{"import chains of 8 or more", chains(packages)},
	}
}

// PrintStyle writes the furthest outliers of each section.
func PrintStyle(w io.Writer, sections []Section) {
	for _, s := range sections {
		if len(s.Outliers) == 0 {
			continue
		}
		fmt.Fprintf(w, "%s: %d\n", s.Title, len(s.Outliers))
		for _, o := range s.Outliers[:min(len(s.Outliers), outliersShown)] {
			fmt.Fprintf(w, "    %s  %s\n", o.Where, o.Text)
		}
	}
}

// size is what is known of one package.
type size struct {
	dir                  string
	lines, comment, code int // of production files
	test                 int // lines of test files
	ours                 map[string]bool
}

// measure adds the files of each package up, tests apart.
func measure(t *Tree) map[string]*size {
	packages := map[string]*size{}
	for _, f := range t.Files {
		p := packages[f.Dir]
		if p == nil {
			p = &size{dir: f.Dir, ours: map[string]bool{}}
			packages[f.Dir] = p
		}
		if f.Test {
			p.test += f.Lines
			continue
		}
		comment, code := lineKinds(f.Src)
		p.lines += f.Lines
		p.comment += comment
		p.code += code
		for _, imp := range f.AST.Imports {
			if name, _ := strconv.Unquote(imp.Path.Value); strings.HasPrefix(name, Module+"/") {
				p.ours[strings.TrimPrefix(name, Module+"/")] = true
			}
		}
	}
	return packages
}

// lineKinds counts lines that hold only comment, and lines that hold code.
func lineKinds(src []byte) (comment, code int) {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, scanner.ScanComments)
	isCode, isComment := map[int]bool{}, map[int]bool{}
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		if tok == token.SEMICOLON && lit == "\n" {
			continue
		}
		kind := isCode
		if tok == token.COMMENT {
			kind = isComment
		}
		for line := file.Line(pos); line <= file.Line(pos)+strings.Count(lit, "\n"); line++ {
			kind[line] = true
		}
	}
	for line := range isComment {
		if !isCode[line] {
			comment++
		}
	}
	return comment, len(isCode)
}

// longFunctions counts from the func keyword to the closing brace, comments and blank lines included.
func longFunctions(t *Tree) []Outlier {
	var out []Outlier
	for _, f := range t.Files {
		for _, d := range f.AST.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			start, end := t.Fset.Position(fn.Pos()).Line, t.Fset.Position(fn.End()).Line
			if n := end - start + 1; n > longFunction {
				out = append(out, Outlier{fmt.Sprintf("%s:%d", f.Path, start), float64(n), fmt.Sprintf("%s, %d lines", fn.Name.Name, n)})
			}
		}
	}
	return furthest(out)
}

func filesOver(t *Tree, limit int) []Outlier {
	var out []Outlier
	for _, f := range t.Files {
		if f.Lines > limit {
			out = append(out, Outlier{f.Path, float64(f.Lines), fmt.Sprintf("%d lines", f.Lines)})
		}
	}
	return furthest(out)
}

// packageSizes compares as factors, so that a package ten times too small stands beside one ten times too large.
func packageSizes(packages map[string]*size) []Outlier {
	var out []Outlier
	for _, p := range packages {
		switch {
		case p.lines > largePackage:
			out = append(out, Outlier{p.dir, float64(p.lines) / largePackage, fmt.Sprintf("%d lines", p.lines)})
		case p.lines > 0 && p.lines < smallPackage && strings.HasPrefix(p.dir, "internal/"):
			out = append(out, Outlier{p.dir, smallPackage / float64(p.lines), fmt.Sprintf("%d lines", p.lines)})
		}
	}
	return furthest(out)
}

// commentShares counts lines that hold nothing but comment against those and the lines of code; blank lines do not count.
func commentShares(packages map[string]*size) []Outlier {
	var out []Outlier
	for _, p := range packages {
		share := float64(p.comment) / float64(max(1, p.comment+p.code))
		if p.lines >= judgedPackages && (share < fewComments || share > manyComments) {
			out = append(out, Outlier{p.dir, max(fewComments/max(share, 0.001), share/manyComments), fmt.Sprintf("%.2f", share)})
		}
	}
	return furthest(out)
}

// testRatios leaves test data out, so a package tested by text archives looks worse here than it is.
func testRatios(packages map[string]*size) []Outlier {
	var out []Outlier
	for _, p := range packages {
		ratio := float64(p.test) / float64(max(1, p.lines))
		if p.lines >= judgedPackages && ratio < fewTests {
			out = append(out, Outlier{p.dir, 1 - ratio, fmt.Sprintf("%.2f (%d of %d)", ratio, p.test, p.lines)})
		}
	}
	return furthest(out)
}

// importCounts leaves cmd out: wiring imports everything, that is its purpose.
func importCounts(packages map[string]*size) []Outlier {
	var out []Outlier
	for _, p := range packages {
		if n := len(p.ours); n > manyImports && !strings.HasPrefix(p.dir, "cmd") {
			out = append(out, Outlier{p.dir, float64(n), strconv.Itoa(n)})
		}
	}
	return furthest(out)
}

// chains finds packages below which imports of ours run eight or more deep.
func chains(packages map[string]*size) []Outlier {
	depth := map[string]int{}
	var walk func(dir string) int
	walk = func(dir string) int {
		p := packages[dir]
		if p == nil || depth[dir] > 0 {
			return depth[dir]
		}
		depth[dir] = 1 // also ends a cycle, which the compiler refuses anyway
		deepest := 0
		for next := range p.ours {
			deepest = max(deepest, walk(next))
		}
		depth[dir] = deepest + 1
		return depth[dir]
	}
	var out []Outlier
	for dir := range packages {
		if n := walk(dir); n >= longChain {
			out = append(out, Outlier{dir, float64(n), strconv.Itoa(n)})
		}
	}
	return furthest(out)
}

// furthest sorts, ties by place, so that two runs print the same.
func furthest(out []Outlier) []Outlier {
	slices.SortFunc(out, func(a, b Outlier) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), strings.Compare(a.Where, b.Where))
	})
	return out
}
