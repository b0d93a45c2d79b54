package web

import (
	"testing"

	"tocsin/internal/web/page"
)

// A short row stays whole; a long one keeps what is opened every day and folds the rest, losing nothing.
func TestFoldNav(t *testing.T) {
	every, now := page.NavItem{Title: "Home"}, page.NavItem{Title: "Reviews", Rare: true}
	for _, c := range []struct {
		name      string
		items     []page.NavItem
		row, more int
	}{
		{"short", []page.NavItem{every, now, now}, 3, 0},
		{"just fits", []page.NavItem{every, every, every, now, now, now}, 6, 0},
		{"long", []page.NavItem{every, every, now, now, now, now, now}, 2, 5},
	} {
		row, more := page.FoldNav(c.items)
		if len(row) != c.row || len(more) != c.more {
			t.Errorf("%s: %d in the row and %d behind the button, want %d and %d", c.name, len(row), len(more), c.row, c.more)
		}
	}
}
