package web

import (
	"bytes"
	"html"
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/policy"
)

// TestPagesAreRead reads every page: a running program reads one when somebody opens it.
func TestPagesAreRead(t *testing.T) {
	all, err := parsePages()
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(sources, "templates/page_*.tmpl")
	if err != nil || len(files) < 20 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		if _, err := all.get(strings.TrimSuffix(strings.TrimPrefix(path.Base(file), "page_"), ".tmpl")); err != nil {
			t.Error(err)
		}
	}
}

// TestLabels holds the words for fields away from the form equal to those on it.
func TestLabels(t *testing.T) {
	all, err := parsePages()
	if err != nil {
		t.Fatal(err)
	}
	term := []policy.Term{{ID: "x", Label: "x"}}
	b := reportBody{Form: app.Form{Categories: term, PITypes: term}, Kind: "written", Management: true, Devices: upTo(1), Residents: upTo(1)}
	var out bytes.Buffer
	p := page{Title: "t", Body: b}
	p.zone, p.assets = time.UTC, &assets{}
	if err := all.write(&out, "report", "main", p); err != nil {
		t.Fatal(err)
	}
	text := html.UnescapeString(out.String())
	for field, label := range labels {
		name := field
		if rest, ok := strings.CutPrefix(field, "devices."); ok {
			name = "devices[0]." + rest
		}
		if !strings.Contains(text, `name="`+name+`"`) {
			t.Errorf("the form has no field %s", name)
		}
		if !strings.Contains(text, ">"+label+"</l") {
			t.Errorf("no control is labelled %q, the words for %s", label, field)
		}
	}
	for at, label := range contacts {
		if !strings.Contains(text, `name="`+at+`.name"`) || !strings.Contains(text, ">"+label+"</legend>") {
			t.Errorf("no block is called %q, the words for %s", label, at)
		}
	}
}
