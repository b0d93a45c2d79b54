package archtest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// floors are the versions below which a known fault would ship.
var floors = map[string]struct{ version, why string }{
	"github.com/jackc/pgx/v5":     {"v5.9.2", "earlier versions have published vulnerabilities"},
	"github.com/wneessen/go-mail": {"v0.7.1", "earlier versions have published vulnerabilities"},
	"modernc.org/sqlite": {"v1.46.2",
		"earlier versions carry the WAL-reset fault of SQLite before 3.51.3, which corrupts a database"},
}

// maxDirect is how many direct requirements the project allows itself.
const maxDirect = 35

// dependencyPage explains every direct requirement.
const dependencyPage = "docs/dependencies.md"

// Requirements reports direct requirements of go.mod below their floor, too many of them, and any of Go's or npm's that
// docs/dependencies.md does not explain, or explains although nothing requires it.
func Requirements(fsys fs.FS) ([]Problem, error) {
	mod, err := readMod(fsys)
	if err != nil {
		return nil, err
	}
	var out []Problem
	var direct []string
	for _, r := range mod.Require {
		if f, ok := floors[r.Mod.Path]; ok && semver.Compare(r.Mod.Version, f.version) < 0 {
			out = append(out, Problem{"go.mod", r.Syntax.Start.Line, fmt.Sprintf("%s %s is below %s: %s", r.Mod.Path,
				r.Mod.Version, f.version, f.why)})
		}
		if !r.Indirect {
			direct = append(direct, r.Mod.Path)
		}
	}
	if len(direct) > maxDirect {
		out = append(out, Problem{"go.mod", 0, fmt.Sprintf("%d direct requirements, more than %d", len(direct), maxDirect)})
	}
	npm, complete, err := npmPackages(fsys)
	if err != nil {
		return nil, err
	}
	explained, err := explanations(fsys)
	return append(out, compareExplained(append(direct, npm...), explained, complete)...), err
}

// readMod reads the requirements of this module.
func readMod(fsys fs.FS) (*modfile.File, error) {
	src, err := fs.ReadFile(fsys, "go.mod")
	if err != nil {
		return nil, err
	}
	return modfile.Parse("go.mod", src, nil)
}

// manifests are the places where npm packages are required: the pages' assets and the browser tests.
var manifests = []string{"ui/package.json", "e2e/browser/package.json"}

// npmPackages lists what the manifests require. complete says that every manifest was there.
func npmPackages(fsys fs.FS) (names []string, complete bool, err error) {
	complete = true
	for _, path := range manifests {
		src, err := fs.ReadFile(fsys, path)
		if err != nil {
			complete = false // that part does not exist yet
			continue
		}
		var m struct{ Dependencies, DevDependencies map[string]string }
		if err := json.Unmarshal(src, &m); err != nil {
			return nil, false, fmt.Errorf("%s: %w", path, err)
		}
		for _, deps := range []map[string]string{m.Dependencies, m.DevDependencies} {
			for name := range deps {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), complete, nil
}

// explanations reads the first column of the tables in docs/dependencies.md: a name between backticks, and its line.
func explanations(fsys fs.FS) (map[string]int, error) {
	src, err := fs.ReadFile(fsys, dependencyPage)
	if err != nil {
		return nil, err
	}
	lines := map[string]int{}
	for i, line := range strings.Split(string(src), "\n") {
		if rest, ok := strings.CutPrefix(line, "| `"); ok {
			name, _, _ := strings.Cut(rest, "`")
			lines[name] = i + 1
		}
	}
	return lines, nil
}

// compareExplained wants both directions: no requirement without a reason, no reason for what is no longer required. The second
// only where all manifests were read, because a row may speak for a part that is not there.
func compareExplained(required []string, explained map[string]int, complete bool) []Problem {
	var out []Problem
	for _, name := range required {
		if explained[name] == 0 {
			out = append(out, Problem{dependencyPage, 0, name + " is required and not explained; add a row: why, licence, upkeep"})
		}
	}
	for name, line := range explained {
		if complete && !slices.Contains(required, name) {
			out = append(out, Problem{dependencyPage, line, name + " is explained and nothing requires it; delete the row"})
		}
	}
	return out
}

// Libc reports a modernc.org/libc other than the one the required modernc.org/sqlite was generated against. The two are
// one program in two modules: another libc compiles and misbehaves. sqliteMod is the go.mod of that sqlite version.
func Libc(fsys fs.FS, sqliteMod []byte) ([]Problem, error) {
	ours, err := readMod(fsys)
	if err != nil {
		return nil, err
	}
	theirs, err := modfile.ParseLax("sqlite/go.mod", sqliteMod, nil)
	if err != nil {
		return nil, err
	}
	got, want := version(ours, "modernc.org/libc"), version(theirs, "modernc.org/libc")
	if got != want {
		return []Problem{{"go.mod", 0, fmt.Sprintf("modernc.org/libc %s, but modernc.org/sqlite needs exactly %s; pin it", got, want)}}, nil
	}
	return nil, nil
}

// version answers the required version of a module.
func version(m *modfile.File, path string) string {
	for _, r := range m.Require {
		if r.Mod.Path == path {
			return r.Mod.Version
		}
	}
	return "(none)"
}
