package clauses

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// small is an index of a few clauses and code that agrees with it.
func small() fstest.MapFS {
	fsys := fstest.MapFS{}
	put := func(name, text string) { fsys[name] = &fstest.MapFile{Data: []byte(text)} }
	put("docs/standard/massachusetts.yaml", `title: MA
about: about
clauses:
  - heading: Rating
  - id: MA 6.5.1
    text: rated
    status: done
  - id: MA 6.5.1 high
    text: high
    status: done
    part_of: MA 6.5.1
  - id: MA 6.5.12
    text: another
    status: not yet
    note: later
`)
	put("docs/standard/california.yaml",
		"title: CA\nabout: about\nclauses:\n  - id: CA step 1\n    text: report\n    status: partly\n    note: half\n")
	put("internal/domain/policy/rate.go", "package policy\n\n// Rate rates. MA 6.5.1; CA step 1.\nfunc Rate() {}\n")
	put("internal/domain/policy/rate_test.go", "package policy\n\nfunc TestRate(t *testing.T) {\n\t// MA 6.5.1: the boundary\n}\n")
	put("internal/web/page.html", "<!-- CA step 1 --> the CA page says\n")
	put("packs/us-ma/cases/a.yaml", "# MA 6.5.1 high\n")
	put("internal/domain/policy/testdata/golden.txtar", "# MA 6.5.1 high\nquotes MA 6.5.12 and MA 9.9\n")
	put("ui/node_modules/x/x.js", "// MA 9.9.9\n")
	settle(fsys)
	return fsys
}

// settle does what `make clauses` does, in memory.
func settle(fsys fstest.MapFS) {
	indexes, err := Load(fsys)
	if err != nil {
		panic(err)
	}
	if _, err := Update(fsys, indexes); err != nil {
		panic(err)
	}
	for _, x := range indexes {
		fsys[x.Path] = &fstest.MapFile{Data: []byte(x.YAML())}
		fsys[x.Page] = &fstest.MapFile{Data: []byte(x.Markdown())}
	}
}

func TestUpdateThenCheckAgrees(t *testing.T) {
	fsys := small()
	got, err := Check(fsys)
	if err != nil || len(got) > 0 {
		t.Fatal(got, err)
	}
	indexes, _ := Load(fsys)
	all := byID(indexes)
	want := map[string][2][]string{
		"MA 6.5.1":      {{"internal/domain/policy/rate.go"}, {"internal/domain/policy/rate_test.go: TestRate"}},
		"MA 6.5.1 high": {nil, {"internal/domain/policy/testdata/golden.txtar", "packs/us-ma/cases/a.yaml"}},
		"MA 6.5.12":     {nil, nil},
		"CA step 1":     {{"internal/domain/policy/rate.go", "internal/web/page.html"}, nil},
	}
	for id, w := range want {
		if diff := cmp.Diff(w, [2][]string{all[id].Code, all[id].Tests}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

func TestCheckFinds(t *testing.T) {
	edit := func(file, old, new string) func(fstest.MapFS) {
		return func(fsys fstest.MapFS) {
			src := string(fsys[file].Data)
			if !strings.Contains(src, old) {
				panic("case is stale: " + old)
			}
			fsys[file] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(src, old, new))}
		}
	}
	const index, page, code = "docs/standard/massachusetts.yaml", "docs/standard/massachusetts.md", "internal/domain/policy/rate.go"
	for name, tc := range map[string]struct {
		change func(fstest.MapFS)
		settle bool // after the change, run the update: what remains is for people
		want   string
	}{
		"reference removed from code": {edit(code, "MA 6.5.1; ", ""), false,
			"lists the code internal/domain/policy/rate.go, which does not refer to it"},
		"reference added to code": {edit(code, "CA step 1.", "CA step 1. MA 6.5.12."), false,
			"MA 6.5.12: the code internal/domain/policy/rate.go refers to it and is not listed"},
		"reference to no clause":        {edit(code, "CA step 1.", "CA step 7."), true, `rate.go:3: refers to "CA step 7."`},
		"longer number is no reference": {edit(code, "MA 6.5.1;", "MA 6.5.1.4;"), true, `refers to "MA 6.5.1.4; CA step 1."`},
		"done without code":             {edit(code, "MA 6.5.1; ", ""), true, "MA 6.5.1: is done and no code refers to it"},
		"done without test": {edit("internal/domain/policy/rate_test.go", "MA 6.5.1: ", ""), true,
			"MA 6.5.1: is done and no test refers to it"},
		"unknown status":         {edit(index, "status: not yet", "status: soon"), true, `status "soon" is none of`},
		"not yet without a word": {edit(index, `    note: "later"`+"\n", ""), true, "MA 6.5.12: is not yet and no note says"},
		"no text":                {edit(index, `text: "another"`, `text: ""`), true, "text must be one line"},
		"id twice":               {edit(index, "id: MA 6.5.12", "id: MA 6.5.1"), true, "stands twice"},
		"part of nothing": {edit(index, `part_of: "MA 6.5.1"`, `part_of: "MA 6.5.2"`), true,
			`is part of "MA 6.5.2", which is no clause`},
		"page edited by hand": {edit(page, "another", "something else"), false, "massachusetts.md: is not what"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := small()
			tc.change(fsys)
			if tc.settle {
				settle(fsys)
			}
			got, err := Check(fsys)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(got, "\n"), tc.want) {
				t.Errorf("want a problem with %q, got %q", tc.want, got)
			}
		})
	}
}

// What asks nothing needs no code, no test and no note.
func TestAsksNothing(t *testing.T) {
	fsys := small()
	const index = "docs/standard/massachusetts.yaml"
	fsys[index].Data = []byte(strings.Replace(string(fsys[index].Data), "status: not yet\n    note: \"later\"", "status: asks nothing", 1))
	settle(fsys)
	if got, err := Check(fsys); err != nil || len(got) > 0 {
		t.Error(got, err)
	}
	if page := string(fsys["docs/standard/massachusetts.md"].Data); !strings.Contains(page, "1 that ask nothing") {
		t.Error(page)
	}
}

func TestUnknownKeyIsRefused(t *testing.T) {
	fsys := small()
	fsys["docs/standard/california.yaml"].Data = append(fsys["docs/standard/california.yaml"].Data, "    owner: me\n"...)
	if _, err := Load(fsys); err == nil || !strings.Contains(err.Error(), "owner") {
		t.Fatal(err)
	}
}

func TestSetStatus(t *testing.T) {
	indexes, err := Load(small())
	if err != nil {
		t.Fatal(err)
	}
	if n := SetStatus(indexes, Partly, "MA 6.5.1*"); n != 3 {
		t.Errorf("prefix set %d", n)
	}
	if n := SetStatus(indexes, Done, "MA 6.5.1"); n != 1 || byID(indexes)["MA 6.5.12"].Status != Partly {
		t.Errorf("exact id set %d", n)
	}
}

// counts says how many numbered children each clause has in the source documents, so that none is forgotten.
var counts = map[string]int{
	"MA 1": 1, "MA 2": 1, "MA 3": 1, "MA 4": 4, "MA 5": 1, "MA 6": 8,
	"MA 6.1": 1, "MA 6.1.1": 4, "MA 6.2": 1, "MA 6.2.1": 4,
	"MA 6.3": 2, "MA 6.3.1": 3, "MA 6.3.1.1": 7, "MA 6.3.1.2": 3, "MA 6.3.1.3": 5, "MA 6.3.2": 4,
	"MA 6.4": 3, "MA 6.4.1": 12, "MA 6.4.2": 2, "MA 6.4.3": 2,
	"MA 6.5": 4, "MA 6.5.2": 4, "MA 6.5.3": 15,
	"MA 6.6": 4, "MA 6.6.1": 4, "MA 6.6.2": 9, "MA 6.6.3": 2, "MA 6.6.4": 6,
	"MA 6.7": 5, "MA 6.8": 4, "MA 9": 1,
	"MA Control Mapping 6": 6,
}

// rows are the printed rows of the control mapping, by section; items the lists of the California page.
var rows = map[string]int{
	"MA Control Mapping 6.1 row": 4, "MA Control Mapping 6.2 row": 4, "MA Control Mapping 6.3 row": 6, "MA Control Mapping 6.4 row": 6,
	"MA Control Mapping 6.5 row": 5, "MA Control Mapping 6.6 row": 3,
	"CA step": 5, "CA step 1 paragraph": 2, "CA step 2 item": 8, "CA step 2 device": 6, "CA step 3 paragraph": 3, "CA step 5 paragraph": 2,
}

func TestEveryClauseIsListed(t *testing.T) {
	all := byID(repository(t))
	for parent, n := range counts {
		requireRun(t, all, parent+".", n)
	}
	for prefix, n := range rows {
		requireRun(t, all, prefix+" ", n)
	}
	for _, id := range []string{"MA 5.1 exceptions", "MA 6.5.1 high", "MA 6.5.1 medium", "MA 6.5.1 low",
		"MA 6.5.1 footnote 1", "MA 6.6.2 testing",
		"MA 9.1 owner", "CA step 1 important", "CA step 2 important", "CA step 4 business hours", "CA step 4 after hours",
		"CA step 4 next business day", "CA page introduction", "CA page process", "CA page contacts", "CA page resources",
		"CA page links", "MA Control Mapping"} {
		if all[id] == nil {
			t.Errorf("%s is missing", id)
		}
	}
}

// requireRun wants prefix1 to prefixN and no prefixN+1.
func requireRun(t *testing.T, all map[string]*Clause, prefix string, n int) {
	t.Helper()
	for i := 1; i <= n+1; i++ {
		id := prefix + strconv.Itoa(i)
		if (all[id] != nil) != (i <= n) {
			t.Errorf("%s: listed %v", id, all[id] != nil)
		}
	}
}

func repository(t *testing.T) []*Index {
	t.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	var fsys fs.FS = os.DirFS(dir)
	indexes, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return indexes
}
