package archtest

import (
	"go/ast"
	"strings"
)

// muxes are the files that may give an address to a handler, and why. Everything else goes through a registry, which names
// permission, object and audit, and is held against the access matrix.
var muxes = map[string]string{
	"internal/web/page/web.go":    "serves the registry of pages, and the assets",
	"cmd/tocsin/wiring.go":        "puts the edges beside each other, and the two probes of an orchestrator, which say nothing of the record",
	"internal/api/serve/serve.go": "serves the registry of the API",
	"internal/api/scim/serve.go":  "is the registry of SCIM and serves it",
}

// Routing reports addresses that are registered past the registries: calls of Handle or HandleFunc with an address in hand.
func Routing(t *Tree) []Problem {
	var out []Problem
	for _, f := range t.Files {
		served := strings.HasPrefix(f.Dir, "internal/") || strings.HasPrefix(f.Dir, "cmd/")
		if f.Test || !served || muxes[f.Path] != "" || within(f.Dir, "internal/testkit") {
			continue
		}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 || !addressed(call.Args[0]) {
				return true
			}
			if s, ok := call.Fun.(*ast.SelectorExpr); ok && (s.Sel.Name == "Handle" || s.Sel.Name == "HandleFunc") {
				out = append(out, t.problem(f, n.Pos(), "registers an address past the registries; put it into one, with its row in the access matrix"))
			}
			return true
		})
	}
	return out
}

// addressed says whether an argument looks like an address: a text that holds a slash, or a sum with one.
func addressed(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return strings.Contains(e.Value, "/")
	case *ast.BinaryExpr:
		return addressed(e.X) || addressed(e.Y)
	}
	return false
}
