package web_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// node is one element of a page as read back from its bytes.
type node struct {
	tag   string
	attrs map[string]string
	text  string // of itself and all below, for the tags in worded
	path  []string
}

func (n node) has(attr string) bool { _, ok := n.attrs[attr]; return ok }

var voids = []string{"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}

// worded are the elements whose text tests look at.
var worded = []string{"a", "button", "h1", "label", "script", "textarea", "th"}

// parse reads a page strictly: every element that opens also closes, in order. What a browser would silently mend is an
// error here.
func parse(t *testing.T, body string) []*node {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(body))
	d.Strict, d.Entity = false, xml.HTMLEntity
	var all, open []*node
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("page is not well-formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{tag: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			for _, o := range open {
				n.path = append(n.path, o.tag)
			}
			all = append(all, n)
			if !slices.Contains(voids, n.tag) {
				open = append(open, n)
			}
		case xml.EndElement:
			if slices.Contains(voids, token.Name.Local) {
				continue
			}
			if len(open) == 0 || open[len(open)-1].tag != token.Name.Local {
				t.Fatalf("</%s> closes nothing that is open", token.Name.Local)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			for _, o := range open {
				if slices.Contains(worded, o.tag) {
					o.text += string(token)
				}
			}
		}
	}
	if len(open) > 0 {
		t.Fatalf("<%s> is never closed", open[len(open)-1].tag)
	}
	return all
}

func find(all []*node, tag string) []*node {
	var found []*node
	for _, n := range all {
		if n.tag == tag {
			found = append(found, n)
		}
	}
	return found
}

// skeleton is a page without its words: elements with the names of their attributes, in order.
func skeleton(all []*node) string {
	var b strings.Builder
	for _, n := range all {
		names := []string{}
		for name := range n.attrs {
			names = append(names, name)
		}
		slices.Sort(names)
		fmt.Fprintf(&b, "%s<%s %s>\n", strings.Repeat(" ", len(n.path)), n.tag, strings.Join(names, " "))
	}
	return b.String()
}

// flaws lists what no page may have: see design section 9.
func flaws(all []*node) []string {
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if n := len(find(all, "h1")); n != 1 {
		add("%d h1", n)
	}
	ids, labels := map[string]bool{}, map[string]bool{}
	for _, n := range all {
		if id := n.attrs["id"]; id != "" {
			if ids[id] {
				add("id %q twice", id)
			}
			ids[id] = true
		}
		labels[n.attrs["for"]] = labels[n.attrs["for"]] || n.tag == "label" && strings.TrimSpace(n.text) != ""
	}
	for _, n := range all {
		for name := range n.attrs {
			if strings.HasPrefix(name, "on") || name == "style" {
				add("<%s %s>", n.tag, name)
			}
		}
		switch n.tag {
		case "style", "base", "iframe", "object", "embed":
			add("<%s>", n.tag)
		case "script":
			if !n.has("src") || strings.TrimSpace(n.text) != "" {
				add("inline script")
			}
		case "input", "select", "textarea":
			if n.attrs["type"] != "hidden" && !labels[n.attrs["id"]] {
				add("%s %q without a label", n.tag, n.attrs["name"])
			}
		case "button", "a":
			if strings.TrimSpace(n.text) == "" {
				add("%s without words", n.tag)
			}
			if href := n.attrs["href"]; n.tag == "a" && !strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "#") && !strings.HasPrefix(href, "tel:") && !strings.HasPrefix(href, "mailto:") {
				add("link to %q", href)
			}
		case "th":
			if !n.has("scope") {
				add("th without scope")
			}
		}
		for _, ref := range []string{"aria-describedby", "aria-labelledby"} {
			for _, id := range strings.Fields(n.attrs[ref]) {
				if !ids[id] {
					add("%s names %q, which is not there", ref, id)
				}
			}
		}
		if href := n.attrs["href"]; strings.HasPrefix(href, "#") && !ids[href[1:]] {
			add("link to %q, which is not on the page", href)
		}
	}
	return list
}
