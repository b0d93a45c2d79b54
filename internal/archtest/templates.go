package archtest

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"
)

// maxTemplateLine is what a template's line may hold, in characters. In a longer one a diff shows that something changed and not what.
const maxTemplateLine = 140

// TemplateLines reports the lines of page templates that are too long.
func TemplateLines(t *Tree) []Problem {
	var out []Problem
	err := fs.WalkDir(t.FS, "internal/web", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && Skip(d.Name()):
			return fs.SkipDir
		case d.IsDir() || path.Ext(p) != ".tmpl":
			return nil
		}
		src, err := fs.ReadFile(t.FS, p)
		if err != nil {
			return err
		}
		line := 0
		for text := range strings.Lines(string(src)) {
			line++
			if n := utf8.RuneCountInString(strings.TrimSuffix(text, "\n")); n > maxTemplateLine {
				text := fmt.Sprintf("%d characters, more than %d: break it at a block's tag, or after an action that trims", n, maxTemplateLine)
				out = append(out, Problem{Path: p, Line: line, Text: text})
			}
		}
		return nil
	})
	if err != nil {
		out = append(out, Problem{Path: "internal/web", Text: "cannot be walked: " + err.Error()})
	}
	return out
}
