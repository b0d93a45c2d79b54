// Package store keeps the record in SQLite or PostgreSQL: ledger entries, texts, the Merkle tree, the tables derived from
// them, and the plain tables of the work loops. One SQL text serves both engines.
package store

import "tocsin/internal/ledger"

// Change is what one command wants written, all of it or nothing: the facts of one stream, the texts they bind, and the
// rows derived from them.
type Change struct {
	Stream  string
	Expect  int64 // version of the stream that the decision was made on; 0 for a new stream
	Entries []ledger.Entry
	Texts   []ledger.Text
	Dispose []ledger.Digest // texts whose content and salt are deleted by this change
	Rows    []Row           // derived rows: upserted by key
}

// Table is a derived table: dropped, created and replayed by rebuild. SQL types are TEXT, BIGINT and BLOB/BYTEA only, so
// that one definition serves both engines.
type Table struct {
	Name    string
	Columns []Column
	Key     []string   // primary key columns
	Indexes [][]string // each a list of "column" or "column DESC"
}

// Column is a column of a derived table.
type Column struct {
	Name string
	Type ColumnType
}

// ColumnType is one of the three types both engines agree on.
type ColumnType string

// The column types.
const (
	TextColumn  ColumnType = "text"
	IntColumn   ColumnType = "int"
	BytesColumn ColumnType = "bytes"
)

// Row is one derived row: values in the order of the table's columns (string, int64 or []byte, never nil).
type Row struct {
	Table  string
	Values []any
}

// Projection folds a stream into its derived rows. It is pure: the same entries and texts give the same rows on both
// engines, which is what rebuild and verify check.
type Projection interface {
	// Tables lists the derived tables, in a fixed order.
	Tables() []Table
	// Project returns all rows of a stream from all of its entries. texts answers the content of a text by its digest;
	// nil where it was disposed.
	Project(stream string, entries []ledger.Entry, texts func(ledger.Digest) []byte) ([]Row, error)
}
