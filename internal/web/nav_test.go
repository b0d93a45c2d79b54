package web

import "testing"

// A short row stays whole; a long one keeps what is opened every day and folds the rest, losing nothing.
func TestFoldNav(t *testing.T) {
	every, now := navItem{Title: "Home"}, navItem{Title: "Reviews", rare: true}
	for _, c := range []struct {
		name      string
		items     []navItem
		row, more int
	}{
		{"short", []navItem{every, now, now}, 3, 0},
		{"just fits", []navItem{every, every, every, now, now, now}, 6, 0},
		{"long", []navItem{every, every, now, now, now, now, now}, 2, 5},
	} {
		row, more := foldNav(c.items)
		if len(row) != c.row || len(more) != c.more {
			t.Errorf("%s: %d in the row and %d behind the button, want %d and %d", c.name, len(row), len(more), c.row, c.more)
		}
	}
}
