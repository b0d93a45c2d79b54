package engine

import (
	"strconv"
	"strings"
	"time"
)

// OrZero returns microseconds since 1970, 0 for the zero time.
func OrZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Columns defines columns from texts of a name and a type.
func Columns(defs ...string) []Column {
	out := make([]Column, len(defs))
	for i, d := range defs {
		name, kind, _ := strings.Cut(d, " ")
		out[i] = Column{Name: name, Type: ColumnType(kind)}
	}
	return out
}

// Flag returns 1 for true.
func Flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// AtMost ends a query after n rows. The number stands in the text: SQLite plans a statement anew each time that a parameter of LIMIT
// is bound, which for a merge of many parts takes longer than to run it.
func AtMost(n int) string { return " LIMIT " + strconv.Itoa(n) }
