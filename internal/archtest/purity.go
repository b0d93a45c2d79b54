package archtest

import (
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// ban forbids packages and selectors in one part of the tree.
type ban struct {
	dir       string
	packages  []string // import paths; one that ends in "/" bans everything below it
	selectors []string // "time.Now"
	keywords  bool     // go statements
	why       string
}

// clock is every way of the standard library to learn the time or to wait for it, and the machine's own time zone.
var clock = []string{"time.Now", "time.Since", "time.Until", "time.After", "time.AfterFunc", "time.Sleep", "time.Tick",
	"time.NewTimer", "time.NewTicker", "time.Local"}

// bans is what "pure" means. net/netip, net/url and net/mail stay allowed: they parse text and touch no network. So does
// io/fs, an interface that is handed in, while os stays out; and time.LoadLocation: zones are data that the binary embeds.
var bans = []ban{
	{"internal/domain", []string{"context", "crypto/rand", "database/", "log", "log/", "math/rand", "math/rand/",
		"net", "net/http", "net/http/", "net/rpc", "net/rpc/", "net/smtp", "net/textproto", "os", "os/", "runtime",
		"runtime/", "syscall", "unsafe"},
		clock, true, "the same inputs must give the same facts; time, chance, people and what was looked up are arguments"},
	{"internal/ledger", []string{"context", "database/", "net", "net/http", "net/http/", "os", "os/"},
		clock, false, "a proof is checked from bytes alone"},
	{"internal/app", []string{"database/", "net/http", "net/http/"}, nil, false, "use cases reach the outside through ports"},
	{"internal/web", []string{"database/"}, nil, false, "edges reach the record through app"},
	{"internal/api", []string{"database/"}, nil, false, "edges reach the record through app"},
	{"internal/work", []string{"database/"}, nil, false, "loops act through commands of app"},
}

// alone is why tests of what starts no goroutine start none either: the gate runs them without the race detector.
const alone = "the tests of this part run without the race detector, which would have to watch them"

// Purity reports what a part of the tree touches that its purpose forbids. Tests are exempt, because they may read files; but where no
// code starts a goroutine, no test does.
func Purity(t *Tree) []Problem {
	var out []Problem
	for _, f := range t.Files {
		for _, b := range bans {
			switch {
			case !within(f.Dir, b.dir):
			case !f.Test:
				out = append(out, b.check(t, f)...)
			case b.keywords:
				out = append(out, atOnce(t, f)...)
			}
		}
	}
	return out
}

// check looks at imports and at uses. A banned selector is found under whatever name its package was imported.
func (b *ban) check(t *Tree, f *File) []Problem {
	var out []Problem
	for _, imp := range f.AST.Imports {
		name, _ := strconv.Unquote(imp.Path.Value)
		if slices.ContainsFunc(b.packages, func(p string) bool { return name == p || strings.HasSuffix(p, "/") && strings.HasPrefix(name, p) }) {
			out = append(out, t.problem(f, imp.Pos(), "may not import %s: %s", name, b.why))
		}
	}
	names := importNames(f.AST)
	ast.Inspect(f.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok {
				if s := fmt.Sprintf("%s.%s", names[x.Name], n.Sel.Name); slices.Contains(b.selectors, s) {
					out = append(out, t.problem(f, n.Pos(), "may not use %s: %s", s, b.why))
				}
			}
		case *ast.GoStmt:
			if b.keywords {
				out = append(out, t.problem(f, n.Pos(), "may not start a goroutine: %s", b.why))
			}
		}
		return true
	})
	return out
}

// atOnce finds what lets a test do two things at a time: a go statement, a method of that name, parallel tests and benchmarks.
func atOnce(t *Tree, f *File) (out []Problem) {
	ast.Inspect(f.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			out = append(out, t.problem(f, n.Pos(), "may not start a goroutine: %s", alone))
		case *ast.SelectorExpr:
			if slices.Contains([]string{"Go", "Parallel", "RunParallel"}, n.Sel.Name) {
				out = append(out, t.problem(f, n.Pos(), "may not use %s: %s", n.Sel.Name, alone))
			}
		}
		return true
	})
	return out
}

// importNames maps the local name of each import to its path, so that a renamed import hides nothing.
func importNames(f *ast.File) map[string]string {
	names := map[string]string{}
	for _, imp := range f.Imports {
		p, _ := strconv.Unquote(imp.Path.Value)
		name := p[strings.LastIndex(p, "/")+1:]
		if imp.Name != nil {
			name = imp.Name.Name
		}
		names[name] = p
	}
	return names
}
