package web

import (
	"strings"

	"tocsin/internal/web/page"
)

// LiveHeartbeat is how often an open stream is checked anew.
const LiveHeartbeat = page.LiveHeartbeat

// FieldsOf are the form fields that a POST admits.
func FieldsOf(pattern string) []string {
	for _, r := range routes {
		if r.Method == "POST" && r.Pattern == pattern {
			return r.Fields
		}
	}
	return nil
}

// RenderNote is a note as it stands on its page.
func RenderNote(t interface{ Fatal(...any) }, source string) string {
	p, err := page.Parsed()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := p.Write(&b, "notes", "markdown", page.Markdown(source)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
