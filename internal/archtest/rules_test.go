package archtest

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// rules are the checks that need nothing but a tree.
var rules = map[string]func(*Tree) []Problem{
	"Imports": Imports, "Purity": Purity,
	"Rooms": Rooms, "Routing": Routing,
	"TemplateLines": TemplateLines,
}

// TestRules runs each rule on an invented tree in which something is wrong. The comment of the archive names the rule,
// then lists exactly the problems that it must find.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	tested := map[string]bool{}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, rest, _ := strings.Cut(string(archive.Comment), "\n")
			tested[name] = true
			got := run(t, name, files2fs(archive))
			if diff := cmp.Diff(nonEmpty(rest), got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
	for name := range rules {
		if !tested[name] {
			t.Errorf("rule %s has no case in which it fails", name)
		}
	}
}

func run(t *testing.T, rule string, fsys fs.FS) []string {
	t.Helper()
	var problems []Problem
	var err error
	switch rule {
	case "Requirements":
		problems, err = Requirements(fsys)
	case "Words":
		problems, err = Words(fsys, paths(t, fsys))
	default:
		tree, loadErr := Load(fsys)
		if loadErr != nil || rules[rule] == nil {
			t.Fatalf("rule %q: %v", rule, loadErr)
		}
		problems = rules[rule](tree)
	}
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	slices.Sort(got)
	return got
}

// files2fs turns an archive into a file system. "@" stands for a letter in words that the archive may not contain itself,
// because this repository is searched for them too.
func files2fs(a *txtar.Archive) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, f := range a.Files {
		fsys[f.Name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(f.Data), "@", ""))}
	}
	return fsys
}

func paths(t *testing.T, fsys fs.FS) []string {
	var out []string
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func nonEmpty(s string) []string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		if line != "" {
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}

func TestLibc(t *testing.T) {
	ours := fstest.MapFS{"go.mod": {Data: []byte("module tocsin\nrequire modernc.org/libc v1.2.3\n")}}
	for theirs, want := range map[string]int{"v1.2.3": 0, "v1.2.4": 1} {
		got, err := Libc(ours, []byte("module modernc.org/sqlite\nrequire modernc.org/libc "+theirs+"\n"))
		if err != nil || len(got) != want {
			t.Errorf("sqlite needs %s: %v, %v", theirs, got, err)
		}
	}
}
