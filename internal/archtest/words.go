package archtest

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// word is something that belongs to the machine the code was written on, not to the code.
type word struct {
	find *regexp.Regexp
	why  string
}

// The patterns are written so that this file does not match itself.
var words = []word{
	{regexp.MustCompile(`(?:^|[^\w.])/(?:w` + `ork|farm|root)/\w`),
		"names a folder of one machine; use a path relative to the repository, a flag or a temporary folder"},
	{regexp.MustCompile(`(?:^|[^\w])shared` + `/[a-z]`), "names a folder outside the repository; only ../shared" +
		"/data may be read, by tests, and skipped where absent"},
	{regexp.MustCompile(`github\.com/[\w-]+/toc` + `sin\b`), "the module is called tocsin and has no host"},
	{regexp.MustCompile(`"resolved": *"http`), "names a registry; create the lock file with npm's omit-lockfile-registry-resolved"},
}

// allowedWord is the one folder outside the repository that may be named: real data, trimmed, that some tests read.
var allowedWord = regexp.MustCompile(`\.\./shared` + `/data\b`)

// maxScanned keeps binary and very large files out of the search for words.
const maxScanned = 4 << 20

// Words reports workplace names in the given files, which are those that version control tracks.
func Words(fsys fs.FS, tracked []string) ([]Problem, error) {
	var out []Problem
	for _, p := range tracked {
		info, err := fs.Stat(fsys, p)
		if err != nil || info.IsDir() || info.Size() > maxScanned {
			continue // deleted but not yet committed, a submodule, or data
		}
		src, err := fs.ReadFile(fsys, p)
		if err != nil {
			return nil, err
		}
		if bytes.IndexByte(src, 0) < 0 {
			out = append(out, wordsIn(p, string(src))...)
		}
	}
	return out, nil
}

// wordsIn searches one file. go.sum is left out: it names every module of the graph, and none of it is ours to word.
func wordsIn(p, src string) []Problem {
	var out []Problem
	if path.Base(p) == "go.sum" {
		return nil
	}
	for i, line := range strings.Split(src, "\n") {
		line = allowedWord.ReplaceAllString(line, "")
		for _, w := range words {
			if w.find.MatchString(line) {
				out = append(out, Problem{p, i + 1, w.why})
			}
		}
	}
	return out
}
