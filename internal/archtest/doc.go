// Package archtest holds the shape of the code as failing tests: who may import whom, what a pure package may not touch,
// what go.mod may hold, which words may not stand in a tracked file, and that the index of the two source documents agrees
// with the code. What linters know is in .golangci.yml.
//
// Each rule is a function from a Tree to the Problems it found. It runs on this repository (repo_test.go) and on a
// small invented tree beside it (testdata/*.txtar) where it must find exactly what is wrong: a rule that cannot fail holds
// nothing.
//
// What a rule allows is a table in this package with a reason on every line. Widening one is a decision; say it in an
// ADR when it bends the direction of imports.
//
// Beside it stand clauses, the index of the source documents, and routes, where every route of every edge is held against
// a table of who may call it.
package archtest
