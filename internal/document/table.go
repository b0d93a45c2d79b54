package document

import "tocsin/internal/domain/paper"

// cell is one cell with its lines and its place in the structure.
type cell struct {
	lines []string
	leaf  *node
	x     float64
	bold  bool
}

// table sets a table row by row. A row that is higher than the page goes over to the next one, cell beside cell.
func (l *layout) table(t paper.Table) {
	if len(t.Columns) == 0 {
		return
	}
	wide := widths(t.Columns)
	titles := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = c.Title
	}
	table := l.root.add("Table")
	if l.y+4*body*lead > bottom {
		l.newPage()
	}
	l.row(l.cells(table.add("TR"), titles, wide, true, "Column"), nil, true)
	again := func() { l.row(l.cells(nil, titles, wide, true, ""), nil, true) }
	for _, texts := range t.Rows {
		scope := ""
		if t.RowHeads {
			scope = "Row"
		}
		l.row(l.cells(table.add("TR"), texts, wide, false, scope), again, false)
	}
	l.y += 8
}

func widths(columns []paper.Column) []float64 {
	sum := 0.0
	share := make([]float64, len(columns))
	for i, c := range columns {
		share[i] = c.Share
		if c.Share <= 0 {
			share[i] = 1
		}
		sum += share[i]
	}
	for i := range share {
		share[i] *= textWide / sum
	}
	return share
}

// cells breaks the texts of a row into lines. Without a row in the structure they only decorate: a heading that is repeated.
func (l *layout) cells(row *node, texts []string, wide []float64, head bool, scope string) []cell {
	out := make([]cell, len(wide))
	x := margin
	for i := range wide {
		c := cell{x: x + padding, bold: head || i == 0 && scope == "Row"}
		if row != nil {
			c.leaf = row.add("TD")
			if c.bold {
				c.leaf.kind, c.leaf.scope = "TH", scope
			}
		}
		if i < len(texts) {
			c.lines = l.wrap(shown(texts[i]), wide[i]-2*padding, body, c.bold)
		}
		out[i] = c
		x += wide[i]
	}
	return out
}

// row sets the lines of a row's cells side by side, as many as fit on each page.
func (l *layout) row(cells []cell, again func(), head bool) {
	left := 1
	for _, c := range cells {
		left = max(left, len(c.lines))
	}
	step := body * lead
	if room := int((bottom - l.y - 2*padding) / step); room < min(left, 3) {
		l.turn(again)
	}
	for from := 0; left > 0; {
		n := min(left, max(1, int((bottom-l.y-2*padding)/step)))
		high := float64(n)*step + 2*padding
		if head {
			l.marks = append(l.marks, mark{page: l.page, x: margin, y: l.y, wide: textWide, high: high, fill: true})
		}
		for _, c := range cells {
			for i := from; i < min(from+n, len(c.lines)); i++ {
				l.marks = append(l.marks, mark{page: l.page, x: c.x, y: l.y + padding + float64(i-from)*step + body, text: c.lines[i], size: body,
					bold: c.bold, leaf: c.leaf})
			}
		}
		l.y += high
		l.marks = append(l.marks, mark{page: l.page, x: margin, y: l.y, wide: textWide})
		if left, from = left-n, from+n; left > 0 {
			l.turn(again)
		}
	}
}

// turn begins a page inside a table, with the table's heading again.
func (l *layout) turn(again func()) {
	l.newPage()
	if again != nil {
		again()
	}
}
