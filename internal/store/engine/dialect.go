package engine

import (
	"strconv"
	"strings"
)

// Dialect is all that differs between the engines in SQL that serves both. Text in PostgreSQL compares by bytes, as in
// SQLite, so that both sort alike.
type Dialect struct {
	Name  string // "sqlite" or "postgres"
	Text  string // column types
	Int   string
	Bytes string
	Tail  string // after the column list of a derived table
	Lock  string // ends a SELECT whose rows this transaction is about to take
}

var (
	// SQLiteDialect is how SQLite wants it.
	SQLiteDialect   = Dialect{"sqlite", "TEXT", "INTEGER", "BLOB", " STRICT, WITHOUT ROWID", ""}
	postgresDialect = Dialect{"postgres", `TEXT COLLATE "C"`, "BIGINT", "BYTEA", "", " FOR UPDATE SKIP LOCKED"}
)

func (d Dialect) columnType(t ColumnType) string {
	switch t {
	case IntColumn:
		return d.Int
	case BytesColumn:
		return d.Bytes
	default:
		return d.Text
	}
}

// Numbered rewrites $N to ?N, which SQLite defines as binding by number; $N is only a name to it. Quoted text is left
// alone.
func Numbered(sql string) string {
	if !strings.Contains(sql, "$") {
		return sql
	}
	var b strings.Builder
	quote := byte(0)
	for i := 0; i < len(sql); i++ {
		ch := sql[i]
		switch {
		case quote != 0:
			if ch == quote {
				quote = 0
			}
		case ch == '\'' || ch == '"':
			quote = ch
		case ch == '$' && i+1 < len(sql) && sql[i+1] >= '0' && sql[i+1] <= '9':
			ch = '?'
		}
		b.WriteByte(ch)
	}
	return b.String()
}

// Placeholders returns "($from,$from+1,…)" for n parameters.
func Placeholders(from, n int) string {
	b := []byte{'('}
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, '$'), int64(from+i), 10)
	}
	return string(append(b, ')'))
}
