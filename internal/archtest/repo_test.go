package archtest

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/internal/archtest/clauses"
)

// root answers the repository as a path and as a file system.
func root(t *testing.T) (string, fs.FS) {
	t.Helper()
	dir, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	return dir, os.DirFS(dir)
}

func report(t *testing.T, problems []Problem, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}

// TestTree runs the rules on this repository.
func TestTree(t *testing.T) {
	_, fsys := root(t)
	tree, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Files) < 10 {
		t.Fatalf("only %d Go files found; the walk is broken", len(tree.Files))
	}
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) { report(t, rule(tree), nil) })
	}
}

// TestRequirements checks go.mod and the npm manifests against docs/dependencies.md.
func TestRequirements(t *testing.T) {
	_, fsys := root(t)
	problems, err := Requirements(fsys)
	report(t, problems, err)
}

// TestLibcMatchesSQLite asks the go command for the go.mod of the sqlite version in use.
func TestLibcMatchesSQLite(t *testing.T) {
	dir, fsys := root(t)
	cmd := exec.Command("go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite")
	cmd.Dir = dir
	path, err := cmd.Output()
	if err != nil {
		t.Fatal("go list -m modernc.org/sqlite: ", err)
	}
	mod, err := os.ReadFile(strings.TrimSpace(string(path)))
	if err != nil {
		t.Fatal(err)
	}
	problems, err := Libc(fsys, mod)
	report(t, problems, err)
}

// TestTrackedFilesNameNoWorkplace searches what version control tracks.
func TestTrackedFilesNameNoWorkplace(t *testing.T) {
	dir, fsys := root(t)
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		t.Skip("not a checkout: version control cannot say what is tracked")
	}
	cmd := exec.Command("git", "-c", "safe.directory=*", "ls-files", "-z")
	cmd.Dir = dir
	list, err := cmd.Output()
	if err != nil {
		t.Fatal("git ls-files: ", err)
	}
	problems, err := Words(fsys, strings.Split(strings.TrimRight(string(list), "\x00"), "\x00"))
	report(t, problems, err)
}

// TestClauses holds the index of the two source documents against the code, in both directions.
func TestClauses(t *testing.T) {
	_, fsys := root(t)
	problems, err := clauses.Check(fsys)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}
