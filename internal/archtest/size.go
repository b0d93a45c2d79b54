package archtest

import "fmt"

// maxLines is where a file stops being one thing.
const maxLines = 500

// longFiles are the files that may be longer, each with its reason. An entry whose file is short again is a problem too.
var longFiles = map[string]string{}

// FileSizes reports Go files of more than 500 lines that longFiles does not explain.
func FileSizes(t *Tree) []Problem {
	var out []Problem
	long := map[string]bool{}
	for _, f := range t.Files {
		long[f.Path] = f.Lines > maxLines
		if f.Lines > maxLines && longFiles[f.Path] == "" {
			out = append(out, Problem{Path: f.Path, Text: fmt.Sprintf(
				"%d lines, more than %d: split it by what it is about, or explain it in internal/archtest/size.go", f.Lines, maxLines)})
		}
	}
	for path := range longFiles {
		if !long[path] {
			out = append(out, Problem{Path: path, Text: "is explained as long in internal/archtest/size.go and is not; delete the line"})
		}
	}
	return out
}
