package engine

import (
	"fmt"
	"strings"
	"sync"
)

// Bulk is an INSERT of any number of rows into one table.
type Bulk struct {
	Table    string
	Columns  []Column
	conflict string // ON CONFLICT clause, or empty
	guarded  bool   // has triggers: SQLite would copy several rows to a temporary table first

	once  sync.Once
	array string // the statement of unnest
}

var (
	// EntryBulk inserts entries.
	EntryBulk = &Bulk{Table: "entry", Columns: []Column{{"stream", TextColumn}, {"version", IntColumn}, {"id", TextColumn},
		{"fact", TextColumn}, {"at", IntColumn}, {"actor", TextColumn}, {"pack", TextColumn}, {"body", TextColumn},
		{"texts", TextColumn}, {"prev", BytesColumn}, {"hash", BytesColumn}}, guarded: true}
	unsequencedBulk = &Bulk{Table: "unsequenced", Columns: []Column{{"stream", TextColumn}, {"first", IntColumn}, {"last", IntColumn}}}
	// TextBulk inserts texts.
	TextBulk     = &Bulk{Table: "text", Columns: []Column{{"digest", BytesColumn}, {"stream", TextColumn}, {"salt", BytesColumn}, {"content", BytesColumn}}, guarded: true}
	deliveryBulk = &Bulk{Table: "delivery", Columns: []Column{{"message", TextColumn}, {"stream", TextColumn}, {"lane", IntColumn}, {"next_at_us", IntColumn},
		{"attempts", IntColumn}, {"lease_until_us", IntColumn}, {"holder", TextColumn}, {"fence", IntColumn},
		{"last_reply", TextColumn}, {"created_at_us", IntColumn}}, conflict: " ON CONFLICT (message) DO NOTHING"}
	attemptBulk = &Bulk{Table: "delivery_log", Columns: []Column{{"message", TextColumn}, {"at_us", IntColumn}, {"outcome", TextColumn}, {"reply", TextColumn}}}
	// LeafBulk inserts leaves.
	LeafBulk = &Bulk{Table: "leaf", Columns: []Column{{"idx", IntColumn}, {"entry", TextColumn}}, guarded: true}
	// TileBulk inserts tiles.
	TileBulk = &Bulk{Table: "tile", Columns: []Column{{"level", IntColumn}, {"idx", IntColumn}, {"hashes", BytesColumn}}, guarded: true}
)

// Into is the same insert into another table.
func (b *Bulk) Into(table string) *Bulk { return &Bulk{Table: table, Columns: b.Columns} }

func (b *Bulk) head() string {
	names := make([]string, len(b.Columns))
	for i, c := range b.Columns {
		names[i] = c.Name
	}
	return "INSERT INTO " + b.Table + " (" + strings.Join(names, ", ") + ") "
}

// values is SQLite's statement for n rows. A row that fails undoes the transaction, as the program would anyway: the
// engine then keeps no journal for each statement. Parameters are bare: the driver looks numbered ones up one by one.
func (b *Bulk) values(n int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", len(b.Columns)), ",") + ")"
	return strings.Replace(b.head(), "INSERT", "INSERT OR ROLLBACK", 1) + "VALUES " + strings.TrimSuffix(strings.Repeat(row+",", n), ",") + b.conflict
}

// shape is the largest number of rows, up to n, that has a prepared statement in SQLite.
func (b *Bulk) shape(n int) int {
	for _, shape := range sqliteShapes {
		if shape <= n && !b.guarded {
			return shape
		}
	}
	return 1
}

// unnest is the statement for any number of rows with one array parameter for each column.
func (b *Bulk) unnest() string {
	b.once.Do(b.buildUnnest)
	return b.array
}

func (b *Bulk) buildUnnest() {
	arrays := make([]string, len(b.Columns))
	for i, c := range b.Columns {
		kind := map[ColumnType]string{TextColumn: "text", IntColumn: "bigint", BytesColumn: "bytea"}[c.Type]
		arrays[i] = fmt.Sprintf("$%d::%s[]", i+1, kind)
	}
	b.array = b.head() + "SELECT * FROM unnest(" + strings.Join(arrays, ", ") + ")" + b.conflict
}

// arrays turns rows into one typed array for each column.
func (b *Bulk) arrays(rows [][]any) []any {
	out := make([]any, len(b.Columns))
	for i, c := range b.Columns {
		switch c.Type {
		case TextColumn:
			out[i] = column[string](rows, i)
		case IntColumn:
			out[i] = column[int64](rows, i)
		case BytesColumn:
			out[i] = column[[]byte](rows, i)
		}
	}
	return out
}

func column[T any](rows [][]any, i int) []T {
	out := make([]T, len(rows))
	for r, row := range rows {
		out[r] = row[i].(T)
	}
	return out
}

// step is one statement of a commit: rows into a table, or a statement as it stands.
type step struct {
	bulk *Bulk
	rows [][]any
	Statement
}
