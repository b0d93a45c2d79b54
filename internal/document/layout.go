package document

import (
	"bytes"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"tocsin/internal/domain/paper"
)

// The page, in points: US Letter.
const (
	pageWide, pageHigh = 612.0, 792.0
	margin             = 54.0
	top, bottom        = 78.0, pageHigh - 66.0 // of the text
	textWide           = pageWide - 2*margin
	body               = 10.0 // size of the text
	lead               = 1.35 // lines stand this many sizes apart
	padding            = 4.0  // inside cells
	maxPages           = 5000 // no text of the record comes near it
)

// mark is one line of text, or a rule, in its place.
type mark struct {
	page       int // from 0
	x, y       float64
	text       string
	size       float64
	bold       bool
	leaf       *node   // whose content it is; nil for what only decorates
	wide, high float64 // of a rule or of a filled area; text is empty then
	fill       bool
}

// layout is a document with everything in its place.
type layout struct {
	pdf   *fpdf.Fpdf
	marks []mark
	page  int
	y     float64 // where the next line begins
	root  *node
	toc   []entry
}

// entry is a line of the outline.
type entry struct {
	text string
	page int
	y    float64
}

// lay puts everything into its place, before anything is drawn: the pages can be counted then.
func lay(d paper.Doc) (*layout, error) {
	l := &layout{pdf: fpdf.New("P", "pt", "Letter", ""), y: top, root: &node{kind: "Document"}}
	l.pdf.AddUTF8FontFromBytes("text", "", bytes.Clone(regular))
	l.pdf.AddUTF8FontFromBytes("text", "B", bytes.Clone(bold))
	l.pdf.SetCellMargin(0)
	l.flow(l.root.add("H1"), shown(d.Title), style{size: 18, bold: true, after: 8})
	if d.Marking != "" {
		l.flow(l.root.add("P"), "Marking: "+shown(d.Marking), style{size: body, bold: true, after: 8})
	}
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case paper.Heading:
			l.heading(b)
		case paper.Para:
			l.flow(l.root.add("P"), shown(b.Text), style{size: body, bold: b.Strong, after: 6})
		case paper.List:
			l.list(b)
		case paper.Table:
			l.table(b)
		}
	}
	return l, l.pdf.Error()
}

// style is how a text is set: its size and weight, how far from the left, and what room follows.
type style struct {
	size  float64
	bold  bool
	left  float64
	after float64
}

func (l *layout) heading(h paper.Heading) {
	level := min(max(h.Level, 2), 4)
	s := style{size: []float64{14, 12, 10.5}[level-2], bold: true, after: 4}
	l.y += 8
	if l.y+s.size*lead+3*body*lead > bottom {
		l.newPage()
	}
	text := shown(h.Text)
	if level == 2 {
		l.toc = append(l.toc, entry{strings.ReplaceAll(text, "\n", " "), l.page, l.y})
	}
	l.flow(l.root.add("H"+string(rune('0'+level))), text, s)
}

func (l *layout) list(b paper.List) {
	list := l.root.add("L")
	for _, text := range b.Items {
		item := list.add("LI")
		label := item.add("Lbl")
		if l.y+body*lead > bottom {
			l.newPage()
		}
		l.marks = append(l.marks, mark{page: l.page, x: margin + 6, y: l.y + body, text: "• ", size: body, leaf: label})
		l.flow(item.add("LBody"), shown(text), style{size: body, left: 20, after: 2})
	}
	l.y += 4
}

// flow sets a text line by line, over as many pages as it needs.
func (l *layout) flow(leaf *node, text string, s style) {
	for _, line := range l.wrap(text, textWide-s.left, s.size, s.bold) {
		if l.y+s.size*lead > bottom {
			l.newPage()
		}
		l.marks = append(l.marks, mark{page: l.page, x: margin + s.left, y: l.y + s.size, text: line, size: s.size, bold: s.bold, leaf: leaf})
		l.y += s.size * lead
	}
	l.y += s.after
}

func (l *layout) newPage() {
	l.page++
	l.y = top
	if l.page >= maxPages {
		l.pdf.SetErrorf("the document has more than %d pages", maxPages)
	}
}

// wrap breaks a text into lines of a width, at spaces where it can and inside a word where it must. A line that ends at a space
// keeps it, so that whoever copies the text gets its words apart.
func (l *layout) wrap(text string, wide, size float64, strong bool) (lines []string) {
	weight := ""
	if strong {
		weight = "B"
	}
	l.pdf.SetFont("text", weight, size)
	room := int(wide * 1000 / size)
	for _, para := range strings.Split(text, "\n") {
		line, used := "", 0
		for _, word := range strings.SplitAfter(para, " ") {
			need := l.pdf.GetStringSymbolWidth(strings.TrimRight(word, " "))
			if line != "" && used+need > room {
				lines, line, used = append(lines, line), "", 0
			}
			for need > room {
				head := l.fit(word, room)
				lines, word = append(lines, word[:head]), word[head:]
				need = l.pdf.GetStringSymbolWidth(strings.TrimRight(word, " "))
			}
			line += word
			used += l.pdf.GetStringSymbolWidth(word)
		}
		lines = append(lines, line+" ")
	}
	return lines
}

// fit says how many bytes of a word fit into a width: at least one character.
func (l *layout) fit(word string, room int) int {
	used := 0
	for i, r := range word {
		used += l.pdf.GetStringSymbolWidth(string(r))
		if used > room && i > 0 {
			return i
		}
	}
	return len(word)
}
