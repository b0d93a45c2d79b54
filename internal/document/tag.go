package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tocsin/internal/domain/paper"
)

// node is an element of the structure: PDF 32000-1, 14.7.
type node struct {
	kind    string
	scope   string // of a table heading: Column or Row
	parent  *node
	kids    []*node
	content []place
	object  int // its number in the file
}

// place is where a piece of content stands: the page, from 0, and its number there.
type place struct{ page, id int }

func (n *node) add(kind string) *node {
	kid := &node{kind: kind, parent: n}
	n.kids = append(n.kids, kid)
	return kid
}

// tag puts the structure into a PDF: the elements, which content of which page is whose, and the words in the catalog that say so.
// The objects are written anew, so that the file has no earlier version inside.
func tag(raw []byte, d paper.Doc, l *layout) ([]byte, error) {
	objects, err := split(raw)
	if err != nil {
		return nil, err
	}
	pages, info, catalog := l.page+1, len(objects)-2, len(objects)-1
	for p := range pages {
		objects[pageObject(p)] = fmt.Appendf(nil, "<</Type /Page /Parent 1 0 R /Resources 2 0 R /Contents %d 0 R /StructParents %d /Tabs /S>>",
			pageObject(p)+1, p)
	}
	root, tree := len(objects), len(objects)+1
	next := number(l.root, tree+1)
	objects[catalog] = bytes.Replace(objects[catalog], []byte("/Type /Catalog"),
		fmt.Appendf(nil, "/Type /Catalog /MarkInfo <</Marked true>> /ViewerPreferences <</DisplayDocTitle true>> /StructTreeRoot %d 0 R", root),
		1)
	objects = append(objects, fmt.Appendf(nil, "<</Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d>>",
		l.root.object, tree, pages),
		parents(l.root, pages))
	objects = append(objects, make([][]byte, next-len(objects))...)
	write(l.root, root, objects)
	for i, o := range objects {
		objects[i] = named(o)
	}
	return join(objects, catalog, info), nil
}

// pageObject is the number of a page's object as fpdf counts: two objects per page, after the tree and the resources.
func pageObject(p int) int { return 3 + 2*p }

// number gives every element its object number.
func number(n *node, next int) int {
	n.object = next
	next++
	for _, k := range n.kids {
		next = number(k, next)
	}
	return next
}

// write fills in the objects of an element and of all below it.
func write(n *node, parent int, objects [][]byte) {
	b := fmt.Appendf(nil, "<</Type /StructElem /S /%s /P %d 0 R", n.kind, parent)
	if n.scope != "" {
		b = fmt.Appendf(b, " /A <</O /Table /Scope /%s>>", n.scope)
	}
	if len(n.content) > 0 {
		b = fmt.Appendf(b, " /Pg %d 0 R", pageObject(n.content[0].page))
	}
	b = append(b, " /K ["...)
	for _, c := range n.content {
		b = fmt.Appendf(b, "<</Type /MCR /Pg %d 0 R /MCID %d>> ", pageObject(c.page), c.id)
	}
	for _, k := range n.kids {
		b = fmt.Appendf(b, "%d 0 R ", k.object)
		write(k, n.object, objects)
	}
	objects[n.object] = append(b, "]>>"...)
}

// parents is the way back: for each page, whose content each of its pieces is.
func parents(root *node, pages int) []byte {
	owners := make([][]int, pages)
	var walk func(*node)
	walk = func(n *node) {
		for _, c := range n.content {
			for len(owners[c.page]) <= c.id {
				owners[c.page] = append(owners[c.page], 0)
			}
			owners[c.page][c.id] = n.object
		}
		for _, k := range n.kids {
			walk(k)
		}
	}
	walk(root)
	b := []byte("<</Nums [")
	for p, of := range owners {
		b = fmt.Appendf(b, "%d [", p)
		for _, o := range of {
			b = fmt.Appendf(b, "%d 0 R ", o)
		}
		b = append(b, "] "...)
	}
	return append(b, "]>>"...)
}

// named gives embedded fonts the names of subsets, as the standard asks: six letters and a plus sign. PDF 32000-1, 9.6.4
func named(o []byte) []byte {
	if bytes.Contains(o[:min(len(o), 200)], []byte("/Font")) {
		o = bytes.ReplaceAll(o, []byte("/utf8textB"), []byte("/TOCSIN+DejaVuSansCondensed-Bold"))
		o = bytes.ReplaceAll(o, []byte("/utf8text"), []byte("/TOCSIN+DejaVuSansCondensed"))
	}
	return o
}

var errShape = errors.New("the PDF writer gave a file of another shape than expected")

// split takes a file apart into its objects, by its table of places. Element 0 is empty.
func split(raw []byte) ([][]byte, error) {
	at := bytes.LastIndex(raw, []byte("\nxref\n0 "))
	if at < 0 {
		return nil, errShape
	}
	table := raw[at+len("\nxref\n0 "):]
	count, rest, ok := bytes.Cut(table, []byte("\n"))
	n, err := strconv.Atoi(string(count))
	if !ok || err != nil || n < 5 || len(rest) < 20*n {
		return nil, errShape
	}
	objects := make([][]byte, n)
	for i := 1; i < n; i++ {
		from, err := strconv.Atoi(string(rest[20*i : 20*i+10]))
		if err != nil || from > at {
			return nil, errShape
		}
		_, body, ok := bytes.Cut(raw[from:at+1], []byte(" 0 obj\n"))
		end := objectEnd(body)
		if !ok || end < 0 {
			return nil, errShape
		}
		objects[i] = bytes.Clone(body[:end])
	}
	return objects, nil
}

// objectEnd finds where an object ends: after its stream, whose length it states, or else at the first end.
func objectEnd(body []byte) int {
	end := bytes.Index(body, []byte("endobj"))
	if stream := bytes.Index(body, []byte("\nstream\n")); stream >= 0 && stream < end {
		_, after, _ := bytes.Cut(body[:stream], []byte("/Length "))
		digits := 0
		for digits < len(after) && after[digits] >= '0' && after[digits] <= '9' {
			digits++
		}
		length, err := strconv.Atoi(string(after[:digits]))
		from := stream + len("\nstream\n") + length
		if err != nil || from > len(body) {
			return -1
		}
		if end = bytes.Index(body[from:], []byte("endobj")); end >= 0 {
			end += from
		}
	}
	return end
}

// join writes the file: header, objects, where each is, and the trailer.
func join(objects [][]byte, catalog, info int) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	places := make([]int, len(objects))
	for i := 1; i < len(objects); i++ {
		places[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i, bytes.TrimSuffix(objects[i], []byte("\n")))
	}
	id := sha256.Sum256(out.Bytes())
	at := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects))
	for _, p := range places[1:] {
		fmt.Fprintf(&out, "%010d 00000 n \n", p)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(objects), catalog, info, id[:16], id[:16], at)
	return out.Bytes()
}

// metadata is the title and the language in the form that readers look for. It makes no claim to a standard that no validator checked.
func metadata(title, lang string) []byte {
	var t, g strings.Builder
	_ = xml.EscapeText(&t, []byte(title))
	_ = xml.EscapeText(&g, []byte(lang))
	return []byte(`<?xpacket begin="` + "\uFEFF" +
		`" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">` +
		t.String() + `</rdf:li></rdf:Alt></dc:title>` +
		`<dc:language><rdf:Bag><rdf:li>` + g.String() +
		`</rdf:li></rdf:Bag></dc:language></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`)
}
