package archtest

import (
	"go/ast"
	"go/token"
	"strings"
)

// vague lists package names that say nothing about what is inside.
var vague = map[string]bool{
	"util": true, "utils": true, "common": true, "helper": true, "helpers": true, "model": true, "models": true,
	"type": true, "types": true, "service": true, "services": true, "misc": true, "shared": true, "base": true, "manager": true, "lib": true,
}

// PackageNames reports packages whose name says nothing.
func PackageNames(t *Tree) []Problem {
	var out []Problem
	for _, f := range t.Files {
		last := f.Dir[strings.LastIndex(f.Dir, "/")+1:]
		if name := strings.TrimSuffix(f.AST.Name.Name, "_test"); vague[name] || vague[last] {
			out = append(out, t.problem(f, f.AST.Name.Pos(), "package %s: name it after what it holds", name))
		}
	}
	return out
}

// maxMethods is the size up to which a consumer's interface stays one idea.
const maxMethods = 6

// Interfaces reports interfaces of more than six methods. An interface that is embedded from the same file's package
// counts with its methods, any other embedded one as a single method.
func Interfaces(t *Tree) []Problem {
	decls := map[string]*ast.InterfaceType{} // dir + name
	each(t, func(f *File, s *ast.TypeSpec, i *ast.InterfaceType) { decls[f.Dir+"."+s.Name.Name] = i })
	var out []Problem
	each(t, func(f *File, s *ast.TypeSpec, i *ast.InterfaceType) {
		if n := methods(decls, f.Dir, i, 0); n > maxMethods && s.Name.Name != "Store" {
			out = append(out, t.problem(f, s.Pos(), "interface %s has %d methods, more than %d; let each consumer declare what it needs",
				s.Name.Name, n, maxMethods))
		}
	})
	return out
}

// each visits every interface type that has a name.
func each(t *Tree, visit func(*File, *ast.TypeSpec, *ast.InterfaceType)) {
	for _, f := range t.Files {
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok {
				if i, ok := s.Type.(*ast.InterfaceType); ok {
					visit(f, s, i)
				}
			}
			return true
		})
	}
}

// methods counts the methods of an interface with those that it embeds from its own package. The depth only guards against a
// cycle, which the compiler refuses anyway.
func methods(decls map[string]*ast.InterfaceType, dir string, i *ast.InterfaceType, depth int) int {
	n := 0
	for _, m := range i.Methods.List {
		embedded, isIdent := m.Type.(*ast.Ident)
		switch {
		case len(m.Names) > 0:
			n += len(m.Names)
		case isIdent && decls[dir+"."+embedded.Name] != nil && depth < 8:
			n += methods(decls, dir, decls[dir+"."+embedded.Name], depth+1)
		default:
			n++
		}
	}
	return n
}

// Documented reports packages and exported names that nothing is said about. The comment of a group of constants or
// variables speaks for its members.
func Documented(t *Tree) []Problem {
	var out []Problem
	said, first := map[string]bool{}, map[string]*File{}
	for _, f := range t.Files {
		if f.Test || strings.HasSuffix(f.Path, "/aliases.go") { // the aliases go when their users name the rooms
			continue
		}
		if first[f.Dir] == nil {
			first[f.Dir] = f
		}
		said[f.Dir] = said[f.Dir] || f.AST.Doc != nil
		for _, d := range f.AST.Decls {
			out = append(out, undocumented(t, f, d)...)
		}
	}
	for dir, f := range first {
		if !said[dir] {
			out = append(out, t.problem(f, f.AST.Name.Pos(), "package %s has no package comment", f.AST.Name.Name))
		}
	}
	return out
}

// undocumented reports the exported names of one declaration. A method counts only where its receiver is exported: nobody
// outside sees the others.
func undocumented(t *Tree, f *File, d ast.Decl) []Problem {
	var out []Problem
	miss := func(name *ast.Ident) {
		if name.IsExported() {
			out = append(out, t.problem(f, name.Pos(), "%s is exported and has no comment", name.Name))
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && (d.Recv == nil || ast.IsExported(receiver(d.Recv.List[0].Type))) {
			miss(d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid() && !s.Assign.IsValid()) { // an alias has its comment where its type is
					miss(s.Name)
				}
			case *ast.ValueSpec:
				if d.Doc == nil && s.Doc == nil && s.Comment == nil && d.Tok != token.IMPORT {
					for _, name := range s.Names {
						miss(name)
					}
				}
			}
		}
	}
	return out
}

// receiver returns the type name of a method's receiver.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
