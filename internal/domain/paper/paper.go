// Package paper is what a printed document is made of: headings, paragraphs, lists and tables, and a marking for every page.
// It knows no file format; internal/document makes tagged PDF of it.
package paper

import "time"

// Doc is what to print.
type Doc struct {
	Title   string
	Lang    string    // of the text, as in BCP 47; empty for "en-US"
	Running string    // stands at the top of each page beside the marking: "Incident 2026-00012"
	Marking string    // at the top and bottom of every page, and first in the text; empty for none
	Author  string    // for the file's properties
	At      time.Time // when the content was made; part of the file's properties
	Blocks  []Block
}

// Block is a part of the text: Heading, Para, List or Table.
type Block interface{ block() }

// Heading is a heading of level 2 to 4; the title is the heading of level 1. It is never left alone at the foot of a page.
type Heading struct {
	Level int
	Text  string
}

// Para is a paragraph. Line ends in it are kept.
type Para struct {
	Text   string
	Strong bool
}

// List is a list of items with a mark before each.
type List struct{ Items []string }

// Table is a table. Its first row holds the columns' headings and is repeated on each page that the table goes over; a row
// may be higher than a page.
type Table struct {
	Columns  []Column
	Rows     [][]string // one text per column; missing ones are empty
	RowHeads bool       // the first cell of each row is the heading of that row
}

// Column is one column with its share of the width.
type Column struct {
	Title string
	Share float64 // of the width, beside the others' shares; zero counts as one
}

func (Heading) block() {}
func (Para) block()    {}
func (List) block()    {}
func (Table) block()   {}
