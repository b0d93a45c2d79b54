package clauses

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// References holds, for each clause id, who refers to it.
type References struct {
	Code     map[string][]string // id -> files
	Tests    map[string][]string // id -> "file" or "file: TestName"
	Dangling []string            // references to no clause: "file:line: …"
}

// folders are searched for references. docs and this package's parent only talk about clauses.
var folders = []string{"cmd", "internal", "packs", "ui", "e2e", "bench"}

// texts are the endings of files, besides Go, whose whole text is searched.
var texts = map[string]bool{".yaml": true, ".yml": true, ".txtar": true, ".html": true, ".tmpl": true, ".sql": true,
	".css": true, ".scss": true, ".js": true, ".mjs": true, ".ts": true}

// candidate is where a reference may begin. What follows decides: the longest id of the index that fits.
var candidate = regexp.MustCompile(`\b(?:MA \d+\.\d|MA Control Mapping|CA (?:step|page))`)

// strict tells the candidates that can be nothing but a reference.
var strict = regexp.MustCompile(`^(?:MA \d|CA step)`)

// scanner gathers references while it walks.
type scanner struct {
	ids  []string // longest first
	refs References
}

// Scan finds every reference below the known folders.
func Scan(fsys fs.FS, indexes []*Index) (References, error) {
	s := scanner{refs: References{Code: map[string][]string{}, Tests: map[string][]string{}}}
	s.ids = slices.SortedFunc(maps.Keys(byID(indexes)), func(a, b string) int { return len(b) - len(a) })
	for _, folder := range folders {
		if _, err := fs.Stat(fsys, folder); err != nil {
			continue // not there yet
		}
		if err := fs.WalkDir(fsys, folder, func(p string, d fs.DirEntry, err error) error { return s.visit(fsys, p, d, err) }); err != nil {
			return References{}, err
		}
	}
	for _, m := range []map[string][]string{s.refs.Code, s.refs.Tests} {
		for id, places := range m {
			slices.Sort(places)
			m[id] = slices.Compact(places)
		}
	}
	return s.refs, nil
}

// visit searches one file, by what kind of text it is.
func (s *scanner) visit(fsys fs.FS, p string, d fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	if d.IsDir() {
		if d.Name() == "node_modules" || d.Name() == "build" || d.Name() == "archtest" || strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		return nil
	}
	ext := path.Ext(p)
	if ext != ".go" && !texts[ext] {
		return nil
	}
	src, err := fs.ReadFile(fsys, p)
	if err != nil {
		return err
	}
	if ext == ".go" {
		return s.goFile(p, src)
	}
	text := string(src)
	if strings.Contains(p, "/testdata/") {
		text = commentLines(text)
	}
	s.text(p, 1, text, place(p))
	return nil
}

// commentLines blanks every line of a test's data that is no comment: expected output quotes clauses that it does not test.
func commentLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if t := strings.TrimSpace(l); !strings.HasPrefix(t, "#") && !strings.HasPrefix(t, "//") {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

// goFile searches comments only: a string may hold any text.
func (s *scanner) goFile(p string, src []byte) error {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, p, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, group := range f.Comments {
		where := place(p)
		if where.test {
			if name := testAround(f, group); name != "" {
				where.name = p + ": " + name
			}
		}
		for _, c := range group.List {
			s.text(p, fset.Position(c.Pos()).Line, c.Text, where)
		}
	}
	return nil
}

// testAround names the test function whose body or doc comment holds the comments, or "".
func testAround(f *ast.File, group *ast.CommentGroup) string {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil || !strings.HasPrefix(fn.Name.Name, "Test") && !strings.HasPrefix(fn.Name.Name, "Fuzz") {
			continue
		}
		if fn.Doc == group || fn.Pos() <= group.Pos() && group.End() <= fn.End() {
			return fn.Name.Name
		}
	}
	return ""
}

// source is where a reference stands, as the index names it.
type source struct {
	name string
	test bool
}

// place tells tests from code by path: Go tests, browser tests, everything in e2e, test data, and the cases of packs.
func place(p string) source {
	test := strings.HasSuffix(p, "_test.go") || strings.HasPrefix(p, "e2e/") || strings.Contains(p, "/testdata/") ||
		strings.HasPrefix(p, "packs/") && (strings.Contains(p, "/cases/") || strings.HasSuffix(p, ".txtar") ||
			strings.Contains(path.Base(p), "cases")) ||
		strings.Contains(p, ".test.") || strings.Contains(p, ".spec.") || strings.HasPrefix(p, "internal/testkit/")
	return source{name: p, test: test}
}

// text finds the references in a piece of a file that begins at the given line.
func (s *scanner) text(p string, line int, text string, where source) {
	for _, at := range candidate.FindAllStringIndex(text, -1) {
		id := s.longest(text[at[0]:])
		if id == "" && !strict.MatchString(text[at[0]:]) {
			continue // prose: "the CA page says"
		}
		if id == "" {
			rest, _, _ := strings.Cut(text[at[0]:min(len(text), at[0]+24)], "\n")
			s.refs.Dangling = append(s.refs.Dangling, fmt.Sprintf("%s:%d: refers to %q, which is no clause of the index",
				p, line+strings.Count(text[:at[0]], "\n"), rest))
			continue
		}
		list := s.refs.Code
		if where.test {
			list = s.refs.Tests
		}
		list[id] = append(list[id], where.name)
	}
}

// longest returns the longest id that the text begins with and that ends there: "MA 6.5.1" does not fit "MA 6.5.12" or
// "MA 6.5.1.9", but fits "MA 6.5.1." at the end of a sentence.
func (s *scanner) longest(text string) string {
	for _, id := range s.ids {
		if rest, ok := strings.CutPrefix(text, id); ok && !continues(rest) {
			return id
		}
	}
	return ""
}

// continued matches what makes an id a different, longer one.
var continued = regexp.MustCompile(`^(?:\w|\.\d)`)

func continues(rest string) bool { return continued.MatchString(rest) }
