package store

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A fact that its aggregate does not list would be refused only when one is to be written.
func TestEveryFactIsListed(t *testing.T) {
	names := NewRegistry().Names()
	found := 0
	err := filepath.WalkDir("../domain", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "FactName" {
				continue
			}
			found++
			if name := returned(f); !slices.Contains(names, name) {
				t.Errorf("%s: the fact %q is in no list of facts", path, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := len(names) - 1; found != want { // DirectoryImported is of the store
		t.Errorf("%d facts have a name, %d are listed", found, want)
	}
}

// returned is the text that a function with a single statement returns.
func returned(f *ast.FuncDecl) string {
	if len(f.Body.List) != 1 {
		return ""
	}
	r, ok := f.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(r.Results) != 1 {
		return ""
	}
	text, ok := r.Results[0].(*ast.BasicLit)
	if !ok {
		return ""
	}
	name, _ := strconv.Unquote(text.Value)
	return name
}
