package page

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// mdNode is a piece of a note. The library only reads Markdown; what goes onto the page is written by the templates, which escape
// everything, so that no note can hold an element, an attribute or an address that is not listed here.
type mdNode struct {
	Kind    string // of mdKinds, or "text", "code", "codeblock", "link", "break", "rule"
	Text    string
	Address string // of a link: http, https or mailto
	Level   int    // of a heading: below those of the page
	Start   int    // of an ordered list
	Nodes   []mdNode
}

// deepest bounds how far a note may be nested; what is deeper is shown as text.
const deepest = 12

// Markdown reads a note. Raw HTML and pictures are shown as text.
func Markdown(source string) []mdNode {
	src := []byte(source)
	return mdChildren(goldmark.DefaultParser().Parse(text.NewReader(src)), src, 0)
}

func mdChildren(n ast.Node, src []byte, depth int) (out []mdNode) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		out = append(out, mdOf(c, src, depth)...)
	}
	return out
}

// mdOf is a node of the document, or several where a line breaks.
func mdOf(n ast.Node, src []byte, depth int) []mdNode {
	if depth > deepest {
		return []mdNode{{Kind: "text", Text: plainOf(n, src)}}
	}
	block := func(kind string) mdNode { return mdNode{Kind: kind, Nodes: mdChildren(n, src, depth+1)} }
	switch n := n.(type) {
	case *ast.Text:
		out := []mdNode{{Kind: "text", Text: string(n.Segment.Value(src))}}
		if n.HardLineBreak() {
			return append(out, mdNode{Kind: "break"})
		}
		if n.SoftLineBreak() {
			out[0].Text += "\n"
		}
		return out
	case *ast.String:
		return []mdNode{{Kind: "text", Text: string(n.Value)}}
	case *ast.Heading:
		b := block("heading")
		b.Level = min(n.Level+3, 6)
		return []mdNode{b}
	case *ast.Paragraph:
		return []mdNode{block("paragraph")}
	case *ast.TextBlock:
		return mdChildren(n, src, depth+1)
	case *ast.Blockquote:
		return []mdNode{block("quote")}
	case *ast.List:
		b := block("list")
		if n.IsOrdered() {
			b.Kind, b.Start = "ordered", n.Start
		}
		return []mdNode{b}
	case *ast.ListItem:
		return []mdNode{block("item")}
	case *ast.Emphasis:
		if n.Level > 1 {
			return []mdNode{block("strong")}
		}
		return []mdNode{block("emphasis")}
	case *ast.CodeSpan:
		return []mdNode{{Kind: "code", Text: plainOf(n, src)}}
	case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
		return []mdNode{{Kind: "codeblock", Text: linesOf(n, src)}}
	case *ast.ThematicBreak:
		return []mdNode{{Kind: "rule"}}
	case *ast.Link:
		b := block("link")
		b.Address = safeAddress(string(n.Destination))
		return []mdNode{b}
	case *ast.AutoLink:
		return []mdNode{{Kind: "link", Address: safeAddress(string(n.URL(src))), Nodes: []mdNode{{Kind: "text", Text: string(n.Label(src))}}}}
	case *ast.RawHTML:
		var b strings.Builder
		for i := range n.Segments.Len() {
			s := n.Segments.At(i)
			b.Write(s.Value(src))
		}
		return []mdNode{{Kind: "text", Text: b.String()}}
	}
	return []mdNode{{Kind: "text", Text: plainOf(n, src)}} // pictures too: their words only
}

// plainOf is the text inside a node.
func plainOf(n ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, enter bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && enter {
			b.Write(t.Segment.Value(src))
			if t.SoftLineBreak() {
				b.WriteByte('\n')
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

func linesOf(n ast.Node, src []byte) string {
	var b strings.Builder
	lines := n.Lines()
	for i := range lines.Len() {
		s := lines.At(i)
		b.Write(s.Value(src))
	}
	return b.String()
}

// safeAddress is an address that a note may lead to; empty for any other.
func safeAddress(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || len(s) > 2048 {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Host == "" || u.User != nil {
			return ""
		}
		return u.String()
	case "mailto":
		return u.String()
	}
	return ""
}

// Outside says where a link leads, for who reads it before following.
func (n mdNode) Outside() string {
	u, err := url.Parse(n.Address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Host
}

// From is the number that an ordered list begins with.
func (n mdNode) From() string { return strconv.Itoa(n.Start) }
