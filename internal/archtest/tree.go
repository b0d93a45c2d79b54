package archtest

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Module is the path of the module whose tree is checked.
const Module = "tocsin"

// Problem is one place where a rule does not hold.
type Problem struct {
	Path string // slash-separated, relative to the root
	Line int    // 0 where the whole file or tree is meant
	Text string // what is wrong, and what to do
}

// String gives the form that editors jump to: path:line: text.
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.Path, p.Text)
	}
	return fmt.Sprintf("%s:%d: %s", p.Path, p.Line, p.Text)
}

// File is one parsed Go file.
type File struct {
	Path string // slash-separated, relative to the root
	Dir  string
	Test bool // its name ends in _test.go
	AST  *ast.File
}

// Tree is the Go code of a repository, parsed once for all rules.
type Tree struct {
	FS    fs.FS
	Fset  *token.FileSet
	Files []*File
}

// skipped names directories that hold no code of ours, wherever they stand.
var skipped = map[string]bool{"node_modules": true, "testdata": true, "bin": true, "vendor": true}

// Skip says whether a directory is left out of every walk: hidden ones and those that hold no code of ours.
func Skip(name string) bool {
	return skipped[name] || len(name) > 1 && name[0] == '.' || name[0] == '_'
}

// Load parses every Go file below the root of fsys.
func Load(fsys fs.FS) (*Tree, error) {
	t := &Tree{FS: fsys, Fset: token.NewFileSet()}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && Skip(d.Name()):
			return fs.SkipDir
		case d.IsDir() || path.Ext(p) != ".go":
			return nil
		}
		return t.add(p)
	})
	return t, err
}

// add parses one file. A file that does not parse stops everything: no rule can speak for it.
func (t *Tree) add(p string) error {
	src, err := fs.ReadFile(t.FS, p)
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(t.Fset, p, src, parser.ParseComments)
	if err != nil {
		return err
	}
	t.Files = append(t.Files, &File{
		Path: p, Dir: path.Dir(p), Test: strings.HasSuffix(p, "_test.go"), AST: f,
	})
	return nil
}

// problem makes a Problem at a position of a file.
func (t *Tree) problem(f *File, pos token.Pos, format string, args ...any) Problem {
	return Problem{Path: f.Path, Line: t.Fset.Position(pos).Line, Text: fmt.Sprintf(format, args...)}
}

// Root finds the folder of go.mod, upwards from the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("no go.mod above the working directory")
		}
		dir = up
	}
}
