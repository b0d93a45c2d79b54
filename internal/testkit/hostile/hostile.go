// Package hostile holds texts that have run as script, broken out of an attribute, or turned a page around somewhere. No text of
// the record may do any of it on a page, in a mail or in a document of ours.
package hostile

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed payloads.txt
var source string

// Payloads are the texts, each of them once: elements and handlers, broken attributes, addresses that run, split and doubled
// entities, mutations by the parser, Markdown, templates, turned writing, and formulas.
func Payloads() []string {
	var all []string
	for _, line := range strings.Split(source, "\n") {
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		text, err := strconv.Unquote(line)
		if err != nil {
			panic("payloads.txt: " + line + ": " + err.Error())
		}
		all = append(all, text)
	}
	return all
}
