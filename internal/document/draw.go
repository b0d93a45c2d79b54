package document

import (
	"bytes"
	"fmt"
	"strings"

	"tocsin/internal/domain/paper"
)

// draw writes the pages. Every mark is either the content of one node of the structure or an artifact.
func (l *layout) draw(d paper.Doc) ([]byte, error) {
	l.properties(d)
	pages := l.page + 1
	at, toc := 0, l.toc
	byPage := make([][]mark, pages)
	for _, m := range l.marks {
		byPage[m.page] = append(byPage[m.page], m)
	}
	for p, marks := range byPage {
		l.pdf.AddPage()
		l.artifact(func() { l.frame(d, p+1, pages) })
		for ; at < len(toc) && toc[at].page == p; at++ {
			l.pdf.Bookmark(toc[at].text, 0, toc[at].y)
		}
		id := 0
		for i := 0; i < len(marks); {
			n := run(marks[i:])
			if leaf := marks[i].leaf; leaf == nil {
				l.artifact(func() { l.put(marks[i : i+n]) })
			} else {
				l.pdf.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", leaf.kind, id))
				l.put(marks[i : i+n])
				l.pdf.RawWriteStr("EMC")
				leaf.content = append(leaf.content, place{p, id})
				id++
			}
			i += n
		}
	}
	var out bytes.Buffer
	err := l.pdf.Output(&out)
	return out.Bytes(), err
}

// run counts the marks at the beginning that belong to the same node.
func run(marks []mark) int {
	n := 1
	for n < len(marks) && marks[n].leaf == marks[0].leaf {
		n++
	}
	return n
}

func (l *layout) artifact(draw func()) {
	l.pdf.RawWriteStr("/Artifact BMC")
	draw()
	l.pdf.RawWriteStr("EMC")
}

func (l *layout) put(marks []mark) {
	for _, m := range marks {
		switch {
		case m.text != "":
			l.font(m.size, m.bold)
			l.pdf.Text(m.x, m.y, m.text)
		case m.fill:
			l.pdf.SetFillColor(232, 236, 240)
			l.pdf.Rect(m.x, m.y, m.wide, m.high, "F")
		default:
			l.pdf.Line(m.x, m.y, m.x+m.wide, m.y)
		}
	}
}

func (l *layout) font(size float64, strong bool) {
	weight := ""
	if strong {
		weight = "B"
	}
	l.pdf.SetFont("text", weight, size)
}

// frame is what stands on every page: the marking at the top and at the bottom, what the document is about, and the page's number.
func (l *layout) frame(d paper.Doc, page, pages int) {
	const small = 9.0
	mark, about := l.cut(shown(d.Marking), textWide/2, true), l.cut(shown(d.Running), textWide/2-12, false)
	l.font(small, false)
	l.pdf.Text(margin, 48, about)
	number := fmt.Sprintf("Page %d of %d", page, pages)
	l.pdf.Text(pageWide-margin-l.pdf.GetStringWidth(number), pageHigh-36, number)
	l.font(small, true)
	l.pdf.Text(pageWide-margin-l.pdf.GetStringWidth(mark), 48, mark)
	l.pdf.Text(margin, pageHigh-36, mark)
	l.pdf.SetLineWidth(0.5)
	l.pdf.SetDrawColor(120, 120, 120)
	l.pdf.Line(margin, 56, pageWide-margin, 56)
	l.pdf.Line(margin, pageHigh-50, pageWide-margin, pageHigh-50)
}

// cut shortens a line of the frame that would not fit; the full text stands in the document.
func (l *layout) cut(text string, wide float64, strong bool) string {
	text = strings.Join(strings.Fields(text), " ")
	l.font(9, strong)
	if room := int(wide * 1000 / 9); l.pdf.GetStringSymbolWidth(text) > room {
		return text[:l.fit(text, room-1000)] + "…"
	}
	return text
}

// properties sets what the file says of itself.
func (l *layout) properties(d paper.Doc) {
	p := l.pdf
	p.SetAutoPageBreak(false, 0)
	p.SetCatalogSort(true)
	p.SetLang(d.Lang)
	title := strings.Join(strings.Fields(shown(d.Title)), " ")
	p.SetTitle(title, true)
	p.SetAuthor(strings.Join(strings.Fields(shown(d.Author)), " "), true)
	p.SetProducer("Tocsin", true)
	p.SetCreator("Tocsin", true)
	p.SetCreationDate(d.At.UTC())
	p.SetModificationDate(d.At.UTC())
	p.SetXmpMetadata(metadata(title, d.Lang))
}
