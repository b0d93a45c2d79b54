package store

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Dump writes all derived tables in one canonical form: tables by name, rows by key, one JSON array a line. The same
// facts give the same bytes on both engines.
func (s *Store) Dump(ctx context.Context, w io.Writer) error {
	out := bufio.NewWriter(w)
	names := make([]string, 0, len(s.derived))
	for _, t := range s.derived {
		names = append(names, t.Name)
	}
	slices.Sort(names)
	err := s.View(ctx, func(tx Tx) error {
		for _, name := range names {
			t := s.byName[name]
			fmt.Fprintf(out, "table %s\n", name)
			if err := t.each(ctx, tx, func(values []any) error { return writeRow(out, values) }); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("dump: %w", err)
	}
	return out.Flush()
}

func writeRow(w *bufio.Writer, values []any) error {
	for i, v := range values {
		w.WriteByte("[,"[min(i, 1)])
		if b, ok := v.([]byte); ok {
			v = "x" + hex.EncodeToString(b)
		}
		j, err := json.Marshal(v)
		if err != nil {
			return err
		}
		w.Write(j)
	}
	_, err := w.WriteString("]\n")
	return err
}

// each reads all rows by key.
func (d *derivedTable) each(ctx context.Context, tx Tx, fn func(values []any) error) error {
	names := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		names[i] = c.Name
	}
	return Each(ctx, tx, func(rows Rows) error {
		values, err := d.scan(rows)
		if err != nil {
			return err
		}
		return fn(values)
	}, "SELECT "+strings.Join(names, ", ")+" FROM "+d.Name+" ORDER BY "+strings.Join(d.Key, ", "))
}

func (d *derivedTable) scan(rows Rows) ([]any, error) {
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
