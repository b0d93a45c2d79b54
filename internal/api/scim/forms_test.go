package scim

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func example(t testing.TB) map[string]any {
	t.Helper()
	src, err := os.ReadFile("testdata/rfc7643-user.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := decodeObject(src)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func lines(t testing.TB, name string) (out []string) {
	t.Helper()
	src, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(string(src), "\n") {
		if l != "" && l[0] != '#' {
			out = append(out, l)
		}
	}
	return out
}

// TestFilters asks the filters of RFC 7644 of the user of RFC 7643.
func TestFilters(t *testing.T) {
	user := example(t)
	for _, l := range lines(t, "rfc7644-filters.txt") {
		want, src, _ := strings.Cut(l, " ")
		f, err := parseFilter(src)
		if err != nil {
			t.Errorf("%s: %v", src, err)
		} else if got := f.match(user); got != (want == "yes") {
			t.Errorf("%s: %v", src, got)
		}
	}
}

func TestFiltersThatAreRefused(t *testing.T) {
	for _, src := range []string{"", "userName", "userName eq", `userName eq "x`, "userName eq x", `userName is "x"`, `(userName pr`, `userName pr)`, "userName pr and", "not userName pr",
		`emails[type eq "work"`, `emails.type[type eq "x"]`, `userName co true`, "userName eq NaN", `"x" eq userName`, strings.Repeat("(", 30) + "a pr" + strings.Repeat(")", 30),
		strings.Repeat("a", 1001), "a.b.c eq 1", "userName eq {}", "userName eq \"\\u12\""} {
		if f, err := parseFilter(src); err == nil {
			t.Errorf("%q is taken as %v", src, f)
		}
	}
}

// FuzzFilter: whatever is sent, the parser ends, and what it takes can be asked.
func FuzzFilter(f *testing.F) {
	for _, l := range lines(f, "rfc7644-filters.txt") {
		_, src, _ := strings.Cut(l, " ")
		f.Add(src)
	}
	f.Add(`a[b[c eq 1]]`)
	user := example(f)
	f.Fuzz(func(t *testing.T, src string) {
		if parsed, err := parseFilter(src); err == nil {
			parsed.match(user)
		}
		if target, err := parseTarget(src); err == nil && target.attr == "" {
			t.Error("a path without an attribute")
		}
	})
}

// TestPatches carries out the examples of RFC 7644 3.5.2.
func TestPatches(t *testing.T) {
	all := lines(t, "rfc7644-patches.txt")
	if len(all)%3 != 0 || len(all) == 0 {
		t.Fatalf("%d lines", len(all))
	}
	for i := 0; i < len(all); i += 3 {
		word, before, _ := strings.Cut(all[i], " ")
		k := map[string]*kind{"group": groups, "user": users}[word]
		r, err := decodeObject([]byte(before))
		if err != nil {
			t.Fatal(err)
		}
		var ops []operation
		if err := json.Unmarshal([]byte(all[i+1]), &ops); err != nil {
			t.Fatal(err)
		}
		for _, o := range ops {
			if err := o.apply(k, r); err != nil {
				t.Errorf("%s: %v", all[i+1], err)
			}
		}
		after, err := k.normal(r)
		if err != nil {
			t.Errorf("%s: %v", all[i+1], err)
		}
		if got, _ := json.Marshal(after); string(got) != all[i+2] {
			t.Errorf("%s\n got %s\nwant %s", all[i+1], got, all[i+2])
		}
	}
}

func TestPatchesThatAreRefused(t *testing.T) {
	for src, want := range map[string]string{
		`{"op":"move","path":"title"}`:                                    "invalidSyntax",
		`{"op":"remove"}`:                                                 "noTarget",
		`{"op":"add","path":"title"}`:                                     "invalidValue",
		`{"op":"replace","path":"id","value":"x"}`:                        "mutability",
		`{"op":"add","path":"groups","value":[{"value":"admins"}]}`:       "mutability",
		`{"op":"add","path":"emails[type eq","value":{}}`:                 "invalidPath",
		`{"op":"add","path":"title[type eq \"x\"]","value":"x"}`:          "invalidPath",
		`{"op":"add","value":"x"}`:                                        "invalidValue",
		`{"op":"replace","path":"emails[value sw \"x\"]","value":{}}`:     "noTarget",
		`{"op":"replace","path":"emails[type eq \"x\"]x","value":"y"}`:    "invalidPath",
		`{"op":"replace","path":"name","value":"x"}`:                      "invalidValue",
		`{"op":"replace","path":"emails[type eq \"w\"]","value":"words"}`: "invalidValue",
	} {
		var o operation
		if err := json.Unmarshal([]byte(src), &o); err != nil {
			t.Fatal(err)
		}
		r := map[string]any{"userName": "b", "emails": []any{map[string]any{"type": "w", "value": "b@x.test"}}}
		err := o.apply(users, r)
		if refused, ok := err.(*refusal); !ok || refused.kind != want || refused.status != 400 {
			t.Errorf("%s: %v, want %s", src, err, want)
		}
	}
}
