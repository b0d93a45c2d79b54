package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// DerivedTable is a table of a projection with what writing it needs.
type DerivedTable struct {
	Table
	KeyAt  []int // places of the key columns
	Upsert *Bulk
}

// derivedFormat is part of the digest of the definitions: raise it when the store itself lays derived tables out anew.
const derivedFormat = "2"

var sqlName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// ownTables are the names that a projection cannot take.
var ownTables = []string{"entry", "text", "unsequenced", "leaf", "tile", "checkpoint", "lease", "delivery", "delivery_log",
	"session", "api_key", "saved_view", "seen", "directory_item", "setting", "migration", "search_words", "read_log", "directory_owed", "provisioned",
	"probe", "witness", "pack_kept", "pack_proposal", "report_plan"}

// define reads the tables of all projections.
func (s *Store) define() error {
	for _, p := range s.Cfg.Projections {
		for _, t := range p.Tables() {
			d, err := newDerivedTable(t)
			if err != nil {
				return fmt.Errorf("derived table %q: %w", t.Name, err)
			}
			if s.ByName[t.Name] != nil || slices.Contains(ownTables, t.Name) {
				return fmt.Errorf("derived table %q: the name is taken", t.Name)
			}
			s.ByName[t.Name] = d
			s.Derived = append(s.Derived, *d)
		}
	}
	return nil
}

func newDerivedTable(t Table) (*DerivedTable, error) {
	d := &DerivedTable{Table: t}
	at := map[string]int{}
	for i, c := range t.Columns {
		if !sqlName.MatchString(c.Name) {
			return nil, fmt.Errorf("column %q is not a plain name", c.Name)
		}
		at[c.Name] = i
	}
	if !sqlName.MatchString(t.Name) || len(t.Key) == 0 || len(at) != len(t.Columns) {
		return nil, errors.New("needs a plain name, a key and columns of different names")
	}
	for _, k := range t.Key {
		i, ok := at[k]
		if !ok {
			return nil, fmt.Errorf("key column %q is not there", k)
		}
		d.KeyAt = append(d.KeyAt, i)
	}
	for _, index := range t.Indexes {
		columns, _ := splitIndex(index)
		for _, part := range columns {
			if _, ok := at[strings.TrimSuffix(part, " DESC")]; !ok {
				return nil, fmt.Errorf("index column %q is not there", part)
			}
		}
	}
	if t.Name == SearchTable && !slices.Equal(t.Columns, SearchColumns) {
		return nil, errors.New("must have SearchColumns")
	}
	d.Upsert = upsertInto(t)
	return d, nil
}

// upsertInto writes a row only where it differs: replaying a stream's rows after each command then costs reads, not
// writes.
func upsertInto(t Table) *Bulk {
	var set, differs []string
	for _, c := range t.Columns {
		if !slices.Contains(t.Key, c.Name) {
			set = append(set, c.Name+" = excluded."+c.Name)
			differs = append(differs, t.Name+"."+c.Name+" <> excluded."+c.Name)
		}
	}
	conflict := " ON CONFLICT (" + strings.Join(t.Key, ", ") + ") DO "
	if t.Once {
		conflict = ""
	} else if len(set) == 0 {
		conflict += "NOTHING"
	} else {
		conflict += "UPDATE SET " + strings.Join(set, ", ") + " WHERE " + strings.Join(differs, " OR ")
	}
	return &Bulk{Table: t.Name, Columns: t.Columns, conflict: conflict}
}

// KeyOf returns the values of the key columns, readable.
func (d *DerivedTable) KeyOf(values []any) string {
	parts := make([]string, len(d.KeyAt))
	for i, at := range d.KeyAt {
		parts[i] = KeyText(values[at])
	}
	return strings.Join(parts, "/")
}

// KeyText writes the values of a key.
func KeyText(v any) string {
	if b, ok := v.([]byte); ok {
		return hex.EncodeToString(b)
	}
	return fmt.Sprint(v)
}

// check says what is wrong with the values of a row. Both engines must take the same rows, so what one would refuse is
// refused for both: PostgreSQL keeps no NUL in text.
func (d *DerivedTable) check(values []any) error {
	if len(values) != len(d.Columns) {
		return fmt.Errorf("row of %s has %d values for %d columns", d.Name, len(values), len(d.Columns))
	}
	for i, c := range d.Columns {
		ok := false
		switch v := values[i].(type) {
		case string:
			ok = c.Type == TextColumn && soundText(v)
		case int64:
			ok = c.Type == IntColumn
		case []byte:
			ok = c.Type == BytesColumn && v != nil
		}
		if !ok {
			return fmt.Errorf("row of %s: value of %s is not a sound %s", d.Name, c.Name, c.Type)
		}
	}
	return nil
}

// stored returns the values as they are kept: the search table keeps words, not text.
func (d *DerivedTable) stored(values []any) []any {
	if d.Name != SearchTable {
		return values
	}
	return []any{values[0], values[1], strings.Join(Words(values[2].(string)), " ")}
}

// CreateSQL makes the table under a name, without its indexes.
func (d *DerivedTable) CreateSQL(dialect Dialect, name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (", name)
	for _, c := range d.Columns {
		fmt.Fprintf(&b, "%s %s NOT NULL, ", c.Name, dialect.columnType(c.Type))
	}
	if d.Name == SearchTable && dialect.Name == "sqlite" {
		// The full-text index needs a number for each row that stays, whatever VACUUM does.
		b.WriteString("docid INTEGER PRIMARY KEY, UNIQUE (key)) STRICT")
		return b.String()
	}
	fmt.Fprintf(&b, "PRIMARY KEY (%s))%s", strings.Join(d.Key, ", "), dialect.Tail)
	return b.String()
}

// splitIndex takes the condition off the columns of an index.
func splitIndex(index []string) (columns []string, where string) {
	if n := len(index) - 1; n > 0 && strings.HasPrefix(index[n], "WHERE ") {
		return index[:n], index[n]
	}
	return index, ""
}

func (d *DerivedTable) indexSQL(dialect Dialect) []string {
	var out []string
	for i, index := range d.Indexes {
		columns, where := splitIndex(index)
		out = append(out, strings.TrimSpace(fmt.Sprintf("CREATE INDEX %s_by_%d ON %s (%s) %s", d.Name, i+1, d.Name, strings.Join(columns, ", "), where)))
	}
	for _, column := range d.Unique {
		out = append(out, fmt.Sprintf("CREATE UNIQUE INDEX %s_one_%s ON %s (%s)", d.Name, column, d.Name, column))
	}
	if d.Name == SearchTable {
		out = append(out, searchDDL(dialect)...)
	}
	return out
}

// definitionDigest changes whenever any derived table is defined anew.
func (s *Store) definitionDigest() string {
	h := sha256.New()
	d := s.Eng.dialect()
	fmt.Fprintln(h, derivedFormat, d.Name)
	for _, t := range s.Derived {
		fmt.Fprintln(h, t.CreateSQL(d, t.Name))
		for _, sql := range t.indexSQL(d) {
			fmt.Fprintln(h, sql)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Names of the settings that the store keeps for itself.
const (
	settingDerived = "store.derived" // digest of the definitions that the derived tables were built from
	settingTables  = "store.tables"  // the tables themselves, to drop those that are no longer defined
)

func (s *Store) derivedUnchanged(ctx context.Context) (bool, error) {
	var digest string
	err := s.Read(ctx, func(tx Tx) error {
		return One(ctx, tx, []any{&digest}, "SELECT value FROM setting WHERE name = $1", settingDerived)
	})
	if errors.Is(err, ErrNoRow) {
		return false, nil
	}
	return digest == s.definitionDigest(), err
}

// PutSetting keeps a setting.
const PutSetting = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"

// Each reads all rows by key.
func (d *DerivedTable) Each(ctx context.Context, tx Tx, fn func(values []any) error) error {
	names := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		names[i] = c.Name
	}
	return Each(ctx, tx, func(rows Rows) error {
		values, err := d.Scan(rows)
		if err != nil {
			return err
		}
		return fn(values)
	}, "SELECT "+strings.Join(names, ", ")+" FROM "+d.Name+" ORDER BY "+strings.Join(d.Key, ", "))
}

// Scan reads one row.
func (d *DerivedTable) Scan(rows Rows) ([]any, error) {
	dest := make([]any, len(d.Columns))
	for i, c := range d.Columns {
		switch c.Type {
		case TextColumn:
			dest[i] = new(string)
		case IntColumn:
			dest[i] = new(int64)
		case BytesColumn:
			dest[i] = new([]byte)
		}
	}
	if err := rows.Scan(dest...); err != nil {
		return nil, err
	}
	for i := range dest {
		switch v := dest[i].(type) {
		case *string:
			dest[i] = *v
		case *int64:
			dest[i] = *v
		case *[]byte:
			dest[i] = append([]byte{}, *v...)
		}
	}
	return dest, nil
}

// Next reads the next row; nil behind the last.
func (d *DerivedTable) Next(rows Rows) ([]any, error) {
	if !rows.Next() {
		return nil, rows.Err()
	}
	return d.Scan(rows)
}
