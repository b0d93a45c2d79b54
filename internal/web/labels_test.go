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
	"tocsin/internal/web/filing"
	"tocsin/internal/web/page"
)

// TestPagesAreRead reads every page: a running program reads one when somebody opens it.
func TestPagesAreRead(t *testing.T) {
	all, err := page.ParsePages()
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(page.Sources, "templates/page_*.tmpl")
	if err != nil || len(files) < 20 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		if _, err := all.Get(strings.TrimSuffix(strings.TrimPrefix(path.Base(file), "page_"), ".tmpl")); err != nil {
			t.Error(err)
		}
	}
}

// TestLabels holds the words for fields away from the form equal to those on it.
func TestLabels(t *testing.T) {
	all, err := page.ParsePages()
	if err != nil {
		t.Fatal(err)
	}
	term := []policy.Term{{ID: "x", Label: "x"}}
	b := filing.ReportBody{Form: app.Form{Categories: term, PITypes: term}, Kind: "written", Management: true, Devices: filing.UpTo(1), Residents: filing.UpTo(1)}
	var out bytes.Buffer
	p := page.Page{Title: "t", Body: b}
	p.Zone, p.Assets = time.UTC, &page.Assets{}
	if err := all.Write(&out, "report", "main", p); err != nil {
		t.Fatal(err)
	}
	text := html.UnescapeString(out.String())
	for field, label := range page.Labels {
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
	for at, label := range page.ContactList {
		if !strings.Contains(text, `name="`+at+`.name"`) || !strings.Contains(text, ">"+label+"</legend>") {
			t.Errorf("no block is called %q, the words for %s", label, at)
		}
	}
}
