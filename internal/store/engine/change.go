// Package engine keeps the record in SQLite or PostgreSQL: ledger entries, texts, the Merkle tree, the tables derived from
// them, and the plain tables of the work loops. One SQL text serves both engines.
package engine

import (
	"tocsin/internal/domain/record"
	"tocsin/internal/ledger"
)

// Change is what one command wants written, all of it or nothing: the facts of one stream, the texts they bind, the
// rows derived from them, and what the work loops owe because of them.
type Change struct {
	Stream  string
	Expect  int64 // version of the stream that the decision was made on; 0 for a new stream
	Entries []ledger.Entry
	Texts   []ledger.Text
	Dispose []ledger.Digest // texts whose content and salt are deleted; an entry of the change says so (ledger.DisposedFact)
	Rows    []Row           // derived rows that changed: upserted by key, the last one of a key wins

	Deliveries []Delivery  // messages owed: put in the courier's queue; one that is there already stays as it is
	Settled    []string    // messages that left the queue
	Attempts   []Attempt   // lines of the delivery log
	Plain      []Statement // statements on plain tables, run last, in order
	Fence      *Lease      // the lease of the loop that writes: when it is no longer held, nothing is written

	Hashes []ledger.Digest // of Entries, where a Chain has just checked and chained them
}

// Statement is SQL on a plain table, with $N parameters.
type Statement struct {
	SQL  string
	Args []any
}

// Do returns a statement with its arguments.
func Do(sql string, args ...any) Statement { return Statement{SQL: sql, Args: args} }

// Table is a derived table: dropped, created and replayed by rebuild. SQL types are TEXT, BIGINT and BLOB/BYTEA only, so
// that one definition serves both engines. A stream's rows never vanish: a row that no longer counts says so in a column.
//
// A table named SearchTable is the search index: see SearchColumns.
type Table struct {
	Name    string
	Columns []Column
	Key     []string   // primary key columns
	Indexes [][]string // each a list of "column" or "column DESC"; "WHERE …" at its end limits it to some rows
	Once    bool       // a row is written once: a change that repeats a key is a conflict
	Unique  []string   // further columns of which each value occurs once; a change that repeats one is a conflict
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

// Mails puts the messages that a fact owes into the queue of deliveries, and takes out the one that it ends.
func (c *Change) Mails(r record.Recorded, owed []record.Message, lane func(kind string) int64) {
	for _, m := range owed {
		c.Deliveries = append(c.Deliveries, Delivery{Message: m.ID, Stream: c.Stream, Lane: lane(m.Kind), NextAt: r.At.UnixMicro(), CreatedAt: r.At.UnixMicro()})
	}
	if e, ends := record.EndedBy(r.Fact); ends && e.Outcome != record.GaveUp {
		c.Settled = append(c.Settled, e.Message)
	}
}
